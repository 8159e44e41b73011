"""How large second and third derivatives of a loss and a penalty are on a ball about z = 0 (THEORY 12, Theorem B)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import inf, isfinite

from flint import arb

from symcheck.conditions.constants.rounded import above, below, multiplied
from symcheck.conditions.constants.search import largest_between
from symcheck.conditions.constants.third_derivative import third_bound
from symcheck.conditions.constants.values import checked_values
from symcheck.conditions.remembered import remembered_as
from symcheck.errors import ParameterError, shown
from symcheck.field.ball import ball_of, working
from symcheck.language.formula import Formula
from symcheck.readings.explicit.explicit import explicit_expansion
from symcheck.readings.explicit.series import BITS
from symcheck.readings.gap.of_gap import OfGap, function_of_gap
from symcheck.readings.gap.series import Slopes
from symcheck.readings.norms.reading import derivative_sizes
from symcheck.reason import Code, Undecided


@dataclass(frozen=True)
class CurvatureBounds:
    """Bounds on ||z|| <= ``radius``, rounded up: ||D^2 l(z, k)|| <= ``loss`` and ||D^3 l(z, k)|| <= ``third`` for every
    label k, and ||D^2 g(z) - D^2 g(0)|| <= ``penalty`` ||z||.
    """

    loss: float
    third: float
    penalty: float
    radius: float


def curvature_bounds(
    loss: Formula, regularizer: Formula, *, classes: int, parameters: Mapping[str, Fraction], radius: float | Fraction
) -> CurvatureBounds | Undecided:
    """The bounds of the pair at C = ``classes``, a value for each of its ``parameters`` and a ``radius`` > 0.

    ``Undecided`` with the reason where a formula may have a kink in the ball, is not read, or has free arrays.  Raises
    ``ParameterError`` and ``ScopeError`` as ``loss_constants`` does, and ``ParameterError`` for a radius that is not a
    positive number.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp, total
    >>> z, y = symbols()
    >>> ce, l2 = Formula.of(logsumexp(z) - z[y]), Formula.of(total(z**2) / 2)
    >>> found = curvature_bounds(ce, l2, classes=10, parameters={}, radius=0.1)
    >>> round(found.loss, 3), round(found.third, 3), found.penalty
    (0.115, 0.147, 0.0)
    """
    if (
        isinstance(radius, bool)
        or not isinstance(radius, (int, float, Fraction))
        or not isfinite(radius)
        or radius <= 0
    ):
        raise ParameterError(
            f"radius: got {shown(radius, 80)}; accepted is a number > 0, the largest ||z|| that is asked about"
        )
    exact = Fraction(radius)
    try:
        l, g = (f.with_values(checked_values(f, classes, parameters)) for f in (loss, regularizer))  # noqa: E741
        found = remembered_as((curvature_bounds, l, g, classes, exact), lambda: _bounds(l, g, classes, exact))
    except Undecided as stop:
        if stop.reason.code is Code.BUDGET:
            raise
        return stop
    assert found is not None
    return found


def _bounds(loss: Formula, regularizer: Formula, classes: int, radius: Fraction) -> CurvatureBounds:
    second, third = _of_loss(loss, classes, radius)
    penalty = above(derivative_sizes(regularizer, classes=classes, parameters={}, radius=radius)[3])
    if inf in (second, third, penalty):
        raise Undecided.of(Code.SIGN_UNKNOWN, "a bound on the ball is not finite", "take a smaller radius")
    return CurvatureBounds(second, third, penalty, above(ball_of(radius)))


def _of_loss(loss: Formula, classes: int, radius: Fraction) -> tuple[float, float]:
    """Bounds of D^2 l and D^3 l: the smallest of those that are known."""
    found = function_of_gap(loss, classes=classes, parameters={})
    second = third = inf
    stopped = None
    try:
        _, _, b, c = derivative_sizes(loss, classes=classes, parameters={}, radius=radius)
        second, third = above(b), above(c)
    except Undecided as stop:
        stopped = stop
    if found is not None:
        try:
            b_, c_ = _of_gap(found, classes, radius)
        except Undecided as stop:
            stopped = stopped or stop
        else:
            second, third = min(second, b_), min(third, c_)
    if second == inf and stopped is not None:
        raise stopped
    return min(second, _from_zero(loss, classes, radius, third)), third


def _of_gap(found: OfGap, classes: int, radius: Fraction) -> tuple[float, float]:
    """The same for phi(g(s z)): |g - log(C - 1)| <= sqrt(2) s r, and D^2 phi(g) is as in ``one_scalar``."""
    with working(BITS):
        reach = ball_of(found.scale * radius) * arb(2).sqrt()
        middle = arb(classes - 1).log()
        low, high = Fraction(below(middle - reach)), Fraction(above(middle + reach))
    edges = tuple(low + (high - low) * n / CELLS for n in range(CELLS + 1))
    norm = partial(_second, classes=classes)
    second = largest_between(found.phi, norm, norm, edges)
    bound = partial(third_bound, classes=classes)
    third = largest_between(found.phi, bound, bound, edges, smooth=True)
    return multiplied(second, found.scale**2), multiplied(third, found.scale**3)


CELLS = 4
"""So many cells of gaps to begin with."""


def _second(slopes: Slopes, classes: int) -> float:
    return max(above(2 * abs(slopes.second)), 0.0 if classes == 2 else above(abs(slopes.first) / 2))


def _from_zero(loss: Formula, classes: int, radius: Fraction, third: float) -> float:
    """||D^2 l(0, k)|| + r ``third``."""
    if loss.is_classwise or third == inf:
        return inf
    try:
        at = explicit_expansion(loss, classes, {})
    except Undecided:
        return inf
    with working(BITS):
        beside = arb(0) if at.h_kl is None else at.h_kl
        # On vectors that are 0 at y and of sum 0 it is h_kk - h_kl, on the rest a matrix of two rows.
        along = at.h_kk + (classes - 2) * beside
        # A product, as the square of a ball about 0 is not a number to FLINT.
        apart = at.h_yy - along
        root = arb((apart * apart + 4 * (classes - 1) * at.h_yk * at.h_yk).upper()).sqrt()
        norm = (abs(at.h_yy + along) + root) / 2
        if classes > 2:
            norm = norm.max(abs(at.h_kk - beside))
        return above(norm + ball_of(radius) * arb(third))
