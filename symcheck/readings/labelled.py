"""The labelled reading: Taylor arithmetic at z = 0 for one C, with every class and every label on its own.

A quantity is a table of its entries (label y, entry i); each has a value, a gradient and a Hessian over exact
constants, of which only those that are not 0 are kept.  An entry is computed when it is asked for, so that
softmax(z)[y] costs C entries and not C^2.  Nothing is assumed about what the classes have in common: each
entry of a class-vector or matrix is a number of its own, or a free parameter of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from symcheck.budget import Budget
from symcheck.field.array_entries import ArrayEntries
from symcheck.field.element import Element
from symcheck.field.growing import GrowingField
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.scope import Scope
from symcheck.language.vector_array import VectorArray
from symcheck.readings.logit_jets import LogitJet, LogitJets
from symcheck.reason import Code, Undecided


class Table:
    """The entries of a quantity by label and entry index; ``label`` and ``entry`` say on which of them it depends."""

    __slots__ = ("_find", "_known", "entry", "label", "part")

    def __init__(self, find: Callable[[int, int], LogitJet], *, label: bool, entry: bool) -> None:
        self._find, self.label, self.entry = find, label, entry
        self._known: dict[tuple[int, int], LogitJet] = {}
        self.part: Callable[[], str] | None = None

    def at(self, y: int, i: int) -> LogitJet:
        """The entry i for the label y; an ``Undecided`` on the way names the subexpression."""
        key = (y if self.label else 0, i if self.entry else 0)
        known = self._known.get(key)
        if known is None:
            try:
                known = self._known[key] = self._find(*key)
            except Undecided as stop:
                # An entry may be asked for long after its part was read, so the table knows which part it is.
                raise (stop if self.part is None else stop.at(self.part())) from None
        return known


class LabelledReading(Reading[Table]):
    """Tables over the ``field`` of a scope with one C; ``order`` 1 leaves the Hessians out."""

    takes_rounded = True

    def __init__(self, field: GrowingField, order: int = 2) -> None:
        assert field.scope.classes.fixed is not None
        self.field, self.order = field, order
        self.entries = ArrayEntries(field)
        self.local = LogitJets(field, order, self.entries.closed)
        self.count = field.scope.classes.fixed
        self.zero, self.one = field.number(0), field.number(1)

    def _value_at(self, formula: Formula, place: int, args: list[Table]) -> Table:
        table = super()._value_at(formula, place, args)
        if table.part is None:
            table.part = lambda: formula.named(place)
        if not formula.vectors[place]:  # now, so that no chain of entries is asked for at once
            for y in range(self.count if table.label else 1):
                table.at(y, 0)
        return table

    # leaves

    def number(self, value: Fraction) -> Table:
        return self._constant(self.field.number(value))

    def parameter(self, name: str) -> Table:
        return self._constant(self.field.parameter(name))

    def classes(self) -> Table:
        return self._constant(self.field.C)

    def logits(self) -> Table:
        return Table(lambda _, i: LogitJet(self.zero, {i: self.one}, {}, True), label=False, entry=True)

    def onehot(self) -> Table:
        return Table(lambda y, i: self.local.fixed(self.one if i == y else self.zero), label=True, entry=True)

    def filled(self, a: Table) -> Table:
        return Table(lambda y, _: a.at(y, 0), label=a.label, entry=True)

    def class_parameter(self, array: VectorArray) -> Table:
        return Table(lambda _, i: self.local.fixed(self.entries.of(array, i)), label=False, entry=True)

    def _constant(self, value: Element) -> Table:
        return Table(lambda *_: self.local.fixed(value), label=False, entry=False)

    def each(self, function: Callable[..., LogitJet], *tables: Table) -> Table:
        """``function`` of the entries of ``tables``, once for entries that are the same objects."""
        # softmax has a common denominator and many entries, and entries that are one object give one result.
        known: dict[tuple[int, ...], LogitJet] = {}

        def found(y: int, i: int) -> LogitJet:
            entries = [t.at(y, i) for t in tables]
            key = tuple(map(id, entries))  # the tables keep their entries
            if key not in known:
                known[key] = function(*entries)
            return known[key]

        return Table(found, label=any(t.label for t in tables), entry=any(t.entry for t in tables))

    # arithmetic and functions

    def add(self, a: Table, b: Table) -> Table:
        return self.each(lambda x, y: self.local.summed([(self.one, x), (self.one, y)]), a, b)

    def div(self, a: Table, b: Table) -> Table:
        return self.each(lambda x, y: self.local.product(x, self.local.reciprocal(y)), a, b)

    def mul(self, a: Table, b: Table) -> Table:
        return self.each(self.local.product, a, b)

    def neg(self, a: Table) -> Table:
        return self.each(self.local.neg, a)

    def pow(self, a: Table, b: Table) -> Table:
        return self.each(self.local.power, a, b)

    def abs_power(self, a: Table, b: Table) -> Table:
        return self.each(self.local.abs_power, a, b)

    def nonnegative_power(self, a: Table, b: Table) -> Table:
        return self.each(self.local.nonnegative_power, a, b)

    def entrywise(self, op: str, *args: Table) -> Table:
        return self.each(partial(self.local.function, op), *args)

    def detach(self, a: Table) -> Table:
        return self.each(lambda x: LogitJet(x.value, {}, {}, x.varies), a)

    def abs(self, a: Table) -> Table:
        return self.each(lambda x: self.local.by_sign("abs", x, x, self.local.neg(x)), a)

    def relu(self, a: Table) -> Table:
        return self.each(lambda x: self.local.by_sign("relu", x, x, self.local.fixed(self.zero)), a)

    def branch(self, u: Table, positive: Table, otherwise: Table) -> Table:
        return self.each(lambda *entries: self.local.by_sign("branch", *entries), u, positive, otherwise)

    # over the classes

    def total(self, v: Table) -> Table:
        return self._across(lambda entries: self.local.summed([(self.one, x) for x in entries]), v)

    def product(self, v: Table) -> Table:
        return self._across(self.local.multiplied, v)

    def product_others(self, v: Table) -> Table:
        return self._across(self.local.multiplied, v, but=True)

    def amax(self, v: Table) -> Table:
        return self._across(lambda entries: entries[self.local.largest(entries, "amax")], v)

    def amax_others(self, v: Table) -> Table:
        return self._across(lambda entries: entries[self.local.largest(entries, "amax")], v, but=True)

    def onehot_argmax(self, v: Table) -> Table:
        def found(y: int, i: int) -> LogitJet:
            place = self.local.largest([v.at(y, j) for j in range(self.count)], "onehot_argmax")
            return self.local.fixed(self.one if i == place else self.zero)

        return Table(found, label=v.label, entry=True)

    def entmax(self, v: Table, alpha: Table) -> Table:
        known: dict[int, list[LogitJet]] = {}

        def found(y: int, i: int) -> LogitJet:
            if y not in known:
                known[y] = self.local.entmax([v.at(y, j) for j in range(self.count)], alpha.at(0, 0).value)
            return known[y][i]

        return Table(found, label=v.label, entry=True)

    # quantities of two classes i and j: their entries are counted by C i + j

    def first(self, v: Table) -> Table:
        return Table(lambda y, ij: v.at(y, ij // self.count), label=v.label, entry=True)

    def second(self, v: Table) -> Table:
        return Table(lambda y, ij: v.at(y, ij % self.count), label=v.label, entry=True)

    def pair_total(self, pairs: Table) -> Table:
        every = range(self.count**2)
        return Table(
            lambda y, _: self.local.summed((self.one, pairs.at(y, ij)) for ij in every), label=pairs.label, entry=False
        )

    def take(self, v: Table) -> Table:
        return Table(lambda y, _: v.at(y, y), label=True, entry=False)

    def apply(self, array: MatrixArray, v: Table, *, transposed: bool) -> Table:
        places = range(self.count)
        weights = [[self.entries.of(array, *((j, i) if transposed else (i, j))) for j in places] for i in places]

        def found(y: int, i: int) -> LogitJet:
            return self.local.summed([(w, v.at(y, j)) for j, w in enumerate(weights[i]) if not w.is_zero])

        return Table(found, label=v.label, entry=True)

    def _across(self, function: Callable[[list[LogitJet]], LogitJet], v: Table, *, but: bool = False) -> Table:
        def found(y: int, _: int) -> LogitJet:
            return function([v.at(y, i) for i in range(self.count) if not (but and i == y)])

        return Table(found, label=v.label or but, entry=False)


@dataclass(frozen=True)
class LabelledExpansion:
    """Value, gradient and Hessian at z = 0 of l(., y) for every label y; of a formula without y, for one.

    ``gradients`` has a row for each label; ``hessians`` a matrix for each, none of them with order 1.  Two
    constants are equal if ``entries.reduced`` of their difference is 0.
    """

    field: GrowingField
    entries: ArrayEntries
    values: tuple[Element, ...]
    gradients: tuple[tuple[Element, ...], ...]
    hessians: tuple[tuple[tuple[Element, ...], ...], ...]

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.gradients[0])


def labelled_expansion(formula: Formula, scope: Scope, budget: Budget, *, order: int = 2) -> LabelledExpansion:
    """The expansion of ``formula`` at z = 0 for every label and the one C of ``scope``.

    Raises ``Undecided`` (``Kink`` where the form is not smooth, ``Undefined`` where it has no value) with the
    innermost offending subexpression.

    >>> from symcheck.language.classwise import ClassParameter
    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> from symcheck.language.scope import Classes
    >>> z, y = symbols()
    >>> weighted = Formula.of(ClassParameter("w", (1, 6))[y] * (logsumexp(z) - z[y]))
    >>> labelled_expansion(weighted, Scope(Classes(2, 2)), Budget()).gradients
    ((<-1/2>, <1/2>), (<3>, <-3>))
    """
    field = GrowingField(scope, budget)
    reading = LabelledReading(field, order)
    try:
        table = reading.read(formula)
    # Tables ask tables for entries, so the depth of a formula is that of the calls.
    except RecursionError:
        why = "its operators are nested too deeply to be read class by class"
        raise Undecided.of(Code.BUDGET, why, "write sums with total(...)") from None
    n = reading.count
    found = [table.at(y, 0) for y in range(n if table.label else 1)]
    hessians = [
        tuple(tuple(x.second.get((min(k, m), max(k, m)), reading.zero) for m in range(n)) for k in range(n))
        for x in (found if order > 1 else ())
    ]
    gradients = tuple(tuple(x.first.get(k, reading.zero) for k in range(n)) for x in found)
    return LabelledExpansion(field, reading.entries, tuple(x.value for x in found), gradients, tuple(hessians))
