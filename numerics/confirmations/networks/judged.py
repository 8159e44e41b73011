"""Networks that were trained for a claim, and what they are judged by: each measure is taken once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.networks.batches import parts_of
from numerics.networks.stationarity import ClaimedProblem, SharedLimit, Stationarity, shared_limit, stationarity
from numerics.networks.train import Trained
from numerics.networks.until import rounding_of


@dataclass(frozen=True, eq=False)
class Judged:
    """The networks ``found`` for ``claim``: ``clean`` and ``noisy`` are their places, those of one seed side by side.

    ``rho`` is the rate of the noise, None where its law is no exact uniform one; ``layer`` scales the scores, None if
    no layer does.
    """

    claim: PredictedNumbers
    found: Trained
    clean: tuple[int, ...]
    noisy: tuple[int, ...]
    rho: float | None
    layer: str | None

    @property
    def samples(self) -> Tensor:
        """The samples that are trained on, as places."""
        inputs = self.found.problem.inputs
        return parts_of(len(inputs), self.found.training, inputs.device)[0]

    @property
    def claimed(self) -> ClaimedProblem:
        """The limit problem that is claimed."""
        return ClaimedProblem(self.claim, self.found.problem, self.found.labels)

    @cached_property
    def measured(self) -> Stationarity:
        """What all the networks (K,) show of it."""
        return stationarity(self.claimed, self.found.weights, self.samples)

    @cached_property
    def shared(self) -> SharedLimit:
        """What noise does to the limit of the clean networks; of the others it says nothing."""
        assert self.rho is not None
        return shared_limit(self.claimed, self.found.weights, self.samples, self.rho)

    @property
    def rounding(self) -> float:
        """Relative rounding of means over the samples, in the dtype that was trained in."""
        return rounding_of(self.found.weights.dtype)

    @property
    def alpha_leaves(self) -> float:
        """The most that alpha leaves of a row, relatively, among networks that labels still pull at; 0 if none is."""
        seen = self.measured
        parts = [seen.weights.gap_remainder]
        if self.layer is not None:
            parts.append(seen.scale.kappa_remainder / abs(self.claim.kappa))
            if self.rho is not None:
                parts.append(self.shared.remainder[list(self.clean)])
        # where nothing but rounding is left of a pull, nothing is said about alpha
        is_pulled = self.rounding * seen.weights.gap_rounding < 1
        places = [is_pulled, is_pulled, is_pulled[list(self.clean)]][: len(parts)]
        found = torch.where(torch.cat(places), torch.cat(parts), 0)
        return float(torch.where(found.isfinite(), found, 0).max())
