"""Weak signals: noise rates so near chance that the objective is quadratic up to a bound, at every lambda from one on.

Under uniform noise the laws are q = a e_y + (1 - a) u, and where sum_k b_k = 0 the slopes at 0 are a b_y.  Let Y = -P
b_y (m H + M)^-1, M the mean of D^2 l(0, k) over k, and Z = a (1 - x) Y at lambda = (m + e x)/(1 - x), x in [0, 1). With
D_j = D^2 l(0, y_j), T a bound on D^3 l and F = (sum_j ||y_j||^4)^(1/2)

    ||P grad J||/a <= (1 - x) ||P b_y + M Y + m H Y|| + x ||P b_y + (m + e) H Y|| + a (1 - x)(||P (D - M) Y|| + T F/2),

against (sigma(m) + (s e + mu) x) lead(Y): so the exact test holds for all lambda >= m and all a up to one (THEORY 12
has the case of cross-entropy).  For g that is not quadratic, with D^3 g at most D, (m + max(e, 0)) D F/2 is added to T
F/2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.chords import MARGIN
from numerics.finite.guarantee.family import Classes
from numerics.finite.guarantee.problem import Problem
from numerics.finite.span import UNIT

Real = NDArray[np.float64]


def largest_signal(problem: Problem, lambda_: float) -> tuple[Classes, Real]:
    """The predictions of Y, and the largest a <= 1 up to which they are final from ``lambda_`` on, (n,) each.

    0 where there is none, as for every sample if sum_k b_k is not 0.
    """
    space, rounding = problem.space, problem.rounding
    rows = problem.pushes[problem.labels]
    push = space.pulled_back(rows)
    weights = -problem.divided(push[None], np.array([lambda_]))[0]
    scores = space.scores(weights)
    off = rounding.of_scores(weights)
    top, lead = space.leading(scores)
    lengths = np.linalg.norm(scores, axis=-1) + off
    bent = problem.bending(float(lengths.max()))
    if bent is None or not problem.is_balanced:
        return top, np.zeros(problem.samples)
    heavy = weights @ problem.form
    total = max(0.0, -float((push * heavy).sum() / max((heavy * heavy).sum(), np.finfo(float).tiny)))
    error = np.full_like(off, problem.push_error)
    bent_near = weights @ (problem.tilt + lambda_ * problem.form)
    near = rounding.norm(push + bent_near, rows, error, weights, lambda_ + 1)
    far = rounding.norm(push + total * heavy, rows, error, weights, total)
    uneven, steep = _uneven(problem, scores)
    # where errors are added, the curvatures are right to a few units in the last place
    spread = 16 * problem.classes * UNIT * steep * lengths if rounding.is_added else np.zeros_like(off)
    first = rounding.norm(space.pulled_back(uneven), uneven, spread + 2 * steep * off, weights)
    near = near + float(np.linalg.norm(spread))
    size = float(np.sqrt((lengths**4).sum()))
    curved = (first + (bent.loss + max(total, lambda_) * bent.penalty) * size / 2) * (1 + MARGIN)
    widths, modulus = rounding.widths * (1 + MARGIN), problem.bounds.modulus(lambda_)

    def signal(room: Real) -> Real:
        least = room * (1 - MARGIN)
        left = modulus * least - widths * near
        with np.errstate(divide="ignore", invalid="ignore"):
            largest = np.where(left > 0, np.minimum(1.0, left / (widths * curved)), 0.0)
        ends = widths * far < problem.bounds.strong * total * least
        return np.where(ends, largest, 0.0)

    found = signal(lead - off)
    if np.isfinite(problem.bounds.reach):
        found = np.minimum(found, signal(problem.bounds.reach - lengths).min())
    return top, found


def _uneven(problem: Problem, scores: Real) -> tuple[Real, float]:
    """(D - M) Y (n, C), D = D^2 l(0, y) and M its mean over the labels, and the largest sum |D_ij| of a row."""
    found, steep, mean = np.zeros_like(scores), 0.0, problem.slopes.mean_curvature
    # label by label: all the matrices together have C^3 entries
    for label in range(problem.classes):
        one = problem.slopes.curvature(label)
        rows = problem.labels == label
        found[rows] = scores[rows] @ (one - mean)
        steep = max(steep, float(np.abs(one).sum(-1).max()))
    return found, steep
