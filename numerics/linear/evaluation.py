"""Value and gradient of many linear fits at once, block by block of the samples so that scores stay in the cache.

The scores of all fits are one matrix product, Q (W_1 | ... | W_B), with the fits innermost; logsumexp and its gradient
softmax are computed in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from numerics.formulas.curvature_at_zero import penalty_curvature
from numerics.formulas.objective import Objective
from numerics.formulas.separated import Separated, separated
from numerics.linear.curvature import Curvature, cost_ratio, curvature_of
from numerics.models.linear import LinearFamily

CACHE = 2**17
"""Scores of one block on a processor: 1 MB in double precision."""
SMALLEST = 1e-6
"""The smallest eigenvalue that is inverted, as a share of the largest."""
SAFE = 600.0
"""exp of numbers up to this size neither overflows nor vanishes in double precision."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The objective of ``fits`` on one family."""

    family: LinearFamily
    separated: Separated

    @classmethod
    def of(cls, family: LinearFamily, objective: Objective) -> Evaluation | None:
        """None if the label does not enter the loss linearly."""
        found = separated(objective, family.basis[:, 0])
        return None if found is None else cls(family, found)

    def __call__(self, weights: Tensor, lambda_: Tensor, moments: Tensor) -> tuple[Tensor, Tensor]:
        """Values (b,) and gradients (b, r, m) at ``weights`` (b, r, m)."""
        family, parts = self.family, self.separated
        label = parts.label * (moments + self._uniform)
        # One product for both: the value of the quadratic part is <W, label + W form/2>, its gradient label + W form.
        linear = label + weights @ self.forms(lambda_) / 2
        value = (weights * linear).sum((1, 2))
        gradient = 2 * linear - label
        if parts.lse or not parts.is_closed:
            total, pulled = self._over_samples(weights, lambda_)
            value, gradient = value + total, gradient + family.gathered(pulled)
        return value, gradient

    def _over_samples(self, weights: Tensor, lambda_: Tensor) -> tuple[Tensor, Tensor]:
        """Mean over the samples of s logsumexp + R + lambda P, and its gradient (b, r, C) before the basis."""
        family, count = self.family, len(weights)
        classes, rank = family.classes, family.rank
        columns = family.spread(weights).permute(1, 2, 0).reshape(rank, classes * count)
        pulled = torch.zeros_like(columns)
        total = torch.zeros_like(lambda_)
        size = self._largest_row * torch.linalg.vector_norm(columns.view(rank, -1), dim=0).amax()
        # While no score can leave [-600, 600] softmax needs no shift, which saves two passes over the scores.
        is_safe = weights.device.type == "cpu" and float(size) < SAFE
        rows = max(1, CACHE // columns.shape[1]) if weights.device.type == "cpu" else family.samples
        for block in torch.split(family.features, rows):
            scores = block @ columns
            total += self._in_place(scores.view(-1, classes, count), lambda_, is_safe)
            pulled.addmm_(block.T, scores)
        gradient = pulled.view(rank, classes, count).permute(2, 0, 1) / family.samples
        return total / family.samples, gradient

    def _in_place(self, z: Tensor, lambda_: Tensor, is_safe: bool) -> Tensor:
        """The sum over the samples of the values at ``z`` (n, C, b), shape (b,); z becomes the gradient in z."""
        parts = self.separated
        rest = None
        if not parts.is_closed:
            scores = z.transpose(1, 2).contiguous().requires_grad_()
            with torch.enable_grad():
                rest = parts.rest(scores, lambda_).sum(0)
                (slope,) = torch.autograd.grad(rest.sum(), scores)
            if not parts.lse:
                z.copy_(slope.transpose(1, 2))
                return rest.detach()
        total = parts.lse * softmax_in_place(z, is_safe)
        if parts.lse != 1:
            z.mul_(parts.lse)
        if rest is not None:
            z.add_(slope.transpose(1, 2))
            total = total + rest.detach()
        return total

    def forms(self, lambda_: Tensor) -> Tensor:
        """B'(K + lambda H)B, shape (b, m, m)."""
        loss = self.family.restricted(self.separated.loss_form)
        return loss + lambda_[:, None, None] * self.family.restricted(self.separated.penalty_form)

    def rough_inverse(self, lambda_: Tensor) -> Tensor:
        """The inverse of the curvature at z = 0, (b, m, m), made definite: eigenvalues positive and not too small."""
        parts, family = self.separated, self.family
        like = family.basis[:, 0]
        classes = family.classes
        loss = parts.loss_form + parts.lse * (torch.eye(classes).to(like) - 1 / classes) / classes
        for weight, formula in parts.loss_rest:
            loss = loss + weight * penalty_curvature(formula, like, parts.parameters)
        penalty = parts.penalty_form
        for weight, formula in parts.penalty_rest:
            penalty = penalty + weight * penalty_curvature(formula, like, parts.parameters)
        # Many fits share few values of lambda, and so few factorisations.
        kinds, which = torch.unique(lambda_, return_inverse=True)
        whole = family.restricted(loss) + kinds[:, None, None] * family.restricted(penalty)
        # shifts of all scores may have no curvature; there the gradient is 0 up to rounding
        size, turn = torch.linalg.eigh(whole)
        largest = size.abs().amax(1, keepdim=True)
        size = torch.where(largest > 0, size.abs().maximum(SMALLEST * largest), 1)
        found: Tensor = ((turn / size.unsqueeze(1)) @ turn.mT)[which]
        return found

    @cached_property
    def _uniform(self) -> Tensor:
        """u = Q'(1/C)B/n."""
        mean = self.family.features.mean(0, keepdim=True).T / self.family.classes
        return self.family.gathered(mean.expand(-1, self.family.classes))

    @cached_property
    def _largest_row(self) -> Tensor:
        return self.family.leverage.amax()

    def cost_of_curvature(self) -> float | None:
        """What a curvature matrix costs in evaluations, None where it would be too large."""
        return cost_ratio(self.family) if self.separated.is_closed and self.separated.lse else None

    def curvature(self, weights: Tensor, lambda_: Tensor) -> Curvature | None:
        """The curvature matrices at ``weights``, factorised; None if one of them is not positive definite."""
        return curvature_of(self.family, self.separated.lse, weights, self.forms(lambda_))


def softmax_in_place(z: Tensor, is_safe: bool = False) -> Tensor:
    """z (n, C, b) becomes softmax(z) along C; returns the sum over n of logsumexp(z), shape (b,)."""
    total = torch.zeros(z.shape[2], dtype=z.dtype, device=z.device)
    if not is_safe:
        largest = z.amax(1, keepdim=True)
        z.sub_(largest)
        total += largest.sum((0, 1))
    z.exp_()
    size = z.sum(1, keepdim=True)
    z.mul_(size.reciprocal())
    return total + size.log_().sum((0, 1))
