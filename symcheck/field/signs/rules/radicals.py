"""Signs of polynomials in roots of one variable: 3 - C**(1/2) + C is a polynomial in C**(1/2)."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from flint import fmpz_mpoly

from symcheck.field.element import Element
from symcheck.field.root_families import HIGHEST_ORDER, families
from symcheck.field.signs import interval
from symcheck.field.signs.box import Box
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.rules.terms import shown_side, sign_of_shifted
from symcheck.language.parameter import Interval


def by_common_root(prover: Prover, f: Element, box: Box) -> Proof | None:
    """All coefficients have one sign when a generator and its roots are written as powers of one root.

    The logarithms and powers of other kinds are counted from their ends too.
    """
    field = prover.field
    known = families(field, f)
    if not known:
        return None
    polynomial = f.lift().n
    moved: dict[int, Interval] = {}
    shown: list[tuple[str, Interval]] = []
    for family in known:
        side = prover.range(family.base, box)
        if family.order > HIGHEST_ORDER or side.low is None or side.low < 0 or (side.low == 0 and not side.low_open):
            return None
        polynomial = family.in_root(polynomial)
        moved[family.base] = _root_of(side, family.order)
        shown.append((f"{field.generator(family.base).text()}**(1/{family.order})", moved[family.base]))
    polynomial = _without_factors(polynomial, moved.keys())
    for place, degree in enumerate(polynomial.degrees()):
        if degree and place not in moved and field.generators[place].depends:
            moved[place] = prover.range(place, box)
            shown.append((field.generator(place).text(), moved[place]))
    # A root of a number, such as E**(1/2), is moved too: its range is a pair of ends.
    proved = sign_of_shifted(prover, polynomial, moved, {})
    if proved is None:
        return None
    ends = ", ".join(shown_side(name, side) for name, side in shown)
    return Proof(proved, f, box, f"all coefficients have this sign, counted from the ends of {ends}", exact=False)


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
