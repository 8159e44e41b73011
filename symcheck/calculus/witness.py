"""Points of a scope at which a constant has a sign that a condition forbids."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.constants.field import Constant
from symcheck.constants.sign import Sample, Sign
from symcheck.reason import Undecided
from symcheck.witness import Witness

DIGITS = 12
"""Decimal digits of the balls that are shown."""


def point_where(sign: Sign, wanted: Callable[[int], bool]) -> Sample:
    """The first recorded point of ``sign`` whose own sign (-1, 0 or 1) is ``wanted``."""
    return next(p for p in sign.points if wanted(p.sign))


def nonzero_point(sign: Sign) -> Sample | None:
    """A recorded point at which the value is shown not to be 0."""
    return next((p for p in sign.points if p.sign != 0), None)


def witness_at(value: Constant, point: Sample, quantity: str, expected: str) -> Witness:
    """``value`` at ``point`` as a ball, and exactly unless that number is too long to be written."""
    parameters = {n: v for n, v in point.values.items() if n != "C"}
    ball = value.ball(point.values)
    try:
        shown = value.at(point.values).text()
    except Undecided:
        shown = ball.str(DIGITS, radius=False)
    return Witness(
        classes=int(point.values["C"]),
        quantity=quantity,
        value=shown,
        expected=expected,
        decimal=ball.str(DIGITS),
        parameters=parameters,
    )
