"""At one lambda: which predictions are provably the same under the clean and under the noisy laws of the labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.exact_test import Final
from numerics.finite.guarantee.family import Classes, ScoreSpace
from numerics.finite.result import Result
from numerics.finite.span import Points
from symcheck.render.block import Block, Item, Items, Title

Mask = NDArray[np.bool_]
Real = NDArray[np.float64]

NO_CLASS = -1
"""In the place of a prediction that is not known."""


@final
@dataclass(frozen=True, eq=False, repr=False)
class AtLambda(Result):
    """The exact test at ``lambda_`` on ``name``, under the clean laws and under those of ``noise``.

    ``clean`` and ``noisy`` are what is known of the two minimisers, with scores in ``space``.  ``level`` says how the
    numbers were computed, ``about`` of which stationary points, ``why_not`` why nothing is known, if so.
    ``points`` are test points.
    """

    name: str
    lambda_: float
    noise: str
    clean: Final
    noisy: Final
    space: ScoreSpace
    level: str
    about: str
    why_not: str = ""
    points: Points | None = None

    @property
    def certified(self) -> Mask:
        """The samples (n,) whose two predictions are known and the same."""
        found: Mask = self._both & (self.clean.top == self.noisy.top)
        return found

    @property
    def predicted(self) -> Classes:
        """These predictions (n,), -1 for other samples."""
        return np.where(self.certified, self.clean.top, NO_CLASS)

    @property
    def differing(self) -> Mask:
        """The samples whose two predictions are known and differ."""
        found: Mask = self._both & (self.clean.top != self.noisy.top)
        return found

    @property
    def _both(self) -> Mask:
        found: Mask = self.clean.final & self.noisy.final
        return found

    @property
    def lead(self) -> Real:
        """The lesser of the two leads (n,), each the least change of a row of scores that turns its prediction."""
        return np.minimum(self.clean.lead, self.noisy.lead)

    @property
    def radius(self) -> Real:
        """The larger of the two distances (n,) that the minimisers' rows have at most from the scores tried."""
        return np.maximum(self.clean.radius, self.noisy.radius)

    @property
    def share(self) -> float:
        """Of the samples that are certified."""
        return float(self.certified.mean())

    @property
    def test_certified(self) -> Mask | None:
        """The same for the test points (m,), in double precision; none outside the row space of the features."""
        return None if self.points is None else self.test_predicted >= 0

    @property
    def test_predicted(self) -> Classes:
        """The predictions at the test points (m,), -1 where they are not known to be the same."""
        if self.points is None:
            return np.zeros(0, dtype=np.int64)
        widths = np.sqrt(self.points.leverage)
        tops, fine = [], ~self.points.outside
        for found in (self.clean, self.noisy):
            top, lead = self.space.leading(self.points.coordinates @ found.weights @ self.space.basis.T)
            fine = fine & (found.near(widths) * (1 + 1e-9) < lead)
            tops.append(top)
        return np.where(fine & (tops[0] == tops[1]), tops[0], NO_CLASS)

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        test = self.test_certified
        return {
            "pair": self.name, "lambda": self.lambda_, "noise": self.noise, "level": self.level, "about": self.about,
            "share": self.share, "certified": self.certified.tolist(), "predicted": self.predicted.tolist(),
            "differing": int(self.differing.sum()), "why_not": self.why_not,
            "test_certified": None if test is None else test.tolist(),
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """The share, and what it says of whom."""
        total = len(self.clean.top)
        yield Title((f"{self.name} at lambda = {self.lambda_:.6g}: {int(self.certified.sum())} of {total} certified",))
        told = {
            "certified": (
                f"{self.about} predicts the same class under the clean labels and under {self.noise}: shown for "
                f"{int(self.certified.sum())} of {total} samples"
            ),
            "differ": (
                f"for {int(self.differing.sum())} the two predictions are known to differ"
                if self.differing.any()
                else ""
            ),
            "not known": self.why_not or _rest(total - int((self.certified | self.differing).sum())),
            "elsewhere": "that no other minimiser is outside this ball is not shown"
            if "stationary" in self.about
            else "",
            "test": self._test_said,
            "level": self.level,
        }
        yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))

    @property
    def _test_said(self) -> str:
        found = self.test_certified
        if found is None or self.points is None:
            return ""
        outside = int(self.points.outside.sum())
        told = f"{int(found.sum())} of {len(found)} test points certified, in double precision"
        if not outside:
            return told
        return f"{told}; of {outside} outside the row space of the features nothing is said"


def _rest(count: int) -> str:
    return f"of {count} samples nothing is said: the bound is not below their lead" if count else ""
