"""alpha-entmax on tensors, with derivatives of every order: a bisection, and Newton's steps that autograd sees.

With q the largest share, the shares are s_k = q exp(log(1 + r (v_k - max v) q^-r)/r), r = alpha - 1, and 0 where the
logarithm has no value; q lies between 1/C and 1, and each s_k rises with it.  For r -> 0 they tend to softmax.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

STEPS = 3
"""Newton's steps after the bisection; each doubles the order up to which derivatives are exact."""


def entmax(v: Tensor, alpha: float) -> Tensor:
    """The shares of the entries on the last axis, for every real ``alpha``; softmax for alpha = 1."""
    if alpha == 1:
        return v.softmax(-1)
    return _shares(*_solved(v, alpha - 1), alpha - 1)


def log_entmax(v: Tensor, alpha: float) -> Tensor:
    """Their logarithms, for ``alpha`` < 1, where all shares are positive."""
    q, gaps = _solved(v, alpha - 1)
    return q.log() + torch.log1p((alpha - 1) * gaps * q ** (1 - alpha)) / (alpha - 1)


def _solved(v: Tensor, rate: float) -> tuple[Tensor, Tensor]:
    """q, and v - max v."""
    # A shift of all the entries changes no share, so autograd need not see it.
    gaps = v - v.detach().amax(-1, keepdim=True)
    q = _largest_share(gaps.detach(), rate)
    for _ in range(STEPS):
        # d s_k / d q = (s_k / q)^(2 - alpha), in which max s = q gives 1.
        slope = _powers(q, gaps, rate, 1 - rate).sum(-1, keepdim=True)
        q = q + (1 - _shares(q, gaps, rate).sum(-1, keepdim=True)) / slope
    return q, gaps


def _largest_share(gaps: Tensor, rate: float) -> Tensor:
    """q by bisection, to the precision of the dtype."""
    low = torch.full_like(gaps[..., :1], 1 / gaps.shape[-1])
    high = torch.ones_like(low)
    for _ in range(2 - int(math.log2(torch.finfo(gaps.dtype).eps))):
        q = (low + high) / 2
        is_below = _shares(q, gaps, rate).sum(-1, keepdim=True) < 1
        low, high = torch.where(is_below, q, low), torch.where(is_below, high, q)
    return (low + high) / 2


def _shares(q: Tensor, gaps: Tensor, rate: float) -> Tensor:
    """The shares for this q."""
    return q * _powers(q, gaps, rate, 1.0)


def _powers(q: Tensor, gaps: Tensor, rate: float, exponent: float) -> Tensor:
    """(s_k / q)^exponent on the support, and 0 elsewhere."""
    x = rate * gaps * q**-rate
    inside = x > -1
    # By the logarithm: a share that is 0 by underflow has no finite slope of its power.
    return torch.where(inside, torch.exp(exponent * torch.log1p(torch.where(inside, x, 0.0)) / rate), 0.0)
