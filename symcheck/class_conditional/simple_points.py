"""Simple points of a scope: a witness there is checked more easily than what a prover came upon."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import islice, product
from math import gcd
from typing import Final

from symcheck.field.element import Element
from symcheck.language.scope import Scope

MOST_TRIED: Final = 100
"""So many points are tried."""

_SIMPLE: Final = tuple(Fraction(n, d) for d in (2, 3, 4, 5, 10) for n in range(d + 1) if gcd(n, d) == 1)


def simple_point(c: Element, scope: Scope, holds: Callable[[Fraction], bool]) -> dict[str, Fraction] | None:
    """A small C and simple values of the parameters at which ``c`` is a number that ``holds``, or None."""
    choices = [[v for v in _SIMPLE if v in p.interval] for p in scope.parameters]
    small = [count for count in range(scope.classes.low, scope.classes.low + 3) if count in scope.classes]
    for count, values in islice(product(small, product(*choices)), MOST_TRIED):
        point = dict(zip((p.name for p in scope.parameters), values, strict=True)) | {"C": Fraction(count)}
        number = c.field.restricted(c, c.field.narrowed(point), point).rational
        if number is not None and holds(number):
            return point
    return None
