"""Families of models on finitely many points: linear in their parameters, given by a basis of outputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction

Rows = tuple[tuple[Fraction, ...], ...]
"""A row for each point: its features, or its outputs."""


class OutputFamily(ABC):
    """A set of outputs {sum_k theta_k B_k}: each B_k has a row for each point and an entry for each class."""

    @abstractmethod
    def basis(self, features: Rows, classes: int) -> tuple[Rows, ...]:
        """B_1, B_2, ... on points with these ``features``."""


@dataclass(frozen=True)
class Free(OutputFamily):
    """z_c = theta_c . phi(x) for every class c: linear, with one feature vector for all classes."""

    def basis(self, features: Rows, classes: int) -> tuple[Rows, ...]:
        return _shared(features, [_unit(c, classes) for c in range(classes)])

    def centred_basis(self, features: Rows, classes: int) -> tuple[Rows, ...]:
        """A basis of those outputs that add up to 0 over the classes at every point."""
        last = _unit(classes - 1, classes)
        differences = [tuple(a - b for a, b in zip(_unit(c, classes), last, strict=True)) for c in range(classes - 1)]
        return _shared(features, differences)

    def __str__(self) -> str:
        return "z_c = theta_c . phi(x) for every class c"


@dataclass(frozen=True)
class Reference(OutputFamily):
    """z_c = theta_c . phi(x) for the classes before the last, and z_C = 0."""

    def basis(self, features: Rows, classes: int) -> tuple[Rows, ...]:
        return _shared(features, [_unit(c, classes) for c in range(classes - 1)])

    def __str__(self) -> str:
        return "z_c = theta_c . phi(x) for c < C, and z_C = 0"


@dataclass(frozen=True)
class Line(OutputFamily):
    """The outputs t d, the same at every point, with one parameter t: a cone that contains 0."""

    direction: tuple[Fraction, ...]

    def basis(self, features: Rows, classes: int) -> tuple[Rows, ...]:
        if len(self.direction) != classes:
            raise ValueError(f"direction: got {len(self.direction)} entries; with C = {classes} give {classes}")
        return (tuple(self.direction for _ in features),)

    def __str__(self) -> str:
        return f"z = t ({', '.join(map(str, self.direction))}), t real"


def _unit(c: int, classes: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(int(i == c)) for i in range(classes))


def _shared(features: Rows, directions: list[tuple[Fraction, ...]]) -> tuple[Rows, ...]:
    """For each direction of outputs and each feature: that feature times the direction, at every point."""
    count = len(features[0])
    return tuple(tuple(tuple(phi[j] * d for d in v) for phi in features) for v in directions for j in range(count))
