"""Certificates beside training: what is expected, what is measured, and whether they agree."""
