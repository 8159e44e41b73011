"""The command line: finds the command, reports errors, and answers in exit codes."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Never

from symcheck import commands
from symcheck.errors import SymcheckError, did_you_mean
from symcheck.intake.pair import joined
from symcheck.packages import missing_package
from symcheck.version import VERSION

USAGE, BUG, INTERRUPTED, CLOSED_PIPE = 64, 70, 130, 141
"""Exit codes of every command; 0, 1 and 2 are its own."""

GROUP = "symcheck.commands"
"""The entry point group of commands from other packages: callables of the arguments that return an exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in ``argv`` (by default what was typed) and return its exit code.

    certify, certify-preference: 0 PROVED, 1 REFUTED, 2 UNDECIDED; same: 0 one, 1 not; match: 0 a value, 1 none;
    region: 0 PROVED somewhere, 1 nowhere; of these three 2 undecided; recheck, paper: 0 holds, 1 does not; verify: 0
    verified, 1 not, 2 no certificate; list, advise, derivatives: 0; all of them: 64 bad usage, 70 a bug of symcheck,
    130 interrupted, 141 if nobody reads the output.
    """
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        _say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return CLOSED_PIPE
    except SymcheckError as error:
        _say("\n".join([str(error), *getattr(error, "__notes__", ())]))
        return USAGE
    except Exception as error:  # noqa: BLE001 - whatever is left is a bug, and is reported as one
        _report(error)
        return BUG


def _run(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "--help"
    if name in ("-h", "--help", "help"):
        _write(_help())
        return 0 if arguments else USAGE
    if name == "--version":
        _write(f"symcheck {VERSION}\n")
        return 0
    # Commands of this package first: an entry point of another one cannot take their names.
    if _file(name) in commands.FILES:
        return _run_own(_file(name), arguments[1:])
    added = _added()
    if _typed(name) in added:
        return _run_added(_typed(name), added[_typed(name)], arguments[1:])
    known = sorted([*map(_typed, commands.FILES.names), *added])
    raise UsageError(f"there is no command {name!r}{did_you_mean(name, known)}; accepted: {', '.join(known)}")


def _file(name: str) -> str:
    """The file of the command ``name``: certify_preference of certify-preference, which may be typed as well."""
    return name.replace("-", "_")


def _typed(file: str) -> str:
    """The command as help shows it: words of a file's name stand with dashes between them."""
    return file.replace("_", "-")


class UsageError(SymcheckError):
    """The command line cannot be understood."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are ours to report."""

    def error(self, message: str) -> Never:
        """Raise ``UsageError`` with the usage."""
        raise UsageError(f"{message}\n{self.format_usage().strip()}")


def _run_own(name: str, arguments: list[str]) -> int:
    command = commands.FILES.module(name)
    parser = _Parser(prog=f"symcheck {_typed(name)}", description=f"{command.SUMMARY}.", allow_abbrev=False)
    command.arguments(parser)
    try:
        options = parser.parse_intermixed_args(joined(arguments))
    # argparse has printed the help by now, and exits with codes that are not ours.
    except SystemExit:  # --help
        return 0
    run: Callable[[argparse.Namespace], tuple[int, str]] = command.run
    code, text = run(options)
    _write(text)
    return code


def _run_added(name: str, point: EntryPoint, arguments: list[str]) -> int:
    try:
        command: Callable[[list[str]], int] = point.load()
        return int(command(arguments))
    except ModuleNotFoundError as error:
        needed = missing_package(f"symcheck {name}", error)
        if needed is None:
            raise
        raise needed from error


def _added() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _summary(point: EntryPoint) -> str:
    """The ``SUMMARY`` in the module of a command of another package, or where to look if there is none."""
    try:
        return str(import_module(point.module).SUMMARY)
    except (ImportError, AttributeError):
        return f"(symcheck {point.name} --help)"


def _help() -> str:
    summaries = {_typed(name): commands.FILES.module(name).SUMMARY for name in commands.FILES.names}
    summaries |= {name: _summary(point) for name, point in _added().items() if name not in summaries}
    width = max(map(len, summaries))
    return "\n".join(
        [
            "usage: symcheck COMMAND ... | --help | --version",
            "",
            "Certificates that output regularization makes a loss robust to label noise,",
            "for every number of classes at once.",
            "",
            *(f"  {name:<{width}}  {summaries[name]}" for name in sorted(summaries)),
            "",
            "symcheck COMMAND --help says more.  Exit codes: certify, certify-preference 0 PROVED, 1 REFUTED,",
            "2 UNDECIDED; same 0 one, 1 not, match 0 a value, 1 none, region 0 PROVED somewhere, 1 nowhere,",
            "2 undecided; recheck, paper 0 holds, 1 does not; verify 0 verified, 1 not, 2 no certificate;",
            "64 bad usage, 70 a bug of symcheck, 130 interrupted.",
            "",
        ]
    )


def _write(text: str) -> None:
    """Write to standard output; a reader that has gone away changes nothing.

    Characters that the terminal does not have are written as escapes.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()


def _say(message: str) -> None:
    with suppress(OSError):
        print(f"symcheck: {message}", file=sys.stderr)


def _report(error: Exception) -> None:
    """A bug of ours: one line, and how to report it."""
    if os.environ.get("SYMCHECK_TRACEBACK"):
        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    _say(
        f"a bug of symcheck, not of your input: {what}\n"
        "please report it, with the command line and what the same command prints with SYMCHECK_TRACEBACK=1"
    )


def _drop_output() -> None:
    """Nobody reads standard output any more: what is still buffered must not fail at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
