"""Evidence on a preference loss: the rewards that were trained, beside what its certificate says."""

from __future__ import annotations

from dataclasses import dataclass

from numerics.confirmations.preferences.rewards import RewardMeasurement, Rewards
from numerics.runs.agreement import Agreement
from numerics.runs.confirmed import Confirmed


@dataclass(frozen=True, eq=False, repr=False)
class PreferenceEvidence(Confirmed):
    """The ``rewards`` that were trained for a claim, and their ``agreement`` with it."""

    rewards: Rewards
    agreement: Agreement

    @property
    def measurements(self) -> tuple[RewardMeasurement, ...]:
        """What training showed at each lambda, or at each flip rate where there is no penalty."""
        return self.rewards.measurements
