"""The command ``symcheck confirm``: a certificate against training on real data."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from numerics.commands.data_options import data_arguments
from numerics.commands.process import Parser, certified, exit_code
from numerics.errors import NoiseError
from symcheck.intake.pair import pair_arguments

SUMMARY = "train what is certified on data, and compare with what is predicted"
DESCRIPTION = """\
Certifies LOSS with REGULARIZER, predicts what training a classifier on DATA, a linear one unless --model says
another, should show, trains it under clean and under noisy labels, and compares.  A parameter without a value is
trained at its default.  LOSS and REG are names that symcheck list shows, formulas, or code in files,
losses.py:MyLoss."""

EPILOG = """\
exit codes: 0 agrees, 1 contradicts, 2 inconclusive, 64 bad usage, 130 interrupted
examples: symcheck confirm gce l2 --param q=7/10 --data iris --rho 0.3 --out results/gce
          symcheck confirm cross_entropy l2 --data flowers.csv --label species --without id
          symcheck confirm "logsumexp(z) - z[y]" l2 --noise sampled --seed 3"""


def confirm(argv: Sequence[str]) -> int:
    """Runs ``symcheck confirm`` with the arguments ``argv``; returns the exit code."""
    return exit_code(_parser(), _confirmed, argv)


def _parser() -> Parser:
    parser = Parser("confirm", DESCRIPTION, EPILOG)
    pair_arguments(parser)
    data_arguments(parser)
    parser.add_argument(
        "--model", metavar="NAME", default="linear",
        help="linear is solved exactly; mlp, cnn and others are trained from several seeds (default: linear)",
    )  # fmt: skip
    parser.add_argument("--reference", action="store_true", help="keep the score of the last class at 0")
    parser.add_argument(
        "--rho", metavar="RATE", default="2/5",
        help="the flip rate of uniform label noise: a label becomes another class (default: 2/5)",
    )  # fmt: skip
    parser.add_argument(
        "--noise", metavar="KIND", default="exact",
        help="exact: each label is replaced by its law; sampled: by one draw (default: exact)",
    )  # fmt: skip
    parser.add_argument("--seed", metavar="N", help="the seed of sampled labels (default: 0)")
    parser.add_argument(
        "--device", metavar="DEVICE", default="cpu", help="cpu, or cuda where there is one (default: cpu)"
    )
    parser.add_argument("--out", metavar="FOLDER", help="write report and record there")
    parser.add_argument("--json", action="store_true", help="print the record instead of the table")
    return parser


def _confirmed(given: argparse.Namespace) -> int:
    from numerics.data.named import check_named
    from numerics.noise.shares import share_of

    seed, rho = seed_of(given.seed, given.noise), share_of(given.rho, "rho")
    check_named(given.data)
    certificate = certified(given, "confirm")
    from numerics.confirmations.confirmation import confirm as confirmed  # after what is wrong is told: it loads torch
    from numerics.progress import bar

    with bar("confirm") as progress:
        found = confirmed(
            certificate, data=given.data, rho=rho, noise=given.noise, seed=seed,
            device=given.device, out=given.out, progress=progress, model=given.model,
            reference=given.reference, label=given.label, without=given.without,
        )  # fmt: skip
    print(found.to_json() if given.json else found, end="" if given.json else "\n")
    if given.out and not given.json:
        print(f"\nreport and record: {given.out}")
    return found.outcome.value


def seed_of(text: str | None, noise: str) -> int:
    """The value of --seed; raises ``NoiseError`` unless it is a whole number, and there is something to draw."""
    if text is None:
        return 0
    if not re.fullmatch(r"\d{1,19}", text, re.ASCII):
        raise NoiseError(f"--seed: got {text!r}; accepted is an integer from 0 to 2^63 - 1")
    if noise == "exact":
        raise NoiseError(f"--seed: got {text}, and exact noise draws nothing; add --noise sampled, or leave it out")
    return int(text)
