"""The comparisons: every statement of a certificate that can be checked at points, one file for each part of it."""
