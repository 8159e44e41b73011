"""The commands of numerics, one a file: the command line of symcheck finds each by an entry point of its name."""
