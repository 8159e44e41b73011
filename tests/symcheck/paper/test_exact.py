"""What the checks compute with: true identities come out, near misses do not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_series
from sympy import Poly, Rational, Symbol, diff, symbols

from symcheck.counterexamples import counterexample
from symcheck.findings.verdict import Verdict
from symcheck.paper import flat_steps as flat_steps_module
from symcheck.paper.base import refutes, repairs
from symcheck.paper.exact import (
    apart,
    balls,
    centred,
    contraction,
    convexity_of,
    equal_for_every_C,
    flip_of,
    inner,
    largest,
    log_ball,
    muh,
    newton_series,
    noisy,
    noisy_mean,
    rational,
    risk,
    same_direction,
    shrinking,
    stationary,
    symmetry_of,
    theorem_fact,
    vanishes,
    vanishes_for_every_C,
)
from symcheck.paper.flat_steps import ends, flat_steps, rise, step
from symcheck.paper.references import met_by_one_input, met_by_samples, of_one_input, of_samples, squared_distance
from symcheck.paper.sections import theorem_1, theorem_2_proof
from symcheck.paper.sections.definitions import tie_scores, tie_target
from symcheck.paper.sections.softmax import linear_sums, weighted_sums

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


def test_the_law_of_the_noise_as_expressions() -> None:
    C, rho, own, other = symbols("C rho l_y l_k")
    for classes in (2, 3, 5):
        at = {C: classes, rho: Rational(1, 3)}
        law = noisy(1, classes, Fraction(1, 3))
        by_law = rational(law[1]) * own + sum(rational(law[k]) for k in range(2, classes + 1)) * other
        found = noisy_mean(own, own + (classes - 1) * other, C, rho).subs(at)
        assert vanishes(found - by_law)
        assert shrinking(C, rho).subs(at) == rational(contraction(classes, Fraction(1, 3)))


def test_the_only_stationary_point_of_a_quadratic() -> None:
    t, a = symbols("t a")
    assert vanishes(stationary(-a * t + 3 * t**2, t) - a / 6)
    for objective, degree in ((t**3, 3), (-a * t, 1), (t**4 + t**2, 4)):
        with pytest.raises(ValueError, match=f"objective: got one of degree {degree} in t; accepted is a quadratic"):
            stationary(objective, t)


def test_directions() -> None:
    z = (Fraction(1), Fraction(-2), Fraction(0))
    assert same_direction(z, [3 * x for x in z])
    for other in ([-x for x in z], (1, -2, Fraction(1, 1000)), (0, 0, 0), (2, 1, 0)):
        assert not same_direction(z, other)


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


def test_the_risk_without_a_cone() -> None:
    """E11, by hand: E[s d] = theta/2 with s the sign of x, E d^2 = theta^2/3 + theta^4, and b(-s d/2) + d^2/4."""
    t, b = theorem_2_proof.T, Symbol("b")
    assert vanishes(theorem_2_proof.reference_risk(b) - (-b * t / 4 + t**2 / 12 + t**4 / 4))
    slope = diff(theorem_2_proof.reference_risk(b), t)
    for strength, at in ((Rational(5, 6), Rational(1, 2)), (Rational(11, 48), Rational(1, 4)), (Rational(14, 3), 1)):
        assert slope.subs({b: strength, t: at}) == 0
        assert slope.subs({b: strength + 1, t: at}) != 0


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


@pytest.mark.parametrize("k", [-2, 0, 1, 6])
def test_the_flat_steps(k: int) -> None:
    """E10, by hand: h' runs from 4^(-k-1) to 4^(-k) on a quarter of 2^(-k) with the slope 3/2 of the mean at most."""
    low, middle, high = map(rational, ends(k))
    unit, value = Rational(2) ** -k, Rational(4) ** -k
    assert (low, middle, high) == (unit / 2, 3 * unit / 4, unit)
    assert [rise(k).eval(low), rise(k).eval(middle), step(k).eval(high)] == [value / 4, value, value]
    assert rise(k).diff().eval((low + middle) / 2) == Rational(3, 2) * (3 * value / 4) / (unit / 4)
    facts = list(flat_steps(k, refutes))
    assert [fact.holds for fact in facts] == [True, True, True]


