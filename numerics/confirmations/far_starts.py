"""Starts far away: whether the point that training reaches from Z = 0 is a minimiser, or a stationary point alone.

Theorems 2', 3 and those on the quotient speak of minimisers of alpha L + G; Theorem 2 speaks of one stationary point
near Z = 0, and alpha L + G may be lower elsewhere, or have no lowest value.  So the objective is looked at along rays,
and trained from the lowest point of them and from a random one with scores of size START.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.confirmations.in_lambda import at_lambda
from numerics.linear.solve import ScaledProblem, Solution, minimisers
from numerics.runs.agreement import Row

START = 100.0
SIZES = (1.0, 1e2, 1e4, 1e6, 1e8, 1e10, 1e12)
"""The sizes of the scores along rays."""
RANDOM = 3
"""Random rays that are looked at, besides that of the point reached and its opposite."""
SEED = 20
STEPS = 12
"""Newton steps that are taken from a start far away."""


@dataclass(frozen=True)
class FarStarts:
    """What was found at ``alpha``, for clean and noisy labels together.

    ``starts`` were looked at, and ``lower`` of them led below the point reached from 0.  Where alpha L + G was lowest,
    at scores of ``size``, it is ``rise`` above its value at that point, below it if negative.  ``falls``: it is still
    falling at the largest scores, in proportion to them.
    """

    alpha: float
    starts: int
    lower: int
    rise: float
    size: float
    falls: bool


def far_starts(problem: ScaledProblem, reached: Solution, goal: Tensor) -> FarStarts:
    """The starts for a problem at one alpha, one row for each law of the labels."""
    here = problem.value(reached.weights)
    noise = 4 * problem.value_noise(reached.weights, here)
    rays = _rays(reached.weights)
    # The rays are of unit length in Z' = Z/s, and the sizes are those of the scores Z.
    points = [size / problem.scale[:, None, None] * ray for ray in rays for size in SIZES]
    # At scores of 1e12 a formula may be inf - inf: that counts as high, not as low.
    values = torch.stack([problem.value(z).nan_to_num(nan=torch.inf) - here for z in points])
    last, before = (values[k :: len(SIZES)] for k in (len(SIZES) - 1, len(SIZES) - 2))
    falls = bool(((last < 50 * before) & (before < -noise)).any())  # the scores are 100 times as large
    lowest = values.view(len(rays), len(SIZES), -1).amin(1)
    place = int(values.amin(1).argmin())
    if not falls:  # else training would run on for ever
        for start in (points[place], START / problem.scale[:, None, None] * rays[-1]):
            points.append(minimisers(problem, goal, STEPS, start).weights)
            values = torch.cat([values, problem.value(points[-1]).nan_to_num(nan=torch.inf)[None] - here])
        lowest = torch.cat([lowest, values[-2:]])
        place = int(values.amin(1).argmin())
    law = int(values[place].argmin())
    return FarStarts(
        alpha=float(problem.alpha[0]),
        starts=len(lowest),
        lower=int((lowest < -noise).any(1).sum()),
        rise=float(values[place, law] * problem.alpha[law] * problem.scale[law]),
        size=float(points[place][law].norm() * problem.scale[law]),
        falls=falls,
    )


def _rays(reached: Tensor) -> list[Tensor]:
    """Directions of unit length, shape (B, r, m) each: to the point reached, away from it, and random ones."""
    generator = torch.Generator().manual_seed(SEED)
    towards = _unit(reached)
    drawn = [_unit(torch.randn(reached.shape, generator=generator, dtype=reached.dtype)) for _ in range(RANDOM)]
    return [towards, -towards, *(ray.to(reached.device) for ray in drawn)]


def _unit(weights: Tensor) -> Tensor:
    norm = weights.square().sum((-1, -2), keepdim=True).sqrt()
    return weights / norm.clamp(min=torch.finfo(weights.dtype).tiny)


def far_row(found: FarStarts) -> Row:
    """How many starts far away lead below the point reached: none, where minimisers are what is predicted.

    It does not contradict: how large lambda has to be is not part of the claim.
    """
    return Row(
        name=f"starts far away that end below the minimiser, of {found.starts}, at {at_lambda(found.alpha)}",
        predicted=0.0,
        measured=float(found.lower),
        tolerance=0.0,
        reason=f"the theorem speaks of minimisers, for large lambda; rays with scores up to {SIZES[-1]:.0e}, and "
        f"training from the lowest point of them and from scores of size {START:g}",
        is_decisive=False,
    )


def far_note(found: FarStarts) -> str:
    """What a reader has to know where a local branch is all that was claimed."""
    far = f"at {at_lambda(found.alpha)} and scores of size {found.size:.0e}"
    at = f"{far} L + lambda G is {-found.rise / found.alpha:.3g} below its value"
    left = "what is confirmed is the local branch of Theorem 2"
    if found.falls:
        return f"stationary point; the objective is unbounded below: {at} there, and still falling; {left}"
    if found.lower:
        return f"stationary point; the objective is lower elsewhere: {at} there; {left}"
    return (
        f"stationary point: minimisers need not exist for this pair; none of {found.starts} starts far away ended "
        f"below it at {at_lambda(found.alpha)}; {left}"
    )
