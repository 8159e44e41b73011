"""Derivatives of elementary functions at a constant x: f(x), f'(x), f''(x), ... without end.

What x has to be positive or non-zero for is checked by the field: ``Undecided`` or ``Undefined`` where it is not.
The first of them exists wherever the function does, so only those of what depends on z need the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count, cycle, islice, repeat, zip_longest
from typing import Final

from symcheck.field.element import Element
from symcheck.field.error_function import slope_of as erf_slope
from symcheck.field.signs.sign import Kind
from symcheck.readings.stops import kink


def exp_derivatives(x: Element) -> Iterator[Element]:
    """f^(n) = e^x."""
    return repeat(x.field.exp(x))


def log_derivatives(x: Element) -> Iterator[Element]:
    """f = log x, then f^(n) = (-1)^(n - 1) (n - 1)! / x^n, for x > 0."""
    yield x.field.log(x)
    yield from reciprocal_derivatives(x)


def reciprocal_derivatives(x: Element) -> Iterator[Element]:
    """f^(n) = (-1)^n n! / x^(n + 1), for x != 0."""
    value = x.field.number(1) / x
    for n in count(1):
        yield value
        value = value * x.field.number(-n) / x


def power_derivatives(x: Element, exponent: Element) -> Iterator[Element]:
    """f^(n) = e (e - 1) ... (e - n + 1) x^(e - n), for x > 0."""
    value, factor = x.field.power(x, exponent), exponent
    while True:
        yield value
        value = value * factor / x
        factor = factor - x.field.number(1)


def arccos_derivatives(x: Element) -> Iterator[Element]:
    """f^(n) = -P_n(x) (1 - x^2)^(1/2 - n), P_1 = 1, P_(n+1) = (1 - x^2) P_n' + (2n - 1) x P_n, for -1 < x < 1."""
    field = x.field
    yield field.arccos(x)
    inside = field.number(1) - x * x
    if field.sign(inside).kind is Kind.ZERO:
        raise kink("arccos of a value that is 1 or -1 at z = 0 and depends on z", "its slope is unbounded")
    slope, polynomial = -field.power(inside, field.number(Fraction(-1, 2))), [1]
    for n in count(1):
        yield slope * _value_of(polynomial, x)
        slope, polynomial = slope / inside, _next_of_arccos(polynomial, n)


def tempered_exp_derivatives(x: Element, alpha: Element) -> Iterator[Element]:
    """f = x > 0 and its derivatives by f' = f^(2 - alpha): f^(n) = a_0 ... a_(n - 1) x^a_n, a_n = 1 + n (1 - alpha).

    f is the tempered exponential exp_t, t = 2 - alpha, at the place where it is x; it is exp for alpha = 1.
    """
    field, value, a = x.field, x, x.field.number(1)
    slope = field.power(x, field.number(1) - alpha)
    while True:
        yield value
        value = value * a * slope
        a = a + field.number(1) - alpha


def cos_derivatives(x: Element) -> Iterator[Element]:
    """f = cos x, then -sin x, -cos x, sin x, and so on."""
    cosine, sine = x.field.cos(x), x.field.sin(x)
    return cycle((cosine, -sine, -cosine, sine))


def sin_derivatives(x: Element) -> Iterator[Element]:
    """f = sin x, then cos x, -sin x, -cos x, and so on."""
    return islice(cos_derivatives(x), 3, None)


def arctan_derivatives(x: Element) -> Iterator[Element]:
    """f^(n) = P_n(x) (1 + x^2)^-n, P_1 = 1, P_(n+1) = (1 + x^2) P_n' - 2 n x P_n."""
    field = x.field
    yield field.arctan(x)
    slope = 1 / (1 + x * x)
    power, polynomial = slope, [1]
    for n in count(1):
        yield power * _value_of(polynomial, x)
        power, bent = power * slope, _slope_of(polynomial)
        polynomial = _sum_of(bent, [0, 0, *bent], [0, *(-2 * n * c for c in polynomial)])


def erf_derivatives(x: Element) -> Iterator[Element]:
    """f^(n) = 2 pi^(-1/2) P_n(x) exp(-x^2), P_1 = 1, P_(n+1) = P_n' - 2 x P_n."""
    field = x.field
    yield field.erf(x)
    slope, polynomial = erf_slope(field, x), [1]
    while True:
        yield slope * _value_of(polynomial, x)
        polynomial = _sum_of(_slope_of(polynomial), [0, *(-2 * c for c in polynomial)])


DERIVATIVES: Final[dict[str, Callable[[Element], Iterator[Element]]]] = {
    "exp": exp_derivatives, "log": log_derivatives, "arccos": arccos_derivatives, "sin": sin_derivatives,
    "cos": cos_derivatives, "arctan": arctan_derivatives, "erf": erf_derivatives,
}  # fmt: skip
"""Those of the functions of the language, by their names."""


def _value_of(polynomial: list[int], x: Element) -> Element:
    value = x.field.zero
    for c in reversed(polynomial):
        value = value * x + c
    return value


def _slope_of(polynomial: list[int]) -> list[int]:
    """The coefficients of the derivative, from those of the polynomial."""
    return [k * c for k, c in enumerate(polynomial)][1:]


def _sum_of(*polynomials: list[int]) -> list[int]:
    return [sum(c) for c in zip_longest(*polynomials, fillvalue=0)]


def _next_of_arccos(p: list[int], n: int) -> list[int]:
    """The coefficients of (1 - x^2) p' + (2n - 1) x p, from those of p."""
    found = [0] * (len(p) + 1)
    for k, c in enumerate(p):
        found[k + 1] += (2 * n - 1 - k) * c
        if k:
            found[k - 1] += k * c
    return found
