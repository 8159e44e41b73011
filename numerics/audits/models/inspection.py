"""What the hypotheses of the theorems ask of a network at its start, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from numerics.audits.models.audit import Answer
from numerics.audits.models.jacobian import Decomposition, Spectrum, limit_direction
from numerics.audits.models.linearised import Linearised
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.models.linear import Outputs, basis_of
from numerics.models.start import Start
from numerics.networks.free_scale import FreeScale, free_scale
from numerics.networks.linearity import ROUNDING, Linearity, linearity

SINGLE = 1e-5
"""A relative error below this may be that of single precision, over sums of some terms."""
APART = 1e-7
"""A fixed term as near as this to scores that weights give, relatively, is one of them: a projection is no nearer."""


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
    def scale(self) -> FreeScale:
        """Weights that scale the scores."""
        return free_scale(self.network.stack, self.network.inputs)

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
    def linearity(self) -> Linearity:
        """How far the scores are from linear in the weights, and whether that is followed through the operations."""
        return linearity(self.network.stack, self.network.inputs)

    @cached_property
    def offset(self) -> float | None:
        """How far Z at the weights 0 is from all the J v, relatively; None if J is too large to be decomposed."""
        with torch.no_grad():
            scores = self.network.scores(torch.zeros_like(self.network.theta)) @ self.basis @ self.basis.T
        size = float(scores.norm())
        if not size:
            return 0.0
        if self.decomposed.singular is None:
            return None
        v = limit_direction(self.network, self.network.pulled(scores), self.basis.T, self.decomposed)
        return float((scores + self.network.pushed(v) @ self.basis @ self.basis.T).norm()) / size

    @property
    def is_linear(self) -> bool:
        """Whether the scores of all weights form a subspace."""
        return self.linear is Answer.HOLDS

    @cached_property
    def linear(self) -> Answer:
        """Whether Z = theta phi(X) about some weights."""
        found = self.linearity
        if found.bend > ROUNDING:
            return Answer.UNKNOWN if found.is_followed and found.bend <= SINGLE else Answer.FAILS
        if not found.is_followed:
            return Answer.UNKNOWN
        if found.is_linear:
            return Answer.HOLDS
        # Z = J theta + a fixed term: a subspace if some weights give that.
        if self.offset is None or (self.offset > APART and found.offset <= ROUNDING):
            return Answer.UNKNOWN
        return Answer.HOLDS if self.offset <= APART else Answer.FAILS

    @cached_property
    def features(self) -> Spectrum:
        """Singular values of J on all scores: for a linear family E[J'J] = E[phi phi'], C times over."""
        if not self.claim.quotient:
            return self.decomposed.spectrum
        identity = torch.eye(self.claim.classes, dtype=self.law.dtype, device=self.law.device)
        return Decomposition.of(self.network, identity, self.active).spectrum
