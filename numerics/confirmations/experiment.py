"""Experiments: a claim, data, a linear family and a noise rate, ready to be predicted and trained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import torch
from torch import Tensor

from numerics.arrays.masks import refuse_mask
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.linear.class_features import ClassFeatures
from numerics.linear.limits import limit, limit_problem
from numerics.linear.score_family import ScoreFamily
from numerics.models.linear import LinearFamily, Outputs
from numerics.noise.laws import checked_rate, clean_law, noise_factor, noisy_law, sampled_labels


@dataclass(frozen=True, eq=False)
class Experiment:
    """Train ``claim``'s pair on ``family``, once under the clean law of the labels and once under the noisy one.

    ``data`` names the data; the laws have shape (n, C); the noise has rate ``rho`` and leaves the factor a.  With a
    ``seed`` the noisy law is that of labels drawn once, else the exact one.  ``notes`` say how the family was made.
    """

    claim: PredictedNumbers
    data: str
    family: ScoreFamily
    clean: Tensor
    noisy: Tensor
    rho: float
    seed: int | None = None
    fingerprint: str = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def on(
        cls,
        claim: PredictedNumbers,
        dataset: Dataset,
        rho: float | Fraction,
        device: torch.device,
        *,
        seed: int | None = None,
        reference: bool = False,
    ) -> Experiment:
        """The experiment on a data set's standardised features with bias, in float64; ``reference``: with z_C = 0."""
        kind = Outputs.REFERENCE if reference else Outputs.CENTRED if claim.quotient else Outputs.FULL
        features, labels = torch.from_numpy(dataset.standardised()), torch.from_numpy(dataset.labels)
        made = cls.of(claim, dataset.name, features, labels, rho, kind, device, seed=seed)
        return replace(made, fingerprint=dataset.fingerprint, notes=dataset.notes)

    @classmethod
    def of(
        cls,
        claim: PredictedNumbers,
        data: str,
        features: Tensor,
        labels: Tensor,
        rho: float | Fraction,
        kind: Outputs = Outputs.FULL,
        device: torch.device | None = None,
        *,
        seed: int | None = None,
    ) -> Experiment:
        """The experiment on given ``features`` and ``labels`` (n,), taken as they are.

        ``features`` (n, d) are shared by the classes, those of shape (n, C, d) depend on the class: then the scores are
        Z_ic = phi_ic . theta, and of ``kind`` only CENTRED means something.
        """
        for what, part in (("features", features), ("labels", labels)):
            refuse_mask(part, what, DataError)
        rate = checked_rate(rho, claim.classes)
        where = device or features.device
        clean = clean_law(labels.to(where), claim.classes)
        if seed is None:
            noisy = noisy_law(clean, rate)
        else:
            noisy = clean_law(sampled_labels(labels, claim.classes, rate, seed).to(where), claim.classes)
        family = score_family(features.to(where, torch.float64), claim.classes, kind)
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
        """The claim's limit of Z/alpha^power under ``law``, as weights (r, m).

        For power = 1, S = kappa P(law - 1/C) H^(-1); for the exact noisy law this is a times the clean limit, as its
        rows are a o_y + 1/C.  Else the minimiser of kappa MUH + g, by Newton's method.
        """
        known = self._limits.get(id(law))
        if known is not None:
            return known[1]
        if self.claim.power == 1:
            curvature = self.family.restricted(self.claim.hessian.to(law))
            pull = self.claim.kappa * self.family.pulled_back(law - 1 / self.claim.classes)
            found: Tensor = torch.linalg.solve(curvature, pull, left=False)
        else:
            rows = self.claim.kappa * (1 / self.claim.classes - torch.eye(self.claim.classes).to(law))
            found = limit(limit_problem(self.family, self.claim.objective, rows, law, self.claim.power))
        self._limits[id(law)] = (law, found)
        return found

    @cached_property
    def _limits(self) -> dict[int, tuple[Tensor, Tensor]]:
        """Limits by law; a law is kept with its limit, so that its identity stays its own."""
        return {}


def score_family(features: Tensor, classes: int, kind: Outputs) -> ScoreFamily:
    """The family on ``features`` (n, d) or (n, C, d), float64.

    Raises ``DataError`` for features of another number of classes, or none that say anything.
    """
    if features.ndim != 3:
        return LinearFamily.of(features, classes, kind)
    if features.shape[1] != classes:
        raise DataError(
            f"features: got the shape {tuple(features.shape)}, for C = {features.shape[1]} classes, and there are "
            f"{classes} of them; accepted is (n, {classes}, d)"
        )
    return ClassFeatures.of(features, centred=kind is Outputs.CENTRED)
