"""What is trusted, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from numerics.finite.result import Result
from numerics.finite.trusted.decisions import DOMINANT
from numerics.finite.trusted.rates import Rates
from symcheck.arguments.public import public
from symcheck.render.block import Block, Item, Items, Title

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Mask = NDArray[np.bool_]
Real = NDArray[np.float64]

PROVED = "proved"
COMPUTED = "bound, computed in double precision"
NORMAL = "normal law"
_WRONG = (
    "P(trusted by the bound, and not the class of the clean labels) is at most delta; it is no bound on how often a "
    "trusted prediction is wrong among the trusted ones"
)
_NORMAL_ERRS = (
    "in exact sums with two classes it errs up to 1.0 delta at delta = 0.05, 1.4 at 0.01, 2.7 at 0.001, 4.4 at 0.0001"
)
_PREMISE = (
    "features that were not learnt from these labels, points that were chosen without a look at them, and labels that "
    "moved independently, to each other class alike, all with one rate"
)
_LIMIT = (
    "the class of the largest score of least squares on the features and a bias, which linear models with every pair "
    "that is certified EXACT or SCALED, with a penalty of Hessian s I + t 11' at 0, predict as lambda grows"
)


@public
@final
@dataclass(frozen=True, eq=False, repr=False)
class Trusted(Result):
    """Which of N predictions from noisy labels the clean labels would have given too.

    ``predicted`` (N,) is the class of the largest score, -1 where nothing is said; ``lead`` (N,) how far it is above
    the second; ``bound_needs`` and ``normal_needs`` (N,) what the lead has to exceed for each of two tests, infinite
    where a test says nothing.  Each errs with probability at most ``delta``, at every point, or with ``all_points`` at
    all of them together; ``rates`` are those of the noise, ``name`` is that of the data, and ``label_names`` are the
    classes as they were written.

    ``is_shown``: the span of the features is exact and every rounding was added to ``bound_needs``, so that its test is
    proved.  ``at_samples``: the points are the ``samples`` themselves, each predicted without its own label, and
    ``given`` are these labels; None at other points.  ``scores`` (N, C), rows summing to 1: see ``label_scores``.
    ``notes`` say what a reader has to know of the data.

    >>> from numerics import trusted
    >>> found = trusted("iris", rho=0.2)
    >>> found.level, found.at_samples, len(found)
    ('proved', True, 150)

    Source: docs/theory.md, section 13.
    """

    name: str
    samples: int
    label_names: tuple[str, ...]
    rates: Rates
    delta: float
    all_points: bool
    predicted: NDArray[np.int64]
    lead: Real
    bound_needs: Real
    normal_needs: Real
    scores: Real
    given: NDArray[np.int64] | None
    is_shown: bool
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.predicted)

    @property
    def at_samples(self) -> bool:
        """Whether the points are the samples, each without its own label."""
        return self.given is not None

    @property
    def said(self) -> Mask:
        """Where a prediction exists at all (N,): not at a sample alone in a direction, or outside the row space."""
        return self.predicted >= 0

    @property
    def by_bound(self) -> Mask:
        """What the bound trusts (N,); whether that is proved says ``level``."""
        found: Mask = self.lead > self.bound_needs
        return found

    @property
    def proved(self) -> Mask:
        """What the bound trusts, if that is proved, else nothing (N,)."""
        return self.by_bound if self.is_shown else np.zeros(len(self), dtype=bool)

    @property
    def normal(self) -> Mask:
        """What the normal law trusts (N,), at points where no weight dominates."""
        found: Mask = self.lead > self.normal_needs
        return found

    @property
    def level(self) -> str:
        """What the bound is: "proved", or "bound, computed in double precision"."""
        return PROVED if self.is_shown else COMPUTED

    @property
    def share_by_bound(self) -> float:
        """The share of all points in ``by_bound``."""
        return float(self.by_bound.mean())

    @property
    def share_normal(self) -> float:
        """The share of all points in ``normal``."""
        return float(self.normal.mean())

    @property
    def expected_wrong(self) -> float:
        """At most so many points, in the mean over noise, are trusted by the bound and wrong."""
        return self.delta if self.all_points else self.delta * int(self.said.sum())

    @property
    def differing(self) -> Mask | None:
        """Trusted by the bound, and not the label that was given (N,); None at points that are not the samples."""
        return None if self.given is None else self.by_bound & (self.predicted != self.given)

    @property
    def figure(self) -> Figure:
        """The lead of each prediction beside what the bound asks for."""
        from numerics.finite.trusted.lead_figure import leads

        differs = None if self.given is None else self.predicted != self.given
        every = "at all points together" if self.all_points else "a point"
        title = f"{self.name}: {int(self.by_bound.sum())} of {len(self)} trusted"
        return leads(
            self.lead, self.bound_needs, differs, title, f"{self.level}; delta = {self.delta:g} {every}"
        )  # fmt: skip

    def to_record(self) -> dict[str, object]:
        """Counts, settings and the trusted points for JSON; each class by its number from 0."""
        return {
            "data": self.name, "samples": self.samples, "points": len(self), "rho": self.rates.to_record(),
            "delta": self.delta, "all_points": self.all_points, "without_own_label": self.at_samples,
            "said": int(self.said.sum()), "level": self.level,
            "by_bound": np.flatnonzero(self.by_bound).tolist(), "normal": np.flatnonzero(self.normal).tolist(),
            "predicted": self.predicted.tolist(), "lead": self.lead.tolist(),
            "bound_needs": _finite(self.bound_needs), "normal_needs": _finite(self.normal_needs),
            "expected_wrong": self.expected_wrong,
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """How many are trusted by which test, what that means, and what it does not."""
        what = "samples" if self.at_samples else "test points"
        every = "at all of them together" if self.all_points else "a point"
        yield Title((f"Trusted predictions on {len(self)} {what} of {self.name}, delta = {self.delta:g} {every}",))
        told = {
            self.level: self._counted(self.by_bound),
            NORMAL: (
                f"{self._counted(self.normal)}; an approximation, asked where no label weighs {DOMINANT:g} of the root "
                f"of the sum of squares: at {int(np.isfinite(self.normal_needs).sum())}; {_NORMAL_ERRS}"
            ),
            "nothing said": self._unsaid,
            "noise": f"uniform on {self.rates.classes} classes, {self.rates.text}; {self.samples} labels",
            "about": f"{_LIMIT}{self._without}",
            "delta": f"{_WRONG}{self._expected}",
            "both tests": "whoever takes what either of them trusts asks each at delta/2",
            "holds for": _PREMISE,
            "the label": self._no_verdict,
            "what now": self._what_now,
            "rounding": self._rounding,
            "data": "; ".join(self.notes),
        }
        yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))

    def _counted(self, mask: Mask) -> str:
        return f"{int(mask.sum())} of {len(self)} ({float(mask.mean()):.1%})"

    @property
    def _unsaid(self) -> str:
        count = int((~self.said).sum())
        if not count:
            return ""
        if self.at_samples:
            return f"of {count} samples: each is alone in a direction of the features, and the others say nothing of it"
        return f"of {count} points: their features are no combination of those of the samples"

    @property
    def _without(self) -> str:
        if not self.at_samples:
            return ""
        return "; of each sample, the model that all the others give, without its own label"

    @property
    def _expected(self) -> str:
        if self.all_points:
            least = f"{1 - self.delta:g}"
            return f"; for all together too: with probability at least {least} none that the bound trusts is wrong"
        return f"; in the mean at most {self.expected_wrong:.4g} of these points are trusted by the bound and wrong"

    @property
    def _no_verdict(self) -> str:
        differing = self.differing
        said = "a trusted prediction is not a verdict on the label: clean labels too may differ from what they predict"
        if differing is None:
            return said
        return f"{int(differing.sum())} trusted by the bound were given another label; {said}"

    @property
    def _what_now(self) -> str:
        """What would make the bound trust some, where it trusts none that anything can be said of."""
        if not self.said.any() or self.by_bound.any():
            return ""
        known = "" if self.rates.low == self.rates.high else ", or a narrower range of rates"
        return f"the bound trusts none: it takes more labels or fewer features (a smaller leverage), less noise{known}"

    @property
    def _rounding(self) -> str:
        if self.is_shown:
            return (
                "a bound on every error is added to what the bound asks for; exp and log are taken to be right to four "
                "units in the last place"
            )
        return "the rank of the features is not shown in double precision, so that nothing here is proved"


def _finite(numbers: Real) -> list[float | None]:
    return [float(x) if np.isfinite(x) else None for x in numbers]
