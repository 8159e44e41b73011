"""The expansion of the minimiser in alpha, from the derivatives of the formulas at z = 0 on the data.

On a linear family the minimiser of alpha L + G has scores Z = alpha (Z_0 + alpha Z_1 + alpha^2 Z_2 + ...).
Put z(s) = s (Z_0 + ... + s^(k-1) Z_(k-1)) into grad l(z(s)) + grad g(z(s))/s: what is left of the coefficient
of s^k is answered by H Z_k, so on whitened features

    t_k = -Q' [grad l(z(s)) + grad g(z(s))/s]_k B / n (B'HB)^-1,    Z_k = Q t_k B'.

(THEORY 5 calls t_0, t_1, t_2, t_3 v, w, x, u.)  The coefficients come from the Taylor reading.

For a penalty of degree k other than 2 the scores are s (Z_0 + s Z_1 + ...), s = alpha^(1/(k-1)): Z_0 minimises
l_lin + g, and the other terms follow in the same way with D^2 G(Z_0) in the place of B'HB.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import torch
from torch import Tensor

from numerics.formulas.objective import Objective
from numerics.formulas.taylor import gradient_coefficient
from numerics.linear.limits import ACCURACY, curvature_at, limit, limit_problem, loss_slopes
from numerics.linear.score_family import ScoreFamily
from numerics.linear.solve import ScaledProblem

OPERATIONS = 64
"""Rounding of the terms, in units in the last place of what they are sums of."""


class MinimiserSeries:
    """The series t_0 + s t_1 + ... of the minimiser on one family, for one law of the labels, s = alpha^power.

    ``power`` is 1, or 1/(k-1) for a penalty of another degree k.  Terms are derived when they are first asked for.
    """

    def __init__(self, family: ScoreFamily, objective: Objective, law: Tensor, power: float = 1.0) -> None:
        self.family, self.objective, self.law, self.power = family, objective, law, power
        self._terms: list[Tensor] = []
        self._units: list[Tensor] = []

    @cached_property
    def curvature(self) -> Tensor:
        """The curvature of G at the limit, as a matrix that acts on rows: of each row of the weights if power = 1.

        Then it is B'HB, H = D^2 g(0), (m, m).  Else it is that of the whole vector of weights at t_0.
        """
        if self.power == 1:
            return self.family.restricted(self.objective.penalty_curvature(self.family.like))
        return curvature_at(self._limit_problem, self.term(0))

    def curved(self, weights: Tensor) -> Tensor:
        """``curvature`` times ``weights`` (r, m)."""
        return (self._rows(weights) @ self.curvature).view_as(weights)

    def term(self, k: int) -> Tensor:
        """t_k, shape (r, m)."""
        while len(self._terms) <= k:
            if self.power != 1 and not self._terms:
                self._terms.append(limit(self._limit_problem))
                continue
            residual = self._residual(len(self._terms))
            found = -torch.linalg.solve(self.curvature, self._rows(residual), left=False)
            self._terms.append(found.view_as(residual))
        return self._terms[k]

    @property
    def _limit_problem(self) -> ScaledProblem:
        """l_lin + g, whose minimiser is t_0 for a penalty of another degree than 2."""
        rows = loss_slopes(self.objective, self.family.like)
        return limit_problem(self.family, self.objective, rows, self.law, self.power)

    def _rows(self, weights: Tensor) -> Tensor:
        return weights if self.power == 1 else weights.reshape(1, -1)

    def _residual(self, k: int) -> Tensor:
        scores = [self.family.outputs(t) for t in self._terms]
        loss, penalty, values = self.objective.loss, self.objective.regularizer, self.objective.parameters
        pull = gradient_coefficient(loss, scores, k, self.law, values)
        # Divided by s, so that coefficient k + 1 counts.  Of it H Z_k is the unknown part, and Z_k is not among the
        # scores.
        if k and self.power == 1:
            pull = pull + gradient_coefficient(penalty, scores, k + 1, self.law, values)
        elif k:  # grad g(s Z')/alpha = grad g(Z')
            pull = pull + gradient_coefficient(penalty, scores[1:], k, self.law, values, scores[0])
        return self.family.pulled_back(pull)

    def unit(self, k: int) -> Tensor:
        """The coefficient u_k of alpha^k in the direction t/||t||, in the paper's norm; u_0 is the limit direction."""
        while len(self._units) <= k:
            j = len(self._units)
            scale = [float(c) for c in _inverse_root([_inner(self, i) for i in range(j + 1)])]
            terms = [scale[j - i] * self.term(i) for i in range(j + 1)]
            self._units.append(torch.stack(terms).sum(0))
        return self._units[k]

    @cached_property
    def stiffness(self) -> float:
        """The smallest eigenvalue of the curvature of G at the limit."""
        return float(torch.linalg.eigvalsh(self.curvature)[0])

    @cached_property
    def rounding(self) -> float:
        """How large the relative error of t_0 is at most, and that of the other terms in units of their natural size.

        Q'bB/n is a sum of rows of the size |b| = (mean_i sum_y p_iy ||b_y||^2)^(1/2), b_y = grad l(0, y), that may
        cancel, since features say little about the labels or noise leaves little of them (b then has the factor a, and
        the law of a label is rounded like a number of the size of 1).  So, with u = 2^-53 and the smallest eigenvalue
        h of the curvature, it is off by some u |b|, and H^(-1) of it by u |b|/h.
        """
        slopes = loss_slopes(self.objective, self.family.like)
        size = float((self.law @ slopes.square().sum(1)).mean().sqrt())
        accuracy = OPERATIONS * torch.finfo(self.law.dtype).eps / 2
        if self.power != 1:
            accuracy = max(accuracy, ACCURACY)
        return accuracy * size / self.stiffness / float(self.term(0).norm())

    def size(self, k: int) -> float:
        """||t_k|| / ||t_0||."""
        return float(self.term(k).norm() / self.term(0).norm())

    def norms(self, k: int) -> list[float]:
        """The coefficients of 1, ..., alpha^k in ||t||/||t_0||."""
        inner = [_inner(self, i) for i in range(k + 1)]
        root = _inverse_root(inner)
        length = math.sqrt(inner[0])
        return [sum(inner[i] * root[j - i] for i in range(j + 1)) / length for j in range(k + 1)]


def _inner(expansion: MinimiserSeries, k: int) -> float:
    """The coefficient of alpha^k in ||t||^2."""
    return sum(float((expansion.term(i) * expansion.term(k - i)).sum()) for i in range(k + 1))


def _inverse_root(series: Sequence[float]) -> list[float]:
    """The coefficients of f^(-1/2) for a power series f with f_0 > 0: f h' = -1/2 f' h."""
    found = [series[0] ** -0.5]
    for k in range(1, len(series)):
        total = sum((-i / 2 - (k - i)) * series[i] * found[k - i] for i in range(1, k + 1))
        found.append(total / (k * series[0]))
    return found
