"""Powers of negative numbers with whole-number exponents: canonical forms, values, signs, other scopes, SymPy."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.parity import is_whole
from symcheck.field.signs.sign import Kind
from symcheck.field.undefined import Undefined
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Undecided

N = Parameter("n", at_least=0, integer=True)
M = Parameter("m", at_least=1, integer=True)
K = Parameter("k", integer=True)
Q = Parameter("q", above=0, below=1)

IDENTITIES = [
    "(-1)**(2*n) = 1",
    "(-1)**(2*n + 1) = -1",
    "(-1)**(n + 1) = -(-1)**n",
    "(-1)**(n - 1) = (-1)**(n + 1)",
    "(-1)**n*(-1)**n = 1",
    "1/(-1)**n = (-1)**n",
    "(-1)**(-n) = (-1)**n",
    "(-1)**(n + m) = (-1)**n*(-1)**m",
    "(-1)**(n**2) = (-1)**n",
    "(-1)**(n**2 + n) = 1",
    "(-1)**(3*n*m) = (-1)**(n*m)",
    "(-1)**(n*m**2) = (-1)**(n*m)",
    "((-1)**n)**m = (-1)**(n*m)",
    "(-1)**C*(-1)**C = 1",
    "(-1)**(C + n)*(-1)**C = (-1)**n",
    "(-2)**n = (-1)**n*2**n",
    "(-1/2)**(n*m)*2**(n*m) = (-1)**(n*m)",
    "(-3)**(2*n) = 9**n",
    "(-C)**n*C**m = (-1)**n*C**(n + m)",
    "(1 + (-1)**n)*(1 - (-1)**n) = 0",
    "((1 + (-1)**n)/2)**3 = (1 + (-1)**n)/2",
    "1/(2 + (-1)**n) = (2 - (-1)**n)/3",
    "(-q)**n = (-1)**n*q**n",
    "(-1)**((-1)**n + n) = -(-1)**n",
]


@pytest.mark.parametrize("identity", IDENTITIES)
def test_identities_are_zero(identity, written):
    field = Field(Scope(Classes(), (N, M, K, Q)))
    left, right = (written(side, field=field) for side in identity.split(" = "))
    assert (left - right).is_zero


@pytest.mark.parametrize("identity", ["(-1)**n = 1", "(-1)**n = (-1)**m", "(-1)**(n*m) = (-1)**n", "(-2)**n = 2**n"])
def test_near_misses_are_not_zero(identity, written):
    field = Field(Scope(Classes(), (N, M)))
    left, right = (written(side, field=field) for side in identity.split(" = "))
    assert not (left - right).is_zero
    assert field.sign(left - right).kind is Kind.MIXED


TEXTS = [
    "(-1)**n",
    "2 - (-1)**(n + m)",
    "(-2)**n/3",
    "log(2 + (-1)**n)*C",
    "2**((-1)**n)",
    "(-1)**(C*n) + C",
    "(-q)**m",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("point", [{"C": 2, "n": 0, "m": 1}, {"C": 3, "n": 1, "m": 2}, {"C": 5, "n": 7, "m": 3}])
def test_values(text, point, written):
    c = written(text, N, M, Q)
    point = {**point, "q": Fraction(1, 3)}
    values = {name: sympy.Rational(Fraction(v).numerator, Fraction(v).denominator) for name, v in point.items()}
    expected = sympy.sympify(text, locals=values)
    exact = c.at(point)
    assert not c.field.depends(exact) or exact.field is not c.field
    assert (exact - exact.field.from_sympy(expected)).is_zero
    assert c.ball(point, 128).overlaps(exact.ball({}, 128))


@pytest.mark.parametrize("text", TEXTS)
def test_sympy_and_text_are_read_back(text, written):
    field = Field(Scope(Classes(), (N, M, Q)))
    c = written(text, field=field)
    assert field.from_sympy(c.sympy()) == c
    assert written(c.text(), field=field) == c


SIGNS = [
    ("(-1)**n", Kind.MIXED),
    ("2 + (-1)**n", Kind.POSITIVE),
    ("1 + (-1)**n", Kind.MIXED),  # 0 for odd n
    ("(-1)**n - 3/2", Kind.NEGATIVE),
    ("2*n + 1/2 - (-1)**n", Kind.MIXED),
    ("2*n + 1 + (-1)**n", Kind.POSITIVE),  # n >= 1 where n is odd
    ("n - (-1)**n + 1/2", Kind.MIXED),
    ("m - (-1)**m", Kind.POSITIVE),  # m >= 2 where m is even
    ("(-1/2)**(n*m) + 1", Kind.POSITIVE),
    ("3 + (-1)**n + (-1)**(n + m)", Kind.POSITIVE),
    ("1 + (-1)**n*(-1)**m + (-1)**n + (-1)**m", Kind.MIXED),  # (1 + (-1)**n)(1 + (-1)**m)
    ("(1 + (-1)**n)*(1 - (-1)**n)", Kind.ZERO),
    ("log(2 + (-1)**n) + q", Kind.POSITIVE),
    ("log(C) + q + (-1)**n/2", Kind.POSITIVE),
    ("log(C) - q*(-1)**C/2", Kind.POSITIVE),
    ("C + 2*(-1)**C", Kind.POSITIVE),  # C >= 3 where C is odd
    ("exp(-q)*(2 + (-1)**k) - exp(-1)", Kind.POSITIVE),
    ("k**2 - k*(-1)**k", Kind.MIXED),
]


@pytest.mark.parametrize(("text", "kind"), SIGNS)
def test_signs(text, kind, written):
    field = Field(Scope(Classes(), (N, M, K, Q)))
    sign = field.sign(written(text, field=field))
    assert sign.kind is kind
    for sample in sign.points:
        values = sample.values
        assert all(values[name].denominator == 1 for name in ("C", "n", "m", "k") if name in values)


@pytest.mark.parametrize("text", [t for t, _ in SIGNS])
def test_a_sign_that_is_proved_holds_at_points(text, written):
    field = Field(Scope(Classes(), (N, M, K, Q)))
    c = written(text, field=field)
    sign = field.sign(c)
    for classes in (2, 3, 4, 9):
        for n in (0, 1, 2, 5):
            for k in (-3, -2, 0, 1):
                at = {"C": classes, "n": n, "m": n + 1 + k % 2, "k": k, "q": Fraction(n + 1, 7)}
                ball = c.ball(at, 128)
                if sign.kind is Kind.POSITIVE or sign.nonnegative:
                    assert not ball < 0
                if sign.kind is Kind.NEGATIVE or sign.nonpositive:
                    assert not ball > 0
                if sign.kind is Kind.POSITIVE:
                    assert ball > 0


def test_what_may_divide(written):
    field = Field(Scope(Classes(), (N, M)))
    written("1/(1/2 + (-1)**n)", field=field)  # of both signs, and nowhere 0
    written("1/(m + (-1)**(n*m)/2)", field=field)
    with pytest.raises(Undecided):
        written("1/(1 + (-1)**n)", field=field)


def test_it_is_never_differentiated_by_its_exponent(written):
    field = Field(Scope(Classes(), (N, Q)))
    c = written("q**2*(-1)**n", field=field)
    assert str(c.derivative("q")) == "2*(-1)**n*q"
    with pytest.raises(Undecided, match="no derivative by the whole number"):
        c.derivative("n")


def test_what_is_no_whole_number_is_refused(written):
    with pytest.raises(Undefined, match="at q = 1/2, where this is negative"):
        written("(-1)**q", Q)
    with pytest.raises(Undefined, match="at n = 1, where this is negative"):
        written("(-1)**(n/2)", N)
    with pytest.raises(Undefined):
        written("(-2)**(C/3)", N)
    with pytest.raises(Undecided) as caught:  # n (n + 1)/2 is whole, which is not plain
        written("(-1)**(n*(n + 1)/2)", N)
    assert not isinstance(caught.value, Undefined)
    with pytest.raises(Undecided):  # statements of this field are about real C
        written("(-1)**C", field=Field(Scope(), real=True))


def test_of_one_class_number_it_is_a_number(written):
    assert written("(-1)**C", classes=(10**30, 10**30)).rational == 1
    assert written("(-1)**C", classes=(7, 7)).rational == -1
    assert written("(-1)**(C*n)", N, classes=(8, 8)).rational == 1
    assert is_whole(Field(Scope(Classes(8, 8), (N,))), Field(Scope(Classes(8, 8), (N,))).number(3))


def _random_atom(field: Field, random_: random.Random) -> Element:
    n, m, q = (field.parameter(name) for name in "nmq")
    c, k = field.C, random_.randint(0, 6)
    if k == 0:
        return field.number(Fraction(random_.randint(-4, 6), random_.randint(1, 4)))
    if k == 1:
        return random_.choice([c, n, q, field.log(c)])
    if k < 5:
        return field.parity(random_.choice([n, m, n + m, n * m, c, c + n, c * n]))
    if k == 5:
        base = random_.choice([field.number(-2), -c, field.number(Fraction(-1, 2)), -q])
        return field.power(base, random_.choice([n, -m, c, n * 2, m + 1]))
    return field.power(
        random_.choice([field.number(2), c, q]), random_.choice([field.number(Fraction(1, 2)), q, -q, n])
    )


def test_random_signs_hold_at_whole_numbers():
    random_, seen = random.Random(3), 0
    points = [
        {"C": c, "n": n, "m": m, "q": q}
        for c in (2, 3, 4, 11)
        for n in (0, 1, 2, 3)
        for m in (1, 2)
        for q in (Fraction(1, 7), Fraction(9, 10))
    ]
    for _ in range(120):
        field = Field(Scope(Classes(), (N, M, Q)))
        try:
            c = _random_atom(field, random_)
            for _ in range(random_.randint(1, 3)):
                d = _random_atom(field, random_)
                c = random_.choice([c + d, c - d, c * d, c + field.log(d * d + Fraction(1, 2))])
            sign = field.sign(c)
        except Undecided:
            continue
        seen += sign.kind not in (Kind.MIXED, Kind.UNKNOWN)
        for point in points:
            ball = c.ball(point, 256)
            assert not (sign.nonnegative and ball < 0)
            assert not (sign.nonpositive and ball > 0)
            assert sign.kind not in (Kind.POSITIVE, Kind.NEGATIVE) or not ball.contains(0)
        for sample in sign.points:
            ball = c.ball(sample.values, 256)
            assert ball.contains(0) if sample.sign == 0 else ball * sample.sign > 0
    assert seen > 30
