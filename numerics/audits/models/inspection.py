"""What the hypotheses of the theorems ask of a network at its start, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from numerics.audits.models.cone import Scale, output_scale
from numerics.audits.models.jacobian import Decomposition, Linearised, Spectrum, limit_direction
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.models.linear import Outputs, basis_of
from numerics.models.start import Start
from numerics.networks.free_scale import ROUNDING


@dataclass(frozen=True, eq=False)
class Inspected:
    """A network at its start, to first order, and what the theorems ask of it; each number is found once.

    ``law`` (n, C) is that of the labels.
    """

    claim: PredictedNumbers
    network: Linearised
    law: Tensor
    start: Start

    @cached_property
    def basis(self) -> Tensor:
        """Columns that span the scores that count, (C, c): all of R^C, or on a quotient those of mean 0."""
        kind = Outputs.CENTRED if self.claim.quotient else Outputs.FULL
        return basis_of(self.claim.classes, kind).to(self.law)

    @cached_property
    def root(self) -> Tensor:
        """root'root = H on the scores that count, (c, C)."""
        curvature = self.basis.T @ self.claim.hessian.to(self.law) @ self.basis
        # With B'HB = L L' the root is L'B': E[J'HJ] then is a sum of squares, and never formed.
        found: Tensor = torch.linalg.cholesky(curvature).T @ self.basis.T
        return found

    @cached_property
    def active(self) -> Tensor:
        """The weights that move a score, as places."""
        return self.network.active()

    @cached_property
    def decomposed(self) -> Decomposition:
        """J on the scores that count: E[J'J]."""
        return Decomposition.of(self.network, self.basis.T, self.active)

    @cached_property
    def weighted(self) -> Decomposition:
        """H^(1/2) J on the scores that count: E[J'HJ]."""
        gram = self.root @ self.basis
        # H is a multiple of the identity on these scores, and the decomposition of J serves again.
        if torch.equal(gram, gram[0, 0] * torch.eye(len(gram), dtype=gram.dtype, device=gram.device)):
            return self.decomposed.scaled(float(gram[0, 0]))
        return Decomposition.of(self.network, self.root, self.active)

    @cached_property
    def pull(self) -> Tensor:
        """b_Y for each sample, (n, C), the mean over its law."""
        zero = torch.zeros_like(self.law)
        found: Tensor = self.claim.objective.loss_gradient(zero, self.law)
        return found

    @cached_property
    def gradient(self) -> Tensor:
        """grad L(theta_0) = E[J'b_Y], (m,)."""
        return self.network.pulled(self.pull)

    @cached_property
    def limit(self) -> Tensor:
        """Jv, (n, C), v = -E[J'HJ]^+ E[J'b_Y]."""
        v = limit_direction(self.network, self.gradient, self.root, self.weighted)
        moved: Tensor = self.network.pushed(v) @ self.basis @ self.basis.T
        return moved

    @cached_property
    def scale(self) -> Scale:
        """Whether weights scale the scores."""
        return output_scale(self.network)

    @property
    def rounding(self) -> float:
        """What rounding leaves of a gradient that is 0: eps max(n C, m) ||J|| ||b_Y||."""
        singular = self.decomposed.spectrum.singular
        size = float(singular[0]) if singular is not None and len(singular) else 1.0
        b = float(self.pull.square().sum(1).mean().sqrt())
        return (
            torch.finfo(torch.float64).eps
            * max(self.decomposed.spectrum.rows, self.decomposed.spectrum.columns)
            * size
            * b
        )

    @cached_property
    def bend(self) -> float:
        """How far Z is from its linearisation at random weights, relatively."""
        chance = torch.Generator().manual_seed(1)
        theta = self.network.theta
        noise = torch.randn(2, len(theta), generator=chance, dtype=torch.float64).to(theta)
        found = []
        # A short and a long step: a bend may be small nearby, or flat out far away.
        for move in (noise[0], 10 * noise[1]):
            predicted = self.network.scores(theta) + self.network.pushed(move)
            found.append(float((self.network.scores(theta + move) - predicted).norm() / predicted.norm()))
        return max(found)

    @property
    def is_linear(self) -> bool:
        """Whether the scores are linear in the weights, up to rounding."""
        return self.bend <= ROUNDING

    @cached_property
    def features(self) -> Spectrum:
        """Singular values of J on all scores: for a linear family E[J'J] = E[phi phi'], C times over."""
        if not self.claim.quotient:
            return self.decomposed.spectrum
        identity = torch.eye(self.claim.classes, dtype=self.law.dtype, device=self.law.device)
        return Decomposition.of(self.network, identity, self.active).spectrum
