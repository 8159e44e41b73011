"""What the commands share: arguments in, an exit code out, and messages on standard error."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from numerics.commands.output import without_output
from symcheck.errors import SymcheckError
from symcheck.intake.command_help import Help, command_parser
from symcheck.intake.messages import error_text
from symcheck.intake.pair import joined, pair_of

if TYPE_CHECKING:
    from symcheck.certificates.certificate import Certificate

BAD_USAGE, INTERRUPTED = 64, 130


def certified(options: argparse.Namespace, command: str) -> Certificate:
    """The certificate of the pair on the command line of ``command``; what code prints is none of its output."""
    from symcheck.certificates.certify import certify

    with redirect_stdout(sys.stderr):
        return certify(*pair_of(options, command))


def exit_code(
    name: str,
    told: Help,
    arguments: Callable[[argparse.ArgumentParser], object],
    action: Callable[[argparse.Namespace], int],
    argv: Sequence[str],
    interrupted: str = "interrupted: nothing is left half written",
) -> int:
    """What ``action`` returns for ``argv``, as ``arguments`` reads it; 64 for bad usage, 130 if interrupted.

    ``told`` is what ``symcheck name --help`` says.
    """
    try:
        options = command_parser(name, told, arguments).parse_intermixed_args(joined(argv))
        options.command_line = shlex.join(["symcheck", name, *without_output(argv)])
        return action(options)
    except SymcheckError as error:
        print(error_text("\n".join([str(error), *getattr(error, "__notes__", ())])), file=sys.stderr)
    except SystemExit as stop:  # --help
        return int(stop.code or 0)
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return INTERRUPTED
    return BAD_USAGE
