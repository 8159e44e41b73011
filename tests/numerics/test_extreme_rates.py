"""Rates of noise from next to none to next to all: what is true is never contradicted, what is false still is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
import torch

from numerics import datasets
from numerics.confirmations.confirmation import confirm
from numerics.confirmations.experiment import Experiment
from numerics.confirmations.judge import agreement_of
from numerics.confirmations.measure import measured
from numerics.confirmations.predict import Curve, Expected
from numerics.errors import ConfirmationError, DataError
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.linear.leading import Coefficients, Power
from numerics.noise.laws import noise_factor
from numerics.runs.agreement import Outcome
from symcheck.certificates.certify import certify
from symcheck.findings.prediction import Order
from symcheck.language.scope import Classes
from tests.numerics.drawn_cases import drawn_case
from tests.sampled import one_in


@pytest.mark.parametrize(
    ("loss", "regularizer", "data", "rho"),
    one_in(
        2,
        [
            ("cross_entropy", "l2", "iris", "1e-8"),
            ("cross_entropy", "l2", "iris", "1e-6"),
            ("cross_entropy", "l2", "wine", "1e-7"),
            ("cross_entropy", "l2", "digits", "1e-7"),
            ("cross_entropy", "l2", "breast_cancer", "1e-6"),
            ("gce", "l2", "iris", "1e-9"),
            ("focal", "l2", "wine", "1e-8"),
            ("mae", "entropy", "iris", "1e-8"),
            ("cross_entropy", "entropy", "iris", "1e-8"),
            ("gce", "l2", "breast_cancer", "1e-7"),
            ("cross_entropy", "total(z**4)", "iris", "1e-4"),
            # next to (C-1)/C
            ("cross_entropy", "l2", "breast_cancer", "0.45"),
            ("cross_entropy", "l2", "breast_cancer", "0.48"),
            ("gce", "l2", "breast_cancer", "0.49"),
            ("gce", "l2", "iris", "0.6666"),
            ("cross_entropy", "l2", "iris", "0.66"),
            ("cross_entropy", "entropy", "wine", "0.66"),
            ("mae", "l2", "digits", "0.899"),
        ],
    ),
)
def test_a_true_claim_agrees(confirmed, loss, regularizer, data, rho):
    found = confirmed(loss, regularizer, data, rho)
    assert {row.name: row.outcome for row in found.agreement.rows if row.outcome is not Outcome.AGREES} == {}


@pytest.mark.parametrize("rho", ["1e-11", "1e-12", "1e-300", "0.66666666", "0.666666666"])
@pytest.mark.parametrize("loss", ["cross_entropy", "gce"])
def test_where_rounding_hides_a_distance_it_is_open(confirmed, loss, rho):
    found = confirmed(loss, "l2", "iris", rho)
    assert found.outcome is Outcome.INCONCLUSIVE
    left = [row for row in found.agreement.rows if row.outcome is not Outcome.AGREES]
    assert {row.name.partition(",")[0] for row in left} <= {str(Curve.GAP), str(Curve.NOISY)}
    assert any("order in 1/lambda" in row.name for row in left)
    assert not any("generic data" in note for note in found.agreement.notes)


def test_a_rate_that_leaves_nothing_names_the_rate(certified):
    with pytest.raises(ConfirmationError) as raised:
        confirm(certified("cross_entropy", "l2"), data="iris", rho=0.6666666666666)
    assert str(raised.value) == (
        "rho: got 0.666666666667, so near (C-1)/C that noise leaves a = 1.0e-13 of what the labels say, which double "
        "precision cannot tell from nothing; take a smaller rho"
    )


@pytest.mark.parametrize(
    ("loss", "order"), [("(logsumexp(z) - z[y])/1000", 3), ("(logsumexp(z) - z[y])/100", 3), ("gce/1000", 2)]
)
def test_a_loss_that_is_scaled_down_has_small_coefficients_and_the_same_order(loss, order):
    # with l/m the coefficient of alpha^p is m^p times smaller, and nothing about it is special
    formula = loss.replace("gce", "(1 - softmax(z)[y]**(7/10))*10/7")
    found = confirm(certify(formula, "l2"), data="breast_cancer")
    assert found.outcome is not Outcome.CONTRADICTS
    assert found.expected.powers[Curve.CLEAN].order == order
    assert not any("generic data" in note for note in found.agreement.notes)


@pytest.mark.parametrize(("rho", "outcome"), [(1e-3, Outcome.CONTRADICTS), (1e-12, Outcome.INCONCLUSIVE)])
def test_a_false_order_of_what_vanishes_is_contradicted_where_rounding_lets_it_be_seen(certified, rho, outcome):
    # MUH + l2: all minimisers are multiples of one another, so that no distance has an order
    claim = replace(predicted_numbers(certified("muh", "l2"), 3, "iris"), order=Order(Classes(3, 3), 2, 2))
    expected = Expected.of(Experiment.on(claim, datasets.load("iris"), rho, torch.device("cpu")))
    rows = agreement_of(expected, measured(expected)).rows
    gap = next(row for row in rows if row.name.startswith(f"{Curve.GAP}, order"))
    assert gap.outcome is outcome


@pytest.mark.parametrize("share", ["10**9", "10**10", "10**11"])
def test_a_claimed_order_below_what_is_seen_is_open_where_rounding_may_hide_it(share):
    # cross-entropy with a little of MAE has the order 1 with a constant of the size of that little
    found = confirm(certify(f"logsumexp(z) - z[y] + (1 - softmax(z)[y])/{share}", "l2"), data="iris")
    assert found.expected.experiment.claim.order.to_limit == 1
    assert found.expected.powers[Curve.CLEAN].order == 2
    assert found.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("rho", "classes"), [(0.1, 2), (0.4999999, 2), (1e-12, 3), (0.66666666666, 3), (0.9 - 1e-13, 10)]
)
def test_the_noise_factor_is_rounded_once(rho, classes):
    exact = 1 - Fraction(rho) * Fraction(classes, classes - 1)
    assert noise_factor(rho, classes) == float(exact)


# coefficients


def of_sizes(*sizes, factor=1.0, growth=1.0, rounding=1e-14):
    natural = tuple(factor * growth**k for k in range(len(sizes)))
    return Coefficients(sizes, natural, (rounding,) * len(sizes), growth, factor)


def test_a_coefficient_is_compared_with_what_noise_leaves_of_it():
    # 1e-10 of a difference that has the factor 1e-9 is large
    assert of_sizes(0, 1e-16, 1e-10, 0, 0, factor=1e-9).power() == Power(
        2, 1e-10, 0.0, 0.0, 1.0, 1e-9, (0, 1e-16 + 1e-14, 1e-14, 1e-14, 1e-14)
    )
    assert of_sizes(0, 1e-16, 1e-10, 0, 0).power() is None


@pytest.mark.parametrize(
    ("size", "factor", "rounding", "present", "absent"),
    [
        (1e-3, 1.0, 1e-14, True, False),
        (1e-16, 1.0, 1e-14, False, True),
        (1e-11, 1.0, 1e-14, False, False),  # above rounding, below what may lead
        (1e-16, 1e-6, 1e-14, False, False),  # 0, or a usual coefficient times 1e-6 that is small: 1e-14 might hide it
        (1e-13, 1e-9, 1e-14, True, False),
        (5e-15, 1e-9, 1e-14, False, False),
    ],
)
def test_present_absent_and_unclear(size, factor, rounding, present, absent):
    found = of_sizes(0, size, 0, 0, factor=factor, rounding=rounding)
    assert (found.is_present(1), found.is_absent(1)) == (present, absent)


def test_what_rounding_may_hide_is_part_of_the_tolerance():
    # c s^2 with an unseen coefficient of s of at most 1e-14: relatively 1e-14/(c s)
    power = Power(2, 1e-6, 0.0, 0.0, 0.0, 1.0, (0.0, 1e-14))
    assert power.remainder(1e-4) == pytest.approx(1e-14 * 1e-4 / (1e-6 * 1e-8))
    assert replace(power, unseen=()).remainder(1e-4) == 0


def test_what_comes_after_has_the_factor_as_well():
    whole, small = (Power(2, c, 0.0, 0.0, 1.0, c) for c in (1.0, 1e-9))
    assert whole.remainder(0.1) == small.remainder(0.1) == pytest.approx(2 * 0.1**3)


@pytest.mark.parametrize("loss", ["cross_entropy", "gce", "muh"])
@pytest.mark.parametrize(
    ("regularizer", "data"), [("l2", "digits"), ("label_smoothing_penalty", "iris"), ("total(z**4)", "wine")]
)
def test_the_bound_on_rounding_holds(certified, loss, regularizer, data):
    # another order of the samples and another basis of the features round otherwise, and change nothing else
    dataset = datasets.load(data)
    claim = predicted_numbers(certified(loss, regularizer), dataset.classes, data)
    features, labels = torch.from_numpy(dataset.standardised()), torch.from_numpy(dataset.labels)
    chance = torch.Generator().manual_seed(3)
    order = torch.randperm(len(labels), generator=chance)
    turn = torch.linalg.qr(torch.randn(features.shape[1], features.shape[1], generator=chance, dtype=torch.float64)).Q
    kind = Expected.of(Experiment.on(claim, dataset, 0.3, torch.device("cpu"))).experiment.family.kind
    first, second = (
        Expected.of(Experiment.of(claim, data, x, y, 0.3, kind))
        for x, y in ((features, labels), (features[order] @ turn, labels[order]))
    )
    for curve in Curve:
        one, other = first.coefficients[curve], second.coefficients[curve]
        for k in range(1, len(one.sizes)):
            assert abs(one.sizes[k] - other.sizes[k]) <= one.rounding[k]


# random cases


def outcome_of(number):
    case = drawn_case(number)
    noise = {} if case.seed is None else {"noise": "sampled", "seed": case.seed}
    try:
        found = confirm(case.certificate, data=case.data, rho=case.rho, **noise)
    except (ConfirmationError, DataError) as error:  # no prediction at this C, or nothing that labels say
        return type(error).__name__, case, None
    return found.outcome, case, found


def outcomes_of(numbers):
    found = [outcome_of(number) for number in numbers]
    told = [f"{case}\n{made}" for outcome, case, made in found if outcome is Outcome.CONTRADICTS]
    assert not told, "\n\n".join(told)
    return Counter(str(outcome) for outcome, _, _ in found)


def test_no_random_case_is_contradicted():
    found = outcomes_of(range(4))
    assert found["agrees"] >= 2  # else little was looked at


@pytest.mark.slow
@pytest.mark.parametrize("first", range(4, 679, 75))
def test_no_case_of_many_is_contradicted(first):
    found = outcomes_of(range(first, first + 75))
    assert found["agrees"] >= 25
