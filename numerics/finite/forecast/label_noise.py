"""What turns labels in a forecast: one rate, a matrix T, or a law for each sample; all of them draw and have a law."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from numerics.errors import NoiseError
from numerics.finite.samples import Samples
from numerics.noise.frames import numbered
from numerics.noise.given_matrix import given_matrix
from numerics.noise.laws import checked_rate

Real = NDArray[np.float64]
Labels = NDArray[np.int64]

SLACK = 1e-9
"""How far a row of probabilities may be from summing to 1."""


class LabelNoise(ABC):
    """Independent noise on labels y (n,), integers in 0..C-1, C = ``classes``."""

    classes: int

    @property
    @abstractmethod
    def text(self) -> str:
        """The noise in words."""

    @property
    @abstractmethod
    def is_uniform(self) -> bool:
        """Whether it is uniform at one rate below (C-1)/C, so that it moves no limit."""

    @abstractmethod
    def drawn(self, labels: Labels, chance: Generator) -> Labels:
        """One draw of the noisy labels."""

    @abstractmethod
    def law(self, labels: Labels) -> Real:
        """The laws (n, C) of the noisy labels."""

    def at(self, rows: Labels) -> LabelNoise:  # noqa: ARG002 - most differ by class only
        """The noise on the samples ``rows`` alone."""
        return self


@final
@dataclass(frozen=True)
class AtOneRate(LabelNoise):
    """Uniform noise of rate 0 <= ``rho`` < (C-1)/C: a label becomes one of the others, each equally likely."""

    rho: float
    classes: int

    @property
    def text(self) -> str:
        """The rate."""
        return f"uniform noise, rho = {self.rho:g}"

    @property
    def is_uniform(self) -> bool:
        """Always."""
        return True

    def drawn(self, labels: Labels, chance: Generator) -> Labels:
        """One draw; at the same seed a larger rate moves the same labels and more."""
        is_hit = chance.random(len(labels)) < self.rho
        shift = chance.integers(1, self.classes, len(labels))
        return np.where(is_hit, (labels + shift) % self.classes, labels)

    def law(self, labels: Labels) -> Real:
        """1 - rho for the label, rho/(C-1) for each other."""
        other = self.rho / (self.classes - 1)
        return np.asarray((1 - self.rho - other) * np.eye(self.classes)[labels] + other)


@final
@dataclass(frozen=True, eq=False)
class ByMatrix(LabelNoise):
    """Noise by the rows of ``transition`` T (C, C), one for each clean class; any that sum to 1."""

    transition: Real

    @property
    def classes(self) -> int:  # type: ignore[override]
        """C."""
        return len(self.transition)

    @property
    def text(self) -> str:
        """How often labels are kept."""
        kept = self.transition.diagonal()
        return f"noise by a matrix T, labels are kept with probability {kept.min():g} to {kept.max():g}"

    @property
    def is_uniform(self) -> bool:
        """Whether T has one entry on the diagonal and a smaller one elsewhere."""
        kept, other = self.transition[0, 0], self.transition[0, 1]
        whole = np.where(np.eye(self.classes, dtype=bool), kept, other)
        return bool(kept > other and (self.transition == whole).all())

    def drawn(self, labels: Labels, chance: Generator) -> Labels:
        """One draw, by the inverse of the distribution function of each row."""
        level = chance.random(len(labels))
        found = np.empty_like(labels)
        for label, row in enumerate(self.transition):
            here = labels == label
            found[here] = np.searchsorted(np.cumsum(row), level[here], side="right")
        return np.minimum(found, _last(self.transition)[labels])

    def law(self, labels: Labels) -> Real:
        """The row of each label."""
        return self.transition[labels]


@final
@dataclass(frozen=True, eq=False)
class BySample(LabelNoise):
    """The law of each label, ``laws`` (n, C), whatever the clean one is."""

    laws: Real

    @property
    def classes(self) -> int:  # type: ignore[override]
        """C."""
        return int(self.laws.shape[1])

    @property
    def text(self) -> str:
        """That it differs by sample."""
        return "a label law for each sample"

    @property
    def is_uniform(self) -> bool:
        """Not shown for any."""
        return False

    def drawn(self, labels: Labels, chance: Generator) -> Labels:
        """One draw."""
        level = chance.random(len(labels))
        found = (level[:, None] >= np.cumsum(self.laws, axis=1)).sum(axis=1)
        drawn: Labels = np.minimum(found, _last(self.laws))
        return drawn

    def law(self, labels: Labels) -> Real:  # noqa: ARG002
        """The rows as given."""
        return self.laws

    def at(self, rows: Labels) -> BySample:
        """The laws of ``rows``."""
        return BySample(self.laws[rows])


def label_noise(samples: Samples, *, rho: float | Fraction | None, T: object, law: object) -> LabelNoise:
    """The noise of the one of ``rho``, ``T`` and ``law`` that is given.

    Raises ``NoiseError`` if none or several are, for a rate that is none, and for a T or laws of another size, with
    other classes or with rows that are no probabilities.
    """
    given = [name for name, x in {"rho": rho, "T": T, "law": law}.items() if x is not None]
    if len(given) != 1:
        raise NoiseError(
            f"noise: got {' and '.join(given) or 'none'}; accepted is one of rho= (uniform noise of this rate), "
            "T= (a matrix) and law= (a row of probabilities for each sample)"
        )
    if rho is not None:
        return AtOneRate(checked_rate(rho, samples.classes), samples.classes)
    return _matrix(samples, T) if T is not None else _laws(samples, law)


def _matrix(samples: Samples, given: object) -> ByMatrix:
    found = given_matrix(given)
    if len(found.rows) != samples.classes:
        raise NoiseError(
            f"T: got {len(found.rows)} classes, and {samples.name} has {samples.classes}; accepted is a row for each "
            "class of the data, in their order"
        )
    rows = np.array([[float(x) for x in row] for row in found.rows])
    names = samples.label_names
    if not names or found.names == numbered(len(rows)) or found.names == names:
        return ByMatrix(rows)
    if sorted(found.names) != sorted(names):
        raise NoiseError(
            f"T: got the classes {', '.join(found.names[:8])}, and {samples.name} has {', '.join(names[:8])}; "
            "accepted are the classes of the data, or a matrix without names"
        )
    order = [found.names.index(name) for name in names]
    return ByMatrix(rows[np.ix_(order, order)])


def _laws(samples: Samples, given: object) -> BySample:
    shape = (len(samples), samples.classes)
    try:
        rows = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise NoiseError(f"law: {error}; accepted are {shape[0]} rows of {shape[1]} probabilities") from error
    if rows.shape != shape:
        raise NoiseError(
            f"law: got shape {rows.shape}; accepted is {shape}, a row of probabilities of the classes for each sample"
        )
    bad = np.flatnonzero(~((rows >= 0).all(axis=1) & (np.abs(rows.sum(axis=1) - 1) <= SLACK)))
    if len(bad):
        raise NoiseError(f"law: row {bad[0]} is {rows[bad[0]].tolist()}; accepted are probabilities >= 0 that sum to 1")
    return BySample(rows / rows.sum(axis=1, keepdims=True))


def _last(rows: Real) -> Labels:
    """The last class with a probability above 0: sums that are 1 up to rounding may end below a level."""
    return np.asarray(((rows > 0) * np.arange(rows.shape[1])).max(axis=1), dtype=np.int64)
