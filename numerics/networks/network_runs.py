"""The cases of a training: one network for every alpha, rate of noise and seed, and the law of its labels."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from numerics.data.samples import Samples
from numerics.errors import TrainingError
from numerics.networks.given_noise import GivenNoise
from numerics.networks.problem import Scaling
from numerics.networks.training import Training
from numerics.noise.laws import LARGEST_SEED, checked_rate, clean_law, noisy_law, sampled_labels
from symcheck.errors import shown

FIRST = {"alphas": "0.01", "rhos": "0, 0.4", "seeds": "0, 1"}
"""Such a list is accepted, by its name."""


@dataclass(frozen=True, order=True)
class NetworkRun:
    """One network: trained at ``alpha`` = 1/lambda under labels with noise of rate ``rho``; ``seed`` of its weights."""

    alpha: float
    rho: float
    seed: int


def network_runs(
    alphas: Sequence[float], rhos: Sequence[float | Fraction], seeds: Sequence[int], classes: int, training: Training
) -> tuple[NetworkRun, ...]:
    """All combinations, each once; raises for a value that is out of range."""
    for name, values in (("alphas", alphas), ("rhos", rhos), ("seeds", seeds)):
        if isinstance(values, str) or not hasattr(values, "__len__"):
            raise TrainingError(f"{name}: got {shown(values)}; accepted is a list, such as {name}=[{FIRST[name]}]")
        if not len(values):
            raise TrainingError(f"{name}: got none; accepted is at least one")
    for alpha in alphas:
        if isinstance(alpha, str):
            raise TrainingError(f"alphas: got {shown(alpha)}; accepted are numbers, no texts, such as 0.01")
        if not 0 <= alpha < float("inf"):
            raise TrainingError(
                f"alphas: got {alpha}; accepted are numbers 1/lambda >= 0, where 0 is the limit problem"
            )
        if alpha == 0 and training.scaling is Scaling.WEIGHTS:
            raise TrainingError(
                "alphas: got 0 with scaling='weights', where theta = theta_0 + alpha theta' does not move; accepted "
                "there is alpha > 0"
            )
    for seed in seeds:
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
            raise TrainingError(f"seeds: got {shown(seed, 80)}; accepted are integers from 0 to 2^63 - 1")
    rates = [checked_rate(rho, classes) for rho in rhos]
    return tuple(dict.fromkeys(NetworkRun(float(a), r, s) for s, r, a in itertools.product(seeds, rates, alphas)))


def laws_of(
    cases: tuple[NetworkRun, ...], dataset: Samples, noise: GivenNoise | str, device: torch.device, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """The laws (U, n, C) that occur, and which of them (K,) each case is trained on."""
    labels = torch.from_numpy(dataset.labels)
    clean = clean_law(labels, dataset.classes)
    found: dict[tuple[float, int], Tensor] = {}
    which = []
    for case in cases:
        # An exact law has no seed, so that networks of all seeds share one; nor has a law that was given.
        is_drawn = case.rho and (noise == "sampled" or (isinstance(noise, GivenNoise) and noise.function is not None))
        key = (case.rho, case.seed if is_drawn else 0)
        if key not in found:
            if not case.rho:
                law = clean
            elif isinstance(noise, GivenNoise):
                law = noise.law_of(labels, dataset.classes, case.rho, case.seed)
            elif noise == "exact":
                law = noisy_law(clean, case.rho)
            else:
                law = clean_law(sampled_labels(labels, dataset.classes, case.rho, case.seed), dataset.classes)
            found[key] = law
        which.append(list(found).index(key))
    return torch.stack(list(found.values())).to(device, dtype), torch.tensor(which, device=device)
