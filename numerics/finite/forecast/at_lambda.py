"""The fit at one lambda: preconditioned steps from the linearised minimiser, many draws of the labels at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
import torch
from torch import Tensor

from numerics.finite.forecast.convexity import Convexity
from numerics.finite.forecast.fit import Fit, Fitted, Labels, Real
from numerics.formulas.objective import Objective

STEPS = 10
"""Steps of a fit to drawn labels: at lambda = .1 they move the mean by less than .01 points."""
MOST_STEPS = 2000
"""Steps of a fit to a law, of which there is one."""
DONE = 1e-9
"""A gradient below this times lambda ||Z|| ends the steps."""
SCORES = 2**20
"""Scores that are trained together: they stay in the cache of a processor."""


@final
@dataclass(frozen=True, eq=False)
class AtLambda(Fit):
    """The minimiser of sum_j l(z_j, q_j) + ``lambda_`` g(z_j), of the pair called ``name``, by up to ``steps`` steps.

    By its ``convexity`` there is one minimiser, within ||P grad||/strength of what the steps reached.
    """

    objective: Objective
    name: str
    lambda_: float
    convexity: Convexity
    steps: int = STEPS

    @property
    def text(self) -> str:
        """The pair and its lambda."""
        return f"{self.name} at lambda = {self.lambda_:g}"

    def of_law(self, basis: Real, law: Real) -> Fitted:
        """The minimiser, to rounding where the steps allow."""
        return self._descended(torch.from_numpy(basis), torch.from_numpy(law)[None], MOST_STEPS)

    def of_labels(self, basis: Real, labels: Labels, classes: int) -> Fitted:
        """``steps`` steps for each draw; the law of a sample with several labels is their mean."""
        _, _, n = labels.shape
        few = max(1, SCORES // (n * classes))
        hot, rows = np.eye(classes), torch.from_numpy(basis)
        found = [
            self._descended(rows, torch.from_numpy(hot[labels[i : i + few]].mean(axis=1)), self.steps)
            for i in range(0, len(labels), few)
        ]
        return Fitted(np.concatenate([f.weights for f in found]), np.concatenate([f.distance for f in found]))

    def curvature(self, classes: int) -> float:
        """The mean curvature of the objective at z = 0, of a sample and of a direction in which the z_k sum to 0."""
        even = torch.full((classes,), 1 / classes, dtype=torch.float64)
        whole = self.objective.loss_curvature(even) + self.lambda_ * self.objective.penalty_curvature(even)
        return float((whole * (torch.eye(classes) - 1 / classes)).sum() / (classes - 1))

    def _descended(self, basis: Tensor, laws: Tensor, steps: int) -> Fitted:
        """Steps of Barzilai and Borwein for ``laws`` (B, n, C); that with the smallest gradient is kept."""
        draws, _, classes = laws.shape
        weights = torch.zeros(draws, basis.shape[1], classes, dtype=torch.float64)
        step = torch.full((draws, 1, 1), 1 / self.curvature(classes), dtype=torch.float64)
        gradient = self._gradient(basis, weights, laws)
        best, least = weights, _norms(gradient)
        for _ in range(steps + 1):
            moved = weights - step * gradient
            changed = self._gradient(basis, moved, laws)
            turn = changed - gradient
            # Two gradients give the curvature along the last step, and its inverse is the next step's length.
            along = ((moved - weights) * turn).sum((1, 2), keepdim=True)
            length = along / turn.square().sum((1, 2), keepdim=True)
            step = torch.where(torch.isfinite(length) & (along > 0), length, step)
            weights, gradient, size = moved, changed, _norms(changed)
            is_less = size < least
            best, least = torch.where(is_less, weights, best), torch.where(is_less, size, least)
            if bool((least <= DONE * self.lambda_ * _norms(best)).all()):
                break
        # h_j <= 1, so that no output is longer than the weights.
        is_near = _norms(best) <= self.convexity.reach
        distance = torch.where(is_near, least / self.convexity.strength, torch.inf)
        return Fitted(best.numpy(), distance.flatten().numpy())

    def _gradient(self, basis: Tensor, weights: Tensor, laws: Tensor) -> Tensor:
        z = basis @ weights
        return basis.mT @ (
            self.objective.loss_gradient(z, laws) + self.lambda_ * self.objective.penalty_gradient(z)
        )  # fmt: skip


def _norms(rows: Tensor) -> Tensor:
    return rows.square().sum((1, 2), keepdim=True).sqrt()
