"""Orders of convergence on linear families with a reference class, z_C = 0 (THEORY 5).

For pairs that treat all classes alike and are judged on R^C.  The first C - 1 scores are free, and so are the rows of
v in R^(C-1): nothing makes them sum to 0.  With M_y = D^2 l(0, y) and H = D^2 g(0), both without the last row and
column, the order to the limit is 1 unless M_y = mu H with one mu for every y, and D^3 g = 0; then 2 unless all third
derivatives of l and fourth ones of g vanish.  Between clean and noisy it is 1 unless M_y is the same for every y and
D^3 g = 0, then 2 unless those of third and fourth order vanish.  For a pair on the quotient by (1, ..., 1) the
reference class is the quotient in coordinates, and the orders are those of shared features.
"""

from __future__ import annotations

from symcheck.budget import Budget
from symcheck.conditions.cases.partitions import refined
from symcheck.conditions.detached import has_detached
from symcheck.conditions.orders.obstacles import Averaged, JetEntries, Obstacles, all_vanish
from symcheck.conditions.orders.order import order_runs, separate_runs
from symcheck.field.field import Field
from symcheck.findings.prediction import Order, joined_orders
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.jet import Jet, JetReading
from symcheck.readings.pattern import Pattern, blocks, patterns


def reference_orders(loss: Formula, regularizer: Formula, scope: Scope, budget: Budget) -> tuple[Order, ...]:
    """The orders for each run of classes, for a pair with b_y = -kappa o_y and D^2 g(0) positive definite on R^C.

    Unknown ones are left out.  Raises ``Undecided`` where a reading stops.
    """
    if has_detached(loss, regularizer) or loss.is_classwise or regularizer.is_classwise:
        return ()
    loss, regularizer = loss.with_powers_of_abs(), regularizer.with_powers_of_abs()
    found: list[Order] = []
    # The reference class is one of its own, so that patterns need one class more than there are free scores.
    for classes in separate_runs(scope.classes, 5):
        pair = _ReferencePair(loss, regularizer, Scope(classes, scope.parameters), budget)
        third = (pair.third,) if classes.fixed == 2 else ()
        to_limit = order_runs((pair.turned, pair.second, *third), pair.field)
        apart = order_runs((pair.differing, pair.second, *third), pair.field)
        for run, (limit, noisy) in refined(to_limit, apart):
            if limit is not None:
                found.append(Order(run, limit, noisy, None if noisy is None else pair.noise_degree(noisy)))
    return joined_orders(found)


class _ReferencePair:
    """The obstacles of a pair, in the field of one scope with C = 2, 3, 4, or at least five classes."""

    def __init__(self, loss: Formula, regularizer: Formula, scope: Scope, budget: Budget) -> None:
        self.field = Field(scope, budget)
        self._loss, self._regularizer = loss, regularizer
        self._fixed = scope.classes.fixed
        self._jets: dict[tuple[bool, int], tuple[Jet, JetEntries]] = {}

    def turned(self) -> Obstacles:
        """What vanishes if M_y = mu H, and D^3 g = 0."""
        loss, g = self._entries(self._loss, 2), self._entries(self._regularizer, 2)
        found = self.differing()
        if self._fixed != 2:  # with two classes there is one free score, and M_y is a number
            straight, mixed = loss(0, 1, 1) - loss(0, 1, 2), loss(0, 1, 2)
            found.append(mixed * (g(0, 1, 1) - g(0, 1, 2)) - straight * g(0, 1, 2))
        return found

    def differing(self) -> Obstacles:
        """What vanishes if M_y is the same for every y, and D^3 g = 0."""
        return self._labelled(2) + self._all(self._regularizer, 3)

    def second(self) -> Obstacles:
        """The third derivatives of l and the fourth ones of g."""
        return self._all(self._loss, 3) + self._all(self._regularizer, 4)

    def third(self) -> Obstacles:
        """The fourth derivatives of l."""
        return self._all(self._loss, 4)

    def noise_degree(self, order: int) -> int | None:
        """The m for which the constant between clean and noisy is proportional to 1 - a^m at this ``order``."""
        if order == 1:
            return 1
        if all_vanish(self._labelled(order + 1)) and all_vanish(self._all(self._regularizer, order + 2)):
            return order - 1
        mean = Averaged(self._entries(self._loss, order + 1), self.field)
        free = all_vanish(mean(0, *p) for p in self._unlabelled(order + 1))
        return order if free else None

    def _entries(self, formula: Formula, order: int) -> JetEntries:
        return self._read(formula, order)[1]

    def _read(self, formula: Formula, order: int) -> tuple[Jet, JetEntries]:
        key = formula is self._loss, order
        if key not in self._jets:
            jet = JetReading(self.field, order).read(formula)
            self._jets[key] = jet, JetEntries(jet, self.field)
        return self._jets[key]

    def _all(self, formula: Formula, order: int) -> Obstacles:
        """Every derivative of this order by the free scores, for every label."""
        jet, t = self._read(formula, order)
        if not jet.label:
            return [t(0, *(b + 1 for b in p)) for p in self._unlabelled(order)]
        return [t(*p) for p in self._with_label(order)]

    def _labelled(self, order: int) -> Obstacles:
        """What vanishes if the derivatives of l of this order do not depend on the label."""
        jet, t = self._read(self._loss, order)
        if not jet.label:
            return []
        # The derivative for a label that is none of the scores is that for the reference class.
        return [t(*p) - t(0, *(b + 1 for b in p[1:])) for p in self._with_label(order) if 0 in p[1:]]

    def _unlabelled(self, order: int) -> list[Pattern]:
        """The patterns of free scores."""
        return [p for p in patterns(0, order, order) if self._has_room(blocks(p))]

    def _with_label(self, order: int) -> list[Pattern]:
        """The patterns of the label and free scores; a label that is none of them may be the reference class."""
        return [p for p in patterns(1, order, order + 1) if self._has_room(len(set(p[1:])))]

    def _has_room(self, classes: int) -> bool:
        """Whether there are so many free scores."""
        return self._fixed is None or classes < self._fixed
