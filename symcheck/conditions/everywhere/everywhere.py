"""Statements about formulas at all z: two losses are equal, or equal up to a function of z alone.

PROVED by the canonical form of the difference (for two classes, or with given arrays, with all the classes written
out), and by no ball of the two that excludes it.  REFUTED by a rational point z at which the balls of the two do not
meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise
from typing import Final

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.comparison import disagreement
from symcheck.conditions.agreement.points import ArrayPoint, array_points
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.cases.witness_points import decimals
from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.language.terms_of import term_of_formula
from symcheck.readings.explicit.explicit import value_at
from symcheck.readings.fixed import elements_of
from symcheck.reason import Code, Reason, Undecided

MOST_WRITTEN_OUT: Final = 12
"""Up to so many classes are written out where given arrays ask for it."""

CLASSES_TRIED: Final = (2, 3, 5)
"""Numbers of classes at which points are looked at, as far as the scope has them."""

POINTS_TRIED: Final = 6
"""Values of parameters and arrays that are looked at for one number of classes."""

VETOES: Final = 2
"""As many are looked at for a contradiction with what was shown."""

LARGEST_TRIED: Final = 64
"""A scope whose numbers of classes are all larger than this has no points."""

SETTLE: Final = "give values to parameters or to C, or write both formulas in the same way"

GROUPS: Final = 3
"""Of many classes the label, another one and the rest are entries of a direction."""

MOST_WRITTEN: Final = 4096
"""Points z of up to so many classes are written out."""

FAR: Final = Reason(
    Code.SIGN_UNKNOWN,
    f"it does not hold for every C >= 2, and C > {LARGEST_TRIED} alone is not looked at",
    "ask for fewer classes",
)


@dataclass(frozen=True)
class Equality:
    """The ``verdict`` that two formulas are equal at all z, with the ``witness`` or the ``reason`` if not PROVED."""

    verdict: Verdict
    witness: Witness | None = None
    reason: Reason | None = None


def equal_everywhere(first: Formula, second: Formula, scope: Scope, budget: Budget) -> Verdict:
    """Whether ``first`` and ``second`` have the same value at every z, y, C and parameter value of ``scope``.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import log_softmax, logsumexp
    >>> z, y = symbols()
    >>> one, two = Formula.of(-log_softmax(z)[y]), Formula.of(logsumexp(z) - z[y])
    >>> equal_everywhere(one, two, Scope(), Budget())
    <Verdict.PROVED: 2>
    """
    return equality(first, second, scope, budget).verdict


def equal_up_to_label_free(first: Formula, second: Formula, scope: Scope, budget: Budget) -> Verdict:
    """Whether ``first`` - ``second`` is the same for every label y at every z, C and parameter value of ``scope``."""
    return equality(first, second, scope, budget, label_free=True).verdict


def equality(first: Formula, second: Formula, scope: Scope, budget: Budget, *, label_free: bool = False) -> Equality:
    """The same with a witness or a reason; with ``label_free`` up to a function of z alone.

    Equal means: wherever both have a value.
    """
    difference = difference_of(first, second)
    scope = scope_with(scope, difference)
    # A statement for every C holds for the large ones; that it fails for small C says nothing of them.
    if is_large(scope):
        if difference.fixed_classes is not None:  # given arrays have entries for one C only
            return Equality(Verdict.UNDECIDED, reason=FAR)
        wide = equality(first, second, widened(scope), budget, label_free=label_free)
        return wide if wide.verdict is Verdict.PROVED else Equality(Verdict.UNDECIDED, reason=wide.reason or FAR)
    reason = None
    try:
        shown = _is_shown(difference, scope, budget, label_free=label_free)
    except Undecided as stop:
        shown, reason = False, stop.reason
    try:
        # What was shown is looked at as well: balls do not share a line of code with canonical forms.
        tried = VETOES if shown else POINTS_TRIED
        met, found = _looked_at((first, second), difference, scope, budget, label_free=label_free, tried=tried)
    except Undecided as stop:
        return Equality(Verdict.UNDECIDED, reason=stop.reason)
    if shown and found is not None:
        return Equality(Verdict.UNDECIDED, reason=disagreement("the difference", str(found)).reason)
    if found is not None:
        return Equality(Verdict.REFUTED, found)
    # Two formulas that have no value anywhere together would be equal for want of a point.
    if shown and met:
        return Equality(Verdict.PROVED)
    if shown:
        why = "at none of the points that were tried both sides have a value"
        return Equality(Verdict.UNDECIDED, reason=Reason(Code.SIGN_UNKNOWN, why, SETTLE))
    why = "the canonical form of the difference is not 0, and no point was found that tells the two apart"
    return Equality(Verdict.UNDECIDED, reason=reason or Reason(Code.SIGN_UNKNOWN, why, SETTLE))


def difference_of(first: Formula, second: Formula) -> Formula:
    """``first`` - ``second``; raises ``ParameterError`` if one name stands for two things in them."""
    return Formula.of(term_of_formula(first) - term_of_formula(second))


def values_by_label(formula: Formula, field: EverywhereField, *, at_zero: bool = False) -> tuple[Element, ...]:
    """The canonical values of ``formula``: one for each label where the classes are written out, else that at y alone.

    Raises ``Undecided`` where the formula has no reading.
    """
    return elements_of(formula.with_powers_of_abs(), field, written_out(formula, field.scope), at_zero=at_zero)


def sum_by_label(values: tuple[Element, ...], field: EverywhereField) -> Element:
    """The sum over all labels y."""
    return field.summed(values[0], 0) if len(values) == 1 else field.sum(values)


def written_out(formula: Formula, scope: Scope) -> int | None:
    """The number of classes if all of them are written out."""
    fixed = scope.classes.fixed
    # With C = 2 the sum over the others is one entry, which sums over a free index do not know; given entries have no
    # free index at all.
    is_given = any(a.values is not None or a.rule is not None for a in formula.arrays)
    return fixed if fixed == 2 or (fixed is not None and is_given and fixed <= MOST_WRITTEN_OUT) else None


def _is_shown(difference: Formula, scope: Scope, budget: Budget, *, label_free: bool) -> bool:
    field = EverywhereField(scope, budget)
    values = values_by_label(difference, field)
    # A function of z alone is its own mean over the labels.
    mean = sum_by_label(values, field) / field.C if label_free else field.zero
    return all(field.is_zero(v - mean) for v in values)


# points


def classes_tried(scope: Scope) -> Iterator[int]:
    """Small numbers of classes of ``scope``."""
    classes = scope.classes
    found = [n for n in CLASSES_TRIED if n in classes]
    yield from found or ([classes.low] if classes.low <= LARGEST_TRIED else [])


def points_of(formula: Formula, scope: Scope, classes: int, tried: int = POINTS_TRIED) -> Iterator[ArrayPoint]:
    """Values of the parameters and arrays of ``formula`` in ``scope``, at most as many as are to be ``tried``."""
    return islice(array_points(formula, scope, classes), tried)


def is_large(scope: Scope) -> bool:
    """Whether no number of classes of ``scope`` is small enough for points."""
    return next(classes_tried(scope), None) is None


def widened(scope: Scope) -> Scope:
    """``scope`` with every C >= 2: what holds there holds in ``scope``, and small C may speak against it."""
    return Scope(Classes(), scope.parameters, scope.arrays)


def logits_tried(classes: int, tried: int = POINTS_TRIED) -> Iterator[tuple[Fraction, ...]]:
    """Rational points z, at most as many as are to be ``tried``: irregular ones, with entries of both signs."""
    return islice(_logits(classes), tried)


def _logits(classes: int) -> Iterator[tuple[Fraction, ...]]:
    ranks = range(classes)
    for start, step, scale in (
        (1, 2, Fraction(1, 3)),
        (2, 3, Fraction(1)),
        (3, 1, Fraction(1, 7)),
        (1, 4, Fraction(2)),
    ):
        # Squares modulo an odd number: identities hide where entries are evenly spaced.
        yield tuple(scale * (((start + step * k * k) % (2 * classes + 3)) - classes) for k in ranks)
    yield tuple(Fraction(int(k == 0)) for k in ranks)
    yield tuple(Fraction(-2 * int(k == classes - 1)) for k in ranks)


def ball_at(formula: Formula, point: ArrayPoint, z: Sequence[Fraction], y: int) -> arb | None:
    """The value of ``formula`` at ``point``, z and y; None if it is not known there."""
    names = {p.name for p in formula.parameters}
    here = formula.with_arrays(point.arrays)
    try:
        return value_at(here, z, {n: v for n, v in point.values.items() if n in names}, y=y)
    except Undecided:
        return None


def shown_logits(z: Sequence[Fraction]) -> str:
    """z as a reader writes it."""
    return f"({', '.join(map(str, z))})"


def entries_for(classes: int) -> int:
    """The entries of a direction: of many classes those that are neither the label nor one other are one entry."""
    return min(classes, GROUPS) if classes > LARGEST_TRIED else classes


def counts_for(classes: int, entries: int) -> tuple[int, ...]:
    """How many classes each entry of a direction stands for."""
    return (1,) * (entries - 1) + (classes - entries + 1,)


def spread(direction: Sequence[Fraction], classes: int) -> tuple[Fraction, ...]:
    """A direction with an entry for each class."""
    return (*direction, *[direction[-1]] * (classes - len(direction)))


def shown_direction(direction: Sequence[Fraction], classes: int) -> str:
    """A direction as a reader writes it, the equal entries at its end once."""
    if len(direction) == classes:
        return shown_logits(direction)
    return f"({', '.join(map(str, direction))}, ..., {direction[-1]})"


def _looked_at(
    pair: tuple[Formula, Formula],
    difference: Formula,
    scope: Scope,
    budget: Budget,
    *,
    label_free: bool,
    tried: int,
) -> tuple[bool, Witness | None]:
    """Whether both formulas have a value at some point that was tried, and a point that tells them apart."""
    met = False
    for classes in classes_tried(scope):
        for point in points_of(difference, scope, classes, tried):
            for z in logits_tried(classes, tried):
                budget.check()
                labels = range(1, min(classes, 3) + 1)
                balls = [(y, ball_at(pair[0], point, z, y), ball_at(pair[1], point, z, y)) for y in labels]
                known = [(y, a, b) for y, a, b in balls if a is not None and b is not None]
                met = met or bool(known)
                found = _apart(known, point, z, label_free=label_free)
                if found is not None:
                    return met, found
    return met, None


def _apart(
    known: list[tuple[int, arb, arb]], point: ArrayPoint, z: Sequence[Fraction], *, label_free: bool
) -> Witness | None:
    where = f"at z = {shown_logits(z)}"
    if not label_free:
        for y, a, b in known:
            if not a.overlaps(b):
                ball = a - b
                return witness_of(point, f"the difference {where}, y = {y}", ball, "0")
        return None
    # Up to a function of z alone the difference may be anything, so long as it is the same for two labels.
    for (y, a, b), (other, c, d) in pairwise(known):
        ball = (a - b) - (c - d)
        if not ball.contains(0):
            return witness_of(point, f"the difference {where}, y = {y} less that at y = {other}", ball, "0")
    return None


def witness_of(point: ArrayPoint, quantity: str, ball: arb, expected: str) -> Witness:
    """The witness that ``quantity`` lies in ``ball`` at ``point``, where ``expected`` is needed."""
    shown, decimal = decimals(ball)
    return point.witness(quantity, shown, expected, decimal)
