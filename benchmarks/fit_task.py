"""The linear fits that the benchmarks time: cross-entropy with l2 on the scores, with sampled label noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from numerics import datasets
from numerics.formulas.objective import Objective
from numerics.linear.fits import FitProblem
from numerics.models.linear import LinearFamily
from numerics.noise.laws import sampled_labels
from symcheck.losses import CrossEntropy
from symcheck.regularizers import L2

LAMBDAS = tuple(float(x) for x in np.geomspace(1e-3, 1e4, 8))
RATES = (0.0, 0.2, 0.4, 0.6, 0.72)
SEEDS = 20

CROSS_ENTROPY_L2 = Objective(CrossEntropy().recorded, L2().recorded)


@dataclass(frozen=True, eq=False)
class Task:
    """B fits: fit b has ``lambda_[b]`` and the labels ``draws[draw[b]]`` (draws of shape (D, n))."""

    family: LinearFamily
    draws: Tensor
    lambda_: Tensor
    draw: Tensor

    @classmethod
    def on_digits(cls, seeds: int = SEEDS, device: torch.device | None = None) -> Task:
        """8 values of lambda, 5 rates of uniform noise, ``seeds`` draws of each: whitened features with bias."""
        data = datasets.load("digits")
        labels = torch.from_numpy(data.labels)
        drawn = [sampled_labels(labels, data.classes, rate, seed) for rate in RATES for seed in range(seeds)]
        features = torch.from_numpy(data.standardised())
        return cls._all(LinearFamily.of(features, data.classes), torch.stack(drawn), LAMBDAS, device)

    @classmethod
    def random(cls, samples: int, features: int, classes: int, fits: int, lambda_: float) -> Task:
        """``fits`` draws of labels by a linear teacher, two in five of them flipped, on Gaussian features."""
        chance = torch.Generator().manual_seed(0)
        x = torch.randn(samples, features, generator=chance, dtype=torch.float64)
        teacher = torch.randn(features, classes, generator=chance, dtype=torch.float64)
        labels = (x @ teacher).argmax(1)
        drawn = torch.stack([sampled_labels(labels, classes, 0.4, seed) for seed in range(fits)])
        return cls._all(LinearFamily.of(x, classes), drawn, (lambda_,), None)

    @classmethod
    def _all(cls, family: LinearFamily, draws: Tensor, lambdas: tuple[float, ...], device: torch.device | None) -> Task:
        where = device or torch.device("cpu")
        moved = LinearFamily(family.features.to(where), family.basis.to(where), family.kind)
        each = torch.tensor(lambdas, dtype=torch.float64, device=where).repeat_interleave(len(draws))
        return cls(moved, draws.to(where), each, torch.arange(len(draws), device=where).repeat(len(lambdas)))

    def __len__(self) -> int:
        return len(self.lambda_)

    def only(self, chosen: Tensor) -> Task:
        """The fits ``chosen``."""
        return Task(self.family, self.draws, self.lambda_[chosen], self.draw[chosen])

    def problem(self) -> FitProblem:
        """The fits as the solver takes them: the labels as moments Q'(e_y - 1/C)/n, once for each draw."""
        classes = self.family.classes
        moments = []
        for some in torch.split(self.draws, 64):
            law = torch.nn.functional.one_hot(some, classes).to(self.family.features) - 1 / classes
            moments.append(self.family.pulled_back(law))
        return FitProblem(self.family, CROSS_ENTROPY_L2, self.lambda_, torch.cat(moments)[self.draw])

    def gradient_norm(self, fit: int, weights: Tensor) -> float:
        """||grad of mean CE + lambda/2 ||W||^2||_F at ``weights`` (r, C), written out without the solver."""
        q, labels = self.family.features, self.draws[self.draw[fit]]
        p = torch.softmax(q @ weights, 1)
        p[torch.arange(len(labels), device=p.device), labels] -= 1
        return float((q.T @ p / len(labels) + self.lambda_[fit] * weights).norm())


def different_among(task: Task) -> Tensor:
    """The numbers of fits that repeat no other, (k,): at the rate 0 all draws are the clean labels."""
    rows = torch.cat([task.lambda_[:, None], task.draws[task.draw].to(task.lambda_)], 1).cpu().numpy()
    first: dict[bytes, int] = {}
    for fit, row in enumerate(rows):
        first.setdefault(row.tobytes(), fit)
    return torch.tensor(list(first.values()))
