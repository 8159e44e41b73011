"""Pairs beside cross-entropy alone, over all places and rates of noise: in how many of them a pair is more accurate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.study.choices import by_pair, wins
from benchmarks.study.plan import PAIRS, Pair
from benchmarks.study.summary import Summary
from benchmarks.study.tables import verdict

PLAIN = Pair("cross_entropy")
MOST = 0.75
"""Of the seeds in which a pair has to be more accurate."""


@dataclass(frozen=True)
class Cell:
    """A pair at one place and rate of noise: ``gain`` over cross-entropy in points, and seeds that it is larger in."""

    place: str
    rho: float
    gain: float
    seeds_won: int
    seeds: int
    apart: bool


def cells_of(summary: Summary, places: Sequence[str], pair: Pair) -> list[Cell]:
    """Every place and rate of noise where all pairs are done; lambda by noisy labels, last epoch."""
    found = []
    for place in places:
        rows = summary.tuned(place)
        for rho in sorted({row.rho for row in rows}):
            chosen = by_pair(rows, rho)
            one, plain = chosen.get(str(pair)), chosen.get(str(PLAIN))
            # Means over cells are compared, so that they have to be of the same cells for all pairs.
            if one is not None and plain is not None and len(chosen) == len(PAIRS):
                won, count = wins(one.last, plain.last)
                gain = 100 * (float(np.mean(one.last)) - float(np.mean(plain.last)))
                apart = max(min(one.last), min(plain.last)) > min(max(one.last), max(plain.last))
                found.append(Cell(place, rho, gain, won, count, apart))
    return found


def always_better(summary: Summary, places: Sequence[str]) -> list[str]:
    """The pairs with a larger mean than cross-entropy wherever there is noise, and in most seeds, the best first."""
    gains = {}
    for pair in PAIRS:
        noisy = [cell for cell in cells_of(summary, places, pair) if cell.rho > 0]
        won, seeds = sum(cell.seeds_won for cell in noisy), sum(cell.seeds for cell in noisy)
        if pair != PLAIN and noisy and min(cell.gain for cell in noisy) > 0 and won >= MOST * seeds:
            gains[str(pair)] = float(np.mean([cell.gain for cell in noisy]))
    return sorted(gains, key=lambda name: -gains[name])


def beside_table(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    """A line for each pair, by its mean gain where there is noise."""
    yield "| pair | verdict | gain with noise | least, largest | cells won | seeds won | ranges apart | gain at rho 0 |"
    yield "| :-- | :-- | --: | --: | --: | --: | --: | --: |"
    lines = []
    for pair in PAIRS:
        cells = cells_of(summary, places, pair)
        noisy, clean = [c for c in cells if c.rho > 0], [c for c in cells if c.rho == 0]
        if pair == PLAIN or not noisy:
            continue
        gains = [cell.gain for cell in noisy]
        parts = (
            str(pair), verdict(pair), f"{np.mean(gains):+.1f}", f"{min(gains):+.1f}, {max(gains):+.1f}",
            f"{sum(g > 0 for g in gains)} of {len(gains)}",
            f"{sum(c.seeds_won for c in noisy)} of {sum(c.seeds for c in noisy)}",
            f"{sum(c.apart for c in noisy)}", f"{np.mean([c.gain for c in clean]):+.1f}" if clean else "",
        )  # fmt: skip
        lines.append((float(np.mean(gains)), f"| {' | '.join(parts)} |"))
    yield from (line for _, line in sorted(lines, reverse=True))
