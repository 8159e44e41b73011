"""The command ``symcheck confirm``: a certificate against training on real data."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from numerics.commands.data_options import data_arguments, test_part, whole
from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import INTERRUPTED, certified, exit_code
from numerics.errors import NoiseError, TrainingError
from symcheck.errors import shown
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.completed_names import Named, completes
from symcheck.intake.pair import pair_arguments

HELP = Help(
    summary="train what is certified on data, and compare with what is predicted",
    group=Group.CHECK,
    takes="LOSS REG",
    text=(
        "Certifies LOSS with REGULARIZER, predicts what training a classifier on DATA, a linear one unless --model "
        "says another, should show, trains it under clean and under noisy labels, and compares. A parameter without a "
        "value is trained at its default. LOSS and REG are names that symcheck list shows, formulas, or code in "
        "files, losses.py:MyLoss."
    ),
    examples=(
        Example("symcheck confirm cross_entropy l2 --data iris", "a linear model, solved exactly"),
        Example(
            "symcheck confirm gce l2 --param q=7/10 --data iris --rho 0.3 --out results/gce",
            "with a report, a record and a figure",
        ),
        Example(
            "symcheck confirm cross_entropy l2 --data flowers.csv --label species --without id", "data of your own"
        ),
        Example(
            "symcheck confirm gce l2 --data iris --model mlp --seeds 5 --checkpoint gce.pt",
            "networks; goes on after a stop",
        ),
        Example(
            "symcheck confirm class_weighted_ce l2 --data iris --kappa 1",
            "what training says of a claim that is REFUTED",
        ),
    ),
    exit_codes={0: "agrees", 1: "contradicts", 2: "inconclusive"},
)


def confirm(argv: Sequence[str]) -> int:
    """Runs ``symcheck confirm`` with the arguments ``argv``; returns the exit code."""
    return exit_code("confirm", HELP, arguments, _confirmed, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    pair_arguments(parser)
    data_arguments(parser)
    model = parser.add_argument(
        "--model", metavar="NAME", default="linear",
        help="linear is solved exactly; mlp, cnn and others are trained from several seeds (default: linear)",
    )  # fmt: skip
    completes(model, Named.MODEL)
    parser.add_argument(
        "--kappa", metavar="NUMBER",
        help="claim this scale in the place of the certificate's, of a REFUTED pair too, and see what training says",
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
    parser.add_argument(
        "--seed", metavar="N", help="the seed of sampled labels (default: 0); networks draw them with their own seeds"
    )
    _network_arguments(parser)
    parser.add_argument(
        "--device", metavar="DEVICE", default="cpu", help="cpu, or cuda where there is one (default: cpu)"
    )
    out_arguments(parser, "report, record and figure")
    parser.add_argument("--json", action="store_true", help="print the record instead of the table")


def _network_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options that networks alone have."""
    group = parser.add_argument_group("networks alone", "a model that is solved exactly takes none of these")
    group.add_argument("--alpha", metavar="NUMBER", help="1/lambda (default: 1/256, lowered where that is too large)")
    group.add_argument(
        "--seeds", metavar="N",
        help="how many seeds, 5, or which, 0,1,2: of weights and of labels that are drawn (default: 5)",
    )  # fmt: skip
    group.add_argument(
        "--start", metavar="KIND",
        help="zero-last-layer, subtracted or as-is: how scores are 0 at first (default: zero-last-layer)",
    )  # fmt: skip
    group.add_argument(
        "--steps", metavar="N", help="at most so many; a network stops when it can be judged (default: 3000)"
    )
    group.add_argument(
        "--test", metavar="PART",
        help="hold a share of the samples out, 0.2, or test on data as --data: the accuracy there, with and without "
        "the penalty, is shown beside",
    )  # fmt: skip
    group.add_argument("--dtype", metavar="TYPE", help="float64 or float32 (default: float64)")
    group.add_argument(
        "--checkpoint", metavar="FILE",
        help="write the training there every 50 steps, and go on from it if it is there; FILE.alpha=... where alpha is "
        "lowered",
    )  # fmt: skip


def _confirmed(given: argparse.Namespace) -> int:
    out = output_of(given)
    from numerics.confirmations.networks.settings_numbers import checked_alpha, checked_seeds
    from numerics.data.named import check_named
    from numerics.formulas.claimed_scale import checked_scale
    from numerics.noise.shares import share_of

    seed, rho = seed_of(given.seed, given.noise), share_of(given.rho, "rho")
    check_named(given.data)
    kappa = None if given.kappa is None else given.kappa.strip()
    if kappa is not None:
        checked_scale(kappa)
    alpha = None if given.alpha is None else checked_alpha(given.alpha)
    seeds = None if given.seeds is None else checked_seeds(given.seeds)
    steps = None if given.steps is None else whole(given.steps, "--steps", 1, TrainingError)
    test = test_part(given.test)
    certificate = certified(given, "confirm")
    from numerics.confirmations.confirmation import confirm as confirmed  # after what is wrong is told: it loads torch
    from numerics.progress import bar

    out.make()
    try:
        with bar("confirm") as progress:
            found = confirmed(
                certificate, data=given.data, rho=rho, noise=given.noise, seed=seed,
                device=given.device, progress=progress, model=given.model,
                reference=given.reference, label=given.label, without=given.without, kappa=kappa,
                alpha=alpha, seeds=seeds, start=given.start, steps=steps, dtype=given.dtype,
                checkpoint=given.checkpoint, test=test,
            )  # fmt: skip
    except KeyboardInterrupt:
        if given.checkpoint is None or not Path(given.checkpoint).exists():
            raise
        print(f"interrupted: the same command goes on from the last checkpoint in {given.checkpoint}", file=sys.stderr)
        return INTERRUPTED
    answer(found, given, out, found.to_json, found.files)
    return found.outcome.value


def seed_of(text: str | None, noise: str) -> int:
    """The value of --seed; raises ``NoiseError`` unless it is a whole number, and there is something to draw."""
    if text is None:
        return 0
    if not re.fullmatch(r"\d{1,19}", text, re.ASCII):
        raise NoiseError(f"--seed: got {shown(text, 80)}; accepted is an integer from 0 to 2^63 - 1")
    if noise == "exact":
        raise NoiseError(f"--seed: got {text}, and exact noise draws nothing; add --noise sampled, or leave it out")
    return int(text)
