"""Judging: what was expected against what was measured, row by row.

Which alphas a row looks at, and its tolerance, are decided from what is expected alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from numerics.confirmations.agreement import Agreement, Outcome, Row
from numerics.confirmations.predict import HIGHEST_ORDER, Curve, Expected
from numerics.confirmations.records import Measurement, Run
from numerics.confirmations.sampling import sampling_notes
from numerics.confirmations.slope import FEWEST_POINTS, best_range, fitted_slope, slope_tolerance
from numerics.linear.series import VANISHES, growth


def agreement_of(expected: Expected, run: Run) -> Agreement:
    """The rows that the claim of ``expected`` makes on the data, and what ``run`` says about each."""
    here = expected.experiment
    notes = sampling_notes(expected) if here.is_sampled else []
    notes += here.family.notes
    if here.claim.assumed:
        values = ", ".join(f"{name} = {value}" for name, value in sorted(here.claim.assumed.items()))
        notes.append(f"free parameters of the certificate are trained at their defaults: {values}")
    if here.claim.power != 1:
        notes.append(
            f"the penalty is homogeneous of degree {1 + 1 / here.claim.power:g}: scores scale with s = "
            f"alpha^{here.claim.power:.4g}, and the limit is that of l_lin + g; orders are those of the expansion on "
            "these data"
        )
    elif here.claim.order is None:
        notes.append("the certificate derives no order of convergence here, so none is tested")
    rows = [limit_row(expected, run), factor_row(expected, run)]
    for curve in expected.curves:
        found, said = curve_rows(expected, run, curve)
        rows += found
        notes += said
    if expected.safe.ties:
        notes.append(
            f"{expected.safe.ties} of {here.family.samples} samples have tied scores in the limit: of their classes "
            "nothing is predicted, and they are left out"
        )
    if expected.smoothing:
        rows.append(smoothing_row(expected, run))
    return Agreement(
        f"{here.claim.name} on {here.data} (C = {here.claim.classes}, rho = {here.rho:g}"
        + (f", labels sampled with seed {here.seed})" if here.is_sampled else ")"),
        (*rows, *class_rows(expected, run)),
        tuple(notes),
    )


def limit_row(expected: Expected, run: Run) -> Row:
    """||Z/alpha - S||/||S|| for clean labels: tests kappa and the curvature, in direction and in size."""
    first, second = expected.clean.size(1), expected.clean.size(2)
    alpha, bound = _best(expected, lambda x: 2 * _next(expected, x, first, second) + expected.error(x))
    s = expected.experiment.claim.scale
    return Row(
        name=f"clean labels: Z/{s} from its limit S, relative, at alpha = {alpha:.3g}",
        predicted=0.0,
        measured=_if_solved(run.at(alpha), lambda m: m.limit_error),
        tolerance=bound,
        reason=f"twice the next two orders of the minimiser, {first:.3g} {s} + {second:.3g} {s}^2, "
        f"and the solver's error {expected.error(alpha):.1e} (gradient norm {expected.goal(alpha):.1e})",
    )


def factor_row(expected: Expected, run: Run) -> Row:
    """||Z_noisy||/||Z_clean|| against the noise factor a; with sampled labels against that of the two limits."""
    factor, is_sampled = expected.factor, expected.experiment.is_sampled
    (_, clean1, clean2), (_, noisy1, noisy2) = expected.clean.norms(2), expected.noisy.norms(2)
    first = abs(noisy1 - clean1) if abs(noisy1 - clean1) > VANISHES * abs(clean1) else 0.0
    second = abs(noisy2) + abs(clean2) + (abs(noisy1) + abs(clean1)) * abs(clean1)
    alpha, bound = _best(expected, lambda x: 2 * factor * (_next(expected, x, first, second) + expected.error(x)))
    s = expected.experiment.claim.scale
    return Row(
        name=f"{'sampled labels' if is_sampled else 'noise factor'}: norm of noisy over clean, at alpha = {alpha:.3g}",
        predicted=factor,
        measured=_if_solved(run.at(alpha), lambda m: m.ratio),
        tolerance=bound,
        reason=f"twice the next two orders of the ratio, relatively {first:.3g} {s} + {second:.3g} {s}^2, "
        f"and two solver errors of {expected.error(alpha):.1e}",
    )


def curve_rows(expected: Expected, run: Run, curve: Curve) -> tuple[list[Row], list[str]]:
    """Order and constant of one distance, or that it vanishes; and a note if these data are special."""
    power, claimed = expected.powers[curve], expected.claimed_order(curve)
    notes = []
    if claimed is not None and _is_special(expected, curve, claimed):
        found = "all orders looked at vanish" if power is None else f"it is {power.order}, and that is tested"
        notes.append(
            f"{expected.named(curve)}: the order {claimed} of the certificate is that of generic data; on "
            f"{expected.experiment.data} {found}"
        )
        claimed = None if power is None else power.order
    if power is None:
        return [_vanishing_row(expected, run, curve, claimed)], notes
    rows = [] if claimed is None else [_order_row(expected, run, curve, claimed)]
    alpha, bound = _best(expected, lambda x: expected.relative_error(curve, x))
    s = expected.experiment.claim.scale
    rows.append(
        Row(
            name=f"{expected.named(curve)}, {constant_of(power.order, s)}",
            predicted=power.constant,
            measured=_if_solved(run.at(alpha), lambda m: m.distances[curve] / expected.scale(alpha) ** power.order),
            tolerance=power.constant * bound,
            reason=f"at alpha = {alpha:.3g}: twice the next two orders, relatively {power.first:.3g} {s} + "
            f"{power.second:.3g} {s}^2, and the floor {expected.floor(alpha):.1e} that the solver leaves",
        )
    )
    return rows, notes


def fit_range(expected: Expected, curve: Curve) -> slice | None:
    """The alphas on which the order of ``curve`` is measured: those that leave its slope the smallest tolerance."""
    if expected.powers[curve] is None or expected.claimed_order(curve) is None:
        return None
    return best_range(expected.alphas, [expected.relative_error(curve, x) for x in expected.alphas])


def _order_row(expected: Expected, run: Run, curve: Curve, claimed: int) -> Row:
    chosen, power = fit_range(expected, curve), expected.experiment.claim.power
    name = f"{expected.named(curve)}, order in alpha"
    if chosen is None:
        reason = (
            f"there are no {FEWEST_POINTS} values of alpha with the leading term above the floor and the next orders"
        )
        return Row(name=name, predicted=claimed * power, measured=None, tolerance=math.inf, reason=reason)
    alphas = expected.alphas[chosen]
    used = run.measurements[chosen]
    measured = fitted_slope(alphas, [m.distances[curve] for m in used]) if _usable(used, curve) else None
    return Row(
        name=name,
        predicted=claimed * power,
        measured=measured,
        tolerance=slope_tolerance(alphas, [expected.relative_error(curve, x) for x in alphas]),
        reason=f"slope of the least-squares line through {len(alphas)} points, alpha = {alphas[-1]:.3g} to "
        f"{alphas[0]:.3g}: so much if each point is off by twice the next two orders and the floor",
    )


def _usable(used: tuple[Measurement, ...], curve: Curve) -> bool:
    return all(m.solved and m.distances[curve] > 0 for m in used)


def _is_special(expected: Expected, curve: Curve, claimed: int) -> bool:
    """Whether random data have the claimed order and these a higher one: then the claim is not to blame."""
    here, generic = expected.powers[curve], expected.generic_powers[curve]
    return (here is None or here.order > claimed) and generic is not None and generic.order == claimed


def _vanishing_row(expected: Expected, run: Run, curve: Curve, claimed: int | None) -> Row:
    """A distance whose first orders all vanish; if they do so on random data as well, a ``claimed`` order is wrong."""
    rate = growth((expected.clean, expected.noisy))
    alpha, bound = _best(expected, lambda x: expected.floor(x) + 2 * (rate * expected.scale(x)) ** (HIGHEST_ORDER + 1))
    row = Row(
        name=f"{expected.named(curve)}, at alpha = {alpha:.3g}",
        predicted=0.0,
        measured=_if_solved(run.at(alpha), lambda m: m.distances[curve]),
        tolerance=bound,
        reason=f"the orders 1 to {HIGHEST_ORDER} vanish on these data; the floor that the solver leaves, and "
        f"2 ({rate:.3g} {expected.experiment.claim.scale})^{HIGHEST_ORDER + 1} for the orders beyond",
    )
    if claimed is None or row.outcome is not Outcome.AGREES:
        return row
    return Row(
        name=f"{expected.named(curve)}, order in alpha (at least)",
        predicted=float(claimed),
        measured=float(HIGHEST_ORDER + 1),
        tolerance=0.0,
        reason=f"the orders 1 to {HIGHEST_ORDER} vanish on these data and on random data, and the distance "
        f"measured at alpha = {alpha:.3g} is below {bound:.1e}",
    )


def class_rows(expected: Expected, run: Run) -> list[Row]:
    """How many predicted classes differ between clean and noisy labels, where the claim promises that none does.

    With sampled labels: how many are not those of the limit of their own labels.
    """
    safe = expected.safe
    beyond = [m for m in run.measurements if m.alpha * safe.lambda_ <= 1]
    if expected.experiment.is_sampled or not beyond:
        return _class_row_at_last(expected, run)
    samples = expected.experiment.family.samples
    among = f"all {samples}" if not safe.ties else f"{samples - safe.ties} of {samples}"
    return [
        Row(
            name=f"predicted classes that differ, {among} samples, at lambda >= {safe.lambda_:.3g}",
            predicted=0.0,
            measured=float(sum(m.differ_guaranteed for m in beyond)) if all(m.solved for m in beyond) else None,
            tolerance=0.0,
            reason=f"at the {len(beyond)} values of alpha = 1/lambda trained there, the lead of the class in the limit "
            "direction exceeds what twice the next three orders and the solver's error can change",
        )
    ]


def _class_row_at_last(expected: Expected, run: Run) -> list[Row]:
    last = run.measurements[-1]
    if not last.guaranteed:
        return []
    samples = expected.experiment.family.samples
    among = f"all {samples}" if last.guaranteed == samples else f"{last.guaranteed} of {samples}"
    what = "that are not those of the limit" if expected.experiment.is_sampled else "that differ"
    return [
        Row(
            name=f"predicted classes {what}, {among} samples, alpha = {last.alpha:.3g}",
            predicted=0.0,
            measured=_if_solved(last, lambda m: float(m.differ_guaranteed)),
            tolerance=0.0,
            reason="the lead of their class in the limit direction exceeds what twice the next three orders and the "
            "solver's error can change",
        )
    ]


def smoothing_row(expected: Expected, run: Run) -> Row:
    """||Z_noisy - Z_smooth||/||Z_noisy||: noise acts as a smoothing of the clean labels, at every lambda."""
    first = run.measurements[0]
    return Row(
        name=f"noisy labels from clean ones smoothed by r = {expected.smoothing:.4g}, relative, "
        f"at alpha = {first.alpha:.3g}",
        predicted=0.0,
        measured=first.smoothed,
        tolerance=2 * expected.error(first.alpha),
        reason="noise turns l into (1 - r) l + r ins(l) at every lambda, so only two solver errors of "
        f"{expected.error(first.alpha):.1e} stand between the two minimisers",
    )


def constant_of(order: int, scale: str = "alpha") -> str:
    """What the constant of the leading term ``scale``^order is called."""
    return ("as alpha -> 0", f"constant of {scale}")[order] if order < 2 else f"constant of {scale}^{order}"


def _next(expected: Expected, alpha: float, first: float, second: float) -> float:
    """The next two orders at ``alpha``."""
    scale = expected.scale(alpha)
    return first * scale + second * scale**2


def _best(expected: Expected, bound: Callable[[float], float]) -> tuple[float, float]:
    """The alpha at which ``bound`` is smallest, and its value."""
    alpha = min(expected.alphas, key=bound)
    return alpha, bound(alpha)


def _if_solved(measurement: Measurement, value: Callable[[Measurement], float]) -> float | None:
    return value(measurement) if measurement.solved else None
