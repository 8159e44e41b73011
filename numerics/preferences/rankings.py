"""Rankings: how two rewards order the same items, and how a reward orders what is known.

Source: Kendall 1938; with ties tau-b, Kendall 1945.
"""

from __future__ import annotations

import math

from scipy import stats
from torch import Tensor


def kendall_tau(first: Tensor, second: Tensor) -> float:
    """Kendall's tau of two scores of the same items, in [-1, 1]; nan where one score is the same for all.

    (pairs ordered alike - pairs ordered the other way) / pairs, and tau-b where scores tie.  Parameters: ``first``
    and ``second`` (m,).

    >>> import torch
    >>> round(kendall_tau(torch.tensor([1.0, 2.0, 3.0, 4.0]), torch.tensor([1.0, 2.0, 4.0, 3.0])), 4)
    0.6667
    """
    return float(stats.kendalltau(first.numpy(), second.numpy()).statistic)


def tau_against_known(weights: Tensor, known: Tensor) -> float:
    """The same for a linear reward ``weights`` (d,) against ``known`` differences phi(better) - phi(worse) (k, d).

    It is 2 s - 1 with s the share of these pairs of items that the reward orders as they are known to be.
    """
    found = (known @ weights).sign().mean()
    return float(found) if len(known) else math.nan
