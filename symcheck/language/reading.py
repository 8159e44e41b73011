"""A reading: one way to give every operator of the vocabulary a meaning, folded over a formula.

A reading defines the core operators.  The others have one definition each, below, in terms of the core,
which a reading may replace by a better one (numerically stable, say).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Generic, TypeVar

from symcheck.language.formula import Formula, Node
from symcheck.reason import Undecided

V = TypeVar("V")


class Reading(ABC, Generic[V]):
    """A fold over a formula's nodes with values of type ``V`` (scalars and class-vectors alike)."""

    def read(self, formula: Formula) -> V:
        """The value of ``formula``; an ``Undecided`` raised on the way names the subexpression."""
        return self.read_all(formula)[-1]

    def read_all(self, formula: Formula) -> list[V]:
        """The values of all the nodes of ``formula``, in their order."""
        values: list[V] = []
        for place, node in enumerate(formula.nodes):
            try:
                values.append(self._value(node, [values[a] for a in node.args]))
            except Undecided as stop:
                raise stop.at(formula.part(place)) from None
        return values

    def _value(self, node: Node, args: list[V]) -> V:
        if node.op == "number":
            assert node.number is not None
            return self.number(node.number)
        if node.op == "parameter":
            assert node.parameter is not None
            return self.parameter(node.parameter)
        value: V = getattr(self, node.op)(*args)
        return value

    # the core: every reading says what these mean

    @abstractmethod
    def number(self, value: Fraction) -> V: ...
    @abstractmethod
    def parameter(self, name: str) -> V: ...
    @abstractmethod
    def classes(self) -> V: ...
    @abstractmethod
    def logits(self) -> V: ...
    @abstractmethod
    def onehot(self) -> V: ...
    @abstractmethod
    def add(self, a: V, b: V) -> V: ...
    @abstractmethod
    def mul(self, a: V, b: V) -> V: ...
    @abstractmethod
    def div(self, a: V, b: V) -> V: ...
    @abstractmethod
    def pow(self, a: V, b: V) -> V: ...
    @abstractmethod
    def exp(self, a: V) -> V: ...
    @abstractmethod
    def log(self, a: V) -> V: ...
    @abstractmethod
    def abs(self, a: V) -> V: ...
    @abstractmethod
    def relu(self, a: V) -> V: ...
    @abstractmethod
    def total(self, v: V) -> V: ...
    @abstractmethod
    def take(self, v: V) -> V: ...

    # the rest: one definition each

    def neg(self, a: V) -> V:
        return self.mul(self.number(Fraction(-1)), a)

    def sub(self, a: V, b: V) -> V:
        return self.add(a, self.neg(b))

    def sqrt(self, a: V) -> V:
        return self.pow(a, self.number(Fraction(1, 2)))

    def mean(self, v: V) -> V:
        return self.div(self.total(v), self.classes())

    def logsumexp(self, v: V) -> V:
        return self.log(self.total(self.exp(v)))

    def softmax(self, v: V) -> V:
        raised = self.exp(v)
        return self.div(raised, self.total(raised))

    def log_softmax(self, v: V) -> V:
        return self.sub(v, self.logsumexp(v))

    def softplus(self, a: V) -> V:
        return self.log(self.add(self.number(Fraction(1)), self.exp(a)))

    def sigmoid(self, a: V) -> V:
        one = self.number(Fraction(1))
        return self.div(one, self.add(one, self.exp(self.neg(a))))

    def cosh(self, a: V) -> V:
        return self.div(self.add(self.exp(a), self.exp(self.neg(a))), self.number(Fraction(2)))

    def tanh(self, a: V) -> V:
        up, down = self.exp(a), self.exp(self.neg(a))
        return self.div(self.sub(up, down), self.add(up, down))
