"""Logarithms of whole numbers as a reader writes them: log(50), where the field has log(2) + 2 log(5)."""

from __future__ import annotations

from fractions import Fraction

import sympy
from sympy import Expr

LONGEST = 10**9
"""Larger numbers are left as sums of logarithms."""


def joined_logarithms(expression: Expr) -> Expr:
    """``expression``, in which each sum of whole multiples of logarithms of whole numbers is one logarithm.

    >>> joined_logarithms((sympy.log(2) + 2 * sympy.log(5)) / sympy.log(3))
    log(50)/log(3)
    """
    if not expression.args or not expression.has(sympy.log):
        return expression
    args = [joined_logarithms(a) if isinstance(a, Expr) else a for a in expression.args]
    if isinstance(expression, sympy.Add):
        found = _one(args)
        if found is not None:
            return found
    return expression.func(*args)


def _one(terms: list[Expr]) -> Expr | None:
    inside = Fraction(1)
    for term in terms:
        factor, logarithm = term.as_coeff_Mul()
        if not (isinstance(logarithm, sympy.log) and logarithm.args[0].is_Integer and factor.is_Integer):
            return None
        if abs(int(factor)) > 30:
            return None
        inside *= Fraction(int(logarithm.args[0])) ** int(factor)
        if max(inside.numerator, inside.denominator) > LONGEST:
            return None
    return (
        sympy.log(inside.numerator)
        if inside.denominator == 1
        else sympy.log(sympy.Rational(inside.numerator, inside.denominator))
    )
