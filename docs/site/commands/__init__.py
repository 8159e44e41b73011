"""Pages of the command line, from the parsers of its commands."""
