"""Uniform label noise: its exact conditional law, and the factor a by which it shrinks what labels say."""

from __future__ import annotations

import math
from fractions import Fraction

import torch
from torch import Tensor

from numerics.errors import NoiseError


def checked_rate(rho: float | Fraction, classes: int) -> float:
    """``rho`` as a float, if it is a rate of uniform noise on ``classes`` classes: 0 <= rho < (C-1)/C.

    Raises ``NoiseError`` otherwise: from (C-1)/C on a noisy label no longer favours the clean class.
    """
    rate = float(rho)
    if not math.isfinite(rate) or not 0 <= Fraction(rate) < Fraction(classes - 1, classes):
        raise NoiseError(
            f"rho: got {rho}; accepted is 0 <= rho < (C-1)/C = {Fraction(classes - 1, classes)} for C = {classes} "
            "classes, where the clean class is still the likeliest label; choose a smaller rate"
        )
    return rate


def noise_factor(rho: float, classes: int) -> float:
    """a = 1 - rho C/(C-1), in (0, 1]: what uniform noise leaves of the part of a loss that depends on the label.

    >>> noise_factor(0.5, 2 + 1)
    0.25
    """
    return 1 - checked_rate(rho, classes) * classes / (classes - 1)


def clean_law(labels: Tensor, classes: int) -> Tensor:
    """The one-hot law of each label: shape (..., C), float64."""
    return torch.nn.functional.one_hot(labels, classes).to(torch.float64)


def noisy_law(law: Tensor, rho: float) -> Tensor:
    """The exact law of the noisy label given the clean one: a law + rho/(C-1).

    Parameters: ``law`` of shape (..., C), rows summing to 1; ``rho`` in [0, (C-1)/C), the probability that
    the label is replaced by one of the other classes, each equally likely.  Nothing is sampled.
    """
    classes = law.shape[-1]
    return noise_factor(rho, classes) * law + rho / (classes - 1)
