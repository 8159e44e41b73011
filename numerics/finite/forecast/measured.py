"""What a forecast says of one kind of points: training points, or test points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.errors import FiniteError
from numerics.finite.forecast.estimate import Estimate
from numerics.finite.forecast.scored import Scored


@dataclass(frozen=True, eq=False)
class Measured:
    """``agreement`` with the clean model and ``accuracy`` at ``points`` of one ``kind``, as means over draws.

    ``clean_accuracy`` is the accuracy of the clean model.

    ``per_sample`` (points,) is the probability that the prediction there is that of the clean model, nan where it is
    not known, and ``per_sample_error`` what the number of draws leaves open of it.  Shares of the points: ``outside``,
    no combination of the features, left out of everything; ``undecided``, a tie of the clean model or a lead within
    what is left of its fit, left out of the agreement; ``tied``, ties in a draw, broken at random; ``unsettled``, where
    more steps may change the prediction.  ``lost`` counts draws in which the clean model decides no point: they are
    left out of the agreement.  ``by_law`` is the agreement that the exact law of the labels gives in the place of
    draws, None where not asked.
    """

    kind: str
    points: int
    agreement: Estimate
    accuracy: Estimate
    clean_accuracy: Estimate
    per_sample: NDArray[np.float64]
    per_sample_error: NDArray[np.float64]
    outside: float
    undecided: float
    tied: float
    unsettled: float
    lost: int
    by_law: float | None

    @classmethod
    def of(cls, kind: str, found: Scored, by_law: Scored | None) -> Measured:
        """The means of what was ``found``; raises ``FiniteError`` if the clean model decides no point."""
        if found.lost > len(found.agreement) - 2:
            raise FiniteError(
                f"data: the clean model has no clear lead at any of the {len(found.seen)} {kind} points, in "
                f"{found.lost} of {len(found.agreement)} draws, so that there is nothing to agree with; give features "
                "that differ, more samples, or labels of more than one class"
            )
        with np.errstate(invalid="ignore"):
            chance = found.agreed / found.seen
        # the standard deviation under a uniform prior, which is not 0 where all draws agree
        middle = (found.agreed + 1) / (found.seen + 2)
        error = np.where(found.seen > 0, np.sqrt(middle * (1 - middle) / (found.seen + 3)), np.nan)
        return cls(
            kind, len(found.seen), Estimate.of(found.agreement), Estimate.of(found.accuracy),
            Estimate.of(found.clean_accuracy), chance, error, float(found.outside.mean()),
            float(found.undecided.mean()), float(found.tied.mean()), float(found.unsettled.mean()), found.lost,
            None if by_law is None else float(by_law.agreement[0]),
        )  # fmt: skip

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "kind": self.kind, "points": self.points, "agreement": self.agreement.to_record(),
            "accuracy": self.accuracy.to_record(), "clean_accuracy": self.clean_accuracy.to_record(),
            "outside": self.outside, "undecided": self.undecided, "tied": self.tied, "unsettled": self.unsettled,
            "lost": self.lost,
            "by_law": self.by_law, "per_sample": [None if np.isnan(x) else float(x) for x in self.per_sample],
        }  # fmt: skip
