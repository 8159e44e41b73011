"""What is tested: the objective sum_j l(z_j, q_j) + lambda sum_j g(z_j) on samples, with what is known of the pair."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.finite.guarantee.bounds import Bending, Bounds
from numerics.finite.guarantee.family import Classes, ScoreSpace
from numerics.finite.guarantee.rounding import Rounding
from numerics.finite.guarantee.slopes import Slopes
from numerics.formulas.objective import Objective
from numerics.linear.limits import loss_slopes

Real = NDArray[np.float64]

BALANCED = 1e-13
"""A mean slope at 0 below this share of the largest one is rounding."""


@dataclass(frozen=True, eq=False)
class Trial:
    """Scores Z of the family for each of B ``lambda_`` and laws: ``weights`` (B, r, m), ``scores`` (B, n, C).

    ``top`` and ``lead`` (B, n) are the predictions and at most their leads; ``norm`` (B,) is at least ||P grad J||_F;
    ``off`` (B, n) is how far a row of scores may be off.
    """

    weights: Real
    scores: Real
    top: Classes
    lead: Real
    norm: Real
    off: Real
    lambda_: Real


@dataclass(frozen=True, eq=False)
class Problem:
    """The pair ``objective`` on scores of ``space`` with ``labels`` (n,), and ``bounds`` of it; g is quadratic or not."""

    space: ScoreSpace
    labels: Classes
    objective: Objective
    bounds: Bounds
    slopes: Slopes
    is_quadratic: bool = True

    @property
    def classes(self) -> int:
        """C."""
        return self.space.classes

    @property
    def samples(self) -> int:
        """n."""
        return len(self.labels)

    @cached_property
    def rounding(self) -> Rounding:
        """The error terms, added where the span is exact and those of the loss are known."""
        is_known = self.space.span.is_exact and self.is_quadratic and self.bounds.steep is not None
        return Rounding(self.space, self.bounds.steep or 0.0, self.slopes.error if is_known else None)

    @cached_property
    def one_hot(self) -> Real:
        """The clean laws (n, C)."""
        return np.eye(self.classes)[self.labels]

    @cached_property
    def uniform(self) -> Real:
        """The laws (n, C) that say nothing, a = 0."""
        return np.full((self.samples, self.classes), 1 / self.classes)

    def laws(self, a: Real) -> Real:
        """q = a e_y + (1 - a) u, (B, n, C) for ``a`` (B,)."""
        found: Real = a[:, None, None] * self.one_hot + ((1 - a) / self.classes)[:, None, None]
        return found

    def bending(self, radius: float) -> Bending | None:
        """How D^2 l and D^2 g change on ||z|| <= ``radius``; None where no bound is known."""
        return self.bounds.bending(radius)

    @cached_property
    def scale(self) -> float:
        """The size of the slopes at 0, which is where lambda matters."""
        return float(np.linalg.norm(self.pushes, axis=1).max()) or 1.0

    @cached_property
    def pushes(self) -> Real:
        """b_k = grad l(0, k), the rows of a matrix (C, C)."""
        found: Real = loss_slopes(self.objective, self._like).numpy()
        return found

    @cached_property
    def is_balanced(self) -> bool:
        """Whether sum_k b_k = 0 on the scores of the family: a weak signal is then a multiple of the clean one."""
        drift = np.linalg.norm(self.pushes.mean(0) @ self.space.basis)
        return bool(drift <= BALANCED * self.scale)

    @cached_property
    def form(self) -> Real:
        """B'HB (m, m), H = D^2 g(0)."""
        return self._restricted(self.objective.penalty_curvature(self._like).numpy())

    @cached_property
    def bends(self) -> Real:
        """D^2 l(0, k) for every label, (C, C, C)."""
        found: Real = self.objective.loss_curvatures(self._like).numpy()
        return found

    @cached_property
    def tilt(self) -> Real:
        """B'MB (m, m), M the mean of D^2 l(0, k) over the labels k."""
        return self._restricted(self.bends.mean(0))

    @cached_property
    def _definite_tilt(self) -> Real:
        size, turn = np.linalg.eigh(self.tilt)
        found: Real = (turn * np.maximum(size, 0)) @ turn.T
        return found

    def divided(self, pulled: Real, lambda_: Real) -> Real:
        """X (lambda H + M)^-1 for X (B, r, m), M without what is not convex in it; ``lambda_`` (B,)."""
        matrix = lambda_[:, None, None] * self.form + self._definite_tilt
        found: Real = np.linalg.solve(matrix, pulled.swapaxes(-1, -2)).swapaxes(-1, -2)
        return found

    def start(self, lambda_: Real, laws: Real) -> Real:
        """The minimiser (B, r, m) of what the objective is near 0."""
        pull = self.space.pulled_back(laws @ self.pushes)
        return -self.divided(np.broadcast_to(pull, (len(lambda_), *pull.shape[-2:])), lambda_)

    def improved(self, weights: Real, lambda_: Real, laws: Real, steps: int) -> Real:
        """After so many preconditioned steps W -= (P grad J)(lambda H + M)^-1."""
        for _ in range(steps):
            scores = self.space.scores(weights)
            weights = weights - self.divided(self._pulled(scores, self.slopes.rows(scores, laws), weights, lambda_), lambda_)
        return weights

    def penalty_slopes(self, weights: Real, scores: Real) -> Real:
        """V' grad g B (B, r, m)."""
        if self.is_quadratic:
            found: Real = weights @ self.form
        else:
            found = self.space.pulled_back(self.objective.penalty_gradient(torch.from_numpy(scores)).numpy())
        return found

    def trial(self, weights: Real, lambda_: Real, laws: Real) -> Trial:
        """What is known at ``weights``."""
        scores = self.space.scores(weights)
        rows = self.slopes.rows(scores, laws)
        off = self.rounding.of_scores(weights)
        norm = self.rounding.norm(self._pulled(scores, rows, weights, lambda_), rows, weights, off, lambda_)
        top, lead = self.space.leading(scores)
        return Trial(weights, scores, top, lead - off, norm, off, lambda_)

    def _pulled(self, scores: Real, rows: Real, weights: Real, lambda_: Real) -> Real:
        """V' grad J B."""
        return self.space.pulled_back(rows) + lambda_[:, None, None] * self.penalty_slopes(weights, scores)

    def _restricted(self, matrix: Real) -> Real:
        found: Real = self.space.basis.T @ matrix @ self.space.basis
        return (found + found.T) / 2

    @property
    def _like(self) -> torch.Tensor:
        return torch.zeros(self.classes, dtype=torch.float64)
