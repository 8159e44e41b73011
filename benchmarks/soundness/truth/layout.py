"""Layouts: the C classes in groups whose entries are equal, so that C = 10^7 costs no more than C = 4."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from symcheck.language.array import Array
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.vector_array import VectorArray

A = TypeVar("A", bound=Array)

MOST_APART = 4
"""With up to so many classes every class is a group of its own."""


@dataclass(frozen=True)
class Layout:
    """``counts[g]`` classes are in the group g; the label is the only class of the group ``label``.

    ``arrays`` have given entries, one for each group, which are then single classes.
    """

    counts: tuple[int, ...]
    label: int = 0
    arrays: dict[str, Array] = field(default_factory=dict, compare=False)

    @property
    def classes(self) -> int:
        """C."""
        return sum(self.counts)

    @property
    def groups(self) -> range:
        """The groups."""
        return range(len(self.counts))

    def vector(self, array: VectorArray) -> list[Fraction]:
        """The entries of a class-vector, by group."""
        array = self._given(array)
        if array.level is not None:
            return [array.level] * len(self.counts)
        self._check(array)
        return list(array.vector)

    def matrix(self, array: MatrixArray) -> list[list[Fraction]]:
        """A in the space of vectors that are constant on groups: what A does to them, by group."""
        array = self._given(array)
        if array.isotropic is not None:
            a, b = array.isotropic
            return [[a * (g == h) + b * self.counts[h] for h in self.groups] for g in self.groups]
        self._check(array)
        assert array.values is not None
        return [list(row) for row in array.values]

    def _given(self, array: A) -> A:
        found = self.arrays.get(array.name, array)
        assert isinstance(found, type(array))
        return found.at_default(self.classes)

    def _check(self, array: Array) -> None:
        if array.classes != self.classes or set(self.counts) != {1}:
            raise ValueError(f"{array.name} has entries for {array.classes} classes, and the layout is {self.counts}")


def symmetric(classes: int) -> Layout:
    """The layout for formulas that treat all classes alike: the label, two other classes, the rest."""
    apart = classes if classes <= MOST_APART else MOST_APART - 1
    rest = classes - apart
    return Layout((1,) * apart + ((rest,) if rest else ()))


def apart(classes: int, label: int, arrays: dict[str, Array]) -> Layout:
    """The layout in which every class is a group."""
    return Layout((1,) * classes, label, arrays)
