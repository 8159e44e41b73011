"""Orders of convergence at one C, for pairs that treat classes differently (THEORY 5).

On a linear family with shared features and b_y = -kappa o_y, Z = alpha v + alpha^2 w + alpha^3 x + ..., where the
rows of v lie in the space V of all v with 1'Hv = 0 (on the quotient in the complement of 1) and are free
otherwise.  With M_y = D^2 l(0, y), and P the projection on the span of the features, the rows of

    H w are -P (M_Y v + 1/2 D^3 g[v, v]),
    H x are -P (M_Y w + 1/2 D^3 l(0, Y)[v, v] + D^3 g[v, w] + 1/6 D^4 g[v, v, v]).

Sums over the samples of one class of the second, third, ... powers of one feature take any values, so no term
makes up for another: the order to the limit is 1 unless all M_y v = mu H v on V with one mu, and D^3 g = 0
there.  Between clean and noisy, where v is shortened by a as well, w counts only by what depends on the label
and by D^3 g.  So that order is 1 unless M_y v is the same for every y, and D^3 g = 0, on V; then it is 2 if
D^3 l(0, y) or D^4 g does not vanish on V, whatever the order to the limit is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement, product

from symcheck.budget import Budget
from symcheck.field.element import Element
from symcheck.field.growing import GrowingField
from symcheck.field.signs.sign import Kind
from symcheck.findings.prediction import Order
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.jet import JetReading
from symcheck.readings.jet_arithmetic import Jet
from symcheck.readings.labelled import LabelledReading, Table
from symcheck.readings.pattern import Pattern, blocks, canonical, patterns
from symcheck.readings.weight import polynomial_degree

Vector = dict[int, Element]
"""A class-vector by the places where it is not 0."""


def order_at(loss: Formula, regularizer: Formula, scope: Scope, *, quotient: bool, budget: Budget) -> Order | None:
    """The orders at the one C of ``scope`` of a pair with b_y = -kappa o_y, None where none could be derived.

    The regularizer has D^2 g(0) positive definite.  Raises ``Undecided`` where a reading stops.
    """
    if any(a.is_free for a in (*loss.arrays, *regularizer.arrays)):
        return None  # free entries may be tied to each other, which the signs of constants do not know
    field = GrowingField(scope, budget)
    pair = _Pair(_derivatives(loss, field), _derivatives(regularizer, field), field, quotient)
    to_limit, clean_to_noisy = pair.orders()
    if to_limit is None:
        return None
    return Order(scope.classes, to_limit, clean_to_noisy, pair.noise_degree(to_limit, clean_to_noisy))


@dataclass(frozen=True)
class _Derivatives(ABC):
    """The derivatives at z = 0 of a formula, by label and places; ``labels`` is 1 where the label does not count."""

    field: GrowingField
    labels: int
    degree: int | None
    """A bound on the degree as a polynomial in z, if it is one."""

    @abstractmethod
    def has(self, order: int) -> bool:
        """Whether the derivatives of this order are known."""

    @abstractmethod
    def is_label_free(self, order: int) -> bool:
        """Whether those of this order are shown to be the same for every label."""

    @abstractmethod
    def is_free_in_mean(self, order: int) -> bool:
        """Whether the means over the labels of those of this order are shown to be 0."""

    @abstractmethod
    def at(self, y: int, *places: int) -> Element:
        """The derivative of the formula for the label y in z_k, z_l, ..., all of ``places``."""

    def along(self, y: int, place: int, *vectors: Vector) -> Element:
        """The entry ``place`` of T[u, v, ...] for the derivative T of the formula."""
        total = self.field.number(0)
        for places in product(*vectors):
            term = self.at(y, place, *places)
            for v, k in zip(vectors, places, strict=True):
                term = term * v[k]
            total = total + term
        return total


@dataclass(frozen=True)
class _Alike(_Derivatives):
    """Those of a formula that treats all classes alike, by the jet reading, of every order."""

    jets: Callable[[int], Jet]

    def has(self, order: int) -> bool:  # noqa: ARG002
        return True

    def is_label_free(self, order: int) -> bool:
        count, jet = self.field.scope.classes.fixed, self.jets(order)
        assert count is not None
        if not jet.label:
            return True
        first = ((p, self._apart(p, count)) for p in patterns(1, order, count))
        return all((self.at(p[0], *p[1:]) - self.at(y, *p[1:])).is_zero for p, y in first if y is not None)

    def _apart(self, pattern: Pattern, count: int) -> int | None:
        """A class that is none of the places of ``pattern``, None if all of them are."""
        return next((y for y in range(count) if y not in pattern[1:]), None)

    def is_free_in_mean(self, order: int) -> bool:
        count = self.field.scope.classes.fixed
        assert count is not None
        for p in patterns(0, order, count):
            total = self.field.number(0)
            for y in range(blocks(p)):
                total = total + self.at(y, *p)
            apart = self._apart((0, *p), count)
            if apart is not None:
                total = total + self.field.number(count - blocks(p)) * self.at(apart, *p)
            if not total.is_zero:
                return False
        return True

    def at(self, y: int, *places: int) -> Element:
        jet = self.jets(len(places))
        pattern = canonical((y, *places) if jet.label else places, jet.fixed)
        return jet.at.get(pattern, self.field.number(0))


@dataclass(frozen=True)
class _Apart(_Derivatives):
    """Those of one that does not, by the labelled reading: up to the second, and beyond where they are 0."""

    table: Table

    def has(self, order: int) -> bool:
        return order <= 2 or self._is_below(order)

    def is_label_free(self, order: int) -> bool:
        return self.labels == 1 or self._is_below(order)

    def is_free_in_mean(self, order: int) -> bool:
        return self._is_below(order)

    def _is_below(self, order: int) -> bool:
        return self.degree is not None and self.degree < order

    def at(self, y: int, *places: int) -> Element:
        found = self.table.at(y, 0).second.get((min(places), max(places))) if len(places) == 2 else None
        return self.field.number(0) if found is None else found


def _derivatives(formula: Formula, field: GrowingField) -> _Derivatives:
    degree, count = polynomial_degree(formula), field.scope.classes.fixed
    assert count is not None
    if not formula.is_classwise:
        known: dict[int, Jet] = {}

        def jets(order: int) -> Jet:
            if order not in known:
                known[order] = JetReading(field, order).read(formula)
            return known[order]

        return _Alike(field, count if jets(2).label else 1, degree, jets)
    table = LabelledReading(field).read(formula)
    return _Apart(field, count if table.label else 1, degree, table)


class _NotShownError(Exception):
    """A constant that has to be different from 0 is not shown to be."""


def _any_left(*vanishing: bool | None) -> bool | None:
    """Whether one of the terms does not vanish; None if it is not known."""
    if False in vanishing:
        return True
    return None if None in vanishing else False


class _Pair:
    """What vanishes for a loss and a regularizer: True, False, or None where it is not known."""

    def __init__(self, loss: _Derivatives, regularizer: _Derivatives, field: GrowingField, quotient: bool) -> None:
        self.loss, self.regularizer, self.field, self.quotient = loss, regularizer, field, quotient
        assert field.scope.classes.fixed is not None
        self.count = field.scope.classes.fixed

    def orders(self) -> tuple[int | None, int | None]:
        """The orders to the limit, and between clean and noisy; None where it was not derived."""
        if self.space is None:
            return None, None
        is_blocked = _any_left(self._all_vanish(self._turned), self._vanishes(self.regularizer, 3))
        if is_blocked is None:
            return None, None
        if is_blocked:
            return 1, self._clean_to_noisy()
        # M_y v = mu H v, so that w is a multiple of v, and x is left of v by the same terms for both
        is_blocked = _any_left(self._vanishes(self.loss, 3), self._vanishes(self.regularizer, 4))
        if is_blocked is False:  # the next term has D^4 l(0, y)[v, v, v] (and D^5 g, which cannot make up for it)
            found = 3 if self._vanishes(self.loss, 4) is False else None
        else:
            found = 2 if is_blocked else None
        return found, found

    def noise_degree(self, to_limit: int, order: int | None) -> int | None:
        """The m for which the constant between clean and noisy is proportional to 1 - a^m at this ``order``."""
        if order is None or order == 1:
            return order
        g = self.regularizer
        if self.loss.is_label_free(order + 1) and (g.degree is not None and g.degree <= order + 1):
            return order - 1
        # where the order to the limit is less, w may leave V and is seen by what depends on the label
        is_quadratic = g.degree is not None and g.degree <= 2
        return order if to_limit == order and is_quadratic and self.loss.is_free_in_mean(order + 1) else None

    def _clean_to_noisy(self) -> int | None:
        """The order between clean and noisy where that to the limit is 1."""
        is_blocked = _any_left(self._all_vanish(self._differing), self._vanishes(self.regularizer, 3))
        if is_blocked is not False:
            return 1 if is_blocked else None
        # w may leave V, which can only add to what is left of x
        return 2 if _any_left(self._vanishes(self.loss, 3), self._vanishes(self.regularizer, 4)) else None

    @cached_property
    def space(self) -> list[Vector] | None:
        """A basis of V; None if no entry of 1'H is shown to be different from 0."""
        one = self.field.number(1)
        across = [one] * self.count if self.quotient else [self.field.sum(row) for row in self.hessian]
        # V is where across'v = 0.  A basis needs one entry that is not 0 for any parameter value.
        pivot = next((k for k, c in enumerate(across) if self._is_nonzero(c)), None)
        if pivot is None:
            return None
        # Scaled by the pivot, so that nothing is divided at all.
        return [{j: across[pivot], pivot: -c} for j, c in enumerate(across) if j != pivot]

    @cached_property
    def hessian(self) -> list[list[Element]]:
        """H = D^2 g(0)."""
        places = range(self.count)
        return [[self.regularizer.at(0, i, j) for j in places] for i in places]

    def _images(self, of: _Derivatives, y: int) -> Iterator[Element]:
        """The entries of T v for the second derivative T, over the basis of V."""
        assert self.space is not None
        return (of.along(y, i, v) for v in self.space for i in range(self.count))

    def _turned(self) -> Iterator[Element]:
        """What vanishes if and only if M_y v = mu H v on V, with one mu for every y."""
        straight = list(self._images(self.regularizer, 0))
        # mu is M_y v over H v at a place where H v is not 0; multiplied out, no quotient is needed.
        place = next((k for k, c in enumerate(straight) if self._is_nonzero(c)), None)
        if place is None:
            raise _NotShownError
        first = None
        for y in range(self.loss.labels):
            images = list(self._images(self.loss, y))
            first = images[place] if first is None else first
            yield from (c * straight[place] - first * h for c, h in zip(images, straight, strict=True))

    def _differing(self) -> Iterator[Element]:
        """What vanishes if and only if M_y v is the same for every y."""
        first = list(self._images(self.loss, 0))
        for y in range(1, self.loss.labels):
            yield from (c - d for c, d in zip(self._images(self.loss, y), first, strict=True))

    def _vanishes(self, of: _Derivatives, order: int) -> bool | None:
        """Whether T[v, v, ...] = 0 for all v in V, T the derivative of this order."""
        # Derivatives beyond the degree of a polynomial are 0, whether a reading reaches them or not.
        if of.degree is not None and of.degree < order:
            return True
        if not of.has(order):
            return None
        assert self.space is not None
        chosen = list(combinations_with_replacement(self.space, order - 1))
        return self._all_vanish(
            lambda: (of.along(y, i, *vs) for y in range(of.labels) for vs in chosen for i in range(self.count))
        )

    def _all_vanish(self, constants: Callable[[], Iterable[Element]]) -> bool | None:
        """Whether all of them are 0: no as soon as one is shown not to be, somewhere in the scope."""
        is_known = True
        try:
            for c in constants():
                self.field.budget.check()
                if c.is_zero:
                    continue
                kind = self.field.sign(c).kind
                # MIXED is different from 0 somewhere in the scope, and the order is one for the whole scope.
                if kind in (Kind.POSITIVE, Kind.NEGATIVE, Kind.MIXED):
                    return False
                is_known = is_known and kind is Kind.ZERO
        except _NotShownError:
            return None
        return True if is_known else None

    def _is_nonzero(self, c: Element) -> bool:
        return not c.is_zero and self.field.sign(c).kind in (Kind.POSITIVE, Kind.NEGATIVE)
