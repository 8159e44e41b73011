"""The rows that decide: kappa, the noise factor, and stationarity for the claimed limit problem, at trained weights.

If the claim is true of what was trained, each number is within its tolerance at any weights, as
``numerics.networks.stationarity`` says, so a true claim is never contradicted; training and a small alpha make the
tolerance small.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from numerics.confirmations.networks.judged import Judged
from numerics.noise.laws import noise_factor
from numerics.runs.agreement import Row

MOST = 0.02
"""The relative tolerance above which a row does not agree: a claim that is off by 5 % is told from a true one."""
REASON = (
    "along {}: what training leaves of the gradient of the objective, and how far its gradient is from that of the "
    f"limit problem at this lambda; at most {100 * MOST:g} % is narrow enough to agree"
)
SCALE, WEIGHTS = REASON.format("the scale of the scores"), REASON.format("the weights")


def claim_rows(judged: Judged) -> tuple[Row, ...]:
    """The rows that ``judged`` allows: those on a scale of the scores need one, those on noise its rate."""
    claim, scale, weights = judged.claim, judged.measured.scale, judged.measured.weights
    both = (*judged.clean, *judged.noisy)
    rounding = judged.rounding
    ratio = "E<H Z', Z'>/E<o_Y, Z'>" if claim.power == 1 else "E<grad g(Z'), Z'>/E<o_Y, Z'>"
    rows = []
    if judged.layer is not None:
        tolerance = scale.kappa_left + scale.kappa_remainder + rounding * scale.kappa_rounding
        if judged.rho is None:
            # drawn labels and laws of one's own: kappa is all there is to claim of them
            name = f"kappa: {ratio}, clean labels and noisy ones"
            rows.append(_row(name, claim.kappa, scale.kappa, tolerance, both, SCALE))
        else:
            name = f"kappa: {ratio}, clean labels"
            rows.append(_row(name, claim.kappa, scale.kappa, tolerance, judged.clean, SCALE))
            a = noise_factor(judged.rho, claim.classes)
            name = "noise factor a: the same over kappa, noisy labels"
            # over the clean labels: what noise was trained on shows in the scores alone
            drawn = claim.kappa * scale.pulled_clean
            wide = (scale.left.abs() + scale.remainder.abs() + rounding * scale.uncancelled) / drawn.abs()
            rows.append(_row(name, a, scale.bent / drawn, wide, judged.noisy, SCALE))
    name = "claimed limit problem: gradient in the weights, relative"
    of_weights = rounding * weights.gap_rounding
    rows.append(_row(name, 0.0, weights.gap, weights.gap_left + weights.gap_remainder + of_weights, both, WEIGHTS))
    if judged.layer is not None and judged.rho is not None:
        shared = judged.shared
        # under noise of factor a what rounding leaves of a law is 1/a times as large beside it
        tolerance = shared.left + shared.remainder + of_weights / noise_factor(judged.rho, claim.classes)
        name = "common limit: gradient under noise at a' times the clean scores, relative"
        rows.append(_row(name, 0.0, shared.gap, tolerance, judged.clean, WEIGHTS))
    return tuple(rows)


def _row(name: str, predicted: float, found: Tensor, tolerance: Tensor, which: Sequence[int], reason: str) -> Row:
    """The network of ``which`` that is furthest from what is predicted, with the widest tolerance of them."""
    among, wide = found[list(which)], tolerance[list(which)]
    far = (among - predicted).abs()
    return Row(
        name=name,
        predicted=predicted,
        measured=float(among[int(far.nan_to_num(nan=torch.inf).argmax())]),
        # a nan is no tolerance: nothing is decided by it
        tolerance=float(wide.nan_to_num(nan=torch.inf).max()),
        reason=reason,
        most=MOST * (abs(predicted) or 1.0),
    )
