"""Taylor arithmetic at z = 0 over exact constants, for every number of classes at once.

A jet holds the derivatives of a quantity at z = 0 with respect to logits z_k, z_l, ..., each by the
coincidence pattern of the indices (label y, entry i, k, l, ...).  A sum over the classes is the sum over
the patterns in which i meets a named index plus (C - number of them) times the pattern in which it meets
none; products follow Leibniz' rule and functions Taylor's.  The cost does not depend on C.

Over an ``IndexedField`` the coefficients know their classes: at a pattern with the classes 0, 1, ... they are constants
in which entries of arrays occur at these classes (w[0], A[0,1]).  A sum over the classes is then

    sum over all classes of the generic summand, minus that summand at the named classes, plus what v has there,

and sums over all classes that are not known are generators of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray
from symcheck.readings.derivatives import DERIVATIVES, reciprocal_derivatives, tempered_exp_derivatives
from symcheck.readings.pattern import (
    Indices,
    Pattern,
    Seen,
    at_label_table,
    joined,
    patterns,
    product_table,
    sum_table,
    wide_table,
)
from symcheck.readings.stops import ENTRIES_DIFFER
from symcheck.reason import Undecided

MANY = 99
"""Stands for "C is a symbol": no pattern of the orders in use has as many classes.

