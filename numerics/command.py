"""The command ``symcheck confirm``: a certificate against training on real data."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Never

from symcheck.errors import ParameterError, SymcheckError

if TYPE_CHECKING:
    from numerics.claim import Certified

BAD_USAGE, INTERRUPTED = 64, 130

DESCRIPTION = """\
Certifies LOSS with REGULARIZER, predicts what training a linear classifier on DATA should show, trains it under
clean and under noisy labels, and compares.  A parameter without a value is trained at its default."""

EPILOG = """\
exit codes: 0 agrees, 1 contradicts, 2 inconclusive, 64 bad usage, 130 interrupted
example: symcheck confirm gce l2 --param q=7/10 --data iris --rho 0.3 --out results/gce"""


class _BadUsage(Exception):
    """The arguments cannot be read; argparse itself would end the process with 2, which means inconclusive here."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Never:
        raise _BadUsage(f"{self.format_usage()}{self.prog}: {message}")


def confirm(argv: Sequence[str]) -> int:
    """Runs ``symcheck confirm`` with the arguments ``argv``; returns the exit code."""
    try:
        return _confirmed(_parser().parse_args(argv))
    except _BadUsage as error:
        print(error, file=sys.stderr)
    except SymcheckError as error:
        print(f"symcheck: {error}", file=sys.stderr)
    except SystemExit as stop:  # --help
        return int(stop.code or 0)
    except KeyboardInterrupt:
        print("interrupted: nothing is left half written", file=sys.stderr)
        return INTERRUPTED
    return BAD_USAGE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="symcheck confirm",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("loss", metavar="LOSS", help="a name that symcheck list shows, such as cross_entropy")
    parser.add_argument("regularizer", metavar="REGULARIZER", help="likewise, such as l2")
    parser.add_argument(
        "--param", metavar="NAME=VALUE", action="append", default=[], help="the value of a parameter, such as q=7/10"
    )
    parser.add_argument("--data", metavar="NAME", default="digits", help="a data set (default: digits)")
    parser.add_argument("--rho", metavar="RATE", default="2/5", help="the rate of uniform label noise (default: 2/5)")
    parser.add_argument(
        "--device", metavar="DEVICE", default="cpu", help="cpu, or cuda where there is one (default: cpu)"
    )
    parser.add_argument("--out", metavar="FOLDER", help="write figure, report and record there")
    parser.add_argument("--json", action="store_true", help="print the record instead of the table")
    return parser


def _confirmed(given: argparse.Namespace) -> int:
    from numerics.confirmation import confirm as confirmed
    from numerics.progress import bar
    from numerics.report import record_text

    certificate = _certificate(given.loss, given.regularizer, given.param)
    with bar("confirm") as progress:
        found = confirmed(
            certificate, data=given.data, rho=given.rho, device=given.device, out=given.out, progress=progress
        )
    print(record_text(found) if given.json else found, end="" if given.json else "\n")
    if given.out and not given.json:
        print(f"\nfigure, report and record: {given.out}")
    return found.outcome.value


def _certificate(loss: str, regularizer: str, pairs: Sequence[str]) -> Certified:
    """The certificate of two catalogue names, in the scope that NAME=VALUE ``pairs`` leave."""
    from symcheck.certification import certify

    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name or not value:
            raise ParameterError(f"--param: got {pair!r}; write NAME=VALUE, such as q=7/10")
        if name == "C":
            raise ParameterError("--param: C is no parameter but the number of classes of the data; choose --data")
        values[name] = value
    certificate = certify(loss, regularizer)
    return certificate.at(None, **values) if values else certificate
