"""Transforms: from features as published to those that a linear model is trained on, fitted on the training part alone.

A transform is named by its text, which is part of a run's name: ``standardised``, ``relu(500, seed=0)``, ``raw``.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from numerics.errors import DataError
from symcheck.errors import shown

Features = NDArray[np.float64]

VARIES = 1e-12
"""A column whose standard deviation is below this share of its largest entry is constant: its mean is rounded."""


class Transform(ABC):
    """A map of features (n, d) that may look at the training part."""

    @property
    @abstractmethod
    def text(self) -> str:
        """The transform as text, which ``transform_of`` reads."""

    @abstractmethod
    def fitted(self, train: Features) -> Fitted:
        """The map with what it takes from the training part ``train`` (n, d)."""

    def __str__(self) -> str:
        return self.text


class Fitted(ABC):
    """A transform that has seen the training part."""

    @property
    def dropped(self) -> tuple[int, ...]:
        """The columns of the features that were constant on the training part, and that are left out."""
        return ()

    @abstractmethod
    def applied(self, features: Features) -> Features:
        """The features (n, d) as a model sees them (n, d')."""


@final
@dataclass(frozen=True)
class Standardised(Transform):
    """Mean 0 and variance 1, constant columns dropped, and a column of ones at the end."""

    @property
    def text(self) -> str:
        """standardised."""
        return "standardised"

    def fitted(self, train: Features) -> FittedScale:
        """The scale of the columns of ``train``; one that varies by rounding alone counts as constant."""
        # powers of 2 out of each column, which rounds nothing: squares would leave the range of float64
        exponents = np.frexp(np.abs(train).max(axis=0, initial=0.0))[1]
        features = np.ldexp(train, -exponents)
        spread = features.std(axis=0)
        varies = spread > VARIES * np.abs(features).max(axis=0, initial=0.0)
        return FittedScale(exponents, features.mean(axis=0), spread, varies)


@final
@dataclass(frozen=True)
class RandomReLU(Transform):
    """``features`` random units max(0, x w), x standardised with bias (m entries), w normal with variance 1/m.

    The units are then standardised in turn, constant ones dropped, and get a bias.  ``seed`` draws the w, by NumPy's
    default generator.
    """

    features: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.features, int) or self.features < 1:
            raise DataError(f"transform: got {self.features} random features; accepted is a whole number from 1 on")
        if not isinstance(self.seed, int) or self.seed < 0:
            raise DataError(f"transform: got the seed {self.seed}; accepted is a whole number from 0 on")

    @property
    def text(self) -> str:
        """relu(features, seed=seed)."""
        return f"relu({self.features}, seed={self.seed})"

    def fitted(self, train: Features) -> FittedUnits:
        """Units drawn for the columns of ``train`` that vary, and the scales before and after them."""
        scale = Standardised().fitted(train)
        before = scale.applied(train)
        size = before.shape[1]
        weights = np.random.default_rng(self.seed).standard_normal((size, self.features)) / np.sqrt(size)
        return FittedUnits(scale, weights, Standardised().fitted(np.maximum(before @ weights, 0.0)))


@final
@dataclass(frozen=True)
class Raw(Transform):
    """The features as they are: nothing is scaled, dropped or added, not even a bias."""

    @property
    def text(self) -> str:
        """raw."""
        return "raw"

    def fitted(self, train: Features) -> FittedRaw:
        """Nothing to fit; raises ``DataError`` if all features are 0."""
        if not train.any():
            raise DataError("transform: every raw feature is 0 on every sample; give other features")
        return FittedRaw()


@final
@dataclass(frozen=True, eq=False)
class FittedScale(Fitted):
    """Means and deviations, after powers of 2 were taken out of each column."""

    exponents: NDArray[np.int32]
    mean: Features
    spread: Features
    varies: NDArray[np.bool_]

    @property
    def dropped(self) -> tuple[int, ...]:
        """The columns that were constant."""
        return tuple(np.flatnonzero(~self.varies).tolist())

    def applied(self, features: Features) -> Features:
        """The scaled columns that vary, and a column of ones."""
        centred = np.ldexp(features, -self.exponents) - self.mean
        scaled = centred[:, self.varies] / self.spread[self.varies]
        return np.hstack([scaled, np.ones((len(features), 1))])


@final
@dataclass(frozen=True, eq=False)
class FittedUnits(Fitted):
    """Random units between two scales."""

    before: FittedScale
    weights: Features
    after: FittedScale

    @property
    def dropped(self) -> tuple[int, ...]:
        """The columns of the features that were constant, not those of the units."""
        return self.before.dropped

    def applied(self, features: Features) -> Features:
        """The scaled units that vary, and a column of ones."""
        return self.after.applied(np.maximum(self.before.applied(features) @ self.weights, 0.0))


@final
@dataclass(frozen=True)
class FittedRaw(Fitted):
    """Nothing."""

    def applied(self, features: Features) -> Features:
        """``features`` themselves."""
        return features


_RELU = re.compile(r"relu(?:\(\s*(\d{1,6})\s*(?:,\s*seed\s*=\s*(\d{1,9})\s*)?\))?", re.ASCII)


def transform_of(given: str | Transform) -> Transform:
    """The transform that ``given`` is or names.

    Raises ``DataError`` for any other text.

    >>> transform_of("relu(200)")
    RandomReLU(features=200, seed=0)
    """
    if isinstance(given, Transform):
        return given
    text = given.strip() if isinstance(given, str) else ""
    found = _RELU.fullmatch(text)
    if found:
        return RandomReLU(int(found[1] or 500), int(found[2] or 0))
    if text in ("standardised", "raw"):
        return Standardised() if text == "standardised" else Raw()
    raise DataError(
        f"transform: got {shown(given, 80)}; accepted is 'standardised', 'relu(500, seed=0)' (random ReLU features) "
        "or 'raw'"
    )
