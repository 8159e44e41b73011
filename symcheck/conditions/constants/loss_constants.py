"""How far a loss is from convex, and how large its third derivatives are, at every z: what bounds at one lambda need.

For lambda > mu the sum of l(z_j, y_j) + lambda/2 ||z_j||^2 is (lambda - mu)-strongly convex, also where l is not convex
(THEORY 12).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf

from symcheck.budget import Budget
from symcheck.conditions.constants.one_scalar import one_scalar_constants, one_scalar_third
from symcheck.conditions.constants.parts import gap_and_rest
from symcheck.conditions.constants.rounded import below, total_above
from symcheck.conditions.constants.third_of_convex import third_of_convex
from symcheck.conditions.constants.values import checked_values
from symcheck.conditions.convexity.finding import is_convex
from symcheck.conditions.detached import NO_FUNCTION
from symcheck.conditions.everywhere.bounded import range_of
from symcheck.conditions.remembered import remembered_as
from symcheck.field.ball import Point
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.explicit.explicit import explicit_expansion
from symcheck.readings.gap.of_gap import OfGap, function_of_gap
from symcheck.reason import Code, Undecided


@dataclass(frozen=True)
class LossConstants:
    """Constants of a loss at one C and values of its parameters, rounded up.

    ``kind`` is "convex", "one scalar" (a function of the gap between label and rest, perhaps beside what is convex) or
    "none".  l(z, k) +
    ``mu``/2 ||z||^2 is convex for every label k, on ||z|| <= ``reach``, and there ||D^3 l(z, k)[v, v, .]|| <= ``third``
    ||v||^2, None where no bound is known.  ``lower`` is a number that l is nowhere below, None if none is known.
    ``kappa`` and ``eta`` are those of the limit, in double precision: grad l(0, k) = -kappa o_k, up to what all classes
    share, and the mean of D^2 l(0, k) over the labels is eta on the vectors of sum 0; None where l has none.
    ``why`` says what mu rests on, or with "none" why there is none; mu is inf then.
    """

    kind: str
    mu: float
    reach: float
    third: float | None
    lower: float | None
    kappa: float | None
    eta: float | None
    why: str


def loss_constants(loss: Formula, *, classes: int, parameters: Mapping[str, Fraction]) -> LossConstants:
    """The constants of ``loss`` at C = ``classes`` and a value for each of its ``parameters``, kept once derived.

    Raises ``ParameterError`` for a parameter without a value or outside its interval, ``ScopeError`` for a number of
    classes that is not an integer >= 2 or that the arrays of the formula are not for.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import softmax
    >>> z, y = symbols()
    >>> found = loss_constants(Formula.of(1 - softmax(z)[y]), classes=10, parameters={})  # mu is sqrt(3)/9 = .19245
    >>> found.kind, 0.19245 <= found.mu <= 0.1983
    ('one scalar', True)
    """
    try:
        values = checked_values(loss, classes, parameters)
    except Undecided as stop:
        return LossConstants("none", inf, inf, None, None, None, None, stop.reason.why)
    key = (loss_constants, loss, classes, tuple(sorted(values.items())))
    found = remembered_as(key, lambda: _constants(loss.with_values(values), classes))
    assert found is not None
    return found


def _constants(loss: Formula, classes: int) -> LossConstants:
    scope, budget = Scope(Classes(classes, classes)), Budget()
    of_gap = function_of_gap(loss, classes=classes, parameters={})
    lower = _lower(loss if of_gap is None else of_gap.phi, scope, budget)
    kappa, eta = _at_zero(loss, classes)

    def found(kind: str, why: str, mu: float = 0.0, reach: float = inf, third: float | None = None) -> LossConstants:
        return LossConstants(kind, mu, reach, third, lower, kappa, eta, why)

    if loss.detaches:
        return found("none", NO_FUNCTION.why, inf)
    if any(a.is_free for a in loss.arrays):
        names = ", ".join(a.name for a in loss.arrays if a.is_free)
        return found("none", f"the entries of {names} are free; give them numbers", inf)
    if is_convex(loss, scope, budget):
        third = third_of_convex(loss, scope, budget)
        if third is None and of_gap is not None:
            third = one_scalar_third(of_gap, classes)
        return found("convex", "l is convex, by rules of composition", third=third)
    split: tuple[list[OfGap], Formula | None] | None = ([of_gap], None) if of_gap else gap_and_rest(loss, classes)
    if split is None or (split[1] is not None and not is_convex(split[1], scope, budget)):
        return found("none", "l is not shown to be convex, nor a function of the gap between label and rest", inf)
    parts, rest = split
    try:
        known = [one_scalar_constants(part, classes) for part in parts]
    except Undecided as stop:
        if stop.reason.code is Code.BUDGET:
            raise
        return found("none", stop.reason.why, inf)
    mu = total_above([k.mu for k in known])
    if mu is None or mu == inf:
        return found("none", "no lower bound of the curvature of l was found", inf)
    shown = " and ".join(f"{p.phi}" + (f" of {p.scale} z" if p.scale != 1 else "") for p in parts)
    why = f"with g = logsumexp(z, but=y) - z[y] written z[y], l is {shown}"
    of_rest: list[float | None] = [0.0]
    if rest is not None:
        why += f", plus {rest}, which is convex"
        of_rest = [third_of_convex(rest, scope, budget)]
    third = total_above([*(k.third for k in known), *of_rest])
    return found("one scalar", why, mu, min(k.reach for k in known), third)


def _lower(loss: Formula, scope: Scope, budget: Budget) -> float | None:
    """A number that the loss is nowhere below, by its range."""
    low = range_of(loss, scope, budget).range.low
    if low is None:
        return None
    assert scope.classes.fixed is not None
    try:
        found = below(Point(low.field, {"C": scope.classes.fixed}).ball(low, 256))
    except (KeyError, Undecided):
        return None
    return None if found == -inf else found


def _at_zero(loss: Formula, classes: int) -> tuple[float | None, float | None]:
    """kappa and eta; None where l treats classes differently or has no second derivatives at 0."""
    if loss.is_classwise:
        return None, None
    try:
        at = explicit_expansion(loss, classes, {})
    except Undecided:
        return None, None
    kappa = float((at.g_k - at.g_y).mid())
    beside = 0 if at.h_kl is None else (classes - 2) * at.h_kl
    eta = (at.h_yy + (classes - 1) * at.h_kk - 2 * at.h_yk - beside) / classes
    return kappa, float(eta.mid())
