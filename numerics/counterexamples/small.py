"""Small linear families of any kind, solved densely: the counterexamples live here.

The outputs are Z_i = M_i theta with a map M_i (C, m) for each sample: features shared by the classes
(M_i = phi_i I), a reference class (the same without its last column), or a line of outputs {t d} (M_i = d, m = 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import grad

from numerics.formulas.forward import hessian
from numerics.formulas.objective import Objective

MOST_STEPS = 100
MOST_HALVINGS = 60
SHRUNK = 0.999
"""A Newton step counts if it makes the gradient so much smaller, or the value smaller."""


@dataclass(frozen=True, eq=False)
class SmallProblem:
    """min alpha L + G over Z_i = M_i theta: ``maps`` M (n, C, m), ``law`` (n, C) of the labels, ``weights`` (n,)."""

    objective: Objective
    maps: Tensor
    law: Tensor
    weights: Tensor

    def limit(self) -> Tensor:
        """The outputs Z_alpha/alpha -> S as alpha -> 0, shape (n, C): the minimiser of l_lin + g_sq.

        S_i = -M_i A^(-1) E[M' b_Y] with A = E[M' H M], b_y = grad l(0, y) and H = D^2 g(0).
        """
        classes = self.maps.shape[1]
        zero = self.maps.new_zeros(classes)
        pulls = slopes(self.objective, zero)
        curvature = self.objective.penalty_curvature(zero)
        return limit_scores(self.maps, self.law @ pulls, curvature, self.weights)

    def minimiser(self, alpha: float, goal: float = 1e-12) -> tuple[Tensor, float]:
        """The outputs Z/alpha (n, C) of a minimiser reached from 0 by damped Newton steps, and the gradient norm left.

        In theta' = theta/alpha everything is O(1); ``goal`` is the norm of that gradient at which to stop.
        """
        theta = self.maps.new_zeros(self.maps.shape[2])
        slope = grad(self._value)(theta, alpha)
        for _ in range(MOST_STEPS):
            if float(slope.norm()) <= goal:
                break
            step = _descent(hessian(self._value)(theta, alpha), slope)
            moved = self._stepped(theta, step, slope, alpha)
            if moved is None:
                break
            theta, slope = moved
        return self.maps @ theta, float(slope.norm())

    def _value(self, theta: Tensor, alpha: float) -> Tensor:
        z = alpha * (self.maps @ theta)
        zero = torch.zeros_like(z)
        rise = self.objective.losses(z, self.law) - self.objective.losses(zero, self.law)
        cost = self.objective.penalties(z) - self.objective.penalties(zero)
        value: Tensor = (self.weights * (rise / alpha + cost / alpha**2)).sum()
        return value

    def _stepped(self, theta: Tensor, step: Tensor, slope: Tensor, alpha: float) -> tuple[Tensor, Tensor] | None:
        """The first of the halved steps that gets nearer; None if none does."""
        before, length = self._value(theta, alpha), 1.0
        for _ in range(MOST_HALVINGS):
            tried = theta + length * step
            there = grad(self._value)(tried, alpha)
            lower = bool(self._value(tried, alpha) < before + 1e-4 * length * (slope @ step))
            # Close to the minimum values differ by rounding only, where the gradient still tells which is nearer.
            flatter = float(there.norm()) < SHRUNK * float(slope.norm()) and length == 1.0
            if lower or flatter:
                return tried, there
            length /= 2
        return None


def slopes(objective: Objective, zero: Tensor) -> Tensor:
    """b_k = grad l(0, k) for every class k, as rows: shape (C, C)."""
    classes = len(zero)
    identity = torch.eye(classes, dtype=zero.dtype, device=zero.device)
    return objective.loss_gradient(zero.expand(classes, classes), identity)


def limit_scores(maps: Tensor, pulls: Tensor, curvature: Tensor, weights: Tensor) -> Tensor:
    """-M_i A^(-1) sum_i w_i M_i' b_i with A = sum_i w_i M_i' H M_i, for many problems at once.

    Shapes: ``maps`` (..., n, C, m), ``pulls`` b (..., n, C), ``curvature`` H (C, C), ``weights`` (n,).  Returns scores
    (..., n, C).
    """
    gram = torch.einsum("...nci,cd,...ndj,n->...ij", maps, curvature, maps, weights)
    pulled = torch.einsum("...nci,...nc,n->...i", maps, pulls, weights)
    theta = torch.linalg.solve(gram, pulled.unsqueeze(-1))
    scores: Tensor = -(maps @ theta.unsqueeze(-3)).squeeze(-1)
    return scores


def _descent(curvature: Tensor, slope: Tensor) -> Tensor:
    """Newton's step, with the curvature's eigenvalues made positive where the objective is not convex."""
    values, vectors = torch.linalg.eigh(curvature)
    # Where the objective is not convex, Newton's step would go uphill.
    size = values.abs().clamp_min(1e-12 * float(values.abs().max()))
    step: Tensor = -vectors @ ((vectors.T @ slope) / size)
    return step
