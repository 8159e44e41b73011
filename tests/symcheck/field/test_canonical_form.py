"""Equal constants have one canonical form, so that zero is seen."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symcheck.field import base as field_module
from symcheck.field.field import Field
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope

Q = Parameter("q", above=0, at_most=1)
R = Parameter("r", at_least=0, below=1)
G = Parameter("g", above=0)
M = Parameter("m", at_least=1, integer=True)
N = Parameter("n", below=0)
T = Parameter("t")

# Each line is an identity of real numbers on the scope; the sides are written independently.
IDENTITIES = [
    "log(C*(C - 1)) = log(C) + log(C - 1)",
    "log((C - 1)/C) = log(C - 1) - log(C)",
    "log(C**5) = 5*log(C)",
    "log(1/C) = -log(C)",
    "log(C**q) = q*log(C)",
    "log(exp(t)) = t",
    "log(4) = 2*log(2)",
    "log(18/5) = log(2) + 2*log(3) - log(5)",
    "log(1 - r) = log((1 - r)**3)/3",
    "log(g*C) = log(g) + log(C)",
    "log(-n) = log(n**2)/2",
    "log((1 - r)/(1 + r)) = log(1 - r) - log(1 + r)",
    "log(C**2 - 1) = log(C - 1) + log(C + 1)",
    "exp(0) = 1",
    "exp(t + q) = exp(t)*exp(q)",
    "exp(-t) = 1/exp(t)",
    "exp(2*t) = exp(t)**2",
    "exp(t/2)**2 = exp(t)",
    "exp(log(C)) = C",
    "exp(q*log(C)) = C**q",
    "exp(q*log(C)*t) = (C**q)**t",
    "exp(log(C)*log(2)) = 2**log(C)",
    "C**log(2) = 2**log(C)",
    "C**(-q)*C**q = 1",
    "(1/C)**q = C**(-q)",
    "C**(q - 1) = C**q/C",
    "C**(2*q) = (C**q)**2",
    "C**(1 - t)*C**t = C",
    "C**(q*t) = (C**q)**t",
    "C**(q/2)*C**(q/2) = C**q",
    "C**(q/2)*C**(q/3) = C**(5*q/6)",
    "(C**2)**q = C**(2*q)",
    "(C*g)**q = C**q*g**q",
    "((C - 1)/C)**g = (C - 1)**g*C**(-g)",
    "(1 - 1/C)**g = (C - 1)**g*C**(-g)",
    "(1 - 1/C)**(g - 1)*(1 - 1/C) = (1 - 1/C)**g",
    "C**((q - 1)/q)*C**(1/q) = C",
    "C**(1/(1 + q))*C**(q/(1 + q)) = C",
    "C**m = C**(m - 1)*C",
    "C**(1/2)*C**(1/2) = C",
    "C**(1/3)*C**(1/2) = C**(5/6)",
    "C**(7/10) = C/C**(3/10)",
    "1/C**(1/2) = C**(1/2)/C",
    "(C**(1/2) - 1)*(C**(1/2) + 1) = C - 1",
    "(C - 1)**(1/2)*(C - 1)**(1/2) = C - 1",
    "(C - 1)**(3/2) = (C - 1)*(C - 1)**(1/2)",
    "((C - 1)/C)**(1/2) = (C - 1)**(1/2)/C**(1/2)",
    "((C - 1)/C)**(-1/2)*((C - 1)/C)**(3/2) = 1 - 1/C",
    "4**(1/2) = 2",
    "8**(1/2) = 2*2**(1/2)",
    "6**(1/2) = 2**(1/2)*3**(1/2)",
    "(4/9)**(1/2) = 2/3",
    "2**q*3**q = 6**q",
    "2**(1/2)*2**(1/3)*2**(1/6) = 2",
    "(2**(1/4))**2 = 2**(1/2)",
    "sqrt(C)*sqrt(C) = C",
    "log(C**(1/2) + 2 + C**(-1/2)) = 2*log(C**(1/2) + 1) - log(C)/2",
    "log(15*exp(2*t) + 32*exp(t + 1/2) + 16*exp(1)) = log(3*exp(t) + 4*exp(1/2)) + log(5*exp(t) + 4*exp(1/2))",
    "(C + 2*C**(1/2) + 1)**(1/2) = C**(1/2) + 1",
    "(C**q + 2*C**(q/2) + 1)**g = (C**(q/2) + 1)**(2*g)",
    "(C**q - 1)/C**q = 1 - C**(-q)",
    "tanh(t) = (exp(2*t) - 1)/(exp(2*t) + 1)",
    "(C**2 - 1)/(C + 1) = C - 1",
    "1/(1 - r) - r/(1 - r) = 1",
    "g**2/g**q = g**(2 - q)",
    "n**2/n = n",
    "log(exp(q) + 1) - q = log(1 + exp(-q))",
    # The kappa of the focal loss, from -phi'(1/C)/C and as a table gives it.
    "(1 - 1/C)**g + g*(1 - 1/C)**(g - 1)*log(C)/C = (C - 1)**(g - 1)*C**(-g)*(C - 1 + g*log(C))",
]  # fmt: skip


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("generators", [1, 16])
def test_identities_are_zero(identity, generators, written, monkeypatch):
    """Also when the ring begins with one generator and has to grow with every new one."""
    monkeypatch.setattr(field_module, "FEWEST_GENERATORS", generators)
    field = Field(Scope(Classes(), (Q, R, G, M, N, T)))
    left, right = (written(side, field=field) for side in identity.split(" = "))
    assert (left - right).is_zero
    assert (right - left).is_zero


# Near misses: each is false at some point of the scope.
NOT_IDENTITIES = [
    "log(C*(C - 1)) = log(C) + log(C)",
    "log(1/C) = log(C)",
    "C**(q - 1) = C**q*C",
    "C**(1/2)*C**(1/3) = C",
    "(1 - 1/C)**g = (C - 1)**g*C**g",
    "exp(t + q) = exp(t) + exp(q)",
    "8**(1/2) = 2*2**(1/3)",
    "C**(q*t) = C**(q + t)",
    "C**((q - 1)/q) = C**(1/q)",
    "(C - 1)**(1/2)*(C - 1)**(1/2) = C + 1",
    "tanh(t) = (exp(t) - 1)/(exp(t) + 1)",
    "log(4) = 2*log(3)",
]


@pytest.mark.parametrize("identity", NOT_IDENTITIES)
def test_near_misses_are_not_zero(identity, written):
    field = Field(Scope(Classes(), (Q, R, G, M, N, T)))
    left, right = (written(side, field=field) for side in identity.split(" = "))
    assert not (left - right).is_zero


@pytest.mark.parametrize("classes", [2, 3, 10, 12])
def test_with_c_fixed_it_is_that_number(classes, written):
    field = Field(Scope(Classes(classes, classes), (Q,)))
    assert field.C.rational == classes
    assert written("C**2 - 1", field=field).rational == classes**2 - 1
    assert (written("log(C**3)", field=field) - 3 * field.log(field.number(classes))).is_zero


def test_logarithms_of_twelve_are_those_of_its_primes(written):
    assert (written("log(C) - 2*log(2) - log(3)", classes=(12, 12))).is_zero
    assert (written("C**(1/2) - 2*3**(1/2)", classes=(12, 12))).is_zero


def test_arithmetic_with_numbers(written):
    c = written("C")
    assert (1 + c - c).rational == 1
    assert (2 * c - c - c).is_zero
    assert (1 / c * c).rational == 1
    assert (c * Fraction(1, 2) + Fraction(1, 3) - (3 * c + 2) / 6).is_zero
    assert (1 - c + (c - 1)).is_zero
    assert (c**0).rational == 1
    assert (c**-2 * c**2).rational == 1
    assert (-(-c) - c).is_zero
    assert c.rational is None
    assert written("0").rational == 0
    with pytest.raises(TypeError, match=r"constants of its field, ints and Fractions, not with 0\.5"):
        c + 0.5


def test_equal_forms_are_equal_and_hash_alike(written):
    field = Field(Scope())
    a, b = written("(C**2 - 1)/C", field=field), written("C - 1/C", field=field)
    assert a == b
    assert hash(a) == hash(b)
    assert a != a + 1
    assert a != "C - 1/C"
    assert written("C") != written("C"), "constants of different fields are different"


def test_constants_of_two_fields_do_not_mix(written):
    with pytest.raises(ValueError, match="two constants of different fields meet"):
        written("C") + written("C")


def test_a_field_grows_with_its_constants(written):
    """Sixteen generators are not enough for the logarithms of the primes up to 101."""
    field = Field(Scope())
    first = field.log(field.number(2)) * field.C
    logs = [field.log(field.number(n)) for n in range(2, 102)]
    assert len(field.generators) == 1 + 26  # C and the primes up to 101
    assert (field.log(field.number(2)) * field.C - first).is_zero
    assert first == logs[0] * field.C
    assert (sum(logs[1:], logs[0]) - field.log(field.number(_factorial(101)))).is_zero


def _factorial(n: int) -> int:
    return n * _factorial(n - 1) if n > 1 else 1


def test_the_places_of_an_element_are_those_of_its_numerator_and_denominator(written):
    c = written("(C + log(C))/(q + 1)", Parameter("q", above=0))
    field = c.field
    assert {field.generator(p).text() for p in c.places} == {"C", "log(C)", "q"}
    assert field.zero.places == field.number(7).places == set()
