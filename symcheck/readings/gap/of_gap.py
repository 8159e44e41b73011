"""Whether a loss depends on z through the gap g_y = logsumexp_(k != y) z_k - z_y alone, and the function that it is.

With softmax(z)_y = 1/(1 + e^g) and log p_y = -log(1 + e^g), every loss of p_y alone is phi(g); so is one that writes
exp(z_y)/sum exp(z_k), or takes a margin off z_y.  At C = 2 the gap is z_k - z_y for the one other class k.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from symcheck.language.formula import Formula
from symcheck.language.reading import Reading
from symcheck.language.term import Scalar, Term, Vec, entrywise, lift
from symcheck.language.vector_array import VectorArray
from symcheck.readings.gap.part import (
    Part,
    added,
    difference,
    exponential,
    logarithm,
    minus,
    multiplied,
    negative,
    opposite,
    over,
    plus,
    power,
    pure,
    raised,
    times,
)
from symcheck.reason import Code, Undecided

GAP: Final = Scalar("take", Vec("logits"))
"""The gap, which in the formulas that come out of here is written z[y]."""

ONE: Final = Fraction(1)

Entry: TypeAlias = Part | None
"""A quantity, None where it is not a function of the gap up to logits."""


@dataclass(frozen=True, eq=False)
class Row:
    """A class-vector: its entry ``at_label``, that at any other class, and the ``total`` of these if it is known."""

    at_label: Entry
    other: Entry
    total: Entry = None


Value: TypeAlias = Entry | Row


@dataclass(frozen=True)
class OfGap:
    """l(z, y) = phi(g_y(scale z)): in the formula ``phi`` the gap is written z[y]; it has no C and no parameter."""

    phi: Formula
    scale: Fraction


def function_of_gap(formula: Formula, *, classes: int, parameters: Mapping[str, Fraction]) -> OfGap | None:
    """phi with l(z, y) = phi(g_y(s z)) for one number s > 0, at every z where l has a value; None if none is found.

    ``classes`` is C >= 2, ``parameters`` has a value for each parameter.  s = 1 unless the formula scales z by a number
    everywhere, as softmax(z/tau) does.  None says nothing: the loss may still be a function of the gap.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import softmax
    >>> z, y = symbols()
    >>> print(function_of_gap(Formula.of(1 - softmax(z)[y] ** 2), classes=3, parameters={}).phi)
    1 - sigmoid(-z[y])**2
    """
    # A detached part makes a field of the gradient, whose derivative is not that of phi.
    if formula.detaches:
        return None
    given = formula.with_values(parameters)
    for scale in _scales(given):
        try:
            value = GapReading(classes, scale).read(given)
        except Undecided as stop:
            if stop.reason.code is Code.BUDGET:
                raise
            return None
        if isinstance(value, Part) and value.is_pure:
            return OfGap(Formula.of(value.term), scale)
    return None


def _scales(formula: Formula) -> list[Fraction]:
    """1 and the numbers > 0 that the formula multiplies a class-vector by."""
    found = [ONE]
    for node in formula.nodes:
        numbers = [formula.nodes[a].number for a in node.args]
        if node.op == "mul" and any(formula.vectors[a] for a in node.args):
            found += [x for x in numbers if x]
        elif node.op == "div" and formula.vectors[node.args[0]] and numbers[1]:
            found.append(1 / numbers[1])
    return [x for x in dict.fromkeys(found) if x > 0]


class GapReading(Reading[Value]):
    """Every quantity of a formula of z = u/``scale`` as a part, or a row of parts, of u, for one C = ``classes``."""

    def __init__(self, classes: int, scale: Fraction) -> None:
        self._classes, self._entry = classes, 1 / scale

    # leaves

    def number(self, value: Fraction) -> Value:
        return pure(value)

    def parameter(self, name: str) -> Value:
        raise Undecided.of(Code.SIGN_UNKNOWN, f"{name} has no value", f"give a value to {name}")

    def classes(self) -> Value:
        return pure(self._classes)

    def logits(self) -> Value:
        label = Part(lift(0), slope=self._entry)
        if self._classes == 2:
            return Row(label, Part(entrywise("mul", self._entry, GAP) if self._entry != 1 else GAP, slope=self._entry))
        return Row(label, Part(lift(0), weight=self._entry))

    def onehot(self) -> Value:
        return Row(pure(1), pure(0))

    def filled(self, a: Value) -> Value:
        assert not isinstance(a, Row)
        return Row(a, a)

    def class_parameter(self, array: VectorArray) -> Value:  # noqa: ARG002
        return Row(None, None)

    # entry by entry

    def add(self, a: Value, b: Value) -> Value:
        return _each(plus, a, b)

    def sub(self, a: Value, b: Value) -> Value:
        return _each(minus, a, b)

    def neg(self, a: Value) -> Value:
        return _each(negative, a)

    def mul(self, a: Value, b: Value) -> Value:
        return _each(times, a, b)

    def div(self, a: Value, b: Value) -> Value:
        return _each(over, a, b)

    def pow(self, a: Value, b: Value) -> Value:
        return _each(power, a, b)

    def exp(self, a: Value) -> Value:
        return _each(exponential, a)

    def log(self, a: Value) -> Value:
        return _each(logarithm, a)

    def entrywise(self, op: str, *args: Value) -> Value:
        return _each(lambda *parts: _function(op, parts), *args)

    def sqrt(self, a: Value) -> Value:
        return self.pow(a, pure(Fraction(1, 2)))

    def abs(self, a: Value) -> Value:
        return self.entrywise("abs", a)

    def softplus(self, a: Value) -> Value:
        return self.entrywise("softplus", a)

    def sigmoid(self, a: Value) -> Value:
        return self.entrywise("sigmoid", a)

    def log_sigmoid(self, a: Value) -> Value:
        return self.entrywise("log_sigmoid", a)

    def tanh(self, a: Value) -> Value:
        return self.entrywise("tanh", a)

    def cosh(self, a: Value) -> Value:
        return self.entrywise("cosh", a)

    def maximum(self, a: Value, b: Value) -> Value:
        return _each(lambda x, y: _larger("maximum", x, y), a, b)

    def minimum(self, a: Value, b: Value) -> Value:
        return _each(lambda x, y: _larger("minimum", x, y), a, b)

    # over the classes

    def take(self, v: Value) -> Value:
        return v.at_label if isinstance(v, Row) else v

    def total(self, v: Value) -> Value:
        return _each(plus, self.take(v), self.total_others(v))

    def total_others(self, v: Value) -> Value:
        row = _row(v)
        if row.total is not None:
            return row.total
        other = row.other
        if other is None:
            return None
        if not other.weight:
            return times(pure(self._classes - 1), other)
        # sum_k exp(z_k) over the classes but the label is exp(g + z_y).
        if other.raised and other.weight == 1:
            return raised(multiplied(other.term, entrywise("exp", GAP)), other.slope + 1, Fraction(0))
        return None

    def logsumexp(self, v: Value) -> Value:
        label, rest = self.take(v), self.logsumexp_others(v)
        if not isinstance(label, Part) or not isinstance(rest, Part) or label.slope != rest.slope or label.raised:
            return None
        gap = _gap(label, rest)
        return label.with_term(added(label.term, entrywise("softplus", gap)))

    def logsumexp_others(self, v: Value) -> Value:
        other = _row(v).other
        if other is None or other.raised or other.weight not in (0, 1):
            return None
        if other.weight:
            return Part(added(other.term, GAP), other.slope + 1)
        return other.with_term(added(other.term, _log(self._classes - 1)))

    def softmax(self, v: Value) -> Value:
        gaps = self._gaps(v)
        if gaps is None:
            return Row(None, None)
        inside, apart = gaps
        label = entrywise("sigmoid", opposite(inside))
        rest = pure(entrywise("sigmoid", inside))
        if apart.is_pure:  # all other classes have the same share of the rest
            return Row(pure(label), over(rest, pure(self._classes - 1)), rest)
        other = times(raised(entrywise("exp", apart.term), apart.slope, apart.weight), pure(label))
        return Row(pure(label), other, rest)

    def log_softmax(self, v: Value) -> Value:
        gaps = self._gaps(v)
        if gaps is None:
            return Row(None, None)
        inside, apart = gaps
        label = entrywise("log_sigmoid", opposite(inside))
        if apart.is_pure:
            return Row(pure(label), minus(pure(entrywise("log_sigmoid", inside)), pure(_log(self._classes - 1))))
        return Row(pure(label), plus(apart, pure(label)))

    def _gaps(self, v: Value) -> tuple[Term, Part] | None:
        """The gap of the class-vector ``v`` itself, and its entry at another class less that at the label."""
        label, rest, row = self.take(v), self.logsumexp_others(v), _row(v)
        if not isinstance(label, Part) or not isinstance(rest, Part) or label.slope != rest.slope or label.raised:
            return None
        assert row.other is not None
        apart = minus(row.other, label)
        return None if apart is None else (_gap(label, rest), apart)

    def amax(self, v: Value) -> Value:
        return _each(lambda x, y: _larger("maximum", x, y), self.take(v), self.amax_others(v))

    def amax_others(self, v: Value) -> Value:
        other = _row(v).other
        return other if other is not None and not other.weight else None

    def onehot_argmax(self, v: Value) -> Value:  # noqa: ARG002
        return Row(None, None)

    def entmax(self, v: Value, alpha: Value) -> Value:
        if isinstance(alpha, Part) and alpha.number == 1:
            return self.softmax(v)
        return Row(None, None)

    def pair_total(self, pairs: Value) -> Value:  # noqa: ARG002
        return None

    def first(self, v: Value) -> Value:  # noqa: ARG002
        return None

    second = first


def _row(v: Value) -> Row:
    return v if isinstance(v, Row) else Row(v, v)


def _each(function: Callable[..., Entry], *values: Value) -> Value:
    """``function`` at the label and at another class, None where one of the entries is."""

    def at(entries: list[Entry]) -> Entry:
        return None if any(x is None for x in entries) else function(*entries)

    if not any(isinstance(v, Row) for v in values):
        return at([v for v in values if not isinstance(v, Row)])
    rows = [_row(v) for v in values]
    return Row(at([r.at_label for r in rows]), at([r.other for r in rows]))


def _function(op: str, parts: tuple[Part, ...]) -> Entry:
    """A function of numbers that are functions of the gap."""
    if not all(p.is_pure for p in parts):
        return None
    return pure(entrywise(op, *(p.term for p in parts)))


def _larger(op: str, a: Part, b: Part) -> Entry:
    """The larger or the smaller one of two parts that differ by a function of the gap."""
    if a.slope != b.slope or a.weight != b.weight or (a.raised or b.raised):
        return None
    return a.with_term(entrywise(op, a.term, b.term))


def _gap(label: Part, rest: Part) -> Term:
    """``rest`` less ``label``, which have the same logits."""
    return difference(rest.term, label.term)


def _log(n: int) -> Term:
    return entrywise("log", n) if n > 1 else lift(0)
