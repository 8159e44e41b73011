"""Training of linear rewards: Newton steps from several starts, and whether what they reach is a minimum.

A gradient that is small is no proof of one: where a loss levels off towards infinity, as on pairs that some reward
orders as labelled, the gradient falls below any bound on the way.  So the curvature has to be positive there, and a
further Newton step to lead nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from numerics.preferences.kinked_rewards import NEAR, are_minima_at_kinks, bent_towards_kinks
from numerics.preferences.reward_problems import RewardProblems

MOST_STEPS = 60
MOST_HALVINGS = 24
LONGEST = 10.0
"""A step moves weights of the size |w'| by at most LONGEST (1 + |w'|)."""
FLAT = 1e-10
"""A curvature below this share of the largest one is none."""
GOAL = 1e-14
"""The relative gradient at which the iteration ends; it ends as well where rounding hides any progress."""
SMALL = 1e-11
"""The relative gradient, and the relative length of a further Newton step, that a minimum may leave."""
FAR = 1e6
"""Scores that no minimum has."""
SEED = 17
STARTS = (1.0, 1.0, 10.0, 10.0)
"""The sizes of the random weights from which a loss that is not convex is trained, besides 0."""


@dataclass(frozen=True, eq=False)
class Reached:
    """What training reached for B problems: ``weights`` w' (B, 1, r), and what is left of the gradient.

    ``gradient`` (B,) is its norm relative to what the pairs add to it, ``error`` (B,) the relative length of a further
    Newton step; ``value`` (B,); ``is_smooth`` (B,): a strict local minimum, to rounding; ``is_kink`` (B,): a minimum
    at a kink, to about 1e-6; ``sizes`` (B,) of the scores.
    """

    weights: Tensor
    value: Tensor
    gradient: Tensor
    error: Tensor
    is_smooth: Tensor
    is_kink: Tensor
    sizes: Tensor

    @property
    def is_minimum(self) -> Tensor:
        """Whether it is one or the other, (B,)."""
        return self.is_smooth | self.is_kink


def trained_rewards(problems: RewardProblems, *, is_convex: bool) -> Reached:
    """What is reached from w = 0; unless ``is_convex`` the lowest minimum that is reached from several starts.

    A convex objective has one minimum at most, and it is global.
    """
    shape = (len(problems.lambdas), *problems.family.size)
    best = _reached(problems, torch.zeros(shape, dtype=problems.laws.dtype, device=problems.laws.device))
    chance = torch.Generator().manual_seed(SEED)
    for size in () if is_convex else STARTS:
        drawn = torch.randn(problems.family.size, generator=chance, dtype=problems.laws.dtype)
        found = _reached(problems, (size * drawn / drawn.norm()).to(best.weights).expand(shape).clone())
        noise = problems.value_noise(best.weights, best.value)
        is_better = found.is_minimum & ~(best.is_minimum & (found.value >= best.value - noise))
        best = _chosen(is_better, found, best)
    return _with_kinks(problems, best)


def trained_on(problems: RewardProblems, best: Reached, starts: Tensor) -> Reached:
    """``best``, or what is reached from ``starts`` w' (B, 1, r) where that is a minimum and as low, up to rounding."""
    found = _reached(problems, starts)
    noise = problems.value_noise(best.weights, best.value)
    is_as_low = found.is_minimum & (~best.is_minimum | (found.value <= best.value + noise))
    return _chosen(is_as_low, found, best)


def _with_kinks(problems: RewardProblems, found: Reached) -> Reached:
    """``found``, and where that is no minimum, what lies at a kink nearby."""
    places = (~found.is_minimum & (found.sizes < FAR)).nonzero().flatten()
    if not len(places):
        return found
    here = problems.only(places)
    moved = bent_towards_kinks(here, found.weights[places])
    # A reward of 0 ranks nothing, and one of 1e-9 would by chance.
    is_zero = (_norm(moved) < NEAR) & are_minima_at_kinks(here, torch.zeros_like(moved))
    moved = torch.where(is_zero[:, None, None], 0, moved)
    is_kink = is_zero | are_minima_at_kinks(here, moved)
    weights = found.weights.clone()
    weights[places[is_kink]] = moved[is_kink]
    at_last = _judged(problems, weights)
    at_last.is_kink[places] = is_kink
    return replace(at_last, is_smooth=found.is_smooth)


