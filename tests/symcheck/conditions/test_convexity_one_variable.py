"""Functions of one variable: convex or not, by pieces; every h'' is derived by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from symcheck.conditions.convexity.bounds import Bounds
from symcheck.conditions.convexity.one_variable import Cut, convex_on, line_parameters
from symcheck.conditions.convexity.proved_signs import is_nonnegative, is_nonpositive
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope

a = Parameter("a", above=0)
t = Parameter("t", at_least=-1, at_most=1)


def field() -> Field:
    return Field(Scope(parameters=(a, t, *line_parameters())))


def absolute(x: Element) -> Element:
    if is_nonnegative(x.field, x):
        return x
    if is_nonpositive(x.field, x):
        return -x
    raise Cut(x)


Rule = Callable[[Element, Field], Element]

CONVEX: dict[str, Rule] = {
    "x": lambda x, f: x,
    "x^2": lambda x, f: x * x,
    "exp(a x)": lambda x, f: f.exp(f.parameter("a") * x),
    "log(1 + e^x)": lambda x, f: f.log(1 + f.exp(x)),
    "|x|": lambda x, f: absolute(x),
    "|x - a|": lambda x, f: absolute(x - f.parameter("a")),
    "|x| + |x - a|": lambda x, f: absolute(x) + absolute(x - f.parameter("a")),
    "x^2 - |x - a|^2": lambda x, f: x * x - absolute(x - f.parameter("a")) ** 2,  # affine
    "x |x - 1| + 2 x^2": lambda x, f: x * absolute(x - 1) + 2 * x * x,  # h'' = 2 or 6, and h' jumps from 4 to 6 at 1
}

NOT_CONVEX: dict[str, Rule] = {
    "-x^2": lambda x, f: -x * x,
    "x^3": lambda x, f: x * x * x,
    "t x^2, t of both signs": lambda x, f: f.parameter("t") * x * x,
    "-|x|": lambda x, f: -absolute(x),
    "|x| - |x - a|": lambda x, f: absolute(x) - absolute(x - f.parameter("a")),
    "x^4 - x^2/1000": lambda x, f: x**4 - x * x / 1000,
    "tanh": lambda x, f: (f.exp(2 * x) - 1) / (f.exp(2 * x) + 1),
    "log(1 + x^2)": lambda x, f: f.log(1 + x * x),
    "x |x - 1|": lambda x, f: x * absolute(x - 1),  # h'' = -2 for x < 1
    "t |x|": lambda x, f: f.parameter("t") * absolute(x),
    "||x| - 1|": lambda x, f: absolute(absolute(x) - 1),
}


@pytest.mark.parametrize("name", CONVEX)
def test_it_is_convex_on_the_line(name: str) -> None:
    f = field()
    assert convex_on(f, lambda x: CONVEX[name](x, f), Bounds(), increasing=False) is not None


@pytest.mark.parametrize("name", NOT_CONVEX)
def test_it_is_not_shown_to_be_convex(name: str) -> None:
    f = field()
    assert convex_on(f, lambda x: NOT_CONVEX[name](x, f), Bounds(), increasing=False) is None


def test_an_interval_decides() -> None:
    f = field()
    one = f.one

    def cube(x: Element) -> Element:
        return x * x * x

    def reciprocal(x: Element) -> Element:
        return 1 / x

    zero = f.zero
    assert convex_on(f, cube, Bounds(zero), increasing=True) is not None
    assert convex_on(f, cube, Bounds(-one), increasing=False) is None
    assert convex_on(f, lambda x: -cube(x), Bounds(None, zero), increasing=False) is not None
    assert convex_on(f, lambda x: -cube(x), Bounds(None, zero), increasing=True) is None  # it falls
    assert convex_on(f, lambda x: (x - 1) * (x - 1), Bounds(one), increasing=True) is not None
    assert convex_on(f, lambda x: (x - 1) * (x - 1), Bounds(one / 2), increasing=True) is None
    assert convex_on(f, reciprocal, Bounds(zero, low_open=True), increasing=False) is not None
    assert convex_on(f, reciprocal, Bounds(zero), increasing=False) is None  # 1/0 does not exist
    assert convex_on(f, reciprocal, Bounds(zero, low_open=True), increasing=True) is None
    assert convex_on(f, lambda x: absolute(x - Fraction(1, 2)), Bounds(zero, one), increasing=False) is not None
    assert convex_on(f, lambda x: -absolute(x - Fraction(1, 2)), Bounds(zero, one), increasing=False) is None


def test_a_jump_is_seen() -> None:
    f = field()

    def step(x: Element) -> Element:
        return f.zero if absolute(x) == -x and not x.is_zero else f.one

    assert convex_on(f, step, Bounds(), increasing=False) is None
    assert convex_on(f, lambda x: step(x) * 0, Bounds(), increasing=False) is not None


def test_the_proof_names_the_second_derivative() -> None:
    f = field()
    shown = convex_on(f, lambda x: x * x, Bounds(), increasing=False)
    assert shown is not None
    assert len(shown) == 1
    assert str(shown[0]).startswith("h'' at t = t' = 2 > 0: ")
    assert shown[0].by == "every real t'"
