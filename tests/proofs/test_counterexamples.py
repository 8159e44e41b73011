"""The counterexamples hold, each for the reason that it names, and none of their near-misses does.

Exact noise, the mean over the points, l + lambda g, classes from 1.  The data are those of the theory's table of
counterexamples; nothing here is trained.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

import symcheck as sc
from symcheck.counterexamples import counterexample, counterexamples
from symcheck.counterexamples.base import Checked, Counterexample, LambdaClaim, every_positive, from_on, up_to
from symcheck.errors import UnknownNameError
from symcheck.field.ball import ball_of
from symcheck.findings.finding import Trust
from symcheck.findings.verdict import Verdict
from symcheck.language.exact import exact_text
from symcheck.language.interval import Interval
from symcheck.minimisers.boxes import by_balls, outputs_at
from symcheck.minimisers.enclosure import Balls
from symcheck.minimisers.exact import by_rational_functions, minimiser, outputs
from symcheck.minimisers.family import Free
from symcheck.minimisers.log_linear import LogLinear
from symcheck.minimisers.predictions import predictions_shown
from symcheck.minimisers.signs import by_signs
from symcheck.minimisers.training import Training
from symcheck.readings.explicit.explicit import value_at
from symcheck.readings.explicit.series import SeriesReading, series_of_length

F = Fraction
NAMES = [case.name for case in counterexamples()]
RATES = st.fractions(min_value=0, max_value=F(1, 2), max_denominator=12)

TABLE = {
    # name: (C, points, rho, [(lambda, clean, noisy)]), the lambdas inside the ranges that the theory states
    "square_on_a_line": (2, 1, "2/5", [("0", (1,), (2,)), ("1000", (1,), (2,))]),
    "square_with_reference_class": (3, 2, "1/2", [("0", (1, 2), (1, 3)), ("1000", (1, 2), (1, 3))]),
    "one_vs_rest_anisotropic": (3, 1, "3/5", [("0.1", (1,), (3,)), ("1000", (1,), (3,)), ("0.03", (1,), (1,))]),
    "class_weights": (3, 1, "2/5", [("0.001", (1,), (2,)), ("1000", (1,), (2,))]),
    "logit_adjustment": (3, 1, "3/5", [("0.001", (1,), (2,)), ("1000", (1,), (2,))]),
    "small_penalty_three_classes": (
        3, 3, "3/5", [("0.1", (1, 2, 3), (1, 1, 3)), ("0.0001", (1, 2, 3), (1, 1, 3)), ("1", (1, 1, 3), (1, 1, 3))],
    ),
    "small_penalty_two_classes": (
        2, 4, "2/5",
        [("0.01", (1, 1, 2, 2), (1, 2, 2, 2)), ("0.0001", (1, 1, 2, 2), (1, 2, 2, 2)),
         ("0.05", (1, 2, 2, 2), (1, 2, 2, 2))],
    ),
    "tie_in_the_limit": (3, 1, "1/2", [("0.001", (1,), (2,)), ("1000", (1,), (2,))]),
}  # fmt: skip


@cache
def checked_case(name: str) -> Checked:
    """What is shown of the case, derived once."""
    return counterexample(name).check()


def holds_at(lambda_: Fraction) -> Interval:
    return Interval(lambda_, lambda_, low_open=False, high_open=False)


@pytest.mark.parametrize("name", NAMES)
def test_every_case_is_proved(name: str) -> None:
    checked = checked_case(name)
    assert [s for s in checked.steps if "PROVED" not in s.value] == []
    assert checked.verdict is Verdict.PROVED


@pytest.mark.parametrize("name", TABLE)
def test_a_case_is_that_of_the_table(name: str) -> None:
    case = counterexample(name)
    classes, points, rho, rows = TABLE[name]
    assert (case.classes, len(case.features), case.rho) == (classes, points, exact_text(rho))
    for lambda_, clean, noisy in rows:
        at = exact_text(lambda_)
        (claim,) = [c for c in case.claims if at in c.lambdas]
        assert (claim.clean, claim.noisy) == (clean, noisy)


def test_the_table_has_every_case() -> None:
    assert sorted(TABLE) == NAMES


# the right reason

TIERS = {
    "square_on_a_line": "QUOTIENT", "square_with_reference_class": "QUOTIENT", "one_vs_rest_anisotropic": "QUOTIENT",
    "class_weights": "CLASSWISE", "logit_adjustment": "FAIL", "small_penalty_three_classes": "EXACT",
    "small_penalty_two_classes": "EXACT", "tie_in_the_limit": "EXACT",
}  # fmt: skip


@pytest.mark.parametrize("name", TIERS)
def test_the_loss_has_the_tier_that_explains_it(name: str) -> None:
    """What fails in the condition, or (EXACT) that the condition holds and what fails is something else."""
    case = counterexample(name)
    cert = sc.certify(case.loss, case.regularizer, classes=case.classes)
    assert cert.tier is not None
    assert cert.tier.name == TIERS[name]
    assert cert.verdict is (Verdict.PROVED if TIERS[name] == "EXACT" else Verdict.REFUTED)


@pytest.mark.parametrize("rho", [F(0), F(1, 5), F(1, 3), F(2, 5)])
def test_the_square_loss_on_a_line_has_the_closed_form(rho: Fraction) -> None:
    """d/dt of (1-rho)/2 ((t-1)^2 + 4t^2) + rho/2 (t^2 + (2t+1)^2) + 5 lambda/2 t^2 is 5(1+lambda)t - (1-3 rho)."""
    (numerator,), denominator = minimiser(counterexample("square_on_a_line").training(rho))
    assert numerator * fmpq_poly([5, 5]) == q(1 - 3 * rho) * denominator


@pytest.mark.parametrize("rho", [F(0), F(1, 2)])
def test_the_tie_has_the_closed_form(rho: Fraction) -> None:
    """z_1 = a alpha/(6 (1 + m alpha)), z_2 = a alpha/(6 (1 + alpha)), z_3 = -a alpha/3 with alpha = 1/lambda.

    The law of the label is q = (1/2, 1/2, 0) moved to a q + (1 - a)/3; the slope of the risk at 0 is 1/3 - q, that is
    -a (1/6, 1/6, -1/3); its second derivative diag(m, 1, 0), m = sum q_y w_y: 1/2 clean, 3/8 + 3/8 and 4/4 noisy.
    """
    case = counterexample("tie_in_the_limit")
    (z,), denominator = outputs(case.training(rho))
    a, m = 1 - rho * F(3, 2), F(1, 2) if rho == 0 else F(11, 8)
    assert z[0] * fmpq_poly([6 * q(m), 6]) == q(a) * denominator
    assert z[1] * fmpq_poly([6, 6]) == q(a) * denominator
    assert z[2] * fmpq_poly([0, 3]) == -q(a) * denominator


def test_clean_and_noisy_share_the_limit_of_the_tie() -> None:
    """lambda z tends to a/6 (1, 1, -2): the distance of the directions goes to 0, and still the classes differ."""
    case = counterexample("tie_in_the_limit")
    for rho in (F(0), case.rho):
        (z,), denominator = outputs(case.training(rho))
        top = denominator.degree()
        limits = [x[top - 1] / denominator[top] for x in z]
        assert [x / limits[0] for x in limits] == [1, 1, -2]
        assert all(x.degree() == top - 1 for x in z)


def test_one_vs_rest_turns_at_the_stated_lambda() -> None:
    """sigma(z_i) + lambda h_i z_i = q_i, q = (.4, .3, .3), h = (1, 4, 5): z_1 = z_3 iff 4 lambda z_1 = -.1.

    Then sigma(z_1) = .4 + 1/40 = 17/40, z_1 = log(17/23), lambda = 1/(40 log(23/17)).
    """
    case = counterexample("one_vs_rest_anisotropic")
    noisy = case.training(case.rho)
    turn = 1 / (40 * (arb(23) / 17).log())
    low, high = F(8270453, 10**8), F(8270454, 10**8)
    assert ball_of(low) < turn < ball_of(high)
    for lambda_, winner in ((low, 1), (high, 3)):
        shown = predictions_shown(noisy, (winner,), holds_at(lambda_))
        assert shown.verdict is Verdict.PROVED
        assert shown.trust is Trust.BALL


def test_with_weights_the_prediction_turns_at_the_stated_rate() -> None:
    """The weighted law of the label is ((1 - rho), 10 rho/2, rho/2) up to a factor: class 2 leads iff rho > 1/6."""
    case = counterexample("class_weights")
    for rho, winner in ((F(16, 100), 1), (F(17, 100), 2)):
        assert predictions_shown(case.training(rho), (winner,), every_positive()).verdict is Verdict.PROVED


def test_the_theorem_applies_where_a_small_penalty_turns_predictions() -> None:
    """Theorem 3 covers the pair; what it says is about large lambda, where the second claim of the case is."""
    for name in ("small_penalty_three_classes", "small_penalty_two_classes"):
        case = counterexample(name)
        cert = sc.certify(case.loss, case.regularizer)
        assert "Theorem 3" in {t.name for t in cert.theorems}
        small, large = case.claims
        assert small.flips
        assert not large.flips
        assert large.lambdas.high is None


# near-misses: none may be proved, and each is refuted at a lambda


def swapped(case: Counterexample) -> LambdaClaim:
    first = case.claims[0]
    return LambdaClaim(first.lambdas, first.noisy, first.clean)


def without_noise(case: Counterexample) -> LambdaClaim:
    return LambdaClaim(case.claims[0].lambdas, case.claims[0].clean, case.claims[0].clean)


def everywhere_noisy(case: Counterexample) -> LambdaClaim:
    return LambdaClaim(case.claims[0].lambdas, case.claims[0].noisy, case.claims[0].noisy)


@pytest.mark.parametrize("other", [swapped, without_noise, everywhere_noisy])
@pytest.mark.parametrize("name", NAMES)
def test_a_claim_with_other_predictions_is_refuted(name: str, other: Callable[[Counterexample], LambdaClaim]) -> None:
    case = counterexample(name)
    claim = other(case)
    (checked,) = case.checked([claim])
    assert checked.verdict is Verdict.REFUTED
    wrong = next(s for s in (checked.clean, checked.noisy) if s.verdict is Verdict.REFUTED)
    assert wrong.at is not None
    assert wrong.at in claim.lambdas


LESS_NOISE = {
    "square_on_a_line": "1/3", "square_with_reference_class": "2/5", "one_vs_rest_anisotropic": "1/4",
    "class_weights": "4/25", "logit_adjustment": "3/10", "small_penalty_three_classes": "1/10",
    "small_penalty_two_classes": "1/20", "tie_in_the_limit": "0",
}  # fmt: skip
"""Rates of noise at which the first claim is false; the two square losses tie there."""


@pytest.mark.parametrize("name", LESS_NOISE)
def test_with_less_noise_the_case_is_refuted(name: str) -> None:
    case = replace(counterexample(name), rho=exact_text(LESS_NOISE[name]), controls=(), flips_above=None)
    checked = case.check()
    assert checked.verdict is Verdict.REFUTED
    assert checked.claims[0].clean.verdict is Verdict.PROVED


@pytest.mark.parametrize("name", NAMES)
def test_with_other_labels_the_case_is_refuted(name: str) -> None:
    case = counterexample(name)
    turned = tuple((row[-1], *row[:-1]) for row in case.labels)  # every label is the next class, the last one 1
    checked = replace(case, labels=turned, controls=(), flips_above=None).check()
    assert checked.verdict is Verdict.REFUTED


OTHER_LAMBDAS = {
    # the first: a range in which the claim stops to hold
    "one_vs_rest_anisotropic": (from_on(0.08), 0),
    "one_vs_rest_anisotropic, small": (up_to(0.09), 1),
    "small_penalty_three_classes": (up_to(1), 0),
    "small_penalty_three_classes, large": (from_on(0.1), 1),
    "small_penalty_two_classes": (up_to(0.05), 0),
    "small_penalty_two_classes, large": (from_on(0.01), 1),
}


@pytest.mark.parametrize("name", OTHER_LAMBDAS)
def test_in_a_wider_range_of_lambda_the_claim_is_refuted(name: str) -> None:
    case = counterexample(name.partition(",")[0])
    lambdas, number = OTHER_LAMBDAS[name]
    claim = case.claims[number]
    (checked,) = case.checked([LambdaClaim(lambdas, claim.clean, claim.noisy)])
    assert checked.verdict is Verdict.REFUTED


@pytest.mark.parametrize("threshold", ["3/10", "33/100", "7/20", "39/100"])
def test_another_threshold_is_not_proved(threshold: str) -> None:
    case = replace(counterexample("square_on_a_line"), flips_above=exact_text(threshold))
    shown = case.check().threshold
    assert shown is not None
    assert shown.verdict is not Verdict.PROVED


def test_a_threshold_needs_a_quadratic_risk_with_one_second_derivative() -> None:
    for name, rate in (("class_weights", F(1, 6)), ("tie_in_the_limit", F(1, 4))):
        shown = replace(counterexample(name), flips_above=rate, controls=()).check().threshold
        assert shown is not None
        assert shown.verdict is Verdict.UNDECIDED


# what the proofs rest on


def forms() -> list[tuple[str, int, int]]:
    return [(case.name, case.classes, y) for case in counterexamples() for y in range(1, case.classes + 1)]


@pytest.mark.parametrize(("name", "classes", "y"), forms())
def test_the_form_has_the_values_and_the_gradient_of_the_formula(name: str, classes: int, y: int) -> None:
    """Against another reading of the same formula: values in balls, derivatives by FLINT's power series."""
    formula = counterexample(name).loss.recorded
    form = LogLinear.of(formula, classes, y)
    training = Training(
        risks=(form,), weights=(F(1),), penalty=form, basis=Free().basis(((F(1),),), classes)
    )  # fmt: skip
    points = [[F(k * (i + 2) - 3, 4) for i in range(classes)] for k in (0, 1, -2)]
    with ctx.workprec(200):
        for z in points:
            assert form.value([ball_of(x) for x in z]).overlaps(value_at(formula, z, {}, y=y))
            slopes = gradient(training, z)
            for c in range(classes):
                direction = [F(int(i == c)) for i in range(classes)]
                reading = SeriesReading(z, direction, {}, y=y - 1, order=2, one_sided=False)
                with series_of_length(2):
                    slope = reading.coefficients(formula)[1]
                assert slopes[c].overlaps(slope)
                assert slopes[c].rad() < 1e-40


