"""Linear fits for any pair, many at once: each has a lambda and one of several draws, or laws, of the labels.

Where the label enters the loss linearly, all that is kept of a draw is its moments (numerics.linear.fits).  For other
losses Newton's method in scaled scores (numerics.linear.solve) takes as many fits at a time as stay in the processor's
cache.
"""

from __future__ import annotations

import torch
from torch import Tensor

from numerics.errors import DataError
from numerics.formulas.objective import Objective
from numerics.linear.evaluation import Evaluation
from numerics.linear.fits import FitProblem, Fits, fitted
from numerics.linear.score_family import ScoreFamily
from numerics.linear.solve import ScaledProblem, minimisers
from numerics.models.linear import LinearFamily
from numerics.progress import Progress, silent

GOAL = 1e-12
"""The norm of the gradient of L + lambda G asked of every fit."""
AT_ONCE = 2**17
"""Scores that are trained together by Newton's method on a processor."""
ON_DEVICE = 2**27
"""The same on an accelerator."""
DRAWS = 64
"""Draws whose laws are written out together."""


def linear_fits(
    family: ScoreFamily,
    objective: Objective,
    lambda_: Tensor,
    labels: Tensor,
    draw: Tensor | None = None,
    *,
    goal: float = GOAL,
    progress: Progress = silent,
) -> Fits:
    """The minimisers of mean l + lambda mean g on ``family``, as weights of Z.

    Parameters: ``lambda_`` (B,), positive; ``labels`` (D, n), integers in 0..C-1, or (D, n, C), laws; ``draw`` (B,)
    says which of the D belongs to each fit, by default one each.  ``lambda_`` may be 0 where the label enters the loss
    linearly and there is a minimiser.  A fit that does not reach ``goal`` is not ``solved``.

    Raises ``DataError`` for another lambda, or if there is no minimiser.
    """
    count = len(lambda_)
    which = torch.arange(count, device=lambda_.device) if draw is None else draw
    if isinstance(family, LinearFamily) and Evaluation.of(family, objective) is not None:
        moments = torch.cat([family.pulled_back(_laws(some, family) - 1 / family.classes) for some in _few(labels)])
        return fitted(FitProblem(family, objective, lambda_, moments[which]), goal, progress=progress)
    if not bool((lambda_ > 0).all()):
        raise DataError(
            f"lambda: got {float(lambda_.min()):g}; accepted are weights > 0 of the penalty for a loss in which the "
            "label is not linear, or for class-dependent features"
        )
    order = lambda_.argsort(descending=True, stable=True)
    size = family.samples * family.classes
    together = max(1, (AT_ONCE if lambda_.device.type == "cpu" else ON_DEVICE) // size)
    weights = torch.empty(count, *family.size).to(family.like)
    norms, steps = torch.empty_like(lambda_), torch.zeros_like(which)
    for first in range(0, count, together):
        progress(first, count, "fits")
        some = order[first : first + together]
        alpha = 1 / lambda_[some]
        problem = ScaledProblem(family, objective, alpha, _laws(labels[which[some]], family))
        found = minimisers(problem, torch.full_like(alpha, goal))
        weights[some] = alpha[:, None, None] * found.weights
        norms[some], steps[some] = found.gradient_norm, found.steps
    progress(count, count, "done")
    return Fits(weights, norms, steps, torch.zeros_like(steps), 0, norms <= goal)


def _few(labels: Tensor) -> tuple[Tensor, ...]:
    found: tuple[Tensor, ...] = torch.split(labels, DRAWS)
    return found


def _laws(labels: Tensor, family: ScoreFamily) -> Tensor:
    """The laws (D, n, C) of ``labels``."""
    if labels.is_floating_point():
        return labels
    return torch.nn.functional.one_hot(labels, family.classes).to(family.like)
