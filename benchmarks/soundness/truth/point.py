"""Points of a scope: one C, values of the free parameters, entries of the free arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray


@dataclass(frozen=True)
class Point:
    """``classes`` = C, ``values`` of parameters, ``arrays`` with their entries."""

    classes: int
    values: Mapping[str, Fraction] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)

    def of(self, formula: Formula) -> Point:
        """This point without what ``formula`` does not have."""
        names = {p.name for p in formula.parameters}
        arrays = {a.name for a in formula.arrays}
        return Point(
            self.classes,
            {n: v for n, v in self.values.items() if n in names},
            {n: a for n, a in self.arrays.items() if n in arrays},
        )

    def determines(self, formula: Formula) -> bool:
        """Whether nothing in ``formula`` is free here."""
        return all(p.name in self.values for p in formula.parameters) and all(
            a.name in self.arrays for a in formula.arrays if a.is_free
        )

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two points the same one."""
        arrays = tuple(sorted((n, a.values) for n, a in self.arrays.items()))
        return self.classes, tuple(sorted(self.values.items())), arrays

    @property
    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of ``Certificate.at``."""
        found: dict[str, Any] = dict(self.values)
        for name, array in self.arrays.items():
            rows = array.values or ()
            found[name] = rows if isinstance(array, MatrixArray) else rows[0]
        return found

    def __str__(self) -> str:
        parts = [f"C = {self.classes}", *(f"{n} = {v}" for n, v in sorted(self.values.items()))]
        return ", ".join([*parts, *(str(a) for _, a in sorted(self.arrays.items()))])
