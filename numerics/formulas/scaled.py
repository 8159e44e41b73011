"""The objective of a network in scaled scores Z', Z = s Z' with s = alpha^(1/(k-1)), so that it stays O(1).

    F(Z') = [alpha (L(s Z') - L(0)) + G(s Z') - G(0)]/(alpha s),
    grad F = grad l(s Z') + grad g(s Z')/alpha       (sample by sample).

k = 2, s = alpha for a g with a curvature H at 0; then F tends to E<b_Y, Z'> + 1/2 E<H Z', Z'> as alpha -> 0, that
of l_lin + g_sq (THEORY 4, Theorem 2').  For a g that is homogeneous of another degree k the limit is E<b_Y, Z'> +
G(Z').  At alpha = 0 the limit itself is what is meant.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.formulas.objective import Objective


@dataclass(frozen=True, eq=False)
class ScaledObjective:
    """One objective for K networks, each at its own ``alpha`` (K,) >= 0, g of ``degree`` k at 0.

    ``curvature`` is H = D^2 g(0), (C, C), if one of the alphas is 0 and k = 2, else None.
    """

    objective: Objective
    alpha: Tensor
    degree: float
    has_limit: bool
    curvature: Tensor | None

    @classmethod
    def of(cls, objective: Objective, alpha: Tensor, classes: int, degree: float = 2.0) -> ScaledObjective:
        """The objective on scores of ``classes`` classes."""
        has_limit = bool((alpha == 0).any())
        curvature = objective.penalty_curvature(alpha.new_zeros(classes)) if has_limit and degree == 2 else None
        return cls(objective, alpha, degree, has_limit, curvature)

    @property
    def scale(self) -> Tensor:
        """s = alpha^(1/(k-1)), (K,)."""
        return self.alpha if self.degree == 2 else self.alpha ** (1 / (self.degree - 1))

    def gradient(self, z: Tensor, law: Tensor) -> Tensor:
        """grad F in Z', sample by sample: ``z`` (K, b, C) is Z', ``law`` (K, b, C) that of the labels."""
        alpha, scaled = self.alpha[:, None, None], self.scale[:, None, None] * z
        pull = self.objective.loss_gradient(scaled, law)
        if not self.has_limit:
            return pull + self.objective.penalty_gradient(scaled) / alpha
        # torch.where computes both sides, and 0/0 on the one that is left out would still spoil derivatives.
        push = self.objective.penalty_gradient(scaled) / torch.where(alpha > 0, alpha, 1)
        return pull + torch.where(alpha > 0, push, self._limit_gradient(z))

    def values(self, z: Tensor, law: Tensor) -> Tensor:
        """F(Z') of each network, (K,): the mean over its samples."""
        positive = self.alpha > 0
        alpha, scale = torch.where(positive, self.alpha, 1), torch.where(positive, self.scale, 1)
        scaled, zero = scale[:, None, None] * z, torch.zeros_like(z)
        # l(0) and g(0) are taken off first: divided by alpha s they would drown what changes.
        rise = (self.objective.losses(scaled, law) - self.objective.losses(zero, law)).mean(-1)
        cost = (self.objective.penalties(scaled) - self.objective.penalties(zero)).mean(-1)
        found = rise / scale + cost / (alpha * scale)
        if not self.has_limit:
            return found
        pull = (self.objective.loss_gradient(zero, law) * z).sum(-1).mean(-1)
        return torch.where(positive, found, pull + (self._limit_gradient(z) * z).sum(-1).mean(-1) / self.degree)

    def value_noise(self) -> Tensor:
        """The size of a change of F that is rounding, (K,): of sums of terms of size 1 that are divided by alpha s."""
        alpha, scale = torch.where(self.alpha > 0, self.alpha, 1), torch.where(self.alpha > 0, self.scale, 1)
        return 8 * torch.finfo(alpha.dtype).eps * (1 + 1 / scale + 1 / (alpha * scale))

    def _limit_gradient(self, z: Tensor) -> Tensor:
        """The gradient of the penalty of the limit problem; by Euler's rule its value is <gradient, z>/k."""
        return self.objective.penalty_gradient(z) if self.curvature is None else z @ self.curvature
