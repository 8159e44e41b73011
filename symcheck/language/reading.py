"""A reading: one way to give every operator of the vocabulary a meaning, folded over a formula.

A reading defines the core operators.  The others have one definition each, below, in terms of the core,
which a reading may replace by a better one (numerically stable, say).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import ClassVar, Generic, Never, TypeVar

from symcheck.budget import look
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.node import Node
from symcheck.language.vector_array import VectorArray
from symcheck.reason import Code, Undecided, not_exact

V = TypeVar("V")


class Reading(ABC, Generic[V]):
    """A fold over a formula's nodes with values of type ``V`` (scalars and class-vectors alike).

    ``takes_rounded``: whether what it says of an array with rounded entries holds wherever these lie.
    """

    takes_rounded: ClassVar[bool] = False

    def read(self, formula: Formula) -> V:
        """The value of ``formula``; an ``Undecided`` raised on the way names the subexpression."""
        return self.read_all(formula)[-1]

    def read_all(self, formula: Formula) -> list[V]:
        """The values of all the nodes of ``formula``, in their order."""
        values: list[V] = []
        for place, node in enumerate(formula.nodes):
            try:
                look()
                values.append(self._value_at(formula, place, [values[a] for a in node.args]))
            except Undecided as stop:
                # The first node at which a reading stops is the innermost one, and ``at`` keeps the first name.
                raise stop.at(formula.named(place)) from None
        return values

    def _value_at(self, formula: Formula, place: int, args: list[V]) -> V:
        return self._value(formula.nodes[place], args)

    def _value(self, node: Node, args: list[V]) -> V:
        if node.op == "number":
            assert node.number is not None
            return self.number(node.number)
        if node.op == "parameter":
            assert node.parameter is not None
            return self.parameter(node.parameter)
        if node.array is not None:
            return self._of_array(node.array, node.op, args)
        value: V = getattr(self, node.op)(*args)
        return value

    # the core: every reading says what these mean

    @abstractmethod
    def number(self, value: Fraction) -> V:
        """The number ``value``, exactly."""

    @abstractmethod
    def parameter(self, name: str) -> V:
        """The free parameter called ``name``."""

    @abstractmethod
    def classes(self) -> V:
        """The number of classes C."""

    @abstractmethod
    def logits(self) -> V:
        """The class-vector z."""

    @abstractmethod
    def onehot(self) -> V:
        """The class-vector with 1 at the label and 0 elsewhere."""

    @abstractmethod
    def add(self, a: V, b: V) -> V:
        """a + b, on every entry."""

    @abstractmethod
    def mul(self, a: V, b: V) -> V:
        """a b, on every entry."""

    @abstractmethod
    def div(self, a: V, b: V) -> V:
        """a / b, on every entry, for b != 0."""

    @abstractmethod
    def pow(self, a: V, b: V) -> V:
        """a^b, on every entry; a > 0 unless b is a whole number."""

    @abstractmethod
    def total(self, v: V) -> V:
        """The sum of the entries over all classes."""

    @abstractmethod
    def take(self, v: V) -> V:
        """The entry at the label."""

    # arrays: those that treat all classes alike mean the same in every reading

    def _of_array(self, array: Array, op: str, args: list[V]) -> V:
        # Entries that are known up to rounding are intervals; to read their middles would state too much.
        if array.is_rounded and not self.takes_rounded:
            raise Undecided(not_exact(array.name))
        if isinstance(array, VectorArray):
            return self.class_parameter(array) if array.level is None else self.filled(self.number(array.level))
        assert isinstance(array, MatrixArray)
        if array.isotropic is None:
            return self.apply(array, args[0], transposed=op == "apply_transposed")
        a, b = array.isotropic  # a I + b 11'
        along = self.mul(self.number(b), self.total(args[0]))
        return self.add(self.mul(self.number(a), args[0]), along)

    def filled(self, a: V) -> V:
        """The class-vector with ``a`` in every entry."""
        # In readings a scalar stands for all its entries; adding 0 onehot makes a class-vector of it.
        return self.add(a, self.mul(self.number(Fraction(0)), self.onehot()))

    def class_parameter(self, array: VectorArray) -> V:
        """The class-vector ``array``, whose entries are free or not all equal."""
        self._not_alike(array)

    def apply(self, array: MatrixArray, v: V, *, transposed: bool) -> V:  # noqa: ARG002
        """A v, or A'v, for the matrix ``array``, which is free or not of the form a I + b 11'."""
        self._not_alike(array)

    def _not_alike(self, array: Array) -> Never:
        raise Undecided.of(
            Code.NOT_EQUIVARIANT,
            f"{array.name} treats the classes differently, and {type(self).__name__} treats them alike",
            f"give {array.name} the same entry for every class",
        )

    # functions of one entry: what a reading has no method for is one of these

    def entrywise(self, op: str, *args: V) -> V:
        """The function ``op`` on every entry, for those of the functions below that have no method of their own."""
        self._unmapped(op, *args)

    def exp(self, a: V) -> V:
        """e^a, on every entry."""
        return self.entrywise("exp", a)

    def log(self, a: V) -> V:
        """The natural logarithm, on every entry, for a > 0."""
        return self.entrywise("log", a)

    def abs(self, a: V) -> V:
        """|a|, on every entry."""
        return self.entrywise("abs", a)

    def relu(self, a: V) -> V:
        """max(a, 0), on every entry."""
        return self.entrywise("relu", a)

    def arccos(self, a: V) -> V:
        """The arc cosine, on every entry, for -1 <= a <= 1."""
        return self.entrywise("arccos", a)

    def sin(self, a: V) -> V:
        """The sine, on every entry."""
        return self.entrywise("sin", a)

    def cos(self, a: V) -> V:
        """The cosine, on every entry."""
        return self.entrywise("cos", a)

    def arctan(self, a: V) -> V:
        """The arc tangent, on every entry."""
        return self.entrywise("arctan", a)

    def erf(self, a: V) -> V:
        """The error function, on every entry."""
        return self.entrywise("erf", a)

    def branch(self, u: V, positive: V, otherwise: V) -> V:
        """``positive`` where u > 0, ``otherwise`` elsewhere, on every entry."""
        return self.entrywise("branch", u, positive, otherwise)

    def detach(self, a: V) -> V:
        """The values of ``a``, whose derivatives are taken for 0."""
        return self.entrywise("detach", a)

    # the core as well, where a reading may leave it open

    def amax(self, v: V) -> V:
        """The largest entry."""
        self._unmapped("amax", v)

    def amax_others(self, v: V) -> V:
        """The largest entry at a class but the label."""
        self._unmapped("amax", v)

    def onehot_argmax(self, v: V) -> V:
        """1 at the class with the largest entry, and 0 elsewhere."""
        self._unmapped("onehot_argmax", v)

    def entmax(self, v: V, alpha: V) -> V:
        """The alpha-entmax of the entries, for a constant alpha."""
        self._unmapped("entmax", v, alpha)

    def first(self, v: V) -> V:
        """v_i as a quantity of two classes i and j."""
        self._unmapped("first", v)

    def second(self, v: V) -> V:
        """v_j as a quantity of two classes i and j."""
        self._unmapped("second", v)

    def pair_total(self, pairs: V) -> V:
        """The sum over all ordered pairs of classes."""
        self._unmapped("pair_total", pairs)

    def unread(self, a: V) -> V:
        """What code computes that was not read: nobody knows."""
        self._unmapped("code that was not read", a)

    def _unmapped(self, op: str, *_: V) -> Never:
        raise Undecided.of(
            Code.UNMAPPED_OP, f"{type(self).__name__} gives {op} no meaning", f"write the formula without {op}"
        )

    # the rest: one definition each

    def neg(self, a: V) -> V:
        """-a."""
        return self.mul(self.number(Fraction(-1)), a)

    def sub(self, a: V, b: V) -> V:
        """a - b."""
        return self.add(a, self.neg(b))

    def sqrt(self, a: V) -> V:
        """The square root, for a >= 0."""
        return self.pow(a, self.number(Fraction(1, 2)))

    def maximum(self, a: V, b: V) -> V:
        """The larger one of a and b, on every entry."""
        return self.add(b, self.relu(self.sub(a, b)))

    def minimum(self, a: V, b: V) -> V:
        """The smaller one of a and b, on every entry."""
        return self.sub(a, self.relu(self.sub(a, b)))

    def amin(self, v: V) -> V:
        """The smallest entry."""
        return self.neg(self.amax(self.neg(v)))

    def amin_others(self, v: V) -> V:
        """The smallest entry at a class but the label."""
        return self.neg(self.amax_others(self.neg(v)))

    def mean(self, v: V) -> V:
        """The mean of the entries over all classes."""
        return self.div(self.total(v), self.classes())

    def logsumexp(self, v: V) -> V:
        """log of the sum of e^v_k over all classes k."""
        return self.log(self.total(self.exp(v)))

    def total_others(self, v: V) -> V:
        """The sum over all classes but the label."""
        return self.sub(self.total(v), self.take(v))

    def mean_others(self, v: V) -> V:
        """The mean over all classes but the label."""
        return self.div(self.total_others(v), self.sub(self.classes(), self.number(Fraction(1))))

    def logsumexp_others(self, v: V) -> V:
        """log of the sum of e^v_k over all classes k but the label."""
        return self.log(self.total_others(self.exp(v)))

    def product(self, v: V) -> V:
        """The entry at the label times the others, which have to be positive."""
        return self.mul(self.take(v), self.product_others(v))

    def product_others(self, v: V) -> V:
        """exp of the sum of the logarithms, with 1 in the place of the entry at the label."""
        # The label's entry may be 0 or negative, and has no logarithm: 1 stands there instead.
        others = self.sub(self.number(Fraction(1)), self.onehot())
        return self.exp(self.total(self.log(self.add(self.onehot(), self.mul(others, v)))))

    def softmax(self, v: V) -> V:
        """e^v_k over the sum of all of them."""
        raised = self.exp(v)
        return self.div(raised, self.total(raised))

    def log_softmax(self, v: V) -> V:
        """The logarithm of softmax."""
        return self.sub(v, self.logsumexp(v))

    def softplus(self, a: V) -> V:
        """log(1 + e^a)."""
        return self.log(self.add(self.number(Fraction(1)), self.exp(a)))

    def sigmoid(self, a: V) -> V:
        """1/(1 + e^-a)."""
        one = self.number(Fraction(1))
        return self.div(one, self.add(one, self.exp(self.neg(a))))

    def log_sigmoid(self, a: V) -> V:
        """-softplus(-a)."""
        return self.neg(self.softplus(self.neg(a)))

    def cosh(self, a: V) -> V:
        """(e^a + e^-a)/2."""
        return self.div(self.add(self.exp(a), self.exp(self.neg(a))), self.number(Fraction(2)))

    def abs_power(self, a: V, b: V) -> V:
        """|a|^b."""
        return self.pow(self.abs(a), b)

    def nonnegative_power(self, a: V, b: V) -> V:
        """a^b for a >= 0."""
        return self.pow(a, b)

    def tanh(self, a: V) -> V:
        """(e^a - e^-a)/(e^a + e^-a)."""
        up, down = self.exp(a), self.exp(self.neg(a))
        return self.div(self.sub(up, down), self.add(up, down))
