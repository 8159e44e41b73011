"""The objective of a network in scaled scores Z' = Z/alpha, in which it stays O(1) as alpha -> 0.

    F(Z') = [alpha (L(alpha Z') - L(0)) + G(alpha Z') - G(0)]/alpha^2,
    grad F = grad l(alpha Z') + grad g(alpha Z')/alpha       (sample by sample),

and at alpha = 0 its limit E<b_Y, Z'> + 1/2 E Z''H Z', the problem of l_lin + g_sq (THEORY 4, Theorem 2').
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.objective import Objective


@dataclass(frozen=True, eq=False)
class ScaledObjective:
    """One objective for K networks, each at its own ``alpha`` (K,) >= 0.

    ``curvature`` is H = D^2 g(0), (C, C), if one of the alphas is 0, else None.
    """

    objective: Objective
    alpha: Tensor
    curvature: Tensor | None

    @classmethod
    def of(cls, objective: Objective, alpha: Tensor, classes: int) -> ScaledObjective:
        """The objective on scores of ``classes`` classes."""
        is_limit = bool((alpha == 0).any())
        return cls(objective, alpha, objective.penalty_curvature(alpha.new_zeros(classes)) if is_limit else None)

    def gradient(self, z: Tensor, law: Tensor) -> Tensor:
        """grad F in Z', sample by sample: ``z`` (K, b, C) is Z', ``law`` (K, b, C) that of the labels."""
        alpha = self.alpha[:, None, None]
        pull = self.objective.loss_gradient(alpha * z, law)
        if self.curvature is None:
            return pull + self.objective.penalty_gradient(alpha * z) / alpha
        push = self.objective.penalty_gradient(alpha * z) / torch.where(alpha > 0, alpha, 1)
        return pull + torch.where(alpha > 0, push, z @ self.curvature)

    def values(self, z: Tensor, law: Tensor) -> Tensor:
        """F(Z') of each network, (K,): the mean over its samples."""
        positive = self.alpha > 0
        alpha = torch.where(positive, self.alpha, 1)
        scaled, zero = alpha[:, None, None] * z, torch.zeros_like(z)
        rise = (self.objective.losses(scaled, law) - self.objective.losses(zero, law)).mean(-1)
        cost = (self.objective.penalties(scaled) - self.objective.penalties(zero)).mean(-1)
        found = rise / alpha + cost / alpha**2
        if self.curvature is None:
            return found
        pull = self.objective.loss_gradient(zero, law)
        limit = ((pull + z @ self.curvature / 2) * z).sum(-1).mean(-1)
        return torch.where(positive, found, limit)

    def value_noise(self) -> Tensor:
        """The size of a change of F that is rounding, (K,): of sums of terms of size 1 that are divided by alpha^2."""
        alpha = torch.where(self.alpha > 0, self.alpha, 1)
        return 8 * torch.finfo(alpha.dtype).eps * (1 + 1 / alpha + 1 / alpha**2)
