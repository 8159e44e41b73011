"""(-1)**e for whole numbers e: a generator with the square 1 for each product of variables that can be odd.

An exponent is a polynomial with whole coefficients in C and the whole-number parameters.  Its even terms do not
count, and x**k is as odd as x, so (-1)**(n**2 + n) = 1 and (-1)**(2*n + 1) = -1.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from symcheck.field.element import Element
from symcheck.field.generator import Generator, Role
from symcheck.field.restriction import Restriction
from symcheck.field.signs.sign import Proof, joined
from symcheck.language.parameter import Interval
from symcheck.reason import Code, Reason, Undecided

if TYPE_CHECKING:
    from symcheck.field.field import Field
    from symcheck.field.signs.box import Box
    from symcheck.field.signs.ladder import Ladder


def is_whole(field: Field, e: Element) -> bool:
    """Whether ``e`` is plainly a whole number at every point of the scope."""
    return e.d.is_one() and all(_is_whole(field, place) for _, powers in e.parts for place, _ in powers)


def _is_whole(field: Field, place: int) -> bool:
    g = field.generators[place]
    if g.role is Role.CLASSES:
        return not field.real
    return g.role is Role.PARITY or (g.role is Role.PARAMETER and field.scope.parameter(g.name).interval.integer)


def parity_of(field: Field, e: Element) -> Element:
    """(-1)**e; raises ``Undecided`` unless ``e`` is plainly a whole number."""
    if not is_whole(field, e):
        raise Undecided(
            Reason(
                Code.SIGN_UNKNOWN,
                f"(-1)**({e.text()}) exists for whole numbers, and {e.text()} is not shown to be one",
                "write a polynomial with whole coefficients in whole-number parameters, or give them values",
            )
        )
    value = field.one
    for coefficient, powers in e.parts:
        if coefficient % 2:
            # a power (-1)**m that occurs in the exponent is odd itself
            odd = tuple((place, 1) for place, _ in powers if field.generators[place].role is not Role.PARITY)
            value = value * (_generator(field, field.monomial(odd)) if odd else field.number(-1))
    return value


def sign_taken_out(field: Field, c: Element) -> tuple[Element, Element] | None:
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


def _generator(field: Field, product: Element) -> Element:
    return field.opaque(Role.PARITY, product, root=2, power=field.one)


def parities(field: Field, c: Element) -> set[int]:
    """The places of the generators (-1)**e that occur in ``c``, inside others too."""
    return set(_parities(field, c)) if any(g.role is Role.PARITY for g in field.relations) else set()


def _parities(field: Field, c: Element) -> Iterator[int]:
    for place in {place for parts in (c.parts, c.denominator_parts) for _, powers in parts for place, _ in powers}:
        g = field.generators[place]
        if g.role is Role.PARITY:
            yield place
        elif g.of is not None:
            yield from _parities(field, g.of)


def by_parity(ladder: Ladder, f: Element, box: Box) -> Proof | None:
    """One sign with 1 and with -1 in the place of a generator (-1)**e, each where e is even or odd."""
    field = ladder.field
    places = parities(field, f)
    if not places:
        return None
    place, premises = min(places), []
    for odd in (False, True):
        part = _part(field, place, box, odd=odd)
        if part is None:
            continue
        try:
            premise = ladder.prove(AtSign(field, place, -1 if odd else 1).of(f), part)
        except Undecided:  # a part of f may not exist for a sign that does not occur
            field.budget.check()
            return None
        if premise is None:
            return None
        premises.append(premise)
    claim = joined([p.claim for p in premises]) if premises else None
    shown = field.generator(place).text
    return (
        None if claim is None else Proof(claim, f, box, lambda: f"so it is for {shown()} = 1 and -1", tuple(premises))
    )


def _part(field: Field, place: int, box: Box, *, odd: bool) -> Box | None:
    """The part of ``box`` that holds its whole numbers with an odd, or an even, exponent; None if there are none.

    A product is odd where all its factors are.
    """
    powers = field.generators[place].argument.parts[0][1]
    if not odd and len(powers) > 1:
        return box
    for at, _ in powers:
        name = field.generators[at].name
        side = _tightened(box.side(name), int(odd))
        if side.low is not None and side.high is not None and side.low > side.high:
            return None
        box = box.with_side(name, side)
    return box


def _tightened(side: Interval, remainder: int) -> Interval:
    """From the least to the greatest whole number of ``side`` with this ``remainder`` by 2."""
    low, high = side.low, side.high
    if low is not None:
        least = floor(low) + 1 if side.low_open else ceil(low)
        low = Fraction(least + (least - remainder) % 2)
    if high is not None:
        greatest = ceil(high) - 1 if side.high_open else floor(high)
        high = Fraction(greatest - (greatest - remainder) % 2)
    return Interval(low, high, low_open=False, high_open=False, integer=True)


class AtSign(Restriction):
    """The map of a field into itself that puts 1 or -1 in the place of a generator (-1)**e."""

    def __init__(self, field: Field, place: int, sign: int) -> None:
        super().__init__(field, field, {})
        self._images[place] = field.number(sign)

    def _variable(self, g: Generator) -> Element:
        return self._source.generator(g.place)
