"""One number of classes, every class written out: a reading then needs the arithmetic of one entry and nothing else."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final, Generic, TypeVar

from symcheck.language.array import Array
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray

E = TypeVar("E")

FEW: Final = 8
"""Of so many places each is computed by itself."""


class WrittenOut(Reading[tuple[E, ...]], Generic[E]):
    """Values as tuples: one entry for a scalar, C for a class-vector, C^2, row by row, for a quantity of two classes.

    This is a layout: it says which entries meet, and nothing of what comes out where they do.  So readings that have it
    in common remain derivations of their own.  A reading adds ``parameter``, ``logits``, ``constant``, ``summed``, the
    operators of one entry (``by_entry``), and ``largest`` where it knows an order.
    """

    def __init__(self, count: int, y: int) -> None:
        self.count, self.y = count, y  # C, and the label of 0, ..., C - 1

    # one entry

    @abstractmethod
    def constant(self, value: Fraction) -> E:
        """The number ``value`` as an entry."""

    @abstractmethod
    def summed(self, entries: Sequence[E]) -> E:
        """The sum of ``entries``."""

    def largest(self, entries: Sequence[E]) -> E:
        """The largest of ``entries``."""
        self._unmapped("amax", tuple(entries))

    def rows(self, array: Array) -> Sequence[Sequence[E]]:
        """The entries of ``array`` row by row; a class-vector has one row."""
        return [[self.constant(x) for x in row] for row in array.at_default(self.count).values or ()]

    # leaves

    def number(self, value: Fraction) -> tuple[E, ...]:
        return (self.constant(value),)

    def classes(self) -> tuple[E, ...]:
        return self.number(Fraction(self.count))

    def onehot(self) -> tuple[E, ...]:
        return tuple(self.constant(Fraction(i == self.y)) for i in range(self.count))

    def filled(self, a: tuple[E, ...]) -> tuple[E, ...]:
        return self.wide(a)

    def class_parameter(self, array: VectorArray) -> tuple[E, ...]:
        (row,) = self.rows(array)
        return tuple(row)

    def apply(self, array: MatrixArray, v: tuple[E, ...], *, transposed: bool) -> tuple[E, ...]:
        rows, wide = self.rows(array), self.wide(v)
        lines = zip(*rows, strict=True) if transposed else map(tuple, rows)
        return tuple(self.summed(self.mul(line, wide)) for line in lines)

    # places

    def each(self, function: Callable[..., E], *values: tuple[E, ...]) -> tuple[E, ...]:
        """``function`` of the entries of ``values`` at each place; a scalar is the same at all of them."""
        size = max(map(len, values))
        columns = [v if len(v) == size else v * (size // len(v)) for v in values]
        if size <= FEW:
            return tuple(map(function, *columns))
        # Of many classes most are equal at the points that are looked at: one object at many places is asked once.
        known: dict[tuple[int, ...], E] = {}
        found = []
        for entries in zip(*columns, strict=True):
            key = tuple(map(id, entries))
            if key not in known:
                known[key] = function(*entries)
            found.append(known[key])
        return tuple(found)

    def wide(self, v: tuple[E, ...]) -> tuple[E, ...]:
        """An entry for each class, also of a scalar."""
        return v * self.count if len(v) == 1 else v

    def others(self, v: tuple[E, ...]) -> tuple[E, ...]:
        """The entries at the classes but the label."""
        wide = self.wide(v)
        return wide[: self.y] + wide[self.y + 1 :]

    def take(self, v: tuple[E, ...]) -> tuple[E, ...]:
        return (self.wide(v)[self.y],)

    def first(self, v: tuple[E, ...]) -> tuple[E, ...]:
        return tuple(x for x in self.wide(v) for _ in range(self.count))

    def second(self, v: tuple[E, ...]) -> tuple[E, ...]:
        return self.wide(v) * self.count

    # over the classes

    def total(self, v: tuple[E, ...]) -> tuple[E, ...]:
        return (self.summed(self.wide(v)),)

    def total_others(self, v: tuple[E, ...]) -> tuple[E, ...]:
        return (self.summed(self.others(v)),)

    def pair_total(self, pairs: tuple[E, ...]) -> tuple[E, ...]:
        return (self.summed(pairs * (self.count**2 // len(pairs))),)

    def amax(self, v: tuple[E, ...]) -> tuple[E, ...]:
        return (self.largest(v),)

    def amax_others(self, v: tuple[E, ...]) -> tuple[E, ...]:
        return (self.largest(self.others(v)),)

    def product(self, v: tuple[E, ...]) -> tuple[E, ...]:
        return self._multiplied(self.wide(v))

    def product_others(self, v: tuple[E, ...]) -> tuple[E, ...]:
        return self._multiplied(self.others(v))

    def _multiplied(self, entries: tuple[E, ...]) -> tuple[E, ...]:
        found = self.number(Fraction(1))
        for x in entries:
            found = self.mul(found, (x,))
        return found


def by_entry(function: Callable[..., E]) -> Callable[..., tuple[E, ...]]:
    """The operator that is ``function`` of the entries at each place, as in ``neg = by_entry(operator.neg)``."""

    def operator(reading: WrittenOut[E], *values: tuple[E, ...]) -> tuple[E, ...]:
        return reading.each(function, *values)

    return operator
