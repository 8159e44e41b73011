"""From one lambda to infinity: the exact test for every lambda >= m from a single point of the family.

For Z at m and a number e > -m let Z(x) = (1 - x) Z and lambda(x) = (m + e x)/(1 - x), x in [0, 1), which takes every
value from m on; then lambda(x) Z(x) = (m + e x) Z.  A chord of grad L(Z(x)) in x, which ends in b_q = grad L(0), is off
by at most x (1 - x) T F/2, T a bound on D^3 l and F = (sum_j ||z_j||^4)^(1/2), so that for quadratic g

    ||P grad J|| <= (1 - x) G + x ||P b_q + (m + e) H Z|| + x (1 - x) T F/2,   G = ||P grad J(Z)|| at m,

and the test asks that sqrt(h_i) times that is below lambda(x) s - mu times the lead of Z(x), which is
(sigma(m) + (s e + mu) x) lead(Z): a parabola has to be negative on [0, 1].  For another g, with D^2 g within D ||z|| of
H, (1 - x)(m + (m + max(e, 0))) D F/2 is added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.chords import MARGIN, is_negative
from numerics.finite.guarantee.problem import Problem, Trial

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ray:
    """(1 - x) ``near`` + x ``far`` + x (1 - x) ``bump`` bounds the norm; ``far_modulus`` is s (m + e); each (B,)."""

    near: Real
    far: Real
    bump: Real
    far_modulus: Real


def ray_of(problem: Problem, trial: Trial, laws: Real, shift: float | None = None) -> Ray | None:
    """That of ``trial`` under ``laws`` (B, n, C) with e = ``shift``, by default what makes ``far`` least.

    None where no bound on how the pair bends is known.
    """
    lengths = np.linalg.norm(trial.scores, axis=-1) + trial.off
    bent = problem.bending(float(lengths.max()))
    if bent is None:
        return None
    m, heavy = trial.lambda_, trial.weights @ problem.form
    rows = laws @ problem.pushes
    push = problem.space.pulled_back(rows)
    if shift is None:
        with np.errstate(divide="ignore", invalid="ignore"):
            total = -(push * heavy).sum((-1, -2)) / (heavy**2).sum((-1, -2))
    else:
        total = m + shift
    error = np.full_like(trial.off, problem.push_error)
    far = problem.rounding.norm(push + total[:, None, None] * heavy, rows, error, trial.weights, total)
    size = np.sqrt((lengths**4).sum(-1))
    near = trial.norm + (m + np.maximum(total, m)) * bent.penalty * size / 2
    far = np.where(total > 0, far, np.inf)
    return Ray(near, far, bent.loss * size / 2, problem.bounds.strong * total)


def final_on_ray(problem: Problem, trial: Trial, laws: Real) -> Mask:
    """The predictions (B, n) of ``trial`` that no lambda from its own on turns."""
    ray = ray_of(problem, trial, laws)
    if ray is None:
        return np.zeros(trial.lead.shape, dtype=bool)
    widths = problem.rounding.widths * (1 + MARGIN)
    modulus = np.array([problem.bounds.modulus(float(x)) for x in trial.lambda_])

    def holds(room: Real) -> Mask:
        least = room * (1 - MARGIN)
        return is_negative(
            ray.near[:, None] * widths - modulus[:, None] * least,
            ray.far[:, None] * widths - ray.far_modulus[:, None] * least,
            ray.bump[:, None] * widths,
        )

    room = problem.room(trial)
    found = holds(trial.lead)
    return found if room is None else found & holds(room).all(-1, keepdims=True)
