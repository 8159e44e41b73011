"""What is tested: the objective sum_j l(z_j, q_j) + lambda sum_j g(z_j) on samples, with what is known of the pair."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.finite.guarantee.bounds import Bending, Bounds
from numerics.finite.guarantee.family import Classes, ScoreSpace
from numerics.finite.guarantee.rounding import Rounding
from numerics.finite.guarantee.slopes import Slopes
from numerics.finite.span import UNIT
from numerics.formulas.objective import Objective
from numerics.models.linear import Outputs

Real = NDArray[np.float64]

LONGEST = 100.0
"""A step that asks for more is taken as it is."""
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
class Ends:
    """Gradients (B, n, C) at scores under the two laws that those of all rates lie between, and their errors (B, n)."""

    scores: Real
    off: Real
    clean: Real
    clean_error: Real
    blank: Real
    blank_error: Real


@dataclass(frozen=True, eq=False)
class Problem:
    """The pair ``objective`` on scores of ``space`` with ``labels`` (n,), and ``bounds`` of it.

    ``slopes`` gives gradients of l.  ``is_quadratic``: g is z'Hz/2; ``is_isotropic``: it is ||z||^2/2.
    """

    space: ScoreSpace
    labels: Classes
    objective: Objective
    bounds: Bounds
    slopes: Slopes
    is_quadratic: bool = True
    is_isotropic: bool = False

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
        """The error terms, added where the span is exact and those of the pair are known."""
        return Rounding(self.space, not self.unproved)

    @property
    def unproved(self) -> str:
        """Why numbers are those of double precision, "" if error terms are added."""
        if not self.space.span.is_exact:
            return "the rank of the features is a numerical one"
        if not self.slopes.is_bounded:
            return "the rounding of this loss has no bound that is known"
        if not self.is_isotropic:
            return "the rounding of this regularizer has no bound that is known"
        if self.space.kind is Outputs.CENTRED:
            return "the coordinates of centred scores are rounded"
        return ""

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
        return None if radius > self.bounds.reach else self.bounds.bending(radius)

    def room(self, trial: Trial) -> Real | None:
        """How far each row of scores is from where the bounds end, (B, n), at most; None if they do not."""
        if np.isinf(self.bounds.reach):
            return None
        found: Real = self.bounds.reach * (1 - 1e-12) - np.linalg.norm(trial.scores, axis=-1) - trial.off
        return found

    @cached_property
    def scale(self) -> float:
        """The size of the slopes at 0, which is where lambda matters."""
        return float(np.linalg.norm(self.pushes, axis=1).max()) or 1.0

    @cached_property
    def pushes(self) -> Real:
        """b_k = grad l(0, k), the rows of a matrix (C, C)."""
        return self._pushes[0]

    @cached_property
    def push_error(self) -> float:
        """How far a row of them, or a mean of them, may be off."""
        return float(self._pushes[1].max())

    @cached_property
    def _pushes(self) -> tuple[Real, Real]:
        zero = np.zeros((self.classes, self.classes))
        rows, error = self.slopes.bounded_rows(zero, np.eye(self.classes), zero[0])
        # at a kink there may be no number, and any will do
        return np.nan_to_num(rows), error

    @cached_property
    def is_balanced(self) -> bool:
        """Whether sum_k b_k = 0 on the scores of the family: a weak signal is then a multiple of the clean one."""
        drift = np.linalg.norm(self.pushes.mean(0) @ self.space.basis)
        return bool(drift <= BALANCED * self.scale)

    @cached_property
    def form(self) -> Real:
        """B'HB (m, m), H = D^2 g(0)."""
        if self.is_isotropic:
            return np.eye(self.space.basis.shape[1])
        return self._restricted(self.objective.penalty_curvature(self._like).numpy())

    @cached_property
    def tilt(self) -> Real:
        """B'MB (m, m), M the mean of D^2 l(0, k) over the labels k."""
        return self._restricted(self.slopes.mean_curvature)

    @cached_property
    def _definite_tilt(self) -> Real:
        size, turn = np.linalg.eigh(self.tilt)
        found: Real = (turn * np.maximum(size, 0)) @ turn.T
        return found

    def divided(self, pulled: Real, lambda_: Real) -> Real:
        """X (lambda H + M)^-1 for X (B, r, m), M without what is not convex in it; ``lambda_`` (B,)."""
        matrix = lambda_[:, None, None] * self.form + self._definite_tilt
        columns = pulled.swapaxes(-1, -2)
        try:
            found = np.linalg.solve(matrix, columns)
        except np.linalg.LinAlgError:
            # A step of any length will do where the penalty does not hold all scores.
            found = np.linalg.pinv(matrix, hermitian=True) @ columns
        return np.asarray(found.swapaxes(-1, -2), dtype=np.float64)

    def start(self, lambda_: Real, laws: Real) -> Real:
        """The minimiser (B, r, m) of what the objective is near 0."""
        pull = self.space.pulled_back(laws @ self.pushes)
        return -self.divided(np.broadcast_to(pull, (len(lambda_), *pull.shape[-2:])), lambda_)

    def improved(self, weights: Real, lambda_: Real, laws: Real, steps: int) -> Real:
        """After so many steps W -= t (P grad J)(lambda H + M)^-1, the first with t = 1, then Barzilai-Borwein's."""
        moved = before = None
        length: Any = 1.0
        for _ in range(steps):
            scores = self.space.scores(weights)
            pulled = self._pulled(scores, self.slopes.rows(scores, laws), weights, lambda_)
            if before is not None and moved is not None:
                # <s, B s>/<s, y> for the last step s, B what is divided by, y the change of the gradient
                size = -(moved * before * length).sum((-1, -2), keepdims=True)
                with np.errstate(divide="ignore", invalid="ignore"):
                    found = size / (moved * (pulled - before)).sum((-1, -2), keepdims=True)
                length = np.where((found > 0) & (found < LONGEST), found, 1.0)
            moved = -length * self.divided(pulled, lambda_)
            before = pulled
            weights = weights + moved
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
        scores, off = self.space.scores(weights), self.rounding.of_scores(weights)
        rows, error = self.slopes.bounded_rows(scores, laws, off)
        return self._trial(weights, lambda_, scores, off, rows, error)

    def at_ends(self, weights: Real) -> Ends:
        """The gradients at ``weights`` under the clean laws and under those that say nothing."""
        scores, off = self.space.scores(weights), self.rounding.of_scores(weights)
        clean, blank = (self.slopes.bounded_rows(scores, law, off) for law in (self.one_hot, self.uniform))
        return Ends(scores, off, *clean, *blank)

    def mixed_trial(self, weights: Real, lambda_: Real, a: Real, ends: Ends) -> Trial:
        """What is known at ``weights`` under the signals ``a`` (B,), whose gradients are mixtures of ``ends``."""
        part = a[:, None, None]
        rows = part * ends.clean + (1 - part) * ends.blank
        lengths = np.linalg.norm(ends.clean, axis=-1) + np.linalg.norm(ends.blank, axis=-1)
        error = ends.clean_error + ends.blank_error + 4 * UNIT * lengths
        return self._trial(weights, lambda_, ends.scores, ends.off, rows, error)

    def _trial(self, weights: Real, lambda_: Real, scores: Real, off: Real, rows: Real, error: Real) -> Trial:
        norm = self.rounding.norm(self._pulled(scores, rows, weights, lambda_), rows, error, weights, lambda_)
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