def gradient(training: Training, z: list[Fraction]) -> list[arb]:
    """The derivatives of the first risk, which the enclosures use."""
    column = arb_mat(len(z), 1, [ball_of(x) for x in z])
    return Balls(training).gradient(column, arb(1), arb(0)).entries()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("noisy", [False, True])
def test_enclosures_are_stationary_by_the_series_reading(name: str, noisy: bool) -> None:
    """At the middle of the enclosure the derivative of the objective along every parameter is 0 to 18 digits."""
    case = counterexample(name)
    rho = case.rho if noisy else F(0)
    training, lambda_ = case.training(rho), F(1, 2)
    found = outputs_at(training, lambda_)
    assert found is not None
    near = [[rational(x) for x in row] for row in found]
    for direction in training.basis:
        with ctx.workprec(200):
            derivative = arb(0)
            rows = zip(near, direction, case.law(rho), case.weights, strict=True)
            for z, d, law, weight in rows:
                for y, share in enumerate(law):
                    derivative += ball_of(weight * share) * slope_along(case.loss.recorded, z, d, y)
                derivative += ball_of(weight * lambda_) * slope_along(case.regularizer.recorded, z, d, 0)
            assert abs(derivative) < 1e-18


def slope_along(formula: sc.language.formula.Formula, z: list[Fraction], d: tuple[Fraction, ...], y: int) -> arb:
    with series_of_length(2):
        return SeriesReading(z, d, {}, y=y, order=2, one_sided=False).coefficients(formula)[1]


