"""The version of this package, and of the form of its certificates: both stand in every certificate."""

VERSION = "0.1.0"

SCHEMA = "symcheck/2"
"""The name of the form; another form gets another name."""
