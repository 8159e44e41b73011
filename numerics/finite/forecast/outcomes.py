"""Outcomes of sums of independent labels at one point, drawn from the normal law with their mean and covariance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]

OUTCOMES = 1000
"""Outcomes that are drawn at each point."""


def outcomes(mean: Real, by_law: Real, laws: Real, chance: np.random.Generator) -> Real:
    """``OUTCOMES`` of sum_j k_j e_j with the ``mean`` (C,) of the sum: (OUTCOMES, C).

    Labels are independent and have ``laws`` q (L, C); ``by_law`` (L,) are the sums of k_j^2 over the labels of each
    law, all that the covariance sum_j k_j^2 (diag q_j - q_j q_j') needs of the weights.
    """
    covariance = np.diag(by_law @ laws) - (laws * by_law[:, None]).T @ laws
    size, directions = np.linalg.eigh(covariance)
    root = directions * np.sqrt(np.maximum(size, 0))
    return np.asarray(mean + chance.standard_normal((OUTCOMES, len(mean))) @ root.T)
