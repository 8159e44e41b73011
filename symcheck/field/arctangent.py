"""Arc tangents: one generator for x, -x and 1/x, and parts of pi for known angles."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from symcheck.field.arccosine import pi, share_of_angle
from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.generator import Role
from symcheck.field.signs.sign import Kind


def arctan_of(field: AbstractField, c: Element) -> Element:
    """arctan c, in (-pi/2, pi/2)."""
    if c.is_zero:
        return field.zero
    kind = field.sign(c).kind
    if kind is Kind.POSITIVE:
        return _of_positive(field, c)
    if kind is Kind.NEGATIVE:
        return -_of_positive(field, -c)
    return -field.opaque(Role.ARCTAN, -c) if c.is_turned else field.opaque(Role.ARCTAN, c)


def _of_positive(field: AbstractField, c: Element) -> Element:
    """arctan c for c > 0 (which is shown): a part of pi if it is a known one, pi/2 - arctan(1/c) for one of c, 1/c."""
    share = None if field.depends(c) else _share_of_pi(field, c)
    if share is not None:
        return pi(field) * share
    # One generator for c and 1/c, so that arctan c + arctan(1/c) = pi/2 is seen.
    turned = c.reciprocal()
    if _is_before(field, turned, c):
        return pi(field) * Fraction(1, 2) - field.opaque(Role.ARCTAN, turned)
    return field.opaque(Role.ARCTAN, c)


def _is_before(field: AbstractField, a: Element, b: Element) -> bool:
    """Whether of a and b = 1/a it is a that is written: the one below 1, a polynomial, or the lesser name."""
    kind = field.sign(1 - a).kind
    if kind in (Kind.POSITIVE, Kind.NEGATIVE):
        return kind is Kind.POSITIVE
    return a.d.is_one() if a.d.is_one() is not b.d.is_one() else a.key < b.key


def _share_of_pi(field: AbstractField, c: Element) -> Fraction | None:
    """The p/q with c = tan(p pi/q), if there is one with a small q."""
    return share_of_angle(c, arb.atan, lambda: field.power(1 + c * c, field.number(Fraction(-1, 2))))
