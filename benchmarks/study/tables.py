"""The tables of the page: mean and range over seeds, beside each pair its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from benchmarks.study.plan import PAIRS, Pair
from benchmarks.study.summary import Row
from symcheck import certify
from symcheck.certificates.certificate import Certificate

CLASSES = 10
"""Of both data sets."""


@cache
def verdict(pair: Pair) -> str:
    """What is proved of the pair, or of the loss alone where it has no penalty, at its default parameters."""
    return str(certificate(pair).verdict)


@cache
def certificate(pair: Pair) -> Certificate:
    """The certificate of the pair at its default parameters."""
    names = (pair.loss,) if pair.penalty is None else (pair.loss, pair.penalty)
    found = certify(*names, classes=CLASSES)
    defaults = {p.name: p.default for p in found.scope.parameters if p.default is not None}
    return found.at(**defaults) if defaults else found


def percent(value: float) -> str:
    """A share in percent, with one decimal."""
    return f"{100 * value:.1f}"


def mean(seeds: Sequence[float]) -> str:
    """The mean over seeds in percent."""
    return percent(float(np.mean(seeds)))


def cell(seeds: Sequence[float]) -> str:
    """Mean and range over seeds in percent: 88.5 (87.9-89.2)."""
    return f"{mean(seeds)} ({percent(min(seeds))}-{percent(max(seeds))})"


def table(rows: Iterable[Row], kind: str) -> list[str]:
    """A line for each pair and lambda, a column for each rate of noise."""
    rows = list(rows)
    rates = sorted({row.rho for row in rows})
    at = {(row.pair, row.lambda_, row.rho): row for row in rows}
    lines = [f"| pair | verdict | lambda | {' | '.join(f'rho {rho:g}' for rho in rates)} |"]
    lines.append("| :-- | :-- | --: |" + " --: |" * len(rates))
    for pair in PAIRS:
        for lambda_ in sorted({row.lambda_ for row in rows if row.pair == pair}):
            cells = [cell(getattr(at[key], kind)) if (key := (pair, lambda_, rho)) in at else "" for rho in rates]
            weight = "" if pair.penalty is None else f"{lambda_:g}"
            lines.append(f"| {pair} | {verdict(pair)} | {weight} | {' | '.join(cells)} |")
    return lines


def ranking(chosen: dict[str, Row]) -> list[str]:
    """Pairs from the most accurate on, each with the lambda that held-out noisy labels chose."""
    lines = ["| pair | verdict | lambda | learning rate | last epoch | epoch chosen | best of all epochs |"]
    lines.append("| :-- | :-- | --: | --: | --: | --: | --: |")
    for row in sorted(chosen.values(), key=lambda one: -np.mean(one.last)):
        weight = "" if row.penalty is None else f"{row.lambda_:g}"
        cells = (
            str(row.pair), verdict(row.pair), weight, f"{row.learning_rate:g}", cell(row.last), cell(row.chosen),
            mean(row.oracle),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines
