"""The version of this package, also in every certificate."""

VERSION = "0.1.0"
