"""What a user would take who has no clean labels: by accuracy on held-out noisy ones."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from benchmarks.study.summary import Row


def by_pair(rows: Iterable[Row], rho: float) -> dict[str, Row]:
    """Each pair's row at ``rho``, with the lambda that held-out noisy labels choose after the last epoch."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.rho == rho:
            name = str(row.pair)
            found[name] = max((found.get(name, row), row), key=lambda one: float(np.mean(one.held_out_last)))
    return found


def wins(one: Iterable[float], other: Iterable[float]) -> tuple[int, int]:
    """In how many seeds ``one`` is larger than ``other``, and the number of seeds: both have the same labels."""
    pairs = list(zip(one, other, strict=True))
    return sum(a > b for a, b in pairs), len(pairs)
