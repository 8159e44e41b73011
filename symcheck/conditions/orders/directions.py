"""The directions v in which the minimiser leaves 0, and the entries of what the derivatives at 0 make of them.

The rows of v lie in a space V: with shared features all v with 1'Hv = 0, as 1'b_y = 0, which on the quotient stands
for the v with 1'v = 0; with a reference class z_C = 0 all v with v_C = 0.  A derivative T is multilinear, so that
T[v, v, ...] = 0 for all v in V if and only if it is so for all choices from a basis of V.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from enum import Enum
from itertools import combinations_with_replacement

from symcheck.conditions.orders.derivatives import Derivatives, Vector
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.readings.jet_arithmetic import MANY
from symcheck.readings.pattern import patterns

Choice = tuple[int, int, tuple[Vector, ...]]
"""A label y, an entry, and vectors of a basis of V: of T_y[v, v', ...] at that entry."""


class Directions(ABC):
    """V, for pairs over one ``field``."""

    everything: AlikeDirections | None = None
    """All vectors, for derivatives that treat classes alike where V does not: what vanishes on all vanishes on V."""

    def __init__(self, field: Field) -> None:
        self.field = field

    @abstractmethod
    def choices(self, order: int, *, label: bool) -> Iterator[Choice]:
        """All of them for derivatives of this ``order``, up to names; the label is 0 where it does not count."""

    @abstractmethod
    def labels(self, entry: int, vectors: tuple[Vector, ...]) -> Iterator[tuple[int, Element]]:
        """The labels at these places, up to names, each with how many there are of its kind."""

    @abstractmethod
    def holds_images(self, loss: Derivatives, regularizer: Derivatives) -> bool:
        """Whether H^(-1) M_0 v lies in V for all v of V, M_0 = D^2 l(0, y) for one y, H = D^2 g(0)."""


class Among(Enum):
    """Vectors that classes alike have: those with 1'v = 0, those with v_0 = 0 for a reference class, or all."""

    SUMS_0 = "1'v = 0"
    REFERENCE = "v_0 = 0"
    ALL = "all"


class AlikeDirections(Directions):
    """V where l and g treat all classes alike: v_i = e_i - e_0, or e_i with the reference class 0, for i > 0.

    As H 1 is a multiple of 1, V is the complement of 1 on R^C and on the quotient.  C may be a symbol: choices that
    differ by the names of the classes give the same.  With C = 2 and 3, or 4 for a reference class, not all choices
    exist, and they are read alone.
    """

    def __init__(self, field: Field, among: Among) -> None:
        super().__init__(field)
        self._among = among
        self._most = min(field.scope.classes.fixed or MANY, MANY)

    def choices(self, order: int, *, label: bool) -> Iterator[Choice]:
        for pattern in patterns(2 + label, order - 1, self._most):
            y, entry, places = pattern[label], pattern[1 + label], pattern[2 + label :]
            held = () if self._among is Among.ALL else places if self._among is Among.SUMS_0 else (entry, *places)
            if 0 not in held:
                yield y, entry, tuple(self._vector(i) for i in places)

    def labels(self, entry: int, vectors: tuple[Vector, ...]) -> Iterator[tuple[int, Element]]:
        named, classes = {entry, *(k for v in vectors for k in v)}, self.field.scope.classes
        yield from ((y, self.field.number(1)) for y in named)
        if classes.fixed is None or classes.fixed > len(named):
            yield max(named) + 1, self.field.C - self.field.number(len(named))

    def holds_images(self, loss: Derivatives, regularizer: Derivatives) -> bool:  # noqa: ARG002
        return True  # on the complement of 1 both are multiples of v, and with a reference class V is all there is

    def _vector(self, i: int) -> Vector:
        one = self.field.number(1)
        return {i: one, 0: -one} if self._among is Among.SUMS_0 else {i: one}


class ApartDirections(Directions):
    """V at one C where classes may be treated differently, for a ``regularizer`` with a definite Hessian H."""

    def __init__(self, field: Field, regularizer: Derivatives, *, quotient: bool) -> None:
        super().__init__(field)
        self.everything = AlikeDirections(field, Among.ALL)
        assert field.scope.classes.fixed is not None
        self._places = range(field.scope.classes.fixed)
        one = field.number(1)
        across = [one if quotient else self._along_ones(regularizer, {k: one}) for k in self._places]
        # V is where across'v = 0.  Where across is 0 at the pivot for single parameter values, V is what it tends to.
        pivot = next(k for k, c in enumerate(across) if not c.is_zero)
        # Scaled by the pivot, so that nothing is divided at all.
        self.basis: list[Vector] = [{j: across[pivot], pivot: -c} for j, c in enumerate(across) if j != pivot]

    def choices(self, order: int, *, label: bool) -> Iterator[Choice]:
        for y in self._places if label else (0,):
            for vectors in combinations_with_replacement(self.basis, order - 1):
                yield from ((y, entry, vectors) for entry in self._places)

    def labels(self, entry: int, vectors: tuple[Vector, ...]) -> Iterator[tuple[int, Element]]:  # noqa: ARG002
        yield from ((y, self.field.number(1)) for y in self._places)

    def holds_images(self, loss: Derivatives, regularizer: Derivatives) -> bool:  # noqa: ARG002
        return all(self._along_ones(loss, v).is_zero for v in self.basis)  # 1'H H^(-1) M v = 1'M v

    def _along_ones(self, of: Derivatives, v: Vector) -> Element:
        """1'T v for the second derivative T."""
        return self.field.sum(of.along(0, k, (v,)) for k in self._places)
