"""The explicit reading against mpmath's numerical differentiation, at kinks, and outside the domain."""

from __future__ import annotations

from fractions import Fraction

import flint
import mpmath
import pytest
from flint import arb, arb_series, ctx

from symcheck.errors import FormulaError, NumberError, ParameterError, ScopeError
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import abs as absolute
from symcheck.language.functions import exp, log, logsumexp, mean, onehot, relu, softmax, softplus, sqrt, total
from symcheck.language.parameter import Parameter
from symcheck.readings.explicit.explicit import (
    Undefined,
    directional,
    explicit_expansion,
    one_sided_slopes,
    value_at,
)
from symcheck.readings.explicit.series import coefficients
from symcheck.reason import Code, Undecided

Z, Y = symbols()
F = Formula.of
ERROR = "1e-40"
"""mpmath works with 60 digits more than it is asked for; its differences are good to far better than this."""


def line(direction, t):
    return [mpmath.mpf(d.numerator) / d.denominator * t for d in direction]


# against numerical differentiation


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_expansion_is_what_differences_give(known, classes, tools):
    # Central differences with h = 10^-30 and 120 digits: the error is h^2/6 or h^2/12 times a third or fourth
    # derivative (at most 10^6 here) and 10^-120/h^2 of rounding, both below 10^-50.
    balls = explicit_expansion(known.formula, classes, known.values)
    with mpmath.workdps(120):
        h = mpmath.mpf(10) ** -30

        def f(*moved):
            z = [mpmath.mpf(0)] * classes
            for place, sign in moved:
                z[place] += sign * h
            return tools.mpmath_value(known.formula, z, known.values)

        def first(i):
            return (f((i, 1)) - f((i, -1))) / (2 * h)

        def second(i, j):
            corners = [si * sj * f((i, si), (j, sj)) for si in (1, -1) for sj in (1, -1)]
            return mpmath.fsum(corners) / (4 * h**2)

        pairs = [
            (balls.value, f()), (balls.g_y, first(0)), (balls.g_k, first(1)),
            (balls.h_yy, second(0, 0)), (balls.h_yk, second(0, 1)), (balls.h_kk, second(1, 1)),
        ]  # fmt: skip
        if classes > 2:
            pairs.append((balls.h_kl, second(1, 2)))
        assert [tools.near(ball, value, ERROR) for ball, value in pairs] == [True] * len(pairs)
        assert not tools.near(balls.g_y + arb("2e-40"), first(0), ERROR)
    assert (balls.h_kl is None) == (classes == 2)


@pytest.mark.parametrize("y", [1, 3])
def test_series_are_what_taylor_gives(known, y, tools):
    direction = [Fraction(1), Fraction(-2, 3), Fraction(3, 7)]
    balls = directional(known.formula, 3, direction, known.values, order=5, y=y)
    with mpmath.workdps(100):
        expected = mpmath.taylor(lambda t: tools.mpmath_value(known.formula, line(direction, t), known.values, y), 0, 4)
        assert [tools.near(b, e, "1e-30") for b, e in zip(balls, expected, strict=True)] == [True] * 5
        assert not tools.near(balls[1], expected[1] + mpmath.mpf("2e-30"), "1e-30")


def test_values_are_those_of_mpmath(known, tools):
    point = [Fraction(3, 2), Fraction(-1, 5), Fraction(0), Fraction(2, 9)]
    with mpmath.workdps(100):
        z = [mpmath.mpf(x.numerator) / x.denominator for x in point]
        for y in (1, 4):
            expected = tools.mpmath_value(known.formula, z, known.values, y)
            if isinstance(expected, mpmath.mpc):  # outside the domain, such as sqrt of a negative number
                with pytest.raises(Undefined):
                    value_at(known.formula, point, known.values, y=y)
            else:
                assert tools.near(value_at(known.formula, point, known.values, y=y), expected, ERROR)


