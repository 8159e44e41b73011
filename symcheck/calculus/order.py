"""Orders of convergence on linear families with shared features (THEORY 5).

For pairs symmetric in the classes here, for all numbers of classes at once; others have a module of their own.

The minimiser is alpha v + alpha^2 w + alpha^3 x + ..., with v orthogonal to (1, ..., 1) and free otherwise.
Up to multiples of v,

    w comes from D^2 l(0, y) v and D^3 g(0)[v, v],
    x, if these vanish, from D^3 l(0, y)[v, v] and D^4 g(0)[v, v, v],
    the next one, if these vanish too, from D^4 l(0, y)[v, v, v],

so the first of them that does not vanish gives the order.  On the quotient what lies along (1, ..., 1) does
not count.  Each is a polynomial in v whose coefficients ("obstacles") are differences of patterns.
"""

from __future__ import annotations

from collections.abc import Iterable

from symcheck.budget import Budget
from symcheck.calculus.cases import merged, refined
from symcheck.calculus.labelled_order import order_at
from symcheck.constants.field import Constant, Field
from symcheck.constants.pieces import pieces
from symcheck.constants.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.prediction import Order
from symcheck.readings.jet import Jet, JetReading
from symcheck.readings.pattern import canonical

Obstacles = list[Constant]
"""Coefficients that all have to vanish for the order to be higher."""


def orders_of(
    loss: Formula, regularizer: Formula, scope: Scope, *, quotient: bool, budget: Budget
) -> tuple[Order, ...]:
    """The order for each run of classes; unknown ones are left out.

    It is the same to the limit and from clean to noisy, unless the classes are treated differently.
    """
    if any(node.op == "detach" for formula in (loss, regularizer) for node in formula.nodes):
        return ()  # jets of such a formula are not the derivatives of the field that is trained
    if loss.is_classwise or regularizer.is_classwise:
        order = order_at(loss, regularizer, scope, quotient=quotient, budget=budget) if scope.classes.fixed else None
        return () if order is None else (order,)
    found: list[tuple[Classes, int | None]] = []
    if 2 in scope.classes:
        two = Scope(Classes(2, 2), scope.parameters)
        found += _orders(_Pair(loss, regularizer, two, quotient, budget), deepest=3)
    if scope.classes.high is None or scope.classes.high > 2:
        low, high = max(scope.classes.low, 3), scope.classes.high
        runs = [Classes(3, 3)] if low == 3 else []
        if high is None or high > 3:
            runs.append(Classes(max(low, 4), high))
        for classes in runs:
            more = Scope(classes, scope.parameters)
            found += _orders(_Pair(loss, regularizer, more, quotient, budget), deepest=2)
    return tuple(Order(classes, order, order) for classes, order in merged(found) if order is not None)


def _orders(pair: _Pair, *, deepest: int) -> list[tuple[Classes, int | None]]:
    """Order by order, the runs of classes on which an obstacle is left."""
    open_: list[Classes] = [pair.scope.classes]
    found: list[tuple[Classes, int | None]] = []
    for order, obstacles in zip(range(1, deepest + 1), (pair.first, pair.second, pair.third), strict=False):
        if not open_:
            break
        runs = _runs(obstacles(), pair.field)
        for classes, blocked in runs:
            inside = [c for c in (classes.common(run) for run in open_) if c is not None]
            if blocked is not False:
                found += [(c, order if blocked else None) for c in inside]
        free = [classes for classes, blocked in runs if blocked is False]
        open_ = [c for run in open_ for c in (run.common(f) for f in free) if c is not None]
    found += [(c, None) for c in open_]
    return sorted(found, key=lambda item: item[0].low)


def _runs(obstacles: Iterable[Constant], field: Field) -> list[tuple[Classes, bool | None]]:
    """The partition of the classes by whether some obstacle does not vanish, None where that is not known."""
    live = [pieces(c) for c in obstacles if not c.is_zero]
    if not live:
        return [(field.scope.classes, False)]
    return list(merged((c, _is_left(s.kind for s in signs)) for c, signs in refined(*live)))


def _is_left(kinds: Iterable[Kind]) -> bool | None:
    """Whether one of the constants with signs of these ``kinds`` is different from 0 somewhere."""
    found = set(kinds) - {Kind.ZERO}
    return None if found == {Kind.UNKNOWN} else bool(found)


