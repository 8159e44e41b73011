"""Minima at kinks, as of the hinge loss: a quasi-Newton method that bends around them, and a look at the slopes nearby.

Where two pieces of a loss meet there is no gradient, and Newton's method ends beside the minimum.  A quasi-Newton
method with a weak line search goes on; and a point is a minimum, to first order, where 0 is a mean of slopes nearby.

Source: Lewis, Overton 2013 for the method; Burke, Lewis, Overton 2005 for the slopes nearby.
"""

from __future__ import annotations

import torch
from scipy import optimize
from torch import Tensor

from numerics.preferences.reward_problems import RewardProblems

MOST_STEPS = 300
MOST_TRIALS = 40
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
    value, slope = problems.value(weights), problems.gradient(weights)
    places = torch.arange(len(weights), device=weights.device)
    for _ in range(MOST_STEPS):
        if not len(places):
            break
        here = problems.only(places)
        step = -slope[places] @ inverse[places]
        length, is_taken = _weak_wolfe(here, weights[places], value[places], slope[places], step)
        moved = weights[places] + length[:, None, None] * step
        new_slope = here.gradient(moved)
        inverse[places] = _updated(inverse[places], length[:, None, None] * step, new_slope - slope[places])
        kept = places[is_taken]
        weights[kept], slope[kept] = moved[is_taken], new_slope[is_taken]
        value[kept] = here.value(moved)[is_taken]
        places = kept
    return weights


def are_minima_at_kinks(problems: RewardProblems, weights: Tensor) -> Tensor:
    """Whether 0 is a mean of slopes near ``weights``, no one of which is 0, and nothing around is lower: shape (B,)."""
    size = problems.gradient_size(weights)
    alone = problems.gradient(weights).flatten(1).norm(dim=1)
    found = [
        bool(alone[k] > SMALL * size[k]) and _is_minimum(problems.only(torch.tensor([k])), weights[k], float(size[k]))
        for k in range(len(weights))
    ]
    return torch.tensor(found, device=weights.device)


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


def _weak_wolfe(
    problems: RewardProblems, weights: Tensor, value: Tensor, slope: Tensor, step: Tensor
) -> tuple[Tensor, Tensor]:
    """Lengths at which the value has fallen and the slope along the step has risen, by halving; and whether it fell."""
    down = _dot(slope, step)
    low, high = torch.zeros_like(value), torch.full_like(value, torch.inf)
    length, fallen = torch.ones_like(value), torch.zeros_like(value, dtype=torch.bool)
    for _ in range(MOST_TRIALS):
        moved = weights + length[:, None, None] * step
        fallen = problems.value(moved) < value + 1e-4 * length * down
        is_short = fallen & (_dot(problems.gradient(moved), step) < 0.9 * down)
        if bool((fallen & ~is_short).all()):
            break
        high = torch.where(fallen, high, length)
        low = torch.where(is_short, length, low)
        between = torch.where(high.isfinite(), (low + high) / 2, 2 * length)
        length = torch.where(fallen & ~is_short, length, between)
    return length, fallen & (down < 0)


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
