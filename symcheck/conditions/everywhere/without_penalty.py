"""A point at which every theorem about the loss alone fails: in balls, at one C, all of them at the same parameters.

With ins(l)(z) = (1/C) sum_k l(z, k), R(z) = ins(l)(z) - ins(l)(0) and s(z) = l(z, i) - l(z, j), the theorems need

    Ghosh:           R(z) = 0 at every z,
    Theorem 1:       s(tz) - s(0) = t (s(z) - s(0)) and R(tz) = t^k R(z) for t > 0, with one k > 1,
    shared features: the same of s, and R(z) = c (1, ..., 1)'z + z'Hz/2 with a positive definite H.

So a ball that excludes 0 speaks against the first if it is that of a difference of R, against the other two if it is
that of a difference of 2 s(z) - s(2z), which has to be s(0) at every z.  Where s is linear, Theorem 1 fails with
R(z) R(4z) - R(2z)^2 != 0 or with |R(2z)| <= 2 |R(z)| != 0, and the third theorem with R(2z) - 3 R(z) - R(-z) != 0,
with R(z) + R(-z) <= 0, or with R(z) != R(-z) where (1, ..., 1)'z = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain

from flint import arb, ctx

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.everywhere import (
    POINTS_TRIED,
    classes_tried,
    logits_tried,
    points_of,
    shown_logits,
    witness_of,
)
from symcheck.errors import FormulaError
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.over_labels import mean_over_labels
from symcheck.language.scope import Scope
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Undecided

MOST_SUMMED = 12
"""Up to so many classes ins(l) is the sum over the labels; beyond, it is evaluated as one formula without the label."""

MOST_CLASSES = 2_000
"""Points with more classes are not looked at."""

Logits = Sequence[Fraction]


@dataclass(frozen=True)
class Failure:
    """What fails at one point of the scope: the witness against each of the theorems about the loss alone."""

    symmetric: Witness
    homogeneous: Witness
    quadratic: Witness


def failure_of(loss: Formula, scope: Scope, budget: Budget, tried: int = POINTS_TRIED) -> Failure | None:
    """A point of ``scope`` at which no theorem about ``loss`` alone applies, if one is found."""
    # A theorem may hold at one point and another one at the next: only what fails at one and the same point is told.
    found = (_failure_at(loss, point) for point in _points(loss, scope, budget, tried))
    return next((failure for failure in found if failure is not None), None)


def not_homogeneous(loss: Formula, scope: Scope, budget: Budget) -> Witness | None:
    """What speaks against Theorem 1 at a point of ``scope``, if it is found."""
    for point in _points(loss, scope, budget, POINTS_TRIED):
        here = _Here(loss, point)
        with ctx.workprec(128):
            found = here.bent_difference() or here.unequal_powers()
        if found is not None:
            return found
    return None


def _points(loss: Formula, scope: Scope, budget: Budget, tried: int) -> Iterator[ArrayPoint]:
    """So many points of ``scope`` for each of a few numbers of classes."""
    scope = scope_with(scope, loss)
    small = list(classes_tried(scope))
    for classes in small or ([scope.classes.low] if scope.classes.low <= MOST_CLASSES else []):
        for point in points_of(loss, scope, classes, tried):
            budget.check()
            yield point


def _failure_at(loss: Formula, point: ArrayPoint) -> Failure | None:
    """The failure at this ``point``, if it is seen."""
    here = _Here(loss, point)
    with ctx.workprec(128):
        symmetric = here.changed_sum()
        if symmetric is None:
            return None
        bent = here.bent_difference()
        if bent is not None:
            return Failure(symmetric, bent, bent)
        homogeneous = here.unequal_powers()
        quadratic = None if homogeneous is None else here.not_definite()
    if homogeneous is None or quadratic is None:
        return None
    return Failure(symmetric, homogeneous, quadratic)


class _Here:
    """The loss at one point of the scope, on rays through z = 0; None where a ball is not known."""

    def __init__(self, loss: Formula, point: ArrayPoint) -> None:
        self.formula, self.point = point.formula(loss), point

    @cached_property
    def _mean(self) -> Formula | None:
        """ins(l) as one formula, for many classes."""
        return None if not self._is_wide else Formula.of(mean_over_labels(self.formula))

    def _value(self, z: Logits, t: int, y: int) -> arb:
        return value_at(self.formula, [t * x for x in z], {}, y=y)

    def _sum(self, z: Logits, t: int) -> arb:
        """C ins(l)(tz): without the division by C, whole numbers stay exact."""
        if self._mean is not None:
            return self.point.classes * value_at(self._mean, [t * x for x in z], {})
        return sum((self._value(z, t, y) for y in range(1, self.point.classes + 1)), arb(0))

    @property
    def _is_wide(self) -> bool:
        return self.point.classes > MOST_SUMMED

    def _rays(self) -> Iterator[Logits]:
        yield from logits_tried(self.point.classes, 3 if self._is_wide else POINTS_TRIED)
        # What is 0 on a ray of irregular points, as a hinge far out, may be seen near 0.
        for z in logits_tried(self.point.classes, 2):
            yield tuple(x / 16 for x in z)

    def _witness(self, quantity: str, z: Logits, ball: arb, expected: str) -> Witness:
        return witness_of(self.point, f"{quantity}, z = {shown_logits(z)}", ball, expected)

    def changed_sum(self) -> Witness | None:
        """Two points at which sum_y l(z, y) is not the same."""
        return self._changed("sum_y l(z, y)", lambda z: self._sum(z, 1), self._rays())

    def bent_difference(self) -> Witness | None:
        """Two points that show that s is not homogeneous of degree 1, up to a constant."""
        origin = (Fraction(0),) * self.point.classes
        for k in (2,) if self._is_wide else range(2, min(self.point.classes, 3) + 1):

            def constant(z: Logits, k: int = k) -> arb:
                one, two = (self._value(z, t, 1) - self._value(z, t, k) for t in (1, 2))
                return 2 * one - two

            what = f"2 s(z) - s(2z) for s(z) = l(z, 1) - l(z, {k})"
            found = self._changed(what, constant, chain([origin], self._rays()))
            if found is not None:
                return found
        return None

    def _changed(self, what: str, quantity: Callable[[Logits], arb], points: Iterable[Logits]) -> Witness | None:
        """Two of the ``points`` at which the ``quantity``, which is ``what``, is not the same."""
        seen: list[tuple[Logits, arb]] = []
        for z in points:
            try:
                ball = quantity(z)
            except (Undecided, FormulaError):
                continue
            # A ball about a tie is wide and meets all others, which need not meet one another.
            other = next(((w, b) for w, b in seen if not ball.overlaps(b)), None)
            if other is not None:
                where = f"at z = {shown_logits(z)} less that at z = {shown_logits(other[0])}"
                return witness_of(self.point, f"{what} {where}", ball - other[1], "0")
            seen.append((z, ball))
        return None

    def unequal_powers(self) -> Witness | None:
        """A point at which R is homogeneous of no degree k > 1."""
        for z in self._rays():
            try:
                zero, one, two, four = (self._sum(z, t) for t in (0, 1, 2, 4))
            except (Undecided, FormulaError):
                continue
            r1, r2, r4 = one - zero, two - zero, four - zero
            # R(2z)/R(z) = 2^k is more than 2.
            if _is_not_0(r1) and (r2 - 2 * r1) * (1 if r1 > 0 else -1) <= 0:
                ball = r2 / r1
                quantity = "R(2z)/R(z) for R(z) = sum_y (l(z, y) - l(0, y))"
                return self._witness(quantity, z, ball, "2^k with k > 1, which is more than 2,")
            ball = r1 * r4 - r2 * r2
            if _is_not_0(ball):
                return self._witness("R(z) R(4z) - R(2z)^2 for R(z) = sum_y (l(z, y) - l(0, y))", z, ball, "0")
        return None

    def not_definite(self) -> Witness | None:
        """A point at which R is no positive definite quadratic form, up to what is linear."""
        for z in chain(self._rays(), map(_centred, self._rays())):
            try:
                back, zero, one, two = (self._sum(z, t) for t in (-1, 0, 1, 2))
            except (Undecided, FormulaError):
                continue
            ball = (two - zero) - 3 * (one - zero) - (back - zero)
            if _is_not_0(ball):
                quantity = "R(2z) - 3 R(z) - R(-z) for R(z) = sum_y (l(z, y) - l(0, y))"
                return self._witness(quantity, z, ball, "0")
            both, odd = one + back - 2 * zero, one - back
            if any(z) and both <= 0:
                return self._witness("R(z) + R(-z) for R(z) = sum_y (l(z, y) - l(0, y))", z, both, "a value > 0")
            # c (1, ..., 1)'z vanishes there.
            if sum(z) == 0 and _is_not_0(odd):
                return self._witness("R(z) - R(-z) for R(z) = sum_y (l(z, y) - l(0, y))", z, odd, "0")
        return None


def _centred(z: Logits) -> Logits:
    """z less its mean, C times, so that whole numbers stay whole."""
    whole = sum(z, Fraction(0))
    return tuple(len(z) * x - whole for x in z)


def _is_not_0(ball: arb) -> bool:
    return bool(ball.is_finite()) and not ball.contains(0)
