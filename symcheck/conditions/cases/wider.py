"""Points of a scope in a part that holds more: where a whole number is written in a real one, n = C/2 + s."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

import sympy
from sympy import Expr

from symcheck.conditions.agreement.sample_point import sample_value
from symcheck.conditions.cases.parts import Part
from symcheck.field.symbols import C_SYMBOL, symbol_of
from symcheck.findings.witness import Witness
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason

MOST_CLASSES = 4
"""So many numbers of classes are looked at."""

NEAR = (-2, -1, 0, 1, 2)
"""Whole numbers are looked at so far from what bounds them."""


def points_inside(part: Part, scope: Scope) -> Iterator[tuple[int, dict[str, Fraction]]]:
    """Numbers of classes with parameter values of ``scope`` that satisfy the constraints of ``part``."""
    low = part.scope.classes.low
    for classes in (c for c in range(low, low + MOST_CLASSES) if c in part.scope.classes):
        # A rounded number is never given a value; what is shown at these points holds wherever it lies.
        free = [p for p in scope.parameters if not p.rounded]
        for row in product(*(dict.fromkeys(_values(part, p, classes)) for p in free)):
            values = {p.name: v for p, v in zip(free, row, strict=True)}
            if all(at(c.condition, scope, classes, values) == sympy.true for c in part.constraints):
                yield classes, values


def is_inside(part: Part, witness: Witness, scope: Scope) -> bool:
    """Whether the point of ``witness``, in the parameters of ``part``, is one of ``scope``."""
    values = part.values(witness.parameters, witness.classes)
    return all(values[p.name] in p.interval for p in scope.parameters if p.name in values)


NOT_WHOLE = Reason(
    Code.SIGN_UNKNOWN,
    "what fails was only seen at values that are no whole numbers",
    "give values to the parameters of whole numbers, or narrow classes=",
)
"""Why what is REFUTED in a part that holds more is open in the scope."""


def at(expression: Expr, scope: Scope, classes: int, values: Mapping[str, Fraction]) -> Expr:
    """``expression`` at a point of ``scope``."""
    put = {symbol_of(p): _sympy(values[p.name]) for p in scope.parameters if p.name in values}
    return expression.subs({C_SYMBOL: classes, **put})


def _values(part: Part, p: Parameter, classes: int) -> Iterator[Fraction]:
    """A value inside, and for whole numbers those near the thresholds that are numbers."""
    yield sample_value(p.interval)
    if not p.interval.integer:
        return
    for constraint in part.constraints:
        threshold = constraint.threshold.subs(C_SYMBOL, classes)
        if constraint.parameter.name == p.name and threshold.is_Rational:
            # A condition that holds or fails in a narrow cell does so next to its ends.
            near = Fraction(int(threshold.p) // int(threshold.q))
            yield from (near + k for k in NEAR if near + k in p.interval)


def _sympy(value: Fraction) -> Expr:
    return sympy.Rational(value.numerator, value.denominator)
