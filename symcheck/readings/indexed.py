"""The indexed reading: derivatives at z = 0 for every C, of formulas that treat classes differently.

It is the jet reading with coefficients that know their classes: at a pattern with the classes 0, 1, ... they
are constants in which entries of free arrays occur at these classes (w[0], A[0,1]).  A sum over the classes is

    sum over all classes of the generic summand, minus that summand at the named classes, plus what v has there,

and sums over all classes that are not known are generators of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from symcheck.budget import Budget
from symcheck.field.element import Element
from symcheck.field.indexed_field import IndexedField
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.node import Node
from symcheck.language.reading import Reading
from symcheck.language.scope import Scope
from symcheck.language.vector_array import VectorArray
from symcheck.readings.jet import JetReading
from symcheck.readings.jet_arithmetic import MANY, Jet
from symcheck.readings.pattern import Indices, Pattern, blocks
from symcheck.readings.renaming import Named, named_at_label, named_entries, named_products, named_wide
from symcheck.readings.stops import ENTRIES_DIFFER
from symcheck.reason import Code, Reason, Undecided

ALLOWED: Final = frozenset({
    "number", "parameter", "classes", "logits", "onehot", "add", "sub", "mul", "div", "neg", "pow", "exp", "log",
    "sqrt", "abs", "abs_power", "nonnegative_power", "relu", "maximum", "minimum", "branch", "softplus", "sigmoid",
    "tanh", "cosh", "arccos", "detach",
    "sin", "cos", "arctan", "erf",
    "total", "mean", "logsumexp", "total_others", "mean_others", "logsumexp_others", "softmax", "log_softmax", "take",
    "entmax",    "filled", "class_parameter", "apply", "apply_transposed",
})  # fmt: skip
"""Operators that are entrywise, or mean here what their definitions by sums over the classes say."""


class IndexedReading(JetReading):
    """Jets with the coefficients of an ``IndexedField``, for C a symbol: what comes out holds for every C >= 2."""

    takes_rounded = True

    field: IndexedField

    def __init__(self, field: IndexedField, order: int = 2) -> None:
        super().__init__(field, order)
        self.most = MANY

    def _value(self, node: Node, args: list[Jet]) -> Jet:
        if node.op not in ALLOWED:
            raise Undecided(
                Reason(
                    Code.UNMAPPED_OP,
                    f"{node.op} has no meaning yet in a formula with free arrays and every C",
                    "give the arrays entries, or C a value with classes=",
                )
            )
        return super()._value(node, args)

    # over the classes, by definition: what the jet reading knows of classes that are treated alike does not hold

    softmax = Reading.softmax
    log_softmax = Reading.log_softmax
    logsumexp = Reading.logsumexp
    mean = Reading.mean
    total_others = Reading.total_others
    mean_others = Reading.mean_others
    logsumexp_others = Reading.logsumexp_others

    def class_parameter(self, array: VectorArray) -> Jet:
        return Jet(False, True, {(0,): self.field.entry(array, 0)}, False)

    def abs_power(self, a: Jet, b: Jet) -> Jet:
        """As in the jet reading, but always twice differentiable, whatever the order that is read."""
        # |a|^k has no second derivative at 0 for k <= 2, and a loss that is read to first order only
        # has to have one all the same.
        exponent = b.at[()].rational if () in b.at else None
        if exponent is not None and exponent <= 2 and (exponent.denominator > 1 or exponent % 2):
            return self.pow(self.abs(a), b)
        return super().abs_power(a, b)

    def mul(self, a: Jet, b: Jet) -> Jet:
        at: dict[Pattern, Element] = {}
        for p, pairs in named_products(a.indices, b.indices, self.order, self.most) if a.at and b.at else ():
            s = self.field.number(0)
            for left, right, count in pairs:
                if left[0] in a.at and right[0] in b.at:
                    s = s + self._at(a, left) * self._at(b, right) * count
            if not s.is_zero:
                at[p] = s
        return Jet(a.label or b.label, a.entry or b.entry, at, a.varies or b.varies)

    def total(self, v: Jet) -> Jet:
        v = self._as_vector(v)
        at: dict[Pattern, Element] = {}
        for p, entries in named_entries((v.label, False), self.order, self.most):
            s = self._sum(p, [self._at(v, e) for e in entries])
            if not s.is_zero:
                at[p] = s
        return Jet(v.label, False, at, v.varies)

    def take(self, v: Jet) -> Jet:
        if not v.entry:
            return v
        table = named_at_label(v.label, self.order, self.most)
        return Jet(True, False, {p: self._at(v, q) for p, q in table if q[0] in v.at}, v.varies)

    def apply(self, array: MatrixArray, v: Jet, *, transposed: bool) -> Jet:
        v = self._as_vector(v)
        at: dict[Pattern, Element] = {}
        for p, entries in named_entries((v.label, True), self.order, self.most):
            i = p[int(v.label)]
            parts = [
                self.field.entry(array, *((j, i) if transposed else (i, j))) * self._at(v, e)
                for j, e in enumerate(entries)
            ]
            s = self._sum(p, parts)
            if not s.is_zero:
                at[p] = s
        return Jet(v.label, True, at, v.varies)

    def _require_equal(self, v: Jet) -> None:
        super()._require_equal(v)
        # Entries that are made alike, such as w[0], w[1], ..., need not be equal.
        generic = v.at.get((0, 1) if v.label else (0,))
        if generic is not None and int(v.label) in self.field.classes_in(generic):
            raise Undecided(ENTRIES_DIFFER)

    def _sum(self, p: Pattern, parts: list[Element]) -> Element:
        """The sum over all classes of what is ``parts[b]`` at the class b of ``p`` and ``parts[-1]`` elsewhere."""
        other = blocks(p)
        # The generic part is summed over all classes, the named ones included: what it says there is taken back.
        total = self.field.summed(parts[-1], other)
        for b, part in enumerate(parts[:-1]):
            total = total + part - self.field.renamed(parts[-1], {other: b})
        return total

    def _at(self, a: Jet, named: Named) -> Element:
        """The coefficient at a pattern, with its classes called by the names that they have elsewhere."""
        pattern, names = named
        # The classes 0, 1, ... of the pattern have other names in the pattern that it is a part of.
        c = a.at.get(pattern)
        return self.field.number(0) if c is None else self.field.renamed(c, dict(enumerate(names)))

    def _as_vector(self, v: Jet) -> Jet:
        return v if v.entry else Jet(v.label, True, self._wide(v, (v.label, True)), v.varies)

    def _wide(self, a: Jet, union: Indices) -> dict[Pattern, Element]:
        if a.indices == union:
            return a.at
        table = named_wide(a.indices, union, self.order, self.most)
        return {p: self._at(a, q) for p, q in table if q[0] in a.at}


@dataclass(frozen=True)
class IndexedExpansion:
    """Derivatives at z = 0 in a field of indexed constants, for every C.

    Of a loss l(., y): ``at_0`` = d l/d z_y at the class y = 0, ``at_1`` = d l/d z_k at y = 0, k = 1.  Of a
    regularizer g: ``at_0`` = d g/d z_k at k = 0, and the second derivatives ``at_00`` at k = l = 0, ``at_01``
    at k = 0, l = 1 (both None for a loss).
    """

    field: IndexedField
    value: Element
    at_0: Element
    at_1: Element
    at_00: Element | None = None
    at_01: Element | None = None


def indexed_expansion(formula: Formula, scope: Scope, budget: Budget) -> IndexedExpansion:
    """The expansion of ``formula``, which has free arrays, at z = 0 for every C of ``scope``.

    Raises ``Undecided`` with the innermost offending subexpression.

    >>> from symcheck.language.classwise import ClassParameter
    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> z, y = symbols()
    >>> weighted = Formula.of(ClassParameter("w", above=0)[y] * (logsumexp(z) - z[y]))
    >>> indexed_expansion(weighted, Scope(), Budget()).at_1
    <w[0]/C>
    """
    field = IndexedField(scope, budget)
    is_loss = formula.uses_label
    # The conditions on a loss are about its gradient; second derivatives with free arrays would be costly for
    # nothing.
    jet = IndexedReading(field, 1 if is_loss else 2).read(formula)
    zero = field.number(0)

    def entry(*pattern: int) -> Element:
        return jet.at.get(pattern, zero)

    if is_loss:
        if not jet.label:
            jet = Jet(True, False, IndexedReading(field, 1)._wide(jet, (True, False)), jet.varies)
        return IndexedExpansion(field, entry(0), entry(0, 0), entry(0, 1))
    return IndexedExpansion(field, entry(), entry(0), entry(0), entry(0, 0), entry(0, 1))
