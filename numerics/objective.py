"""The objective alpha l + g of a certified pair: values, gradients and curvatures in z by the batch reading.

Nothing here knows a formula's derivatives: they come from torch.func on what was certified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.func import grad, hessian, vmap

from numerics.batch import values, values_by_label
from symcheck.language.formula import Formula


@dataclass(frozen=True)
class Objective:
    """A loss l and a regularizer g with values for their ``parameters``."""

    loss: Formula
    regularizer: Formula
    parameters: Mapping[str, float] = field(default_factory=dict)

    @property
    def has_detached_parts(self) -> bool:
        """Whether derivatives do not see parts of a formula, so that they are not those of its value."""
        return any(node.op == "detach" for f in (self.loss, self.regularizer) for node in f.nodes)

    def losses(self, z: Tensor, law: Tensor) -> Tensor:
        """The mean of l(z, y) over ``law``, for each sample: z and law of shape (..., C) give (...)."""
        return values(self.loss, z, law, self.parameters)

    def penalties(self, z: Tensor) -> Tensor:
        """g(z) for each sample."""
        return values(self.regularizer, z, None, self.parameters)

    def loss_gradient(self, z: Tensor, law: Tensor) -> Tensor:
        """grad_z of ``losses``, sample by sample, in the shape of z."""
        found: Tensor = grad(lambda x: self.losses(x, law).sum())(z)
        return found

    def penalty_gradient(self, z: Tensor) -> Tensor:
        """grad g(z), sample by sample, in the shape of z."""
        found: Tensor = grad(lambda x: self.penalties(x).sum())(z)
        return found

    def loss_curvatures(self, like: Tensor) -> Tensor:
        """D^2 l(0, y) for every label y, shape (C, C, C); ``like`` (C,) gives C, dtype and device."""
        found: Tensor = hessian(lambda x: values_by_label(self.loss, x, self.parameters))(torch.zeros_like(like))
        return found

    def penalty_curvature(self, like: Tensor) -> Tensor:
        """H = D^2 g(0), a matrix (C, C); ``like`` (C,) gives C, dtype and device."""
        found: Tensor = hessian(self.penalties)(torch.zeros_like(like))
        return found

    def penalty_curvatures(self, z: Tensor) -> Tensor:
        """D^2 g at each of ``z`` (n, C), shape (n, C, C)."""
        found: Tensor = vmap(hessian(self.penalties))(z)
        return found
