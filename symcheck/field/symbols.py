"""The SymPy symbols that stand for C and for a free parameter, the same in every reading, and SymPy's functions."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import sympy
from sympy import Symbol

from symcheck.field.generator import Role
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter

C_SYMBOL = Symbol("C", positive=True, integer=True)
"""The number of classes.  (SymPy is told C >= 1 only: that C >= 2 is the business of the sign procedure.)"""

SYMPY_FUNCTIONS: Final = {
    Role.EXP: sympy.exp, Role.LOG: sympy.log, Role.ARCCOS: sympy.acos, Role.COS: sympy.cos, Role.SIN: sympy.sin,
    Role.ARCTAN: sympy.atan, Role.ERF: sympy.erf,
}  # fmt: skip
"""What generators stand for in SymPy."""

_POSITIVE = Interval(Fraction(0), None, low_open=True, high_open=True)
_NONNEGATIVE = Interval(Fraction(0), None, low_open=False, high_open=True)


def symbol_of(parameter: Parameter) -> Symbol:
    """The symbol of ``parameter``: real, and what its interval says at once about sign and wholeness.

    Positive if the interval lies in (0, oo), else nonnegative if it lies in [0, oo); integer where that
    was declared.  Two parameters of one name and one kind of interval have one symbol.

    >>> symbol_of(Parameter("q", above=0, at_most=1)).is_positive
    True
    """
    assumptions: dict[str, bool] = {"real": True}
    if parameter.interval.within(_POSITIVE):
        assumptions["positive"] = True
    elif parameter.interval.within(_NONNEGATIVE):
        assumptions["nonnegative"] = True
    if parameter.interval.integer:
        assumptions["integer"] = True
    return Symbol(parameter.name, **assumptions)
