"""Bounds of combinations for all z: proved intervals, each end open or closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from symcheck.budget import look
from symcheck.conditions.convexity.averages import SOFT, without_averages
from symcheck.conditions.convexity.combination import Atom, Combination
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.reason import Undecided


@dataclass(frozen=True)
class Bounds:
    """``low`` < x or <= x, x < ``high`` or <= ``high``; None where nothing is known."""

    low: Element | None = None
    high: Element | None = None
    low_open: bool = False
    high_open: bool = False

    def times(self, c: Element, field: Field) -> Bounds:
        """The bounds of c x."""
        sign = field.sign(c)
        low, high = (None if x is None else x * c for x in (self.low, self.high))
        strict = sign.kind in (Kind.POSITIVE, Kind.NEGATIVE)
        if sign.nonnegative:
            return Bounds(low, high, self.low_open and strict, self.high_open and strict)
        if sign.nonpositive:
            return Bounds(high, low, self.high_open and strict, self.low_open and strict)
        return Bounds()

    def plus(self, other: Bounds) -> Bounds:
        """The bounds of a sum."""
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Bounds(low, high, self.low_open or other.low_open, self.high_open or other.high_open)


def is_positive(u: Combination) -> bool:
    """Whether u > 0 for all z is proved."""
    b, field = bounds(u), u.field
    if b.low is None:
        return False
    sign = field.sign(b.low)
    return sign.kind is Kind.POSITIVE or (b.low_open and sign.nonnegative)


def is_nonnegative(u: Combination) -> bool:
    """Whether u >= 0 for all z is proved."""
    b = bounds(u)
    return b.low is not None and u.field.sign(b.low).nonnegative


def bounds(u: Combination) -> Bounds:
    """What is proved of ``u`` for all z and, where it has a free index, for every class."""
    look()
    field = u.field
    rest, found = u.part(u.terms), Bounds(u.constant, u.constant)
    while True:
        # Bounds of terms add up to little where the terms move together: logsumexp(z) - z_y > 0 has two unbounded
        # ones.
        taken = _against_own_entries(rest)
        if taken is None:
            break
        part, part_bounds = taken
        found, left = found.plus(part_bounds), rest - part
        found, rest = found.plus(Bounds(left.constant, left.constant)), left.part(left.terms)
    for side in (field.one, -field.one):
        left, parts = without_averages(rest.times(side))
        rest = left.times(side)
        for part in parts:
            strict = any(a.kind in SOFT for a, _ in part.terms)
            found = found.plus(Bounds(field.zero, None, low_open=strict).times(side, field))
    for a, c in rest.terms:
        try:
            found = found.plus(of_atom(a, field).times(c, field))
        except Undecided:
            return Bounds()
    return found


def _against_own_entries(u: Combination) -> tuple[Combination, Bounds] | None:
    """A part c (logsumexp(v) - v_y) of ``u``, or - v_i, - max v or - mean v, with its bounds."""
    field = u.field
    zero = field.zero
    for a, c in u.terms:
        if a.kind != "lse":
            continue
        label_entry, other = a.args
        others = u.part((b, d) for b, d in u.terms if b.key != a.key)
        top = Combination.of(field, Atom("amax", a.args))
        spread = Combination.of(field, a)
        for entry, gap in (
            (label_entry, Bounds(zero, None, low_open=True)),
            (other, Bounds(zero, None, low_open=True)),
            (top, Bounds(zero, field.log(field.C), low_open=True)),
        ):
            if entry.terms and others.multiple_of(entry) is not None:
                ratio = others.multiple_of(entry)
                assert ratio is not None
                if (ratio + c).is_zero:
                    part = (spread - entry).times(c)
                    return part, gap.times(c, field)
            if not entry.terms and not others.terms:
                part = (spread - entry).times(c)
                return part, gap.times(c, field)
    return None


_RANGES: Final[Mapping[str, tuple[int, int | None, bool]]] = {
    "abs": (0, None, False), "relu": (0, None, False), "form": (0, None, False), "softplus": (0, None, True),
    "sigmoid": (0, 1, True), "entmax": (0, 1, False), "tanh": (-1, 1, True), "erf": (-1, 1, True),
    "sin": (-1, 1, False), "cos": (-1, 1, False), "cosh": (1, None, False),
}  # fmt: skip
"""Where the values of an operator lie whatever its arguments are, and whether the ends are not reached."""


def of_atom(a: Atom, field: Field) -> Bounds:
    """The bounds of an atom by its operator."""
    zero = field.zero
    if a.kind == "exp":
        b = bounds(a.args[0])
        low = zero if b.low is None else field.exp(b.low)
        return Bounds(low, None if b.high is None else field.exp(b.high), b.low is None or b.low_open, b.high_open)
    if a.kind in _RANGES:
        least, most, is_open = _RANGES[a.kind]
        high = None if most is None else field.number(most)
        return Bounds(field.number(least), high, is_open, is_open and high is not None)
    if a.kind == "arctan":
        quarter = field.arccos(zero)
        return Bounds(-quarter, quarter, True, True)
    if a.kind == "log":
        return _of_log(a.args[0])
    if a.kind == "power":
        return _of_power(a, field)
    if a.kind == "product" and all(is_nonnegative(x) for x in a.args):
        return Bounds(zero, None, low_open=all(is_positive(x) for x in a.args))
    if a.kind in ("others", "all", "pairs"):
        return _of_sum(a, field)
    if a.kind == "larger":
        return _of_larger([bounds(x) for x in a.args], field)
    if a.kind.startswith("amax") or a.kind == "conjugate":  # which is at least as large as each entry
        return _of_larger([bounds(x) for x in a.args[-1:]], field)
    return Bounds()


def _of_log(x: Combination) -> Bounds:
    b = bounds(x)
    low = b.low if b.low is not None and x.field.sign(b.low).kind is Kind.POSITIVE else None
    high = b.high if b.high is not None and x.field.sign(b.high).kind is Kind.POSITIVE else None
    return Bounds(
        None if low is None else x.field.log(low), None if high is None else x.field.log(high), b.low_open, b.high_open
    )


def _of_power(a: Atom, field: Field) -> Bounds:
    assert a.exponent is not None
    whole = a.exponent.rational
    x = a.args[0]
    if is_positive(x):
        return Bounds(field.zero, None, low_open=True)
    even = whole is not None and whole.denominator == 1 and whole % 2 == 0 and whole > 0
    if even or (is_nonnegative(x) and field.sign(a.exponent).kind is Kind.POSITIVE):
        return Bounds(field.zero)
    return Bounds()


def _of_sum(a: Atom, field: Field) -> Bounds:
    """At least one class is summed over, so a bound of every entry is one of the sum where it has the right sign."""
    b = bounds(a.args[0])
    low = field.zero if b.low is not None and field.sign(b.low).nonnegative else None
    high = field.zero if b.high is not None and field.sign(b.high).nonpositive else None
    return Bounds(low, high, b.low_open, b.high_open)


def _of_larger(found: list[Bounds], field: Field) -> Bounds:
    """A largest entry is at least as large as each."""
    lows = [b.low for b in found if b.low is not None]
    for low in lows:
        if field.sign(low).nonnegative:
            return Bounds(field.zero)
    return Bounds(lows[0]) if lows else Bounds()
