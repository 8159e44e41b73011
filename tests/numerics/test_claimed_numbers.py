"""Claims that are given: a scale in the place of the certificate's, of pairs that have none as well."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from numerics import confirm
from numerics.confirmations.report import report_text
from numerics.errors import ConfirmationError
from numerics.formulas.claimed_numbers import check_curvature, claimed_numbers
from numerics.formulas.claimed_scale import checked_scale
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.runs.agreement import Outcome
from symcheck.certificates.certify import certify
from symcheck.findings.verdict import Verdict
from symcheck.losses import FILES

REFUTED = (
    "class_weighted_ce",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in ("logit_adjusted_ce", "ldam", "one_vs_rest_logistic", "square", "lee_lin_wahba", "elr")
    ),
)


@pytest.mark.parametrize("loss", REFUTED)
def test_training_contradicts_what_is_claimed_of_a_refuted_pair(certified, loss: str) -> None:
    cert = certified(loss, "l2")
    assert cert.verdict is Verdict.REFUTED or cert.at(3).verdict is Verdict.REFUTED
    found = confirm(cert, "iris", kappa=1)
    assert found.outcome is Outcome.CONTRADICTS
    assert found.agreement.rows[0].outcome is Outcome.CONTRADICTS
    assert found.agreement.notes[0].startswith("kappa = 1 was claimed; the certificate states no limit: at C = 3")
    assert found.agreement.notes[0].endswith("the pair is REFUTED")


def test_one_vs_rest_with_a_reference_class_contradicts_as_well(certified) -> None:
    found = confirm(certified("one_vs_rest_logistic", "l2"), "iris", kappa="1/2", reference=True)
    assert found.outcome is Outcome.CONTRADICTS


@pytest.mark.parametrize(
    ("loss", "regularizer", "own", "false"),
    [
        ("mae", "l2", "2/3", "0.7"),
        pytest.param("cross_entropy", "entropy", 1, -1, marks=pytest.mark.slow),
        pytest.param("cross_entropy", "quartic", 1, 1.1, marks=pytest.mark.slow),
    ],
)
def test_a_proved_pair_agrees_with_its_own_scale_alone(certified, loss, regularizer, own, false) -> None:
    cert = certified(loss, regularizer)
    assert confirm(cert, "iris", kappa=own).outcome is Outcome.AGREES
    found = confirm(cert, "iris", kappa=false)
    assert found.agreement.rows[0].outcome is Outcome.CONTRADICTS
    assert found.agreement.notes[0] == (
        f"kappa = {false} was claimed in the place of the certificate's, {float(Fraction(own)):.6g}"
    )
    assert rf"a claim that was given, $\kappa = {float(false):.6g}$" in report_text(found)


@pytest.mark.parametrize("loss", ["class_weighted_ce", pytest.param("crammer_singer", marks=pytest.mark.slow)])
def test_networks_contradict_it(certified, loss: str) -> None:
    found = confirm(certified(loss, "l2"), "iris", kappa=1, model="mlp", seeds=2, steps=60, alpha=2**-8)
    assert found.outcome is Outcome.CONTRADICTS
    assert "kappa = 1 was claimed" in found.agreement.notes[0]


def test_the_numbers_of_a_pair_without_a_limit(certified) -> None:
    found = claimed_numbers(certified("class_weighted_ce", "l2"), 3, "iris", "-2/3")
    assert (found.kappa, found.order, found.power, found.noise_power) == (-2 / 3, None, 1.0, 1.0)
    assert torch.equal(found.hessian, torch.eye(3, dtype=torch.float64))
    quartic = claimed_numbers(certified("class_weighted_ce", "quartic"), 3, "iris", 1)
    assert (quartic.power, quartic.noise_power) == pytest.approx((1 / 3, 1 / 3))


@pytest.mark.slow
def test_a_penalty_of_another_degree_contradicts_as_well(certified) -> None:
    assert confirm(certified("class_weighted_ce", "quartic"), "iris", kappa=1).outcome is Outcome.CONTRADICTS


def test_the_other_numbers_are_those_of_the_certificate(certified) -> None:
    cert = certified("gce", "l2")
    own, claimed = predicted_numbers(cert, 3, "iris"), claimed_numbers(cert, 3, "iris", 2)
    assert (claimed.kappa, claimed.order, claimed.assumed) == (2.0, own.order, own.assumed)
    assert torch.equal(claimed.hessian, own.hessian)


@pytest.mark.parametrize(
    "kappa", [1, 0.5, -3, Fraction(2, 3), Decimal("0.25"), "2/3", "-1", "0.1", np.int64(2), np.float32(0.5)]
)
def test_scales_that_are_numbers(kappa) -> None:
    assert checked_scale(kappa) == float(Fraction(kappa) if isinstance(kappa, str) else kappa)


@pytest.mark.parametrize("kappa", [0, 0.0, "0", float("nan"), float("inf"), "x", "1/0", True, None, [1], 1e40, 10**400])
def test_what_is_no_scale(certified, kappa) -> None:
    with pytest.raises(ConfirmationError) as caught:
        checked_scale(kappa)
    assert str(caught.value).startswith("kappa: got ")
    assert str(caught.value).endswith(
        "; accepted is a number other than 0, or its text, such as 1, -1 or '2/3', of a size from 1e-30 to 1e+30"
    )


TAKE = "; take a regularizer such as l2"


@pytest.mark.parametrize(
    ("loss", "regularizer", "message"),
    [
        (
            "cross_entropy", "l1",
            "kappa: g of cross_entropy + l1 is homogeneous of degree 1, and scores have a scale for degrees above 1",
        ),
        ("cross_entropy", "elastic_net", "kappa: g of cross_entropy + elastic_net is not twice differentiable at 0, "
         "so there is no H for a limit"),
        ("cross_entropy", "max_squared", "kappa: g of cross_entropy + max_squared is not twice differentiable at 0, "
         "so there is no H for a limit"),
        ("cross_entropy", "z_loss", "kappa: g of cross_entropy + z_loss has a slope at 0, up to 0.732, so scores do "
         "not tend to 0 as lambda -> oo and no scale has a limit"),
    ],
)  # fmt: skip
def test_penalties_without_a_limit(certified, loss: str, regularizer: str, message: str) -> None:
    with pytest.raises(ConfirmationError) as caught:
        confirm(certified(loss, regularizer), "iris", kappa=1)
    assert str(caught.value) == message + TAKE


def test_a_penalty_that_vanishes_to_second_order() -> None:
    cert = certify("cross_entropy", "total(z**4) + total(z**6)")
    with pytest.raises(ConfirmationError) as caught:
        confirm(cert, "iris", kappa=1)
    assert str(caught.value) == (
        f"kappa: g of {cert.loss.title} + {cert.regularizer.title} has no curvature at 0 and no degree, so scores have "
        f"no scale{TAKE}"
    )


def test_a_penalty_that_is_not_positive() -> None:
    cert = certify("cross_entropy", "total(z)**4")
    with pytest.raises(ConfirmationError) as caught:
        confirm(cert, "iris", kappa=1)
    assert str(caught.value) == (
        f"kappa: g of {cert.loss.title} + {cert.regularizer.title} is homogeneous of degree 4 and not known to be "
        f"positive away from 0, so its limit problem may have no minimiser{TAKE}"
    )


@pytest.mark.parametrize("loss", ["crammer_singer", "carlini_wagner", "bootstrap_hard"])
def test_kinks_have_no_tolerances_on_the_linear_model(certified, loss: str) -> None:
    for model in ("linear", "random_features"):
        with pytest.raises(ConfirmationError) as caught:
            confirm(certified(loss, "l2"), "iris", kappa=1, model=model)
        assert str(caught.value) == (
            f"kappa: {loss} + l2 is not known to be twice differentiable at z = 0, and the linear model takes its "
            "tolerances from the derivatives there; take model='mlp', whose rows need none"
        )


def test_a_loss_without_a_slope_at_0(certified) -> None:
    with pytest.raises(ConfirmationError) as caught:
        confirm(certified("truncated_gce", "l2"), "iris", kappa=1)
    assert str(caught.value) == (
        "kappa: on iris the loss of truncated_gce + l2 moves no score away from 0 to first order, so there is no limit "
        "to compare a claim with; take another loss or other parameters"
    )


def test_a_curvature_that_some_scores_do_not_have(certified) -> None:
    cert = certified("one_vs_rest_logistic", "entropy")
    with pytest.raises(ConfirmationError) as caught:
        confirm(cert, "iris", kappa=1, model="mlp")
    message = str(caught.value)
    assert message.startswith("kappa: H = D^2 g(0) of one_vs_rest_logistic + entropy has the eigenvalue ")
    assert message.endswith(f" on scores in R^C, so no scale has a limit there{TAKE}")
    # with a reference class it has one
    assert confirm(cert, "iris", kappa=1, reference=True).outcome is Outcome.CONTRADICTS
    check_curvature(claimed_numbers(certified("cross_entropy", "entropy"), 3, "iris", 1))
    with pytest.raises(ConfirmationError, match=r"on scores in R\^C/\(1, ..., 1\), so no scale"):
        check_curvature(claimed_numbers(certified("cross_entropy", "entropy_minimization"), 3, "iris", 1))


WITHOUT = {
    "bootstrap_hard", "carlini_wagner", "cosine", "crammer_singer", "epsilon_softmax", "l1_on_logits", "logit_norm",
    "perceptron", "truncated_gce",
}  # fmt: skip
"""Losses with a kink at 0, or without a slope there, of which the linear model tests no claim."""


@pytest.mark.slow
@pytest.mark.parametrize("loss", FILES.names)
def test_every_loss_with_its_own_scale_and_with_false_ones(loss: str) -> None:
    cert = certify(loss, "l2")
    data, classes = ("breast_cancer", 2) if cert.scope.classes.fixed == 2 else ("iris", 3)
    try:
        kappa = predicted_numbers(cert, classes, data).kappa
        expected = {kappa: Outcome.AGREES, 1.03 * kappa: Outcome.CONTRADICTS, -kappa: Outcome.CONTRADICTS}
    except ConfirmationError:
        expected = {1.0: Outcome.CONTRADICTS, 0.5: Outcome.CONTRADICTS}
    if loss in WITHOUT:
        with pytest.raises(ConfirmationError, match=r"^kappa: "):
            confirm(cert, data, kappa=1)
        return
    assert {scale: confirm(cert, data, kappa=scale).outcome for scale in expected} == expected
