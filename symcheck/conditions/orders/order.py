"""Orders of convergence on linear families (THEORY 5): with features shared by all classes, or a reference class too.

The first of the obstacles that is left gives the order, for each run of the numbers of classes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symcheck.budget import Budget
from symcheck.conditions.cases.partitions import refined
from symcheck.conditions.detached import has_detached
from symcheck.conditions.orders.derivatives import Derivatives, JetDerivatives, TableDerivatives
from symcheck.conditions.orders.directions import AlikeDirections, Among, ApartDirections
from symcheck.conditions.orders.obstacles import Left, PairObstacles
from symcheck.field.field import Field
from symcheck.field.growing import GrowingField
from symcheck.findings.prediction import Order, joined_orders
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope


def orders_of(
    loss: Formula, regularizer: Formula, scope: Scope, *, quotient: bool, budget: Budget
) -> tuple[Order, ...]:
    """The orders with shared features for each run of classes, for a pair with b_y = -kappa o_y and D^2 g(0) definite.

    Unknown ones are left out.  Raises ``Undecided`` where a reading stops.
    """
    if not (loss.is_classwise or regularizer.is_classwise):
        return _orders_alike(loss, regularizer, scope, budget, Among.SUMS_0)
    return orders_at(loss, regularizer, scope, quotient=quotient, budget=budget)


def reference_orders(loss: Formula, regularizer: Formula, scope: Scope, budget: Budget) -> tuple[Order, ...]:
    """The same with a reference class z_C = 0, for a pair that treats all classes alike and is judged on R^C.

    The first C - 1 scores are free, and so is v: nothing makes it sum to 0.  For a pair on the quotient by
    (1, ..., 1) the reference class is the quotient in coordinates, and the orders are those of shared features.
    """
    if loss.is_classwise or regularizer.is_classwise:
        return ()
    return _orders_alike(loss, regularizer, scope, budget, Among.REFERENCE)


def orders_at(
    loss: Formula, regularizer: Formula, scope: Scope, *, quotient: bool, budget: Budget
) -> tuple[Order, ...]:
    """The same as ``orders_of`` at the one C of ``scope``, whatever the formulas make of the classes; else none."""
    # Free entries may be tied to each other, which the signs of constants do not know.
    is_free = any(a.is_free for a in (*loss.arrays, *regularizer.arrays))
    if scope.classes.fixed is None or is_free or has_detached(loss, regularizer):
        return ()
    field = GrowingField(scope, budget)

    def read(formula: Formula) -> Derivatives:
        formula = formula.with_powers_of_abs()
        return TableDerivatives(formula, field) if formula.is_classwise else JetDerivatives(formula, field)

    of_loss, of_regularizer = read(loss), read(regularizer)
    directions = ApartDirections(field, of_regularizer, quotient=quotient)
    return tuple(_orders(PairObstacles(of_loss, of_regularizer, directions), with_third=True))


def _orders_alike(loss: Formula, regularizer: Formula, scope: Scope, budget: Budget, among: Among) -> tuple[Order, ...]:
    if has_detached(loss, regularizer):
        return ()  # jets of such a formula are not the derivatives of the field that is trained
    loss, regularizer = loss.with_powers_of_abs(), regularizer.with_powers_of_abs()
    found: list[Order] = []
    # Up to four classes are told apart, and the reference class is one of its own: fewer classes are read alone.
    for classes in _separate_runs(scope.classes, 5 if among is Among.REFERENCE else 4):
        field = Field(Scope(classes, scope.parameters), budget)
        pair = PairObstacles(
            JetDerivatives(loss, field), JetDerivatives(regularizer, field), AlikeDirections(field, among)
        )
        found += _orders(pair, with_third=classes.fixed == 2)
    return joined_orders(found)


def _separate_runs(classes: Classes, first: int) -> list[Classes]:
    """Each C below ``first`` alone, and the numbers from there on together."""
    high = classes.high
    alone = [Classes(c, c) for c in range(classes.low, min(first, (high or first) + 1))]
    return alone if high is not None and high < first else [*alone, Classes(max(classes.low, first), high)]


def _orders(pair: PairObstacles, *, with_third: bool) -> Iterator[Order]:
    """The orders on each run of classes on which that to the limit is known."""
    differing, unread = pair.differing(), [(pair.field.scope.classes, None)]
    turned = pair.turned(differing)
    # What lies further on is read only where nothing is left before.
    second = pair.second() if _is_free(differing) else unread
    third = pair.third() if with_third and _is_free(turned, second) else unread
    for run, (apart, *to_limit) in refined(differing, turned, second, third):
        limit = _first_left(to_limit)
        if limit is not None:
            # Where w is a multiple of v, what is left next is left by the same terms for both.
            noisy = _first_left([apart, to_limit[1]]) if limit == 1 else limit
            yield Order(run, limit, noisy, pair.noise_degree(limit, noisy))


def _is_free(*levels: Left) -> bool:
    """Whether nothing is left on any of ``levels`` for some classes."""
    return any(not any(left) and None not in left for _, left in refined(*levels))


def _first_left(levels: Sequence[bool | None]) -> int | None:
    """The number of the first level on which something is left, None if that is not known."""
    for order, is_left in enumerate(levels, start=1):
        if is_left is not False:
            return order if is_left else None
    return None
