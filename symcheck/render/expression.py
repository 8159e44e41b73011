"""Expressions in the formula grammar: SymPy expressions in C and the parameters, as text that parses back."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from symcheck.language.numerals import is_long, numeral

if TYPE_CHECKING:
    from sympy import Expr  # reading a page takes no SymPy

_SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(5)
_FUNCTIONS = {"log": "log", "exp": "exp", "Abs": "abs", "tanh": "tanh", "cosh": "cosh", "acos": "arccos",
              "sin": "sin", "cos": "cos", "atan": "arctan", "erf": "erf"}  # fmt: skip

Written = tuple[str, int]
"""A text and how strongly its outermost operator binds."""


def expression_text(expression: Expr) -> str:
    """``expression`` in the formula grammar: the parser reads an equal one back.

    Parameters: a SymPy expression made of rationals, symbols, pi, ``+ * **``, exp, log, abs, tanh, cosh, acos,
    sin, cos, atan and erf.
    Raises ``TypeError`` for anything else, which the language has no word for.

    >>> from sympy import Symbol, log
    >>> C = Symbol("C", positive=True, integer=True)
    >>> expression_text((1 - 1 / C) / log(C))
    '(1 - 1/C)/log(C)'
    """
    return _written(expression)[0]


def text_as_it_stands(expression: Expr) -> str:
    """``expression_text`` with terms and factors in the order in which they stand: sorting evaluates towers of exp.

    Raises ``TypeError`` as ``expression_text`` does.

    >>> from sympy import Symbol
    >>> C, q = Symbol("C", positive=True), Symbol("q", real=True)
    >>> text_as_it_stands(C ** (-q - 1) - C ** (-q))
    'C**(-1 - q) - C**(-q)'
    """
    return _written(expression, is_sorted=False)[0]


def conditions(expression: Expr) -> list[tuple[Expr, str]]:
    """The values of an expression by cases, each with its condition in words; none of another expression."""
    if type(expression).__name__ != "Piecewise":
        return []
    return [(value, _condition(where)) for value, where in expression.args]


def value_text(expression: Expr) -> str:
    """``expression`` in the formula grammar; one by cases as ``1 where C <= 10, 21/(2*C) where C >= 11``."""
    found = conditions(expression)
    if not found:
        return expression_text(expression)
    return ", ".join(f"{expression_text(value)} where {where}" for value, where in found)


_RELATIONS = {
    "Equality": "=", "Unequality": "!=", "LessThan": "<=", "StrictLessThan": "<", "GreaterThan": ">=",
    "StrictGreaterThan": ">",
}  # fmt: skip


def _condition(where: Expr) -> str:
    kind = type(where).__name__
    if kind in ("And", "Or"):
        return f" {kind.lower()} ".join(_condition(a) for a in where.args)
    if kind == "BooleanTrue":
        return "everything else"
    return f"{expression_text(where.args[0])} {_RELATIONS[kind]} {expression_text(where.args[1])}"


def _written(e: Expr, *, is_sorted: bool = True) -> Written:
    if e.is_Rational:
        return _rational(int(e.p), int(e.q))
    if e.is_Symbol:
        return e.name, _ATOM
    if e.is_Add:
        return _sum(e.as_ordered_terms() if is_sorted else e.args, is_sorted=is_sorted), _SUM
    if e.is_Mul:
        return _product(e, is_sorted=is_sorted)
    kind = type(e).__name__
    if kind == "Exp1":
        return "exp(1)", _ATOM
    # As the field writes it; the grammar reads pi as well.
    if kind == "Pi":
        return "arccos(-1)", _ATOM
    if kind in _FUNCTIONS:
        return f"{_FUNCTIONS[kind]}({_written(e.args[0], is_sorted=is_sorted)[0]})", _ATOM
    if e.is_Pow:
        base, exponent = e.args
        if _belongs_below(exponent):
            return f"1/{_at_least(_power(base, -exponent, is_sorted=is_sorted), _UNARY)}", _PRODUCT
        return _power(base, exponent, is_sorted=is_sorted)
    raise TypeError(f"expression: got {kind} in {e}; the formula grammar has no word for it")


def _rational(p: int, q: int) -> Written:
    if is_long(p) or is_long(q):
        return numeral(p) if q == 1 else f"{numeral(p)}/({numeral(q)})", _SUM
    if q == 1:
        return str(p), _ATOM if p >= 0 else _UNARY
    return f"{p}/{q}", _PRODUCT if p >= 0 else _SUM


def _sum(terms: Iterable[Expr], *, is_sorted: bool) -> str:
    text = ""
    for term in terms:
        negative = term.as_coeff_Mul()[0].is_negative
        piece = _at_least(_written(-term if negative else term, is_sorted=is_sorted), _PRODUCT)
        text += (" - " if negative else " + ") + piece if text else ("-" if negative else "") + piece
    return text


def _product(e: Expr, *, is_sorted: bool) -> Written:
    """Numbers first, then the factors, and under them all those whose exponents belong below."""
    number, rest = e.as_coeff_Mul()
    if number.is_negative:
        text, strength = _written(-e, is_sorted=is_sorted)
        return (f"-({text})", _UNARY) if strength < _PRODUCT else (f"-{text}", _PRODUCT)
    above = [_rational(int(number.p), 1)] if number.p != 1 else []
    below = [_rational(int(number.q), 1)] if number.q != 1 else []
    for factor in rest.as_ordered_factors() if is_sorted else rest.args if rest.is_Mul else (rest,):
        base, exponent = factor.args if factor.is_Pow else (factor, None)
        if exponent is not None and _belongs_below(exponent):
            below.append(_power(base, -exponent, is_sorted=is_sorted))
        else:
            above.append(_written(factor, is_sorted=is_sorted))
    text = "*".join(_at_least(w, _UNARY) for w in above) or "1"
    if not below:
        return text, _PRODUCT
    under = "*".join(_at_least(w, _UNARY) for w in below)
    return f"{text}/({under})" if len(below) > 1 else f"{text}/{under}", _PRODUCT


def _power(base: Expr, exponent: Expr, *, is_sorted: bool) -> Written:
    if exponent == 1:
        return _written(base, is_sorted=is_sorted)
    if exponent.is_Rational and exponent.p == 1 and exponent.q == 2:
        return f"sqrt({_written(base, is_sorted=is_sorted)[0]})", _ATOM
    below, above = (_at_least(_written(x, is_sorted=is_sorted), _ATOM) for x in (base, exponent))
    return f"{below}**{above}", _POWER


def _belongs_below(exponent: Expr) -> bool:
    """Whether a power is written as a divisor: 1/C**2 and 1/sqrt(C), but C**(-q) and C**(-7/10)."""
    return bool(exponent.is_Rational and exponent < 0 and (exponent.is_Integer or exponent == Fraction(-1, 2)))


def _at_least(written: Written, strength: int) -> str:
    text, bound = written
    return text if bound >= strength else f"({text})"