@pytest.mark.parametrize("name", ["square_on_a_line", "square_with_reference_class", "tie_in_the_limit"])
def test_balls_and_rational_functions_find_the_same_minimiser(name: str) -> None:
    case = counterexample(name)
    for rho in (F(0), case.rho):
        training = case.training(rho)
        rows, denominator = outputs(training)
        for lambda_ in (F(1, 7), F(3)):
            found = outputs_at(training, lambda_)
            assert found is not None
            exact = [[x(q(lambda_)) / denominator(q(lambda_)) for x in row] for row in rows]
            with ctx.workprec(200):
                pairs = [(b, arb(e)) for bs, es in zip(found, exact, strict=True) for b, e in zip(bs, es, strict=True)]
            assert all(b.contains(e) and b.rad() < 1e-18 for b, e in pairs)


@settings(max_examples=40)
@given(
    loss=st.sampled_from(["cross_entropy", "one_vs_rest_logistic", "class_weights", "logit_adjustment"]),
    weights=st.lists(st.integers(0, 6), min_size=3, max_size=3).filter(any),
    winner=st.integers(1, 3),
)
def test_an_argument_by_signs_never_contradicts_the_enclosures(loss: str, weights: list[int], winner: int) -> None:
    """One point with any law of the label: a winner that is proved for every lambda wins at each of some lambdas."""
    law = tuple(F(w, sum(weights)) for w in weights)
    if loss in NAMES:
        recorded = counterexample(loss).loss.recorded
    else:
        recorded = getattr(sc.losses, {"cross_entropy": "CrossEntropy"}.get(loss, "OneVsRestLogistic"))().recorded
    training = one_point(recorded, law)
    shown = by_signs(training, (winner,), every_positive())
    if shown is not None:
        for lambda_ in (F(1, 20), F(1), F(50)):
            found = outputs_at(training, lambda_)
            assert found is not None
            assert all(found[0][winner - 1] > x for k, x in enumerate(found[0]) if k != winner - 1)


