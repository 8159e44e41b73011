"""Fits: from labels to the outputs of a linear model, in coordinates of the span of its features."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fitted:
    """``weights`` W (B, r, C), and ``distance`` (B,), a bound on the Frobenius norm of what is left to the minimiser.

    An output at x is off by at most h(x)^(1/2) times that (THEORY 12), and the difference of two by 2^(1/2) times as
    much; 0 for a closed form.  Bounds are computed in double precision.
    """

    weights: Real
    distance: Real


class Fit(ABC):
    """A map from labels to W (r, C): the outputs are V W at the samples, V the basis of the span, and v(x)'W at x."""

    @property
    @abstractmethod
    def text(self) -> str:
        """Which model it is, in words."""

    @abstractmethod
    def of_law(self, basis: Real, law: Real) -> Fitted:
        """One fit to the exact laws (n, C) of the labels, on the ``basis`` V (n, r)."""

    @abstractmethod
    def of_labels(self, basis: Real, labels: Labels, classes: int) -> Fitted:
        """B fits to ``labels`` (B, m, n): B draws, in each of which every sample is labelled m times."""
