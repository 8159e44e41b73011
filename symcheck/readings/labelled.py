"""The labelled reading: Taylor arithmetic at z = 0 for one C, with every class and every label on its own.

A quantity is a table of its entries (label y, entry i); each has a value, a gradient and a Hessian over exact
constants, of which only those that are not 0 are kept.  An entry is computed when it is asked for, so that
softmax(z)[y] costs C entries and not C^2.  Nothing is assumed about what the classes have in common: each
entry of a class-vector or matrix is a number of its own, or a free parameter of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symcheck.budget import Budget
from symcheck.constants.constant import Constant
from symcheck.constants.growing import GrowingField
from symcheck.constants.sign import Kind
from symcheck.language.array import MatrixArray, VectorArray
from symcheck.language.formula import Formula
from symcheck.language.reading import Reading
from symcheck.language.scope import Scope
from symcheck.readings.entries import Entries
from symcheck.readings.jet import Branching, Kink
from symcheck.reason import Code, Reason, Undecided

Derivatives = Sequence[Constant]
"""f(x), f'(x) and f''(x)."""


@dataclass(frozen=True, slots=True)
class Local:
    """A function of z near 0: ``value``, ``first`` by k, ``second`` by (k, l) with k <= l; what is missing is 0.

    ``varies`` is False where z does not occur.
    """

    value: Constant
    first: dict[int, Constant]
    second: dict[tuple[int, int], Constant]
    varies: bool


class Table:
    """The entries of a quantity by label and entry index; ``label`` and ``entry`` say on which of them it depends."""

    __slots__ = ("_find", "_known", "entry", "label", "part")

    def __init__(self, find: Callable[[int, int], Local], *, label: bool, entry: bool) -> None:
        self._find, self.label, self.entry = find, label, entry
        self._known: dict[tuple[int, int], Local] = {}
        self.part: Callable[[], str] | None = None

    def at(self, y: int, i: int) -> Local:
        """The entry i for the label y; an ``Undecided`` on the way names the subexpression."""
        key = (y if self.label else 0, i if self.entry else 0)
        known = self._known.get(key)
        if known is None:
            try:
                known = self._known[key] = self._find(*key)
            except Undecided as stop:
                raise (stop if self.part is None else stop.at(self.part())) from None
        return known


