"""Parameters: named numbers with an interval, that may stay symbolic in a certificate."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from math import ceil, floor

from symcheck.errors import ParameterError
from symcheck.language.exact import Number, exact, exact_text
from symcheck.language.term import Scalar

LONGEST_NAME = 64
"""The name of a parameter has at most so many characters."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
RESERVED = frozenset({"C", "z", "y", "E", "I"})
"""Names that mean something else in a formula."""


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
        if low is not None and low == high:
            return low in other
        above = other.low is None or (
            low is not None and (low > other.low or (low == other.low and (low_open or not other.low_open)))
        )
        below = other.high is None or (
            high is not None and (high < other.high or (high == other.high and (high_open or not other.high_open)))
        )
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


class Parameter(Scalar):
    """A number with a name and an interval, free until it is given a value.

    Parameters: ``name``; one of ``above`` (open) or ``at_least`` (closed), one of ``below`` or
    ``at_most``, none of them for an unbounded side; ``integer`` for whole numbers only; ``default`` the
    value to train with; ``rounded`` for one number that is known up to rounding: what is refuted has to fail for
    every value of it.  It is a scalar of the language: ``softmax(z)[y] ** q`` works.

    >>> Parameter("q", above=0, at_most=1, default="7/10")
    Parameter q in (0, 1], default 7/10
    """

    __slots__ = ("default", "interval", "name")
    __hash__ = Scalar.__hash__

    def __init__(
        self,
        name: str,
        *,
        above: Number | str | None = None,
        at_least: Number | str | None = None,
        below: Number | str | None = None,
        at_most: Number | str | None = None,
        integer: bool = False,
        default: Number | str | None = None,
        rounded: bool = False,
    ) -> None:
        super().__init__("parameter", data=self)
        if isinstance(name, str) and len(name) > LONGEST_NAME:
            raise ParameterError(
                f"name: got {len(name)} characters, {name[:20]!r}...; a parameter's name has at most {LONGEST_NAME}"
            )
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in RESERVED:
            raise ParameterError(
                f"name: got {name!r}; a parameter's name is letters, digits and _, begins with a letter, "
                f"and is none of {', '.join(sorted(RESERVED))}"
            )
        for first, second, one, two in ((above, at_least, "above", "at_least"), (below, at_most, "below", "at_most")):
            if first is not None and second is not None:
                raise ParameterError(f"parameter {name}: got both {one} and {two}; give one of them")
        low = above if above is not None else at_least
        high = below if below is not None else at_most
        self.name = name
        self.interval = Interval(
            None if low is None else _number(low, f"lower end of {name}"),
            None if high is None else _number(high, f"upper end of {name}"),
            low_open=above is not None,
            high_open=below is not None,
            integer=integer,
            rounded=rounded,
        )
        if self.interval.is_empty:
            raise ParameterError(f"parameter {name}: the interval {self.interval} is empty")
        if rounded and (integer or None in (low, high)):
            raise ParameterError(f"parameter {name}: a rounded number lies in a bounded interval of real numbers")
        self.default = None if default is None else self.value(default)

    @classmethod
    def of(cls, name: str, interval: Interval, default: Fraction | None = None) -> Parameter:
        """The parameter of this name in ``interval``."""
        made = cls.__new__(cls)
        Scalar.__init__(made, "parameter", data=made)
        made.name, made.interval, made.default = name, interval, default
        return made

    @property
    def rounded(self) -> bool:
        """Whether it is one number that is known up to rounding."""
        return self.interval.rounded

    def value(self, value: Number | str) -> Fraction:
        """``value`` as an exact number of this parameter's interval; raises ``ParameterError`` outside it."""
        number = _number(value, self.name)
        if number not in self.interval:
            raise ParameterError(f"{self.name}: got {number}; accepted is {self.interval}")
        return number

    def restricted(self, other: Parameter) -> Parameter:
        """``other`` in the place of this parameter, if its interval lies within this one's."""
        if not other.interval.within(self.interval):
            raise ParameterError(
                f"{self.name}: got the free parameter {other.name} in {other.interval}; accepted is {self.interval}"
            )
        return other

    def key(self) -> tuple[object, ...]:
        """What makes two parameters the same one: the name and the interval."""
        return self.name, self.interval

    def __repr__(self) -> str:
        shown = f"Parameter {self.name} in {self.interval}"
        return shown if self.default is None else f"{shown}, default {self.default}"


def decimal(value: Fraction, *, up: bool, digits: int = SHOWN_DIGITS) -> str:
    """``value`` as a decimal of ``digits`` digits, rounded up or down.

    >>> decimal(Fraction(1, 70), up=True)
    '0.0142857142858'
    """
    context = Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    found = context.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize()
    return f"{found:f}" if -6 < found.adjusted() < digits else f"{found:g}"


def _number(value: Number | str, name: str) -> Fraction:
    return exact_text(value, name) if isinstance(value, str) else exact(value, name)
