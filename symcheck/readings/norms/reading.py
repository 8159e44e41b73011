"""The sizes of the first three derivatives of a formula on the ball ||z|| <= r, for one C, whatever it is.

    D^2 logsumexp(v)[u, u] = Var_w(a) + E_w b,      a = Dv u,  b = D^2 v[u, u],  w = softmax(v),
    D^3 logsumexp(v)[u, u, u] = k_3(a) + 3 Cov_w(a, b) + E_w c,      c = D^3 v[u, u, u],

with Var_w(a) <= min(1/2, max w) ||a||^2 and |k_3(a)| <= V sqrt(2 - 4 V) ||a||^3 for a variance V ||a||^2
(``conditions.constants.third_derivative``).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from flint import arb, arb_series

from symcheck.field.ball import ball_of, entry_balls
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray
from symcheck.readings.explicit.series import Entry, coefficients, finite, series_of_length
from symcheck.readings.gap.series import GapSeries
from symcheck.readings.norms.bounds import (
    NONE,
    Number,
    Row,
    Sizes,
    added,
    chained,
    chained_whole,
    combined,
    constant,
    largest_of,
    product,
    product_whole,
    size,
    smaller,
    symmetric,
)
from symcheck.reason import Code, Undecided

Value: TypeAlias = Number | Row

ORDER = 4
"""Coefficients of a series up to the third derivative."""


def derivative_sizes(formula: Formula, *, classes: int, parameters: Mapping[str, Fraction], radius: Fraction) -> Sizes:
    """Numbers that |l|, |grad l|, ||D^2 l|| and ||D^3 l|| do not exceed for ||z|| <= ``radius``, for every label.

    Raises ``Undecided`` where the formula may have a kink there, or a part has no finite bound.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> z, y = symbols()
    >>> found = derivative_sizes(Formula.of(logsumexp(z) - z[y]), classes=10, parameters={}, radius=Fraction(1, 100))
    >>> print(round(float(found[2]), 3))  # D^2 l(0, y) has the norm 1/10
    0.102
    """
    if formula.detaches:
        raise Undecided.of(Code.UNMAPPED_OP, "a part of the formula is detached", "write it without detach")
    with series_of_length(ORDER):
        value = NormReading(classes, parameters, ball_of(radius)).read(formula)
        assert isinstance(value, Number)
        a, b, c, d = (finite(x) for x in value.sizes)
        return a, b, c, d


class NormReading(Reading[Value]):
    """Sizes of every part of a formula on the ball of this ``radius``."""

    takes_rounded = True

    def __init__(self, classes: int, parameters: Mapping[str, Fraction], radius: arb) -> None:
        self._classes, self._parameters, self._radius = classes, parameters, radius
        self._root = arb(classes).sqrt()

    # leaves

    def number(self, value: Fraction) -> Value:
        return constant(ball_of(value))

    def parameter(self, name: str) -> Value:
        return constant(ball_of(self._parameters[name]))

    def classes(self) -> Value:
        return constant(arb(self._classes))

    def logits(self) -> Value:
        entry = Number(symmetric(self._radius), arb(0), arb(1))
        return Row(entry, entry, (self._radius, arb(1), NONE, NONE), apart=True)

    def onehot(self) -> Value:
        return Row(constant(arb(1)), constant(arb(0)), (arb(1), NONE, NONE, NONE), apart=True)

    def filled(self, a: Value) -> Value:
        return self._row(a)

    def class_parameter(self, array: VectorArray) -> Value:
        if array.is_free:
            self._not_alike(array)
        (row,) = entry_balls(array.at_default(self._classes))
        entry = constant(_hull(row))
        return Row(entry, entry, (_length(row), NONE, NONE, NONE), apart=True)

    def apply(self, array: MatrixArray, v: Value, *, transposed: bool) -> Value:
        if array.is_free:
            self._not_alike(array)
        rows = entry_balls(array.at_default(self._classes))
        lines = [tuple(column) for column in zip(*rows, strict=True)] if transposed else list(rows)
        row = self._row(v)
        longest, whole = arb(0), _length([x for line in lines for x in line])
        for line in lines:
            longest = longest.max(_length(line))
        w0, w1, w2, w3 = row.whole
        # At z = 0 the entries of v differ between the label and the rest alone, but the lines are not told apart here.
        square = size(row.at_label.at_zero) ** 2 + (self._classes - 1) * size(row.other.at_zero) ** 2
        at_zero = symmetric(longest * square.sqrt())
        entry = Number(symmetric(longest * w0), at_zero, longest * w1, longest * w2, longest * w3).within(self._radius)
        return Row(entry, entry, (whole * w0, whole * w1, whole * w2, whole * w3))

    # entry by entry

    def add(self, a: Value, b: Value) -> Value:
        return self._linear(a, b, operator.add)

    def sub(self, a: Value, b: Value) -> Value:
        return self._linear(a, b, operator.sub)

    def _linear(self, a: Value, b: Value, of: Callable[[arb, arb], arb]) -> Value:
        if isinstance(a, Number) and isinstance(b, Number):
            return combined(a, b, of).within(self._radius)
        x, y = self._row(a), self._row(b)
        at_label, other = (
            combined(p, q, of).within(self._radius) for p, q in ((x.at_label, y.at_label), (x.other, y.other))
        )
        return Row(at_label, other, added(x.whole, y.whole), x.apart and y.apart)

    def neg(self, a: Value) -> Value:
        return self.mul(self.number(Fraction(-1)), a)

    def mul(self, a: Value, b: Value) -> Value:
        if isinstance(a, Number) and isinstance(b, Number):
            return product(a, b).within(self._radius)
        x, y = self._row(a), self._row(b)
        at_label, other = (
            product(p, q).within(self._radius) for p, q in ((x.at_label, y.at_label), (x.other, y.other))
        )
        entries = largest_of(at_label.sizes, other.sizes)
        return Row(at_label, other, product_whole(x, y, entries, self._classes), x.apart and y.apart)

    def div(self, a: Value, b: Value) -> Value:
        return self.mul(a, self._each("div", b, lambda reading, x: reading.div(reading.number(Fraction(1)), (x,))))

    def pow(self, a: Value, b: Value) -> Value:
        if isinstance(b, Number) and b.is_constant:
            return self._each("pow", a, lambda reading, x: reading.pow((x,), (b.values,)))
        return self.exp(self.mul(b, self.log(a)))

    def sqrt(self, a: Value) -> Value:
        return self.pow(a, self.number(Fraction(1, 2)))

    def entrywise(self, op: str, *args: Value) -> Value:
        if len(args) != 1:
            self._unmapped(op)
        return self._each(op, args[0], lambda reading, x: getattr(reading, op)((x,)))

    def softplus(self, a: Value) -> Value:
        return self.entrywise("softplus", a)

    def sigmoid(self, a: Value) -> Value:
        return self.entrywise("sigmoid", a)

    def log_sigmoid(self, a: Value) -> Value:
        return self.entrywise("log_sigmoid", a)

    def branch(self, u: Value, positive: Value, otherwise: Value) -> Value:
        rows = [self._row(v) for v in (u, positive, otherwise)]
        at_label, other = (_chosen(*(getattr(r, name) for r in rows)) for name in ("at_label", "other"))
        if all(isinstance(v, Number) for v in (u, positive, otherwise)):
            return at_label
        return Row(at_label, other, added(rows[1].whole, rows[2].whole), all(r.apart for r in rows))

    def maximum(self, a: Value, b: Value) -> Value:
        return self.branch(self.sub(a, b), a, b)

    def minimum(self, a: Value, b: Value) -> Value:
        return self.branch(self.sub(a, b), b, a)

    def _each(self, op: str, a: Value, function: Callable[[GapSeries, Entry], tuple[Entry, ...]]) -> Value:
        """A function of one number at each entry."""

        def at(x: Number) -> tuple[list[arb], Number]:
            if x.is_constant:
                (value,) = _coefficients(op, x.values, function, 1)
                return [size(value), NONE, NONE, NONE], constant(value)
            over = _coefficients(op, x.values, function, ORDER)
            sizes = [size(n * c) for n, c in zip((1, 1, 2, 6), over, strict=True)]
            (start,) = _coefficients(op, x.at_zero, function, 1)
            return sizes, chained(sizes, x, over[0], start).within(self._radius)

        if isinstance(a, Number):
            return at(a)[1]
        (f, at_label), (g, other) = at(a.at_label), at(a.other)
        h = [p.max(q) for p, q in zip(f, g, strict=True)]
        entries = largest_of(at_label.sizes, other.sizes)
        return Row(at_label, other, chained_whole(h, entries, a.entries, a.whole, self._classes), a.apart)

    # over the classes

    def take(self, v: Value) -> Value:
        return self._row(v).at_label

    def total(self, v: Value) -> Value:
        row = self._row(v)
        at_label, rest = row.at_label, self._times(row.other, self._classes - 1)
        found = combined(at_label, rest, operator.add)
        return self._summed(found, row, self._root)

    def total_others(self, v: Value) -> Value:
        row = self._row(v)
        return self._summed(self._times(row.other, self._classes - 1), row, arb(self._classes - 1).sqrt())

    def _times(self, x: Number, n: int) -> Number:
        return Number(x.values * n, x.at_zero * n, x.d1 * n, x.d2 * n, x.d3 * n)

    def _summed(self, found: Number, row: Row, root: arb) -> Number:
        """A sum over the classes, of whose derivatives the ``whole`` of the class-vector may tell more."""
        _, w1, w2, w3 = row.whole
        d1, d2, d3 = (smaller(x, root * w) for x, w in zip((found.d1, found.d2, found.d3), (w1, w2, w3), strict=True))
        if row.apart:
            # The derivatives are diagonal: the largest entry of each is its norm.
            _, _, d2, d3 = row.entries
        return Number(found.values, found.at_zero, d1, d2, d3).within(self._radius)

    def logsumexp(self, v: Value) -> Value:
        row = self._row(v)
        return self._lse(row, row.at_label, self._classes)

    def logsumexp_others(self, v: Value) -> Value:
        row = self._row(v)
        return self._lse(row, None, self._classes - 1)

    def _lse(self, row: Row, at_label: Number | None, count: int) -> Number:
        most = self._weights(row, at_label, count)
        share = smaller(most.max(arb(0)), arb(1) / 2)
        w1, w2 = row.whole[1:3]
        _, e1, e2, e3 = row.entries if at_label is not None else row.other.sizes
        length = most.sqrt()  # ||w||^2 <= max w
        parts = [(1, at_label)] if at_label is not None else []
        parts.append((count - len(parts), row.other))
        values, start = (
            _log_sum([(n, getattr(x, name)) for n, x in parts if n and x is not None]) for name in ("values", "at_zero")
        )
        third = share * (2 - 4 * share).sqrt() if share < arb(1) / 3 else arb(6).sqrt() / 9
        return Number(
            values,
            start,
            smaller(e1, w1 * length),
            share * w1**2 + smaller(e2, w2 * length),
            third * w1**3 + 3 * share * w1 * w2 + smaller(e3, row.whole[3] * length),
        ).within(self._radius)

    def _weights(self, row: Row, at_label: Number | None, count: int) -> arb:
        """The largest entry that softmax may have, over all classes or all but the label."""
        other = row.other.values
        most = arb(1)
        if count > 1:
            # One entry is at its largest and all others at their smallest.
            spread = arb(other.upper()) - arb(other.lower())
            rest = (
                (count - 1) * (-spread).exp()
                if at_label is None
                else (count - 2) * (-spread).exp() + (arb(at_label.values.lower()) - arb(other.upper())).exp()
            )
            most = 1 / (1 + rest)
            if at_label is not None:
                most = most.max(1 / (1 + (count - 1) * (arb(other.lower()) - arb(at_label.values.upper())).exp()))
        return arb(most.upper())

    def log_softmax(self, v: Value) -> Value:
        row = self._row(v)
        over = self._lse(row, row.at_label, self._classes)
        most = self._weights(row, row.at_label, self._classes)
        _, w1, w2, w3 = row.whole

        def at(x: Number) -> Number:
            found = combined(x, over, operator.sub)
            values = found.values if found.values <= 0 else _low(found.values).union(arb(0))
            # grad = Dv'(e_k - w), and ||e_k - w||^2 <= 2.
            first = smaller(found.d1, arb(2).sqrt() * w1)
            return Number(values, found.at_zero, first, found.d2, found.d3).within(self._radius)

        at_label, other = at(row.at_label), at(row.other)
        whole = (
            row.whole[0] + self._root * size(over.values),
            w1 * (1 + self._root * most.sqrt()),
            w2 + self._root * over.d2,
            w3 + self._root * over.d3,
        )
        return Row(at_label, other, whole)

    def softmax(self, v: Value) -> Value:
        row = self._row(v)
        logged = self.log_softmax(v)
        assert isinstance(logged, Row)
        found = self.exp(logged)
        assert isinstance(found, Row)
        most = self._weights(row, row.at_label, self._classes)
        share, length = smaller(most, arb(1) / 2), most.sqrt()
        _, e1, e2, e3 = logged.entries
        # Entries are w_k (a^2 + b) and so on, and the sum of w_k^2 x_k^2 is at most max w times the mean of x^2.
        spread = share.sqrt() * row.whole[1]
        second, third = e1 * spread + e2, e1**2 * spread + 3 * e2 * spread + e3
        better = (length, share * row.whole[1], length * second, length * third)
        a, b, c, d = (smaller(x, y) for x, y in zip(found.whole, better, strict=True))
        return Row(found.at_label, found.other, (a, b, c, d))

    def entmax(self, v: Value, alpha: Value) -> Value:
        if isinstance(alpha, Number) and alpha.values == 1:
            return self.softmax(v)
        self._unmapped("entmax")

    def _row(self, v: Value) -> Row:
        """A number as a class-vector with it at every entry."""
        if isinstance(v, Row):
            return v
        a, b, c, d = v.sizes
        return Row(v, v, (self._root * a, self._root * b, self._root * c, self._root * d), apart=v.is_constant)


def _coefficients(op: str, x: arb, function: Callable[[GapSeries, Entry], tuple[Entry, ...]], order: int) -> list[arb]:
    """The coefficients of a function on a ball, ``order`` of them."""
    reading = GapSeries(x, ORDER)
    series: Entry = x if order == 1 else arb_series([x, arb(1)])
    (found,) = function(reading, series)
    if reading.switches:
        raise Undecided.of(Code.KINK, f"{op} may have a kink in the ball", "take a smaller radius or a smooth function")
    return [finite(c) for c in coefficients(found, order)]


def _chosen(u: Number, positive: Number, otherwise: Number) -> Number:
    if u.values > 0:
        return positive
    if u.values <= 0:
        return otherwise
    raise Undecided.of(Code.KINK, "the formula may change its form in the ball", "take a smaller radius")


def _log_sum(parts: list[tuple[int, arb]]) -> arb:
    """log of the sum of n exp(x), which rises with each x."""
    ends = [sum((n * end(x).exp() for n, x in parts), arb(0)).log() for end in (_low, _high)]
    return ends[0].union(ends[1])


def _low(x: arb) -> arb:
    return arb(x.lower())


def _high(x: arb) -> arb:
    return arb(x.upper())


def _hull(balls: Sequence[arb]) -> arb:
    first, *rest = balls
    for x in rest:
        first = first.union(x)
    return first


def _length(balls: Sequence[arb]) -> arb:
    return size(sum((x * x for x in balls), arb(0)).sqrt())