class LabelledReading(Reading[Table]):
    """Tables over the ``field`` of a scope with one C; ``order`` 1 leaves the Hessians out."""

    def __init__(self, field: GrowingField, order: int = 2) -> None:
        assert field.scope.classes.fixed is not None
        self.field, self.order = field, order
        self.entries = Entries(field)
        self.count = field.scope.classes.fixed
        self.zero, self.one = field.number(0), field.number(1)
        self._numbers: dict[str, Local] = {}

    def read_all(self, formula: Formula) -> list[Table]:
        tables: list[Table] = []
        for place, node in enumerate(formula.nodes):
            try:
                table = self._value(node, [tables[a] for a in node.args])
                if table.part is None:
                    table.part = lambda place=place: formula.part(place)
                if not formula.vectors[place]:  # now, so that no chain of entries is asked for at once
                    for y in range(self.count if table.label else 1):
                        table.at(y, 0)
            except Undecided as stop:
                raise stop.at(formula.part(place)) from None
            tables.append(table)
        return tables

    # leaves

    def number(self, value: Fraction) -> Table:
        return self._constant(self.field.number(value))

    def parameter(self, name: str) -> Table:
        return self._constant(self.field.parameter(name))

    def classes(self) -> Table:
        return self._constant(self.field.C)

    def logits(self) -> Table:
        return Table(lambda _, i: Local(self.zero, {i: self.one}, {}, True), label=False, entry=True)

    def onehot(self) -> Table:
        return Table(lambda y, i: self._fixed(self.one if i == y else self.zero), label=True, entry=True)

    def filled(self, a: Table) -> Table:
        return Table(lambda y, _: a.at(y, 0), label=a.label, entry=True)

    def class_parameter(self, array: VectorArray) -> Table:
        return Table(lambda _, i: self._fixed(self.entries.of(array, i)), label=False, entry=True)

    def _constant(self, value: Constant) -> Table:
        return Table(lambda *_: self._fixed(value), label=False, entry=False)

    def _fixed(self, value: Constant) -> Local:
        """A number; equal numbers are one object, so that what is computed from them is computed once."""
        return self._numbers.setdefault(value.key, Local(value, {}, {}, False))

    # arithmetic

    def add(self, a: Table, b: Table) -> Table:
        return self._each(lambda x, y: self._sum([(self.one, x), (self.one, y)]), a, b)

    def mul(self, a: Table, b: Table) -> Table:
        return self._each(self._product, a, b)

    def neg(self, a: Table) -> Table:
        return self._each(lambda x: self._sum([(-self.one, x)]), a)

    def div(self, a: Table, b: Table) -> Table:
        return self._each(lambda x, y: self._product(x, self._composed(y, self._reciprocal)), a, b)

    def pow(self, a: Table, b: Table) -> Table:
        return self._each(self._power, a, b)

    def _power(self, base: Local, exponent: Local) -> Local:
        if exponent.varies:
            return self._composed(self._product(exponent, self._composed(base, self._log)), self._exp)
        n = exponent.value.rational
        if n is not None and n.denominator == 1:
            if n < 0:
                base, n = self._composed(base, self._reciprocal), -n
            return self._composed(base, lambda x: self._whole_power(x, int(n)))
        if base.varies and base.value.is_zero:
            raise Kink(_kink("a power that is not a whole number of a value that is 0 at z = 0"))

        def derivatives(x: Constant) -> Derivatives:
            e, value = exponent.value, self.field.power(x, exponent.value)
            slope = value * e / x
            return value, slope, slope * (e - self.one) / x

        if not base.varies:
            return self._fixed(self.field.power(base.value, exponent.value))
        return self._composed(base, derivatives)

    def _whole_power(self, x: Constant, n: int) -> Derivatives:
        number = self.field.number
        slope = number(n) * x ** (n - 1) if n > 0 else self.zero
        bend = number(n * (n - 1)) * x ** (n - 2) if n > 1 else self.zero
        return x**n, slope, bend

    # functions

    def exp(self, a: Table) -> Table:
        return self._each(lambda x: self._composed(x, self._exp), a)

    def log(self, a: Table) -> Table:
        return self._each(lambda x: self._composed(x, self._log), a)

    def arccos(self, a: Table) -> Table:
        return self._each(lambda x: self._composed(x, self._arccos), a)

    def detach(self, a: Table) -> Table:
        return self._each(lambda x: Local(x.value, {}, {}, x.varies), a)

    def abs(self, a: Table) -> Table:
        return self._each(lambda x: self._by_sign("abs", x, x, self._sum([(-self.one, x)])), a)

    def relu(self, a: Table) -> Table:
        return self._each(lambda x: self._by_sign("relu", x, x, self._fixed(self.zero)), a)

    def abs_power(self, a: Table, b: Table) -> Table:
        return self._each(self._abs_power, a, b)

    def _abs_power(self, base: Local, exponent: Local) -> Local:
        """|x|^k, which is C^2 at x = 0 for k > 2, with derivatives 0, and is x^k for even k."""
        k = exponent.value.rational
        if k is None or not base.varies or not base.value.is_zero:
            return self._power(self._by_sign("abs", base, base, self._sum([(-self.one, base)])), exponent)
        if k.denominator == 1 and k % 2 == 0:
            return self._power(base, exponent)
        if k <= 2:
            raise Kink(_kink(f"a power {k} of abs of a value that is 0 at z = 0 and depends on z"))
        return Local(base.value, {}, {}, True)

    def branch(self, u: Table, positive: Table, otherwise: Table) -> Table:
        return self._each(lambda *entries: self._by_sign("branch", *entries), u, positive, otherwise)

    def _exp(self, x: Constant) -> Derivatives:
        value = self.field.exp(x)
        return value, value, value

    def _log(self, x: Constant) -> Derivatives:
        value, slope = self.field.log(x), self.one / x
        return value, slope, -(slope * slope)

    def _arccos(self, x: Constant) -> Derivatives:
        inside = self.one - x * x
        slope = -self.field.power(inside, self.field.number(Fraction(-1, 2)))
        return self.field.arccos(x), slope, slope * x / inside

    def _reciprocal(self, x: Constant) -> Derivatives:
        value = self.one / x
        square = value * value
        return value, -square, square * value * 2

    def _by_sign(self, name: str, u: Local, positive: Local, otherwise: Local) -> Local:
        """``positive`` where u > 0 at z = 0, ``otherwise`` where u < 0, or where u is 0 for all z."""
        kind = self.field.sign(u.value).kind
        if kind is Kind.POSITIVE:
            return positive
        if kind is Kind.NEGATIVE or (kind is Kind.ZERO and not u.varies):
            return otherwise
        if kind is Kind.ZERO:
            raise Kink(_kink(f"{name} of a value that is 0 at z = 0 and depends on z"))
        raise self._branching(name, u.value)

    def _branching(self, name: str, value: Constant) -> Branching:
        why = f"{name} branches on the sign of {value.text()}, which is not the same in the whole scope"
        settle = "give values to the parameters, so that the sign is settled"
        return Branching(Reason(Code.SIGN_UNKNOWN, why, settle), value)

    # over the classes

    def total(self, v: Table) -> Table:
        return self._across(lambda entries: self._sum([(self.one, x) for x in entries]), v)

    def product(self, v: Table) -> Table:
        return self._across(self._multiplied, v)

    def product_others(self, v: Table) -> Table:
        return self._across(self._multiplied, v, but=True)

    def amax(self, v: Table) -> Table:
        return self._across(lambda entries: entries[self._largest(entries, "amax")], v)

    def amax_others(self, v: Table) -> Table:
        return self._across(lambda entries: entries[self._largest(entries, "amax")], v, but=True)

    def onehot_argmax(self, v: Table) -> Table:
        def found(y: int, i: int) -> Local:
            place = self._largest([v.at(y, j) for j in range(self.count)], "onehot_argmax")
            return self._fixed(self.one if i == place else self.zero)

        return Table(found, label=v.label, entry=True)

    # quantities of two classes i and j: their entries are counted by C i + j

    def first(self, v: Table) -> Table:
        return Table(lambda y, ij: v.at(y, ij // self.count), label=v.label, entry=True)

    def second(self, v: Table) -> Table:
        return Table(lambda y, ij: v.at(y, ij % self.count), label=v.label, entry=True)

    def pair_total(self, pairs: Table) -> Table:
        every = range(self.count**2)
        return Table(
            lambda y, _: self._sum((self.one, pairs.at(y, ij)) for ij in every), label=pairs.label, entry=False
        )

    def take(self, v: Table) -> Table:
        return Table(lambda y, _: v.at(y, y), label=True, entry=False)

    def apply(self, array: MatrixArray, v: Table, *, transposed: bool) -> Table:
        places = range(self.count)
        weights = [[self.entries.of(array, *((j, i) if transposed else (i, j))) for j in places] for i in places]

        def found(y: int, i: int) -> Local:
            return self._sum([(w, v.at(y, j)) for j, w in enumerate(weights[i]) if not w.is_zero])

        return Table(found, label=v.label, entry=True)

    def _across(self, function: Callable[[list[Local]], Local], v: Table, *, but: bool = False) -> Table:
        def found(y: int, _: int) -> Local:
            return function([v.at(y, i) for i in range(self.count) if not (but and i == y)])

        return Table(found, label=v.label or but, entry=False)

    def _multiplied(self, entries: list[Local]) -> Local:
        out = self._fixed(self.one)
        for x in entries:
            out = self._product(out, x)
        return out

    def _largest(self, entries: list[Local], name: str) -> int:
        """The place of the entry that is largest at z = 0; entries that do not move may tie."""
        best = 0
        for place, x in enumerate(entries[1:], 1):
            difference = x.value - entries[best].value
            kind = self.field.sign(difference).kind
            if kind is Kind.POSITIVE:
                best = place
            elif kind is Kind.ZERO and (x.varies or entries[best].varies or name == "onehot_argmax"):
                if any(self.field.sign(e.value - x.value).kind is Kind.POSITIVE for e in entries[place + 1 :]):
                    continue
                raise Kink(_kink(f"{name} of entries of which two are the largest at z = 0"))
            elif kind not in (Kind.ZERO, Kind.NEGATIVE):
                raise self._branching(name, difference)
        return best

    # locals

    def _each(self, function: Callable[..., Local], *tables: Table) -> Table:
        """``function`` of the entries of ``tables``, once for entries that are the same objects."""
        known: dict[tuple[int, ...], Local] = {}

        def found(y: int, i: int) -> Local:
            entries = [t.at(y, i) for t in tables]
            key = tuple(map(id, entries))  # the tables keep their entries
            if key not in known:
                known[key] = function(*entries)
            return known[key]

        return Table(found, label=any(t.label for t in tables), entry=any(t.entry for t in tables))

    def _sum(self, parts: Iterable[tuple[Constant, Local]]) -> Local:
        """The sum of weight times part."""
        value, varies = self.zero, False
        first: dict[int, Constant] = {}
        second: dict[tuple[int, int], Constant] = {}
        for w, x in parts:
            is_one = w is self.one
            value = value + (x.value if is_one else w * x.value)
            varies = varies or x.varies
            for k, c in x.first.items():
                _put(first, k, c if is_one else w * c)
            for kl, c in x.second.items():
                _put(second, kl, c if is_one else w * c)
        self.field.budget.check()
        return Local(self.entries.closed(value), first, second, varies)

    def _product(self, a: Local, b: Local) -> Local:
        first: dict[int, Constant] = {}
        second: dict[tuple[int, int], Constant] = {}
        for x, y in ((a, b), (b, a)):
            if y.value.is_zero:
                continue
            for k, c in x.first.items():
                _put(first, k, c * y.value)
            for kl, c in x.second.items():
                _put(second, kl, c * y.value)
        if self.order > 1:
            for k, c in a.first.items():
                for m, d in b.first.items():
                    _put(second, (k, m) if k <= m else (m, k), c * d if k != m else c * d * 2)
        self.field.budget.check()
        return Local(a.value * b.value, first, second, a.varies or b.varies)

    def _composed(self, a: Local, derivatives: Callable[[Constant], Derivatives]) -> Local:
        """f(a) by the chain rule, from f and its derivatives at the value of a."""
        value, slope, bend = derivatives(a.value)
        first: dict[int, Constant] = {}
        second: dict[tuple[int, int], Constant] = {}
        if not slope.is_zero:
            first = {k: c * slope for k, c in a.first.items()}
            second = {kl: c * slope for kl, c in a.second.items()}
        if self.order > 1 and not bend.is_zero:
            for k, c in a.first.items():
                bent = bend * c
                for m, d in a.first.items():
                    if k <= m:
                        _put(second, (k, m), bent * d)
        self.field.budget.check()
        return Local(value, first, second, a.varies)


def _put(entries: dict[int, Constant] | dict[tuple[int, int], Constant], key: object, value: Constant) -> None:
    """Add ``value`` to the entry ``key``, which is taken out where it becomes 0."""
    known = entries.get(key)  # type: ignore[call-overload]
    total = value if known is None else known + value
    if not total.is_zero:
        entries[key] = total  # type: ignore[index]
    elif known is not None:
        del entries[key]  # type: ignore[arg-type]


def _kink(why: str) -> Reason:
    return Reason(Code.KINK, why, "a formula that is smooth at z = 0 is needed")


@dataclass(frozen=True)
class LabelledExpansion:
    """Value, gradient and Hessian at z = 0 of l(., y) for every label y; of a formula without y, for one.

    ``gradients`` has a row for each label; ``hessians`` a matrix for each, none of them with order 1.  Two
    constants are equal if ``entries.reduced`` of their difference is 0.
    """

    field: GrowingField
    entries: Entries
    values: tuple[Constant, ...]
    gradients: tuple[tuple[Constant, ...], ...]
    hessians: tuple[tuple[tuple[Constant, ...], ...], ...]

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
    except RecursionError:
        why = "its operators are nested too deeply to be read class by class"
        raise Undecided(Reason(Code.BUDGET, why, "write sums with total(...)")) from None
    n = reading.count
    found = [table.at(y, 0) for y in range(n if table.label else 1)]
    hessians = [
        tuple(tuple(x.second.get((min(k, m), max(k, m)), reading.zero) for m in range(n)) for k in range(n))
        for x in (found if order > 1 else ())
    ]
    gradients = tuple(tuple(x.first.get(k, reading.zero) for k in range(n)) for x in found)
    return LabelledExpansion(field, reading.entries, tuple(x.value for x in found), gradients, tuple(hessians))
