"""Series in t > 0: what a function of one number does next to t = 0, on its right side.

A series is a sum of c t^e with rational exponents e, which may be negative or broken, known below the exponent
``known``.  Its sign for small t is that of its first coefficient, so that every branch is decided exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.numbers import ONE, ZERO, NoOpinion, Number, Undefined

Exponent = int | Fraction

FINEST = 12
"""Exponents with a larger denominator are not followed."""


@dataclass(frozen=True, slots=True)
class Series:
    """The sum of ``terms[e]`` t^e + O(t^known); coefficients that are 0 are left out, exponents increase.

    ``exact``: it is known that nothing is left out beyond ``known``, as in a polynomial.
    """

    terms: tuple[tuple[Exponent, Number], ...]
    known: Exponent
    exact: bool = False

    @property
    def first(self) -> Exponent:
        """The least exponent, ``known`` if there is none."""
        return self.terms[0][0] if self.terms else self.known

    @property
    def sign(self) -> int:
        """The sign for small t > 0; 0 where nothing but O(t^known) is left."""
        return numbers.sign(self.terms[0][1]) if self.terms else 0

    def coefficient(self, exponent: Exponent) -> Number:
        """The coefficient of t^exponent."""
        if exponent >= self.known and not self.exact:
            raise NoOpinion("a coefficient beyond what is known")
        return next((c for e, c in self.terms if e == exponent), ZERO)

    @property
    def is_constant(self) -> bool:
        """Whether nothing but a constant is seen."""
        return all(e == 0 for e, _ in self.terms)

    @property
    def is_nothing(self) -> bool:
        """Whether it is known to be 0 at every t."""
        return self.exact and not self.terms


def series(terms: dict[Exponent, Number], known: Exponent, *, exact: bool = False) -> Series:
    """The series with these ``terms``, without those that are 0 or not known."""
    kept = [(e, c) for e, c in sorted(terms.items()) if not numbers.is_zero(c)]
    return Series(tuple(x for x in kept if x[0] < known), known, exact and all(e < known for e, _ in kept))


def constant(value: Number, known: Exponent) -> Series:
    """``value`` at every t."""
    return Series(() if numbers.is_zero(value) else ((0, value),), known, exact=True)


def add(a: Series, b: Series) -> Series:
    """a + b."""
    found = dict(a.terms)
    for e, c in b.terms:
        found[e] = numbers.add(found[e], c) if e in found else c
    return series(found, min(a.known, b.known), exact=a.exact and b.exact)


def negative(a: Series) -> Series:
    """-a."""
    return Series(tuple((e, numbers.negative(c)) for e, c in a.terms), a.known, a.exact)


def subtract(a: Series, b: Series) -> Series:
    """a - b."""
    return add(a, negative(b))


def scale(a: Series, factor: Number) -> Series:
    """``factor`` times a."""
    if factor == 0:
        return Series((), a.known, exact=True)
    return series({e: numbers.multiply(c, factor) for e, c in a.terms}, a.known, exact=a.exact)


def multiply(a: Series, b: Series) -> Series:
    """ab."""
    if a.is_nothing or b.is_nothing:
        return Series((), min(a.known, b.known), exact=True)
    known = min(a.known + b.first, b.known + a.first)
    exact = a.exact and b.exact
    if exact:
        known = min(a.known, b.known)
    found: dict[Exponent, Number] = {}
    for e, c in a.terms:
        for f, d in b.terms:
            if exact or e + f < known:
                product = numbers.multiply(c, d)
                found[e + f] = numbers.add(found[e + f], product) if e + f in found else product
    return series(found, known, exact=exact)


def divide(a: Series, b: Series) -> Series:
    """a/b; raises ``Undefined`` for b = 0."""
    return multiply(a, whole_power(b, -1))


def split(a: Series) -> tuple[Exponent, Number, Series]:
    """v, c and w with a = c t^v (1 + w)."""
    v, c = a.terms[0]
    rest = {e - v: numbers.divide(d, c) for e, d in a.terms[1:]}
    return v, c, series(rest, a.known - v, exact=a.exact)


def composed(taylor: list[Number], u: Series) -> Series:
    """sum_k taylor[k] u^k for a u that vanishes at t = 0."""
    if u.is_nothing:
        return constant(taylor[0], u.known)
    found = constant(taylor[-1], u.known)
    for c in reversed(taylor[:-1]):
        found = add(multiply(found, u), constant(c, u.known))
    return found


def steps(u: Series) -> int:
    """The number of powers of u that are not O(t^known)."""
    if not u.terms:
        return 1
    if u.first <= 0:
        raise NoOpinion("an operator at a pole")
    count = int(-(-u.known // u.first))
    if count > 60:
        raise NoOpinion("too many powers of a series")
    return max(count, 1)


def value_and_rest(a: Series) -> tuple[Number, Series]:
    """a(0) and a - a(0); raises ``NoOpinion`` at a pole."""
    if a.first < 0:
        raise NoOpinion("an operator at a pole")
    return a.coefficient(0), Series(tuple((e, c) for e, c in a.terms if e != 0), a.known, a.exact)


def exp(a: Series) -> Series:
    """e^a."""
    c, u = value_and_rest(a)
    taylor = [numbers.exp(c)]
    for k in range(1, steps(u)):
        taylor.append(numbers.divide(taylor[-1], Fraction(k)))
    return composed(taylor, u)


def log(a: Series) -> Series:
    """log a; raises ``Undefined`` unless a > 0."""
    if a.sign <= 0:
        raise Undefined("the logarithm of what is not positive")
    v, c, w = split(a)
    if v != 0:
        raise NoOpinion("the logarithm of what tends to 0")
    taylor = [numbers.log(c), *(Fraction((-1) ** (k + 1), k) for k in range(1, steps(w)))]
    return composed(taylor, w)


def whole_power(a: Series, n: int) -> Series:
    """a^n; raises ``Undefined`` for 0 to a negative power."""
    if n == 0:
        return constant(ONE, a.known if a.known > 0 else 1)
    if not a.terms:
        if n < 0:
            raise Undefined("a division by 0")
        return Series((), a.known if a.exact else a.known * n, a.exact)
    return _power_of_unit(a, Fraction(n))


def power(a: Series, b: Series) -> Series:
    """a^b; raises ``Undefined`` where it has no real value."""
    if not b.is_constant:
        return exp(multiply(b, log(a)))
    exponent = b.coefficient(0)
    if numbers.is_whole(exponent):
        assert isinstance(exponent, Fraction)
        return whole_power(a, int(exponent))
    if not a.terms:
        if numbers.sign(exponent) < 0:
            raise Undefined("0 to a negative power")
        if not a.exact:
            raise NoOpinion("a power of what is 0 to so many terms")
        return a if numbers.sign(exponent) > 0 else constant(ONE, a.known)
    if a.sign < 0:
        raise Undefined("a negative number to a power that is no whole number")
    return _power_of_unit(a, exponent)


def _power_of_unit(a: Series, p: Number) -> Series:
    """(c t^v (1 + w))^p for c > 0, or p whole."""
    v, c, w = split(a)
    taylor: list[Number] = [ONE]
    for k in range(1, steps(w)):
        factor = numbers.divide(numbers.subtract(p, Fraction(k - 1)), Fraction(k))
        taylor.append(numbers.multiply(taylor[-1], factor))
    unit = scale(composed(taylor, w), numbers.power(c, p))
    if v == 0:
        return unit
    if not isinstance(p, Fraction):
        raise NoOpinion("an irrational power of what tends to 0")
    shift = _exponent(v * p)
    moved = {_exponent(e + shift): d for e, d in unit.terms}
    if unit.exact:  # one power of t: as many terms as before are known
        return series(moved, max(a.known, 1), exact=True)
    return series(moved, _exponent(unit.known + shift))


def arccos(a: Series) -> Series:
    """arccos a; raises ``Undefined`` outside [-1, 1]."""
    c, u = value_and_rest(a)
    if not u.terms:
        return constant(numbers.arccos(c), a.known)
    if c in (1, -1):
        raise NoOpinion("the arc cosine next to -1 or 1")
    order = steps(u)
    # the derivative -(1 - (c + s)^2)^(-1/2) as a series in s, integrated
    s = Series(((1, ONE),), order)
    x = add(constant(c, order), s)
    slope = negative(_power_of_unit(subtract(constant(ONE, order), multiply(x, x)), Fraction(-1, 2)))
    taylor = [numbers.arccos(c)]
    taylor += [numbers.divide(slope.coefficient(k - 1), Fraction(k)) for k in range(1, order)]
    return composed(taylor, u)


def _exponent(e: Exponent) -> Exponent:
    if e == int(e):
        return int(e)
    if Fraction(e).denominator > FINEST:
        raise NoOpinion("a power of t with too fine an exponent")
    return e
