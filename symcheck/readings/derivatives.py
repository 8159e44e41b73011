"""Derivatives of elementary functions at a constant x: f(x), f'(x), f''(x), ... without end.

What x has to be positive or non-zero for is checked by the field: ``Undecided`` or ``Undefined`` where it is not.
The first of them exists wherever the function does, so only those of what depends on z need the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import count, repeat

from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.readings.stops import Kink
from symcheck.reason import Code, Reason


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
        raise Kink(
            Reason(Code.KINK, "arccos of a value that is 1 or -1 at z = 0 and depends on z", "its slope is unbounded")
        )
    slope, polynomial = -field.power(inside, field.number(Fraction(-1, 2))), [1]
    for n in count(1):
        value = field.number(0)
        for k in reversed(polynomial):
            value = value * x + field.number(k)
        yield slope * value
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


def _next_of_arccos(p: list[int], n: int) -> list[int]:
    """The coefficients of (1 - x^2) p' + (2n - 1) x p, from those of p."""
    found = [0] * (len(p) + 1)
    for k, c in enumerate(p):
        found[k + 1] += (2 * n - 1 - k) * c
        if k:
            found[k - 1] += k * c
    return found
