"""Links: a = f b + h at every z, in canonical form (THEORY 2).

For losses h may be any function of z alone.  sym(l) = l - (1/C) sum_y l(., y) takes it away, so that

    sym(a) = f sym(b),    h = ins(a) - f ins(b),

and f is the quotient of two canonical forms, if z and the label drop out of it.  For regularizers h is a constant,
and f the quotient of a - a(0) and b - b(0).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.everywhere.decomposition import terms_in_logits
from symcheck.conditions.everywhere.everywhere import difference_of, sum_by_label, written_out
from symcheck.design.sameness.apart import BITS
from symcheck.design.sameness.relation import Relation
from symcheck.field.ball import working
from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.fixed import elements_of
from symcheck.reason import Undecided

MOST_FACTORS = 4
"""Of two forms with |x| in them so many factors are tried, each read off a term that both have."""

Forms = tuple[Element, ...]
"""The canonical form at each label where all classes are written out, else that at y."""


@dataclass(frozen=True)
class Link:
    """a = ``factor`` b + ``rest`` at every z, where both have a value."""

    field: EverywhereField
    factor: Element
    rest: Element
    relation: Relation


class Balls:
    """Balls of what is constant in a link, in which a division by 0 at some other point does no harm."""

    def __init__(self, link: Link, scope: Scope, budget: Budget) -> None:
        self._from = link.field
        self._field = Field(Scope(scope.classes, scope.parameters), budget)

    def has(self, c: Element) -> bool:
        """Whether ``c`` is made of C and the parameters alone."""
        return self._from.depends(c) <= {"C", *(p.name for p in self._field.scope.parameters)}

    def at(self, c: Element, point: ArrayPoint) -> arb:
        """The value of ``c`` at ``point``."""
        values: dict[str, int | Fraction] = {"C": point.classes, **point.values}
        above, below = (self._from.restricted(part, self._field) for part in (c.numerator, c.denominator))
        with working(BITS):
            return above.ball(values, BITS) / below.ball(values, BITS)


class Pair:
    """The canonical forms of two formulas in one field."""

    def __init__(self, first: Formula, second: Formula, scope: Scope, budget: Budget) -> None:
        self.scope = scope
        self.field = EverywhereField(scope, budget)
        self._fixed = written_out(difference_of(first, second), scope)
        self.formulas = first, second
        self.first, self.second = self._forms(first), self._forms(second)

    def _forms(self, formula: Formula, *, at_zero: bool = False) -> Forms:
        return elements_of(formula.with_powers_of_abs(), self.field, self._fixed, at_zero=at_zero)

    def mean(self, forms: Forms) -> Element:
        """The mean over the labels, which does not depend on them."""
        return sum_by_label(forms, self.field) / self.field.C

    def symmetric(self) -> tuple[Forms, Forms]:
        """sym(a) and sym(b)."""
        means = self.mean(self.first), self.mean(self.second)
        return tuple(v - means[0] for v in self.first), tuple(v - means[1] for v in self.second)

    def at_zero(self) -> tuple[Element, Element]:
        """The means over the labels of a and b at z = 0; raises ``Undecided`` where one has no value there."""
        first, second = (self.mean(self._forms(f, at_zero=True)) for f in self.formulas)
        return first, second

    def still(self) -> tuple[bool, bool]:
        """Which of the two are shown not to change: with the label if one has it in it, else with z."""
        labelled = any(f.uses_label for f in self.formulas)
        first, second = self.symmetric() if labelled else self.centred()
        return self.are_zero(first), self.are_zero(second)

    def centred(self) -> tuple[Forms, Forms]:
        """a - a(0) and b - b(0) of two formulas without the label, or a and b where one has no value at 0."""
        a, b = self.first[0], self.second[0]
        try:
            first, second = self.at_zero()
        except Undecided:
            return (a,), (b,)
        return (a - first,), (b - second,)

    def is_constant(self, c: Element) -> bool:
        """Whether only C and the parameters of the scope occur in ``c``."""
        return self.field.depends(c) <= {"C", *(p.name for p in self.scope.parameters)}

    def is_fixed(self, c: Element) -> bool:
        """Whether ``c`` is the same at every z and y, as |t| is for a parameter t."""
        return not self.field.mentions_logits(c) and not self.field.classes_in(c)

    def are_zero(self, forms: Forms) -> bool:
        """Whether each of the forms is shown to be 0."""
        return all(self.field.is_zero(c) for c in forms)


def link_of(pair: Pair) -> Link | None:
    """The closest link that is shown, None if none is; raises ``Undecided`` where a formula has no reading."""
    field = pair.field
    if pair.are_zero(tuple(a - b for a, b in zip(pair.first, pair.second, strict=True))):
        return Link(field, field.one, field.zero, Relation.EQUAL)
    symmetric = pair.symmetric()
    label_free = [pair.are_zero(forms) for forms in symmetric]
    # What has the label in it is no multiple of what has not.
    if label_free[0] is not label_free[1]:
        return None
    alike = symmetric if not label_free[0] else pair.centred()
    # Two formulas that do not change at all differ by a constant.
    if label_free[0] and pair.are_zero(alike[0]) and pair.are_zero(alike[1]):
        return Link(field, field.one, _rest(pair, field.one), Relation.CONSTANT)
    for factor in _factors(pair, *alike):
        if pair.are_zero(tuple(a - factor * b for a, b in zip(*alike, strict=True))):
            rest = _rest(pair, factor)
            return Link(field, factor, rest, _relation(pair, factor, rest))
    return None


def _rest(pair: Pair, factor: Element) -> Element:
    """a - f b, which does not depend on the label."""
    rest = pair.mean(pair.first) - factor * pair.mean(pair.second)
    if pair.field.is_zero(rest):
        return pair.field.zero
    if pair.is_fixed(rest):
        return rest
    try:
        first, second = pair.at_zero()
    except Undecided:
        return rest
    # z may be left in a form that is constant all the same: then it is its value at 0.
    constant = first - factor * second
    return constant if pair.field.is_zero(rest - constant) else rest


def _relation(pair: Pair, factor: Element, rest: Element) -> Relation:
    if not pair.is_fixed(rest):
        return Relation.LABEL_FREE
    if rest.is_zero:
        return Relation.FACTOR
    return Relation.CONSTANT if factor.rational == 1 else Relation.FACTOR_AND_CONSTANT


def _factors(pair: Pair, first: Forms, second: Forms) -> Iterator[Element]:
    """Numbers f, in C and the parameters, that ``first`` may be of ``second``."""
    if second[0].is_zero or first[0].is_zero:
        return
    quotient = first[0] / second[0]
    if pair.is_constant(quotient):
        yield quotient
        return
    # |x| may be written in two ways, so that it does not cancel: then the factor is that of a term which both have.
    found: dict[str, Element] = {}
    for p, q in cross_terms(pair.field, first[0], second[0]):
        if not (p.is_zero or q.is_zero) and pair.is_constant(p / q):
            found.setdefault((p / q).key, p / q)
    yield from list(found.values())[:MOST_FACTORS]


def cross_terms(field: EverywhereField, first: Element, second: Element) -> Sequence[tuple[Element, Element]]:
    """The weights of each product of functions of z in ``first`` and ``second``, over one common denominator."""
    left = dict(terms_in_logits(field, first.numerator * second.denominator))
    right = dict(terms_in_logits(field, second.numerator * first.denominator))
    return [(left.get(m, field.zero), right.get(m, field.zero)) for m in sorted({*left, *right})]
