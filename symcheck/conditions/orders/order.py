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

from collections.abc import Callable, Iterable, Sequence

from symcheck.budget import Budget
from symcheck.conditions.cases.partitions import merged, refined
from symcheck.conditions.detached import has_detached
from symcheck.conditions.orders.labelled_order import order_at
from symcheck.conditions.orders.obstacles import Obstacles, PairObstacles
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind
from symcheck.findings.prediction import Order, joined_orders
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope


def orders_of(
    loss: Formula, regularizer: Formula, scope: Scope, *, quotient: bool, budget: Budget
) -> tuple[Order, ...]:
    """The order for each run of classes; unknown ones are left out.

    It is the same to the limit and from clean to noisy, unless the classes are treated differently.
    """
    if has_detached(loss, regularizer):
        return ()  # jets of such a formula are not the derivatives of the field that is trained
    loss, regularizer = loss.with_powers_of_abs(), regularizer.with_powers_of_abs()
    if loss.is_classwise or regularizer.is_classwise:
        order = order_at(loss, regularizer, scope, quotient=quotient, budget=budget) if scope.classes.fixed else None
        return () if order is None else (order,)
    found: list[Order] = []
    # Patterns of up to four different classes occur, so that fewer classes are read alone.
    for classes in separate_runs(scope.classes, 4):
        pair = PairObstacles(loss, regularizer, Scope(classes, scope.parameters), quotient, budget)
        levels = (pair.first, pair.second, pair.third)[: 3 if classes.fixed == 2 else 2]
        runs = [(run, level) for run, level in order_runs(levels, pair.field) if level is not None]
        found += [Order(run, level, level, pair.noise_degree(level)) for run, level in runs]
    return joined_orders(found)


def separate_runs(classes: Classes, first: int) -> list[Classes]:
    """Each C below ``first`` alone, and the numbers from there on together."""
    high = classes.high
    alone = [Classes(c, c) for c in range(classes.low, min(first, (high or first) + 1))]
    return alone if high is not None and high < first else [*alone, Classes(max(classes.low, first), high)]


def order_runs(levels: Sequence[Callable[[], Obstacles]], field: Field) -> list[tuple[Classes, int | None]]:
    """Level by level, the runs of classes on which an obstacle is left: the order is the number of the level."""
    open_: list[Classes] = [field.scope.classes]
    found: list[tuple[Classes, int | None]] = []
    for order, obstacles in enumerate(levels, start=1):
        if not open_:
            break
        runs = _runs(obstacles(), field)
        for classes, blocked in runs:
            inside = [c for c in (classes.common(run) for run in open_) if c is not None]
            # Where it is not known whether an obstacle vanishes, the order is not known: a higher level says nothing.
            if blocked is not False:
                found += [(c, order if blocked else None) for c in inside]
        free = [classes for classes, blocked in runs if blocked is False]
        open_ = [c for run in open_ for c in (run.common(f) for f in free) if c is not None]
    found += [(c, None) for c in open_]
    return sorted(found, key=lambda item: item[0].low)


def _runs(obstacles: Iterable[Element], field: Field) -> list[tuple[Classes, bool | None]]:
    """The partition of the classes by whether some obstacle does not vanish, None where that is not known."""
    live = [pieces(c) for c in obstacles if not c.is_zero]
    if not live:
        return [(field.scope.classes, False)]
    return list(merged((c, _is_left(s.kind for s in signs)) for c, signs in refined(*live)))


def _is_left(kinds: Iterable[Kind]) -> bool | None:
    """Whether one of the constants with signs of these ``kinds`` is different from 0 somewhere."""
    found = set(kinds) - {Kind.ZERO}
    # One that is different from 0 somewhere is left, whatever the unknown ones are.
    return None if found == {Kind.UNKNOWN} else bool(found)
