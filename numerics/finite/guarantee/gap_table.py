"""phi' and phi'' of a function of the gap, from FLINT's series in balls: polynomials with bounded errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.finite.span import UNIT
from symcheck.conditions.constants.rounded import above
from symcheck.field.ball import ball_of
from symcheck.language.formula import Formula
from symcheck.readings.explicit.series import series_of_length
from symcheck.readings.gap.series import GapSeries
from symcheck.reason import Undecided

Real = NDArray[np.float64]

PER_UNIT = 4
"""Cells of one unit of the gap."""
ORDER = 12
"""Coefficients of a series: the last one is bounded on the whole cell."""
OVERLAP = Fraction(1, 2**20)
"""A cell is so much wider on both sides, since a gap is rounded before its cell is looked up."""
KINKED = frozenset({"maximum", "minimum", "branch", "relu", "abs", "amax", "amax_others", "onehot_argmax"})
"""What a function may have kinks by: no table is made of it."""
FARTHEST = 4096
"""Beyond gaps of that size nothing is said."""

Cell = tuple[Real, float, float, float]


@dataclass(frozen=True, eq=False)
class GapTable:
    """phi' of the gap: ``phi`` is a formula that writes it z[y], without kinks."""

    phi: Formula
    _cells: dict[int, Cell] = field(default_factory=dict)
    _arrays: dict[str, Any] = field(default_factory=dict)

    def slopes(self, gap: Real) -> tuple[Real, Real, Real, Real]:
        """phi' at each gap, how far it may be off, and bounds of |phi'| and |phi''| near it."""
        inside = np.where(np.abs(gap) < FARTHEST, gap, FARTHEST)
        scaled = inside * PER_UNIT
        k = np.floor(scaled)
        e = (scaled - k - 0.5) / PER_UNIT
        first, table = self._table(k.astype(np.int64))
        place = k.astype(np.int64) - first
        value = np.zeros_like(gap)
        for row in table[:-3]:
            value *= e
            value += row.take(place)
        error, slope, bend = (row.take(place) for row in table[-3:])
        return value, error, slope, bend

    def _table(self, k: NDArray[np.int64]) -> tuple[int, Real]:
        """The first cell of a table that has all ``k``, and its rows: coefficients of phi', highest first, bounds."""
        first, columns, known = self._arrays.get("all", (0, np.zeros((ORDER + 1, 0)), np.zeros(0, dtype=bool)))
        low, high = int(k.min()), int(k.max())
        if low < first or high >= first + len(known):
            begin = min(low, first) if len(known) else low
            end = max(high + 1, first + len(known)) if len(known) else high + 1
            wider, seen = np.zeros((ORDER + 1, end - begin)), np.zeros(end - begin, dtype=bool)
            wider[:, first - begin : first - begin + len(known)] = columns
            seen[first - begin : first - begin + len(known)] = known
            first, columns, known = begin, wider, seen
        missing = k[~known[k - first]]
        if len(missing):
            for cell in np.unique(missing).tolist():
                a, error, slope, bend = self._cell(cell)
                powers = np.arange(len(a) - 1, 0, -1)
                columns[:, cell - first] = np.concatenate([powers * a[powers], [error, slope, bend]])
                known[cell - first] = True
        self._arrays["all"] = first, columns, known
        return first, columns

    def second(self, gap: float) -> float:
        """phi'' at one gap, to a few units in the last place."""
        k = int(np.floor(gap * PER_UNIT))
        a = self._cell(k)[0]
        e = gap - (k + 0.5) / PER_UNIT
        return float(sum(n * (n - 1) * a[n] * e ** (n - 2) for n in range(2, len(a))))

    def _cell(self, k: int) -> Cell:
        known = self._cells.get(k)
        if known is None:
            known = self._cells[k] = self._read(k)
        return known

    def _read(self, k: int) -> Cell:
        nothing = np.zeros(ORDER - 1), np.inf, np.inf, np.inf
        if k >= FARTHEST * PER_UNIT:
            return nothing
        low, high = Fraction(k, PER_UNIT), Fraction(k + 1, PER_UNIT)
        try:
            with series_of_length(ORDER):
                at = GapSeries(ball_of((low + high) / 2), ORDER).coefficients(self.phi)
                over = GapSeries(ball_of(low - OVERLAP).union(ball_of(high + OVERLAP)), ORDER).coefficients(self.phi)
                a = np.array([float(x.mid()) for x in at[: ORDER - 1]])
                half = float((high - low) / 2 + OVERLAP)
                last = above(abs(over[ORDER - 1])) * (ORDER - 1) * half ** (ORDER - 2)
                radius = sum(n * above(x.rad()) for n, x in enumerate(at[1 : ORDER - 1], 1))
                first, second = above(abs(over[1])), 2 * above(abs(over[2]))
        except Undecided:
            return nothing
        size = float(sum(n * abs(a[n]) * half ** (n - 1) for n in range(1, len(a))))
        return a, (last + radius + 8 * ORDER * UNIT * size) * (1 + 1e-12), first, second
