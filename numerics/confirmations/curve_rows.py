"""The rows about one distance (3): its order in 1/lambda, the constant of its leading term, or that it vanishes.

A coefficient of the expansion that rounding hides says nothing: then a row is inconclusive, whatever is claimed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from numerics.confirmations.in_lambda import at_lambda, constant_of, term
from numerics.confirmations.predict import HIGHEST_ORDER, Curve, Expected
from numerics.confirmations.records import Measurement, Run
from numerics.confirmations.slope import FEWEST_POINTS, best_range, fitted_slope, slope_tolerance
from numerics.linear.leading import Power
from numerics.runs.agreement import Outcome, Row

LARGEST_ERROR = 0.5
"""A leading term that may be off by this share says nothing about its order, nor does an order off by this much."""
CANNOT_TELL = (
    "rounding hides whether the coefficient of the order that is claimed is 0; take a larger rho, or other data"
)


def order_row(expected: Expected, run: Run, curve: Curve, claimed: int) -> Row:
    """The order of ``curve`` as training shows it: the slope of a line, or else what the constant says."""
    chosen, known = fit_range(expected, curve), expected.powers[curve]
    assert known is not None
    # a coefficient of a lower order that is claimed, and that rounding hides, may lead at a smaller alpha
    is_decisive = claimed >= known.order or expected.generic.coefficients[curve].is_absent(claimed)
    if chosen is None:
        return _by_constant(expected, run, curve, claimed, known, is_decisive=is_decisive)
    alphas = expected.alphas[chosen]
    used = run.measurements[chosen]
    measured = fitted_slope(alphas, [m.distances[curve] for m in used]) if _usable(used, curve) else None
    return Row(
        name=f"{expected.named(curve)}, order in 1/lambda",
        predicted=claimed * expected.experiment.claim.power,
        measured=measured,
        tolerance=slope_tolerance(alphas, [expected.relative_error(curve, x) for x in alphas]),
        reason=f"slope of the least-squares line through {len(alphas)} points, {at_lambda(alphas[0])} to "
        f"{1 / alphas[-1]:.3g}: so much if each point is off by twice the next two orders and the floor"
        + ("" if is_decisive else f"; {CANNOT_TELL}"),
        is_decisive=is_decisive,
    )


def fit_range(expected: Expected, curve: Curve) -> slice | None:
    """The alphas on which the order of ``curve`` is measured: those that leave its slope the smallest tolerance."""
    if expected.powers[curve] is None or expected.claimed_order(curve) is None:
        return None
    return best_range(expected.alphas, [expected.relative_error(curve, x) for x in expected.alphas])


def _by_constant(expected: Expected, run: Run, curve: Curve, claimed: int, known: Power, *, is_decisive: bool) -> Row:
    """The order at one alpha, log(D/c)/log(alpha), with the constant c that the derivatives at 0 give.

    D = c alpha^p (1 + e) with |e| < 1/2 moves it by at most log(1 - |e|)/log(alpha).
    """
    alpha, error = best_alpha(expected, lambda x: _error_of_order(expected, curve, x))
    reason = f"no {FEWEST_POINTS} values of lambda have the leading term above the floor and the next orders"
    measured = None
    if math.isfinite(error):
        used = run.at(alpha)
        reason += (
            f", so the constant decides: log(c/D)/log(lambda) at {at_lambda(alpha)}, c = {known.constant:.5g}, where "
            f"the leading term may be off by {expected.relative_error(curve, alpha):.2g}"
        )
        if _usable((used,), curve):
            measured = math.log(used.distances[curve] / known.constant) / math.log(alpha)
    return Row(
        name=f"{expected.named(curve)}, order in 1/lambda",
        predicted=claimed * expected.experiment.claim.power,
        measured=measured,
        tolerance=error,
        reason=reason if is_decisive else f"{reason}; {CANNOT_TELL}",
        is_decisive=is_decisive,
    )


def _error_of_order(expected: Expected, curve: Curve, alpha: float) -> float:
    relative = expected.relative_error(curve, alpha)
    # log(alpha) divides: it is 0 at alpha = 1 and has the other sign beyond.
    if not relative < LARGEST_ERROR or alpha >= 1:
        return math.inf
    # Of the two sides the lower one moves the order further: |log(1 - e)| > log(1 + e).
    found = math.log1p(-relative) / math.log(alpha)
    return found if found < LARGEST_ERROR else math.inf


def constant_row(expected: Expected, run: Run, curve: Curve, power: Power) -> Row:
    """The constant of the leading term where it can be measured best; open if not even its size can."""
    alpha, bound = best_alpha(expected, lambda x: expected.relative_error(curve, x))
    s = expected.experiment.claim.scale
    return Row(
        name=f"{expected.named(curve)}, {constant_of(power.order, s)}",
        predicted=power.constant,
        measured=if_solved(run.at(alpha), lambda m: m.distances[curve] / expected.scale(alpha) ** power.order),
        # Off by all of itself the constant could be 0, so that nothing would be tested.
        tolerance=power.constant * bound if bound < 1 else math.inf,
        reason=f"at {at_lambda(alpha)}: twice the next two orders, relatively {term(power.first, s)} + "
        f"{term(power.second, s, 2)}, and the floor {expected.floor(alpha, curve):.1e} that the solver leaves",
    )


def vanishing_row(expected: Expected, run: Run, curve: Curve, claimed: int | None) -> Row:
    """A distance of which no order is seen; if none is there on random data either, a ``claimed`` order is wrong."""
    here, generic = expected.coefficients[curve], expected.generic.coefficients[curve]
    alpha, tolerance = best_alpha(expected, lambda x: expected.floor(x, curve) + here.bound(expected.scale(x)))
    row = Row(
        name=f"{expected.named(curve)}, at {at_lambda(alpha)}",
        predicted=0.0,
        measured=if_solved(run.at(alpha), lambda m: m.distances[curve]),
        tolerance=tolerance,
        reason=f"the orders 1 to {HIGHEST_ORDER} vanish on these data; the floor that the solver leaves, and "
        f"{2 * here.factor:.3g} ({term(here.growth, expected.experiment.claim.scale)})^{HIGHEST_ORDER + 1} for the "
        "orders beyond",
    )
    if claimed is None or row.outcome is not Outcome.AGREES:
        return row
    name = f"{expected.named(curve)}, order in 1/lambda (at least)"
    if not (here.is_absent(claimed) and generic.is_absent(claimed)):
        return Row(
            name=name,
            predicted=float(claimed),
            measured=None,
            tolerance=math.inf,
            reason=f"no order from 1 to {HIGHEST_ORDER} is seen above rounding: coefficients of 1/lambda^{claimed} "
            f"below {here.rounding[claimed]:.1e} cannot be told from 0; {CANNOT_TELL}",
        )
    return Row(
        name=name,
        predicted=float(claimed),
        measured=float(HIGHEST_ORDER + 1),
        tolerance=0.0,
        reason=f"the orders 1 to {HIGHEST_ORDER} vanish on these data and on random data, and the distance "
        f"measured at {at_lambda(alpha)} is below {tolerance:.1e}",
    )


def best_alpha(expected: Expected, bound: Callable[[float], float]) -> tuple[float, float]:
    """The alpha at which ``bound`` is smallest, and its value."""
    alpha = min(expected.alphas, key=bound)
    return alpha, bound(alpha)


def if_solved(measurement: Measurement, value: Callable[[Measurement], float]) -> float | None:
    """``value`` of a measurement whose two problems were solved."""
    return value(measurement) if measurement.solved else None


def _usable(used: tuple[Measurement, ...], curve: Curve) -> bool:
    return all(m.solved and m.distances[curve] > 0 for m in used)
