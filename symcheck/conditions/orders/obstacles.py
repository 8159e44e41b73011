"""Obstacles to a higher order of convergence: what of the derivatives at 0 has to vanish (THEORY 5).

On a linear family with shared features the minimiser is Z = a alpha (v + alpha w + alpha^2 x + ...), a = 1 for clean
labels, with v orthogonal to (1, ..., 1) and free otherwise.  Write S, T, U for the derivatives of second, third and
fourth order of sym(l), M, N, V for those of ins(l), and K, Q, R for those of third, fourth and fifth order of g.
Up to multiples of v and, from the second line on, where what is above vanishes,

    H w = -(a (S v + 1/2 K[v, v]) + M v),
    H x = -(a^2 (1/2 T[v, v] + 1/6 Q[v, v, v]) + 1/2 a N[v, v]),
    the next one has  -(a^3 (1/6 U[v, v, v] + 1/24 R[v, v, v, v]) + 1/6 a^2 V[v, v, v]).

So between clean and noisy the constant is proportional to 1 - a where S or K is left, or N alone; to 1 - a^2 where N
vanishes, or of the last line V alone is left; to 1 - a^3 where V vanishes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import product
from math import factorial, prod

from symcheck.budget import Budget
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.jet import JetReading
from symcheck.readings.jet_arithmetic import Jet
from symcheck.readings.pattern import canonical
from symcheck.readings.weight import polynomial_degree

Obstacles = list[Element]
"""Coefficients that all have to vanish for the order to be higher."""

FEW = 3
"""With up to so many classes, T[v, v, ...] is multiplied out; with more, its coefficients are those of the patterns."""


class PairObstacles:
    """The obstacles of a pair, in the field of one scope that has C = 2, C = 3, or at least four classes."""

    def __init__(self, loss: Formula, regularizer: Formula, scope: Scope, quotient: bool, budget: Budget) -> None:
        self.scope, self.quotient = scope, quotient
        self.field = Field(scope, budget)
        self._loss, self._regularizer = loss, regularizer
        fixed = scope.classes.fixed
        self._few = fixed if fixed is not None and fixed <= FEW else None
        self._jets: dict[tuple[bool, int], tuple[Jet, JetEntries]] = {}

    def _jet(self, formula: Formula, order: int) -> tuple[Jet, JetEntries]:
        key = formula is self._loss, order
        if key not in self._jets:
            jet = JetReading(self.field, order).read(formula)
            self._jets[key] = jet, JetEntries(jet, self.field)
        return self._jets[key]

    def first(self) -> Obstacles:
        """S v and K[v, v]: what is left of M v is a multiple of v."""
        jet, loss = self._jet(self._loss, 2)
        _, regularizer = self._jet(self._regularizer, 3)
        return self._linear(loss, label=jet.label) + self._along(regularizer, 3)

    def second(self) -> Obstacles:
        """(T + N)[v, v] and Q[v, v, v]."""
        jet, loss = self._jet(self._loss, 3)
        _, regularizer = self._jet(self._regularizer, 4)
        return self._along(loss, 3) + self._labelled(loss, 3, label=jet.label) + self._along(regularizer, 4)

    def third(self) -> Obstacles:
        """(U + V)[v, v, v]."""
        jet, loss = self._jet(self._loss, 4)
        return self._along(loss, 4) + self._labelled(loss, 4, label=jet.label)

    def noise_degree(self, order: int) -> int | None:
        """The m for which the constant between clean and noisy is proportional to 1 - a^m at this ``order``."""
        if order == 1:
            return 1
        jet, loss = self._jet(self._loss, order + 1)
        is_free = all_vanish(self._labelled(loss, order + 1, label=jet.label))
        if order == 2:
            _, regularizer = self._jet(self._regularizer, 4)
            if is_free and all_vanish(self._along(regularizer, 4)):
                return 1
        elif is_free and self._is_flat_to_fifth():
            return 2
        mean = Averaged(loss, self.field)
        return order if all_vanish(self._along(mean, order + 1)) else None

    def _is_flat_to_fifth(self) -> bool:
        """Whether R[v, v, v, v] = 0."""
        degree = polynomial_degree(self._regularizer)
        return (degree is not None and degree < 5) or all_vanish(self._along(self._jet(self._regularizer, 5)[1], 5))

    def _linear(self, t: JetEntries, *, label: bool) -> Obstacles:
        """S v: what of the second derivative of the loss depends on the label."""
        # With two or three classes the patterns are not independent: v_3 = -v_1 - v_2 ties v_k^2 to sum v^2.
        if self._few is not None:
            return self._labelled(t, 2, label=label)
        along = t(0, 0, 1) - t(0, 1, 2)
        at_label = t(0, 0, 0) - t(0, 1, 1) - self._times(2, along)
        # Along (1, ..., 1) nothing counts on the quotient.
        return [at_label] if self.quotient else [at_label, along]

    def _along(self, t: JetEntries | Averaged, order: int) -> Obstacles:
        """The coefficients of T[v, v, ...] for the derivative T of this order, away from the label."""
        if self._few is not None:
            return [c for row in self._rows(t, order, 0) for c in row]
        return self._quadratic(t) if order == 3 else self._cubic(t)

    def _labelled(self, t: JetEntries, order: int, *, label: bool) -> Obstacles:
        """What vanishes if T[v, v, ...] does not depend on the label."""
        if not label:
            return []
        if self._few is not None:
            rows = zip(self._rows(t, order, 0), self._rows(t, order, 1), strict=True)
            # Two labels are enough: classes are alike, so that any two differ in the same way.
            return [c - d for row, other in rows for c, d in zip(row, other, strict=True)]
        return [t(0, *p) - t(0, *(b + 1 for b in p)) for p in _MEETING[order]]

    def _rows(self, t: JetEntries | Averaged, order: int, y: int) -> list[list[Element]]:
        """The entries of T[v, v, ...] for the label y as polynomials in v_1, ..., v_(C-1), v_C = -v_1 - ... ."""
        assert self._few is not None
        n = self._few
        rows = []
        for k in range(n):
            row = {powers: self.field.number(0) for powers in _monomials(n - 1, order - 1)}
            for powers in _monomials(n, order - 1):
                places = [i for i, e in enumerate(powers) for _ in range(e)]
                c = self._times(_multinomial(powers), t(y, k, *places))
                for monomial, factor in _without_last(powers):
                    row[monomial] = row[monomial] + self._times(factor, c)
            rows.append(list(row.values()))
        if self.quotient:
            return [[c - d for c, d in zip(row, rows[-1], strict=True)] for row in rows[:-1]]
        return rows

    def _quadratic(self, t: JetEntries | Averaged) -> Obstacles:
        """T[v, v] for a third derivative T."""
        square = t(0, 1, 1, 1) - self._times(3, t(0, 1, 1, 2)) + self._times(2, t(0, 1, 2, 3))
        everywhere = t(0, 1, 1, 2) - t(0, 1, 2, 3)
        return [square] if self.quotient else [square, everywhere]

    def _cubic(self, t: JetEntries | Averaged) -> Obstacles:
        """T[v, v, v] for a fourth derivative T."""
        a, b, c, d = t(0, 1, 1, 1, 1), t(0, 1, 1, 1, 2), t(0, 1, 1, 2, 2), t(0, 1, 1, 2, 3)
        e, n = t(0, 1, 2, 3, 4), self._times
        cube = a - n(4, b) - n(3, c) + n(12, d) - n(6, e)  # of v_k^3
        scaled = n(3, c) - n(6, d) + n(3, e)  # of v_k sum v^2
        along = b - n(3, d) + n(2, e)  # of sum v^3
        return [cube, scaled] if self.quotient else [cube, scaled, along]

    def _times(self, n: int, c: Element) -> Element:
        return self.field.number(n) * c


_MEETING = {
    3: ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 2)),
    4: ((0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 1, 1), (0, 0, 1, 2)),
}
"""For each order the patterns of derivative indices in which the label, 0, occurs."""


@cache
def _monomials(count: int, degree: int) -> tuple[tuple[int, ...], ...]:
    """The exponents of the monomials of this degree in ``count`` variables."""
    return tuple(p for p in product(range(degree + 1), repeat=count) if sum(p) == degree)


def _multinomial(powers: tuple[int, ...]) -> int:
    return factorial(sum(powers)) // prod(map(factorial, powers))


@cache
def _without_last(powers: tuple[int, ...]) -> tuple[tuple[tuple[int, ...], int], ...]:
    """The monomial v_1^e_1 ... v_C^e_C with v_C = -v_1 - ... - v_(C-1): its monomials with their factors."""
    *kept, last = powers
    found: Counter[tuple[int, ...]] = Counter()
    for added in _monomials(len(kept), last):
        found[tuple(a + b for a, b in zip(kept, added, strict=True))] += (-1) ** last * _multinomial(added)
    return tuple(found.items())


def all_vanish(obstacles: Iterable[Element]) -> bool:
    """Whether all of them are 0 in canonical form."""
    return all(c.is_zero for c in obstacles)


class JetEntries:
    """The derivatives of a scalar's jet by the indices (y, k, l, ...), equal numbers for equal indices."""

    def __init__(self, jet: Jet, field: Field) -> None:
        self._jet, self._field = jet, field

    def __call__(self, *indices: int) -> Element:
        known = indices if self._jet.label else indices[1:]
        return self._jet.at.get(canonical(tuple(known), self._jet.fixed), self._field.number(0))


class Averaged:
    """The mean of such derivatives over the label: those of ins(l).  The first index is ignored."""

    def __init__(self, entries: JetEntries, field: Field) -> None:
        self._entries, self._field = entries, field

    def __call__(self, *indices: int) -> Element:
        classes = sorted(set(indices[1:]))
        found = [self._entries(k, *indices[1:]) for k in classes]
        fixed = self._field.scope.classes.fixed
        if fixed is None or fixed > len(classes):
            others = self._field.C - self._field.number(len(classes))
            # All labels that are none of the indices give the same derivative.
            found.append(others * self._entries(max(classes) + 1, *indices[1:]))
        return self._field.sum(found) / self._field.C
