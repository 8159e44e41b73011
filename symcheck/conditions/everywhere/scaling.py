"""Points that show that a loss or a regularizer does not scale as Theorem 1 needs: in balls, at one C.

With sym(l)(z, y) = l(z, y) - ins(l)(z), R(z) = ins(l)(z) - ins(l)(0) and G(z) = g(z) - g(0), Theorem 1 needs
sym(l) to be linear up to constants, and R(tz) = t^k R(z), G(tz) = t^k G(z) with one k > 1.  So along every ray

    s(2z) - 2 s(z) + s(0) = 0 for s = l(., 1) - l(., 2),
    R(z) R(4z) = R(2z)^2,  G(z) G(4z) = G(2z)^2,  R(z) G(2z) = R(2z) G(z),

and a ball that excludes 0 shows that it does not scale so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice

from flint import arb, ctx

from symcheck.conditions.agreement.points import ArrayPoint, array_points
from symcheck.conditions.cases.witness_points import decimals
from symcheck.errors import FormulaError
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Undecided

MOST_CLASSES = 12
"""Points with more classes are not looked at."""

_RAYS = (
    (Fraction(1), Fraction(0)),
    (Fraction(0), Fraction(1)),
    (Fraction(1), Fraction(-1)),
    # One that is no symmetric choice, at which a law might hold by accident.
    (Fraction(1, 4), Fraction(1, 3)),
)
"""The first entries of the points z; the others are 0."""

Point = tuple[Fraction, ...]


def label_dependence(loss: Formula, scope: Scope) -> Witness | None:
    """A point at which s(2z) - 2 s(z) + s(0) is not 0, if one is found: sym(l) is then not linear in z."""

    def second_difference(at: ArrayPoint, z: Point) -> arb:
        def s(t: int) -> arb:
            here = at.formula(loss)
            return _value(here, z, t, 1) - _value(here, z, t, 2)

        return s(2) - 2 * s(1) + s(0)

    what = "s(2z) - 2 s(z) + s(0) for s(z) = l(z, 1) - l(z, 2)"
    return _found(second_difference, what, [loss], scope)


def unequal_scaling(loss: Formula, regularizer: Formula, scope: Scope) -> Witness | None:
    """A point at which R or G is homogeneous of no degree, or not of the same one, if one is found."""

    def insensitive(at: ArrayPoint, z: Point, t: int) -> arb:
        return _insensitive(loss, at, z, t)

    def penalty(at: ArrayPoint, z: Point, t: int) -> arb:
        here = at.formula(regularizer)
        return _value(here, z, t, 1) - _value(here, z, 0, 1)

    def crossed(at: ArrayPoint, z: Point) -> arb:
        return insensitive(at, z, 1) * penalty(at, z, 2) - insensitive(at, z, 2) * penalty(at, z, 1)

    both = [loss, regularizer]
    return (
        without_degree(regularizer, scope)
        or insensitive_without_degree(loss, scope)
        or _found(crossed, "R(z) G(2z) - R(2z) G(z) for R = ins(l) - ins(l)(0), G = g - g(0)", both, scope)
    )


def without_degree(regularizer: Formula, scope: Scope) -> Witness | None:
    """A point at which G is homogeneous of no degree, if one is found."""

    def bent(at: ArrayPoint, z: Point) -> arb:
        here = at.formula(regularizer)
        one, two, four = (_value(here, z, t, 1) - _value(here, z, 0, 1) for t in (1, 2, 4))
        return one * four - two**2

    return _found(bent, "G(z) G(4z) - G(2z)^2 for G(z) = g(z) - g(0)", [regularizer], scope)


def insensitive_without_degree(loss: Formula, scope: Scope) -> Witness | None:
    """A point at which R is homogeneous of no degree, if one is found."""

    def bent(at: ArrayPoint, z: Point) -> arb:
        one, two, four = (_insensitive(loss, at, z, t) for t in (1, 2, 4))
        return one * four - two**2

    return _found(bent, "R(z) R(4z) - R(2z)^2 for R(z) = ins(l)(z) - ins(l)(0)", [loss], scope)


def unequal_insensitive(loss: Formula, scope: Scope) -> Witness | None:
    """A point at which ins(l) is no polynomial of degree 2 in t along tz, if one is found."""

    def third_difference(at: ArrayPoint, z: Point) -> arb:
        # It is 0 for what is linear as well: a drift is no reason.
        back, one, two = (_insensitive(loss, at, z, t) for t in (-1, 1, 2))
        return two - 3 * one - back

    return _found(third_difference, "R(2z) - 3 R(z) - R(-z) for R(z) = ins(l)(z) - ins(l)(0)", [loss], scope)


def different_value(loss: Formula, other: Formula, scope: Scope) -> Witness | None:
    """A point at which ``loss`` and ``other`` have different values for the label 1, if one is found."""

    def difference(at: ArrayPoint, z: Point) -> arb:
        return _value(at.formula(loss), z, 1, 1) - _value(other, z, 1, 1)

    return _found(difference, f"l(z, 1) - ({other}) for y = 1", [loss], scope)


def _value(formula: Formula, z: Point, t: int, y: int) -> arb:
    return value_at(formula, [t * x for x in z], {}, y=y)


def _insensitive(loss: Formula, at: ArrayPoint, z: Point, t: int) -> arb:
    """R(tz)."""
    here = at.formula(loss)
    return _mean([_value(here, z, t, y) - _value(here, z, 0, y) for y in range(1, at.classes + 1)])


def _mean(values: list[arb]) -> arb:
    return sum(values, arb(0)) / len(values)


def _found(of: Callable[[ArrayPoint, Point], arb], what: str, formulas: list[Formula], scope: Scope) -> Witness | None:
    """The first point at which ``of`` is shown not to be 0."""
    for at, z in _points(formulas, scope):
        try:
            with ctx.workprec(128):
                ball = of(at, z)
        except (Undecided, FormulaError):
            continue
        # A ball about 0 refutes nothing: the law may hold there.
        if not ball.is_finite() or ball.contains(0):
            continue
        shown = ", ".join(map(str, z))
        quantity = f"{what}, z = ({shown})"
        number, decimal = decimals(ball)
        return at.witness(quantity, number, "0", decimal)
    return None


def _points(formulas: list[Formula], scope: Scope) -> Iterator[tuple[ArrayPoint, Point]]:
    low = scope.classes.low
    for classes in (c for c in (low, low + 1) if c in scope.classes and c <= MOST_CLASSES):
        for at in _places(formulas, scope, classes):
            for ray in _RAYS:
                padded = [*ray, *[Fraction(0)] * classes][:classes]
                if any(padded):
                    yield at, tuple(padded)


def _places(formulas: list[Formula], scope: Scope, classes: int) -> Iterator[ArrayPoint]:
    """Points of the scope; with free arrays in two formulas, those that the first one has."""
    whole = next((f for f in formulas if f.arrays), formulas[0])
    free = {a.name for f in formulas for a in f.arrays if a.values is None}
    # Entries are chosen for one formula, and those that only the other one has would be left free.
    if free <= {a.name for a in whole.arrays}:
        yield from islice(array_points(whole, scope, classes), 2)
