"""How strongly convex a regularizer is on the whole space: s > 0 with g - s/2 ||z||^2 convex."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from fractions import Fraction
from typing import Final

from symcheck.budget import Budget
from symcheck.conditions.constants.rounded import below
from symcheck.conditions.constants.values import checked_values
from symcheck.conditions.convexity.finding import is_convex
from symcheck.conditions.remembered import remembered_as
from symcheck.field.ball import ball_of
from symcheck.language.formula import Formula
from symcheck.language.functions import mean, total
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Scalar, Vec
from symcheck.language.terms_of import terms_of
from symcheck.readings.explicit.explicit import explicit_expansion
from symcheck.reason import Undecided

KINKED: Final = (Fraction(2), Fraction(1), Fraction(1, 2), Fraction(1, 4))
"""What is tried where g has no Hessian at 0 that could say what to try."""

SIMPLEST: Final = 1000
"""Eigenvalues are taken for the nearest fraction of a denominator up to it: what is tried is proved, or not used."""


class On(Enum):
    """Where z lies: anywhere, among the vectors of sum 0, or among those with 0 at a reference class."""

    SPACE = "R^C"
    QUOTIENT = "the vectors of sum 0"
    REFERENCE = "the vectors with 0 at the reference class"


def strong_convexity(
    regularizer: Formula, *, classes: int, parameters: Mapping[str, Fraction], on: On = On.SPACE
) -> float | None:
    """A number s > 0, rounded down, with g - s/2 ||z||^2 convex ``on`` the space; None if none is shown.

    What is tried are the least eigenvalue of D^2 g(0), than which no s is larger, its half and its quarter; what is
    shown is shown by the rules of convexity, at C = ``classes`` and a value for each of the ``parameters``.  On vectors
    of sum 0 g - s/2 ||z - mean(z)||^2 is enough, and where z_C = 0, ||z - mean(z)||^2 >= ||z||^2/C.

    >>> from symcheck.language.formula import symbols
    >>> z, y = symbols()
    >>> strong_convexity(Formula.of(total(z**2) / 2 + total(z**4)), classes=10, parameters={})
    1.0
    """
    try:
        regularizer = regularizer.with_values(checked_values(regularizer, classes, parameters))
    except Undecided:
        return None
    found = remembered_as((strong_convexity, regularizer, classes, on), lambda: (_largest(regularizer, classes, on),))
    assert found is not None
    return None if not found[0] else below(ball_of(found[0]))


def _largest(g: Formula, classes: int, on: On) -> Fraction:
    """The largest s that is shown, 0 if none is."""
    if g.detaches or g.uses_label or any(a.is_free for a in g.arrays):
        return Fraction(0)
    whole = _shown(g, classes, centred=False)
    if on is On.SPACE:
        return whole
    centred = _shown(g, classes, centred=True)
    return max(whole, centred if on is On.QUOTIENT else centred / classes)


def _shown(g: Formula, classes: int, *, centred: bool) -> Fraction:
    z, value = Vec("logits"), terms_of(g)[-1]
    square = total((z - mean(z)) ** 2) if centred else total(z**2)
    scope, budget = Scope(Classes(classes, classes)), Budget()
    for s in _tried(g, classes, centred=centred):
        if is_convex(Formula.of(value - Scalar("number", data=s / 2) * square), scope, budget):
            return s
    return Fraction(0)


def _tried(g: Formula, classes: int, *, centred: bool) -> Iterator[Fraction]:
    """What may be the least eigenvalue of D^2 g(0), and smaller numbers."""
    if g.is_classwise:
        yield from KINKED
        return
    try:
        at = explicit_expansion(g, classes, {})
    except Undecided:
        yield from KINKED
        return
    least = at.h_kk - at.h_yk
    if not centred:
        least = least.min(at.h_kk + (classes - 1) * at.h_yk)
    near = Fraction(float(least.mid())).limit_denominator(SIMPLEST)
    exact = Fraction(below(least))
    if near > 0 and abs(near - exact) < Fraction(1, 10**9):
        yield near
    if exact > Fraction(1, 10**9):
        yield from (exact, exact / 2, exact / 4)
