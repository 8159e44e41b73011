"""Theorem B: where a loss is not known to be weakly convex, what holds on a ball of scores about 0.

On ||z|| <= R the objective is (lambda (s - D R) - Lam)-strongly convex, Lam a bound on ||D^2 l||, s the least curvature
of g at 0 and D a bound on D^3 g.  The exact test, asked to stay inside for every row, then finds that exactly one
stationary point has all its rows in the ball, and its predictions; that no other minimiser lies outside it does not
say.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.bounds import Bounds
from numerics.finite.guarantee.exact_test import final_predictions
from numerics.finite.guarantee.known import bounds_in_ball
from numerics.finite.guarantee.path import RATIO, from_lambda_on
from numerics.finite.guarantee.problem import Problem
from numerics.formulas.pair import Pair

Real = NDArray[np.float64]

WIDER = (1.1, 1.5, 2.5)
"""Radii that are tried, in largest norms of a row."""
DEFINITE = 1e-9
"""An eigenvalue of D^2 g(0) below this share of the largest one may be 0."""
RADII = tuple(4.0**k for k in range(-4, 2))
"""Radii that are tried where all larger lambda are asked about."""


def in_ball(pair: Pair, problem: Problem, lambda_: float, laws: Real, steps: int) -> Problem:
    """``problem`` with bounds on the ball that shows the most at ``lambda_`` under ``laws`` (B, n, C)."""
    if not _is_definite(problem):
        return replace(problem, bounds=Bounds.none(_SINGULAR))
    size = max(
        float(np.linalg.norm(final_predictions(problem, lambda_, law, steps).scores, axis=1).max()) for law in laws
    )
    tried = [replace(problem, bounds=_bounds(pair, problem, _rounded(size * x))) for x in WIDER]

    def shown(some: Problem) -> int:
        if not some.bounds.is_known:
            return -1
        found = [final_predictions(some, lambda_, law, steps).final for law in laws]
        return int(np.logical_and.reduce(found).sum())

    return max(tried, key=shown)


def in_ball_for_every_larger(pair: Pair, problem: Problem, laws: Real) -> Problem:
    """``problem`` with bounds on the ball that shows the most samples at the least lambda, for all larger ones."""
    if not _is_definite(problem):
        return replace(problem, bounds=Bounds.none(_SINGULAR))
    best, least = replace(problem, bounds=_bounds(pair, problem, RADII[0])), np.inf
    for radius in RADII:
        some = replace(problem, bounds=_bounds(pair, problem, radius))
        if not some.bounds.is_known or some.bounds.floor >= least:
            continue
        found = from_lambda_on(some, laws, steps=1, closest=RATIO).least.max(0)
        most = float(np.quantile(found, 0.9, method="inverted_cdf"))
        if most < least:
            best, least = some, most
    return best


_SINGULAR = (
    "the Hessian of the regularizer at 0 is not shown to be positive definite on these scores, so that no lambda makes "
    "the objective strongly convex near 0"
)


def _is_definite(problem: Problem) -> bool:
    sizes = np.linalg.eigvalsh(problem.form)
    return bool(sizes[0] > DEFINITE * abs(sizes[-1]))


def _bounds(pair: Pair, problem: Problem, radius: float) -> Bounds:
    return bounds_in_ball(pair, float(np.linalg.eigvalsh(problem.form)[0]), radius)


def _rounded(radius: float) -> float:
    """Up to one of eight numbers an octave, so that bounds are derived once for radii that are near."""
    return float(2.0 ** (np.ceil(8 * np.log2(radius)) / 8)) if radius > 0 else 1.0
