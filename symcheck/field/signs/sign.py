"""Signs of elements on a scope, with the steps that prove them or the points that show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from functools import cached_property


class Kind(Enum):
    """The sign on the whole scope.

    MIXED: at two points of the scope the signs are different (one of them may be 0).  UNKNOWN: neither a
    sign was proved nor two different ones found.
    """

    POSITIVE = "> 0"
    NEGATIVE = "< 0"
    ZERO = "= 0"
    MIXED = "of both signs, or 0 somewhere and not elsewhere"
    UNKNOWN = "of unknown sign"


@dataclass(frozen=True)
class Sample:
    """A point of the scope (C and the parameters by name), the ``value`` there as text, and its ``sign``."""

    point: tuple[tuple[str, Fraction], ...]
    value: str
    sign: int

    @property
    def values(self) -> dict[str, Fraction]:
        """The point by the names of its variables."""
        return dict(self.point)

    @property
    def place(self) -> str:
        """The point in words."""
        return ", ".join(f"{n} = {v}" for n, v in self.point)


@dataclass(frozen=True)
class Sign:
    """The sign of a constant on a scope.

    ``exact``: no ball was needed.  ``nonnegative``, ``nonpositive``: proved on the whole scope (with MIXED:
    the constant is also 0 somewhere; with UNKNOWN: it is open whether it is).  ``steps`` reads as a proof;
    ``points`` holds at least one point where the kind is not UNKNOWN, and for MIXED two of different sign.
    """

    kind: Kind
    exact: bool
    nonnegative: bool
    nonpositive: bool
    find_steps: Callable[[], tuple[str, ...]] = field(repr=False, compare=False)
    find_points: Callable[[], tuple[Sample, ...]] = field(repr=False, compare=False)

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The proof, one statement a line."""
        return self.find_steps()

    @cached_property
    def points(self) -> tuple[Sample, ...]:
        """Points of the scope with the sign there."""
        return self.find_points()

    def restricted(self, part: Sign) -> Sign:
        """``part``, the sign on a part of the scope, with the bounds that are proved on the whole of it."""
        return replace(
            part,
            nonnegative=part.nonnegative or self.nonnegative,
            nonpositive=part.nonpositive or self.nonpositive,
        )


class ProvedSign(Enum):
    """What is proved of a constant on a box."""

    POSITIVE = "> 0"
    NONNEGATIVE = ">= 0"
    ZERO = "= 0"
    NONPOSITIVE = "<= 0"
    NEGATIVE = "< 0"

    @property
    def is_strict(self) -> bool:
        """Whether the value is 0 nowhere."""
        return self in (ProvedSign.POSITIVE, ProvedSign.NEGATIVE)

    @property
    def at_least_zero(self) -> bool:
        return self in (ProvedSign.POSITIVE, ProvedSign.NONNEGATIVE, ProvedSign.ZERO)

    @property
    def at_most_zero(self) -> bool:
        return self in (ProvedSign.NEGATIVE, ProvedSign.NONPOSITIVE, ProvedSign.ZERO)

    @property
    def negated(self) -> ProvedSign:
        return _NEGATED[self]

    def times(self, other: ProvedSign) -> ProvedSign:
        """What holds of a product."""
        if ProvedSign.ZERO in (self, other):
            return ProvedSign.ZERO
        up = self.at_least_zero == other.at_least_zero
        if self.is_strict and other.is_strict:
            return ProvedSign.POSITIVE if up else ProvedSign.NEGATIVE
        return ProvedSign.NONNEGATIVE if up else ProvedSign.NONPOSITIVE


_NEGATED = {
    ProvedSign.POSITIVE: ProvedSign.NEGATIVE,
    ProvedSign.NONNEGATIVE: ProvedSign.NONPOSITIVE,
    ProvedSign.ZERO: ProvedSign.ZERO,
    ProvedSign.NONPOSITIVE: ProvedSign.NONNEGATIVE,
    ProvedSign.NEGATIVE: ProvedSign.POSITIVE,
}


def joined(proved: Sequence[ProvedSign]) -> ProvedSign | None:
    """What holds where one of ``proved`` does; None if their signs differ."""
    if all(c is ProvedSign.ZERO for c in proved):
        return ProvedSign.ZERO
    if all(c.at_least_zero for c in proved):
        return ProvedSign.POSITIVE if all(c.is_strict for c in proved) else ProvedSign.NONNEGATIVE
    if all(c.at_most_zero for c in proved):
        return ProvedSign.NEGATIVE if all(c.is_strict for c in proved) else ProvedSign.NONPOSITIVE
    return None
