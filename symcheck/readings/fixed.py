"""The everywhere reading for one number of classes and one label: z_1, ..., z_C are generators of their own."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray


class FixedReading(Reading[tuple[Element, ...]]):
    """Values at all z for one number of classes and one label, with all the classes written out."""

    def __init__(self, field: EverywhereField, y: int, *, at_zero: bool = False) -> None:
        fixed = field.scope.classes.fixed
        assert fixed is not None
        self.field, self._y, self._count = field, y, fixed
        self._at_zero = at_zero

    def scalar(self, formula: Formula) -> Element:
        """The value of ``formula``."""
        (value,) = self.read(formula)
        return value

    def number(self, value: Fraction) -> tuple[Element, ...]:
        return (self.field.number(value),)

    def parameter(self, name: str) -> tuple[Element, ...]:
        return (self.field.parameter(name),)

    def classes(self) -> tuple[Element, ...]:
        return (self.field.C,)

    def logits(self) -> tuple[Element, ...]:
        return tuple(self.field.number(0) if self._at_zero else self.field.logit(i) for i in range(self._count))

    def onehot(self) -> tuple[Element, ...]:
        return tuple(self.field.number(int(i == self._y)) for i in range(self._count))

    def class_parameter(self, array: VectorArray) -> tuple[Element, ...]:
        if array.is_free:
            found = [self.field.entry(array, i) for i in range(self._count)]
            if array.total is not None:
                found[-1] = self._sum([self.field.number(array.total), *(-x for x in found[:-1])])
            return tuple(found)
        return tuple(map(self.field.number, array.at_default(self._count).vector))

    def apply(self, array: MatrixArray, v: tuple[Element, ...], *, transposed: bool) -> tuple[Element, ...]:
        n = range(self._count)
        given = None if array.is_free else array.at_default(self._count).values or ()

        def entry(i: int, j: int) -> Element:
            return self.field.entry(array, i, j) if given is None else self.field.number(given[i][j])

        v = v * (self._count // len(v))
        return tuple(self._sum([(entry(j, i) if transposed else entry(i, j)) * v[j] for j in n]) for i in n)

    def _each(self, function: Callable[..., Element], *values: tuple[Element, ...]) -> tuple[Element, ...]:
        size = max(map(len, values))
        return tuple(function(*x) for x in zip(*(v * (size // len(v)) for v in values), strict=True))

    def add(self, a: tuple[Element, ...], b: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(lambda x, y: x + y, a, b)

    def mul(self, a: tuple[Element, ...], b: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(lambda x, y: x * y, a, b)

    def div(self, a: tuple[Element, ...], b: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(lambda x, y: x / y, a, b)

    def pow(self, a: tuple[Element, ...], b: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(self.field.power, a, b)

    def exp(self, a: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(self.field.exp, a)

    def log(self, a: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(self.field.log, a)

    def sin(self, a: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(self.field.sin, a)

    def cos(self, a: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(self.field.cos, a)

    def arctan(self, a: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(self.field.arctan, a)

    def erf(self, a: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(self.field.erf, a)

    def arccos(self, a: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(self.field.arccos, a)

    def abs(self, a: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(self.field.absolute, a)

    def relu(self, a: tuple[Element, ...]) -> tuple[Element, ...]:
        return self._each(lambda x: (x + self.field.absolute(x)) * Fraction(1, 2), a)

    def branch(
        self, u: tuple[Element, ...], positive: tuple[Element, ...], otherwise: tuple[Element, ...]
    ) -> tuple[Element, ...]:
        return self._each(lambda x, a, b: b + self.field.step(x) * (a - b), u, positive, otherwise)

    def detach(self, a: tuple[Element, ...]) -> tuple[Element, ...]:
        return a

    def total(self, v: tuple[Element, ...]) -> tuple[Element, ...]:
        return (self._sum(v * (self._count // len(v))),)

    def take(self, v: tuple[Element, ...]) -> tuple[Element, ...]:
        return (v[self._y if len(v) > 1 else 0],)

    def amax(self, v: tuple[Element, ...]) -> tuple[Element, ...]:
        largest, *others = v
        for x in others:
            largest = (largest + x + self.field.absolute(largest - x)) * Fraction(1, 2)
        return (largest,)

    def amax_others(self, v: tuple[Element, ...]) -> tuple[Element, ...]:
        return self.amax(v[: self._y] + v[self._y + 1 :] if len(v) > 1 else v)

    def entmax(self, v: tuple[Element, ...], alpha: tuple[Element, ...]) -> tuple[Element, ...]:
        if alpha[0].rational == 1:
            return self.softmax(v)
        return self.field.entmax_of(v * (self._count // len(v)), alpha[0])

    def product(self, v: tuple[Element, ...]) -> tuple[Element, ...]:
        value = self.field.one
        for x in v * (self._count // len(v)):
            value = value * x
        return (value,)

    def product_others(self, v: tuple[Element, ...]) -> tuple[Element, ...]:
        wide = v * (self._count // len(v))
        value = self.field.one
        for i, x in enumerate(wide):
            value = value if i == self._y else value * x
        return (value,)

    def first(self, v: tuple[Element, ...]) -> tuple[Element, ...]:
        return tuple(x for x in v * (self._count // len(v)) for _ in range(self._count))

    def second(self, v: tuple[Element, ...]) -> tuple[Element, ...]:
        return v * (self._count // len(v)) * self._count

    def pair_total(self, pairs: tuple[Element, ...]) -> tuple[Element, ...]:
        return (self._sum(pairs * (self._count**2 // len(pairs))),)

    def _sum(self, v: list[Element] | tuple[Element, ...]) -> Element:
        value = self.field.number(0)
        for x in v:
            value = value + x
        return value