def test_hessian_is_that_of_every_direction(known):
    # d'Hd/2 with the entries by coincidence of indices; here C = 4 and label 1.
    h = explicit_expansion(known.formula, 4, known.values)
    d = [Fraction(2), Fraction(-1, 3), Fraction(1, 5), Fraction(-3)]
    with ctx.workprec(200):
        x = [arb(flint.fmpq(e.numerator, e.denominator)) for e in d]
        rest = range(1, 4)
        form = h.h_yy * x[0] ** 2 + 2 * h.h_yk * x[0] * sum(x[1:])
        form += sum((h.h_kk if i == j else h.h_kl) * x[i] * x[j] for i in rest for j in rest)
        second = directional(known.formula, 4, d, known.values, order=3)[2]
        assert second.rad() < 1e-30
        assert second.overlaps(form / 2)
        assert not second.overlaps(form / 2 + arb("1e-30"))


# kinks


def test_one_sided_slopes_of_a_kink_differ():
    # relu(t)' = 1 and 0; |t|' = 1 and -1; sum |d_i t| has slopes +- sum |d_i|
    assert one_sided_slopes(F(relu(Z[Y])), 3, [1, 0, 0], {}) == (1, 0)
    assert one_sided_slopes(F(relu(Z[Y])), 3, [-1, 0, 0], {}) == (0, -1)
    assert one_sided_slopes(F(absolute(Z[Y])), 2, [1, 5], {}) == (1, -1)
    assert one_sided_slopes(F(total(absolute(Z))), 3, [1, -2, 0], {}) == (3, -3)
    right, left = one_sided_slopes(F(relu(Z[Y]) + log(softmax(Z)[Y])), 3, [1, 0, 0], {})
    assert not right.overlaps(left)


def test_one_sided_slopes_of_a_smooth_function_agree():
    for term in (Z[Y] ** 2, relu(Z[Y] ** 2), relu(Z[Y]) - relu(-Z[Y]), absolute(Z[Y]) * Z[Y], logsumexp(Z) - Z[Y]):
        right, left = one_sided_slopes(F(term), 3, [1, Fraction(1, 2), -3], {})
        assert right.overlaps(left)


def test_the_label_of_a_direction_counts():
    assert one_sided_slopes(F(relu(Z[Y])), 3, [1, 0, 0], {}, y=2) == (0, 0)
    assert one_sided_slopes(F(relu(Z[Y])), 3, [0, 1, 0], {}, y=2) == (1, 0)


def test_branches_look_at_the_first_coefficient_that_is_not_zero():
    # t^2 > 0 from both sides, -t^3 < 0 for t > 0 only
    assert directional(F(relu(Z[Y] ** 2)), 2, [-3, 0], {}, order=3) == [0, 0, 9]
    assert directional(F(relu(-(Z[Y] ** 3))), 2, [2, 0], {}, order=4) == [0, 0, 0, 0]
    assert directional(F(relu(-(Z[Y] ** 3))), 2, [-2, 0], {}, order=4) == [0, 0, 0, 8]
    assert directional(F(absolute(-(Z[Y] ** 3))), 2, [2, 0], {}, order=4) == [0, 0, 0, 8]
    # too short a series to see the sign: what is seen of relu(t^3) is 0 either way
    assert directional(F(relu(-(Z[Y] ** 3))), 2, [-2, 0], {}, order=3) == [0, 0, 0]


def test_a_branch_that_balls_do_not_settle_is_undecided():
    almost = F(relu(softmax(Z)[Y] - 1 / Z.C))  # 0 at z = 0, but 1/3 is no binary number
    for read in (
        lambda: directional(almost, 3, [1, 0, 0], {}, order=2),
        lambda: explicit_expansion(almost, 3, {}),
        lambda: directional(F(relu(Z[Y] * (log(6) - log(2) - log(3)))), 3, [1, 0, 0], {}, order=2),
    ):
        with pytest.raises(Undecided) as stop:
            read()
        assert stop.value.reason.code is Code.SIGN_UNKNOWN
        assert stop.value.reason.where.startswith("relu(")
        assert not isinstance(stop.value, Undefined)
    # while 1/4 is one, and the slope there is p (1 - p) = 3/16
    assert directional(almost, 4, [1, 0, 0, 0], {}, order=2)[1] == arb(3) / 16


def test_an_expansion_refuses_a_kink():
    for term in (relu(Z[Y]), total(absolute(Z)), relu(Z[Y] ** 2), total(relu(Z) * onehot(Y)), absolute(0 * Z[Y])):
        with pytest.raises(Undecided) as stop:
            explicit_expansion(F(term), 3, {})
        assert stop.value.reason.code is Code.KINK


