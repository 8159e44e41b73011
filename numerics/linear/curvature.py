"""The whole curvature matrix of each of many fits, factorised in single precision.

The rows of features give all their products once, Q_i Q_j for i <= j; then one matrix product with the products of
probabilities, p_a (delta_ab - p_b) for a <= b, holds every entry of

    mean_i (q_i q_i') (x) B'(diag p_i - p_i p_i')B + 1 (x) B'(K + lambda H)B.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.models.linear import LinearFamily

LARGEST = 2048
"""The most unknowns of a fit for which the matrix is built."""
LARGEST_PRODUCTS = 2**26
"""The most products of features, over all samples, that are kept."""
AT_ONCE = 8
"""Matrices that are summed up together on a processor."""
ON_DEVICE = 2**28
"""Entries of matrices that are summed up together on an accelerator."""


@dataclass(frozen=True, eq=False)
class Curvature:
    """The Cholesky factor L of the curvature matrix of each fit: ``factors`` (b, p, p), or b of (p, p)."""

    factors: Sequence[Tensor] | Tensor

    def solved(self, right: Tensor) -> Tensor:
        """The curvature's inverse times ``right`` (b, r, m)."""
        column = right.flatten(1).unsqueeze(-1).to(torch.float32)
        if isinstance(self.factors, Tensor):
            found = torch.cholesky_solve(column, self.factors)
        else:  # on a processor, which would copy a batch of factors first
            found = torch.stack([_both_ways(factor, x) for factor, x in zip(self.factors, column, strict=True)])
        return found.to(right.dtype).view_as(right)

    def only(self, kept: Tensor) -> Curvature:
        """That of the fits ``kept``, a boolean tensor (b,)."""
        if isinstance(self.factors, Tensor):
            return Curvature(self.factors[kept])
        return Curvature([f for f, is_kept in zip(self.factors, kept.tolist(), strict=True) if is_kept])


def _both_ways(factor: Tensor, right: Tensor) -> Tensor:
    half = torch.linalg.solve_triangular(factor, right, upper=False)
    found: Tensor = torch.linalg.solve_triangular(factor.mT, half, upper=True)
    return found


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
    products = (q[:, upper[0]] * q[:, upper[1]] / (family.samples / scale)).T.contiguous()
    rank, width, classes = family.rank, family.basis.shape[1], family.classes
    place = _places(rank, upper, classes)
    together = AT_ONCE if q.device.type == "cpu" else max(1, ON_DEVICE // (rank * classes) ** 2)
    found: list[Tensor] = []
    for first in range(0, len(weights), together):
        some = weights[first : first + together].to(single)
        whole = _sums(products, q, some @ basis.T).index_select(1, place).view(-1, rank, classes, rank, classes)
        if width < classes:
            whole = torch.einsum("kiajb,ac,bd->kicjd", whole, basis, basis).contiguous()
        whole.diagonal(dim1=1, dim2=3).add_(forms[first : first + together].to(single)[..., None])
        factor, failed = torch.linalg.cholesky_ex(whole.view(-1, family.parameters, family.parameters))
        # Not definite, in single precision at least: the fits go on with the inverse that they have.
        if bool(failed.any()):
            return None
        found.extend(factor if q.device.type == "cpu" else [factor])
    return Curvature(found if q.device.type == "cpu" else torch.cat(found))


def _sums(products: Tensor, q: Tensor, weights: Tensor) -> Tensor:
    """sum_i (q_i q_i')_s p_a (delta_ab - p_b) for s and a <= b, as one row for each of ``weights`` (k, r, C)."""
    count, rank, classes = weights.shape
    p = torch.softmax((q @ weights.permute(1, 2, 0).reshape(rank, -1)).view(-1, classes, count), 1)
    apart = torch.triu_indices(classes, classes, 1, device=q.device)
    terms = (p[:, apart[0]] * p[:, apart[1]]).view(len(q), -1)
    sums = (products @ terms).view(-1, apart.shape[1], count).permute(2, 0, 1)
    # the entries at a < b are minus these sums, and every row of diag p - p p' adds up to 0
    pairs = torch.triu_indices(classes, classes, device=q.device)
    is_row = (pairs[0] == pairs[1]) & ((apart[0, :, None] == pairs[0]) | (apart[1, :, None] == pairs[0]))
    is_same = (apart[0, :, None] == pairs[0]) & (apart[1, :, None] == pairs[1])
    return (sums @ (is_row.to(sums) - is_same.to(sums))).flatten(1)


def _places(rank: int, upper: Tensor, classes: int) -> Tensor:
    """Where the entry (i, a), (j, b) of the matrix is in such a row."""
    pairs = torch.triu_indices(classes, classes, device=upper.device)
    feature = torch.empty(rank, rank, dtype=torch.int64, device=upper.device)
    feature[upper[0], upper[1]] = feature[upper[1], upper[0]] = torch.arange(upper.shape[1], device=upper.device)
    output = torch.empty(classes, classes, dtype=torch.int64, device=upper.device)
    output[pairs[0], pairs[1]] = output[pairs[1], pairs[0]] = torch.arange(pairs.shape[1], device=upper.device)
    return (feature[:, None, :, None] * pairs.shape[1] + output[:, None, :]).flatten()
