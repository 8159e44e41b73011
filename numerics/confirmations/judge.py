"""Judging: what was expected against what was measured, row by row.

Which alphas a row looks at, and its tolerance, are decided from what is expected alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from numerics.confirmations.curve_rows import best_alpha, constant_row, if_solved, order_row, vanishing_row
from numerics.confirmations.far_starts import far_note, far_row
from numerics.confirmations.in_lambda import at_lambda, scaled_scores, term
from numerics.confirmations.predict import Curve, Expected
from numerics.confirmations.records import Run
from numerics.confirmations.sampling import sampling_notes
from numerics.runs.agreement import Agreement, Row
from symcheck.findings.verdict import Verdict

FAR_BELOW = 1e-3
"""Rounding this far below a coefficient of random data, each relative to its natural size, would show a usual one."""


def agreement_of(expected: Expected, run: Run) -> Agreement:
    """The rows that the claim of ``expected`` makes on the data, and what ``run`` says about each."""
    here = expected.experiment
    notes = [*([here.claim.planted] if here.claim.planted else []), *here.notes]
    notes += sampling_notes(expected) if here.is_sampled else []
    notes += here.family.notes
    if here.claim.assumed:
        values = ", ".join(f"{name} = {value}" for name, value in sorted(here.claim.assumed.items()))
        notes.append(f"free parameters of the certificate are trained at their defaults: {values}")
    if here.claim.power != 1:
        notes.append(
            f"the penalty is homogeneous of degree {1 + 1 / here.claim.power:g}: scores scale with s = "
            f"1/lambda^{here.claim.power:.4g}, and the limit is that of l_lin + g; orders are those of the expansion "
            "on these data"
        )
    elif here.claim.order is None:
        notes.append("the certificate derives no order of convergence here, so none is tested")
    rows, notes = limit_rows(expected, run, notes, smoothing=bool(expected.smoothing))
    return Agreement(
        f"{here.claim.name} on {here.data} (C = {here.claim.classes}, rho = {here.rho:g}"
        + (f", labels sampled with seed {here.seed})" if here.is_sampled else ")"),
        tuple(rows),
        tuple(notes),
    )


def limit_rows(
    expected: Expected, run: Run, notes: Sequence[str] = (), *, smoothing: bool
) -> tuple[list[Row], list[str]]:
    """The rows on one limit: its direction and size, orders and constants, and the classes; and more ``notes``.

    ``smoothing``: whether there is a row on noise as a smoothing of the labels.
    """
    here, notes = expected.experiment, list(notes)
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
    if smoothing:
        rows.append(smoothing_row(expected, run))
    if run.far is not None:
        if here.claim.held is Verdict.REFUTED:
            # Minimisers are not held, so all rows are about a local branch: that stands first.  Where it is undecided
            # there is neither note nor row.
            notes.insert(0, far_note(run.far))
        elif here.claim.held is Verdict.PROVED:
            rows.append(far_row(run.far))
    return [*rows, *class_rows(expected, run)], notes


def limit_row(expected: Expected, run: Run) -> Row:
    """||lambda Z - S||/||S|| for clean labels: tests kappa and the curvature, in direction and in size."""
    first, second = expected.clean.size(1), expected.clean.size(2)
    alpha, bound = best_alpha(
        expected, lambda x: 2 * _next(expected, x, first, second) + expected.error(x, Curve.CLEAN)
    )
    error = expected.error(alpha, Curve.CLEAN)
    s = expected.experiment.claim.scale
    return Row(
        name=f"clean labels: {scaled_scores(s)} from its limit S, relative, at {at_lambda(alpha)}",
        predicted=0.0,
        # Outputs of 0 are off by 1: a wider tolerance leaves nothing that could contradict.
        measured=if_solved(run.at(alpha), lambda m: m.limit_error) if bound < 1 else None,
        tolerance=bound,
        reason=f"twice the next two orders of the minimiser, {term(first, s)} + {term(second, s, 2)}, "
        f"and the solver's error {error:.1e} (gradient norm {expected.goal(alpha):.1e})",
    )


def factor_row(expected: Expected, run: Run) -> Row:
    """||Z_noisy||/||Z_clean|| against the noise factor a; with sampled labels against that of the two limits."""
    factor, is_sampled = expected.factor, expected.experiment.is_sampled
    (_, clean1, clean2), (_, noisy1, noisy2) = expected.clean.norms(2), expected.noisy.norms(2)
    rounding = max(expected.clean.rounding, expected.noisy.rounding)
    # The ratio is a (1 + (n1 - c1) s + ...), and n1 = c1 where noise does nothing but shrink: their difference is
    # rounding then, and no order.
    first = abs(noisy1 - clean1) if abs(noisy1 - clean1) > rounding * abs(clean1) else 0.0
    # The second coefficient is n2 - c2 - c1 (n1 - c1): its parts by their sizes.
    second = abs(noisy2) + abs(clean2) + (abs(noisy1) + abs(clean1)) * abs(clean1)
    alpha, bound = best_alpha(
        expected, lambda x: factor * (2 * _next(expected, x, first, second) + 2 * expected.error(x) + rounding)
    )
    s = expected.experiment.claim.scale
    return Row(
        name=f"{'sampled labels' if is_sampled else 'noise factor'}: norm of noisy over clean, at {at_lambda(alpha)}",
        predicted=factor,
        measured=if_solved(run.at(alpha), lambda m: m.ratio),
        tolerance=bound,
        reason=f"twice the next two orders of the ratio, relatively {term(first, s)} + {term(second, s, 2)}, "
        f"two solver errors of {expected.error(alpha):.1e}, and the rounding of the two limits, {rounding:.1e}",
    )


def curve_rows(expected: Expected, run: Run, curve: Curve) -> tuple[list[Row], list[str]]:
    """Order and constant of one distance, or that it vanishes; and a note if these data are special."""
    power, claimed = expected.powers[curve], expected.claimed_order(curve)
    notes = []
    if claimed is not None and _is_special(expected, curve, claimed):
        if power is not None:
            found = f"it is {power.order}, and that is tested"
        elif expected.coefficients[curve].is_absent(claimed):
            found = "all orders looked at vanish"
        else:
            found = "no order looked at is seen above rounding"
        notes.append(
            f"{expected.named(curve)}: the order {claimed} of the certificate is that of generic data; on "
            f"{expected.experiment.data} {found}"
        )
        # From here on the order that the expansion has on these data is what is tested.
        claimed = None if power is None else power.order
    if power is None:
        return [vanishing_row(expected, run, curve, claimed)], notes
    rows = [] if claimed is None else [order_row(expected, run, curve, claimed)]
    return [*rows, constant_row(expected, run, curve, power)], notes


def _is_special(expected: Expected, curve: Curve, claimed: int) -> bool:
    """Whether random data have the claimed order and these a higher one: then the claim is not to blame.

    Its coefficient is absent on these data, or so small that on random data it is far above what could hide here.
    """
    power, generic = expected.powers[curve], expected.generic.powers[curve]
    if generic is None or generic.order != claimed or (power is not None and power.order <= claimed):
        return False
    here, there = expected.coefficients[curve], expected.generic.coefficients[curve]
    is_hidden = here.sizes[claimed] <= here.rounding[claimed]
    hiding, seen = here.rounding[claimed] / here.natural[claimed], there.sizes[claimed] / there.natural[claimed]
    return here.is_absent(claimed) or (is_hidden and hiding < FAR_BELOW * seen)


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
            # A class that differs at a point which was not solved may be the solver's doing.
            measured=float(sum(m.differ_guaranteed for m in beyond)) if all(m.solved for m in beyond) else None,
            tolerance=0.0,
            reason=f"at the {len(beyond)} values of lambda trained there, the lead of the class in the limit "
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
            name=f"predicted classes {what}, {among} samples, {at_lambda(last.alpha)}",
            predicted=0.0,
            measured=if_solved(last, lambda m: float(m.differ_guaranteed)),
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
        f"at {at_lambda(first.alpha)}",
        predicted=0.0,
        measured=first.smoothed,
        tolerance=2 * expected.error(first.alpha),
        reason="noise turns l into (1 - r) l + r ins(l) at every lambda, so only two solver errors of "
        f"{expected.error(first.alpha):.1e} stand between the two minimisers",
    )


def _next(expected: Expected, alpha: float, first: float, second: float) -> float:
    """The next two orders at ``alpha``."""
    scale = expected.scale(alpha)
    return first * scale + second * scale**2
