"""Certified formulas as torch code: values, derivatives, series, and what a certificate claims of them in numbers."""
