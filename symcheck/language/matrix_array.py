"""Matrices: arrays with one entry for each pair of classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from symcheck.errors import ParameterError, shown
from symcheck.language.array import FEWEST, Array, Entries
from symcheck.language.definite import is_positive_definite, isotropic_parts
from symcheck.language.rules import MATRIX_RULES, Rule
from symcheck.language.samples import Matrix, centred, matrices


@dataclass(frozen=True)
class MatrixArray(Array):
    """A C x C matrix with every entry in ``interval``; ``rows`` and ``columns`` are what each of them adds up to."""

    rows: Fraction | None = None
    columns: Fraction | None = None
    symmetric: bool = False
    definite: bool = False
    loops: bool = False
    """Whether all entries on the diagonal are positive."""

    @property
    def kind(self) -> str:
        return "a matrix"

    @property
    def has_laws(self) -> bool:
        return self.symmetric or self.definite or self.loops or self.rows is not None or self.columns is not None

    @property
    def _example(self) -> str:
        return "rows of numbers such as ((2, 1), (1, 2))"

    @cached_property
    def isotropic(self) -> tuple[Fraction, Fraction] | None:
        """The a and b of a I + b 11', if the entries are given and of this form."""
        return None if self.values is None or self.is_rounded else isotropic_parts(self.values)

    def line_sum(self, *, transposed: bool) -> Fraction | None:
        """What every row adds up to, or of the ``transposed`` matrix every column, where it is one number."""
        if self.values is None or self.is_rounded:
            return self.columns if transposed else self.rows
        lines = zip(*self.values, strict=True) if transposed else self.values
        sums = {sum(line, Fraction(0)) for line in lines}
        return sums.pop() if len(sums) == 1 else None

    def objection(self, values: Matrix) -> str:
        n = len(values)
        if n < FEWEST:
            return f"got {n} rows; give one for each of at least {FEWEST} classes"
        wrong = next((i for i, row in enumerate(values) if len(row) != n), None)
        if wrong is not None:
            return f"got {len(values[wrong])} entries in row {wrong + 1} and {n} rows; give as many of both"
        columns = tuple(zip(*values, strict=True))
        for what, lines, wanted in (("row", values, self.rows), ("column", columns, self.columns)):
            for i, line in enumerate(lines):
                if wanted is not None and sum(line) != wanted:
                    return f"got a {what} {i + 1} with the sum {sum(line)}; accepted is the sum {wanted}"
        if self.symmetric and columns != values:
            return "got a matrix that is not symmetric; accepted are symmetric ones"
        if self.loops and any(row[i] <= 0 for i, row in enumerate(values)):
            return "got a matrix with an entry on its diagonal that is not positive; accepted are positive ones"
        if self.definite and not is_positive_definite(values):
            return "got a matrix that is not positive definite; accepted are positive definite ones"
        return self._outside(values)

    def _samples(self, classes: int) -> Iterator[Matrix]:
        scale = self.rows if self.rows is not None else self.columns
        if scale == 0:
            return centred(matrices(Fraction(1), classes, free=False))
        return matrices(Fraction(1) if scale is None else scale, classes, free=scale is None)

    @property
    def _rules(self) -> Mapping[str, Rule]:
        return MATRIX_RULES

    def _read(self, entries: Entries) -> Matrix:
        if isinstance(entries, str) or not isinstance(entries, Sequence):
            raise ParameterError(f"{self.name}: got {shown(entries, 80)}; give {self.kind} as {self._example}")
        return tuple(self._row(row, f", row {i + 1}") for i, row in enumerate(entries))

    def _objection_to(self, other: Array) -> str:
        assert isinstance(other, MatrixArray)
        for what, declared, offered in (
            (f"rows with the sum {self.rows}", self.rows, other.rows),
            (f"columns with the sum {self.columns}", self.columns, other.columns),
            ("symmetry", self.symmetric or None, other.symmetric),
            ("positive definiteness", self.definite or None, other.definite),
            ("a positive diagonal", self.loops or None, other.loops),
        ):
            if declared is not None and declared != offered:
                return f"got {other.name} without {what}"
        if not other.interval.within(self.interval):
            return f"got {other.name} with entries in {other.interval}; accepted are entries in {self.interval}"
        return ""

    def __str__(self) -> str:
        if self.rule is not None:
            return f"{self.name} = {self.rule}"
        if self.is_rounded:
            return f"{self.name} = {self.entries_text}"
        if self.values is not None:
            return f"{self.name} = ({', '.join('(' + ', '.join(map(str, row)) + ')' for row in self.values)})"
        kinds = ["symmetric"] * self.symmetric + ["positive definite"] * self.definite
        kinds += ["positive diagonal"] * (self.loops and not self.definite)
        kinds += [f"rows with the sum {self.rows}"] * (self.rows is not None)
        kinds += [f"columns with the sum {self.columns}"] * (self.columns is not None)
        everywhere = self.interval.low is None and self.interval.high is None
        kinds += [] if everywhere and kinds else [f"entries in {self.interval}"]
        return f"{self.name} ({', '.join(kinds)})"
