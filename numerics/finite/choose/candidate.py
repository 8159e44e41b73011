"""One lambda that may be chosen, with what is known of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numerics.finite.forecast.estimate import Estimate
from numerics.noise.accuracy import CleanAccuracy


@dataclass(frozen=True)
class Candidate:
    """``lambda_`` with what is known of it, each None where it is not known.

    ``certified`` is the share of the samples whose prediction is certified; ``agreement`` and ``accuracy`` are forecast
    at ``points`` points; ``validation`` is the accuracy that noisy labels of other samples show, converted.  ``why``
    says why nothing is known.
    """

    lambda_: float
    points: int = 0
    certified: float | None = None
    agreement: Estimate | None = None
    accuracy: Estimate | None = None
    validation: CleanAccuracy | None = None
    why: str = ""

    @property
    def score(self) -> float | None:
        """What lambdas are compared by: the accuracy that is forecast, else that on noisy labels."""
        if self.accuracy is not None:
            return float(self.accuracy)
        return None if self.validation is None else float(self.validation.noisy)

    @property
    def standard_error(self) -> float:
        """That of ``score`` as an estimate for other points: of p from m points (p(1-p)/m)^(1/2), and of the draws.

        The points of a forecast have probabilities of being right and not outcomes, which vary less: for these it is an
        upper bound.
        """
        if self.accuracy is not None:
            share, draws, points = min(max(float(self.accuracy), 0.0), 1.0), self.accuracy.error, self.points
        elif self.validation is not None:
            share, draws, points = float(self.validation.noisy), 0.0, self.validation.n
        else:
            return math.nan
        return math.sqrt(share * (1 - share) / points + draws**2)

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "lambda": self.lambda_, "points": self.points, "certified": self.certified, "why": self.why,
            **{
                name: None if found is None else found.to_record()
                for name, found in (
                    ("agreement", self.agreement), ("accuracy", self.accuracy), ("validation", self.validation)
                )
            },
        }  # fmt: skip
