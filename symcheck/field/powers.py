"""Powers with exponents that are no whole numbers, or are not known to be: of positive, zero and negative bases.

A power of 0 with a positive exponent is 0.  A negative base has a power where the exponent is a whole number,
(-b)**e = (-1)**e b**e.  Where it depends on the scope which of these it is, the stop is a ``Branching``.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

from symcheck.field.ball import PRECISIONS, Point
from symcheck.field.base import AbstractField
from symcheck.field.branching import branching
from symcheck.field.element import Element
from symcheck.field.parity import is_whole, parity_of, sign_taken_out
from symcheck.field.signs.pieces import is_nonnegative
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.samples import sample_at
from symcheck.field.signs.sign import Kind
from symcheck.field.undefined import undecided, undefined, while_passing
from symcheck.reason import Code, Undecided

MOST_TRIED = 40
"""Points at which a power is shown not to exist are looked for among so many."""

_POWER = "{} to a power that is no whole number"


def power_of(prover: Prover, base: Element, exponent: Element) -> Element:
    """base**exponent; raises ``Undefined`` at a point where it does not exist, ``Branching`` or ``Undecided``."""
    field = prover.field
    taken = sign_taken_out(field, base)
    if taken is not None and is_whole(field, exponent):
        rest, odd = taken
        return parity_of(field, odd * exponent) * field.power(rest, exponent)
    sign = field.sign(base)
    if sign.kind is Kind.POSITIVE:
        return field.exp(exponent * field.log(base))
    while_passing(field)
    if sign.kind is Kind.ZERO:
        return _of_zero(field, base, exponent)
    if is_whole(field, exponent):
        if sign.kind is Kind.NEGATIVE:
            return parity_of(field, exponent) * field.power(-base, exponent)
        raise branching("a power", base)
    if not is_nonnegative(base):
        raise _of_negative(prover, base, exponent)
    zero = next((s for s in sign.points if s.sign == 0), None)
    if zero is not None and field.sign(exponent).nonpositive:
        raise undefined(_POWER, base, zero, "positive")
    raise branching("a power", base)


def _of_zero(field: AbstractField, base: Element, exponent: Element) -> Element:
    """0**exponent: 0 for a positive exponent, 1 for the exponent 0 as for every whole power."""
    sign = field.sign(exponent)
    if sign.kind in (Kind.POSITIVE, Kind.ZERO):
        return field.zero if sign.kind is Kind.POSITIVE else field.one
    negative = next((s for s in sign.points if s.sign < 0), None)
    if negative is not None:
        raise undefined(f"{{}} to the power {exponent.text()}", base, negative, "positive", also=exponent)
    raise branching("a power of 0", exponent)


def _of_negative(prover: Prover, base: Element, exponent: Element) -> Undecided:
    """The stop at a base that is not shown to be >= 0: at a point where it is negative and the exponent not whole."""
    field = prover.field
    box = field.box.only(field.depends(base) | field.depends(exponent))
    for point in sorted(islice(prover.points(box), MOST_TRIED), key=_length):
        if point.sign(base, PRECISIONS[:1]) == -1 and not point.ball(exponent).contains_integer():
            sample = sample_at(field, base, point)
            if sample is not None:
                return undefined(_POWER, base, sample, "positive", also=exponent)
    negative = next((s for s in field.sign(base).points if s.sign < 0), None)
    if negative is not None and exponent.rational is not None:
        return undefined(_POWER, base, negative, "positive")
    if exponent.rational is not None:
        return undecided(_POWER, base, "> 0")
    shown, e = base.text(), exponent.text()
    why = f"{shown} to the power {e} exists where {shown} is > 0 or {e} is a whole number, which was not shown"
    return Undecided.of(
        Code.SIGN_UNKNOWN, f"{why} for {field.scope}", "narrow the scope, or give values to C or the parameters"
    )


def _length(point: Point) -> int:
    """How long its numbers are: a reader wants a short one."""
    values = map(Fraction, point.values.values())
    return sum(x.numerator.bit_length() + x.denominator.bit_length() for x in values)