class _Pair:
    """The obstacles of a pair, in the field of one scope that has either two classes or at least three."""

    def __init__(self, loss: Formula, regularizer: Formula, scope: Scope, quotient: bool, budget: Budget) -> None:
        self.scope, self.quotient = scope, quotient
        self.field = Field(scope, budget)
        self._loss, self._regularizer = loss, regularizer
        self._two, self._three = scope.classes.fixed == 2, scope.classes.fixed == 3
        self._one = self.field.number(1)

    def _jet(self, formula: Formula, order: int) -> tuple[Jet, _Entries]:
        jet = JetReading(self.field, order).read(formula)
        return jet, _Entries(jet, self.field)

    def first(self) -> Obstacles:
        _, loss = self._jet(self._loss, 2)
        _, regularizer = self._jet(self._regularizer, 3)
        return self._linear(loss) + self._quadratic(regularizer, label=False)

    def second(self) -> Obstacles:
        jet, loss = self._jet(self._loss, 3)
        _, regularizer = self._jet(self._regularizer, 4)
        return self._quadratic(loss, label=jet.label) + self._cubic(regularizer, label=False)

    def third(self) -> Obstacles:
        jet, loss = self._jet(self._loss, 4)
        return self._cubic(loss, label=jet.label)

    def _linear(self, t: _Entries) -> Obstacles:
        """T v - mu v for the second derivative T of the loss: what depends on the label."""
        if self._two:
            return [t(0, 0, 0) - t(0, 1, 1)]
        along = t(0, 0, 1) - t(0, 1, 2)
        at_label = t(0, 0, 0) - t(0, 1, 1) - self._times(2, along)
        return [at_label] if self.quotient else [at_label, along]

    def _quadratic(self, t: _Entries, *, label: bool) -> Obstacles:
        """T[v, v] for a third derivative T; with two classes v = (x, -x)."""
        if self._two:
            rows = [t(0, k, 0, 0) - self._times(2, t(0, k, 0, 1)) + t(0, k, 1, 1) for k in (0, 1)]
            return [rows[0] - rows[1]] if self.quotient else rows
        square = t(0, 1, 1, 1) - self._times(3, t(0, 1, 1, 2)) + self._times(2, t(0, 1, 2, 3))
        everywhere = t(0, 1, 1, 2) - t(0, 1, 2, 3)
        found = [square] if self.quotient else [square, everywhere]
        if label:
            found += [t(0, *p) - t(0, *_away(p)) for p in ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 2))]
        return found

    def _cubic(self, t: _Entries, *, label: bool) -> Obstacles:
        """T[v, v, v] for a fourth derivative T; with two classes v = (x, -x), and odd rows count as they are."""
        if self._two:
            rows = [
                t(0, k, 0, 0, 0)
                - self._times(3, t(0, k, 0, 0, 1))
                + self._times(3, t(0, k, 0, 1, 1))
                - t(0, k, 1, 1, 1)
                for k in (0, 1)
            ]
            return [rows[0] - rows[1]] if self.quotient else rows
        a, b, c, d = t(0, 1, 1, 1, 1), t(0, 1, 1, 1, 2), t(0, 1, 1, 2, 2), t(0, 1, 1, 2, 3)
        e = self.field.number(0) if self._three else t(0, 1, 2, 3, 4)
        n = self._times
        cube = a - n(4, b) - n(3, c) + n(12, d) - n(6, e)  # of v_k^3
        scaled = n(3, c) - n(6, d) + n(3, e)  # of v_k sum v^2
        along = b - n(3, d) + n(2, e)  # of sum v^3
        if self._three:  # there v_k^3 = v_k sum v^2 / 2 + sum v^3 / 3
            scaled, along, cube = scaled + cube / n(2, self._one), along + cube / n(3, self._one), n(0, cube)
        found = [cube, scaled] if self.quotient else [cube, scaled, along]
        if label:
            found += [
                t(0, *p) - t(0, *_away(p))
                for p in ((0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 1, 1), (0, 0, 1, 2))
            ]
        return found

    def _times(self, n: int, c: Constant) -> Constant:
        return self.field.number(n) * c


class _Entries:
    """The derivatives of a scalar's jet by the indices (y, k, l, ...), equal numbers for equal indices."""

    def __init__(self, jet: Jet, field: Field) -> None:
        self._jet, self._field = jet, field

    def __call__(self, *indices: int) -> Constant:
        own = indices if self._jet.label else indices[1:]
        return self._jet.at.get(canonical(tuple(own), self._jet.fixed), self._field.number(0))


def _away(pattern: tuple[int, ...]) -> tuple[int, ...]:
    """The same coincidences among derivative indices, none of them the label."""
    return tuple(b + 1 for b in pattern)
