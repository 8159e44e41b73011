"""``symcheck derivatives LOSS``."""

from __future__ import annotations

import argparse

from symcheck.errors import SymcheckError
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.options import (
    answered,
    classes_of,
    form_arguments,
    out_path,
    prints_aside,
    range_arguments,
    seconds,
)
from symcheck.intake.pair import formula_arguments, formulas_of

HELP = Help(
    summary="write the gradient and the Hessian of a loss, at every z and for every C",
    group=Group.CHOOSE,
    takes="LOSS",
    text="As a page with formulas, as functions of numpy arrays (--code), or as a test that stands alone (--pytest).",
    examples=(
        Example("symcheck derivatives cross_entropy", "the formulas"),
        Example("symcheck derivatives gce --param q=1/2 --code", "functions of numpy arrays"),
    ),
    exit_codes={0: "they were written"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of derivatives."""
    formula_arguments(parser, "LOSS")
    range_arguments(parser)
    form = form_arguments(parser)
    for name, told in (("code", "functions of numpy arrays"), ("pytest", "a test file that stands alone")):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=f"write {told}")


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The derivatives as a page or as code, and 0."""
    from symcheck.differentiation import derivatives

    (loss,) = formulas_of(options, "derivatives", "LOSS")
    out = out_path(options)
    if out is not None and options.form in ("code", "pytest"):
        raise SymcheckError(
            f"--out: got it together with --{options.form}, which writes code; leave it out, and use > FILE"
        )
    with prints_aside():
        found = derivatives(loss, classes=classes_of(options.classes), budget=seconds(options.budget))
    code = {"code": found.to_python, "pytest": found.to_pytest}.get(options.form)
    return 0, answered(found, options, out) if code is None else code().rstrip("\n") + "\n"
