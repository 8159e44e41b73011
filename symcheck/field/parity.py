"""(-1)**e for whole numbers e: a generator with the square 1 for each product of variables that can be odd.

An exponent is a polynomial with whole coefficients in C and the whole-number parameters.  Its even terms do not
count, and x**k is as odd as x, so (-1)**(n**2 + n) = 1 and (-1)**(2*n + 1) = -1.
"""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.generator import Role
from symcheck.reason import Code, Undecided


def is_whole(field: AbstractField, e: Element) -> bool:
    """Whether ``e`` is plainly a whole number at every point of the scope."""
    return e.d.is_one() and all(_is_whole(field, place) for place in e.places)


def _is_whole(field: AbstractField, place: int) -> bool:
    g = field.generators[place]
    if g.role is Role.CLASSES:
        return not field.real
    return g.role is Role.PARITY or (g.role is Role.PARAMETER and field.scope.parameter(g.name).interval.integer)


def parity_of(field: AbstractField, e: Element) -> Element:
    """(-1)**e; raises ``Undecided`` unless ``e`` is plainly a whole number."""
    if not is_whole(field, e):
        raise Undecided.of(
            Code.SIGN_UNKNOWN,
            f"(-1)**({e.text()}) exists for whole numbers, and {e.text()} is not shown to be one",
            "write a polynomial with whole coefficients in whole-number parameters, or give them values",
        )
    value = field.one
    for coefficient, powers in e.parts:
        # Even multiples of whole numbers do not count.
        if coefficient % 2:
            # a power (-1)**m that occurs in the exponent is odd itself
            odd = tuple((place, 1) for place, _ in powers if field.generators[place].role is not Role.PARITY)
            value = value * (_generator(field, field.monomial(odd)) if odd else field.number(-1))
    return value


def sign_taken_out(field: AbstractField, c: Element) -> tuple[Element, Element] | None:
    """The b and e of c = (-1)**e b, if a power of -1 is a factor of each of the terms of ``c``."""
    if not any(g.role is Role.PARITY for g in field.relations):
        return None
    shared = c.lift().n.term_content().degrees()
    places = [g.place for g in field.relations if g.role is Role.PARITY and shared[g.place]]
    if not places:
        return None
    exponent = field.zero
    for place in places:
        exponent, c = exponent + field.generators[place].argument, c * field.generator(place)
    return c, exponent


def _generator(field: AbstractField, product: Element) -> Element:
    return field.opaque(Role.PARITY, product, root=2, power=field.one)


def parities(field: AbstractField, c: Element) -> set[int]:
    """The places of the generators (-1)**e that occur in ``c``, inside others too."""
    return set(_parities(field, c)) if any(g.role is Role.PARITY for g in field.relations) else set()


def _parities(field: AbstractField, c: Element) -> Iterator[int]:
    for place in c.places:
        g = field.generators[place]
        if g.role is Role.PARITY:
            yield place
        elif g.of is not None:
            yield from _parities(field, g.of)