def test_what_does_not_depend_on_z_has_no_kink():
    assert explicit_expansion(F(total(relu(onehot(Y)) * Z)), 3, {}) == explicit_expansion(F(Z[Y]), 3, {})


def test_values_have_no_kinks():
    # the value of relu and abs is known even where the sign is not
    assert value_at(F(relu(Z[Y])), [0, 1], {}) == 0
    assert value_at(F(absolute(Z[Y])), [0, 1], {}) == 0
    assert value_at(F(sqrt(absolute(Z[Y]))), [0, 1], {}) == 0
    close = value_at(F(absolute(softmax(Z)[Y] - 1 / Z.C)), [0, 0, 0], {})
    assert close.contains(0)
    assert close < 1e-50
    assert value_at(F(total(absolute(Z) ** Fraction(3, 2))), [4, 0, -9], {}).contains(35)  # 8 + 0 + 27


# the domain


@pytest.mark.parametrize(
    ("term", "why"),
    [
        (log(Z[Y]), "the logarithm is taken of 0"),
        (log(Z[Y] - 1), "the logarithm is taken of -1.00000000000"),
        (1 / Z[Y], "the divisor is 0"),
        (Z[Y] ** -1, "the divisor is 0"),
        ((Z[Y] - 2) ** Fraction(1, 2), "a power that is not whole is taken of -2.00000000000"),
        (Z[Y] ** Fraction(-1, 2), "a power that is not whole is taken of 0"),
    ],
)
def test_outside_the_domain_the_formula_is_undefined(term, why):
    formula = F(1 + term)
    for read in (
        lambda: value_at(formula, [0, 0, 0], {}),
        lambda: explicit_expansion(formula, 3, {}),
        lambda: directional(formula, 3, [1, 0, 0], {}, order=3),
    ):
        with pytest.raises(Undefined) as stop:
            read()
        assert stop.value.reason.why == why
        assert stop.value.reason.where == str(F(term))


@pytest.mark.parametrize(
    "term",
    [
        log(softmax(Z)[Y] - 1 / Z.C),
        1 / (softmax(Z)[Y] - 1 / Z.C),
        (softmax(Z)[Y] - 1 / Z.C) ** Fraction(1, 2),
        (Z[Y] - 2) ** (Fraction(1, 3) * Z.C),  # the exponent is 1, but 1/3 is no binary number: not shown to be whole
        0 * log(softmax(Z)[Y] - 1 / Z.C),
    ],
)
def test_what_the_balls_do_not_settle_is_undecided(term):
    with pytest.raises(Undecided) as stop:
        value_at(F(term), [0, 0, 0], {})
    assert not isinstance(stop.value, Undefined)
    assert stop.value.reason.code is Code.SIGN_UNKNOWN


@pytest.mark.parametrize("term", [absolute(Z[Y]) ** Fraction(3, 2), sqrt(Z[Y] ** 2), sqrt(total(Z**2))])
def test_a_root_of_zero_has_a_value_and_no_series(term):
    assert value_at(F(term), [0, 0], {}) == 0
    with pytest.raises(Undecided) as stop:
        directional(F(term), 2, [1, 0], {}, order=2)
    assert stop.value.reason.code is Code.KINK
    assert not isinstance(stop.value, Undefined)


def test_whole_powers_are_exact():
    assert directional(F(Z[Y] ** 3 + (Z[Y] - 1) ** -2), 2, [1, 0], {}, order=4) == [1, 2, 3, 5]  # 1/(1-t)^2 + t^3
    assert value_at(F((Z[Y] - 3) ** Parameter("n")), [1, 0], {"n": 5}) == -32
    assert value_at(F(Z[Y] ** 0), [0, 0], {}) == 1
    assert value_at(F((-1) ** (2 * Z.C - 1) * Z[Y]), [7, 0, 0], {}) == -7


def test_whole_powers_of_a_ball_about_zero_have_a_value():
    ball = value_at(Formula.of(total((Z - Z[Y]) ** 3)), [Fraction(1, 3), Fraction(4, 3)], {})
    assert ball.contains(1)
    assert ball.rad() < 1e-50


