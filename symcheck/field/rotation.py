"""Cosines and sines: polynomials in those of few angles, with sin^2 = 1 - cos^2.

An angle is a sum of rational multiples p/q of units, such as 1, pi, q*C or arccos(x).  The cosine and sine of each
unit over q are generators, unless they are known,

    cos(arccos x) = x,  sin(arccos x) = (1 - x^2)^(1/2),  cos(arctan x) = (1 + x^2)^(-1/2),  cos(pi/3) = 1/2,

and those of multiples and of sums follow from the addition theorems.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.exponent import Unit, unit_value, units
from symcheck.field.generator import Role

MOST_UNITS: Final = 2
"""The cosine of a sum of more units that are not known is not taken apart: its terms would double with each of them."""

HIGHEST_MULTIPLE: Final = 4
"""Larger multiples of an angle stay angles of their own, and so do numbers: cos(7/20) is no polynomial in cos(1/20)."""

Rotation = tuple[Element, Element]
"""The cosine and the sine of an angle."""


def rotation_of(field: AbstractField, angle: Element) -> Rotation:
    """The cosine and the sine of ``angle``."""
    turned: Rotation = (field.one, field.zero)
    left: list[Rotation] = []
    rest = field.zero
    for share, unit in units(angle):
        known = _known(field, share, unit)
        if known is not None:
            turned = _sum(turned, known)
        else:
            value = unit_value(field, unit)
            rest = rest + value * share
            left.append(_of_share(field, value, share))
    if len(left) > MOST_UNITS:
        return _sum(turned, _of_sum(field, rest))
    for part in left:
        turned = _sum(turned, part)
    return turned


def _of_share(field: AbstractField, value: Element, share: Fraction) -> Rotation:
    """Those of p/q times ``value``, p times turned by 1/q of it."""
    p, step = share.numerator, Fraction(1, share.denominator)
    if value.rational is not None or abs(p) > HIGHEST_MULTIPLE:
        p, step = (1 if p > 0 else -1), abs(share)
    return _multiple(_generators(field, value * step), p)


def _known(field: AbstractField, share: Fraction, unit: Unit) -> Rotation | None:
    """Those of ``share`` times ``unit``, where the unit is pi, an arc cosine or an arc tangent; None of others."""
    if unit.rest is not None or len(unit.powers) != 1 or unit.powers[0][1] != 1:
        return None
    inverse = field.inverse_of(unit.powers[0][0])
    if inverse is None:
        return None
    role, x = inverse
    p, q = share.numerator, share.denominator
    if role is Role.ARCCOS and x.rational == -1:
        p %= 2 * q
        # From -pi to pi, so that multiples stay small.
        p = p - 2 * q if p > q else p
        step = _share_of_half_turn(field, q)
        return _of_share(field, unit_value(field, unit), Fraction(p, q)) if step is None else _multiple(step, p)
    if abs(p) > HIGHEST_MULTIPLE:
        return None
    if role is Role.ARCCOS and q <= 2:
        return _multiple((x, _root(1 - x * x)) if q == 1 else (_root((1 + x) / 2), _root((1 - x) / 2)), p)
    if role is Role.ARCTAN and q == 1:
        cosine = field.power(1 + x * x, field.number(Fraction(-1, 2)))
        return _multiple((cosine, x * cosine), p)
    return None


def _share_of_half_turn(field: AbstractField, q: int) -> Rotation | None:
    """Those of pi/q, for the q with roots that are short."""

    def number(p: int, r: int = 1) -> Element:
        return field.number(Fraction(p, r))

    match q:
        case 1:
            return number(-1), field.zero
        case 2:
            return field.zero, field.one
        case 3:
            return number(1, 2), _root(number(3)) / 2
        case 4:
            return _root(number(2)) / 2, _root(number(2)) / 2
        case 6:
            return _root(number(3)) / 2, number(1, 2)
        case 12:
            return (_root(number(6)) + _root(number(2))) / 4, (_root(number(6)) - _root(number(2))) / 4
    return None


def _root(x: Element) -> Element:
    return x.field.power(x, x.field.number(Fraction(1, 2)))


def _of_sum(field: AbstractField, angle: Element) -> Rotation:
    """Those of a sum as it stands, found again for its negative."""
    if angle.is_turned:
        return _multiple(_generators(field, -angle), -1)
    return _generators(field, angle)


def _generators(field: AbstractField, angle: Element) -> Rotation:
    cosine = field.opaque(Role.COS, angle)
    return cosine, field.opaque(Role.SIN, angle, root=2, power=1 - cosine * cosine)


def _sum(a: Rotation, b: Rotation) -> Rotation:
    """Those of the sum of two angles."""
    return a[0] * b[0] - a[1] * b[1], a[1] * b[0] + a[0] * b[1]


def _multiple(a: Rotation, n: int) -> Rotation:
    """Those of n times an angle."""
    found = a[0].field.one, a[0].field.zero
    for _ in range(abs(n)):
        found = _sum(found, a)
    return found if n >= 0 else (found[0], -found[1])
