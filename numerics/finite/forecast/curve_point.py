"""One value of a curve, and the forecast there."""

from __future__ import annotations

from dataclasses import dataclass

from numerics.finite.forecast.estimate import Estimate
from numerics.finite.forecast.scored import Scored


@dataclass(frozen=True)
class CurvePoint:
    """The forecast at one ``value``; ``outside`` is the share of the points that are left out there.

    ``lost`` counts draws whose clean model decides no point: the agreement is that of the others.
    """

    value: float
    agreement: Estimate
    accuracy: Estimate
    clean_accuracy: Estimate
    outside: float
    lost: int

    @classmethod
    def of(cls, value: float, found: Scored) -> CurvePoint:
        """The means over the draws that were ``found``."""
        return cls(
            value, Estimate.of(found.agreement), Estimate.of(found.accuracy), Estimate.of(found.clean_accuracy),
            float(found.outside.mean()), found.lost,
        )  # fmt: skip

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "value": self.value, "agreement": self.agreement.to_record(), "accuracy": self.accuracy.to_record(),
            "clean_accuracy": self.clean_accuracy.to_record(), "outside": self.outside, "lost": self.lost,
        }  # fmt: skip
