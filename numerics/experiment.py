"""Experiments: a claim, data, a linear family and a noise rate, ready to be predicted and trained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import torch
from torch import Tensor

from numerics.claim import Claim
from numerics.datasets.base import Dataset
from numerics.models.linear import LinearFamily, Outputs
from numerics.noise import checked_rate, clean_law, noise_factor, noisy_law, sampled_labels


@dataclass(frozen=True, eq=False)
class Experiment:
    """Train ``claim``'s pair on ``family``, once under the clean law of the labels and once under the noisy one.

    ``data`` names the data; the laws have shape (n, C); the noise has rate ``rho`` and leaves the factor a.  With a
    ``seed`` the noisy law is that of labels drawn once, else the exact one.
    """

    claim: Claim
    data: str
    family: LinearFamily
    clean: Tensor
    noisy: Tensor
    rho: float
    seed: int | None = None
    fingerprint: str = ""

    @classmethod
    def on(
        cls, claim: Claim, dataset: Dataset, rho: float | Fraction, device: torch.device, *, seed: int | None = None
    ) -> Experiment:
        """The experiment on a data set's standardised features with bias, in float64."""
        kind = Outputs.CENTRED if claim.quotient else Outputs.FULL
        features, labels = torch.from_numpy(dataset.standardised()), torch.from_numpy(dataset.labels)
        made = cls.of(claim, dataset.name, features, labels, rho, kind, device, seed=seed)
        return replace(made, fingerprint=dataset.fingerprint)

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
        *,
        seed: int | None = None,
    ) -> Experiment:
        """The experiment on given ``features`` (n, d) and ``labels`` (n,), taken as they are."""
        rate = checked_rate(rho, claim.classes)
        where = device or features.device
        clean = clean_law(labels.to(where), claim.classes)
        if seed is None:
            noisy = noisy_law(clean, rate)
        else:
            noisy = clean_law(sampled_labels(labels, claim.classes, rate, seed).to(where), claim.classes)
        family = LinearFamily.of(features.to(where, torch.float64), claim.classes, kind)
        return cls(claim, data, family, clean, noisy, rate, seed)

    @property
    def a(self) -> float:
        """The noise factor a = 1 - rho C/(C-1)."""
        return noise_factor(self.rho, self.claim.classes)

    @property
    def is_sampled(self) -> bool:
        """Whether the noisy labels were drawn: then they have a limit of their own, and a is an expectation."""
        return self.seed is not None

    @property
    def changed(self) -> int:
        """How many labels a draw has changed; 0 for exact noise, which changes laws."""
        return int((self.clean.argmax(1) != self.noisy.argmax(1)).sum()) if self.is_sampled else 0

    @property
    def noise(self) -> str:
        """The noise in words, with the rate of a draw as it came out."""
        if not self.is_sampled:
            return f"exact noise of rate {self.rho:g}"
        return f"sampled noise of rate {self.changed / self.family.samples:.4g} (seed {self.seed})"

    def claimed_limit(self, law: Tensor) -> Tensor:
        """The claim's limit of Z/alpha under ``law``, as weights (r, m): S = kappa P(law - 1/C) H^(-1).

        For the exact noisy law this is a times the clean limit, as its rows are a o_y + 1/C.
        """
        curvature = self.family.restricted(self.claim.hessian.to(law))
        pull = self.claim.kappa * self.family.pulled_back(law - 1 / self.claim.classes)
        limit: Tensor = torch.linalg.solve(curvature, pull, left=False)
        return limit
