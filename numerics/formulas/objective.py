"""The objective alpha l + g of a certified pair: values, gradients and curvatures in z by the batch reading.

Nothing here knows a formula's derivatives: they come from torch.func on what was certified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.func import grad, vmap

from numerics.formulas.batch import values, values_by_label
from numerics.formulas.curvature_at_zero import loss_curvature, penalty_curvature
from numerics.formulas.forward import hessian
from symcheck.language.formula import Formula


@dataclass(frozen=True)
class Objective:
    """A ``loss`` l and a ``regularizer`` g as formulas, with values for their ``parameters``."""

    loss: Formula
    regularizer: Formula
    parameters: Mapping[str, float] = field(default_factory=dict)

    @property
    def has_detached_parts(self) -> bool:
        """Whether derivatives do not see parts of a formula, so that they are not those of its value."""
        return any(node.op == "detach" for f in (self.loss, self.regularizer) for node in f.nodes)

    @property
    def entries(self) -> dict[str, str]:
        """The class-vectors and matrices that were given, as texts: a formula string has only their names."""
        arrays = (*self.loss.arrays, *self.regularizer.arrays)
        return {a.name: str(a).partition(" = ")[2] for a in arrays if not a.is_free}

    def losses(self, z: Tensor, law: Tensor) -> Tensor:
        """The mean of l(z, y) over ``law``, for each sample: z and law of shape (..., C) give (...).

        ``law`` may be labels as well, integers (...), of which nothing of the size of the classes is computed.
        """
        return values(self.loss, z, law, self.parameters)

    def penalties(self, z: Tensor) -> Tensor:
        """g(z) for each sample."""
        return values(self.regularizer, z, None, self.parameters)

    def loss_gradient(self, z: Tensor, law: Tensor) -> Tensor:
        """grad_z of ``losses``, sample by sample, in the shape of z."""
        # Samples do not mix, so the gradient of the sum has that of each sample in its row.
        found: Tensor = grad(lambda x: self.losses(x, law).sum())(z)
        return found

    def penalty_gradient(self, z: Tensor) -> Tensor:
        """grad g(z), sample by sample, in the shape of z."""
        found: Tensor = grad(lambda x: self.penalties(x).sum())(z)
        return found

    def loss_curvature(self, law: Tensor) -> Tensor:
        """The mean of D^2 l(0, y) over the labels of each row of ``law`` (..., C), shape (..., C, C)."""
        return loss_curvature(self.loss, law, self.parameters)

    def penalty_curvature(self, like: Tensor) -> Tensor:
        """H = D^2 g(0), a matrix (C, C); ``like`` (C,) gives C, dtype and device."""
        return penalty_curvature(self.regularizer, like, self.parameters)

    def penalty_curvatures(self, z: Tensor) -> Tensor:
        """D^2 g at each of ``z`` (n, C), shape (n, C, C)."""
        found: Tensor = vmap(hessian(self.penalties))(z)
        return found


@dataclass(frozen=True)
class Linearised(Objective):
    """l_lin = <b_y, z> in the place of l, with ``rows`` b_y (C, C): the loss of the limit problem."""

    rows: Tensor | None = None

    def losses(self, z: Tensor, law: Tensor) -> Tensor:
        """<b, z> for the mean b of b_y under ``law``."""
        assert self.rows is not None
        slopes = law @ self.rows if law.is_floating_point() else self.rows[law]
        return (slopes * z).sum(-1)

    def loss_curvature(self, law: Tensor) -> Tensor:
        """0."""
        return torch.zeros_like(law).unsqueeze(-1).expand(*law.shape, law.shape[-1])


@dataclass(frozen=True)
class Smoothed(Objective):
    """(1 - r) l + r ins(l) in the place of l, ins(l)(z) the mean of l(z, k) over the classes k.

    For cross-entropy this is label smoothing by ``smoothing`` r.  Uniform noise of rate rho makes the risk of l that of
    this loss on the clean labels, with r = rho C/(C-1) (THEORY 2).
    """

    smoothing: float = 0.0

    def losses(self, z: Tensor, law: Tensor) -> Tensor:
        """The mean over ``law`` of the smoothed loss, sample by sample."""
        plain = values(self.loss, z, law, self.parameters)
        alike = values_by_label(self.loss, z, self.parameters).mean(-1)
        return (1 - self.smoothing) * plain + self.smoothing * alike

    def loss_curvature(self, law: Tensor) -> Tensor:
        """That of the plain loss under the smoothed law."""
        return Objective.loss_curvature(self, (1 - self.smoothing) * law + self.smoothing / law.shape[-1])


@dataclass(frozen=True)
class WithoutPenalty(Objective):
    """l alone: the regularizer counts nothing."""

    def penalties(self, z: Tensor) -> Tensor:
        """0 for each sample."""
        return z.new_zeros(z.shape[:-1])

    def penalty_gradient(self, z: Tensor) -> Tensor:
        """0, in the shape of z."""
        return torch.zeros_like(z)
