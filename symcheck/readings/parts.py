"""Quantities by their first derivatives, by z and by unknowns that stand for kinks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from symcheck.readings.jet_arithmetic import Jet
from symcheck.readings.pattern import Pattern

Z: Final = 0
"""The variable z; the unknowns that stand for kinks are counted from 1 on."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A quantity with its derivatives by ``Z`` and by unknowns, in one jet of order 1 for each of them.

    The jets have the same values; an unknown that has none has the derivative 0.  ``smooth``: it is analytic in z, with
    no unknown in it; ``detached``: a part of it moves in a way that derivatives do not see.
    """

    by: dict[int, Jet]
    smooth: bool = True
    detached: bool = False

    @property
    def base(self) -> Jet:
        """The jet by z."""
        return self.by[Z]

    def jet(self, variable: int) -> Jet:
        """The jet by one variable."""
        found = self.by.get(variable)
        return value_of(self.base) if found is None else found

    def is_flat_at(self, p: Pattern) -> bool:
        """Whether every derivative is 0 at the pattern ``p`` of its indices: there it is its value plus o(||z||)."""
        n = len(p)
        return not self.detached and not any(len(q) > n and q[:n] == p for jet in self.by.values() for q in jet.at)


def value_of(jet: Jet) -> Jet:
    """The value alone, which varies all the same."""
    return replace(jet, at={p: c for p, c in jet.at.items() if len(p) == jet.fixed})
