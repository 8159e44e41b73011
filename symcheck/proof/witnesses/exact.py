"""Numbers that are seen to be 0: sums of rational multiples of powers, logarithms of whole numbers, and powers of e.

A number is {(r, roots, logs): a, ...}, the sum of a e^r prod_(b, k) b^k prod_(b, k) (log b)^k with 0 < k < 1 in
``roots`` and whole k in ``logs``, b > 1.  So log(12) - 2 log(2) - log(3) and sqrt(2) - 2/sqrt(2) are {}, which is 0.
Other numbers may be 0 too, and None stands for a number of another kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

Powers: TypeAlias = tuple[tuple[int, Fraction], ...]
Exact: TypeAlias = dict[tuple[Fraction, Powers, Powers], Fraction]

MOST_SUMMANDS, LONGEST, MOST_TRIED = 12, 256, 1_000
"""The longest sums, the digits of the longest numbers, and the last number that is tried as a divisor."""

UNIT: tuple[Fraction, Powers, Powers] = (Fraction(0), (), ())


def number(a: Fraction) -> Exact:
    return {UNIT: a} if a else {}


def size(a: Fraction) -> int:
    """The number of its binary digits."""
    return max(a.numerator.bit_length(), a.denominator.bit_length())


def plus(x: Exact | None, y: Exact | None) -> Exact | None:
    if x is None or y is None:
        return None
    found = dict(x)
    for key, a in y.items():
        found[key] = found.get(key, Fraction(0)) + a
    return _short({key: a for key, a in found.items() if a})


def times(x: Exact | None, y: Exact | None) -> Exact | None:
    if x is None or y is None:
        return None
    found: Exact | None = {}
    for (r, roots, logs), a in x.items():
        for (s, others, powers), b in y.items():
            found = plus(found, _product(a * b, r + s, (*roots, *others), (*logs, *powers)))
    return found


def power(x: Exact | None, b: Fraction) -> Exact | None:
    """x^b for one summand, which has no logarithms and is positive unless b is -1."""
    if x is None or len(x) != 1:
        return None
    (((r, roots, logs), a),) = x.items()
    if b != -1 and (logs or a <= 0):
        return None
    # Logarithms of whole numbers > 1 are not 0.
    inverse = tuple((p, -k) for p, k in logs)
    return _product(Fraction(1 if a > 0 else -1), r * b, [(p, k * b) for p, k in (*_divisors(abs(a)), *roots)], inverse)


def exp(x: Exact | None) -> Exact | None:
    """e^x for a sum x of a rational number and multiples of logarithms."""
    found: Exact | None = number(Fraction(1))
    for (r, roots, logs), a in {} if x is None else x.items():
        if r or roots or (logs and (len(logs) > 1 or logs[0][1] != 1)):
            return None
        power_of_e, powers = (Fraction(0), [(logs[0][0], a)]) if logs else (a, [])
        found = times(found, _product(Fraction(1), power_of_e, powers, ()))
    return None if x is None else found


def log(x: Exact | None) -> Exact | None:
    """The logarithm of one summand x > 0 without logarithms."""
    if x is None or len(x) != 1:
        return None
    (((r, roots, logs), a),) = x.items()
    if logs or a <= 0:
        return None
    found: Exact | None = number(r)
    for p, k in (*_divisors(a), *roots):
        found = plus(found, {(Fraction(0), (), ((p, Fraction(1)),)): k})
    return found


def _product(a: Fraction, r: Fraction, roots: Iterable[tuple[int, Fraction]], logs: Powers) -> Exact | None:
    """a e^r times powers, with each base once."""
    exponents, over = _together(roots), _together(logs)
    for base, k in exponents.items():
        whole = math.floor(k)
        if abs(whole) * base.bit_length() + size(a) > LONGEST:
            return None
        a *= Fraction(base) ** whole
    left = tuple(sorted((base, k - math.floor(k)) for base, k in exponents.items() if k != math.floor(k)))
    return _short({(r, left, tuple(sorted((base, k) for base, k in over.items() if k))): a} if a else {})


def _together(powers: Iterable[tuple[int, Fraction]]) -> dict[int, Fraction]:
    found: dict[int, Fraction] = {}
    for base, k in powers:
        found[base] = found.get(base, Fraction(0)) + k
    return found


def _short(x: Exact) -> Exact | None:
    return (
        x
        if len(x) <= MOST_SUMMANDS and all(size(a) <= LONGEST and size(r) <= LONGEST for (r, *_), a in x.items())
        else None
    )


def _divisors(a: Fraction) -> list[tuple[int, Fraction]]:
    """Whole numbers with exponents of which a > 0 is the product: small primes, and what is left."""
    found = []
    for whole, sign in ((a.numerator, 1), (a.denominator, -1)):
        n, p = whole, 2
        while p * p <= n and p <= MOST_TRIED:
            k = 0
            while n % p == 0:
                n, k = n // p, k + sign
            found += [(p, Fraction(k))] if k else []
            p += 1
        found += [(n, Fraction(sign))] * (n > 1)
    return found
