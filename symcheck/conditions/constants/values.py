"""The numbers that a formula is asked about: C and a value for each of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symcheck.errors import ParameterError, ScopeError
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes
from symcheck.reason import Undecided, not_exact


def checked_values(formula: Formula, classes: int, parameters: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The values of the formula's own parameters.

    Raises ``ParameterError`` for one without a value or outside its interval, ``ScopeError`` for a number of classes
    that is not an integer >= 2, or that the arrays of the formula are not for, ``Undecided`` for a rounded number.
    """
    Classes(classes, classes)
    if formula.fixed_classes not in (None, classes):
        raise ScopeError(
            f"classes: got {classes}; the arrays in the formula are for C = {formula.fixed_classes}, so give "
            f"classes={formula.fixed_classes}"
        )
    for p in formula.parameters:
        if p.rounded and p.name not in parameters:
            raise Undecided(not_exact(p.name))
    missing = [p.name for p in formula.parameters if p.name not in parameters]
    if missing:
        raise ParameterError(
            f"parameters: no value for {', '.join(missing)}; a bound needs numbers, so add one for each"
        )
    return {p.name: p.value(parameters[p.name]) for p in formula.parameters}
