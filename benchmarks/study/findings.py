"""What the study finds, in sentences that are made of its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.study.choices import by_pair, wins
from benchmarks.study.plan import FIXED_RATES, LIMIT, PAIRS, Pair
from benchmarks.study.plateau import ALL_WEIGHTS, LAST_LAYER, PIXELS
from benchmarks.study.summary import Row, Summary
from benchmarks.study.tables import mean, percent, verdict

RHO = 0.4
"""The rate of noise that most sentences are about."""
STRONG = 10.0
"""From this lambda on a penalty is called strong here."""


def findings(summary: Summary, places: Sequence[str]) -> list[str]:
    """Bullets, those first that most users ask for."""
    found: list[str] = []
    for place in places:
        rows = [row for row in summary.tuned(place) if row.rho == RHO]
        chosen = by_pair(rows, RHO)
        if len(chosen) == len(PAIRS):
            found.append(_best(place, chosen))
            found += _strong(place, rows)
    found += _rate_by_rate(summary)
    return [f"- {sentence}" for sentence in found]


def found_row(rows: Sequence[Row], pair: Pair, lambda_: float, rho: float) -> Row | None:
    """The row of a pair at a lambda and a rate of noise."""
    return next((r for r in rows if (r.pair, r.lambda_, r.rho) == (pair, lambda_, rho)), None)


def compared(one: Row, other: Row, kind: str = "last") -> str:
    """``one`` beside ``other``: both means, and in how many seeds the first is larger."""
    first, second = getattr(one, kind), getattr(other, kind)
    more, count = wins(first, second)
    overlap = "the ranges overlap" if max(min(first), min(second)) <= min(max(first), max(second)) else "no overlap"
    return (
        f"{one.title} {mean(first)} % against {other.title} {mean(second)} % (larger for the first in {more} of "
        f"{count} seeds, {overlap})"
    )


def _best(place: str, chosen: dict[str, Row]) -> str:
    """The first pairs by accuracy and the last, after the last epoch, beside cross-entropy."""
    ordered = sorted(chosen.values(), key=lambda row: -float(np.mean(row.last)))
    first = ", ".join(f"{row.title} {mean(row.last)} %" for row in ordered[:3])
    last = ", ".join(f"{row.title} {mean(row.last)} %" for row in ordered[-2:])
    plain = chosen.get("cross_entropy")
    beside = "" if plain is None or plain is ordered[0] else f"  Beside cross-entropy: {compared(ordered[0], plain)}."
    return (
        f"**{place}, rho {RHO:g}:** with lambda and learning rate chosen on noisy labels the most accurate are "
        f"{first}; the least accurate are {last}.{beside}"
    )


def _strong(place: str, rows: Sequence[Row]) -> Iterator[str]:
    """The best lambda of cross-entropy + l2 beside none and beside the largest."""
    pair, alone = Pair("cross_entropy", "l2"), found_row(rows, Pair("cross_entropy"), 0.0, RHO)
    of_one = sorted((row for row in rows if row.pair == pair), key=lambda row: row.lambda_)
    if alone is None or len(of_one) < 2:
        return
    chosen = by_pair(of_one, RHO)[str(pair)]
    yield (
        f"**{place}, a penalty on cross-entropy, rho {RHO:g}:** the lambda that noisy labels choose is "
        f"{chosen.lambda_:g}: {compared(chosen, alone)}.  At the largest lambda: {compared(of_one[-1], alone)}."
    )


def _rate_by_rate(summary: Summary) -> Iterator[str]:
    """What the learning rate does to losses alone."""
    by = {(row.title, row.learning_rate): row for row in summary.rate_by_rate}
    low, high = min(FIXED_RATES), max(FIXED_RATES)
    falls = [
        f"{title} from {mean(by[title, low].last)} to {mean(by[title, high].last)} %"
        for title in ("cross_entropy", "focal", "gce", "mae")
        if (title, low) in by and (title, high) in by
    ]
    if falls:
        place = summary.rate_by_rate[0].place
        yield (
            f"**{place}, rho {RHO:g}, the learning rate:** with none chosen, after the last epoch, from the rate "
            f"{low:g} to {high:g}: {', '.join(falls)}."
        )


def robustness(summary: Summary, place: str) -> list[str]:
    """How much accuracy the noise costs, beside how accurate the networks are: they are not the same."""
    rows = summary.tuned(place)
    lines = [
        f"| {place} | verdict | rho 0 | rho {RHO:g} | lost |", "| :-- | :-- | --: | --: | --: |"
    ]  # fmt: skip
    for pair, lambda_ in ASKED:
        clean, noisy = (found_row(rows, pair, lambda_, rho) for rho in (0.0, RHO))
        if clean is not None and noisy is not None:
            lost = float(np.mean(clean.last)) - float(np.mean(noisy.last))
            lines.append(
                f"| {noisy.title} | {verdict(pair)} | {mean(clean.last)} | {mean(noisy.last)} | {percent(lost)} |"
            )
    return lines if len(lines) > 2 else []


ASKED = (
    (Pair("cross_entropy"), 0.0),
    *((Pair("cross_entropy", "l2"), lambda_) for lambda_ in (0.1, 1.0, 10.0, 100.0)),
    (LIMIT, 0.0),
    (Pair("gce"), 0.0),
    (Pair("mae"), 0.0),
)
"""Pairs with their lambdas, of which it is told what noise costs them."""


def prediction(summary: Summary, place: str) -> list[str]:
    """Predicted and measured for the limit problem at a place, a line for each rate of noise."""
    predicted = {one.features: one for one in summary.plateaus if one.place == place}
    if not predicted:
        return []
    rows, longer = summary.tuned(place), summary.longer(place)
    names = [name for name in (PIXELS, LAST_LAYER, ALL_WEIGHTS) if name in predicted]
    heads = [f"predicted: {name} (leverage {predicted[name].leverage:.2f})" for name in names]
    lines = [f"| rho | {' | '.join(heads)} | trained: epoch chosen | last epoch | ten times as long |"]
    lines.append("| --: |" + " --: |" * (len(names) + 3))
    for place_of, rho in enumerate(predicted[names[0]].rates):
        measured = found_row(rows, LIMIT, 0.0, rho)
        more = found_row(longer, LIMIT, 0.0, rho)
        cells = [percent(predicted[name].accuracy[place_of]) for name in names]
        cells += ["", ""] if measured is None else [mean(measured.chosen), mean(measured.last)]
        cells.append("" if more is None else mean(more.last))
        lines.append(f"| {rho:g} | {' | '.join(cells)} |")
    return lines


def beside_prediction(summary: Summary, place: str) -> str:
    """Where the trained networks lie beside the predictions for all weights and for the last layer."""
    predicted = {one.features: one for one in summary.plateaus if one.place == place}
    few, every = predicted[LAST_LAYER], predicted[ALL_WEIGHTS]
    above = lower = count = 0
    longer = []
    for at, rho in enumerate(every.rates):
        row = found_row(summary.tuned(place), LIMIT, 0.0, rho)
        more = found_row(summary.longer(place), LIMIT, 0.0, rho)
        if row is not None and rho > 0:
            last = float(np.mean(row.last))
            count, above, lower = count + 1, above + (last > every.accuracy[at]), lower + (last < few.accuracy[at])
        if row is not None and more is not None:
            longer.append(
                f"  At rho {rho:g} all weights are predicted at {percent(every.accuracy[at])} %; measured are "
                f"{mean(row.last)} % after {row.trained_for} epochs and {mean(more.last)} % after {more.trained_for} "
                f"(learning rates {row.learning_rate:g} and {more.learning_rate:g})."
            )
    return (
        f"With noise the accuracy after the last epoch is above what is predicted for all weights at {above} of "
        f"{count} rates, and below what is predicted for the last layer alone at {lower}." + "".join(longer)
    )
