"""Predictions of fits at points, against those of the clean model and against the clean labels."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from numerics.finite.forecast.fit import Fitted, Labels, Real
from numerics.finite.span import UNIT

SCORES = 2**22
"""Scores that are held at once."""
TIED = 1e-12
"""Two scores at x that differ by less than this times h(x)^(1/2) ||W||, which no score exceeds, are a tie."""
WIDER = 4
"""A lead of the clean model has to be so many times larger: rounding then turns no prediction by itself."""


@dataclass(frozen=True, eq=False)
class Place:
    """k points at which predictions are made, all of them inside the row space of the features.

    ``rows`` (k,) are their numbers among ``total`` points, ``coordinates`` (k, r), ``labels`` (k,) the clean ones;
    ``top`` (k,) is the prediction of the clean model, ``decided`` (k,) where it has a clear lead, ``right`` (k,) the
    chance that it is the label, where ties are broken at random; ``tie`` (k,) is what counts as one.
    """

    rows: Labels
    total: int
    coordinates: Real
    labels: Labels
    top: Labels
    decided: NDArray[np.bool_]
    right: Real
    tie: Real
    leverage: Real


@dataclass(frozen=True, eq=False)
class Scored:
    """What B draws gave at a ``Place``, as shares of its points, (B,) each, and as sums over draws, (total,) each.

    ``agreement`` is of those that the clean model decides, nan without any; ``tied`` is the share of ties,
    ``unsettled`` that of predictions which the minimiser itself may make otherwise; ``outside`` and ``undecided`` are
    the shares of the points that are left out of all, and of the agreement.  ``seen`` counts draws that have the point.
    """

    agreement: Real
    accuracy: Real
    clean_accuracy: Real
    tied: Real
    unsettled: Real
    outside: Real
    undecided: Real
    agreed: Real
    seen: Real

    @classmethod
    def joined(cls, parts: list[Scored]) -> Scored:
        """The draws of all ``parts``, which are of the same points."""
        by_draw = {
            name: np.concatenate([getattr(p, name) for p in parts])
            for name in (f.name for f in fields(cls))
            if name not in ("agreed", "seen")
        }
        agreed, seen = sum(p.agreed for p in parts), sum(p.seen for p in parts)
        return cls(**by_draw, agreed=np.asarray(agreed), seen=np.asarray(seen))

    @property
    def lost(self) -> int:
        """The draws whose clean model decides no point, so that there is nothing to agree with."""
        return int(np.isnan(self.agreement).sum())


def place(coordinates: Real, labels: Labels, clean: Fitted, rows: Labels, total: int, *, condition: float) -> Place:
    """The points with these ``coordinates`` (k, r), predicted by the ``clean`` model.

    ``condition`` is that of the features: it is what rounding in the coordinates is multiplied by.
    """
    scores = coordinates @ clean.weights[0]
    leverage = np.einsum("ij,ij->i", coordinates, coordinates)
    tie = max(TIED, 4 * UNIT * condition) * np.sqrt(leverage) * np.linalg.norm(clean.weights[0])
    best = scores.max(axis=1)
    # The fit itself may be some steps away from the minimiser, which a bound says.
    off = np.maximum(WIDER * tie, np.sqrt(2 * leverage) * clean.distance[0])
    near = scores >= (best - off)[:, None]
    count = near.sum(axis=1)
    right = near[np.arange(len(labels)), labels] / count
    return Place(rows, total, coordinates, labels, scores.argmax(axis=1), count == 1, right, tie, leverage)


def scored(where: Place, fits: Fitted) -> Scored:
    """The predictions of ``fits`` at ``where``; a tie is broken at random, so that it counts by its chance."""
    draws, rank, classes = fits.weights.shape
    weights = np.ascontiguousarray(fits.weights.transpose(1, 2, 0)).reshape(rank, classes * draws)
    height, points = max(1, SCORES // (classes * draws)), len(where.rows)
    agreed, right, tied, unsettled = (np.zeros(draws) for _ in range(4))
    sums, seen = np.zeros(where.total), np.zeros(where.total)
    for start in range(0, points, height):
        part = slice(start, start + height)
        scores = (where.coordinates[part] @ weights).reshape(-1, classes, draws)
        best = scores.max(axis=1)
        near = scores >= (best - where.tie[part, None])[:, None, :]
        count, here = near.sum(axis=1, dtype=np.int32), np.arange(len(scores))
        decided = where.decided[part]
        agrees = (near[here, where.top[part]] / count)[decided]
        agreed += agrees.sum(axis=0)
        sums[where.rows[part][decided]], seen[where.rows[part][decided]] = agrees.sum(axis=1), draws
        right += (near[here, where.labels[part]] / count).sum(axis=0)
        tied += (count > 1).sum(axis=0)
        if fits.distance.any():
            off = np.sqrt(2 * where.leverage[part])[:, None] * fits.distance
            unsettled += ((scores >= (best - off)[:, None, :]).sum(axis=1, dtype=np.int32) > 1).sum(axis=0)
    known = int(where.decided.sum())
    same = np.ones(draws)
    return Scored(
        agreement=agreed / known if known else np.nan * same, accuracy=right / points,
        clean_accuracy=where.right.mean() * same, tied=tied / points, unsettled=unsettled / points,
        outside=(1 - points / where.total) * same, undecided=(1 - known / points) * same, agreed=sums, seen=seen,
    )  # fmt: skip
