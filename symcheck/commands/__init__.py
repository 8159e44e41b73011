"""The commands of the command line, one a file: ``HELP``, ``arguments(parser)`` and ``run(options)``.

A file is found by its name and imported for every help text, so what is heavy is imported in ``run``, which
returns the exit code and the text for standard output.
"""

from symcheck.one_file_each import OneFileEach

FILES = OneFileEach(__name__)

GROUP = "symcheck.commands"
"""The entry point group of commands from other packages: callables of the arguments that return an exit code."""
