"""Signs of elements with powers of -1 in them: one sign for even exponents and for odd ones."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.generator import Generator
from symcheck.field.parity import parities
from symcheck.field.restriction import Restriction
from symcheck.field.signs.box import Box
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.sign import joined
from symcheck.language.parameter import Interval
from symcheck.reason import Undecided


def by_parity(prover: Prover, f: Element, box: Box) -> Proof | None:
    """One sign with 1 and with -1 in the place of a generator (-1)**e, each where e is even or odd."""
    field = prover.field
    places = parities(field, f)
    if not places:
        return None
    place, premises = min(places), []
    for odd in (False, True):
        part = _part(field, place, box, odd=odd)
        if part is None:
            continue
        try:
            premise = prover.prove(AtSign(field, place, -1 if odd else 1).of(f), part)
        except Undecided:  # a part of f may not exist for a sign that does not occur
            field.budget.check()
            return None
        if premise is None:
            return None
        premises.append(premise)
    proved = joined([p.proved for p in premises]) if premises else None
    shown = field.generator(place).text
    return (
        None if proved is None else Proof(proved, f, box, lambda: f"so it is for {shown()} = 1 and -1", tuple(premises))
    )


def _part(field: AbstractField, place: int, box: Box, *, odd: bool) -> Box | None:
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

    def __init__(self, field: AbstractField, place: int, sign: int) -> None:
        super().__init__(field, field, {})
        self._images[place] = field.number(sign)

    def _variable(self, g: Generator) -> Element:
        return self._source.generator(g.place)