@settings(max_examples=8)
@given(
    places=st.lists(st.integers(-3, 3), min_size=3, max_size=3, unique=True),
    weights=st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=3, max_size=3),
)
def test_what_is_proved_in_boxes_holds_at_points_of_them(places: list[int], weights: list[list[int]]) -> None:
    """Three points with any laws of the label: the winners at lambda = 1 in boxes, and again at points between."""
    features = tuple((F(x), F(1)) for x in places)
    forms = [LogLinear.of(sc.losses.CrossEntropy().recorded, 3, y) for y in (1, 2, 3)]
    training = Training(
        risks=tuple(
            LogLinear.combination([(F(w, sum(row)), f) for w, f in zip(row, forms, strict=True)]) for row in weights
        ),
        weights=(F(1, 3),) * 3,
        penalty=LogLinear.of(sc.regularizers.L2().recorded, 3),
        basis=Free().basis(features, 3),
        centred_basis=Free().centred_basis(features, 3),
    )
    at_one = outputs_at(training, F(1))
    assert at_one is not None
    winners = tuple(max(range(3), key=row.__getitem__) + 1 for row in at_one)
    shown = by_balls(training, winners, Interval(F(1, 4), F(3), low_open=False, high_open=False))
    for lambda_ in (F(1, 4), F(37, 100), F(8, 5), F(3)):
        found = outputs_at(training, lambda_)
        assert found is not None
        margins = [
            row[w - 1] - x for row, w in zip(found, winners, strict=True) for k, x in enumerate(row) if k != w - 1
        ]
        if shown.verdict is Verdict.PROVED:
            assert all(m > 0 for m in margins)
        if any(m < 0 for m in margins):
            assert shown.verdict is not Verdict.PROVED


