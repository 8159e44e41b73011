"""Formulas along rays z = start + t d, t > 0: a fold over their nodes with series in t as values.

A node's value is a series, a list of them (one for each group of classes), a square of them (for pairs of classes),
or the reason why there is none, which matters only where the value is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from benchmarks.soundness.truth import series as s
from benchmarks.soundness.truth.layout import Layout
from benchmarks.soundness.truth.numbers import ONE, ZERO, NoOpinion, Number, Undefined
from benchmarks.soundness.truth.series import Series
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.node import Node
from symcheck.language.vector_array import VectorArray

MOST_KNOWN = 8
"""An argument that vanishes to this order is taken for 0."""

Place = tuple[int, tuple[int, ...]]
"""A node, and the group or groups whose entry is meant."""

Entry = Series | Undefined
"""A series, or why there is none."""


@dataclass
class Ray:
    """The germ of a formula at t = 0 along ``start`` + t ``direction``, both by group.

    ``touched``: the places of the nodes that were taken where they are not smooth, with the group (or the two
    groups) whose entry decides; ``switches``: what decides there, for every such node.
    """

    formula: Formula
    layout: Layout
    values: Mapping[str, Number]
    direction: Sequence[Number]
    start: Sequence[Number]
    known: int
    touched: set[Place] = field(default_factory=set)
    switches: dict[Place, Series] = field(default_factory=dict)
    chosen: dict[int, int] = field(default_factory=dict)
    """The group with the largest, or the least, entry, by node."""

    def germ(self) -> Series:
        """The series of the formula; raises ``Undefined`` or ``NoOpinion``."""
        found = self.all()[-1]
        if isinstance(found, Undefined):
            raise found
        assert isinstance(found, Series)
        return found

    def all(self) -> list[Any]:
        """The values of all nodes."""
        found: list[Any] = []
        for place, node in enumerate(self.formula.nodes):
            found.append(self._value(place, node, [found[a] for a in node.args]))
        return found

    def _value(self, place: int, node: Node, args: list[Any]) -> Any:
        op = node.op
        if op == "number":
            return self._constant(_fraction(node.number))
        if op == "parameter":
            return self._constant(self.values[node.parameter or ""])
        if op == "classes":
            return self._constant(Fraction(self.layout.classes))
        if op == "logits":
            return [
                s.add(self._constant(a), s.scale(Series(((1, ONE),), self.known, exact=True), d))
                for a, d in zip(self.start, self.direction, strict=True)
            ]
        if op == "onehot":
            return [self._constant(ONE if g == self.layout.label else ZERO) for g in self.layout.groups]
        if op == "class_parameter":
            assert isinstance(node.array, VectorArray)
            return [self._constant(x) for x in self.layout.vector(node.array)]
        if op in ("apply", "apply_transposed"):
            assert isinstance(node.array, MatrixArray)
            return self._applied(node.array, args[0], turned=op == "apply_transposed")
        if op == "filled":
            return [args[0]] * len(self.layout.counts)
        if op == "take":
            return args[0][self.layout.label]
        if op == "first":
            return [[x for _ in self.layout.groups] for x in args[0]]
        if op == "second":
            return [list(args[0]) for _ in self.layout.groups]
        if op == "pair_total":
            counts = self.layout.counts
            flat = [(counts[g] * counts[h], x) for g, row in enumerate(args[0]) for h, x in enumerate(row)]
            return self._weighed(flat)
        if op in _ACROSS:
            every = list(zip(self.layout.counts, args[0], strict=True))
            return self._across(place, op, every, list(self.layout.groups))
        if op.removesuffix("_others") in _ACROSS:
            others = [g for g in self.layout.groups if g != self.layout.label]
            return self._across(
                place, op.removesuffix("_others"), [(self.layout.counts[g], args[0][g]) for g in others], others
            )
        if op in ("softmax", "log_softmax"):
            return self._mixed(op, args[0])
        if op == "entmax":
            return self._entmax(args[0], args[1])
        if op == "onehot_argmax":
            return self._argmax(place, args[0])
        return self._entrywise(place, op, args)

    def _entrywise(self, place: int, op: str, args: list[Any], at: tuple[int, ...] = ()) -> Any:
        if any(isinstance(a, list) for a in args):
            size = next(len(a) for a in args if isinstance(a, list))
            return [
                self._entrywise(place, op, [a[g] if isinstance(a, list) else a for a in args], (*at, g))
                for g in range(size)
            ]
        if op == "branch" and not isinstance(args[0], Undefined):
            self._switch(place, at, args[0])
            return args[1] if args[0].sign > 0 else args[2]
        for a in args:
            if isinstance(a, Undefined):
                return a
        try:
            return self._applied_to(place, at, op, args)
        except Undefined as none:
            return none

    def _applied_to(self, place: int, at: tuple[int, ...], op: str, args: list[Series]) -> Series:
        if op in _PLAIN:
            return _PLAIN[op](*args)
        a = args[0]
        if op == "detach":
            return self._constant(s.value_and_rest(a)[0])
        if op in ("maximum", "minimum"):
            gap = s.subtract(a, args[1])
            self._switch(place, at, gap)
            return a if (gap.sign >= 0) == (op == "maximum") else args[1]
        if op in ("abs", "relu"):
            self._switch(place, at, a)
            if a.sign >= 0:
                return a
            return s.negative(a) if op == "abs" else self._constant(ZERO)
        if op == "div":
            self._switch(place, at, args[1])
            return s.divide(a, args[1])
        if op in ("pow", "sqrt", "abs_power"):
            exponent = self._constant(Fraction(1, 2)) if op == "sqrt" else args[1]
            if op == "abs_power":
                self._switch(place, at, a)
                a = a if a.sign >= 0 else s.negative(a)
            if not _is_natural(exponent):
                self._switch(place, at, a)
            return s.power(a, exponent)
        raise NoOpinion(f"no expansion of {op}")

    def _switch(self, place: int, at: tuple[int, ...], a: Series) -> None:
        """Note that an operator is taken where it is not smooth, unless its argument is 0 and stays so."""
        self.switches[place, at] = a
        if a.terms and a.first != 0:
            self.touched.add((place, at))
        if not a.terms and not a.exact and self.known < MOST_KNOWN:
            raise NoOpinion("more terms of a series are needed")

    def _across(self, place: int, op: str, entries: list[tuple[int, Entry]], groups: list[int]) -> Entry:
        for _, x in entries:
            if isinstance(x, Undefined):
                return x
        try:
            if op == "total":
                return self._weighed(entries)
            if op == "mean":
                total = self._weighed(entries)
                assert isinstance(total, Series)
                return s.divide(total, self._constant(Fraction(sum(n for n, _ in entries))))
            if op == "logsumexp":
                raised = self._weighed([(n, s.exp(_series(x))) for n, x in entries])
                return s.log(_series(raised))
            if op == "product":
                found = self._constant(ONE)
                for n, x in entries:
                    found = s.multiply(found, s.whole_power(_series(x), n))
                return found
            return self._largest(place, [_series(x) for _, x in entries], groups, turn=op == "amin")
        except Undefined as none:
            return none

    def _largest(self, place: int, entries: list[Series], groups: list[int], *, turn: bool) -> Series:
        if not entries:
            raise Undefined("the largest of no numbers")
        best = 0
        for g in range(1, len(entries)):
            gap = s.subtract(entries[g], entries[best])
            self._switch(place, (groups[best], groups[g]), gap)
            if gap.sign * (-1 if turn else 1) > 0:
                best = g
        self.chosen[place] = groups[best]
        for i, g in enumerate(groups):  # another one may be the largest elsewhere
            for j in range(i + 1, len(groups)):
                self.switches.setdefault((place, (g, groups[j])), s.subtract(entries[j], entries[i]))
        return entries[best]

    def _argmax(self, place: int, entries: list[Entry]) -> list[Entry]:
        for x in entries:
            if isinstance(x, Undefined):
                return [x] * len(entries)
        known = [_series(x) for x in entries]
        best = 0
        for g in range(1, len(known)):
            gap = s.subtract(known[g], known[best])
            self._switch(place, (best, g), gap)
            if gap.sign > 0:
                best = g
        ties = [g for g in range(len(known)) if g != best and s.subtract(known[g], known[best]).sign == 0]
        if ties or self.layout.counts[best] > 1:
            return [Undefined("the largest entry is not the only one")] * len(known)
        return [self._constant(ONE if g == best else ZERO) for g in range(len(known))]

    def _mixed(self, op: str, entries: list[Entry]) -> list[Entry]:
        for x in entries:
            if isinstance(x, Undefined):
                return [x] * len(entries)
        raised = [s.exp(_series(x)) for x in entries]
        total = _series(self._weighed(list(zip(self.layout.counts, raised, strict=True))))
        if op == "softmax":
            return [s.divide(x, total) for x in raised]
        return [s.subtract(_series(x), s.log(total)) for x in entries]

    def _entmax(self, entries: list[Entry], alpha: Entry) -> list[Entry]:
        """The shares s_k = (C^-r + r (v_k - v_1) - delta)^(1/r), r = alpha - 1, with delta from their sum by Newton.

        The entries have one value at 0, so that all have a share there.
        """
        for x in (*entries, alpha):
            if isinstance(x, Undefined):
                return [x] * len(entries)
        known, one = [_series(x) for x in entries], self._constant(ONE)
        rate = s.subtract(_series(alpha), one)
        if not rate.terms:
            return self._mixed("softmax", entries)
        gaps = [s.subtract(x, known[0]) for x in known]
        if not rate.is_constant or any(g.terms and g.first <= 0 for g in gaps):
            raise NoOpinion("the shares of entries that differ at 0")
        inverse, delta = s.divide(one, rate), self._constant(ZERO)
        level = s.power(self._constant(Fraction(1, self.layout.classes)), rate)
        scaled = [s.add(level, s.multiply(rate, g)) for g in gaps]
        # Each step doubles the number of coefficients that are right.
        for _ in range(self.known.bit_length() + 2):
            shares = [s.power(s.subtract(x, delta), inverse) for x in scaled]
            excess = s.subtract(self._sum(shares), one)
            slope = s.multiply(inverse, self._sum([s.power(x, s.subtract(one, rate)) for x in shares]))
            delta = s.add(delta, s.divide(excess, slope))
        return [s.power(s.subtract(x, delta), inverse) for x in scaled]

    def _sum(self, entries: Sequence[Series]) -> Series:
        return _series(self._weighed(list(zip(self.layout.counts, entries, strict=True))))

    def _applied(self, array: MatrixArray, entries: list[Entry], *, turned: bool) -> list[Entry]:
        rows = self.layout.matrix(array)
        if turned:  # every group is one class, or the matrix is symmetric
            rows = [list(r) for r in zip(*rows, strict=True)] if set(self.layout.counts) == {1} else rows
        return [self._weighed(list(zip(row, entries, strict=True))) for row in rows]

    def _weighed(self, entries: Sequence[tuple[Number | int, Entry]]) -> Entry:
        found = self._constant(ZERO)
        for n, x in entries:
            if isinstance(x, Undefined):
                return x
            found = s.add(found, s.scale(x, Fraction(n) if isinstance(n, int) else n))
        return found

    def _constant(self, value: Number) -> Series:
        return s.constant(value, self.known)


def _series(x: Entry) -> Series:
    if isinstance(x, Undefined):
        raise x
    return x


def _fraction(x: Fraction | None) -> Fraction:
    assert x is not None
    return x


def _is_natural(exponent: Series) -> bool:
    if not exponent.is_constant:
        return False
    value = exponent.coefficient(0)
    return isinstance(value, Fraction) and value.denominator == 1 and value >= 0


def _softplus(a: Series) -> Series:
    if a.first >= 0 and _mostly(a) > 1000:
        return s.add(a, _softplus(s.negative(a)))
    return s.log(s.add(s.constant(ONE, a.known), s.exp(a)))


def _sigmoid(a: Series) -> Series:
    one = s.constant(ONE, a.known)
    return s.divide(one, s.add(one, s.exp(s.negative(a))))


def _tanh(a: Series) -> Series:
    up, down = s.exp(a), s.exp(s.negative(a))
    return s.divide(s.subtract(up, down), s.add(up, down))


def _cosh(a: Series) -> Series:
    return s.scale(s.add(s.exp(a), s.exp(s.negative(a))), Fraction(1, 2))


def _mostly(a: Series) -> float:
    value = a.coefficient(0)
    return float(value) if isinstance(value, Fraction) else float(value.mid)


_ACROSS = ("total", "mean", "logsumexp", "product", "amax", "amin")

_PLAIN: dict[str, Callable[..., Series]] = {
    "add": s.add, "sub": s.subtract, "mul": s.multiply, "neg": s.negative, "exp": s.exp, "log": s.log,
    "softplus": _softplus, "sigmoid": _sigmoid, "tanh": _tanh, "cosh": _cosh, "arccos": s.arccos,
    "log_sigmoid": lambda a: s.negative(_softplus(s.negative(a))),
}  # fmt: skip
"""Operators that are smooth wherever they have a value."""
