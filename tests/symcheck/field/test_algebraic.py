"""Signs of algebraic numbers, zero included, against values of 400 digits, and the bound on which they rest."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx

from symcheck.field.ball import Point, working
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.rules.algebraic import MOST_BITS, _of_constant, number_sign
from symcheck.field.signs.sign import Kind
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope

# Each is 0; the canonical form does not show it where the second entry is False.
ZEROS = [
    ("sqrt(2)*sqrt(3) - sqrt(6)", True),
    ("sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1", False),  # (1 + sqrt 2)**2 = 3 + 2 sqrt 2
    ("sqrt(3 - 2*sqrt(2)) - sqrt(2) + 1", False),
    ("1/sqrt(3 + 2*sqrt(2)) - sqrt(2) + 1", False),
    ("sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3)", False),
    ("sqrt(4 + 2*sqrt(3))/(1 + sqrt(3)) - 1", False),
    ("(sqrt(5) + 2)**(1/3) - (sqrt(5) - 2)**(1/3) - 1", False),
    ("(7 + 5*sqrt(2))**(1/3) - 1 - sqrt(2)", False),
    ("(2**(1/3) - 1)**(1/3) - (1/9)**(1/3) + (2/9)**(1/3) - (4/9)**(1/3)", False),  # Ramanujan
    ("(5**(1/3) - 4**(1/3))**(1/2) - (2**(1/3) + 20**(1/3) - 25**(1/3))/3", False),  # Ramanujan
    ("(17 + 12*sqrt(2))**(1/4) - 1 - sqrt(2)", False),
    # Shanks
    (
        "sqrt(11 + 2*sqrt(29)) + sqrt(16 - 2*sqrt(29) + 2*sqrt(55 - 10*sqrt(29))) - sqrt(5) - sqrt(22 + 2*sqrt(5))",
        False,
    ),
    ("log(2)*(sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1)", False),
    ("log(2)*(sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1) - log(3)*(sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3))", False),
    ("C*(sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1)", False),
    ("C*(sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1) + q*(sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3))/C", False),
]

Q = Parameter("q", above=0)


@pytest.mark.parametrize(("text", "is_canonical"), ZEROS)
def test_zero_is_proved(text, is_canonical, written):
    c = written(text, Q)
    assert c.is_zero is is_canonical
    sign = c.field.sign(c)
    assert sign.kind is Kind.ZERO
    assert sign.nonnegative
    assert sign.nonpositive
    assert sign.steps


# Near misses: none of them is 0, however near.
NEAR = [
    ("sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1 - 1/10**30", Kind.NEGATIVE),
    ("sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1 + 1/10**2000", Kind.POSITIVE),
    ("sqrt(10**40 + 1) - 10**20", Kind.POSITIVE),
    ("sqrt(10) + sqrt(11) - sqrt(5) - sqrt(18)", Kind.POSITIVE),
    ("(10**60 + 1)**(1/3) - 10**20", Kind.POSITIVE),
    ("sqrt(2) + sqrt(3) - 314626436994/10**11", Kind.POSITIVE),
    # sums of square roots of nine numbers each that agree to 10**(-42) or so
    (
        "sqrt(1000001) + sqrt(1000025) + sqrt(1000031) + sqrt(1000084) + sqrt(1000087) + sqrt(1000134) + "
        "sqrt(1000158) + sqrt(1000182) + sqrt(1000198) - sqrt(1000002) - sqrt(1000018) - sqrt(1000042) - "
        "sqrt(1000066) - sqrt(1000113) - sqrt(1000116) - sqrt(1000169) - sqrt(1000175) - sqrt(1000199)",
        Kind.NEGATIVE,
    ),
]


@pytest.mark.parametrize(("text", "kind"), NEAR)
def test_near_misses_are_not_zero(text, kind, written):
    assert written(text).field.sign(written(text)).kind is not Kind.ZERO
    c = written(text)
    assert c.field.sign(c).kind is kind


def test_what_is_no_algebraic_number_stays_open(written):
    c = written("exp(1/3) - 2**(1/3)")
    assert number_sign(c, Point(c.field, {})) is None
    assert c.field.sign(c).kind is Kind.POSITIVE  # by its ball


def test_a_bound_of_too_many_bits_stays_open(written):
    roots = " + ".join(f"sqrt({p})" for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47))
    c = written(roots)
    assert number_sign(c, Point(c.field, {})) is None
    assert MOST_BITS < 2**15
    assert c.field.sign(c).kind is Kind.POSITIVE


def test_a_sum_with_coefficients_that_are_zero_has_the_sign_of_the_rest(written):
    c = written("C*(sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1) + q*(sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3)) + 1/C", Q)
    assert c.field.sign(c).kind is Kind.POSITIVE


def test_a_root_of_zero_is_zero(written):
    assert written("(sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1)**(1/3)").is_zero


def _random_number(field: Field, random_: random.Random, depth: int) -> tuple[Element, mpmath.mpf]:
    """A number with two or three nested roots, and its value."""
    if depth == 0:
        value = Fraction(random_.randint(1, 12), random_.randint(1, 5))
        return field.number(value), mpmath.mpf(value.numerator) / value.denominator
    a, x = _random_number(field, random_, depth - 1)
    b, y = _random_number(field, random_, random_.randint(0, depth - 1))
    match random_.randint(0, 4):
        case 0:
            return a + b, x + y
        case 1:
            return (a - b, x - y) if x > y else (b - a + 1, y - x + 1)
        case 2:
            return a * b, x * y
        case 3:
            return a / b, x / y
    k = random_.choice((2, 2, 3))
    return field.power(a, field.number(Fraction(1, k))), mpmath.root(x, k)


def test_no_number_is_nearer_to_zero_than_its_bound():
    random_ = random.Random(7)
    seen = 0
    with mpmath.workdps(400):
        for _ in range(150):
            field = Field(Scope())
            c, x = _random_number(field, random_, 4)
            d = c - _random_number(field, random_, 3)[0]
            for number in (c, d):
                with working(64):
                    bound = _of_constant(number, field, {})
                    bits = None if bound is None else bound.bits
                if bits is None or bits > 1200:
                    continue
                seen += 1
                ball = Point(field, {}).ball(number, 1300)
                with ctx.workprec(1300):
                    is_zero = abs(ball) < arb(2) ** -bits
                    assert is_zero or abs(ball) >= arb(2) ** -bits
                assert number_sign(number, Point(field, {})) == (0 if is_zero else 1 if ball > 0 else -1)
            assert abs(mpmath.mpf(Point(field, {}).ball(c, 256).mid().str(60, radius=False)) - x) < 1e-50 * max(1, x)
    assert seen > 100