def test_arguments_by_signs_decide_in_both_directions() -> None:
    """So that the test above can fail: plain cross entropy with a clear favourite is decided, a tie is not."""
    recorded = sc.losses.CrossEntropy().recorded
    favourite, tie = one_point(recorded, (F(1, 2), F(1, 4), F(1, 4))), one_point(recorded, (F(2, 5), F(2, 5), F(1, 5)))
    assert by_signs(favourite, (1,), every_positive()) is not None
    assert by_signs(favourite, (2,), every_positive()) is None
    assert all(by_signs(tie, (w,), every_positive()) is None for w in (1, 2, 3))
    assert by_balls(tie, (1,), from_on(1)).verdict is Verdict.UNDECIDED


def one_point(formula: sc.language.formula.Formula, law: tuple[Fraction, ...]) -> Training:
    parts = [(p, LogLinear.of(formula, 3, y + 1)) for y, p in enumerate(law)]
    return Training(
        risks=(LogLinear.combination(parts),),
        weights=(F(1),),
        penalty=LogLinear.of(sc.regularizers.L2().recorded, 3),
        basis=Free().basis(((F(1),),), 3),
        centred_basis=Free().centred_basis(((F(1),),), 3),
    )


def test_what_is_not_convex_or_has_no_minimiser_is_not_decided() -> None:
    law = (F(1, 2), F(1, 4), F(1, 4))
    concave = one_point(sc.certify(lambda z, y: z[y] - sc.logsumexp(z), "l2").loss.formula, law)
    assert predictions_shown(concave, (1,), from_on(1)).verdict is Verdict.UNDECIDED
    unhinged = one_point(sc.losses.MUH().recorded, law)
    assert by_rational_functions(unhinged, (1,), from_on(1)).verdict is Verdict.PROVED  # type: ignore[union-attr]
    assert predictions_shown(unhinged, (1,), from_on(0)).verdict is Verdict.UNDECIDED


