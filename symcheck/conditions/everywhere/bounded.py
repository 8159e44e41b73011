"""Whether a loss is bounded: for each C, label and value of its parameters, |l(z, y)| has a bound for all z.

PROVED by the range of the formula, whose ends are the bounds; REFUTED by a ray along which a linear function that
bounds the loss, from below or from above, grows without end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Final

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.comparison import disagreement
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.domain import every_z
from symcheck.conditions.everywhere.everywhere import (
    MOST_WRITTEN,
    ball_at,
    classes_tried,
    counts_for,
    entries_for,
    is_large,
    points_of,
    shown_direction,
    spread,
    witness_of,
)
from symcheck.conditions.remembered import remembered
from symcheck.field.ball import working
from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.explicit.growth import START, Growth
from symcheck.readings.explicit.rays import growth_of
from symcheck.readings.range_arithmetic import Range
from symcheck.readings.ranges import RangeReading
from symcheck.reason import Code, Reason, Undecided

BITS: Final = 128
"""Working precision of the bounds along rays."""

ENOUGH: Final = 3
"""A loss that rises without end may fall too for more classes than 2; more than these are not looked at then."""

SETTLE: Final = "give values to parameters or to C"


@dataclass(frozen=True)
class Known:
    """The ``range`` of a loss for all z, without ends for a ``reason`` where it was not derived."""

    range: Range
    reason: Reason | None = None


@dataclass(frozen=True)
class Bounds:
    """What is known of a loss: its ``range`` for all z, and a ``rise`` and a ``fall`` without end along some ray."""

    range: Range
    rise: Witness | None = None
    fall: Witness | None = None
    reason: Reason | None = None


def boundedness_finding(formula: Formula, scope: Scope, budget: Budget) -> Finding:
    """Whether l is bounded for every C and every parameter value of ``scope``.

    The detail says as well whether it is bounded below.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import softmax
    >>> z, y = symbols()
    >>> print(boundedness_finding(Formula.of(2 - 2 * softmax(z)[y]), Scope(), Budget()).detail)
    0 <= l(z, y) <= 2 for every z
    """
    return remembered(_boundedness_finding, formula, scope_with(scope, formula), budget)


def bounds_of(formula: Formula, scope: Scope, budget: Budget) -> Bounds:
    """The bounds of the loss ``formula``, from memory if they were derived before."""
    return remembered(_bounds_of, formula, scope_with(scope, formula), budget)


def _boundedness_finding(formula: Formula, scope: Scope, budget: Budget) -> Finding:
    try:
        return _written_finding(formula, scope, budget)
    except Undecided as stop:  # an end that could not be written in time
        return _finding(Verdict.UNDECIDED, "it is open whether l is bounded", reason=stop.reason)


def _written_finding(formula: Formula, scope: Scope, budget: Budget) -> Finding:
    found = bounds_of(formula, scope, budget)
    low, high = found.range.low, found.range.high
    # The two derivations share nothing: an end of the range against a ray is a bug, and no verdict is given.
    if (found.range.low is not None and found.fall is not None) or (high is not None and found.rise is not None):
        reason = disagreement("the bounds of l", f"{found.rise or found.fall}").reason
        return _finding(Verdict.UNDECIDED, "two derivations contradict each other", reason=reason)
    below = f"bounded below by {_shown(low)}" if low is not None else ""
    steps = tuple(
        Step(name, _shown(end), "range of the formula")
        for name, end in (("a lower bound of l", low), ("an upper bound of l", high))
        if end is not None
    )
    if low is not None and high is not None:
        told = f"{_shown(low)} <= l(z, y) <= {_shown(high)} {every_z(formula, scope, budget)}"
        return _finding(Verdict.PROVED, told, steps=steps)
    witness = found.fall or found.rise
    if witness is not None:
        side = below or ("not bounded below" if found.fall is not None else "")
        detail = f"l is not bounded at C = {witness.classes}" + (f", and {side}" if side else "")
        return _finding(Verdict.REFUTED, detail, steps=steps, witness=witness)
    why = "no bound was found on one side, and no ray along which the loss grows without end"
    detail = "it is open whether l is bounded" + (f"; it is {below}" if below else "")
    reason = found.reason or Reason(Code.SIGN_UNKNOWN, why, SETTLE)
    return _finding(Verdict.UNDECIDED, detail, steps=steps, reason=reason)


def _shown(end: Element) -> str:
    assert isinstance(end.field, EverywhereField)
    return end.field.text(end, {})


def _finding(
    verdict: Verdict,
    detail: str,
    *,
    steps: tuple[Step, ...] = (),
    witness: Witness | None = None,
    reason: Reason | None = None,
) -> Finding:
    trust = Trust.BALL if verdict is Verdict.REFUTED else Trust.EXACT
    return Finding(Condition.LOSS_BOUNDED, verdict, detail, trust, steps, witness, reason)


def range_of(formula: Formula, scope: Scope, budget: Budget) -> Known:
    """The range of the loss ``formula`` for all z, from memory if it was derived before."""
    return remembered(_range_of, formula, scope_with(scope, formula), budget)


def _range_of(formula: Formula, scope: Scope, budget: Budget) -> Known:
    try:
        return Known(RangeReading(EverywhereField(scope, budget)).read(formula.with_powers_of_abs()))
    except Undecided as stop:
        return Known(Range(), stop.reason)


def _bounds_of(formula: Formula, scope: Scope, budget: Budget) -> Bounds:
    known = range_of(formula, scope, budget)
    found, reason = known.range, known.reason
    rise = fall = None
    if not found.is_bounded:
        try:
            rise, fall = _rays(formula, scope, budget, may_fall=found.low is None)
        except Undecided as stop:
            reason = reason or stop.reason
    return Bounds(found, rise, fall, reason)


def _rays(formula: Formula, scope: Scope, budget: Budget, *, may_fall: bool) -> tuple[Witness | None, Witness | None]:
    """Rays along which the loss rises, and falls, without end; one that ``may_fall`` is looked at for more classes."""
    rise: Witness | None = None
    fall: Witness | None = None
    # Of a loss that treats classes alike many of them are one entry, and no number of them is too large.
    large = [scope.classes.low] if is_large(scope) and not formula.is_classwise else []
    for classes in chain(classes_tried(scope), large):
        for point in points_of(formula, scope, classes):
            for direction in _directions(entries_for(classes)):
                # z = t u finds linear growth; z = e^t u finds the slow one of log(1 + ||z||).
                for steep in (False, True):
                    budget.check()
                    counts = counts_for(classes, len(direction))
                    growth = growth_at(formula, point, direction, 0, steep=steep, counts=counts)
                    if growth is None:
                        continue
                    up = growth.low.slope if rise is None and growth.low is not None else None
                    down = growth.high.slope if fall is None and growth.high is not None else None
                    rises, falls = up is not None and up > 0, down is not None and down < 0
                    if not (rises or falls) or not _is_met(formula, point, direction, growth, steep=steep):
                        continue
                    if up is not None and rises:
                        rise = _witness(point, direction, up, "lower", steep=steep)
                    if down is not None and falls:
                        fall = _witness(point, direction, down, "upper", steep=steep)
                    if rise is not None and fall is not None:
                        return rise, fall
        # One side without a bound refutes, at one number of classes; what it does for more may differ on the other.
        if fall is not None or (rise is not None and (not may_fall or classes >= ENOUGH)):
            break
    return rise, fall


def growth_at(
    formula: Formula,
    point: ArrayPoint,
    direction: Sequence[Fraction],
    y: int,
    *,
    steep: bool,
    counts: Sequence[int] | None = None,
) -> Growth | None:
    """Bounds along a ray at ``point``, as ``growth_of`` has them; None where the formula has no reading there."""
    names = {p.name for p in formula.parameters}
    values = {n: v for n, v in point.values.items() if n in names}
    try:
        with working(BITS):
            return growth_of(formula.with_arrays(point.arrays), direction, values, y=y, steep=steep, counts=counts)
    except Undecided:
        return None


def _is_met(formula: Formula, point: ArrayPoint, direction: Sequence[Fraction], growth: Growth, *, steep: bool) -> bool:
    """Whether the loss has a value on the ray, by another reading; raises ``Undecided`` for one beyond the lines.

    Of more classes than ``MOST_WRITTEN`` no point is written out, and the lines are believed.
    """
    if point.classes > MOST_WRITTEN:
        return True
    size = 2**12 if steep else 2 * START  # log(2**12) = 8.3 > START
    ball = ball_at(formula, point, [d * size for d in spread(direction, point.classes)], 1)
    if ball is None:
        return False
    with working(BITS):
        t = arb(size).log() if steep else arb(size)
        for line, sign in ((growth.low, 1), (growth.high, -1)):
            if line is not None and (ball - line.slope * t - line.level) * sign < 0:
                where = shown_direction(direction, point.classes)
                raise disagreement("l along a ray", f"{ball} at z = {size} {where}")
    return True


def _directions(classes: int) -> Iterator[tuple[Fraction, ...]]:
    """Directions of rays: the label alone, another class alone, all classes together, either way."""
    label = tuple(Fraction(int(k == 0)) for k in range(classes))
    other = tuple(Fraction(int(k == 1)) for k in range(classes))
    ones = (Fraction(1),) * classes
    for direction in (other, label, ones):
        yield direction
        yield tuple(-d for d in direction)


def _witness(point: ArrayPoint, direction: Sequence[Fraction], slope: arb, side: str, *, steep: bool) -> Witness:
    shown = shown_direction(direction, point.classes)
    along = f"exp(t) {shown}" if steep else f"t {shown}"
    quantity = f"the slope of a linear {side} bound of l(z, 1) along z = {along}, t >= {START},"
    return witness_of(point, quantity, slope, "0")
