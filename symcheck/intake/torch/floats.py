"""Floats of torch code: the exact number that a float was rounded from, where only one is likely.

A float with at most six significant digits is that decimal.  Another one was computed: it is read as an exact
number if just one of

    p/q,  a short decimal,  log n, sqrt n, cbrt n, n pi/12, their reciprocals, exp(n), exp(-n),
    sqrt(n pi/2), sqrt(n/(2 pi)), cos(n/20), sin(n/20)   (n a whole number)

and their negatives lies within its reach: a few units in the last place, of the float, or of 1 if that is larger, since
1 - 0.99 has lost as many bits as it is smaller.  How far that is, and how large q and n may be, is bounded by the
chance that an arbitrary number has such a neighbour: the shares of it below add up to less than 1/1000.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import takewhile
from typing import Final

from flint import arb

from symcheck.field.ball import ball_of, working
from symcheck.language import functions
from symcheck.language.exact import SIGNIFICANT_DIGITS
from symcheck.language.term import Scalar, Term, lift

DOUBLE: Final = 53
"""The bits of the significand of a Python float."""

REACH: Final = {DOUBLE: 2**6}
NARROW_REACH: Final = 2
"""A number is recognised within so many units in the last place: 1/(1 - 1.1) is 5 of them away from -10.  In narrower
types only the rounding of the number itself leaves it recognisable."""

ERROR: Final = {DOUBLE: 2**6}
NARROW_ERROR: Final = 2**3
"""A float that is no such number was computed in a few steps, with an error of at most so many units."""

LARGEST_DENOMINATOR: Final = {DOUBLE: 10_000}
LARGEST_NARROW_DENOMINATOR: Final = 60
LARGEST_WHOLE: Final = 1000

FRACTIONS, DECIMALS, WRITTEN = 5.3e-4, 5e-5, 7e-5
"""The chance that an arbitrary number is taken for a fraction, a decimal beside it, one that is rounded to it."""

MOST_CHANCE = 1e-3
"""A tensor of arbitrary numbers has one that is read as another with a chance below this."""

_BITS = 160


@dataclass(frozen=True)
class Known:
    """The exact number ``term``, its nearest ``double``, and whether it is a decimal that somebody wrote."""

    term: Scalar
    double: float
    is_decimal: bool = False


@dataclass(frozen=True)
class _Family:
    """The numbers ``ball(n)``: ``whole`` is its inverse, ``density`` how many of them there are per unit.

    ``share`` is the chance that an arbitrary number is taken for one of them; n is at least ``least``, and no number
    to this ``power``, whose root is whole.
    """

    share: float
    whole: Callable[[float], float]
    density: Callable[[float], float]
    ball: Callable[[int], arb]
    term: Callable[[int], Term]
    power: int = 1
    least: int = 2

    def reciprocal(self) -> _Family:
        """The numbers 1/``ball(n)``."""
        return _Family(
            self.share / 4,
            lambda x: self.whole(1 / x),
            lambda x: self.density(1 / x) / x**2,
            lambda n: 1 / self.ball(n),
            lambda n: 1 / self.term(n),
            self.power,
            self.least,
        )


_ROOTS: Final = (
    _Family(5e-5, lambda x: x**2, lambda x: 2 * x, lambda n: arb(n).sqrt(), lambda n: functions.sqrt(lift(n)), 2),
    _Family(2e-5, lambda x: x**3, lambda x: 3 * x**2, lambda n: arb(n).root(3), lambda n: lift(n) ** Fraction(1, 3), 3),
)
_LOGARITHMS: Final = _Family(
    1.8e-4, lambda x: math.exp(min(x, 99.0)), lambda x: math.exp(min(x, 99.0)), lambda n: arb(n).log(),
    lambda n: functions.log(lift(n)),
)  # fmt: skip
_LOGARITHMS_AND_ONE: Final = _Family(  # of double precision alone, as the bound on their share says
    1e-6, lambda x: math.exp(min(x, 99.0) - 1), lambda x: math.exp(min(x, 99.0) - 1), lambda n: 1 + arb(n).log(),
    lambda n: 1 + functions.log(lift(n)),
)  # fmt: skip
_EXPONENTIALS: Final = (
    _Family(4e-6, math.log, lambda x: 1 / x, lambda n: arb(n).exp(), lambda n: functions.exp(lift(n)), least=1),
    _Family(
        4e-6,
        lambda x: -math.log(x),
        lambda x: 1 / x,
        lambda n: arb(-n).exp(),
        lambda n: functions.exp(lift(-n)),
        least=1,
    ),
)
_PI: Final = functions.arccos(lift(-1))


def _times_pi(share: Fraction) -> Term:
    return _PI if share == 1 else share * _PI


_OF_PI: Final = (
    _Family(
        1e-5, lambda x: 12 * x / math.pi, lambda _: 12 / math.pi, lambda n: arb.pi() * n / 12,
        lambda n: _times_pi(Fraction(n, 12)), least=1,
    ),
    _Family(
        4e-6, lambda x: 2 * x**2 / math.pi, lambda x: 4 * x / math.pi, lambda n: (arb.pi() * n / 2).sqrt(),
        lambda n: functions.sqrt(_times_pi(Fraction(n, 2))), least=1,
    ),
    # 1/sqrt(2 pi), 1/sqrt(pi), sqrt(2/pi) and 2/sqrt(pi), the factors of normal densities
    _Family(
        6e-6, lambda x: 2 * math.pi * x**2, lambda x: 4 * math.pi * x, lambda n: (n / (2 * arb.pi())).sqrt(),
        lambda n: functions.sqrt(Fraction(n, 2) / _PI), least=1,
    ),
)  # fmt: skip


def _angles_beside(x: float) -> float:
    """The density of cos(n/20), and of sin(n/20), at x."""
    return 20 / math.sqrt(1 - x**2) if x < 1 else math.inf


_ANGLES: Final = (
    _Family(
        2e-6, lambda x: 20 * math.acos(x), _angles_beside, lambda n: (arb(n) / 20).cos(),
        lambda n: functions.cos(lift(Fraction(n, 20))), least=1,
    ),
    _Family(
        2e-6, lambda x: 20 * math.asin(x), _angles_beside, lambda n: (arb(n) / 20).sin(),
        lambda n: functions.sin(lift(Fraction(n, 20))), least=1,
    ),
)  # fmt: skip
"""Cosines and sines of angles from 0 to pi/2, the margins of losses on angles."""

_FAMILIES: Final = (
    *_ANGLES,
    *_OF_PI,
    _OF_PI[0].reciprocal(),
    *(f for family in (_LOGARITHMS, *_ROOTS) for f in (family, family.reciprocal())),
    _LOGARITHMS_AND_ONE,
    *_EXPONENTIALS,
)


def ulp(value: float, bits: int = DOUBLE) -> Fraction:
    """The unit in the last place of ``value`` in a type with ``bits`` bits in the significand."""
    return Fraction(2) ** (math.frexp(value)[1] - bits)


def reach(value: float, bits: int = DOUBLE) -> Fraction:
    """How far from ``value`` a number may be that it is read as."""
    return REACH.get(bits, NARROW_REACH) * ulp(max(abs(value), 1.0), bits)


def error(value: float, bits: int = DOUBLE) -> Fraction:
    """The greatest error of the computed float ``value``, where it is no number that is known."""
    return ERROR.get(bits, NARROW_ERROR) * ulp(max(abs(value), 1.0), bits)


@lru_cache(maxsize=4096)
def known_numbers(values: tuple[float, ...], bits: int = DOUBLE) -> Mapping[float, Known | None]:
    """The exact numbers that the floats ``values``, of one tensor, are; None for those that are rounded data.

    Among many arbitrary numbers some are beside simple ones: each is read for itself if it is so simple that no
    chance would put it there, or all of them if all are beside simple ones.
    """
    found = {v: _decimal(v, bits) or _computed(v, bits) for v in values}
    if bits == DOUBLE:
        return found
    chance = {v: _chance(v, k, bits) for v, k in found.items() if k is not None}
    if len(chance) == len(values) and math.prod(chance.values()) < MOST_CHANCE / 10:
        return found
    most = {v: WRITTEN if k is not None and k.is_decimal else MOST_CHANCE for v, k in found.items()}
    return {v: k if v in chance and len(values) * chance[v] < most[v] else None for v, k in found.items()}


def known_number(value: float, bits: int = DOUBLE) -> Known | None:
    """The exact number that the one float ``value`` was rounded from, if there is just one likely one.

    >>> print(known_number(1 - 0.9).term, known_number(0.1 / 9).term, known_number(math.pi + 1))
    1/10 1/90 None
    """
    return known_numbers((value,), bits)[value]


@lru_cache(maxsize=65536)
def _decimal(value: float, bits: int) -> Known | None:
    decimal = _short_decimal(value, bits)
    return None if decimal is None else Known(_number(decimal), float(decimal), is_decimal=True)


@lru_cache(maxsize=65536)
def _computed(value: float, bits: int) -> Known | None:
    """The one candidate beside ``value``."""
    found = list(_candidates(value, bits))
    return found[0] if len(found) == 1 else None


def _chance(value: float, known: Known, bits: int) -> float:
    """The chance that an arbitrary number beside ``value`` is rounded from one as simple as ``known``."""
    if abs(math.frexp(value)[0]) == 0.5 or value == 0:  # a power of 2 is itself
        return 0.0
    if known.is_decimal:
        shown = next(d for d in range(SIGNIFICANT_DIGITS) if _rounded(Fraction(f"{value:.{d}e}"), bits) == value)
        return min(1.0, float(ulp(value, bits)) / _spacing(value, shown + 1))
    width = 2 * float(reach(value, bits))
    if isinstance(known.term.data, Fraction):
        return 3 / math.pi**2 * known.term.data.denominator**2 * width
    return sum(f.share for f in _FAMILIES)


def _short_decimal(value: float, bits: int) -> Fraction | None:
    """The decimal of at most six digits that is rounded to ``value``, the shortest one."""
    if bits == DOUBLE:
        # repr gives the shortest decimal that is rounded to this double, which is what somebody would have typed.
        decimal = Decimal(float.__repr__(value))
        return Fraction(decimal) if _digits(decimal) <= SIGNIFICANT_DIGITS else None
    found = (Fraction(f"{value:.{digits}e}") for digits in range(SIGNIFICANT_DIGITS))
    return next((d for d in found if _rounded(d, bits) == value), None)


def _digits(decimal: Decimal) -> int:
    return len(decimal.normalize().as_tuple().digits)


def _rounded(x: Fraction, bits: int) -> Fraction:
    """The nearest number with ``bits`` bits in the significand."""
    unit = ulp(float(x), bits)
    return round(x / unit) * unit


def _spacing(value: float, digits: int) -> float:
    """The distance of neighbouring decimals of so many ``digits`` beside ``value``."""
    return 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)


def _candidates(value: float, bits: int) -> Iterator[Known]:
    """Exact numbers within reach, none of them twice."""
    x, far = Fraction(value), reach(value, bits)
    width = 2 * float(far)
    for number in {*_fractions(x, far, width, bits), *_near_decimals(value, far, width)}:
        yield Known(_number(number), float(number))
    size, sign = abs(value), -1 if value < 0 else 1
    for family in _FAMILIES:
        n = _whole(family, size, width)
        if n is None:
            continue
        with working(_BITS):
            ball = family.ball(n) * sign
            # In balls: true only if all of the ball is within reach, so rounding of ours lets no number in.
            if abs(ball - ball_of(x)) <= ball_of(far):
                term = family.term(n)
                yield Known(_scalar(term if sign > 0 else -term), float(ball.mid()))


def _fractions(x: Fraction, far: Fraction, width: float, bits: int) -> Iterator[Fraction]:
    """p/q: there are 3/pi^2 Q^2 fractions with q <= Q in an interval of length 1."""
    cap = LARGEST_DENOMINATOR.get(bits, LARGEST_NARROW_DENOMINATOR)
    largest = min(float(cap), math.sqrt(FRACTIONS * math.pi**2 / 3 / width))
    if largest >= 1:
        near = x.limit_denominator(int(largest))
        if near and abs(near - x) <= far:
            yield near


def _near_decimals(value: float, far: Fraction, width: float) -> Iterator[Fraction]:
    rare = takewhile(lambda n: width / _spacing(value, n) <= DECIMALS, range(1, SIGNIFICANT_DIGITS + 1))
    for digits in rare:
        near = Fraction(f"{value:.{digits - 1}e}")
        if abs(near - Fraction(value)) <= far:
            yield near
            return


def _whole(family: _Family, size: float, width: float) -> int | None:
    """The n of the one number of ``family`` that may be beside ``size``, if these are rare enough there."""
    try:
        n = round(family.whole(size))
        is_rare = family.density(size) * width <= family.share
    except (OverflowError, ValueError):
        return None
    # The root is whole then, and is found among the fractions.
    is_power = family.power > 1 and round(n ** (1 / family.power)) ** family.power == n if n > 0 else False
    return n if is_rare and family.least <= n <= LARGEST_WHOLE and not is_power else None


def _number(value: Fraction) -> Scalar:
    return Scalar("number", data=value)


def _scalar(term: Term) -> Scalar:
    assert isinstance(term, Scalar)
    return term