# pages


def test_a_page_shows_the_data_and_the_argument() -> None:
    """Parts of the page of the first case, as a reader sees them."""
    shown = counterexample("square_on_a_line").to_text()
    assert shown.startswith("PROVED: square loss, plain one-hot, outputs t (1, -2)")
    for part in (
        "square: total((z - onehot(y))**2)/2", "z = t (1, -2), t real", "uniform, rho = 2/5", "Corollary 1, E6",
        "Control: none with one-hot minus 1/C", "the prediction turns at rho = 1/3",
        "clean class 1 for every lambda in [0, oo): PROVED", "noisy class 2 for every lambda in [0, oo): PROVED",
    ):  # fmt: skip
        assert part in " ".join(shown.split())


@pytest.mark.parametrize("name", ["class_weights", "tie_in_the_limit", "one_vs_rest_anisotropic"])
def test_a_page_is_markdown(name: str) -> None:
    shown = counterexample(name).to_markdown()
    assert shown.startswith("### **PROVED**")
    assert shown.count("PROVED") > len(counterexample(name).claims)


# errors


def test_an_unknown_case_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        counterexample("class_weight")
    assert str(caught.value) == (
        "name: there is no counterexample called 'class_weight'; did you mean class_weights?; "
        f"accepted are {', '.join(NAMES)}"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rho": F(1, 2)}, "rho: got 1/2; accepted is 0 <= rho < 1/2"),
        ({"weights": (F(2),)}, "weights: got (Fraction(2, 1),); accepted are positive weights with the sum 1"),
        ({"labels": ()}, "features, labels, weights: got [0, 1] rows; give one of each for every point"),
        (
            {"claims": (LambdaClaim(from_on(0), (1,), (1,)),)},
            "claims: no prediction turns in any of them; a counterexample needs one that does",
        ),
    ],
)
def test_data_that_do_not_fit_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the message is compared word for word
        replace(counterexample("square_on_a_line"), **changes)  # type: ignore[arg-type]
    assert str(caught.value) == message


def q(x: Fraction) -> fmpq:
    return fmpq(x.numerator, x.denominator)


def rational(x: arb) -> Fraction:
    mantissa, exponent = x.mid().man_exp()
    return F(int(mantissa)) * F(2) ** int(exponent)
