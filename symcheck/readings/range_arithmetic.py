"""Interval arithmetic with ends that are exact constants: the range of an operator from those of its arguments.

C, the parameters and the arrays are fixed but any, so an end may depend on them and a range that has both is a bound
on the part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.field.signs.sign import Kind
from symcheck.language.array import Array
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from ``low`` to ``high``, None where there is no end; ``above`` and ``below``: the end is not reached."""

    low: Element | None = None
    high: Element | None = None
    above: bool = False
    below: bool = False

    @property
    def is_bounded(self) -> bool:
        """Whether it has both ends."""
        return self.low is not None and self.high is not None

    @property
    def is_point(self) -> bool:
        """Whether both ends are the same."""
        return self.low is not None and self.high is not None and self.low.key == self.high.key


class RangeArithmetic(Reading[Range]):
    """The range of each operator, from the ranges of its arguments alone."""

    takes_rounded = True

    def __init__(self, field: EverywhereField) -> None:
        self.field = field

    # leaves

    def number(self, value: Fraction) -> Range:
        return self._point(self.field.number(value))

    def parameter(self, name: str) -> Range:
        return self._point(self.field.parameter(name))

    def classes(self) -> Range:
        return self._point(self.field.C)

    def logits(self) -> Range:
        return Range()

    def onehot(self) -> Range:
        return Range(self.field.zero, self.field.one)

    def class_parameter(self, array: VectorArray) -> Range:
        return Range(self._entry(array, "min"), self._entry(array, "max"))

    def apply(self, array: MatrixArray, v: Range, *, transposed: bool) -> Range:  # noqa: ARG002
        least, most = self._entry(array, "min"), self._entry(array, "max")
        return self.total(self.mul(Range(least, most), v))

    def _entry(self, array: Array, which: str) -> Element:
        """The least, or the greatest, entry of an array."""
        if array.ends is not None:
            return self.field.number(array.ends[0] if which == "min" else array.ends[1])
        # A free array has a least entry, whatever it is: a parameter of that name.
        return self.field.atom(f"{which} {array.name}", array.interval)

    def filled(self, a: Range) -> Range:
        return a

    detach = filled

    # arithmetic

    def add(self, a: Range, b: Range) -> Range:
        return Range(_sum(a.low, b.low), _sum(a.high, b.high), a.above or b.above, a.below or b.below)

    def neg(self, a: Range) -> Range:
        return Range(_minus(a.high), _minus(a.low), a.below, a.above)

    def mul(self, a: Range, b: Range) -> Range:
        one, two = self._sign(a), self._sign(b)
        if one == -1:
            return self.neg(self.mul(self.neg(a), b))
        if two == -1:
            return self.neg(self.mul(a, self.neg(b)))
        if one == 1 and two == 1:
            high = None if a.high is None or b.high is None else a.high * b.high
            assert a.low is not None
            assert b.low is not None
            low = a.low * b.low
            # 0 is reached by a product only if a factor reaches it.
            return Range(low, high, above=low.is_zero and self._is_positive(a) and self._is_positive(b))
        if one == 1 and a.high is not None:
            return Range(self._stretched(b.low, a.high, -1), self._stretched(b.high, a.high, 1))
        if two == 1 and b.high is not None:
            return self.mul(b, a)
        if a.is_bounded and b.is_bounded:
            # The four products of ends are not put in order: with C and parameters in them their order may be open.
            most = self._size(a) * self._size(b)
            return Range(-most, most)
        return Range()

    def _stretched(self, end: Element | None, most: Element, side: int) -> Element | None:
        """An end of x y for 0 <= y <= most and x up to ``end``, which may have any sign."""
        if end is None:
            return None
        sign = self.field.sign(end)
        if sign.nonpositive if side > 0 else sign.nonnegative:
            return self.field.zero
        right = sign.nonnegative if side > 0 else sign.nonpositive
        return end * most if right else self.field.absolute(end) * most * side

    def div(self, a: Range, b: Range) -> Range:
        if self._sign(b) == -1:
            return self.neg(self.div(a, self.neg(b)))
        if not self._is_positive(b):
            return Range()
        assert b.low is not None
        # b > 0 may come as near to 0 as it likes, and then 1/b has no upper end.
        away = self.field.sign(b.low).kind is Kind.POSITIVE
        high = self.field.one / b.low if away else None
        low = self.field.zero if b.high is None else self.field.one / b.high
        return self.mul(a, Range(low, high, above=low.is_zero))

    def pow(self, a: Range, b: Range) -> Range:
        exponent = b.low
        if exponent is None or b.high is None or exponent.key != b.high.key:
            return self.exp(self.mul(b, self.log(a))) if self._is_positive(a) else Range()
        whole = exponent.rational
        if whole is not None and whole.denominator == 1 and self._sign(a) != 1:
            return self._whole_power(a, int(whole))
        if self._sign(a) != 1:
            return Range()
        assert a.low is not None
        sign = self.field.sign(exponent)
        if sign.kind is Kind.NEGATIVE:
            return self.div(self._point(self.field.one), self.pow(a, self._point(-exponent)))
        # x**e <= max(1, h**e) <= 1 + h**e for 0 <= x <= h and e >= 0, of which it is open whether it is 0.
        if sign.kind is not Kind.POSITIVE:
            if not sign.nonnegative or a.high is None:
                return Range()
            above = self._is_positive(a)
            if self._is_at_most(a.high, self.field.one):
                return Range(self.field.zero, self.field.one, above=above)
            return Range(self.field.zero, self.field.power(a.high, exponent) + 1, above=above)
        low = self.field.zero
        if self.field.sign(a.low).kind is Kind.POSITIVE:
            low = self.field.power(a.low, exponent)
        above = low.is_zero and self._is_positive(a)
        if a.high is None:
            return Range(low, None, above=above)
        positive = self.field.sign(a.high).kind is Kind.POSITIVE
        return Range(low, self.field.power(a.high, exponent) if positive else None, above=above)

    def _whole_power(self, a: Range, n: int) -> Range:
        if n < 0:
            return self.div(self._point(self.field.one), self._whole_power(a, -n))
        if n % 2 == 0:
            # Of both signs: an even power is least at 0 and greatest at the end that is farther away.
            size = self._size(a) if a.is_bounded else None
            return Range(self.field.zero, None if size is None else size**n) if n else self._point(self.field.one)
        if self._sign(a) == -1:
            return self.neg(self.pow(self.neg(a), self._point(self.field.number(n))))
        return Range(None if a.low is None else a.low**n, None if a.high is None else a.high**n)

    # functions

    def exp(self, a: Range) -> Range:
        low = self.field.zero if a.low is None else self.field.exp(a.low)
        return Range(low, None if a.high is None else self.field.exp(a.high), above=low.is_zero)

    def log(self, a: Range) -> Range:
        low, high = (
            self.field.log(x) if x is not None and self.field.sign(x).kind is Kind.POSITIVE else None
            for x in (a.low, a.high)
        )
        return Range(low, high, a.above, a.below)

    def abs(self, a: Range) -> Range:
        if self._sign(a) == 1:
            return a
        return self.neg(a) if self._sign(a) == -1 else Range(
            self.field.zero, self._size(a) if a.is_bounded else None
        )  # fmt: skip

    def relu(self, a: Range) -> Range:
        return self.maximum(a, self._point(self.field.zero))

    def maximum(self, a: Range, b: Range) -> Range:
        lows = [x for x in (a.low, b.low) if x is not None]
        low = lows[0] if lows else None
        if len(lows) == 2 and self._is_at_most(lows[0], lows[1]):
            low = lows[1]
        return Range(low, None if a.high is None or b.high is None else self._largest(a.high, b.high))

    def minimum(self, a: Range, b: Range) -> Range:
        return self.neg(self.maximum(self.neg(a), self.neg(b)))

    def branch(self, u: Range, positive: Range, otherwise: Range) -> Range:  # noqa: ARG002
        return self._hull(positive, otherwise)

    def arccos(self, a: Range) -> Range:  # noqa: ARG002
        # pi < 4 is all that is needed.
        return Range(self.field.zero, self.field.number(4))

    def sin(self, a: Range) -> Range:
        return self._point(self.field.sin(a.low)) if a.low is not None and a.is_point else self._unit()

    def cos(self, a: Range) -> Range:
        return self._point(self.field.cos(a.low)) if a.low is not None and a.is_point else self._unit()

    def arctan(self, a: Range) -> Range:
        """From -pi/2 to pi/2."""
        return self._rising(a, self.field.arctan, self.field.arccos(self.field.zero))

    def erf(self, a: Range) -> Range:
        """From -1 to 1."""
        return self._rising(a, self.field.erf, self.field.one)

    def _rising(self, a: Range, function: Callable[[Element], Element], most: Element) -> Range:
        """The range of a function that rises from -``most`` to ``most``, which are not reached."""
        low = -most if a.low is None else function(a.low)
        high = most if a.high is None else function(a.high)
        return Range(low, high, a.low is None or a.above, a.high is None or a.below)

    def sigmoid(self, a: Range) -> Range:
        return super().sigmoid(a) if a.is_bounded else self._open_unit()

    def tanh(self, a: Range) -> Range:  # noqa: ARG002
        return Range(-self.field.one, self.field.one, above=True, below=True)

    def cosh(self, a: Range) -> Range:
        return Range(self.field.one, super().cosh(a).high)

    def softplus(self, a: Range) -> Range:
        return Range(self.field.zero, super().softplus(a).high, above=True)

    # over the classes

    def total(self, v: Range) -> Range:
        return self.mul(self.classes(), v)

    def total_others(self, v: Range) -> Range:
        return self.mul(self._point(self.field.C - 1), v)

    def take(self, v: Range) -> Range:
        """The entries of a vector are in its range at whatever class, and so are their mean and the largest of them."""
        return v

    mean = mean_others = amax = amax_others = first = second = take

    def onehot_argmax(self, v: Range) -> Range:  # noqa: ARG002
        return Range(self.field.zero, self.field.one)

    def entmax(self, v: Range, alpha: Range) -> Range:  # noqa: ARG002
        if alpha.high is not None and self._is_at_most(alpha.high, self.field.one):
            return self._open_unit()
        return Range(self.field.zero, self.field.one)

    def logsumexp(self, v: Range) -> Range:
        return self.add(v, self._point(self.field.log(self.field.C)))

    def logsumexp_others(self, v: Range) -> Range:
        return self.add(v, Range(self.field.zero, self.field.log(self.field.C)))

    def softmax(self, v: Range) -> Range:
        return self.exp(self.log_softmax(v)) if v.is_bounded else self._open_unit()

    def log_softmax(self, v: Range) -> Range:
        low = None
        if v.low is not None and v.high is not None:
            low = v.low - v.high - self.field.log(self.field.C)
        return Range(low, self.field.zero, below=True)

    def product(self, v: Range) -> Range:  # noqa: ARG002
        return Range()

    product_others = product

    def pair_total(self, pairs: Range) -> Range:
        return self.mul(self._point(self.field.C**2), pairs)

    # ends

    def _point(self, c: Element) -> Range:
        return Range(c, c)

    def _open_unit(self) -> Range:
        return Range(self.field.zero, self.field.one, above=True, below=True)

    def _unit(self) -> Range:
        return Range(-self.field.one, self.field.one)

    def _hull(self, a: Range, b: Range) -> Range:
        # An end that is open in one of the two may be reached in the other one.
        high = self.maximum(a, b).high
        low = self.minimum(a, b).low
        return Range(low, high)

    def _between(self, a: Element, b: Element) -> Range:
        sign = self.field.sign(b - a)
        if sign.nonnegative:
            return Range(a, b)
        return Range(b, a) if sign.nonpositive else Range(-self._both(a, b), self._both(a, b))

    def _both(self, a: Element, b: Element) -> Element:
        return self.field.absolute(a) + self.field.absolute(b)

    def _largest(self, a: Element, b: Element) -> Element:
        if self._is_at_most(a, b):
            return b
        return a if self._is_at_most(b, a) else self._both(a, b)

    def _is_at_most(self, a: Element, b: Element) -> bool:
        return self.field.sign(b - a).nonnegative

    def _size(self, a: Range) -> Element:
        """The largest absolute value in a bounded range, or more."""
        assert a.low is not None
        assert a.high is not None
        return self._largest(self.field.absolute(a.low), self.field.absolute(a.high))

    def _sign(self, a: Range) -> int | None:
        """1 for a range at or above 0, -1 at or below 0, None otherwise."""
        if a.low is not None and (self.field.sign(a.low).nonnegative or a.low.is_zero):
            return 1
        return -1 if a.high is not None and (self.field.sign(a.high).nonpositive or a.high.is_zero) else None

    def _is_positive(self, a: Range) -> bool:
        if a.low is None:
            return False
        return self.field.sign(a.low).kind is Kind.POSITIVE or (a.above and self.field.sign(a.low).nonnegative)


def _sum(a: Element | None, b: Element | None) -> Element | None:
    return None if a is None or b is None else a + b


def _minus(a: Element | None) -> Element | None:
    return None if a is None else -a
