"""Logarithms: sums over the irreducible factors that are shown positive."""

from __future__ import annotations

from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.factor import prime_factors
from symcheck.field.generator import Role
from symcheck.field.signs.sign import Kind
from symcheck.field.undefined import require_positive

_WHAT = "the logarithm of {}"


def log_of(field: AbstractField, c: Element) -> Element:
    """log c for c > 0, which has to be shown: the factors of unknown sign stay together in one logarithm."""
    require_positive(field, c, _WHAT)
    total, rest = field.zero, field.one
    for side, sign in ((c.numerator, 1), (c.denominator, -1)):
        content, found = field.factors(side)
        for p, k in prime_factors(abs(content)):
            total = total + field.opaque(Role.LOG, field.number(p)) * (sign * k)
        for f, k in found:
            # log(a b) is log a + log b for a, b > 0 only; factors of open sign stay in one logarithm.
            oriented = _oriented(field, f)
            if oriented is None:
                rest = rest * (f**k if sign > 0 else (f**k).reciprocal())
            else:
                total = total + _log_of_factor(field, oriented) * (sign * k)
    if rest.rational is not None:
        return total
    # c > 0 and the other factors are positive up to sign, so that rest or -rest is positive at every point: one point
    # tells which, also where no proof of that sign is found.
    of_rest = field.sign(rest)
    shown = [point.sign for point in of_rest.points if point.sign]
    if not shown:
        require_positive(field, rest, _WHAT)
    elif shown[0] < 0:
        rest = -rest
    # log r = -log(1/r): of r and 1/r one is chosen, so that both logarithms have one generator.
    flipped = rest.reciprocal()
    if rest.key < flipped.key:
        return total + field.opaque(Role.LOG, rest)
    return total - field.opaque(Role.LOG, flipped)


def _oriented(field: AbstractField, f: Element) -> Element | None:
    """``f`` or ``-f``, whichever is shown positive on the scope."""
    kind = field.sign(f).kind
    return f if kind is Kind.POSITIVE else -f if kind is Kind.NEGATIVE else None


def _log_of_factor(field: AbstractField, f: Element) -> Element:
    if len(f.parts) == 1:
        g = field.generators[f.parts[0][1][0][0]]
        if g.role is Role.EXP:
            return g.argument
    return field.opaque(Role.LOG, f)
