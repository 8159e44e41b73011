"""Minimisers of a problem of a guarantee, by Newton's method, which knows nothing of bounds."""

from __future__ import annotations

import numpy as np
import torch

from numerics.finite.guarantee.problem import Problem
from numerics.models.linear import LinearFamily
from tests.numerics.linear_fits import linear_fits


def trained_scores(problem: Problem, lambdas: list[float], laws: np.ndarray, goal: float = 1e-11) -> np.ndarray:
    """Scores (lambdas, laws, n, C) of the minimisers for each of ``lambdas`` and ``laws`` (B, n, C)."""
    space = problem.space
    # the basis of the span is orthonormal, and a family wants columns of mean square 1
    features = torch.from_numpy(space.span.basis * problem.samples**0.5)
    family = LinearFamily(features, torch.from_numpy(space.basis), space.kind)
    each = torch.tensor(np.repeat(lambdas, len(laws)), dtype=torch.float64)
    draw = torch.arange(len(laws)).repeat(len(lambdas))
    found = linear_fits(family, problem.objective, each, torch.from_numpy(laws), draw, goal=goal)
    assert bool((found.gradient_norm < 1e-8).all()), float(found.gradient_norm.max())
    scores = family.outputs(found.weights).numpy()
    return scores.reshape(len(lambdas), len(laws), problem.samples, problem.classes)
