"""A test of a certificate on networks that no local minimum can spoil.

Where sum_y b_y = 0, noise turns the limit problem E<b_Y, Z'> + 1/2 E Z''H Z' into the same one with a b_Y, so a point
that is stationary for clean labels is stationary for noisy ones once its scores are multiplied by a (on a cone they may
be): sample by sample, the gradient of the noisy problem at a Z' is a times that of the clean one at Z'.  At a finite
alpha this leaves

    R(alpha) = ||grad F_noisy(a Z') - a grad F_clean(Z')|| / ||grad F_clean(0)||     (L2 norms over the samples),

which is O(alpha) (THEORY 4, Theorem 2').  Where the condition fails, d = mean_k b_k is not 0 and R tends to
(1 - a) ||d||/||b||: a false certificate is contradicted, wherever the training of the network has ended.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.formulas.scaled import ScaledObjective
from numerics.networks.train import Trained
from numerics.noise.laws import clean_law, noise_factor, noisy_law

ROUNDING = 1e-13
"""An R below this is rounding, and no slope is read off it."""


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """R at the scores of the network trained at ``alpha`` with ``seed`` on clean labels, for noise of rate ``rho``."""

    alpha: float
    rho: float
    seed: int
    gap: float


def transfer_gap(scaled: ScaledObjective, scores: Tensor, law: Tensor, rho: float) -> float:
    """R at ``scores`` Z' (n, C) for the one alpha of ``scaled``; at alpha = 0 it is 0 where the condition holds.

    Parameters: ``law`` (n, C) of the clean labels, ``rho`` the rate of uniform noise.  For a penalty of degree k the
    noisy scores are a^(1/(k-1)) Z'.
    """
    a = noise_factor(rho, scores.shape[-1])
    clean, z = law[None], scores[None]
    # No noisy network is trained: the noisy gradient is taken at the clean scores, shrunk.
    there = scaled.gradient(a ** (1 / (scaled.degree - 1)) * z, noisy_law(clean, rho))
    start = scaled.gradient(torch.zeros_like(z), clean)
    return _norm(there - a * scaled.gradient(z, clean)) / _norm(start)


def transfers(found: Trained, rho: float) -> tuple[Transfer, ...]:
    """R for each network that was trained on clean labels at an alpha > 0, in falling order of alpha.

    Parameters: ``rho`` the rate of uniform noise, exact; no network needs to be trained with it.
    """
    classes = found.scores.shape[-1]
    clean = clean_law(found.labels, classes).to(found.scores)
    gaps = []
    for k, case in enumerate(found.cases):
        if case.rho or not case.alpha:
            continue
        alpha = found.scores.new_tensor([case.alpha])
        scaled = ScaledObjective.of(found.problem.scaled.objective, alpha, classes, found.problem.scaled.degree)
        gap = transfer_gap(scaled, found.scores[k], clean, rho)
        gaps.append(Transfer(alpha=case.alpha, rho=rho, seed=case.seed, gap=gap))
    return tuple(sorted(gaps, key=lambda gap: (gap.seed, -gap.alpha)))


def transfer_orders(gaps: tuple[Transfer, ...]) -> dict[int, float]:
    """The slope of log R over log alpha between the two smallest alphas whose R is no rounding, for each seed.

    It is at least 1 where the certificate is right, 0 where sum_y b_y is not 0; infinite where R is rounding already.
    """
    found = {}
    for seed in {gap.seed for gap in gaps}:
        last = [gap for gap in gaps if gap.seed == seed and gap.gap > ROUNDING][-2:]
        found[seed] = (
            math.log(last[0].gap / last[1].gap) / math.log(last[0].alpha / last[1].alpha)
            if len(last) == 2
            else math.inf
        )
    return found


def _norm(z: Tensor) -> float:
    return float(z.square().sum(-1).mean().sqrt())
