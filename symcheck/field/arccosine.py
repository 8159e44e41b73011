"""Arc cosines: one generator for each positive argument, and one for arccos(-1) = pi, of which known angles are parts.

The cosines of rational multiples of pi that are found: 0, 1/2, sqrt(2)/2, sqrt(3)/2, (1 + sqrt(5))/4 and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from flint import arb

from symcheck.field.ball import PRECISIONS, Point, working
from symcheck.field.base import AbstractField
from symcheck.field.branching import branching
from symcheck.field.element import Element
from symcheck.field.generator import Role
from symcheck.field.signs.pieces import is_nonnegative
from symcheck.field.signs.sign import Kind
from symcheck.field.undefined import undecided, undefined, while_passing

FINEST: Final = 60
"""Angles are compared with the multiples of pi/q for q up to this one."""

_NEAR: Final = 40
"""An angle that is looked at agrees with such a multiple to so many bits."""


def arccos_of(field: AbstractField, c: Element) -> Element:
    """arccos c for -1 <= c <= 1; raises ``Undefined`` at a point where c is not, ``Branching`` or ``Undecided``."""
    inside = 1 - c * c
    sign = field.sign(inside)
    if sign.kind is Kind.POSITIVE:
        return _inside(field, c)
    while_passing(field)
    sign_of_c = field.sign(c)
    if sign.kind is Kind.ZERO and sign_of_c.kind in (Kind.POSITIVE, Kind.NEGATIVE):
        return field.zero if sign_of_c.kind is Kind.POSITIVE else pi(field)
    if is_nonnegative(inside):
        raise branching("arccos", c if sign.kind is Kind.ZERO else inside)
    outside = next((s for s in sign.points if s.sign < 0), None)
    if outside is not None:
        raise undefined(_WHAT, inside, outside, "not negative")
    raise undecided(_WHAT, inside, ">= 0")


_WHAT = "the arc cosine of a number x with 1 - x**2 = {}"


def pi(field: AbstractField) -> Element:
    """arccos(-1)."""
    return field.opaque(Role.ARCCOS, field.number(-1))


def _inside(field: AbstractField, c: Element) -> Element:
    """arccos c for -1 < c < 1 (which is shown): a part of pi where it is a known one, pi - arccos(-c) for c < 0."""
    share = Fraction(1, 2) if c.is_zero else None if field.depends(c) else _share_of_pi(c)
    if share is not None:
        return pi(field) * share
    # One generator for c and -c, so that arccos c + arccos(-c) = pi is seen.
    if field.sign(c).kind is Kind.NEGATIVE:
        return pi(field) - _inside(field, -c)
    return field.opaque(Role.ARCCOS, c)


def _share_of_pi(c: Element) -> Fraction | None:
    """The p/q with c = cos(p pi/q), if there is one with a small q.

    c is the cosine of a multiple k pi/q with k and p both even or both odd where T_q(c) = (-1)**p, and the ball of
    the angle holds the one with k = p alone.
    """
    return share_of_angle(c, arb.acos, lambda: c)


def share_of_angle(c: Element, angle_of: Callable[[arb], arb], cosine: Callable[[], Element]) -> Fraction | None:
    """The p/q with angle_of(c) = p pi/q, if there is one with a small q; ``cosine`` is that of the angle in [0, pi]."""
    ball = Point(c.field, {}).ball(c, PRECISIONS[1])
    with working(PRECISIONS[1]):
        angle = angle_of(ball) / arb.pi()
        mantissa, exponent = angle.mid().man_exp()
        near = (Fraction(int(mantissa)) * Fraction(2) ** int(exponent)).limit_denominator(FINEST)
        if not abs(angle * near.denominator - near.numerator) < arb(2) ** -_NEAR:
            return None
    # The ball says which multiple of pi it could be, and the sign that it is.
    value = _chebyshev(cosine(), near.denominator) - (-1) ** near.numerator
    return near if c.field.sign(value).kind is Kind.ZERO else None


def _chebyshev(x: Element, n: int) -> Element:
    """T_n(x), with cos(n t) = T_n(cos t)."""
    before, value = x.field.one, x
    for _ in range(n - 1):
        before, value = value, x * value * 2 - before
    return value
