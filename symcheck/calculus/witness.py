"""Points of a scope at which a constant has a sign that a condition forbids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb

from symcheck.constants.field import Constant
from symcheck.constants.sign import Sample, Sign
from symcheck.reason import Undecided
from symcheck.witness import Witness

DIGITS = 12
"""Decimal digits of the balls that are shown."""

LONGEST_DIGITS = 1000
"""No more digits than these are tried."""

LONGEST = 60
"""A value that depends on rounded numbers is written out in up to so many characters."""


def point_where(sign: Sign, wanted: Callable[[int], bool]) -> Sample:
    """The first recorded point of ``sign`` whose own sign (-1, 0 or 1) is ``wanted``."""
    return next(p for p in sign.points if wanted(p.sign))


def nonzero_point(sign: Sign) -> Sample | None:
    """A recorded point at which the value is shown not to be 0."""
    return next((p for p in sign.points if p.sign != 0), None)


def witness_at(value: Constant, point: Sample, quantity: str, expected: str) -> Witness:
    """``value`` at ``point`` as a ball, and exactly unless that number is too long to be written."""
    parameters = {n: v for n, v in point.values.items() if n != "C"}
    shown, decimal = shown_value(value, point.values)
    return Witness(
        classes=int(point.values["C"]),
        quantity=quantity,
        value=shown,
        expected=expected,
        decimal=decimal,
        parameters=parameters,
    )


def shown_value(value: Constant, point: Mapping[str, Fraction]) -> tuple[str, str]:
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
    is_short = len(text) <= LONGEST or not there.field.depends(there)
    return (text if is_short else number), decimal


def decimals(ball: arb) -> tuple[str, str]:
    """A number in ``ball``, and the ball, in so many digits that neither looks like 0 unless 0 is in the ball."""
    if ball.contains(0) or not ball.is_finite():
        return ball.str(DIGITS, radius=False), ball.str(DIGITS)
    for digits in (DIGITS, 2 * DIGITS):
        if arb(ball.str(digits)).contains(0):
            continue
        return ball.str(digits, radius=False), ball.str(digits)
    return ball.mid().str(DIGITS, radius=False), ball.str(DIGITS, more=True)


def apart(ball: arb, other: arb) -> tuple[str, str, str]:
    """A number in ``ball``, the ball, and a number in ``other``, in so many digits that the numbers look different.

    The balls do not overlap.
    """
    for digits in (DIGITS, 2 * DIGITS, 4 * DIGITS):
        shown, its = ball.str(digits, radius=False), other.str(digits, radius=False)
        if not arb(shown).overlaps(arb(its)):
            return shown, ball.str(digits), its
    digits = 2 * DIGITS
    while True:  # the digits of numbers that are not known so well, and do differ
        shown, its = ball.mid().str(digits, radius=False), other.mid().str(digits, radius=False)
        if shown != its or digits > LONGEST_DIGITS:
            return shown, ball.str(digits, more=True), its
        digits *= 2
