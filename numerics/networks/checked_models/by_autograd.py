"""Whether the gradient that autograd gives is that of the scores."""

from __future__ import annotations

import torch

from numerics.errors import ModelError
from numerics.models.base import line_of
from numerics.networks.checked_models.trials import Trials, drawn_like, size_of

STEP = 1e-4
"""Half the distance, relatively, of two weights whose scores are compared with the derivative between them."""
SINGLE = 1e-2
"""The same in single precision."""
NEAR = 2e-2
"""How far, relatively, that difference may be from it, by curvature, kinks and rounding."""


def check_by_autograd(trials: Trials) -> None:
    """Raises ``ModelError`` where autograd contradicts a difference of scores along a random direction."""
    there = trials.near
    move = {
        name: size_of(there[name]) * drawn_like(there[name], 1000 + place) for place, name in enumerate(trials.trained)
    }
    with torch.no_grad():
        step = STEP if trials.scores(there).dtype == torch.float64 else SINGLE
        ahead, behind = (
            trials.scores(there | {name: there[name] + t * part for name, part in move.items()}) for t in (step, -step)
        )
    difference = (ahead - behind) / (2 * step)
    size = float(difference.norm())
    pull = difference / size if size else drawn_like(difference, 2000)
    try:
        gradient = trials.gradient(there, pull)
    except RuntimeError as error:
        raise ModelError(
            f"model: autograd cannot take the derivatives of its scores: {line_of(error)}; mend the forward pass, "
            "which may change a tensor in place that its gradient needs"
        ) from error
    expected = float((pull * difference).sum())
    found = sum(float((gradient[name] * part).sum()) for name, part in move.items())
    if not abs(expected - found) <= NEAR * max(abs(expected), abs(found), 1e-6):
        raise ModelError(
            f"model: along a random direction the scores change by {expected:.6g} per step, and autograd says "
            f"{found:.6g}: a part of the forward pass is hidden from autograd (detach, numpy, a backward pass of "
            "one's own); mend it, so that weights are trained by their gradient"
        )
