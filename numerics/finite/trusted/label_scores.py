"""Probabilities of the given labels, by scores that did not see them, for tools that look for label errors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numerics.finite.samples import Samples
from numerics.finite.weights import FREEDOM

Real = NDArray[np.float64]

SHARPEST = 1e3
"""The largest factor that scores are multiplied by."""
_HALVINGS = 40


def votes_without(samples: Samples) -> Real:
    """What all other samples say of the label of each one: sum_(j != i) P_ij 1{label j is c}/(1 - P_ii), (n, C).

    Rows sum to 1; those of a sample that is alone in a direction are 1/C.
    """
    span, labels = samples.span, samples.one_hot
    freedom = 1 - span.leverage
    found = span.projected(labels) - span.leverage[:, None] * labels
    is_alone = freedom <= FREEDOM
    found /= np.where(is_alone, 1.0, freedom)[:, None]
    found[is_alone] = 1 / samples.classes
    return found


def sharpness(votes: Real, labels: NDArray[np.int64]) -> float:
    """The factor b >= 0 for which softmax(b votes) makes the ``labels`` likeliest, at most 1000.

    The logarithm of the likelihood is concave in b; its derivative is halved in.

    >>> sharpness(np.array([[0.6, 0.4], [0.4, 0.6]]), np.array([0, 1]))
    1000.0
    """
    given = float(votes[np.arange(len(votes)), labels].sum())
    low, high = 0.0, SHARPEST
    if _mean_votes(votes, high) <= given:
        return SHARPEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _mean_votes(votes, middle) < given else (low, middle)
    return (low + high) / 2


def probabilities(votes: Real, factor: float) -> Real:
    """softmax(``factor`` * ``votes``): rows sum to 1.

    >>> probabilities(np.array([[1.0, 1.0]]), 3.0)
    array([[0.5, 0.5]])
    """
    sizes: Real = np.exp(factor * (votes - votes.max(axis=1, keepdims=True)))
    sizes /= sizes.sum(axis=1, keepdims=True)
    return sizes


def _mean_votes(votes: Real, factor: float) -> float:
    return float((probabilities(votes, factor) * votes).sum())
