"""The command ``symcheck sweep``: many runs, stored as they are done, on this machine or on a Dask cluster."""

from __future__ import annotations

import argparse
import itertools
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import cast

from numerics.commands.data_options import data_arguments
from numerics.commands.process import INTERRUPTED, exit_code
from numerics.errors import SweepError, SweepWarning
from symcheck.errors import ParameterError, shown
from symcheck.intake.command_help import Example, Group, Help
from symcheck.language.recording import Kind
from symcheck.problem import Subject
from symcheck.render.terminal import columns, has_colour

SOME_FAILED = 1
"""The exit code if a run could not be done."""

HELP = Help(
    summary="train many combinations of losses, data and penalties; go on after a crash",
    group=Group.CHECK,
    takes="",
    text=(
        "Trains a linear classifier under clean and under noisy labels for every combination of what is given, and "
        "stores each run as a line of FILE as soon as it is done. The same command goes on where it was stopped. "
        "Options marked * may be repeated, and every combination is run; a parameter without a value is trained at "
        "its default."
    ),
    examples=(
        Example(
            "symcheck sweep --loss gce --loss cross_entropy --data iris --rho 0.2 --rho 0.4 --out iris.jsonl",
            "four runs",
        ),
        Example(
            "symcheck sweep --loss gce --param q=1/2 --param q=7/10 --test 0.3 --seeds 5 --workers 2",
            "drawn labels, two processes",
        ),
        Example(
            'symcheck sweep --transform "relu(500, seed=0)" --scheduler tcp://10.0.0.5:8786',
            "on other machines",
        ),
    ),
    exit_codes={0: "all runs are done", 1: "some could not be"},
)


def sweep(argv: Sequence[str]) -> int:
    """Runs ``symcheck sweep`` with the arguments ``argv``; returns the exit code."""
    return exit_code("sweep", HELP, arguments, _swept, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""

    def several(option: str, metavar: str, text: str) -> None:
        parser.add_argument(option, metavar=metavar, action="append", help=f"* {text}")

    several(
        "--loss",
        "LOSS",
        "a loss: a name that symcheck list shows, a formula, or losses.py:MyLoss (default: cross_entropy)",
    )
    several("--regularizer", "REG", "a regularizer likewise (default: l2)")
    several("--param", "P", "a value for a parameter, q=7/10, of every loss and regularizer that has it")
    data_arguments(parser, several=True)
    several("--transform", "T", "standardised, relu(500, seed=0) or raw (default: standardised)")
    several("--rho", "RATE", "a flip rate of uniform label noise (default: 2/5)")
    several("--lambda", "L", "a weight of the regularizer (default: 0.001 to 10000 in powers of ten)")
    parser.add_argument("--seeds", metavar="N", help="draw the noisy labels N times (default: their exact law instead)")
    parser.add_argument("--test", metavar="SHARE", default="0", help="the share of samples to test on (default: 0)")
    parser.add_argument("--split", metavar="SEED", default="0", help="the seed that draws them (default: 0)")
    parser.add_argument(
        "--device", metavar="DEVICE", default="cpu", help="cpu, or cuda where there is one (default: cpu)"
    )
    parser.add_argument("--out", metavar="FILE", default="results.jsonl", help="the results (default: results.jsonl)")
    parser.add_argument("--workers", metavar="N", default="1", help="processes on this machine (default: 1)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, instead of workers: tcp://host:8786")
    parser.add_argument("--markdown", action="store_true", help="print the table in Markdown")


def _swept(given: argparse.Namespace) -> int:
    from numerics.data.named import check_named

    data = given.data or ["digits"]
    for name in data:
        check_named(name)
    seeds = None if given.seeds is None else _whole(given.seeds, "--seeds", 1)
    lambdas = [_real(text, "--lambda") for text in getattr(given, "lambda") or []]
    test, split = _real(given.test, "--test"), _whole(given.split, "--split", 0)
    workers = _whole(given.workers, "--workers", 1)
    losses, regularizers = subjects(given.loss or ["cross_entropy"], given.regularizer or ["l2"], given.param or [])
    from numerics.progress import bar  # after what is wrong is told: what follows loads torch
    from numerics.sweeps import sweep as sweeps
    from numerics.sweeps.grid import LAMBDAS, grid

    plans = grid(
        losses,
        regularizers,
        data,
        given.rho,
        seeds,
        lambdas or LAMBDAS,
        label=given.label,
        without=given.without,
        transform=given.transform or ["standardised"],
        test=test,
        split=split,
        device=given.device,
    )
    try:
        with _told(), bar("sweep") as progress:
            found = sweeps.sweep(
                plans,
                given.out,
                progress=progress,
                workers=workers,
                cluster=given.scheduler,
            )
    except sweeps.SweepInterrupted as stop:
        print(stop, file=sys.stderr)
        return INTERRUPTED
    print(found.to_markdown() if given.markdown else found.to_text(columns=columns(), colour=has_colour()))
    print(f"\n{len(found)} runs: {given.out}")
    return SOME_FAILED if found.failed else 0


@contextmanager
def _told() -> Iterator[None]:
    """Warnings of the sweep as lines on the standard error, without the place in the code, once it is over."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SweepWarning)
        try:
            yield
        finally:
            for one in caught:
                print(f"symcheck: {one.message}", file=sys.stderr)


def subjects(losses: Sequence[str], regularizers: Sequence[str], params: Sequence[str]) -> tuple[list[Subject], ...]:
    """The losses and the regularizers, each with every combination of the values given for its parameters.

    Raises ``ParameterError`` for a parameter that none of them has.
    """
    from symcheck.intake.code_file import code_in_file, is_code
    from symcheck.intake.given import Given, subject_of

    values: dict[str, list[str]] = {}
    for text in params:
        name, equals, value = text.partition("=")
        if not equals:
            raise ParameterError(f"--param: got {shown(text, 80)}; accepted is a value, as q=7/10")
        values.setdefault(name.strip(), []).append(value)
    unused = set(values)
    kinds: list[tuple[Kind, Sequence[str]]] = [("loss", losses), ("regularizer", regularizers)]
    found: tuple[list[Subject], ...] = ([], [])
    for side, (kind, names) in zip(found, kinds, strict=True):
        for name in names:
            given = cast("Given", code_in_file(name, kind)) if is_code(name) else name
            with redirect_stdout(sys.stderr):  # what code in a file prints
                subject = subject_of(given, kind)
            unused -= {p.name for p in subject.formula.parameters}
            side.extend(_with_values(subject, values))
    if unused:
        raise ParameterError(f"--param: neither a loss nor a regularizer has a parameter {', '.join(sorted(unused))}")
    return found


def _with_values(subject: Subject, values: Mapping[str, Sequence[str]]) -> Iterator[Subject]:
    from symcheck.language.exact import exact_text

    varied = [p for p in subject.formula.parameters if p.name in values]
    for texts in itertools.product(*(values[p.name] for p in varied)):
        yield subject.at({p.name: p.value(exact_text(t, p.name)) for p, t in zip(varied, texts, strict=True)})


def _whole(text: str, name: str, least: int) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) < least:
        raise SweepError(f"{name}: got {shown(text, 80)}; accepted is a whole number from {least} on")
    return int(text)


def _real(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SweepError(f"{name}: got {shown(text, 80)}; accepted is a number, such as 0.1") from None
