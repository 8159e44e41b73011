"""The command ``symcheck guarantee``: the lambda from which on noise provably moves no prediction, sample by sample."""

from __future__ import annotations

from collections.abc import Sequence

from numerics.commands.data_options import samples_arguments
from numerics.commands.process import Parser, exit_code
from symcheck.intake.pair import pair_arguments

SUMMARY = "say from which lambda on noise provably moves no prediction"
DESCRIPTION = """\
Says for each sample of DATA the lambda from which on the model trained on clean labels and the one trained on their
exact noisy law provably predict the same, for one rate of noise and for every rate; with --lambda, which samples that
holds for there.  Nothing is trained.  LOSS and REG are names that symcheck list shows, formulas, or code in files,
losses.py:MyLoss."""

EPILOG = """\
exit codes: 0 a bound, 1 no bound is known, or nothing is certified by it, 64 bad usage, 130 interrupted
examples: symcheck guarantee cross_entropy l2 --data digits --rho 0.3
          symcheck guarantee gce l2 --param q=7/10 --data iris --rho 0.3 --lambda 0.5 --lambda 2
          symcheck guarantee cross_entropy l2 --data flowers.csv --label species --out guarantee"""


def guarantee(argv: Sequence[str]) -> int:
    """Runs ``symcheck guarantee`` with the arguments ``argv``; returns the exit code."""
    return exit_code(_parser(), _guaranteed, argv)


def _parser() -> Parser:
    parser = Parser("guarantee", DESCRIPTION, EPILOG)
    pair_arguments(parser)
    samples_arguments(parser)
    parser.add_argument(
        "--rho", metavar="RATE", help="the flip rate of uniform noise (default: every rate below chance)"
    )
    parser.add_argument("--lambda", metavar="L", action="append", help="the exact test at this lambda; may be repeated")
    parser.add_argument("--steps", metavar="K", help="steps that make the bound sharper (default: 3)")
    parser.add_argument("--reference", action="store_true", help="keep the score of the last class at 0")
    parser.add_argument("--out", metavar="FOLDER", help="write report, record and figure there")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    return parser
