"""The SymPy symbols that stand for C and for a free parameter: the same ones in every reading."""

from __future__ import annotations

from fractions import Fraction

from sympy import Symbol

from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter

C_SYMBOL = Symbol("C", positive=True, integer=True)
"""The number of classes.  (SymPy is told C >= 1 only: that C >= 2 is the business of the sign procedure.)"""

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
