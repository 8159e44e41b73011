"""Experiments: a claim, data, a linear family and a noise rate, ready to be predicted and trained."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from numerics.claim import Claim
from numerics.datasets.base import Dataset
from numerics.models.linear import LinearFamily, Outputs
from numerics.noise import checked_rate, clean_law, noise_factor, noisy_law


@dataclass(frozen=True, eq=False)
class Experiment:
    """Train ``claim``'s pair on ``family``, once under the clean law of the labels and once under the noisy one.

    ``data`` names the data; the laws have shape (n, C); the noise has rate ``rho`` and leaves the factor a.
    """

    claim: Claim
    data: str
    family: LinearFamily
    clean: Tensor
    noisy: Tensor
    rho: float

    @classmethod
    def on(cls, claim: Claim, dataset: Dataset, rho: float | Fraction, device: torch.device) -> Experiment:
        """The experiment on a data set's standardised features with bias, in float64."""
        kind = Outputs.CENTRED if claim.quotient else Outputs.FULL
        features = torch.from_numpy(dataset.standardised())
        return cls.of(claim, dataset.name, features, torch.from_numpy(dataset.labels), rho, kind, device)

    @classmethod
    def of(
        cls,
        claim: Claim,
        data: str,
        features: Tensor,
        labels: Tensor,
        rho: float | Fraction,
        kind: Outputs = Outputs.FULL,
        device: torch.device | None = None,
    ) -> Experiment:
        """The experiment on given ``features`` (n, d) and ``labels`` (n,), taken as they are."""
        rate = checked_rate(rho, claim.classes)
        where = device or features.device
        law = clean_law(labels.to(where), claim.classes)
        family = LinearFamily.of(features.to(where, torch.float64), claim.classes, kind)
        return cls(claim, data, family, law, noisy_law(law, rate), rate)

    @property
    def a(self) -> float:
        """The noise factor a = 1 - rho C/(C-1)."""
        return noise_factor(self.rho, self.claim.classes)

    def claimed_limit(self, law: Tensor) -> Tensor:
        """The claim's limit of Z/alpha under ``law``, as weights (r, m): S = kappa P(law - 1/C) H^(-1).

        For the noisy law this is a times the clean limit, as its rows are a o_y + 1/C.
        """
        curvature = self.family.restricted(self.claim.penalty_curvature().to(law))
        pull = self.claim.kappa * self.family.pulled_back(law - 1 / self.claim.classes)
        limit: Tensor = torch.linalg.solve(curvature, pull, left=False)
        return limit