def test_flat_steps_that_are_no_example(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that rises, one of another height, and a rise with a corner are noticed."""
    for name, other in (
        ("step", lambda k: Poly(Rational(1, 4) ** k + flat_steps_module.T - Rational(1, 2) ** k, flat_steps_module.T)),
        ("step", lambda k: Poly(2 * Rational(1, 4) ** k, flat_steps_module.T)),
        ("rise", lambda k: Poly(Rational(3) * Rational(1, 2) ** k * flat_steps_module.T, flat_steps_module.T)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(flat_steps_module, name, other)
            facts = list(flat_steps(3, refutes))
        assert not all(fact.holds for fact in facts)


def test_the_references_that_follow_any_minimiser() -> None:
    outputs = [(Fraction(1), Fraction(0), Fraction(-1)), (Fraction(-2), Fraction(1), Fraction(1))]
    one, two = of_one_input(outputs[0]), of_samples(outputs, (1, 3))
    for z in (*outputs, (Fraction(1, 2),) * 3):
        assert one(z, 1) == one(z, 2) == one(z, 3)
        least = min(squared_distance(z, output) for output in outputs)
        assert sum(two(z, k) - least for k in (1, 2, 3)) == 0  # s sums to 0
        assert all(two(z, k) >= Fraction(1, 3) - 1 for k in (1, 2, 3))
    assert two(outputs[0], 1) == two(outputs[1], 3) == Fraction(-2, 3)
    assert two(outputs[0], 2) == two(outputs[1], 1) == Fraction(1, 3)


@pytest.mark.parametrize("weights", [(1, 1, 1), (10, 1, 1), (1, 2, 1)])
def test_weights_that_turn_nothing_are_no_example(weights: tuple[int, ...]) -> None:
    given = tuple(map(Fraction, weights))
    turned = [*met_by_one_input(Fraction(2, 5), given, repairs), *met_by_samples(Fraction(2, 5), given, repairs)]
    assert [fact.holds for fact in turned] == [False, True, True, False]


def test_a_linear_family_in_which_the_second_reference_is_not_the_only_minimiser() -> None:
    """E18 asks that no other member of the family has at every point the output of a point with the same label.

    C = 2, features (1, 0), (0, 1), (1, -1), (0, 0), labels 1, 1, 2, 2, MUH + 1/2 ||z||^2 in the margins: the minimiser
    is theta = (2/3, 4/3) with four different outputs, and (2/3, 2/3) has one of them of the right label at each point.
    """
    features, labels = ((1, 0), (0, 1), (1, -1), (0, 0)), (1, 1, 2, 2)
    t1, t2 = symbols("t1 t2")
    margins = [t1 * u + t2 * v for u, v in features]
    signs = [1 if label == 1 else -1 for label in labels]
    objective = sum(-s * d / 2 + d**2 / 4 for s, d in zip(signs, margins, strict=True))
    assert [diff(objective, t).subs({t1: Rational(2, 3), t2: Rational(4, 3)}) for t in (t1, t2)] == [0, 0]

    def outputs(first: Fraction, second: Fraction) -> list[tuple[Fraction, ...]]:
        return [((first * u + second * v) / 2, -(first * u + second * v) / 2) for u, v in features]

    third = Fraction(1, 3)
    wanted, other = outputs(2 * third, 4 * third), outputs(2 * third, 2 * third)
    assert len({*wanted}) == 4
    assert other != wanted
    loss = of_samples(wanted, labels)
    risks = [sum(loss(z, k) for z, k in zip(zs, labels, strict=True)) for zs in (wanted, other)]
    assert risks[0] == risks[1] == 4 * Fraction(-1, 2)  # both are the least that there is


def test_the_sums_on_the_simplex() -> None:
    """By hand at u, C = 3: -log p_y has the slopes -3 and 0; the square of p_y 2/3 and 0."""
    points = [(Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)), (Fraction(1), Fraction(0), Fraction(0))]
    for text, wanted in (("-log({p}[y])", -3), ("{p}[y]**2", Fraction(2, 3)), ("total({p}**2)", 2)):
        assert all((x - x.field.number(wanted)).is_zero for x in linear_sums(text, points)), text
    off = linear_sums("-log({p}[y])", [(Fraction(1, 2),) * 3])  # off the simplex
    assert (off[0] - off[0].field.number(Fraction(-9, 2))).is_zero
    assert weighted_sums((Fraction(1), Fraction(2), Fraction(1)), points) == (Fraction(-15, 4), -3)


@pytest.mark.parametrize(
    ("theorem", "loss", "regularizer", "wanted", "holds"),
    [
        ("Theorem 3", "cross_entropy", "l2", Verdict.PROVED, True),
        ("Theorem 3", "cross_entropy", "l2", Verdict.REFUTED, False),
        ("Theorem 3", "cross_entropy", "quartic", Verdict.REFUTED, True),
        ("Theorem 3", "cross_entropy", "quartic", Verdict.PROVED, False),
        ("Theorem 3", "muh", "total(z**2)/(1 + total(z**2))", Verdict.REFUTED, True),
        ("Lemma 1", "focal_detached", "l2", Verdict.PROVED, False),
        ("Lemma 1", "focal_detached", "l2", Verdict.REFUTED, False),  # UNDECIDED is neither
    ],
)
def test_a_fact_about_a_theorem(theorem: str, loss: str, regularizer: str, wanted: Verdict, *, holds: bool) -> None:
    fact = theorem_fact(theorem, loss, regularizer, wanted)
    assert fact.holds is holds
    assert ("does not apply to" in fact.said) is (wanted is Verdict.REFUTED)


def test_what_a_counterexample_says() -> None:
    assert flip_of(counterexample("class_weights")) == "class 1 becomes 2, for every lambda in (0, oo)"
    assert flip_of(counterexample("square_on_a_line")) == "class 1 becomes 2, for every lambda in [0, oo)"
