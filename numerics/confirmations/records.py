"""Records: what was measured in a run, without any judgement."""

from __future__ import annotations

from dataclasses import dataclass

from numerics.confirmations.far_starts import FarStarts
from numerics.confirmations.predict import Curve
from numerics.runs.spec import RunSpec


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """The clean and the noisy minimiser at one ``alpha``.

    ``distances`` are (3) for each curve; ``limit_error`` is ||Z/alpha - S||/||S|| for clean labels and the claimed
    S; ``ratio`` is ||Z_noisy||/||Z_clean||; ``differ`` counts the samples whose predicted class differs between
    clean and noisy, ``differ_guaranteed`` those among the ``guaranteed`` ones (with sampled labels: those where it
    is not that of the own limit).  Pairs are (clean, noisy).  ``smoothed`` is ||Z_noisy - Z_smooth||/||Z_noisy|| with
    Z_smooth trained on clean labels with the loss smoothed as the noise would; None where it was not trained.
    """

    alpha: float
    distances: dict[Curve, float]
    limit_error: float
    ratio: float
    differ: int
    differ_guaranteed: int
    guaranteed: int
    gradient_norms: tuple[float, float]
    steps: tuple[int, int]
    solved: bool
    smoothed: float | None = None


@dataclass(frozen=True)
class Run:
    """The ``measurements`` of one ``spec``, in the order of its alphas, and what ``far`` starts found at the last."""

    spec: RunSpec
    measurements: tuple[Measurement, ...]
    far: FarStarts | None = None

    def at(self, alpha: float) -> Measurement:
        """The measurement at ``alpha``."""
        return next(m for m in self.measurements if m.alpha == alpha)
