"""Signs of differences, by comparing logarithms: a m > b n if log a + log m > log b + log n, and the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symcheck.constants.box import Box
from symcheck.constants.constant import Constant, Powers
from symcheck.constants.generator import Role
from symcheck.constants.sign import Proof
from symcheck.reason import Undecided

if TYPE_CHECKING:
    from symcheck.constants.ladder import Ladder

HIGHEST_POWER = 12
"""Multiples of logarithms are compared as powers up to this exponent in all."""


def by_comparison(ladder: Ladder, f: Constant, box: Box) -> Proof | None:
    """The rule that applies to ``f``, if one does."""
    return _of_two_terms(ladder, f, box) or _of_logarithms(ladder, f, box)


def _of_two_terms(ladder: Ladder, f: Constant, box: Box) -> Proof | None:
    """a m - b n with positive products m, n of generators, one of which is a power."""
    if len(f.parts) != 2 or f.parts[0][0] * f.parts[1][0] > 0:
        return None
    field = ladder.field
    places = {place for _, powers in f.parts for place, _ in powers}
    if all(field.generators[p].role is not Role.EXP for p in places):
        return None
    if any(not _is_positive(ladder, p, box) for p in places):
        return None
    (a, m), (b, n) = sorted(f.parts, key=lambda part: -part[0])
    try:
        difference = _log_of(ladder, a, m) - _log_of(ladder, -b, n)
    except Undecided:
        return None
    premise = ladder.prove(difference, box)
    if premise is None:
        return None
    return Proof(premise.claim, f, box, "the logarithm of one term is compared with that of the other", (premise,))


def _log_of(ladder: Ladder, coefficient: int, powers: Powers) -> Constant:
    field = ladder.field
    value = field.log(field.number(coefficient))
    for place, exponent in powers:
        g = field.generators[place]
        log = g.argument if g.role is Role.EXP else field.log(field.generator(place))
        value = value + log * exponent
    return value


def _is_positive(ladder: Ladder, place: int, box: Box) -> bool:
    side = ladder.range(place, box)
    return side.low is not None and (side.low > 0 or (side.low == 0 and side.low_open))


def _of_logarithms(ladder: Ladder, f: Constant, box: Box) -> Proof | None:
    """k log a + ... - m log b - ..., compared as a**k ... - b**m ..."""
    field = ladder.field
    up, down, size = field.one, field.one, 0
    for coefficient, powers in f.parts:
        if len(powers) != 1 or powers[0][1] != 1:
            return None
        g = field.generators[powers[0][0]]
        size += abs(coefficient)
        if g.role is not Role.LOG or not g.argument.d.is_one() or size > HIGHEST_POWER:
            return None
        if coefficient > 0:
            up = up * g.argument**coefficient
        else:
            down = down * g.argument**-coefficient
    premise = ladder.prove(up - down, box)
    if premise is None:
        return None
    return Proof(premise.claim, f, box, "the numbers are compared in the place of their logarithms", (premise,))
