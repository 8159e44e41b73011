"""The relations between roots: s**2 is written as C where s stands for C**(1/2)."""

from __future__ import annotations

from flint import fmpz_mpoly

from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.generator import Generator


def related(field: AbstractField, n: fmpz_mpoly, d: fmpz_mpoly) -> Element:
    """n/d in lowest terms with every root below its own power, and no root alone in the denominator.

    Multiplying both sides by a power of a root is sound because roots are positive; other factors are not
    used to clear the denominator, since they might vanish.
    """
    n, d = field.lifted(n), field.lifted(d)
    if field.relations:
        n, d = _reduced(field, n), _reduced(field, d)
        n, d = _without_roots_below(field, n, d)
    if n.is_zero():
        return field.zero
    if not d.is_one():
        g = field.gcd(n, d)
        if not g.is_one():
            n, d = n / g, d / g
        if d.leading_coefficient() < 0:
            n, d = -n, -d
    return Element(field, n, d)


def _reduced(field: AbstractField, polynomial: fmpz_mpoly) -> fmpz_mpoly:
    """The same value with each root in degree less than its order: newest root first, as it leads to older ones."""
    if polynomial.is_constant():
        return polynomial
    degrees = polynomial.degrees()
    for g in reversed(field.relations):
        if degrees[g.place] >= g.root:
            polynomial = _with_powers_replaced(field, polynomial, g)
            degrees = polynomial.degrees()
    return polynomial


def _with_powers_replaced(field: AbstractField, polynomial: fmpz_mpoly, g: Generator) -> fmpz_mpoly:
    by_power: dict[int, dict[tuple[int, ...], int]] = {}
    for exponents, c in polynomial.to_dict().items():
        times, left = divmod(int(exponents[g.place]), g.root)
        key = (*map(int, exponents[: g.place]), left, *map(int, exponents[g.place + 1 :]))
        by_power.setdefault(times, {})[key] = int(c)
    assert g.power is not None
    power = g.power.lift().n
    context = polynomial.context()
    value = context.constant(0)
    for times, terms in by_power.items():
        part = context.from_dict(terms)
        value = value + (field.product(part, power**times) if times else part)
    return value


def _without_roots_below(field: AbstractField, n: fmpz_mpoly, d: fmpz_mpoly) -> tuple[fmpz_mpoly, fmpz_mpoly]:
    if d.is_constant():
        return n, d
    for g in reversed(field.relations):
        alone = int(d.term_content().degrees()[g.place])
        if alone:
            # 1/s = s/C for s = C**(1/2).
            up = d.context().gen(g.place) ** (g.root - alone)
            n = _reduced(field, field.product(n, up))
            d = _reduced(field, field.product(d, up))
    return n, d
