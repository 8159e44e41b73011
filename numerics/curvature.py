"""The whole curvature matrix of each of many fits, factorised in single precision.

The rows of features give all their products once, Q_i Q_j for i <= j; then one matrix product with the products of
probabilities, p_a (delta_ab - p_b) for a <= b, holds every entry of

    mean_i (q_i q_i') (x) B'(diag p_i - p_i p_i')B + 1 (x) B'(K + lambda H)B.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.models.linear import LinearFamily

LARGEST = 2048
"""The most unknowns of a fit for which the matrix is built."""
LARGEST_PRODUCTS = 2**26
"""The most products of features, over all samples, that are kept."""
AT_ONCE = 8
"""Fits whose matrices are summed up together on a processor."""


@dataclass(frozen=True, eq=False)
class Curvature:
    """Cholesky ``factor`` (b, p, p) of the curvature of each fit."""

    factor: Tensor

    def solved(self, right: Tensor) -> Tensor:
        """The curvature's inverse times ``right`` (b, r, m)."""
        column = right.flatten(1).unsqueeze(-1).to(self.factor.dtype)
        return torch.cholesky_solve(column, self.factor).to(right.dtype).view_as(right)

    def only(self, kept: Tensor) -> Curvature:
        """That of the fits ``kept``."""
        return Curvature(self.factor[kept])


def cost_ratio(family: LinearFamily) -> float | None:
    """Operations of one matrix and its factor over those of one gradient, a single one counted half."""
    rank, width, unknowns = family.rank, family.classes, family.parameters
    if unknowns > LARGEST or family.samples * rank * (rank + 1) // 2 > LARGEST_PRODUCTS:
        return None
    summed = family.samples * rank * (rank + 1) * width * (width + 1) / 2
    return (summed + unknowns**3 / 3) / 2 / (4 * family.samples * rank * width)


def curvature_of(family: LinearFamily, scale: float, weights: Tensor, forms: Tensor) -> Curvature | None:
    """The curvature at ``weights`` (b, r, m) for the loss ``scale`` logsumexp and the quadratic ``forms`` (b, m, m)."""
    single = torch.float32
    q, basis = family.features.to(single), family.basis.to(single)
    upper = torch.triu_indices(family.rank, family.rank, device=q.device)
    products = q[:, upper[0]] * q[:, upper[1]] / (family.samples / scale)
    rank, width = family.rank, basis.shape[1]
    together = AT_ONCE if q.device.type == "cpu" else max(1, 2**28 // (family.samples * family.classes**2))
    found = torch.empty(len(weights), rank * width, rank * width, dtype=single, device=q.device)
    for first in range(0, len(weights), together):
        some = weights[first : first + together].to(single)
        blocks = _blocks(products, upper, q, basis, some)  # (rank, rank, C, C, b) in the outputs
        placed = torch.einsum("ijabk,ac,bd->kicjd", blocks, basis, basis) if width < len(basis) else blocks.permute(
            4, 0, 2, 1, 3
        )
        found[first : first + together] = placed.reshape(len(some), rank * width, rank * width)
    same = found.view(len(weights), rank, width, rank, width).diagonal(dim1=1, dim2=3)
    same += forms.to(single)[..., None]
    factor, failed = torch.linalg.cholesky_ex(found)
    return None if bool(failed.any()) else Curvature(factor)


def _blocks(products: Tensor, upper: Tensor, q: Tensor, basis: Tensor, weights: Tensor) -> Tensor:
    """sum_i q_i q_i' p_a (delta_ab - p_b) as (r, r, C, C, b)."""
    count, rank = weights.shape[:2]
    classes = len(basis)
    columns = (weights @ basis.T).permute(1, 2, 0).reshape(rank, classes * count)
    p = torch.softmax((q @ columns).view(-1, classes, count), 1)
    pairs = torch.triu_indices(classes, classes, device=q.device)
    terms = -p[:, pairs[0]] * p[:, pairs[1]]
    terms[:, pairs[0] == pairs[1]] += p
    summed = (products.T @ terms.view(len(q), -1)).view(products.shape[1], -1, count)
    feature = torch.empty(rank, rank, dtype=torch.int64, device=q.device)
    feature[upper[0], upper[1]] = feature[upper[1], upper[0]] = torch.arange(upper.shape[1], device=q.device)
    output = torch.empty(classes, classes, dtype=torch.int64, device=q.device)
    output[pairs[0], pairs[1]] = output[pairs[1], pairs[0]] = torch.arange(pairs.shape[1], device=q.device)
    return summed[feature[:, :, None, None], output]
