"""Points of a scope at which a constant has a sign that a condition forbids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from flint import arb

from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.field.ball import PRECISIONS, Point
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind, Sample, Sign
from symcheck.findings.witness import Witness
from symcheck.language.interval import Interval
from symcheck.language.scope import FEWEST, Classes
from symcheck.reason import Undecided

DIGITS = 12
"""Decimal digits of the balls that are shown."""

LONGEST_DIGITS = 1000
"""No more digits than these are tried."""

LONGEST = 60
"""A value that depends on rounded numbers is written out in up to so many characters."""

MOST_TRIED = 3
"""A value that is not 0 is looked for at so many numbers of classes."""

SIMPLE = 12
"""A parameter value with numerator and denominator up to this is shown as it is."""

HALVINGS = 60
"""How often the way from a value that will do to one that will not is halved."""


def point_in(sign: Sign, classes: Classes, wanted: Callable[[int], bool]) -> Sample | None:
    """A point with these ``classes`` at which the sign is ``wanted``: a recorded one, or one where it is proved."""
    found = [p for p in sign.points if wanted(p.sign)]
    inside = next((p for p in found if int(p.values["C"]) in classes), None)
    if inside is not None or not found or sign.kind in (Kind.MIXED, Kind.UNKNOWN):
        return inside
    # The sign is proved for all these classes, so that a recorded point, which has another C, may be moved to one.
    return replace(found[0], point=tuple({**found[0].values, "C": Fraction(classes.low)}.items()))


def nonzero_point(sign: Sign) -> Sample | None:
    """A recorded point at which the value is shown not to be 0."""
    return next((p for p in sign.points if p.sign != 0), None)


def nonzero_witness(value: Element, quantity: str, fewest: int = FEWEST) -> Witness | None:
    """A point with at least ``fewest`` classes at which a ball shows that ``value`` is not 0, None if none was seen."""
    classes, inside = value.field.scope.classes, sample_values(value.field.scope)
    for c in range(max(fewest, classes.low), max(fewest, classes.low) + MOST_TRIED):
        if c not in classes:
            break
        place: dict[str, Fraction] = {**inside, "C": Fraction(c)}
        ball = value.ball(place)
        # A ball that is not finite shows nothing, whatever it is said to contain.
        if ball.is_finite() and not ball.contains(0):
            return witness_at(value, Sample(tuple(place.items()), "", 1 if ball > 0 else -1), quantity, "0")
    return None


def witness_at(value: Element, point: Sample, quantity: str, expected: str, *, also: Element | None = None) -> Witness:
    """``value`` at ``point`` as a ball, and exactly unless that number is too long to be written.

    Where the value is not 0, the parameters are moved to simple numbers at which it has the same sign, and at which
    ``also`` is not 0.
    """
    point = simple(value, point, also)
    _require_inside(value, point)
    shown, decimal = shown_value(value, point.values)
    return Witness(
        classes=int(point.values["C"]),
        quantity=quantity,
        value=shown,
        expected=expected,
        decimal=decimal,
        parameters={n: v for n, v in point.values.items() if n != "C"},
    )


def simple(value: Element, point: Sample, also: Element | None = None) -> Sample:
    """``point`` with simpler parameter values at which ``value`` has the same sign, and ``also`` is not 0."""
    if point.sign == 0 and not value.is_zero:
        return point  # an isolated zero
    values = dict(point.values)
    for p in value.field.scope.parameters:
        if p.name not in values or _height(values[p.name]) <= SIMPLE:
            continue

        def fits(x: Fraction, name: str = p.name) -> bool:
            there = Point(value.field, {**values, name: x})
            if also is not None and there.sign(also, PRECISIONS[:1]) is None:
                return False
            return point.sign == 0 or there.sign(value, PRECISIONS[:1]) == point.sign

        # Points of the prover are where it looked, such as 3/17: a reader checks q = 1/2 more easily.
        values[p.name] = _simplest(values[p.name], p.interval, fits)
    return replace(point, point=tuple(values.items()))


def _simplest(given: Fraction, interval: Interval, fits: Callable[[Fraction], bool]) -> Fraction:
    """A number of ``interval`` of small height that ``fits``; if no very small one does, one near where it ends."""
    tried = [x for x in _small_numbers() if x in interval]
    found = next((x for x in tried if fits(x)), None)
    if found is not None or interval.integer or not tried:
        return given if found is None else found
    # Between a point that will do and one that will not lies the end of what will do: near it are short numbers.
    good, bad = given, min(tried, key=lambda x: abs(x - given))
    for _ in range(HALVINGS):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if fits(middle) else (good, middle)
    found = _between(*sorted((given, good)))
    return found if found in interval and fits(found) else given


def _small_numbers() -> Iterator[Fraction]:
    """Numbers by their height: 1, 0, 2, 1/2, 3, 1/3, ..., then powers of ten, each with its negative."""
    heights = (Fraction(n, d) for h in range(2, SIMPLE + 1) for d in range(1, h) for n in (h - d,))
    tens = (Fraction(10) ** (s * k) for k in (1, 2, 3) for s in (1, -1))
    for x in chain([Fraction(1), Fraction(0)], heights, tens):
        yield x
        if x:
            yield -x


def _between(low: Fraction, high: Fraction) -> Fraction:
    """The number with the smallest denominator from ``low`` to ``high`` (by their continued fractions)."""
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return Fraction(whole)
    floor = Fraction(whole - 1)
    return floor + 1 / _between(1 / (high - floor), 1 / (low - floor))


def _height(x: Fraction) -> int:
    return max(abs(x.numerator), x.denominator)


def _require_inside(value: Element, point: Sample) -> None:
    """A witness lies in the scope: what is said there is said of nothing else."""
    scope = value.field.scope
    assert int(point.values["C"]) in scope.classes, (point, scope)
    values = point.values  # rounded numbers have none
    assert all(values[p.name] in p.interval for p in scope.parameters if not p.rounded), (point, scope)


def shown_value(value: Element, point: Mapping[str, Fraction]) -> tuple[str, str]:
    """``value`` at ``point`` as text and as a ball; the text is a decimal where the exact one is too long.

    Where ``value`` depends on rounded numbers, the ball holds it for all of them, and so does the decimal.
    """
    ball = value.ball(point)
    number, decimal = decimals(ball)
    try:
        there = value.at(point)
        text = there.text()
    except Undecided:
        return number, decimal
    # With rounded numbers in it no short exact text is a number, and the decimal tells more.
    is_short = len(text) <= LONGEST or not there.field.depends(there)
    return (text if is_short else number), decimal


def decimals(ball: arb) -> tuple[str, str]:
    """A number in ``ball``, and the ball, in so many digits that neither looks like 0 unless 0 is in the ball."""
    if ball.contains(0) or not ball.is_finite():
        return ball.str(DIGITS, radius=False), ball.str(DIGITS)
    for digits in (DIGITS, 2 * DIGITS):
        # Printing widens a ball, so that a small value may look as if it could be 0, and the witness as if it showed
        # nothing.
        if arb(ball.str(digits)).contains(0):
            continue
        return ball.str(digits, radius=False), ball.str(digits)
    return ball.mid().str(DIGITS, radius=False), ball.str(DIGITS, more=True)


def apart(ball: arb, other: arb) -> tuple[str, str, str]:
    """A number in ``ball``, the ball, and a number in ``other``, in so many digits that the numbers look different.

    The balls do not overlap.
    """
    for digits in (DIGITS, 2 * DIGITS, 4 * DIGITS):
        shown, other_shown = ball.str(digits, radius=False), other.str(digits, radius=False)
        if not arb(shown).overlaps(arb(other_shown)):
            return shown, ball.str(digits), other_shown
    digits = 2 * DIGITS
    while True:  # the digits of numbers that are not known so well, and do differ
        shown, other_shown = ball.mid().str(digits, radius=False), other.mid().str(digits, radius=False)
        if shown != other_shown or digits > LONGEST_DIGITS:
            return shown, ball.str(digits, more=True), other_shown
        digits *= 2
