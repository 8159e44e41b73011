"""A view of samples: some of them, or other features of them, with the points at which predictions are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.errors import FiniteError
from numerics.finite.forecast.fit import Fitted, Labels, Real
from numerics.finite.forecast.label_noise import LabelNoise
from numerics.finite.forecast.scored import Place, place
from numerics.finite.samples import Samples
from numerics.finite.span import Span, span_of

Features = Callable[[Real], Real]
"""Other features of standardised ones, row by row."""


@dataclass(frozen=True, eq=False)
class Spot:
    """Points of one kind: ``coordinates`` (k, r), ``labels`` (k,), and which ``rows`` of ``total`` they are."""

    coordinates: Real
    labels: Labels
    rows: Labels
    total: int


@dataclass(frozen=True, eq=False)
class View:
    """``span`` of n samples with clean ``labels`` (n,), under ``noise``; ``spots`` by name: training, test."""

    span: Span
    labels: Labels
    noise: LabelNoise
    spots: dict[str, Spot]

    def places(self, clean: Fitted) -> dict[str, Place]:
        """The spots with the predictions of the ``clean`` model."""
        return {
            name: place(s.coordinates, s.labels, clean, s.rows, s.total, condition=self.span.condition)
            for name, s in self.spots.items()
        }


def whole(samples: Samples, noise: LabelNoise) -> View:
    """All ``samples`` with their features as given."""
    return _view(samples, noise, samples.span, np.arange(len(samples)), _test_coordinates(samples))


def viewed(
    samples: Samples, noise: LabelNoise, *, rows: Labels | None = None, features: Features | None = None
) -> View:
    """The samples ``rows``, all by default, with ``features`` of the standardised ones, by default these themselves."""
    chosen = np.arange(len(samples)) if rows is None else rows
    change = features or _as_they_are
    span = span_of(change(standardised(samples.span, samples.span.basis))[chosen])
    test = None
    if samples.test is not None:
        points = span.at(change(standardised(samples.span, samples.test.coordinates)))
        test = points.coordinates, ~(points.outside | samples.test.outside)
    return _view(samples, noise, span, chosen, test)


def standardised(span: Span, coordinates: Real) -> Real:
    """The standardised features (k, d) of points inside the row space, by their ``coordinates`` (k, r)."""
    return np.asarray((coordinates[:, :-1] + span.centre) @ np.linalg.pinv(span.back))


def _view(
    samples: Samples, noise: LabelNoise, span: Span, rows: Labels, test: tuple[Real, NDArray[np.bool_]] | None
) -> View:  # fmt: skip
    spots = {"training": Spot(span.basis, samples.labels[rows], rows, len(samples))}
    if test is not None and samples.test_labels is not None:
        coordinates, inside = test
        here = np.flatnonzero(inside)
        if not len(here):
            raise FiniteError(
                f"test: none of the {len(inside)} points is a combination of the features of the {len(rows)} samples "
                f"(rank {span.rank - 1} beside the bias), so that no output is determined there; give more samples, "
                "fewer features, or no test part"
            )
        spots["test"] = Spot(coordinates[here], samples.test_labels[here], here, len(inside))
    return View(span, samples.labels[rows], noise.at(rows), spots)


def _test_coordinates(samples: Samples) -> tuple[Real, NDArray[np.bool_]] | None:
    return None if samples.test is None else (samples.test.coordinates, ~samples.test.outside)


def _as_they_are(features: Real) -> Real:
    return features