def test_high_powers_are_read_or_undecided_and_never_nan():
    n = 10**30
    assert directional(F(Z[Y] ** n), 2, [1, 0], {}, order=3) == [0, 0, 0]
    assert directional(F((1 + Z[Y]) ** n), 2, [1, 0], {}, order=2) == [1, n]
    assert value_at(F((Z[Y] - 1) ** (n + 1)), [0, 0], {}) == -1
    tower = Z[Y] + 3
    for _ in range(4):
        tower = exp(tower)
    with pytest.raises(Undecided) as stop:
        value_at(F(tower), [0, 0], {})
    assert stop.value.reason.why == "the ball [+/- inf] says nothing, to 200 bits"


def test_coefficients_that_are_not_known_are_not_zero():
    short = arb_series([1, 2], 2)
    assert coefficients(short, 2) == [1, 2]
    with pytest.raises(Undecided, match="only 2 of 3 coefficients are known"):
        coefficients(short, 3)


# the globals of FLINT, and what is refused


def test_precision_is_given_back():
    before = ctx.prec, ctx.cap
    explicit_expansion(F(logsumexp(Z)), 3, {})
    assert (ctx.prec, ctx.cap) == before
    with pytest.raises(Undefined):
        directional(F(log(Z[Y])), 3, [1, 0, 0], {}, order=7)
    assert (ctx.prec, ctx.cap) == before


def test_sixty_digits_are_right():
    shown = explicit_expansion(F(logsumexp(Z) - Z[Y]), 3, {})
    with ctx.workprec(400):
        assert shown.value.contains(arb(3).log())
        assert shown.value.rad() < 1e-58
        assert shown.h_kk.contains(arb(2) / 9)
        assert shown.h_kk.rad() < 1e-58


def test_large_scores_are_handled():
    # log(1 + e^-1000) = e^-1000 up to its square
    found = value_at(F(softplus(-Z[Y]) * exp(Z[Y])), [1000, 0], {})
    assert found.overlaps(arb(1))


@pytest.mark.parametrize(
    ("read", "error", "message"),
    [
        (
            lambda: explicit_expansion(F(Z[Y]), 1, {}),
            ScopeError,
            "classes: got 1; accepted is an integer C >= 2, or a pair such as (2, 1000)",
        ),
        (
            lambda: explicit_expansion(F(softmax(Z)), 3, {}),
            FormulaError,
            "formula: softmax(z) is a class-vector; take its entry at y, or sum over the classes",
        ),
        (
            lambda: explicit_expansion(F(Z[Y] * Parameter("q", above=0)), 3, {"p": 1}),
            ParameterError,
            "parameters: no value was given for q in (0, oo); this reading needs numbers",
        ),
        (
            lambda: explicit_expansion(F(Z[Y] * Parameter("q", above=0)), 3, {"q": 0}),
            ParameterError,
            "q: got 0; accepted is (0, oo)",
        ),
        (
            lambda: directional(F(Z[Y]), 3, [1, 2], {}, order=2),
            ScopeError,
            "direction: got 2 entries; with C = 3 give 3 of them",
        ),
        (
            lambda: directional(F(Z[Y]), 2, [1, 2], {}, order=2, y=0),
            ScopeError,
            "y: got 0; accepted is a label from 1 to C = 2",
        ),
        (
            lambda: directional(F(Z[Y]), 2, [1, 2], {}, order=0),
            ValueError,
            "order: got 0; accepted is the number of coefficients, an integer >= 1",
        ),
        (
            lambda: value_at(F(mean(Z)), [1, 2], {}, y=3),
            ScopeError,
            "y: got 3; accepted is a label from 1 to C = 2",
        ),
    ],
)
def test_refusals_name_the_argument(read, error, message):
    with pytest.raises(error) as refused:
        read()
    assert str(refused.value) == message


def test_only_exact_numbers_come_in():
    with pytest.raises(NumberError, match="z: the float"):
        value_at(F(Z[Y]), [0.1 + 0.2, 0], {})
    with pytest.raises(NumberError, match="direction: the float"):
        one_sided_slopes(F(Z[Y]), 2, [0.1 + 0.2, 0], {})
