"""Boxes: an interval of C times intervals of the parameters, on which the sign of an element is asked."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from symcheck.language.interval import Interval
from symcheck.language.scope import Scope


@dataclass(frozen=True)
class Box:
    """``names`` and ``sides``, the variables with their intervals in the order of their places in the field.

    C is in it unless it is fixed.  A statement about a box is about all real numbers in its sides.
    """

    names: tuple[str, ...]
    sides: tuple[Interval, ...]

    @classmethod
    def of(cls, scope: Scope) -> Box:
        """The box of ``scope``; ends of whole-number intervals are whole numbers."""
        names = [p.name for p in scope.parameters]
        sides = [_tight(p.interval) for p in scope.parameters]
        classes = scope.classes
        if classes.fixed is None:
            high = None if classes.high is None else Fraction(classes.high)
            names.insert(0, "C")
            sides.insert(0, Interval(Fraction(classes.low), high, low_open=False, high_open=False, integer=True))
        return cls(tuple(names), tuple(sides))

    @cached_property
    def _hash(self) -> int:
        return hash((self.names, self.sides))

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def is_rounded(self) -> bool:
        """Whether all of its variables are rounded numbers, so that a ball holds them all."""
        return bool(self.sides) and all(side.rounded for side in self.sides)

    def side(self, name: str) -> Interval:
        """The interval of the variable ``name``."""
        return self.sides[self.names.index(name)]

    def only(self, names: frozenset[str]) -> Box:
        """The box of the variables ``names`` alone."""
        if len(names) == len(self.names):
            return self
        known = self._narrower.get(names)
        if known is None:
            kept = [(n, s) for n, s in zip(self.names, self.sides, strict=True) if n in names]
            known = self._narrower[names] = Box(tuple(n for n, _ in kept), tuple(s for _, s in kept))
        return known

    @cached_property
    def _narrower(self) -> dict[frozenset[str], Box]:
        """The boxes of some of the variables: signs are kept by box, and one that is known is found by its identity."""
        return {}

    def without(self, name: str) -> Box:
        """The box of the other variables."""
        i = self.names.index(name)
        return Box(self.names[:i] + self.names[i + 1 :], self.sides[:i] + self.sides[i + 1 :])

    def with_side(self, name: str, side: Interval) -> Box:
        """The box with another interval for ``name``."""
        i = self.names.index(name)
        return Box(self.names, (*self.sides[:i], side, *self.sides[i + 1 :]))

    def __str__(self) -> str:
        return ", ".join(_shown(n, s) for n, s in zip(self.names, self.sides, strict=True))


def _tight(interval: Interval) -> Interval:
    """The same interval; of whole numbers, with closed whole ends."""
    if not interval.integer:
        return interval
    low, high = interval.low, interval.high
    if low is not None:
        low = Fraction(floor(low) + 1 if interval.low_open else ceil(low))
    if high is not None:
        high = Fraction(ceil(high) - 1 if interval.high_open else floor(high))
    return Interval(low, high, low_open=False, high_open=False, integer=True)


def _shown(name: str, side: Interval) -> str:
    low, high = side.low, side.high
    if side.rounded:
        return f"{name} in {side}"
    if low is not None and high is None:
        return f"{name} {'>' if side.low_open else '>='} {low}"
    if high is not None and low is None:
        return f"{name} {'<' if side.high_open else '<='} {high}"
    if low is None:
        return f"{name} real"
    left, right = ("<" if o else "<=" for o in (side.low_open, side.high_open))
    return f"{low} {left} {name} {right} {high}"
