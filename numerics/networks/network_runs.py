"""The cases of a training: one network for every alpha, rate of noise and seed, and the law of its labels."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from numerics.datasets.base import Dataset
from numerics.errors import NoiseError, TrainingError
from numerics.networks.problem import Scaling
from numerics.networks.training import Training
from numerics.noise.laws import LARGEST_SEED, checked_rate, checked_seed, clean_law, noisy_law, sampled_labels

Law = Callable[[Tensor, int, float, int], Tensor]
"""Labels (n,), C, rho and seed to the law of the noisy labels, (n, C)."""


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
        if not len(values):
            raise TrainingError(f"{name}: got none; accepted is at least one")
    for alpha in alphas:
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
            raise TrainingError(f"seeds: got {seed!r}; accepted are integers from 0 to 2^63 - 1")
    rates = [checked_rate(rho, classes) for rho in rhos]
    return tuple(dict.fromkeys(NetworkRun(float(a), r, s) for s, r, a in itertools.product(seeds, rates, alphas)))


def laws_of(
    cases: tuple[NetworkRun, ...], dataset: Dataset, noise: str | Law, device: torch.device, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """The laws (U, n, C) that occur, and which of them (K,) each case is trained on."""
    if isinstance(noise, str):
        checked_seed(noise, 0)
    labels = torch.from_numpy(dataset.labels)
    clean = clean_law(labels, dataset.classes)
    found: dict[tuple[float, int], Tensor] = {}
    which = []
    for case in cases:
        # An exact law has no seed, so that networks of all seeds share one.
        key = (case.rho, 0 if noise == "exact" or not case.rho else case.seed)
        if key not in found:
            if not case.rho:
                law = clean
            elif noise == "exact":
                law = noisy_law(clean, case.rho)
            elif noise == "sampled":
                law = clean_law(sampled_labels(labels, dataset.classes, case.rho, case.seed), dataset.classes)
            else:
                law = _checked_law(noise, labels, dataset.classes, case)  # type: ignore[arg-type]
            found[key] = law
        which.append(list(found).index(key))
    return torch.stack(list(found.values())).to(device, dtype), torch.tensor(which, device=device)


def _checked_law(noise: Law, labels: Tensor, classes: int, case: NetworkRun) -> Tensor:
    law = noise(labels, classes, case.rho, case.seed)
    if (
        law.shape != (len(labels), classes)
        or not bool((law >= 0).all())
        or not bool(((law.sum(1) - 1).abs() < 1e-9).all())
    ):
        raise NoiseError(
            f"noise: the function returned a tensor of shape {tuple(law.shape)} that is no law of the labels; accepted "
            f"is one of shape {(len(labels), classes)} with entries >= 0 and rows that sum to 1"
        )
    return law.to(torch.float64)
