"""Signs that the terms show: all of one sign, as they stand or after the variables are counted from their ends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm
from typing import TYPE_CHECKING

from flint import fmpz_mpoly

from symcheck.constants.box import Box
from symcheck.constants.constant import Constant, Parts, parts_of
from symcheck.constants.sign import Claim, Proof
from symcheck.language.parameter import Interval

if TYPE_CHECKING:
    from symcheck.constants.ladder import Ladder

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


def by_terms(ladder: Ladder, f: Constant, box: Box) -> Proof | None:
    """All terms have one sign, read off the signs of the generators."""
    parts = f.parts
    signs: dict[int, int] = {}
    claim: Claim | None = None
    for coefficient, powers in parts:
        term = Claim.POSITIVE if coefficient > 0 else Claim.NEGATIVE
        for place, exponent in powers:
            sign = signs.get(place)
            if sign is None:
                sign = signs[place] = _orientation(ladder.range(place, box))
            if exponent % 2 == 0:
                term = term.times(Claim.POSITIVE if abs(sign) == 2 else Claim.NONNEGATIVE)
            elif sign == 0:
                return None
            else:
                term = term.times(_CLAIMS[sign])
        if claim is None:
            claim = term
        elif claim.at_least_zero is not term.at_least_zero:
            return None
        elif term.is_strict:
            claim = term
    assert claim is not None
    exact = all(ladder.has_exact_sign(place, box) for place in signs)
    return Proof(claim, f, box, "every term has this sign" if len(parts) > 1 else "the factors have signs", exact=exact)


_CLAIMS = {2: Claim.POSITIVE, 1: Claim.NONNEGATIVE, -1: Claim.NONPOSITIVE, -2: Claim.NEGATIVE}


def _orientation(side: Interval) -> int:
    """2 positive, 1 nonnegative, -1 nonpositive, -2 negative, 0 not known."""
    if side.low is not None and side.low >= 0:
        return 2 if side.low > 0 or side.low_open else 1
    if side.high is not None and side.high <= 0:
        return -2 if side.high < 0 or side.high_open else -1
    return 0


def by_shift(ladder: Ladder, f: Constant, box: Box, *, generators: bool) -> Proof | None:
    """All coefficients have one sign after x = low + w, x = high - w or x = (low + high w)/(1 + w), w >= 0.

    Done to the variables; with ``generators`` also to logarithms and powers, which then count as independent.
    """
    polynomial = f.lift().n
    counted: dict[int, Counted] = {}
    sides: dict[int, Interval] = {}
    exact = True
    for place, degree in enumerate(map(int, polynomial.degrees())):
        if not degree:
            continue
        side = ladder.range(place, box)
        if ladder.field.generators[place].of is not None and not generators:
            orientation = _orientation(side)
            if orientation < 0:
                return None
            counted[place] = Counted(orientation != 2, False, degree, known=orientation > 0)
            exact = exact and ladder.has_exact_sign(place, box)
        else:
            ladder.field.budget.check(len(polynomial) * (degree + 1))
            polynomial, counted[place] = _counted_from_end(polynomial, place, degree, side)
            sides[place] = side
            exact = exact and ladder.has_exact_range(place, box)
    parts = parts_of(polynomial)
    positive = parts[0][0] > 0
    for coefficient, powers in parts:
        if (coefficient > 0) is not positive:
            return None
        if any(e % 2 and not counted[place].known for place, e in powers):
            return None
    strict = _vanishes_nowhere(parts, counted)
    claim = (
        (Claim.POSITIVE if strict else Claim.NONNEGATIVE)
        if positive
        else (Claim.NEGATIVE if strict else Claim.NONPOSITIVE)
    )

    def because() -> str:
        ends = ", ".join(_shown(ladder.field.generator(place).text(), side) for place, side in sides.items())
        return f"all coefficients have this sign, counted from the ends of {ends}"

    return Proof(claim, f, box, because, exact=exact)


def _shown(name: str, side: Interval) -> str:
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


def _vanishes_nowhere(parts: Parts, counted: dict[int, Counted]) -> bool:
    """Whether at every combination of reached ends some term is left."""
    ends = [(place, c) for place, c in counted.items() if c.zero or c.infinite]
    if len(ends) > MOST_CORNERS:
        return False
    options = [[0] * c.zero + [c.degree] * c.infinite for _, c in ends]
    exponents = [dict(powers) for _, powers in parts]
    return all(
        any(all(e.get(place, 0) == wanted for (place, _), wanted in zip(ends, corner, strict=True)) for e in exponents)
        for corner in product(*options)
    )
