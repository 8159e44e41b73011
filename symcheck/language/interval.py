"""Intervals of real numbers: where a parameter or the entries of an array lie."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from math import ceil, floor

SHOWN_DIGITS = 12
"""The ends of the interval of a rounded number are shown with so many digits."""


class Interval:
    """The real interval from ``low`` to ``high`` (``None``: unbounded), each end open or closed.

    ``rounded``: it holds one number that rounding has left unknown, and not all the numbers that are asked about.
    A statement that something fails has to hold for every number in it.
    """

    __slots__ = ("high", "high_open", "integer", "low", "low_open", "rounded")

    def __init__(
        self,
        low: Fraction | None,
        high: Fraction | None,
        *,
        low_open: bool,
        high_open: bool,
        integer: bool = False,
        rounded: bool = False,
    ) -> None:
        self.low, self.high = low, high
        self.low_open = low_open or low is None
        self.high_open = high_open or high is None
        self.integer, self.rounded = integer, rounded

    @classmethod
    def around(cls, value: Fraction, reach: Fraction) -> Interval:
        """Where a number lies that was rounded to ``value``, with an error of at most ``reach``."""
        return cls(value - reach, value + reach, low_open=False, high_open=False, rounded=True)

    def _key(self) -> tuple[object, ...]:
        return self.low, self.high, self.low_open, self.high_open, self.integer, self.rounded

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Interval) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __contains__(self, value: Fraction) -> bool:
        if self.integer and value.denominator != 1:
            return False
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return above and below

    def within(self, other: Interval) -> bool:
        """Whether every number of this interval lies in ``other``."""
        low, low_open, high, high_open = self._tight()
        if self.is_empty:
            return True
        # One number: whether an end is open or closed does not matter then.
        if low is not None and low == high:
            return low in other
        above = other.low is None or (
            low is not None and (low > other.low or (low == other.low and (low_open or not other.low_open)))
        )
        below = other.high is None or (
            high is not None and (high < other.high or (high == other.high and (high_open or not other.high_open)))
        )
        # Only real intervals that are single points, seen above, lie within the whole numbers.
        return above and below and (self.integer or not other.integer)

    @property
    def is_empty(self) -> bool:
        """Whether no number lies in it: for whole numbers (0, 1) is empty."""
        low, low_open, high, high_open = self._tight()
        if low is None or high is None:
            return False
        return low > high or (low == high and (low_open or high_open))

    def cut(self, relation: str, end: Fraction) -> Interval:
        """The numbers of the interval that stand in ``relation``, one of < <= = >= >, to ``end``."""
        low, low_open, high, high_open = self.low, self.low_open, self.high, self.high_open
        if relation in (">", ">=", "=") and (low is None or end >= low):
            low_open = relation == ">" or (end == low and low_open)
            low = end
        if relation in ("<", "<=", "=") and (high is None or end <= high):
            high_open = relation == "<" or (end == high and high_open)
            high = end
        # Empty, but an interval still: both ends at one number, and open.
        if relation == "=" and end not in self:
            low, high, low_open, high_open = end, end, True, True
        return Interval(low, high, low_open=low_open, high_open=high_open, integer=self.integer)

    @property
    def whole_ends(self) -> tuple[Fraction | None, Fraction | None]:
        """The least and the greatest number of an interval of whole numbers, None where there is none."""
        low, _, high, _ = self._tight()
        return low, high

    def _tight(self) -> tuple[Fraction | None, bool, Fraction | None, bool]:
        """Both ends and whether they are open: for whole numbers the least and the greatest one, closed."""
        if not self.integer:
            return self.low, self.low_open, self.high, self.high_open
        low, high = self.low, self.high
        least = None if low is None else Fraction(floor(low) + 1 if self.low_open else ceil(low))
        greatest = None if high is None else Fraction(ceil(high) - 1 if self.high_open else floor(high))
        return least, least is None, greatest, greatest is None

    def __str__(self) -> str:
        left = "(" if self.low_open else "["
        right = ")" if self.high_open else "]"
        if self.rounded and self.low is not None and self.high is not None:
            low, high = decimal(self.low, up=False), decimal(self.high, up=True)
            return f"{left}{low}, {high}{right} (rounded)"
        low = "-oo" if self.low is None else str(self.low)
        high = "oo" if self.high is None else str(self.high)
        return f"{left}{low}, {high}{right}" + (" of integers" if self.integer else "")

    __repr__ = __str__


def decimal(value: Fraction, *, up: bool, digits: int = SHOWN_DIGITS) -> str:
    """``value`` as a decimal of ``digits`` digits, rounded up or down.

    >>> decimal(Fraction(1, 70), up=True)
    '0.0142857142858'
    """
    context = Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    found = context.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize()
    return f"{found:f}" if -6 < found.adjusted() < digits else f"{found:g}"
