"""The exact test: at one lambda, which predictions of a minimiser are known from any point of the family near it.

J(Z) = sum_j l(z_j, q_j) + lambda sum_j g(z_j) is sigma-strongly convex, sigma = lambda s - mu, so with G = ||P grad
J(Z)||_F the minimiser is within G/sigma of Z, and row i of it within sqrt(h_i) G/sigma (THEORY 12).  A lead is the
least change of a row that turns its prediction: the prediction at i is final if sqrt(h_i) G/sigma < lead of z_i.  Where
the bounds end at some ||z||, all rows and what is near them have to lie within: then exactly one stationary point does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.chords import MARGIN
from numerics.finite.guarantee.family import Classes
from numerics.finite.guarantee.problem import Problem, Trial

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Final:
    """Of a minimiser under one law of the labels: predictions ``top`` (n,) where they are ``final``.

    ``scores`` (n, C), of the ``weights`` (r, m), are near its own, row i within ``radius`` (n,), and ``lead`` (n,) is
    the radius that would turn the prediction; ``distance`` is that of the weights.
    """

    top: Classes
    final: Mask
    lead: Real
    radius: Real
    scores: Real
    weights: Real
    distance: float

    def near(self, widths: Real) -> Real:
        """How far the scores at points x of these widths sqrt(h(x)) may be from those of ``weights``."""
        return np.where(widths > 0, widths, np.finfo(float).tiny) * self.distance


def final_predictions(problem: Problem, lambda_: float, laws: Real, steps: int) -> Final:
    """The exact test at ``lambda_`` under ``laws`` (n, C), at the point that ``steps`` steps reach."""
    one, many = np.array([lambda_]), laws[None]
    trial = problem.trial(problem.improved(problem.start(one, many), one, many, steps), one, many)
    modulus = problem.bounds.modulus(lambda_)
    distance = float(trial.norm[0]) / modulus if modulus > 0 and is_inside(problem, trial)[0] else np.inf
    radius = problem.rounding.widths * distance
    fine = radius * (1 + MARGIN) < trial.lead[0] * (1 - MARGIN)
    return Final(trial.top[0], fine, trial.lead[0], radius, trial.scores[0], trial.weights[0], distance)


def is_final(problem: Problem, trial: Trial) -> Mask:
    """The exact test for each of ``trial``, (B, n)."""
    modulus = np.array([problem.bounds.modulus(float(x)) for x in trial.lambda_])
    widths = problem.rounding.widths * (1 + MARGIN)
    found: Mask = trial.norm[:, None] * widths < modulus[:, None] * trial.lead * (1 - MARGIN)
    return found & is_inside(problem, trial)[:, None]


def is_inside(problem: Problem, trial: Trial) -> Mask:
    """Whether all rows that are near enough to be those of a minimiser lie where the bounds hold, (B,)."""
    room = problem.room(trial)
    if room is None:
        return np.ones(len(trial.norm), dtype=bool)
    modulus = np.array([problem.bounds.modulus(float(x)) for x in trial.lambda_])
    widths = problem.rounding.widths * (1 + MARGIN)
    short: Mask = trial.norm[:, None] * widths < modulus[:, None] * room * (1 - MARGIN)
    return np.asarray(short.all(-1))
