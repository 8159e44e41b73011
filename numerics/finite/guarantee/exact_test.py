"""The exact test: at one lambda, which predictions of a minimiser are known from any point of the family near it.

J(Z) = sum_j l(z_j, q_j) + lambda sum_j g(z_j) is sigma-strongly convex, sigma = lambda s - mu, so with G = ||P grad J(Z)||_F
the minimiser is within G/sigma of Z, and row i of it within sqrt(h_i) G/sigma (THEORY 12).  A lead is the least change of
a row that turns its prediction: the prediction at i is final if sqrt(h_i) G/sigma < lead of z_i.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.family import Classes
from numerics.finite.guarantee.problem import Problem, Trial

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Final:
    """Of a minimiser under one law of the labels: predictions ``top`` (n,) where they are ``final``.

    ``scores`` (n, C) are near its own, row i within ``radius`` (n,), and ``lead`` (n,) is the radius that would turn
    the prediction.
    """

    top: Classes
    final: Mask
    lead: Real
    radius: Real
    scores: Real
    trial: Trial
    modulus: float

    def near(self, widths: Real) -> Real:
        """How far the scores at points of these widths sqrt(h(x)) may be from those of ``trial``."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Real = np.where(self.modulus > 0, widths * self.trial.norm[0] / self.modulus, np.inf)
        return found


def final_predictions(problem: Problem, lambda_: float, laws: Real, steps: int) -> Final:
    """The exact test at ``lambda_`` under ``laws`` (n, C), at the point that ``steps`` steps reach."""
    one, many = np.array([lambda_]), laws[None]
    weights = problem.improved(problem.start(one, many), one, many, steps)
    trial = problem.trial(weights, one, many)
    modulus = problem.bounds.modulus(lambda_)
    with np.errstate(divide="ignore", invalid="ignore"):
        radius = problem.rounding.widths * (trial.norm[0] / modulus if modulus > 0 else np.inf)
    if np.isfinite(problem.bounds.reach):
        # Strong convexity is known within reach alone: there the point has to lie, and so does the minimiser.
        inside = np.linalg.norm(trial.scores[0], axis=-1) + trial.off[0] <= problem.bounds.reach
        if not inside.all():
            radius = np.full_like(radius, np.inf)
    lead = trial.lead[0]
    return Final(trial.top[0], radius * (1 + 1e-12) < lead, lead, radius, trial.scores[0], trial, modulus)
