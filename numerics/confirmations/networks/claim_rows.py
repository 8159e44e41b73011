"""The rows that decide: kappa, the noise factor, and stationarity for the claimed limit problem, at trained weights.

If the claim is true of what was trained, each number is within its tolerance at any weights, as
``numerics.networks.stationarity`` says, so a true claim is never contradicted; training and a small alpha make the
tolerance small.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from numerics.confirmations.networks.judged import Judged
from numerics.noise.laws import noise_factor
from numerics.runs.agreement import Row

MOST = 0.02
"""The relative tolerance above which a row does not agree: a claim that is off by 5 % is told from a true one."""
REASON = (
    "what training leaves of the gradient of F, and what alpha leaves of F beside its limit, along {}; at most "
    f"{100 * MOST:g} % is narrow enough to agree"
)
SCALE, WEIGHTS = REASON.format("the scale of the scores"), REASON.format("the weights")


def claim_rows(judged: Judged) -> tuple[Row, ...]:
    """The rows that ``judged`` allows: those on a scale of the scores need one, those on noise its rate."""
    claim, seen = judged.claim, judged.measured
    both = (*judged.clean, *judged.noisy)
    rows = []
    if judged.layer is not None:
        tolerance = seen.kappa_left + seen.kappa_remainder
        # drawn labels and laws of one's own: kappa is all there is to claim of them
        of_kappa = judged.clean if judged.rho is not None else both
        name = "kappa: E Z''H Z'/E<o_Y, Z'>, clean labels" + ("" if judged.rho is not None else " and noisy ones")
        rows.append(_row(judged, name, claim.kappa, seen.kappa, tolerance, of_kappa, SCALE))
        if judged.rho is not None:
            a = noise_factor(judged.rho, claim.classes)
            scaled, wide = a * seen.kappa / claim.kappa, a * tolerance / abs(claim.kappa)
            name = "noise factor a: the same over kappa, noisy labels"
            rows.append(_row(judged, name, a, scaled, wide, judged.noisy, SCALE))
    name = "claimed limit problem: gradient in the weights, relative"
    rows.append(_row(judged, name, 0.0, seen.gap, seen.gap_left + seen.gap_remainder, both, WEIGHTS))
    if judged.layer is not None and judged.rho is not None:
        shared = judged.shared
        name = "common limit: gradient under noise at a' times the clean scores, relative"
        rows.append(_row(judged, name, 0.0, shared.gap, shared.left + shared.remainder, judged.clean, WEIGHTS))
    return tuple(rows)


def _row(
    judged: Judged, name: str, predicted: float, found: Tensor, tolerance: Tensor, which: Sequence[int], reason: str
) -> Row:
    """The network of ``which`` that is furthest from what is predicted, with the widest tolerance of them."""
    among, wide = found[list(which)], tolerance[list(which)]
    size = abs(predicted) or 1.0
    measured = among[int((among - predicted).abs().nan_to_num(nan=-1.0).argmax())]
    return Row(
        name=name,
        predicted=predicted,
        measured=float(measured),
        # a nan is no tolerance: nothing is decided by it
        tolerance=float(wide.nan_to_num(nan=float("inf")).max()) + judged.rounding * size,
        reason=reason,
        most=MOST * size,
    )
