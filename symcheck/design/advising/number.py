"""Numbers as a table has them: exactly, and in digits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation

import sympy
from sympy import Expr

from symcheck.budget import Budget
from symcheck.design.matching.logarithms import joined_logarithms
from symcheck.design.matching.solving import digits
from symcheck.field.field import Field
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Undecided

DIGITS = 6
"""Significant digits of a number in a table."""


@dataclass(frozen=True)
class ExactNumber:
    """A number at one C: the ``expression``, and the ``digits`` that are certain ("" where they were not found)."""

    expression: Expr
    digits: str

    @property
    def short(self) -> str:
        """The number in at most six significant digits; the expression where its digits are not known."""
        try:
            found = Context(prec=DIGITS).plus(Decimal(self.digits))
        except InvalidOperation:
            return str(self.expression)
        if not -DIGITS < found.adjusted() <= DIGITS:
            return f"{found.normalize():e}"
        plain = f"{found:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain


def number_of(classes: Classes, top: tuple[Expr, ...], bottom: tuple[Expr, ...] = ()) -> ExactNumber:
    """The product of ``top`` over that of ``bottom``, positive numbers in C, at the one C of ``classes``.

    >>> C = sympy.Symbol("C", integer=True, positive=True)
    >>> found = number_of(Classes.of(100), (sympy.Integer(2),), (sympy.log(C),))
    >>> found.expression, found.digits, found.short
    (1/log(10), '0.434294481903', '0.434294')
    """
    field = Field(Scope(classes), Budget())
    try:
        value = field.from_sympy(sympy.Integer(1))
        for factor in top:
            value = value * field.from_sympy(factor)
        for divisor in bottom:
            value = value / field.from_sympy(divisor)
        if "C" in field.depends(value):
            value = value.at({"C": classes.low})
        return ExactNumber(joined_logarithms(value.sympy()), digits(value, classes))
    except Undecided:
        return ExactNumber(sympy.Mul(*top) / sympy.Mul(*bottom), "")
