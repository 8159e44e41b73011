"""Hessians D^2 g(0) at one C, entry by entry: the pivots of the LDL' decide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from symcheck.conditions.curvature.apart_hessian import ApartHessian, Shown
from symcheck.conditions.curvature.pivots import Rows, across, pivots
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict
from symcheck.readings.labelled import LabelledExpansion

MOST_SHOWN = 6
"""A derivation shows a Hessian of up to so many classes."""


@dataclass(frozen=True)
class LabelledHessian(ApartHessian):
    """The Hessian at one C, entry by entry."""

    expansion: LabelledExpansion

    @property
    def rows(self) -> Rows:
        """H."""
        return self.expansion.hessians[0]

    @cached_property
    def image_of_ones(self) -> tuple[Element, ...]:
        """H 1."""
        return tuple(self.expansion.field.sum(row) for row in self.rows)

    def _is_flat(self) -> bool:
        return all(self._vanishes(c) for c in self.image_of_ones)

    @property
    def _slope_along_ones(self) -> Element:
        return self.expansion.entries.reduced(self.expansion.field.sum(self.expansion.gradients[0]))

    def _keeps_ones(self) -> Verdict:
        # H 1 is parallel to 1 if its entries are equal; it may be 0.
        steps = [c - self.image_of_ones[0] for c in self.image_of_ones[1:]]
        if all(self._vanishes(c) for c in steps):
            return Verdict.PROVED
        kinds = [self.expansion.field.sign(c).kind for c in steps]
        seen = any(k in (Kind.POSITIVE, Kind.NEGATIVE) for k in kinds)
        return Verdict.REFUTED if seen else Verdict.UNDECIDED

    def is_definite(self, *, quotient: bool) -> Shown | None:
        """The pivots of the LDL' of H, if all are shown to be positive."""
        field = self.expansion.field
        # LDL' without row exchanges: for a positive definite matrix all pivots are positive in any order.
        found = pivots(across(self.rows) if quotient else self.rows, field)
        if found is None:
            return None
        lines = ", ".join(p.text() for p in found[:MOST_SHOWN]) + (", ..." if len(found) > MOST_SHOWN else "")
        basis = "in the basis e_k - e_C" if quotient else "in the basis e_k"
        step = Step("pivots of the LDL' of D^2 g(0)", lines, f"{basis}, all of them positive")
        return Shown((step,), all(field.sign(p).exact for p in found))

    def steps(self) -> Derivation:
        """The rows of H, none where they are too many."""
        by = "the labelled reading and power series in balls agree"
        rows = self.rows if len(self.rows) <= MOST_SHOWN else ()
        return tuple(
            Step(f"row {k + 1} of D^2 g(0)", f"({', '.join(c.text() for c in row)})", by) for k, row in enumerate(rows)
        )

    def _vanishes(self, c: Element) -> bool:
        return c.is_zero or self.expansion.entries.reduced(c).is_zero
