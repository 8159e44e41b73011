"""The command ``symcheck audit-loss``: whether code is a formula of the catalogue, and what is different if not."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout

from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import exit_code
from numerics.commands.result_files import record_text
from symcheck.errors import ParameterError, SymcheckError, shown
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.options import classes_of, seconds

HELP = Help(
    summary="say whether the code of a loss is a formula, and if not, what is different",
    group=Group.CHECK,
    takes="CODE FORMULA",
    text=(
        "Says whether the code of a loss is a formula: the same values and gradients for every z, label and number of "
        'classes C. CODE is code in a file, losses.py:MyLoss or "losses.py:MyLoss(gamma=2)"; FORMULA is a name that '
        "symcheck list shows or a formula. Of code that is another function it says what is different: a factor, a "
        "clamp, brackets, and so on."
    ),
    examples=(
        Example("symcheck audit-loss losses.py:MyGCE gce --param q=7/10", "MyGCE of the file losses.py"),
        Example('symcheck audit-loss "losses.py:Focal(gamma=2)" focal --param gamma=2 --classes 10', "for ten classes"),
        Example('symcheck audit-loss losses.py:ce "logsumexp(z) - z[y]"', "beside a formula"),
    ),
    exit_codes={0: "PROVED: the code is the formula", 1: "REFUTED: it is not", 2: "UNDECIDED"},
)

_TAKEN = frozenset({"code", "formula", "classes", "budget", "progress"})
"""Names of arguments of the audit itself."""


def audit_loss(argv: Sequence[str]) -> int:
    """Runs ``symcheck audit-loss`` with the arguments ``argv``; returns the exit code."""
    return exit_code("audit-loss", HELP, arguments, _audited, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("names", nargs="*", metavar="CODE FORMULA", help="the code, and what it is to be")
    parser.add_argument(
        "--param", action="append", default=[], metavar="P", help="a value, q=7/10, for a parameter; repeat for more"
    )
    parser.add_argument("--classes", metavar="C", help="one number of classes, 10, or a range, 2:1000 (default: all)")
    parser.add_argument("--budget", metavar="SECONDS", default="10", help="the time that it may take (default: 10)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the audit as JSON")
    form.add_argument("--markdown", action="store_true", help="print the audit in Markdown")
    out_arguments(parser)


def _audited(given: argparse.Namespace) -> int:
    out = output_of(given)
    if len(given.names) != 2:
        raise SymcheckError(
            f"audit-loss: got {len(given.names)} names ({' '.join(given.names) or 'none'}); here CODE and FORMULA are "
            "expected, as in symcheck audit-loss losses.py:MyGCE gce --param q=7/10"
        )
    classes, budget, values = classes_of(given.classes), seconds(given.budget), _values(given.param)

    from numerics.audits.implementations.auditing import audit_implementation
    from numerics.progress import bar

    # What the code prints is none of the output.
    with bar("audit-loss") as progress, redirect_stdout(sys.stderr):
        try:
            found = audit_implementation(*given.names, classes=classes, budget=budget, progress=progress, **values)
        except SystemExit as stop:  # its code would be a verdict here
            raise SymcheckError(f"code: it leaves Python by sys.exit({stop.code}); hand in code that returns") from None
    answer(found, given, out, lambda: record_text(found))
    return found.exit_code


def _values(texts: Sequence[str]) -> dict[str, str]:
    """The values of --param by the names of parameters; raises ``ParameterError`` for what is no value."""
    found: dict[str, str] = {}
    for text in texts:
        value = re.fullmatch(r"\s*([A-Za-z]\w*)\s*=\s*(.+?)\s*", text, re.ASCII)
        if value is None:
            raise ParameterError(f"--param: got {shown(text, 80)}; accepted is a value, as q=7/10")
        name = value[1]
        if name in found:
            raise ParameterError(f"--param: {name} is given twice")
        if name in _TAKEN:
            raise ParameterError(f"--param: no parameter is called {name}; accepted are those of the formula")
        found[name] = value[2]
    return found
