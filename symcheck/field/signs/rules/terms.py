"""Signs that the terms show: all of one sign, as they stand or after the variables are counted from their ends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm

from flint import fmpz_mpoly

from symcheck.field.element import Element, Parts, Powers, parts_of
from symcheck.field.signs.box import Box
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.sign import ProvedSign
from symcheck.language.parameter import Interval

MOST_TERMS = 400
"""A polynomial is not expanded about an end if it could have more terms than this."""

MOST_CORNERS = 8
"""Closed ends that are looked at together for strictness."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A quantity counted from an end of its interval: w in [0, oo], ``zero`` and ``infinite`` if these are reached.

    ``degree`` of the polynomial in it; ``known`` is False for a quantity without an end, of any sign.
    """

    zero: bool
    infinite: bool
    degree: int
    known: bool = True


def by_terms(prover: Prover, f: Element, box: Box) -> Proof | None:
    """All terms have one sign, read off the signs of the generators."""
    parts = f.parts
    signs: dict[int, int] = {}
    proved: ProvedSign | None = None
    for coefficient, powers in parts:
        term = ProvedSign.POSITIVE if coefficient > 0 else ProvedSign.NEGATIVE
        for place, exponent in powers:
            sign = signs.get(place)
            if sign is None:
                sign = signs[place] = _orientation(prover.range(place, box))
            if exponent % 2 == 0:
                term = term.times(ProvedSign.POSITIVE if abs(sign) == 2 else ProvedSign.NONNEGATIVE)
            elif sign == 0:
                return None
            else:
                term = term.times(_STRENGTHS[sign])
        if proved is None:
            proved = term
        elif proved.at_least_zero is not term.at_least_zero:
            return None
        elif term.is_strict:
            proved = term
    assert proved is not None
    exact = all(prover.has_exact_sign(place, box) for place in signs)
    return Proof(
        proved, f, box, "every term has this sign" if len(parts) > 1 else "the factors have signs", exact=exact
    )


_STRENGTHS = {2: ProvedSign.POSITIVE, 1: ProvedSign.NONNEGATIVE, -1: ProvedSign.NONPOSITIVE, -2: ProvedSign.NEGATIVE}


def _orientation(side: Interval) -> int:
    """2 positive, 1 nonnegative, -1 nonpositive, -2 negative, 0 not known."""
    if side.low is not None and side.low >= 0:
        return 2 if side.low > 0 or side.low_open else 1
    if side.high is not None and side.high <= 0:
        return -2 if side.high < 0 or side.high_open else -1
    return 0


def by_shift(prover: Prover, f: Element, box: Box, *, generators: bool) -> Proof | None:
    """All coefficients have one sign after x = low + w, x = high - w or x = (low + high w)/(1 + w), w >= 0.

    Done to the variables; with ``generators`` also to logarithms and powers, which then count as independent.
    """
    field = prover.field
    polynomial = f.lift().n
    places = [p for p, degree in enumerate(polynomial.degrees()) if degree and field.generators[p].depends]
    moved = {p: prover.range(p, box) for p in places if generators or field.generators[p].of is None}
    still = {p: prover.range(p, box) for p in places if p not in moved}
    proved = sign_of_shifted(prover, polynomial, moved, still)
    if proved is None:
        return None
    exact = (
        all(prover.has_exact_range(p, box) for p in moved)
        and all(prover.has_exact_sign(p, box) for p in still)
        and not any(degree and not field.generators[p].depends for p, degree in enumerate(polynomial.degrees()))
    )

    def because() -> str:
        ends = ", ".join(shown_side(field.generator(p).text(), side) for p, side in moved.items())
        return f"all coefficients have this sign, counted from the ends of {ends}"

    return Proof(proved, f, box, because, exact=exact)


def sign_of_shifted(
    prover: Prover, polynomial: fmpz_mpoly, moved: dict[int, Interval], still: dict[int, Interval]
) -> ProvedSign | None:
    """The sign that all coefficients have once the generators ``moved`` are counted from their ends.

    Both give intervals by place; those that stay have to be nonnegative, or of even degree in each term.
    Generators that are numbers, such as log 2, belong to the coefficients.
    """
    counted: dict[int, Counted] = {}
    for place, side in still.items():
        orientation = _orientation(side)
        if orientation < 0:
            return None
        counted[place] = Counted(orientation != 2, False, 0, known=orientation > 0)
    for place, side in moved.items():
        degree = int(polynomial.degrees()[place])
        if len(polynomial) * (degree + 1) > MOST_TERMS:
            return None
        polynomial, counted[place] = _counted_from_end(polynomial, place, degree, side)
    signs = _coefficient_signs(prover, parts_of(polynomial), counted)
    if signs is None or len(set(signs.values())) != 1:
        return None
    if any(e % 2 and not counted[place].known for powers in signs for place, e in powers):
        return None
    positive = 1 in signs.values()
    if _vanishes_nowhere(list(signs), counted):
        return ProvedSign.POSITIVE if positive else ProvedSign.NEGATIVE
    return ProvedSign.NONNEGATIVE if positive else ProvedSign.NONPOSITIVE


def _coefficient_signs(prover: Prover, parts: Parts, counted: dict[int, Counted]) -> dict[Powers, int] | None:
    """-1 or 1 for the coefficient of each monomial in the quantities ``counted``; None if one is not known."""
    coefficients: dict[Powers, list[tuple[int, Powers]]] = {}
    for coefficient, powers in parts:
        inside = tuple(x for x in powers if x[0] in counted)
        number = tuple(x for x in powers if x[0] not in counted)
        coefficients.setdefault(inside, []).append((coefficient, number))
    signs: dict[Powers, int] = {}
    for inside, terms in coefficients.items():
        if len(terms) == 1 and not terms[0][1]:
            signs[inside] = 1 if terms[0][0] > 0 else -1
            continue
        sign = prover.number_sign(tuple(terms))
        if sign is None:
            return None
        signs[inside] = sign
    return signs


def shown_side(name: str, side: Interval) -> str:
    left, right = ("<" if is_open else "<=" for is_open in (side.low_open, side.high_open))
    low = "" if side.low is None else f"{_decimal(side.low)} {left} "
    return f"{low}{name}" if side.high is None else f"{low}{name} {right} {_decimal(side.high)}"


def _decimal(end: Fraction) -> str:
    """An end as a reader wants it: the fraction if it is short, else some decimals of it."""
    return str(end) if end.denominator < 1000 else f"{float(end):.6g}"


def _counted_from_end(polynomial: fmpz_mpoly, place: int, degree: int, side: Interval) -> tuple[fmpz_mpoly, Counted]:
    low, high = side.low, side.high
    if low is None and high is None:
        return polynomial, Counted(True, False, degree, known=False)
    if high is None:
        assert low is not None
        if low:
            polynomial = _moebius(polynomial, place, (low.numerator, 1), (low.denominator, 0))
        return polynomial, Counted(not side.low_open, False, degree)
    if low is None:
        polynomial = _moebius(polynomial, place, (high.numerator, -1), (high.denominator, 0))
        return polynomial, Counted(not side.high_open, False, degree)
    common = lcm(low.denominator, high.denominator)
    polynomial = _moebius(polynomial, place, (int(low * common), int(high * common)), (common, common))
    return polynomial, Counted(not side.low_open, not side.high_open, degree)


def _moebius(polynomial: fmpz_mpoly, place: int, above: tuple[int, int], below: tuple[int, int]) -> fmpz_mpoly:
    """The numerator after x = (a + b w)/(c + d w), with w in the place of x: multiplied by (c + d w)**degree."""
    context = polynomial.context()
    w = context.gen(place)
    top, bottom = above[0] + above[1] * w, below[0] + below[1] * w
    coefficients: dict[int, dict[tuple[int, ...], int]] = {}
    for exponents, c in polynomial.to_dict().items():
        k = int(exponents[place])
        coefficients.setdefault(k, {})[(*exponents[:place], 0, *exponents[place + 1 :])] = int(c)
    degree = max(coefficients)
    value, scale = context.constant(0), context.constant(1)
    for k in range(degree, -1, -1):
        value = value * top
        if k in coefficients:
            value = value + context.from_dict(coefficients[k]) * scale
        if k and not bottom.is_one():
            scale = scale * bottom
    return value


def _vanishes_nowhere(monomials: list[Powers], counted: dict[int, Counted]) -> bool:
    """Whether at every combination of reached ends some term is left."""
    ends = [(place, c) for place, c in counted.items() if c.zero or c.infinite]
    if len(ends) > MOST_CORNERS:
        return False
    options = [[0] * c.zero + [c.degree] * c.infinite for _, c in ends]
    exponents = [dict(powers) for powers in monomials]
    return all(
        any(all(e.get(place, 0) == wanted for (place, _), wanted in zip(ends, corner, strict=True)) for e in exponents)
        for corner in product(*options)
    )
