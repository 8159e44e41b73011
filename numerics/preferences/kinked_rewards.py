"""Minima at kinks, as of the hinge loss: a quasi-Newton method that bends around them, and a look at the slopes nearby.

Where two pieces of a loss meet there is no gradient, and Newton's method ends beside the minimum.  A quasi-Newton
method with a weak line search goes on; and a point is a minimum, to first order, where 0 is a mean of slopes nearby.

Source: Lewis, Overton 2013 for the method; Burke, Lewis, Overton 2005 for the slopes nearby.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from scipy import optimize
from torch import Tensor

from numerics.preferences.reward_problems import RewardProblems

MOST_STEPS = 200
MOST_TRIALS = 30
NEAR = 1e-6
"""The radius in which slopes are looked at, relative to 1 + |w'|."""
WIDER = 1e-3
"""The radius in which nothing may be lower."""
SAMPLES = 40
"""Slopes for each feature, and for one more."""
SMALL = 1e-4
"""The relative size of the mean of slopes that counts as 0."""
SEED = 23


def bent_towards_kinks(problems: RewardProblems, start: Tensor) -> Tensor:
    """Weights w' (B, 1, r) after steps from ``start`` that need no second derivatives."""
    weights = start.clone()
    size = weights.shape[-1]
    inverse = torch.eye(size).to(weights).repeat(len(weights), 1, 1)
    value, slope = problems.value_and_gradient(weights)
    places = torch.arange(len(weights), device=weights.device)
    for _ in range(MOST_STEPS):
        if not len(places):
            break
        step = -slope[places] @ inverse[places]
        found = _weak_wolfe(problems.only(places), weights[places], value[places], slope[places], step)
        move = found.length[:, None, None] * step
        inverse[places] = _updated(inverse[places], move, found.slope - slope[places])
        kept = places[found.is_taken]
        fall = (value[places] - found.value)[found.is_taken]
        weights[kept] += move[found.is_taken]
        value[kept], slope[kept] = found.value[found.is_taken], found.slope[found.is_taken]
        # What is left of the fall is rounding.
        places = kept[fall > 4 * torch.finfo(value.dtype).eps * value[kept].abs()]
    return weights


def are_minima_at_kinks(problems: RewardProblems, weights: Tensor) -> Tensor:
    """Whether 0 is a mean of slopes near ``weights``, no one of which is 0, and nothing around is lower: shape (B,)."""
    size = problems.gradient_size(weights)
    alone = problems.gradient(weights).flatten(1).norm(dim=1)
    found = [
        bool(alone[k] > SMALL * size[k]) and _is_minimum(problems.only(torch.tensor([k])), weights[k], float(size[k]))
        for k in range(len(weights))
    ]
    return torch.tensor(found, dtype=torch.bool, device=weights.device)


def _is_minimum(one: RewardProblems, weights: Tensor, size: float) -> bool:
    count = SAMPLES * (weights.shape[-1] + 1)
    many = one.only(torch.zeros(count, dtype=torch.int64))
    chance = torch.Generator().manual_seed(SEED)
    drawn = torch.randn(count, *weights.shape, generator=chance, dtype=weights.dtype).to(weights)
    ball = drawn / drawn.flatten(1).norm(dim=1)[:, None, None] * (1 + weights.norm())
    slopes = (many.gradient(weights + NEAR * ball) / size).flatten(1).numpy()
    if not bool(torch.isfinite(torch.from_numpy(slopes)).all()):
        return False
    # Weights >= 0 of sum 1 whose mean of slopes is shortest; the last row, large beside the others, asks for the sum.
    rows = torch.tensor(slopes.T)
    asked = torch.cat([rows, 1e3 * torch.ones(1, count, dtype=rows.dtype)]).numpy()
    right = torch.zeros(len(asked), dtype=rows.dtype)
    right[-1] = 1e3
    mean = slopes.T @ optimize.nnls(asked, right.numpy())[0]
    here = one.value(weights[None])
    lowest = many.value(weights + WIDER * ball).amin()
    return bool((mean**2).sum() ** 0.5 < SMALL) and bool(lowest >= here[0] - one.value_noise(weights[None], here)[0])


@dataclass(frozen=True, eq=False)
class _Found:
    """Lengths (B,), value and slope there, and whether the value has fallen enough."""

    length: Tensor
    value: Tensor
    slope: Tensor
    is_taken: Tensor


def _weak_wolfe(problems: RewardProblems, weights: Tensor, value: Tensor, slope: Tensor, step: Tensor) -> _Found:
    """Lengths at which the value has fallen and the slope along the step has risen, by halving."""
    down = _dot(slope, step)
    low, high = torch.zeros_like(value), torch.full_like(value, torch.inf)
    length, fallen = torch.ones_like(value), torch.zeros_like(value, dtype=torch.bool)
    there, slope_there = value.clone(), slope.clone()
    open_ = torch.arange(len(value), device=value.device)
    for _ in range(MOST_TRIALS):
        tried = length[open_]
        moved = weights[open_] + tried[:, None, None] * step[open_]
        there[open_], slope_there[open_] = problems.only(open_).value_and_gradient(moved)
        has_fallen = there[open_] < value[open_] + 1e-4 * tried * down[open_]
        is_short = has_fallen & (_dot(slope_there[open_], step[open_]) < 0.9 * down[open_])
        fallen[open_] = has_fallen
        high[open_] = torch.where(has_fallen, high[open_], tried)
        low[open_] = torch.where(is_short, tried, low[open_])
        is_open = ~has_fallen | is_short
        open_ = open_[is_open]
        if not len(open_):
            break
        # Lengths of those that are done stay what they were when their slopes were taken.
        between = torch.where(high.isfinite(), (low + high) / 2, 2 * length)
        length[open_] = between[open_]
    fallen[open_] &= False
    return _Found(length, there, slope_there, fallen & (down < 0))


def _updated(inverse: Tensor, move: Tensor, bend: Tensor) -> Tensor:
    """The inverse curvature after one more move and what it did to the slope (BFGS)."""
    product = _dot(move, bend)
    is_good = (product > 0)[:, None, None]
    rho = 1 / torch.where(product > 0, product, 1)[:, None, None]
    one = torch.eye(inverse.shape[-1]).to(inverse)
    left = one - rho * move.mT @ bend
    return torch.where(is_good, left @ inverse @ left.mT + rho * move.mT @ move, inverse)


def _dot(first: Tensor, second: Tensor) -> Tensor:
    return (first * second).sum((1, 2))