def _chosen(which: Tensor, first: Reached, second: Reached) -> Reached:
    def of(name: str) -> Tensor:
        one, other = getattr(first, name), getattr(second, name)
        return torch.where(which.view(-1, *[1] * (one.ndim - 1)), one, other)

    return Reached(*(of(name) for name in ("weights", "value", "gradient", "error", "is_smooth", "is_kink", "sizes")))


def _reached(problems: RewardProblems, start: Tensor) -> Reached:
    """Damped Newton steps from ``start``, until the gradient is rounding or no step lowers it any more."""
    weights = start.clone()
    places = torch.arange(len(weights), device=weights.device)
    for _ in range(MOST_STEPS):
        if not len(places):
            break
        moved, goes_on = _moved(problems.only(places), weights[places])
        weights[places] = moved
        places = places[goes_on]
    return _judged(problems, weights)


def _moved(problems: RewardProblems, weights: Tensor) -> tuple[Tensor, Tensor]:
    """The weights after one step, and which problems go on."""
    value, gradient = problems.value(weights), problems.gradient(weights)
    norm = _norm(gradient)
    step = _limited(_newton(problems.curvature(weights), gradient)[0], weights)
    slope, noise = (gradient * step).sum((1, 2)), problems.value_noise(weights, value)
    length = torch.ones_like(slope)
    places = torch.arange(len(length), device=length.device)
    for _ in range(MOST_HALVINGS):
        tried = weights[places] + length[places, None, None] * step[places]
        # Written as not <=, so that nan is bad too; within rounding of the value the gradient has the word.
        enough = value[places] + 1e-4 * length[places] * slope[places] + noise[places]
        places = places[~(problems.only(places).value(tried) <= enough)]
        if not len(places):
            break
        length[places] /= 2
    bad = torch.zeros_like(value, dtype=torch.bool)
    bad[places] = True
    moved = weights + length[:, None, None] * step
    new_norm = _norm(problems.gradient(moved))
    is_lost = slope.abs() <= noise
    taken = ~bad & ~(is_lost & ~(new_norm < norm))
    weights = torch.where(taken[:, None, None], moved, weights)
    is_done = new_norm <= GOAL * problems.gradient_size(weights)
    is_stuck = is_lost & (new_norm > norm / 2)
    return weights, taken & ~is_stuck & ~is_done & (problems.sizes(weights) < FAR)


def _judged(problems: RewardProblems, weights: Tensor) -> Reached:
    gradient, smallest = problems.gradient(weights), torch.finfo(weights.dtype).tiny
    step, least, most = _newton(problems.curvature(weights), gradient)
    relative = _norm(gradient) / problems.gradient_size(weights).clamp(min=smallest)
    error = _norm(step) / _norm(weights).clamp(min=smallest)
    is_smooth = (least > FLAT * most) & (relative < SMALL) & (error < SMALL) & (problems.sizes(weights) < FAR)
    no_kink = torch.zeros_like(is_smooth)
    return Reached(weights, problems.value(weights), relative, error, is_smooth, no_kink, problems.sizes(weights))


def _newton(curvature: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """-|D^2 F|^(-1) grad F, and the least and the largest eigenvalue of D^2 F.

    Negative curvatures are turned, so that the step descends, and flat ones are raised.
    """
    finite = curvature.isfinite().all(-1).all(-1)[:, None, None]
    values, turn = torch.linalg.eigh(torch.where(finite, curvature, torch.eye(curvature.shape[-1]).to(curvature)))
    most: Tensor = values.abs().amax(1, keepdim=True)
    # Where everything is flat the gradient is all there is: then the step is far too long, and limited.
    bent = torch.maximum(values.abs().clamp(min=FLAT * most), FLAT * _norm(gradient)[:, None])
    bent = bent.clamp(min=torch.finfo(values.dtype).tiny)
    step = -(((gradient @ turn) / bent[:, None]) @ turn.mT)
    least = torch.where(finite[:, 0, 0], values[:, 0], -torch.inf)
    return step.nan_to_num(), least, most[:, 0]


def _limited(step: Tensor, weights: Tensor) -> Tensor:
    size, most = _norm(step), _norm(weights)
    return step * ((LONGEST * (1 + most)) / size.clamp(min=torch.finfo(size.dtype).tiny)).clamp(max=1)[:, None, None]


def _norm(weights: Tensor) -> Tensor:
    found: Tensor = weights.flatten(1).norm(dim=1)
    return found
