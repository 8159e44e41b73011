"""The everywhere reading for one number of classes and one label: z_1, ..., z_C are generators of their own."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.vector_array import VectorArray
from symcheck.readings.element_operators import HALF, ElementOperators
from symcheck.readings.everywhere import EverywhereReading
from symcheck.readings.written_out import WrittenOut

Elements = tuple[Element, ...]


class FixedReading(WrittenOut[Element], ElementOperators[Elements]):
    """Values at all z, or ``at_zero``: at z = 0 alone, for the one C of the scope of ``field`` and the label ``y``."""

    def __init__(self, field: EverywhereField, y: int, *, at_zero: bool = False) -> None:
        fixed = field.scope.classes.fixed
        assert fixed is not None
        super().__init__(fixed, y)
        self.field, self._at_zero = field, at_zero

    def constant(self, value: Fraction) -> Element:
        return self.field.number(value)

    def parameter(self, name: str) -> Elements:
        return (self.field.parameter(name),)

    def logits(self) -> Elements:
        return tuple(self.field.number(0) if self._at_zero else self.field.logit(i) for i in range(self.count))

    def rows(self, array: Array) -> Sequence[Sequence[Element]]:
        if not array.is_free:
            return super().rows(array)
        places = range(self.count)
        if isinstance(array, MatrixArray):
            return [[self.field.entry(array, i, j) for j in places] for i in places]
        assert isinstance(array, VectorArray)
        row = [self.field.entry(array, i) for i in places]
        if array.total is not None:
            row[-1] = self.summed([self.field.number(array.total), *(-x for x in row[:-1])])
        return [row]

    def summed(self, entries: Sequence[Element]) -> Element:
        return self.field.sum(entries)

    def largest(self, entries: Sequence[Element]) -> Element:
        largest, *others = entries
        for x in others:
            largest = (largest + x + self.field.absolute(largest - x)) * HALF
        return largest

    def entmax(self, v: Elements, alpha: Elements) -> Elements:
        if alpha[0].rational == 1:
            return self.softmax(v)
        return self.field.entmax_of(self.wide(v), alpha[0])


def elements_of(
    formula: Formula, field: EverywhereField, written_out: int | None, *, at_zero: bool = False
) -> tuple[Element, ...]:
    """What ``formula`` is: of a number one element for each label where so many classes are ``written_out``, else one.

    Of a class-vector the entries for each label, or one for each way in which the classes of label and entry coincide.
    """
    if written_out is None:
        return tuple(EverywhereReading(field, at_zero=at_zero).read(formula).at.values())
    return tuple(x for y in range(written_out) for x in FixedReading(field, y, at_zero=at_zero).read(formula))
