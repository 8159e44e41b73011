"""What the commands share: arguments in, an exit code out, and messages on standard error."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Never

from symcheck.errors import SymcheckError
from symcheck.intake.pair import joined, pair_of

if TYPE_CHECKING:
    from symcheck.certificates.certificate import Certificate

BAD_USAGE, INTERRUPTED = 64, 130


class BadUsage(Exception):
    """The arguments cannot be read; argparse itself would end the process with 2, which has a meaning here."""


class Parser(argparse.ArgumentParser):
    """A parser for ``symcheck NAME`` that raises ``BadUsage`` where argparse would leave the process."""

    def __init__(self, name: str, description: str, epilog: str) -> None:
        super().__init__(
            prog=f"symcheck {name}",
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> Never:
        """Raise ``BadUsage`` with the usage and the message."""
        raise BadUsage(f"{self.format_usage()}{self.prog}: {message}")


def certified(options: argparse.Namespace, command: str) -> Certificate:
    """The certificate of the pair on the command line of ``command``; what code prints is none of its output."""
    from symcheck.certificates.certify import certify

    with redirect_stdout(sys.stderr):
        return certify(*pair_of(options, command))


def exit_code(
    parser: Parser,
    action: Callable[[argparse.Namespace], int],
    argv: Sequence[str],
    interrupted: str = "interrupted: nothing is left half written",
) -> int:
    """What ``action`` returns for the arguments ``argv``; 64 for bad usage, 130 with a message if interrupted."""
    try:
        return action(parser.parse_intermixed_args(joined(argv)))
    except BadUsage as error:
        print(error, file=sys.stderr)
    except SymcheckError as error:
        print(f"symcheck: {error}", file=sys.stderr)
    except SystemExit as stop:  # --help
        return int(stop.code or 0)
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return INTERRUPTED
    return BAD_USAGE
