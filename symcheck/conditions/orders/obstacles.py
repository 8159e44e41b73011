"""Obstacles to a higher order of convergence: what of the derivatives at 0 has to vanish (THEORY 5).

On a linear family the minimiser is Z = a alpha (v + alpha w + alpha^2 x + ...), a = 1 for clean labels, and the rows of
v, in a space V, are free otherwise.  Write S, T, U for what of the derivatives of second, third and fourth order of l
depends on the label, M, N, J for their means over the labels, K, Q, R for those of third, fourth and fifth order of g,
H for D^2 g(0), and P for the projection on the span of the features:

    H w = -P (a (S v + 1/2 K[v, v]) + M v),
    H x = -P (a^2 (1/2 T[v, v] + 1/6 Q[v, v, v]) + a (1/2 N[v, v] + S w + K[v, w]) + M w),

and where all this leaves multiples of v the next one is

    -P (a^3 (1/6 U[v, v, v] + 1/24 R[v, v, v, v]) + 1/6 a^2 J[v, v, v]).

Sums over the samples of one class of the second, third, ... powers of one feature take any values, so no term makes
up for another.  To the limit the order is 1 unless (S + M) v = mu H v with one mu for all labels, and K[v, v] = 0;
between clean and noisy M v does not count, as it is the same for every a.  Where S v and K[v, v] vanish and w lies in
V, S w and K[v, w] vanish too.  So the constant between clean and noisy is proportional to 1 - a at order 1; at order 2
to 1 - a where T and Q vanish, to 1 - a^2 where N does and w lies in V; at order 3 to 1 - a^2 where U and R vanish, to
1 - a^3 where J does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from symcheck.conditions.cases.partitions import Partition, merged, refined
from symcheck.conditions.orders.derivatives import Derivatives, Vector
from symcheck.conditions.orders.directions import Directions
from symcheck.field.element import Element
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind

_IS_LEFT = {Kind.POSITIVE: True, Kind.NEGATIVE: True, Kind.MIXED: True, Kind.ZERO: False, Kind.UNKNOWN: None}

Left = Partition[bool | None]
"""Runs of the classes by whether something is left, different from 0 somewhere; None where that is not known."""

Obstacles = Iterator[Element | None]
"""What has to vanish for the order to be higher; None stands for a derivative that is not read."""


class PairObstacles:
    """The obstacles of a loss and a regularizer with b_y = -kappa o_y and a definite D^2 g(0)."""

    def __init__(self, loss: Derivatives, regularizer: Derivatives, directions: Directions) -> None:
        self.field = directions.field
        self._loss, self._regularizer, self._directions = loss, regularizer, directions

    def differing(self) -> Left:
        """S v and K[v, v]."""
        self._require(1)
        return self._left(chain(self._apart(2), self._along(self._regularizer, 3)))

    def turned(self, differing: Left) -> Left:
        """These, and what of M v is not mu H v."""
        return _either(differing, self._left(self._minors()))

    def second(self) -> Left:
        """(T + N)[v, v] and Q[v, v, v]."""
        self._require(2)
        return self._left(chain(self._along(self._loss, 3), self._along(self._regularizer, 4)))

    def third(self) -> Left:
        """(U + J)[v, v, v]; R, with one v more, does not make up for it."""
        self._require(3)
        return self._left(self._along(self._loss, 4))

    def noise_degree(self, to_limit: int, order: int | None) -> int | None:
        """The m for which the constant between clean and noisy is proportional to 1 - a^m at this ``order``."""
        if order is None or order == 1:
            return order
        if _all_vanish(self._apart(order + 1)) and _all_vanish(self._along(self._regularizer, order + 2)):
            return order - 1
        if to_limit < order and not self._directions.holds_images(self._loss, self._regularizer):
            return None
        return order if _all_vanish(self._summed(order + 1)) else None

    def _require(self, order: int) -> None:
        """Raise ``Undecided`` unless the derivatives exist that the term of this order is made of."""
        # What is left of the first of them says nothing of the order where another does not exist: |z|^(5/2) in g makes
        # it 1/2, whatever the loss does.
        self._loss.require(order + 1)
        self._regularizer.require(order + 2)

    def _along(self, of: Derivatives, order: int) -> Obstacles:
        """The entries of T_y[v, v', ...] for the derivative T of this order."""
        return self._entries(of, order, of.along, label=of.label)

    def _apart(self, order: int) -> Obstacles:
        """What vanishes if and only if T_y[v, v', ...] is the same for every label."""
        along = self._loss.along

        def difference(y: int, entry: int, vectors: tuple[Vector, ...]) -> Element:
            return along(y, entry, vectors) - along(0, entry, vectors) if y else self.field.number(0)

        return self._entries(self._loss, order, difference, label=self._loss.label)

    def _summed(self, order: int) -> Obstacles:
        """The entries of the sum of T_y[v, v', ...] over the labels."""

        def total(_: int, entry: int, vectors: tuple[Vector, ...]) -> Element:
            labels = self._directions.labels(entry, vectors)
            return self.field.sum(count * self._loss.along(y, entry, vectors) for y, count in labels)

        return self._entries(self._loss, order, total, label=False)

    def _entries(
        self, of: Derivatives, order: int, entry: Callable[[int, int, tuple[Vector, ...]], Element], *, label: bool
    ) -> Obstacles:
        if of.vanish(order):
            return
        if not of.are_known(order):
            yield None
            return
        everything = self._directions.everything if of.is_alike else None
        # Of all vectors a few stand for the others, where those of V would be C^2 or C^3.
        if everything and all(entry(*choice).is_zero for choice in everything.choices(order, label=label)):
            return
        for choice in self._directions.choices(order, label=label):
            self.field.budget.check()
            yield entry(*choice)

    def _minors(self) -> Obstacles:
        """What vanishes if M_0 v = mu H v with one mu, where M_y v is the same for every label y."""
        choices = list(self._directions.choices(2, label=False))
        straight = [self._regularizer.along(*choice) for choice in choices]
        # H v is 0 nowhere.  Where one entry of it is 0 for single parameter values, M_0 v is what it tends to.
        pivot = next(k for k, c in enumerate(straight) if not c.is_zero)
        at_pivot = self._loss.along(*choices[pivot])
        for choice, c in zip(choices, straight, strict=True):
            yield self._loss.along(*choice) * straight[pivot] - at_pivot * c

    def _left(self, obstacles: Obstacles) -> Left:
        found: Left = [(self.field.scope.classes, False)]
        for c in obstacles:
            if c is None:
                found = _either(found, [(self.field.scope.classes, None)])
            elif not c.is_zero:
                found = _either(found, [(run, _IS_LEFT[sign.kind]) for run, sign in pieces(c)])
            if all(is_left for _, is_left in found):
                break
        return found


def _either(a: Left, b: Left) -> Left:
    """Where something is left in one of the two; what is left somewhere is left, whatever the unknown is."""
    return merged((run, True if True in pair else None if None in pair else False) for run, pair in refined(a, b))


def _all_vanish(obstacles: Obstacles) -> bool:
    """Whether all of them are 0 in canonical form."""
    return all(c is not None and c.is_zero for c in obstacles)
