"""What rules of convexity ask of each other: whether a combination is convex, concave or affine in z.

The rules for groups, operators and sums ask this of the quantities inside of theirs, and so depend on it alone, not on
how all the rules are put together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from symcheck.conditions.convexity.combination import SUMS, Atom, Combination
from symcheck.conditions.convexity.why import Why
from symcheck.field.field import Field

LOGITS = frozenset({"own", "entry", "first", "second"})
"""Atoms that are an entry of z: at the label, at any other class, at the first and the second class of a pair."""


@dataclass
class CurvatureRules(ABC):
    """What can be shown of the curvature of combinations over one ``field``."""

    field: Field

    @abstractmethod
    def convex(self, u: Combination) -> Why | None:
        """Why ``u`` is convex in z, for every class where it has a free index; None if no rule shows it."""

    def concave(self, u: Combination) -> Why | None:
        """Why ``u`` is concave: -u is convex."""
        return self.convex(u.times(self.field.number(-1)))

    def is_affine(self, u: Combination) -> bool:
        """Whether ``u`` is affine in z by its form."""
        return all(self.is_affine_atom(a) for a, _ in u.terms)

    def is_affine_atom(self, a: Atom) -> bool:
        """Whether the atom is: a logit, or a sum or a matrix times what is affine."""
        return a.kind in LOGITS or ((a.kind in SUMS or a.kind == "apply") and all(self.is_affine(x) for x in a.args))
