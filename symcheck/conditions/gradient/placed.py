"""Given arrays for many classes: the derivatives for every C, with the entries put in class by class.

Class weights for a thousand classes have a million derivatives.  What they have in common is known from the
reading by name of the same formula with free arrays that may be the given ones; then the kappa_y, the drifts c_y
and the sums over the labels are C constants each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_gradient
from symcheck.conditions.agreement.agreed import AgreedIndices
from symcheck.conditions.gradient.gradient_form import GradientForm, indexed_form
from symcheck.field.array_entries import ArrayEntries
from symcheck.field.element import Element
from symcheck.field.growing import GrowingField
from symcheck.field.indexed_field import IndexedField, Placement
from symcheck.field.signs.sign import Kind
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.scope import Scope
from symcheck.language.vector_array import VectorArray
from symcheck.readings.expansion import Gradient
from symcheck.reason import Code, Undecided

LARGE, LARGEST_LABELLED = 20, 60
"""With more classes than the first the labelled reading takes long, with more than the second too long."""

MOST_TRIPLES = 150
"""With up to so many classes all the derivatives of each label are compared with each other."""


def is_large(formula: Formula, scope: Scope) -> bool:
    """Whether the arrays are given for so many classes that their derivatives are not looked at one by one."""
    n = scope.classes.fixed
    return n is not None and n > LARGE and all(a.values is not None for a in formula.arrays)


def relaxed(array: Array) -> Array:
    """The free array of which a given one is known to be one: the range of its entries, its sums, its symmetry."""
    values = array.values or ()
    assert array.ends is not None
    interval = Interval(*array.ends, low_open=False, high_open=False)
    if isinstance(array, VectorArray):
        total = None if array.is_rounded else sum(chain.from_iterable(values), Fraction(0))
        return VectorArray(array.name, interval, total=total)
    assert isinstance(array, MatrixArray)
    return MatrixArray(
        array.name,
        interval,
        rows=array.line_sum(transposed=False),
        columns=array.line_sum(transposed=True),
        symmetric=array.symmetric,
        loops=not array.is_rounded and all(row[i] > 0 for i, row in enumerate(values)),
    )


def placed_form(
    formula: Formula, scope: Scope, budget: Budget
) -> tuple[GradientForm, AgreedIndices[Gradient[Element]], Element]:
    """The form of the gradients with the given entries, the derivatives for every C, and the value at 0 for the first
    label."""
    given = {a.name: a for a in formula.arrays}
    # The free array takes the given one in: what holds of every array with these ranges and sums holds of this one.
    free = {name: relaxed(a) for name, a in given.items()}
    wide = Scope(scope.classes, scope.parameters, tuple(free.values()))
    general = agreed_gradient(formula.with_arrays(free), wide, budget)
    places = _Places(general.field, scope, given, budget)
    form = indexed_form(general.constants, general.field)
    n = places.count
    # kappa_y does not depend on the other class where the bends vanish, so any will do.
    kappas = tuple(places.of(form.kappa, y, (y + 1) % n) for y in range(n))
    drifts = () if form.all_vanish(form.drifts) else tuple(places.of(form.drifts[0], y) for y in range(n))
    steps = tuple(c - kappas[0] for c in kappas[1:])
    if form.all_vanish(form.sums):
        sums: tuple[Element, ...] = ()
    elif any(a.is_rounded for a in given.values()) and form.all_vanish((*form.bends, *form.drifts)):
        sums = steps  # b_y = -kappa_y o_y, whose sums vanish if all kappa_y are equal; parameters make them too large
    else:
        sums = tuple(places.of(form.sums[0], None, k) for k in range(n))
    bends = () if form.all_vanish(form.bends) else places.bends(form.bends[0])
    drift = form.common_drift
    placed = GradientForm(
        field=places.field,
        vanishes=lambda c: c.is_zero,
        bends=bends,
        kappas=kappas,
        kappa_steps=steps,
        drifts=drifts,
        drift_steps=tuple(c - drifts[0] for c in drifts[1:]),
        sums=sums,
        leads=kappas[:1],
        common_drift=None if drift is None else tuple(places.of(drift[0], None, k) for k in range(n)),
    )
    return placed, general, places.of(general.constants.value, 0)


class _Places:
    """Indexed constants at the given entries."""

    def __init__(self, general: IndexedField, scope: Scope, given: Mapping[str, Array], budget: Budget) -> None:
        self.field = GrowingField(Scope(scope.classes, scope.parameters), budget)
        self.entries = ArrayEntries(self.field, given)
        self.count = scope.classes.low
        self._general, self._budget = general, budget
        self._sums: dict[tuple[str, tuple[int, ...]], Element] = {}
        self.field.reserve(sum(len(row) for a in given.values() for row in a.errors or ()))

    def of(self, c: Element, *classes: int | None) -> Element:
        """``c`` with its named classes 0, 1, ... at these places."""
        self._budget.check()
        places = {name: at for name, at in enumerate(classes) if at is not None}
        return Placement(self._general, self.field, self.entries, places, self._sums).of(c)

    def bends(self, c: Element) -> tuple[Element, ...]:
        """A value of ``c`` at three different classes that is not 0, or, with free parameters, may not be.

        None where all are 0; raises ``Undecided`` where they are too many to look at and none is found.
        """
        for classes in _triples(self.count):
            value = self.of(c, *classes)
            kind = self.field.sign(value).kind
            # One that is not 0 settles it, so that the first triple is almost always the last one.
            if kind in (Kind.POSITIVE, Kind.NEGATIVE) or (kind is not Kind.ZERO and self.field.depends(value)):
                return (value,)
            if kind is not Kind.ZERO:
                break
        else:
            if self.count <= MOST_TRIPLES:
                return ()
        why = "whether the derivatives by all logits but that of the label are equal was not settled"
        raise Undecided.of(Code.SIGN_UNKNOWN, why, "give entries for fewer classes")


def _triples(n: int) -> Iterator[tuple[int, int, int]]:
    """For each y two others that follow each other: first one for each y, then, unless they are too many, all."""
    for y in range(n):
        yield y, (y + 1) % n, (y + 2) % n
    if n <= MOST_TRIPLES:
        for y in range(n):
            for step in range(2, n - 1):
                yield y, (y + step) % n, (y + step + 1) % n
