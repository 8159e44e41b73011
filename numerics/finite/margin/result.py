"""Predictions that are kept whatever the noise at each sample, within a band, and the noise that turns the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from numbers import Integral
from numbers import Real as Number
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from numerics.errors import FiniteError
from numerics.finite.result import Result
from numerics.finite.samples import Samples
from symcheck.arguments.public import public
from symcheck.errors import shown
from symcheck.render.block import Block, Item, Items, Title

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Mask = NDArray[np.bool_]
Real = NDArray[np.float64]

_ABOUT = (
    "the class of the largest score as lambda grows, of linear models with a bias and every pair that is certified "
    "EXACT or SCALED, with a penalty of Hessian s I + t 11' at 0; each label is replaced by its law, none is drawn"
)
_TABULAR = (
    "a model that may be any function of x keeps every prediction for every a > 0 that is a function of x; linear ones "
    "do not"
)


@public
@final
@dataclass(frozen=True, eq=False, repr=False)
class NoiseMargin(Result):
    """The predictions at N points that are kept for uniform noise with any a_j from ``low`` to ``high`` at each sample.

    With the weights k_j of the point and D_j = 1{y_j is the top class} - 1{y_j is c}, ``margin`` (N,) is the least over
    the other classes c of sum_j k_j D_j/sum_j |k_j D_j|: the prediction is kept for every a(.) in the band if and only
    if the margin exceeds (high - low)/(high + low), whatever the middle of the band.  ``rival`` (N,) is that class,
    ``predicted`` (N,) the top class, -1 where the features of the point are no combination of those of the samples.

    ``least`` and ``most`` (N,) enclose the margin of exact arithmetic: where not ``is_shown``, with the span of the
    features that was computed in the place of theirs.  ``repeated`` counts those of the ``samples`` whose features
    another sample has as well.

    >>> from numerics import noise_margin
    >>> found = noise_margin("iris", a=(0.7, 0.9))
    >>> round(found.ratio, 3), int(found.kept.sum()), int(found.turned.sum()), int(found.undecided.sum())
    (0.125, 124, 26, 0)

    Source: docs/theory.md, section 14.
    """

    samples: Samples
    low: float
    high: float
    predicted: NDArray[np.int64]
    rival: NDArray[np.int64]
    margin: Real
    least: Real
    most: Real
    repeated: int
    is_shown: bool

    def __len__(self) -> int:
        return len(self.predicted)

    @property
    def ratio(self) -> float:
        """(high - low)/(high + low), which a margin has to exceed."""
        return (self.high - self.low) / (self.high + self.low)

    @property
    def said(self) -> Mask:
        """Where a prediction exists (N,)."""
        return self.predicted >= 0

    @property
    def kept(self) -> Mask:
        """Kept for every a(.) in the band (N,)."""
        found: Mask = self.said & (self.least > self.ratio * (1 + 1e-12))
        return found

    @property
    def turned(self) -> Mask:
        """Turned, or tied with another class, by some a(.) in the band (N,)."""
        found: Mask = self.said & (self.most <= self.ratio * (1 - 1e-12))
        return found

    @property
    def undecided(self) -> Mask:
        """Neither is shown: the margin is that of the band up to rounding (N,)."""
        return self.said & ~self.kept & ~self.turned

    @property
    def level(self) -> str:
        """ "proved", or "computed in double precision"."""
        return "proved" if self.is_shown else "computed in double precision"

    def at(self, low: float, high: float) -> NoiseMargin:
        """The same points with the band ``low`` to ``high``; raises ``FiniteError`` unless 0 < low <= high <= 1."""
        ends = checked_band((low, high))
        return replace(self, low=ends[0], high=ends[1])

    def turning(self, point: int) -> Real:
        """The a_j at each sample (n,), each ``low`` or ``high``, that is worst for the prediction at a ``point``.

        If the point is in ``turned``, its rival class then has at least the score of the top class.
        """
        if isinstance(point, bool) or not isinstance(point, Integral) or not 0 <= point < len(self):
            raise FiniteError(f"point: got {shown(point)}; accepted is the number of a point, 0 to {len(self) - 1}")
        if not self.said[point]:
            raise FiniteError(f"point: got {point}, which has no prediction; choose one of those in .said")
        span, test, labels = self.samples.span, self.samples.test, self.samples.labels
        weights = span.basis @ (span.basis if test is None else test.coordinates)[point]
        is_top, is_rival = labels == self.predicted[point], labels == self.rival[point]
        found: Real = np.where(weights * (is_top.astype(float) - is_rival) > 0, self.low, self.high)
        return found

    @property
    def figure(self) -> Figure:
        """The share of the predictions that are kept, against how wide the band is."""
        from numerics.finite.margin.share_figure import kept_shares

        margins = np.where(self.said, self.least, 0.0)
        title = f"{self.samples.name}: {int(self.kept.sum())} of {len(self)} kept"
        band = f"a from {self.low:g} to {self.high:g}"
        return kept_shares(margins, self.ratio, band, title, f"noise that is free at each sample; {self.level}")

    def to_record(self) -> dict[str, object]:
        """Band, counts and margins for JSON."""
        return {
            "data": self.samples.name, "samples": len(self.samples), "points": len(self), "low": self.low,
            "high": self.high,
            "kept": np.flatnonzero(self.kept).tolist(), "turned": np.flatnonzero(self.turned).tolist(),
            "undecided": np.flatnonzero(self.undecided).tolist(), "predicted": self.predicted.tolist(),
            "margin": [float(m) if s else None for m, s in zip(self.margin, self.said, strict=True)],
            "repeated": self.repeated, "level": self.level,
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """How many are kept, how many some noise turns, and of what that is said."""
        count, classes = len(self), self.samples.classes
        what = "samples" if self.samples.test is None else "test points"
        band = f"a from {self.low:g} to {self.high:g} at each sample"
        yield Title((f"Noise margin on {count} {what} of {self.samples.name}, {band}",))
        rates = " to ".join(f"{(1 - a) * (classes - 1) / classes:.4g}" for a in (self.high, self.low))
        unsaid, undecided = int((~self.said).sum()), int(self.undecided.sum())
        told = {
            "kept": f"{int(self.kept.sum())} of {count} for every a(.) in the band: a margin above {self.ratio:.4g}",
            "turned": f"{int(self.turned.sum())} of {count}: some a(.) in the band makes another class win or tie",
            "undecided": f"{undecided} of {count}: their margin is that of the band up to rounding"
            if undecided
            else "",
            "nothing said": (
                f"of {unsaid} points: their features are no combination of those of the samples" if unsaid else ""
            ),
            "noise": f"uniform on {classes} classes, of the rate rho from {rates}, free at each sample",
            "about": _ABOUT,
            "same x": self._repeated_said,
            "tabular": _TABULAR,
            "rounding": self._rounding,
            "data": "; ".join(self.samples.notes),
        }
        yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))

    @property
    def _repeated_said(self) -> str:
        if not self.repeated:
            return ""
        return (
            f"{self.repeated} samples have the features of another one: if a is a function of x, what is kept is kept, "
            "but what is turned may not be"
        )

    @property
    def _rounding(self) -> str:
        if self.is_shown:
            return "proved: a bound on every error is subtracted from a margin"
        return "a bound on the errors is subtracted from a margin, but the rank of the features is not shown"


def checked_band(band: object) -> tuple[float, float]:
    """``band`` as (low, high) with 0 < low <= high <= 1; raises ``FiniteError``."""
    row = band.tolist() if isinstance(band, np.ndarray) else band
    ends = tuple(row) if isinstance(row, tuple | list) else ()
    is_fine = len(ends) == 2 and all(isinstance(x, Number) and not isinstance(x, bool) for x in ends)
    found = tuple(map(float, ends)) if is_fine else (0.0, 0.0)
    if not 0 < found[0] <= found[1] <= 1:
        raise FiniteError(
            f"a: got {shown(band)}; accepted is (low, high) with 0 < low <= high <= 1, where a = 1 - rho C/(C-1) is "
            "what uniform noise of the rate rho leaves: 1 is no noise, 0 is chance"
        )
    return found[0], found[1]
