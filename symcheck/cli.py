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

from symcheck import commands
from symcheck.arguments.packages import missing_package
from symcheck.commands import GROUP
from symcheck.errors import SymcheckError, did_you_mean
from symcheck.intake.command_help import (
    COMMON_CODES,
    Group,
    Help,
    UsageError,
    command_parser,
    paragraphs,
    section,
    summary_rows,
)
from symcheck.intake.messages import error_text
from symcheck.intake.pair import joined
from symcheck.version import VERSION

USAGE, BUG, INTERRUPTED, CLOSED_PIPE = 64, 70, 130, 141
"""Exit codes of every command; 0, 1 and 2 are its own."""

_WHAT = """
Certificates that output regularization makes a loss robust to label noise, for every number of classes at once; and
training that is compared with them.

Begin with: symcheck certify gce l2, or with a formula of yours, symcheck certify "logsumexp(z) - z[y]" l2.
"""

_MORE = """
0, 1 and 2 are the command's own: symcheck COMMAND --help says them, with arguments, options and examples.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in ``argv`` (by default what was typed) and return its exit code.

    0, 1 and 2 are what the ``HELP`` of the command says; of all of them 64 is bad usage, 70 a bug of symcheck, 130
    interrupted, 141 nobody reads the output.
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
    if name == "help" and len(arguments) > 1:
        return _run([arguments[1], "--help"])
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


def _run_own(name: str, arguments: list[str]) -> int:
    command = commands.FILES.module(name)
    parser = command_parser(_typed(name), command.HELP, command.arguments)
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


def _summary(point: EntryPoint) -> tuple[Group, str]:
    """The group and the summary in the module of a command of another package, or where to look if there is none."""
    try:
        found = import_module(point.module)
    except ImportError:
        found = None
    told = getattr(found, "HELP", None)
    if isinstance(told, Help):
        return told.group, told.summary
    return Group.OTHER, str(getattr(found, "SUMMARY", f"(symcheck {point.name} --help)"))


def _help() -> str:
    told = {_typed(name): commands.FILES.module(name).HELP for name in commands.FILES.names}
    summaries = {name: (found.group, found.summary) for name, found in told.items()}
    summaries |= {name: _summary(point) for name, point in _added().items() if name not in summaries}
    rows = {group: {n: s for n, (g, s) in sorted(summaries.items()) if g is group} for group in Group}
    # One column for the names in all of them.
    width = max(map(len, summaries))
    parts = [
        "usage: symcheck COMMAND [OPTION ...]",
        paragraphs(_WHAT),
        *(section(group.value, summary_rows(found, width)) for group, found in rows.items() if found),
        section("exit codes of every command", summary_rows({str(c): said for c, said in COMMON_CODES.items()})),
        paragraphs(_MORE),
    ]
    return "\n\n".join(parts) + "\n"


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
        print(error_text(message), file=sys.stderr)


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