With C = 2 there is no third class, so patterns with three do not exist there: that C is read apart, and has to agree
with what is said for every C.
"""


@dataclass(frozen=True, slots=True)
class Jet:
    """Derivatives at 0 by pattern; ``label``, ``entry`` and ``second`` say which of y, i and j they depend on.

    A pattern that is missing is 0.  ``varies`` is False for a quantity in which z does not occur.
    """

    label: bool
    entry: bool
    at: dict[Pattern, Element]
    varies: bool
    second: bool = False

    @property
    def indices(self) -> Indices:
        """Which indices it depends on."""
        return (self.label, self.entry, True) if self.second else (self.label, self.entry)

    @property
    def fixed(self) -> int:
        """How many they are: the places in a pattern before those of derivatives."""
        return self.label + self.entry + self.second


class JetArithmetic(Reading[Jet]):
    """What jets up to ``order`` over the field of a scope are where no sign at z = 0 is asked for."""

    def __init__(self, field: Field, order: int = 2) -> None:
        self.field = field
        self.order = order
        # A class that has a name is one more, also where there are no more than those of the pattern.
        self.most = MANY if field.names_classes else min(field.scope.classes.fixed or MANY, MANY)
        self.detached = False
        """Whether the formula read had parts that derivatives do not see: it then speaks of the field of autograd."""

    # leaves

    def number(self, value: Fraction) -> Jet:
        return self._constant(self.field.number(value))

    def parameter(self, name: str) -> Jet:
        return self._constant(self.field.parameter(name))

    def classes(self) -> Jet:
        return self._constant(self.field.C)

    def logits(self) -> Jet:
        return Jet(False, True, {(0, 0): self.field.number(1)}, True)

    def onehot(self) -> Jet:
        return Jet(True, True, {(0, 0): self.field.number(1)}, False)

    def _constant(self, value: Element) -> Jet:
        return Jet(False, False, {} if value.is_zero else {(): value}, False)

    # arithmetic

    def add(self, a: Jet, b: Jet) -> Jet:
        union = joined(a.indices, b.indices)
        at = dict(self._wide(a, union))
        for p, c in self._wide(b, union).items():
            known = at.get(p)
            if known is None:
                at[p] = c
            else:
                # Zeros are left out, so that a pattern that is missing is 0, whatever has cancelled.
                s = known + c
                if s.is_zero:
                    del at[p]
                else:
                    at[p] = s
        return jet_of(union, at, a.varies or b.varies)

    def mul(self, a: Jet, b: Jet) -> Jet:
        at: dict[Pattern, Element] = {}
        left, right, field = a.at, b.at, self.field
        table = product_table(a.indices, b.indices, self.order, self.most, named=field.names_classes)
        for p, factors in table if left and right else ():
            s = None
            for i, i_names, j, j_names, count in factors:
                x = left.get(i)
                if x is None:
                    continue
                y = right.get(j)
                if y is None:
                    continue
                if i_names:
                    x = field.renamed(x, dict(enumerate(i_names)))
                if j_names:
                    y = field.renamed(y, dict(enumerate(j_names)))
                term = x * y if count == 1 else x * y * field.number(count)
                s = term if s is None else s + term
            if s is not None and not s.is_zero:
                at[p] = s
        union = joined(a.indices, b.indices)
        return jet_of(union, at, a.varies or b.varies)

    def neg(self, a: Jet) -> Jet:
        return replace(a, at={p: -c for p, c in a.at.items()})

    def div(self, a: Jet, b: Jet) -> Jet:
        return self.mul(a, self._reciprocal(b))

    def _integer_power(self, a: Jet, n: int) -> Jet:
        if n < 0:
            return self._integer_power(self._reciprocal(a), -n)
        power = self.number(Fraction(1))
        square = a
        while n:
            if n % 2:
                power = self.mul(power, square)
            n //= 2
            if n:
                square = self.mul(square, square)
        return power

    def _reciprocal(self, a: Jet) -> Jet:
        return self._composed(a, reciprocal_derivatives)

    # functions

    def entrywise(self, op: str, *args: Jet) -> Jet:
        (a,) = args
        return self._composed(a, DERIVATIVES[op])

    def detach(self, a: Jet) -> Jet:
        """The values of ``a``; it still varies, so a kink in it stays one."""
        self.detached = True
        return replace(a, at={p: c for p, c in a.at.items() if len(p) == a.fixed})

    def _composed(self, a: Jet, derivatives: Callable[[Element], Iterator[Element]]) -> Jet:
        """f(a) from f, f', f'', ... at the values of ``a``, by Taylor's formula."""
        zero = self.field.number(0)
        places = patterns(a.fixed, 0, self.most)
        # sqrt is defined at 0 and has no derivative there: of what does not vary the value is enough.
        count = self.order + 1 if a.varies else 1
        rows = {p: list(islice(derivatives(a.at.get(p, zero)), count)) for p in places}

        def coefficient(n: int, factorial: int) -> Jet:
            scale = self.field.number(Fraction(1, factorial))
            at = {p: row[n] if factorial == 1 else row[n] * scale for p, row in rows.items()}
            return replace(a, at={p: c for p, c in at.items() if not c.is_zero}, varies=False)

        value = coefficient(0, 1)
        if not a.varies:
            return value
        # f(x + h) = f(x) + f'(x) h + ..., where h has no value at z = 0: its powers beyond the order are 0.
        change = replace(a, at={p: c for p, c in a.at.items() if len(p) > a.fixed})
        power, factorial = change, 1
        for n in range(1, self.order + 1):
            factorial *= n
            value = self.add(value, self.mul(coefficient(n, factorial), power))
            if n < self.order:
                power = self.mul(power, change)
        return replace(value, varies=True)

    # over the classes

    def total(self, v: Jet) -> Jet:
        v = self._as_vector(v)
        return Jet(v.label, False, self._summed(v), v.varies)

    def entmax(self, v: Jet, alpha: Jet) -> Jet:
        """s_k = f(v_k - m), f the tempered exponential with f = 1/C where its argument is 0, and m by sum_k s_k = 1.

        Where the entries are equal at z = 0 the implicit function theorem gives m as a power series, order by order.
        """
        v = self._as_vector(v)
        self._require_equal(v)
        share, exponent = self.field.number(1) / self.field.C, alpha.at.get((), self.field.number(0))
        if not v.varies:
            return Jet(False, True, {(0,): share}, False)
        rate = self.field.power(share, self.field.number(2) - exponent)  # f' where the argument is 0
        per_class = self._constant((self.field.C * rate).reciprocal())
        change = replace(v, at={p: c for p, c in v.at.items() if len(p) > v.fixed})
        minus_m = self.number(Fraction(0))
        entries = change
        for _ in range(self.order):
            # With the slope at 0 in Newton's step each round makes one more order exact: no division by a series.
            found = self._composed(entries, lambda _: tempered_exp_derivatives(share, exponent))
            missing = self.sub(self.number(Fraction(1)), self.total(found))
            minus_m = self.add(minus_m, self.mul(per_class, missing))
            entries = self.add(change, minus_m)
        return self._composed(entries, lambda _: tempered_exp_derivatives(share, exponent))

    def _require_equal(self, v: Jet) -> None:
        """Raise ``Undecided`` unless the entries of a class-vector are shown to be equal at z = 0."""
        zero = self.field.number(0)
        places = ((0, 1), (0, 0)) if v.label else ((0,), (0,))
        generic, at_label = (v.at.get(p, zero) for p in places)
        # Entries that are made alike, such as w[0], w[1], ..., need not be equal.
        if int(v.label) in self.field.classes_in(generic) or not (generic - at_label).is_zero:
            raise Undecided(ENTRIES_DIFFER)

    def first(self, v: Jet) -> Jet:
        return v

    def second(self, v: Jet) -> Jet:
        return Jet(v.label, False, v.at, v.varies, second=v.entry)

    def pair_total(self, pairs: Jet) -> Jet:
        # What does not depend on both classes is summed over both all the same.
        wide = Jet(pairs.label, True, self._wide(pairs, (pairs.label, True, True)), pairs.varies, second=True)
        return self.total(Jet(wide.label, True, self._summed(wide), wide.varies))

    def class_parameter(self, array: VectorArray) -> Jet:
        return Jet(False, True, {(0,): self.field.entry(array, 0)}, False)

    def apply(self, array: MatrixArray, v: Jet, *, transposed: bool) -> Jet:
        v = self._as_vector(v)

        def weighted(c: Element | None, i: int, j: int) -> Element | None:
            return None if c is None else self.field.entry(array, *((j, i) if transposed else (i, j))) * c

        at = int(v.label)
        parts = (
            (p, [weighted(self._at(v, e), p[at], j) for j, e in enumerate(entries)])
            for p, entries in sum_table(at, self.order, self.most, kept=True)
        )
        return Jet(v.label, True, self._sums(parts), v.varies)

    def _summed(self, v: Jet) -> dict[Pattern, Element]:
        """The sum over the last of the indices that ``v`` depends on."""
        table = sum_table(v.fixed - 1, self.order, self.most)
        return self._sums((p, [self._at(v, e) for e in entries]) for p, entries in table)

    def _sums(self, parts: Iterable[tuple[Pattern, list[Element | None]]]) -> dict[Pattern, Element]:
        """The sum over all classes of what is the entry b at the class b of a pattern, and the last one elsewhere.

        None is 0.
        """
        at: dict[Pattern, Element] = {}
        zero = self.field.zero
        for p, (*named, generic) in parts:
            known = {b: zero if c is None else c for b, c in enumerate(named)}
            if generic is not None:
                s = self.field.over_classes(generic, len(named), known)
            else:
                s = self.field.sum(c for c in named if c is not None)
            if not s.is_zero:
                at[p] = s
        return at

    def take(self, v: Jet) -> Jet:
        if not v.entry:
            return v
        table = at_label_table(v.label, self.order, self.most)
        return Jet(True, False, self._seen(v, table), v.varies)

    def _as_vector(self, v: Jet) -> Jet:
        return v if v.entry else Jet(v.label, True, self._wide(v, (v.label, True)), v.varies)

    def _wide(self, a: Jet, union: Indices) -> dict[Pattern, Element]:
        """The derivatives of ``a`` as of a quantity that depends on the indices ``union``."""
        if a.indices == union:
            return a.at
        return self._seen(a, wide_table(a.indices, union, self.order, self.most))

    def _seen(self, a: Jet, table: Iterable[tuple[Pattern, Seen]]) -> dict[Pattern, Element]:
        found = ((p, self._at(a, seen)) for p, seen in table)
        return {p: c for p, c in found if c is not None}

    def _at(self, a: Jet, seen: Seen | None) -> Element | None:
        """The derivative at a pattern, with its classes called by the names that they have elsewhere."""
        c = None if seen is None else a.at.get(seen[0])
        return c if c is None or seen is None or not seen[1] else self.field.renamed(c, dict(enumerate(seen[1])))


def jet_of(indices: Indices, at: dict[Pattern, Element], varies: bool) -> Jet:
    """The jet that depends on ``indices``, with these derivatives."""
    label, entry, *second = indices
    return Jet(label, entry, at, varies, any(second))
