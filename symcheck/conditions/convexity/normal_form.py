"""The normal form of a formula: combinations of atoms, one for the label's entry and one for any other entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from symcheck.conditions.convexity.building import Builder, Need, open_here
from symcheck.conditions.convexity.combination import ENTRY, Atom, Combination, moves
from symcheck.conditions.convexity.shares import AT_LABEL, shares_taken_out
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.parameter import Parameter
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray


@dataclass(frozen=True)
class EntryPair:
    """A quantity: its entry at the label and at another class i; a scalar has the same combination in both."""

    at_label: Combination
    other: Combination


@dataclass(frozen=True)
class NormalForm:
    """``of`` is the formula's value, ``needs`` what has to be positive for it to exist."""

    of: Combination
    needs: tuple[Need, ...]


def normal_form(formula: Formula, field: Field) -> NormalForm:
    """The normal form of a scalar ``formula`` over the field of a scope that has ``entry_parameters(formula)``.

    Raises ``Undecided`` where an operator is left open here, or a constant is not shown to exist.
    """
    totals = {a.name: a.total for a in formula.arrays if isinstance(a, VectorArray) and a.total is not None}
    reading = NormalFormReading(field, labelled=formula.uses_label, totals=totals)
    value = reading.read(formula).other
    return NormalForm(value, tuple(reading.build.needs))


def entry_parameters(formula: Formula) -> tuple[Parameter, ...]:
    """Parameters that stand for entries of the arrays: w[y] and w[i], S[y,y], S[y,i] and S[i,y], S[i,i]."""
    found = []
    for array in formula.arrays:
        places = ("y", "i") if isinstance(array, VectorArray) else ("y,y", "y,i", "i,y", "i,i")
        found += [Parameter.of(f"{array.name}[{p}]", _entry_interval(array)) for p in places]
    return tuple(found)


def _entry_interval(array: Array) -> Interval:
    """Where every entry lies."""
    if array.ends is not None:
        low, high = array.ends
        return Interval(low, high, low_open=False, high_open=False)
    inside = array.interval
    total = array.total if isinstance(array, VectorArray) else None
    # Entries of at least 0 that add up to 1 are at most 1.
    if total is not None and inside.high is None and inside.low is not None and inside.low >= 0:
        return Interval(inside.low, total, low_open=inside.low_open, high_open=inside.low_open)
    return inside


