"""The everywhere reading: what a formula says at every z, for every C, in a canonical form.

A value depends on the label y, on an entry i, and in sums over pairs on a second one j.  It holds a constant of an
``EverywhereField`` for each way in which these indices coincide; y is the class 0, i the class 1 and j the class 2,
and classes that coincide have the least of their names.  A sum over i is

    sum over all classes of the summand for i != y, minus that summand at i = y, plus the summand that belongs there.

With C fixed and small, ``symcheck.readings.fixed`` writes all classes out instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.vector_array import VectorArray
from symcheck.readings.element_operators import ElementOperators
from symcheck.reason import Code, Undecided

ClassIndices = tuple[int, ...]
"""Which of y = 0, i = 1 and j = 2 a value depends on, in order."""

ClassPattern = tuple[int, ...]
"""The class of each index."""

PATTERNS: Final[dict[ClassIndices, tuple[ClassPattern, ...]]] = {
    (): ((),),
    **{(a,): ((a,),) for a in range(3)},
    **{(a, b): ((a, b), (a, a)) for a, b in ((0, 1), (0, 2), (1, 2))},
    (0, 1, 2): ((0, 1, 2), (0, 1, 0), (0, 1, 1), (0, 0, 2), (0, 0, 0)),
}
"""The ways in which indices coincide; the first one is that in which none do."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a part of a formula is at each pattern of its ``indices``."""

    indices: ClassIndices
    at: dict[ClassPattern, Element]


class EverywhereReading(ElementOperators[Value]):
    """Values at all z, or ``at_zero``: at z = 0 alone, for every C of the scope of ``field``."""

    def __init__(self, field: EverywhereField, *, at_zero: bool = False) -> None:
        self.field = field
        self._at_zero = at_zero

    def scalar(self, formula: Formula) -> Element:
        """The value of ``formula`` at the label y = 0."""
        return self._seen(self.read(formula), (0,), (0,))

    # leaves

    def number(self, value: Fraction) -> Value:
        return Value((), {(): self.field.number(value)})

    def parameter(self, name: str) -> Value:
        return Value((), {(): self.field.parameter(name)})

    def classes(self) -> Value:
        return Value((), {(): self.field.C})

    def logits(self) -> Value:
        return Value((1,), {(1,): self.field.number(0) if self._at_zero else self.field.logit(1)})

    def onehot(self) -> Value:
        return Value((0, 1), {(0, 1): self.field.number(0), (0, 0): self.field.number(1)})

    def class_parameter(self, array: VectorArray) -> Value:
        return Value((1,), {(1,): self.field.entry(array, 1)})

    def apply(self, array: MatrixArray, v: Value, *, transposed: bool) -> Value:
        """A v: the sum over j of A_ij v_j, in which v_j is the entry i of v called j."""
        entry = self.field.entry(array, *((2, 1) if transposed else (1, 2)))
        diagonal = self.field.entry(array, 1, 1)
        return self._summed(self.mul(Value((1, 2), {(1, 2): entry, (1, 1): diagonal}), self.second(v)))

    # at each place

    def each(self, function: Callable[..., Element], *values: Value) -> Value:
        union = tuple(sorted({n for v in values for n in v.indices}))
        return Value(union, {p: function(*(self._seen(v, union, p) for v in values)) for p in PATTERNS[union]})

    def abs_power(self, a: Value, b: Value) -> Value:
        # |a|**2 is a**2, in which no opaque |a| is left.
        n = b.at[()].rational if () in b.at else None
        return self.pow(a if n is not None and n.denominator == 1 and n % 2 == 0 else self.abs(a), b)

    # over the classes

    def total(self, v: Value) -> Value:
        return self._summed(self._wide(v))

    def take(self, v: Value) -> Value:
        return v if 1 not in v.indices else Value((0,), {(0,): self._seen(v, (0, 1), (0, 0))})

    def amax(self, v: Value) -> Value:
        return self._of_largest(v, ())

    def amax_others(self, v: Value) -> Value:
        return self._of_largest(v, (0,))

    def onehot_argmax(self, v: Value) -> Value:
        generic = self._alike(v, "onehot_argmax")
        found = self.field.is_largest(generic, 1)
        return Value((1,), {(1,): found})

    def entmax(self, v: Value, alpha: Value) -> Value:
        a = alpha.at[()]
        if a.rational == 1:
            return self.softmax(v)
        return Value((1,), {(1,): self.field.entmax(self._alike(self._wide(v), "entmax"), 1, a)})

    def product(self, v: Value) -> Value:
        self._unmapped("product", v)

    def product_others(self, v: Value) -> Value:
        self._unmapped("product", v)

    def first(self, v: Value) -> Value:
        return v

    def second(self, v: Value) -> Value:
        if 1 not in v.indices:
            return v
        indices = tuple(2 if n == 1 else n for n in v.indices)
        return Value(indices, {tuple(2 if c == 1 else c for c in p): self._renamed(c, {1: 2}) for p, c in v.at.items()})

    def pair_total(self, pairs: Value) -> Value:
        return self._summed(self._summed(self._wide_pairs(pairs)))

    def _wide(self, v: Value) -> Value:
        return v if 1 in v.indices else self.each(lambda x, _: x, v, self._any_entry())

    def _wide_pairs(self, pairs: Value) -> Value:
        return self.each(lambda x, _, __: x, pairs, self._any_entry(), self.second(self._any_entry()))

    def _any_entry(self) -> Value:
        return Value((1,), {(1,): self.field.number(1)})

    def _summed(self, v: Value) -> Value:
        """The sum over the last index."""
        *rest, last = v.indices
        at = {
            # At the classes of p the summand is another one.
            p: self.field.over_classes(v.at[(*p, last)], last, {b: v.at[(*p, b)] for b in sorted(set(p))})
            for p in PATTERNS[tuple(rest)]
        }
        return Value(tuple(rest), at)

    def _of_largest(self, v: Value, but: tuple[int, ...]) -> Value:
        if 1 not in v.indices:
            return v
        generic = self._alike(v, "amax")
        found = self.field.largest(generic, 1, but=but)
        return Value((0,), {(0,): found}) if 0 in self.field.classes_in(found) else Value((), {(): found})

    def _alike(self, v: Value, op: str) -> Element:
        """What all entries of ``v`` are, also the one at the label."""
        # The field has one name for the largest of entries that are made alike, and none for "or the one at the
        # label".
        generic = v.at[v.indices]
        if 0 in v.indices and not (self._seen(v, (0, 1), (0, 0)) - self._renamed(generic, {1: 0})).is_zero:
            raise Undecided.of(
                Code.UNMAPPED_OP,
                f"{op} of entries of which the one at the label is made in another way",
                "give C a value of 2, or write the formula without it",
            )
        return generic

    def _seen(self, v: Value, union: ClassIndices, pattern: ClassPattern) -> Element:
        """The part of ``v`` at a pattern of indices that contain its own."""
        classes = dict(zip(union, pattern, strict=True))
        # Classes that coincide have the least of their names in v, and the names of the union where it is asked
        # for.
        names: dict[int, int] = {}
        narrow = tuple(names.setdefault(classes[n], n) for n in v.indices)
        return self._renamed(v.at[narrow], {name: there for there, name in names.items()})

    def _renamed(self, c: Element, renaming: dict[int, int]) -> Element:
        return self.field.renamed(c, renaming)
