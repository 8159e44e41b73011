"""SymPy expressions as constants: structural, without any of SymPy's own rewriting."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import sympy
from sympy import Expr

from symcheck.errors import ParameterError
from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.symbols import C_SYMBOL, SYMPY_FUNCTIONS
from symcheck.reason import Code, Undecided

_ROLES: Final = {function: role for role, function in SYMPY_FUNCTIONS.items()}


def constant_of(field: AbstractField, expression: Expr) -> Element:
    """The constant of ``field`` that ``expression`` stands for.

    Raises ``Undecided``: ``unmapped-op`` for a node that is no constant of the scope, ``sign-unknown`` where
    a logarithm, power or quotient is not shown to exist.
    """
    return _Intake(field).of(expression)


class _Intake:
    """One expression; equal subexpressions are read once."""

    def __init__(self, field: AbstractField) -> None:
        self._field = field
        self._known: dict[Expr, Element] = {}

    def of(self, e: Expr) -> Element:
        """The constant that ``e`` stands for."""
        known = self._known.get(e)
        if known is None:
            known = self._known[e] = self._read(e)
        return known

    def _read(self, e: Expr) -> Element:
        field = self._field
        if isinstance(e, sympy.Rational):
            return field.number(Fraction(int(e.p), int(e.q)))
        if isinstance(e, sympy.Symbol):
            return self._symbol(e)
        if isinstance(e, sympy.Add):
            return field.sum(map(self.of, e.args))
        if isinstance(e, sympy.Mul):
            value = field.one
            for a in e.args:
                value = value * self.of(a)
            return value
        if type(e) in _ROLES and len(e.args) == 1:
            return field.applied(_ROLES[type(e)], self.of(e.args[0]))
        if e is sympy.E:
            return field.exp(field.one)
        if e is sympy.pi:
            return field.arccos(field.number(-1))
        if isinstance(e, sympy.Pow):
            base, exponent = e.args
            if base is sympy.E:
                return field.exp(self.of(exponent))
            return field.power(self.of(base), self.of(exponent))
        raise _unmapped(f"{type(e).__name__} in {e}")

    def _symbol(self, e: Expr) -> Element:
        if e == C_SYMBOL:
            return self._field.C
        try:
            return self._field.parameter(e.name)
        except ParameterError as unknown:
            raise _unmapped(f"the symbol {e}: {unknown}") from None


def _unmapped(what: str) -> Undecided:
    return Undecided.of(
        Code.UNMAPPED_OP,
        f"no constant of the scope: {what}",
        "numbers, C, the free parameters, sums, products, powers, exp, log, acos, cos, sin, atan and erf are constants",
    )
