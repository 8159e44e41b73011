"""What the checks compute with: true identities come out, near misses do not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_series
from sympy import symbols

from symcheck.paper.exact import (
    apart,
    balls,
    centred,
    contraction,
    convexity_of,
    equal_for_every_C,
    inner,
    largest,
    log_ball,
    muh,
    newton_series,
    noisy,
    risk,
    symmetry_of,
    vanishes,
    vanishes_for_every_C,
)
from symcheck.paper.sections import theorem_1, theorem_2_proof
from symcheck.paper.sections.definitions import tie_scores, tie_target
from symcheck.verdict import Verdict

SQUARE = "total((z - centred_onehot(y))**2)/2 - (mean(z) - z[y]) - total(z**2)/2 - {constant}"

# The polynomial identities of the ledger, each with a sign turned, a factor 2, or C replaced by C - 1.
IDENTITIES = {
    "square": (SQUARE.format(constant="(C - 1)/(2*C)"), "loss"),
    "inner": ("mean(z) - z[y] + total(z*centred_onehot(y))", "loss"),
    "symmetric": ("total(mean(z) - z)", "regularizer"),
    "norm of o": ("mean(centred_onehot(y)) - centred_onehot(y)[y] + (C - 1)/C", "loss"),
    "mae": ("(1 - z[y]) + (total(z) - z[y]) - 2*(1 - z[y]) - (total(z) - 1)", "loss"),
    "simplex": ("total(-C*z) + C + C*(total(z) - 1)", "regularizer"),
}
MISSES = {
    "square, sign of the constant": (SQUARE.format(constant="(1 - C)/(2*C)"), "loss"),
    "square, factor 2": (SQUARE.format(constant="(C - 1)/C"), "loss"),
    "square, C - 1 for C": (SQUARE.format(constant="(C - 2)/(2*(C - 1))"), "loss"),
    "square, plain one-hot": (SQUARE.format(constant="(C - 1)/(2*C)").replace("centred_onehot", "onehot"), "loss"),
    "square, half of the square": (
        SQUARE.format(constant="(C - 1)/(2*C)").replace("total(z**2)/2", "total(z**2)"),
        "loss",
    ),
    "inner, sign": ("mean(z) - z[y] - total(z*centred_onehot(y))", "loss"),
    "inner, plain one-hot": ("mean(z) - z[y] + total(z*onehot(y))", "loss"),
    "inner, factor 2": ("2*(mean(z) - z[y]) + total(z*centred_onehot(y))", "loss"),
    "symmetric, total for mean": ("total(total(z) - z)", "regularizer"),
    "symmetric, C - 1 for C": ("total(total(z)/(C - 1) - z)", "regularizer"),
    "norm of o, C - 1 for C": ("mean(centred_onehot(y)) - centred_onehot(y)[y] + (C - 2)/(C - 1)", "loss"),
    "norm of o, sign": ("mean(centred_onehot(y)) - centred_onehot(y)[y] - (C - 1)/C", "loss"),
    "mae, factor 2": ("(1 - z[y]) + (total(z) - z[y]) - (1 - z[y]) - (total(z) - 1)", "loss"),
    "simplex, C - 1 for C": ("total(-(C - 1)*z) + C + (C - 1)*(total(z) - 1)", "regularizer"),
    "simplex, sign": ("total(C*z) + C + C*(total(z) - 1)", "regularizer"),
    "right at C = 2 only": ("total(z) - z[y] - (total(z**1) - z[y])/(C - 1)", "loss"),
    "right at z = 0 only": ("total(z**3)", "regularizer"),
    "no polynomial": ("total(exp(z)) - total(exp(z))", "regularizer"),
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_identities_hold_for_every_number_of_classes(name: str) -> None:
    assert vanishes_for_every_C(*IDENTITIES[name])


@pytest.mark.parametrize("name", MISSES)
def test_near_misses_are_not_proved(name: str) -> None:
    assert not vanishes_for_every_C(*MISSES[name])


CE = "logsumexp(z) - z[y]"


@pytest.mark.parametrize(
    ("right", "same"),
    [
        ("(mean(z) - z[y]) + mean(log(1/C) - log_softmax(z)) + log(C)", True),
        ("(mean(z) - z[y]) - mean(log(1/C) - log_softmax(z)) + log(C)", False),  # the sign of KL
        ("(mean(z) - z[y]) + mean(log(1/C) - log_softmax(z)) - log(C)", False),  # the sign of log C
        ("(mean(z) - z[y]) + mean(log(1/C) - log_softmax(z)) + log(C - 1)", False),
        ("(mean(z) - z[y]) + total(log(1/C) - log_softmax(z)) + log(C)", False),  # a factor C
        ("2*(mean(z) - z[y]) + mean(log(1/C) - log_softmax(z)) + log(C)", False),
        ("(mean(z) - z[y]) + total(softmax(z)*(log_softmax(z) + log(C))) + log(C)", False),  # KL(p||u)
    ],
)
def test_the_cross_entropy_and_its_near_misses(right: str, *, same: bool) -> None:
    assert equal_for_every_C(CE, right) is same


def test_rational_functions() -> None:
    a, b = symbols("a b")
    assert vanishes((a**2 - b**2) / (a - b) - a - b)
    assert not vanishes((a**2 - b**2) / (a - b) - a + b)


def test_exact_noise() -> None:
    for classes in (2, 3, 7):
        rho = Fraction(1, 3)
        law = noisy(2, classes, rho)
        assert sum(law.values()) == 1
        a = contraction(classes, rho)
        mean = [sum(p * centred(k, classes)[i] for k, p in law.items()) for i in range(classes)]
        assert mean == [a * x for x in centred(2, classes)]  # E o_Ybar = a o_y
        z = tuple(Fraction(k, 7) for k in range(classes))
        assert risk(muh, z, law) == -a * inner(z, centred(2, classes))
    assert largest([Fraction(1), Fraction(2), Fraction(2)]) == (2, 3)


def test_the_tie() -> None:
    # THEORY 10: z_1 = a alpha/(6 (1 + m alpha)), m = 1/2 clean, 11/8 noisy, z_2 = a alpha/(6 (1 + alpha)), a = 1/4
    w, alpha, rho = (Fraction(1, 2), Fraction(1, 2), Fraction(4)), Fraction(1, 7), Fraction(1, 2)
    assert tie_target(Fraction(0)) == (Fraction(1, 6), Fraction(1, 6), Fraction(-1, 3))
    assert tie_scores(alpha, Fraction(0), w)[0] == alpha / (6 * (1 + alpha / 2))
    assert tie_scores(alpha, rho, w)[:2] == (
        alpha / (24 * (1 + Fraction(11, 8) * alpha)),
        alpha / (24 * (1 + alpha)),
    )


def test_series() -> None:
    # theta + theta^2 = alpha: theta = alpha - alpha^2 + 2 alpha^3 - 5 alpha^4 + ..., the Catalan numbers
    found = newton_series(lambda t, a: t + t * t - a, Fraction(1), 5)
    assert [found[n] for n in range(5)] == [0, 1, -1, 2, -5]
    # 2 theta = alpha/(1 - alpha)
    half = newton_series(lambda t, a: t * fmpq_series([2]) - a / (fmpq_series([1]) - a), Fraction(2), 4)
    assert [half[n] for n in range(4)] == [0, fmpq(1, 2), fmpq(1, 2), fmpq(1, 2)]


def test_balls_are_apart_only_if_they_are() -> None:
    with balls():
        assert apart(log_ball(Fraction(2)), log_ball(Fraction(3)))
        assert not apart(log_ball(Fraction(4)), 2 * log_ball(Fraction(2)))


def test_what_the_engine_says() -> None:
    assert symmetry_of("mae").verdict is Verdict.PROVED
    assert symmetry_of("gce").verdict is Verdict.REFUTED
    assert convexity_of("cross_entropy").verdict is Verdict.PROVED
    assert convexity_of("mae").verdict is Verdict.REFUTED


def test_the_only_minimiser_and_its_near_misses() -> None:
    from sympy import Rational, Symbol

    t = Symbol("t")
    is_only = theorem_2_proof._is_only_minimiser
    assert is_only(t, Rational(7, 10), Rational(1))
    assert is_only(t, Rational(1, 4), Rational(1, 4))
    assert not is_only(t, Rational(7, 10), Rational(1, 4))
    assert not is_only(t, Rational(1, 4), Rational(1))
    assert not is_only(t, Rational(1, 2), Rational(1))


def test_the_displays_of_theorem_1() -> None:
    """The mended square, and what a sign, a factor 2 or sqrt 2 would make of it."""
    lam, q, b, r = theorem_1._LAM, theorem_1._Q, theorem_1._B, theorem_1._R
    square = theorem_1._norm_squared
    assert vanishes(lam * q - b - (square(2 * lam, 1) - r) / (4 * lam))
    for wrong in (
        -(square(2 * lam, 1) - r) / (4 * lam),
        (square(2 * lam, 1) - r) / (2 * lam),
        (square(lam, 1) - r) / (4 * lam),
        (square(2 * lam, 1) + r) / (4 * lam),
        (square(2 * lam, -1) - r) / (4 * lam),
    ):
        assert not vanishes(lam * q - b - wrong)
