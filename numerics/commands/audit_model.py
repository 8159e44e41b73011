"""The command ``symcheck audit-model``: what the theorems assume of a model and data, looked at."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from numerics.commands.data_options import data_arguments
from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import certified, exit_code
from numerics.commands.result_files import record_text
from numerics.errors import TrainingError
from symcheck.errors import shown
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.completed_names import Named, completes
from symcheck.intake.pair import pair_arguments

HELP = Help(
    summary="measure which hypotheses of the theorems a model meets on data",
    group=Group.CHECK,
    takes="LOSS REG",
    text=(
        "Certifies LOSS with REGULARIZER and looks at what Theorems 2, 2' and 3 assume of a model and data: the rank "
        "of E[J'J], Z(theta_0) = 0, the gradient at the start, the cone property and more, each with a number and a "
        "sentence. LOSS and REG are names that symcheck list shows, formulas, or code in files, losses.py:MyLoss."
    ),
    examples=(
        Example("symcheck audit-model cross_entropy l2 --model linear --data iris", "a linear model"),
        Example("symcheck audit-model gce l2 --param q=7/10 --model mlp --data digits", "a network"),
    ),
    exit_codes={0: "a theorem has all its hypotheses", 1: "each theorem has one that fails", 2: "unknown"},
)


def audit_model(argv: Sequence[str]) -> int:
    """Runs ``symcheck audit-model`` with the arguments ``argv``; returns the exit code."""
    return exit_code("audit-model", HELP, arguments, _audited, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    pair_arguments(parser)
    model = parser.add_argument(
        "--model", metavar="NAME", default="mlp", help="a model (symcheck list models; default: mlp)"
    )
    completes(model, Named.MODEL)
    data_arguments(parser)
    parser.add_argument(
        "--start", metavar="KIND", default="zero-last-layer",
        help="how Z(theta_0) = 0 is arranged: zero-last-layer, subtracted or as-is (default: zero-last-layer)",
    )  # fmt: skip
    parser.add_argument("--seed", metavar="N", default="0", help="the seed of the initial weights (default: 0)")
    parser.add_argument(
        "--device", metavar="DEVICE", default="cpu", help="cpu, or cuda where there is one (default: cpu)"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the audit as JSON")
    form.add_argument("--markdown", action="store_true", help="print the audit in Markdown")
    out_arguments(parser)


def _audited(given: argparse.Namespace) -> int:
    out = output_of(given)
    from numerics.data.named import check_named

    if not re.fullmatch(r"\d{1,19}", given.seed, re.ASCII):
        raise TrainingError(f"--seed: got {shown(given.seed, 80)}; accepted is an integer from 0 to 2^63 - 1")
    check_named(given.data)
    certificate = certified(given, "audit-model")
    from numerics.audits.models.auditing import audit_model as audited  # after what is wrong is told: it loads torch
    from numerics.progress import bar

    with bar("audit-model") as progress:
        found = audited(
            certificate, given.model, given.data, start=given.start, seed=int(given.seed), device=given.device,
            label=given.label, without=given.without, progress=progress,
        )  # fmt: skip
    answer(found, given, out, lambda: record_text(found))
    return found.exit_code
