"""The reading of formulas without z: what they stand for in a field."""

from __future__ import annotations

from fractions import Fraction
from typing import Never

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.reading import Reading
from symcheck.reason import Code, Undecided


def constant(field: Field, formula: Formula) -> Element:
    """The constant of ``field`` that ``formula`` stands for.

    Raises ``Undecided`` with the subexpression: ``unmapped-op`` where z or the label occurs,
    ``sign-unknown`` where a logarithm, power or quotient is not shown to exist in the scope.

    >>> from symcheck.language.scope import Scope
    >>> from symcheck.language.term import Scalar
    >>> C = Scalar("classes")
    >>> print(constant(Field(Scope()), Formula.of((C * C - 1) / (C + 1))))
    C - 1
    """
    return ConstantReading(field).read(formula)


class ConstantReading(Reading[Element]):
    """Constants over the field of a scope."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def number(self, value: Fraction) -> Element:
        return self.field.number(value)

    def parameter(self, name: str) -> Element:
        return self.field.parameter(name)

    def classes(self) -> Element:
        return self.field.C

    def add(self, a: Element, b: Element) -> Element:
        return a + b

    def mul(self, a: Element, b: Element) -> Element:
        return a * b

    def neg(self, a: Element) -> Element:
        return -a

    def div(self, a: Element, b: Element) -> Element:
        return a / b

    def pow(self, a: Element, b: Element) -> Element:
        return self.field.power(a, b)

    def entrywise(self, op: str, *args: Element) -> Element:
        value: Element = getattr(self.field, op)(*args)
        return value

    def abs(self, a: Element) -> Element:
        return a if self._is_positive(a, "abs") else -a

    def relu(self, a: Element) -> Element:
        return a if self._is_positive(a, "relu") else self.field.zero

    def branch(self, u: Element, positive: Element, otherwise: Element) -> Element:
        sign = self.field.sign(u)
        if sign.kind is Kind.POSITIVE or sign.nonpositive:
            return otherwise if sign.nonpositive else positive
        raise Undecided.of(
            Code.SIGN_UNKNOWN,
            f"branch depends on the sign of {u.text()}, which is not the same in the whole scope",
            "give values to C or the parameters, so that the sign is settled",
        )

    def detach(self, a: Element) -> Element:
        return a

    def _is_positive(self, a: Element, name: str) -> bool:
        sign = self.field.sign(a)
        if sign.nonnegative or sign.nonpositive:
            return sign.nonnegative
        raise Undecided.of(
            Code.SIGN_UNKNOWN,
            f"{name} branches on the sign of {a.text()}, which is not the same in the whole scope",
            "give values to C or the parameters, so that the sign is settled",
        )

    def logits(self) -> Element:
        self._refuse("z")

    def onehot(self) -> Element:
        self._refuse("onehot(y)")

    def total(self, v: Element) -> Element:
        self._refuse(f"the sum over the classes of {v.text()}")

    def take(self, v: Element) -> Element:
        self._refuse(f"the entry at the label of {v.text()}")

    def _refuse(self, what: str) -> Never:
        raise Undecided.of(
            Code.UNMAPPED_OP, f"{what} is no constant", "write the constant with numbers, C and parameters"
        )
