"""Signs of polynomials in roots of one variable: 3 - C**(1/2) + C is a polynomial in C**(1/2)."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from flint import fmpz_mpoly

from symcheck.constants import interval
from symcheck.constants.box import Box
from symcheck.constants.constant import Constant
from symcheck.constants.sign import Proof
from symcheck.constants.terms import claim_of_shifted, shown_side
from symcheck.language.parameter import Interval

if TYPE_CHECKING:
    from symcheck.constants.field import Field
    from symcheck.constants.ladder import Ladder

HIGHEST_ROOT = 60
"""Roots of a higher common order are not taken."""


def by_common_root(ladder: Ladder, f: Constant, box: Box) -> Proof | None:
    """All coefficients have one sign when a variable and its roots are written as powers of one root.

    The logarithms and powers of other kinds are counted from their ends too.
    """
    field = ladder.field
    families = _families(field, f)
    if not families:
        return None
    polynomial = f.lift().n
    moved: dict[int, Interval] = {}
    shown: list[str] = []
    for base, roots in families.items():
        order = lcm(*roots.values())
        side = ladder.range(base, box)
        if order > HIGHEST_ROOT or side.low is None or side.low < 0 or (side.low == 0 and not side.low_open):
            return None
        polynomial = _in_root(polynomial, base, roots, order)
        moved[base] = _root_of(side, order)
        shown.append(shown_side(f"{field.generators[base].name}**(1/{order})", moved[base]))
    polynomial = _without_factors(polynomial, moved.keys())
    for place, degree in enumerate(polynomial.degrees()):
        if degree and place not in moved and field.generators[place].depends:
            moved[place] = ladder.range(place, box)
            shown.append(shown_side(field.generator(place).text(), moved[place]))
    claim = claim_of_shifted(ladder, polynomial, moved, {})
    if claim is None:
        return None
    return Proof(
        claim, f, box, f"all coefficients have this sign, counted from the ends of {', '.join(shown)}", exact=False
    )


def _families(field: Field, f: Constant) -> dict[int, dict[int, int]]:
    """The places of variables of which roots occur, each with the places and orders of these roots."""
    found: dict[int, dict[int, int]] = {}
    for place in {place for _, powers in f.parts for place, _ in powers}:
        g, order = field.generators[place], 1
        while g.root:
            assert g.power is not None
            order *= g.root
            parts = g.power.parts
            if len(parts) != 1 or parts[0][0] != 1 or len(parts[0][1]) != 1 or parts[0][1][0][1] != 1:
                break
            g = field.generators[parts[0][1][0][0]]
        else:
            if order > 1 and g.of is None:
                found.setdefault(g.place, {})[place] = order
    return found


def _in_root(polynomial: fmpz_mpoly, base: int, roots: dict[int, int], order: int) -> fmpz_mpoly:
    """The polynomial with the root of ``order`` of the variable in the place of the variable, its other roots gone."""
    terms: dict[tuple[int, ...], int] = {}
    for exponents, c in polynomial.to_dict().items():
        powers = [int(e) for e in exponents]
        powers[base] = powers[base] * order + sum(powers[p] * (order // k) for p, k in roots.items())
        for p in roots:
            powers[p] = 0
        terms[tuple(powers)] = int(c)
    return polynomial.context().from_dict(terms)


def _without_factors(polynomial: fmpz_mpoly, places: Collection[int]) -> fmpz_mpoly:
    """The polynomial without the powers of the (positive) roots at ``places`` that are in every term."""
    common = polynomial.term_content().degrees()
    for place in places:
        if common[place]:
            polynomial = polynomial / polynomial.context().gen(place) ** int(common[place])
    return polynomial


def _root_of(side: Interval, order: int) -> Interval:
    """The interval of x**(1/order) for the positive x of ``side``."""
    root = interval.exp(interval.scaled(interval.log(side), Fraction(1, order)))
    if side.low == 0:
        return Interval(side.low, root.high, low_open=True, high_open=root.high_open)
    return root