class NormalFormReading(Reading[EntryPair]):
    """Combinations over a field; ``labelled``: whether sums are split into the label's entry and the others."""

    takes_rounded = True

    def __init__(self, field: Field, *, labelled: bool, totals: Mapping[str, Fraction] | None = None) -> None:
        self.two = field.scope.classes.fixed == 2
        self.field, self.labelled = field, labelled or self.two
        self.build = Builder(field, totals=totals or {})

    # leaves

    def number(self, value: Fraction) -> EntryPair:
        return self._constant(self.field.number(value))

    def parameter(self, name: str) -> EntryPair:
        return self._constant(self.field.parameter(name))

    def classes(self) -> EntryPair:
        return self._constant(self.field.C)

    def logits(self) -> EntryPair:
        """z[y] and z[i]; where no label occurs both are z[i], so that one sum runs over all classes."""
        other = Combination.of(self.field, Atom("entry", free=ENTRY))
        return EntryPair(Combination.of(self.field, Atom("own")) if self.labelled else other, other)

    def onehot(self) -> EntryPair:
        return EntryPair(self.build.constant(self.field.one), self.build.constant(self.field.zero))

    def filled(self, a: EntryPair) -> EntryPair:
        return a

    def class_parameter(self, array: VectorArray) -> EntryPair:
        """w[y] and w[i] as free parameters; at C = 2, with a known sum, w[i] is the sum less w[y]."""
        at_label, other = (self.build.constant(self.field.parameter(f"{array.name}[{p}]")) for p in ("y", "i"))
        total = self.build.totals.get(array.name)
        if self.two and total is not None:
            other = self.build.constant(self.field.number(total) - at_label.constant)
        return EntryPair(at_label if self.labelled else other, other)

    def _constant(self, c: Element) -> EntryPair:
        found = self.build.constant(c)
        return EntryPair(found, found)

    # entry by entry

    def _each(self, f: Callable[..., Combination], *args: EntryPair) -> EntryPair:
        other = f(*(a.other for a in args))
        # A scalar has one combination, which is not built twice.
        same = all(a.at_label is a.other for a in args)
        return EntryPair(other if same else f(*(a.at_label for a in args)), other)

    def add(self, a: EntryPair, b: EntryPair) -> EntryPair:
        return self._each(lambda x, y: x + y, a, b)

    def sub(self, a: EntryPair, b: EntryPair) -> EntryPair:
        return self._each(lambda x, y: x - y, a, b)

    def neg(self, a: EntryPair) -> EntryPair:
        return self._each(lambda x: x.times(self.field.number(-1)), a)

    def mul(self, a: EntryPair, b: EntryPair) -> EntryPair:
        return self._each(self.build.product, a, b)

    def div(self, a: EntryPair, b: EntryPair) -> EntryPair:
        return self._each(self._quotient, a, b)

    def _quotient(self, x: Combination, y: Combination) -> Combination:
        if y.is_constant:
            return x.times(1 / y.constant)
        return self.build.product(x, self.build.power(y, self.field.number(-1)))

    def pow(self, a: EntryPair, b: EntryPair) -> EntryPair:
        return self._each(self._power, a, b)

    def _power(self, x: Combination, y: Combination) -> Combination:
        if y.is_constant:
            return self.build.power(x, y.constant)
        return self.build.exp(self.build.product(y, self.build.log(x)))

    def abs_power(self, a: EntryPair, b: EntryPair) -> EntryPair:
        return self.pow(self.abs(a), b)

    def entrywise(self, op: str, *args: EntryPair) -> EntryPair:
        rules = {"exp": self.build.exp, "log": self.build.log, "softplus": self.build.softplus}
        return self._each(rules.get(op, partial(self.build.function, op)), *args)

    def softplus(self, a: EntryPair) -> EntryPair:
        return self.entrywise("softplus", a)

    def sigmoid(self, a: EntryPair) -> EntryPair:
        return self.entrywise("sigmoid", a)

    def tanh(self, a: EntryPair) -> EntryPair:
        return self.entrywise("tanh", a)

    def cosh(self, a: EntryPair) -> EntryPair:
        return self.entrywise("cosh", a)

    def maximum(self, a: EntryPair, b: EntryPair) -> EntryPair:
        return self._each(self.build.larger, a, b)

    def minimum(self, a: EntryPair, b: EntryPair) -> EntryPair:
        """-max(-a, -b)."""
        return self.neg(self.maximum(self.neg(a), self.neg(b)))

    def branch(self, u: EntryPair, positive: EntryPair, otherwise: EntryPair) -> EntryPair:
        """An atom: functions of one variable look at its sides, and no other rule does."""
        return self._each(lambda *x: self.build.atom("branch", *x), u, positive, otherwise)

    # over the classes

    def total(self, v: EntryPair) -> EntryPair:
        """The sum over all classes: a form z'Qz where it is one, or v[y] + the others."""
        form = self._form(v)
        if form is not None:
            return self._scalar(form)
        at_label, other, known = shares_taken_out(self.build, v.at_label, v.other, labelled=self.labelled)
        if self.two:
            return self._scalar(at_label + other + known)
        if not self.labelled:
            return self._scalar(self.build.summed(other, "all", self.field.C) + known)
        return self._scalar(self._without_softmax(EntryPair(at_label, other)) + known)

    def _without_softmax(self, v: EntryPair) -> Combination:
        """The sum of the entries, with sum_i softmax(u)_i = 1."""
        label_part, other, whole = v.at_label, v.other, self.field.zero
        for a, c in v.other.terms:
            pair = _softmax_of(a)
            if pair is None:
                continue
            at_label = self.build.exp(pair[0])
            # Only with one factor for all classes is it c times the sum, which is 1.
            if (label_part.coefficient(at_label.terms[0][0]) if at_label.only else None) == c:
                label_part, other = label_part - at_label.times(c), other - Combination.of(self.field, a).times(c)
                whole = whole + c
        return (label_part + self.build.summed(other, "others", self.field.C - 1)).plus(whole)

    def _form(self, v: EntryPair) -> Combination | None:
        """sum_i v_i (Q v)_i for a matrix Q that is declared to be positive definite."""
        at_label, elsewhere = _form_at(v.at_label, 0 if self.labelled else 1), _form_at(v.other, 1)
        if at_label is None or elsewhere is None:
            return None
        (one, c), (two, d) = at_label, elsewhere
        if one.key != two.key or not (c - d).is_zero or moves(d):
            return None
        return Combination.of(self.field, one).times(d)

    def total_others(self, v: EntryPair) -> EntryPair:
        if self.two:
            return self._scalar(v.other)
        return self._scalar(self.build.summed(v.other, "others", self.field.C - 1))

    def take(self, v: EntryPair) -> EntryPair:
        return self._scalar(v.at_label)

    def logsumexp(self, v: EntryPair) -> EntryPair:
        """The atom "lse"; at C = 2, v[y] + softplus(v[i] - v[y])."""
        if self.two:
            return self._scalar(v.at_label + self.build.softplus(v.other - v.at_label))
        return self._scalar(self.build.spread("lse", v.at_label, v.other))

    def logsumexp_others(self, v: EntryPair) -> EntryPair:
        return self._scalar(v.other if self.two else self.build.spread("lse_others", v.at_label, v.other))

    def amax(self, v: EntryPair) -> EntryPair:
        found = self.build.larger(v.at_label, v.other) if self.two else self.build.spread("amax", v.at_label, v.other)
        return self._scalar(found)

    def amax_others(self, v: EntryPair) -> EntryPair:
        return self._scalar(v.other if self.two else self.build.spread("amax_others", v.at_label, v.other))

    def softmax(self, v: EntryPair) -> EntryPair:
        """exp(log_softmax(v)), so that its logarithm comes back without a quotient."""
        return self.exp(self.log_softmax(v))

    def _scalar(self, found: Combination) -> EntryPair:
        return EntryPair(found, found)

    def apply(self, array: MatrixArray, v: EntryPair, *, transposed: bool) -> EntryPair:
        """(A v)[y] and (A v)[i]; of a unit vector e_y that is an entry of A."""
        if v.at_label.is_constant and v.other.is_constant and (v.at_label.constant - 1).is_zero and v.other.is_zero:
            label_place, other_place = "y,y", "y,i" if transposed else "i,y"  # S'e_y is the row of the label
            shown = (
                self.build.constant(self.field.parameter(f"{array.name}[{p}]")) for p in (label_place, other_place)
            )
            return EntryPair(*shown)
        args, turned = (v.at_label, v.other), "'" * transposed
        other_entry = Atom("apply", args, array=array, free=ENTRY, note=turned)
        own_entry = Atom("apply", args, array=array, note=f"{turned} at y") if self.labelled else other_entry
        return EntryPair(Combination.of(self.field, own_entry), Combination.of(self.field, other_entry))

    # pairs of classes

    def first(self, v: EntryPair) -> EntryPair:
        return self._at("first", "1", v)

    def second(self, v: EntryPair) -> EntryPair:
        return self._at("second", "2", v)

    def _at(self, kind: str, index: str, v: EntryPair) -> EntryPair:
        """z at one of two classes; other class-vectors are left open."""
        only = v.other.only
        z = self.logits()
        if only is None or only[0].kind != "entry" or moves(only[1]) or v.at_label.key != z.at_label.times(only[1]).key:
            raise open_here(f"{kind} of anything but a multiple of z")
        return self._scalar(Combination.of(self.field, Atom(kind, free=frozenset(index))).times(only[1]))

    def pair_total(self, pairs: EntryPair) -> EntryPair:
        return self._scalar(self.build.summed(pairs.other, "pairs", self.field.C * self.field.C))

    def detach(self, a: EntryPair) -> EntryPair:  # noqa: ARG002
        """Left open: raises ``Undecided``."""
        raise open_here("detach: what is followed by training is no gradient, so that convexity would say nothing")

    def onehot_argmax(self, v: EntryPair) -> EntryPair:
        """An atom that no rule knows: 1 at the largest entry, and it jumps."""
        return self._of_all("onehot_argmax", v.at_label, v.other)

    def entmax(self, v: EntryPair, alpha: EntryPair) -> EntryPair:
        """softmax for alpha = 1, else an atom of which the rules know that it lies between 0 and 1."""
        if alpha.other.constant.rational == 1:
            return self.softmax(v)
        return self._of_all("entmax", v.at_label, v.other, alpha.other)

    def _of_all(self, kind: str, *args: Combination) -> EntryPair:
        """An atom for the entry at the label, and one for that at any other class; both have all entries in them."""
        other = Combination.of(self.field, Atom(kind, args, free=ENTRY))
        # Without the note the two would be one quantity, and their difference 0.
        at_label = Combination.of(self.field, Atom(kind, args, note=AT_LABEL))
        return EntryPair(at_label if self.labelled else other, other)


def _form_at(u: Combination, place: int) -> tuple[Atom, Element] | None:
    """The form and the c of u = c v_i (Q v)_i, i the label (``place`` 0) or another class (1)."""
    only = u.only
    if only is None or only[0].kind != "product" or len(only[0].args) != 2:
        return None
    for x, y in (only[0].args, only[0].args[::-1]):
        inner = y.only
        if inner is None or inner[0].kind != "apply" or inner[1].rational != 1:
            continue
        array, v = inner[0].array, inner[0].args
        at_label = inner[0].free != ENTRY
        if array is not None and array.definite and v[place].key == x.key and at_label == (place == 0):
            return Atom("form", v, array=array), only[1]
    return None


def _softmax_of(a: Atom) -> tuple[Combination, Combination] | None:
    """log softmax(u) at the label and at i, if ``a`` is softmax(u)_i."""
    if a.kind != "exp":
        return None
    exponent = a.args[0]
    for b, c in exponent.terms:
        if b.kind == "lse" and c.rational == -1:
            label_entry, other = b.args
            spread = Combination.of(exponent.field, b)
            if (exponent + spread - other).is_zero:
                return label_entry - spread, other - spread
    return None
