"""Guarantees against the numbers of the theory, on pages, and with what is not accepted."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

import symcheck as sc
from numerics.errors import DataError, FiniteError, NoiseError
from numerics.finite.guarantee.ball import in_ball
from numerics.finite.guarantee.bounds import Bounds
from numerics.finite.guarantee.exact_test import final_predictions
from numerics.finite.guarantee.guarantee import Guarantee, guarantee
from numerics.finite.guarantee.small_rates import largest_signal
from numerics.finite.samples import samples_of
from symcheck.errors import SymcheckError

CE, GCE = sc.certify("cross_entropy", "l2"), sc.certify("gce", "l2")


@cache
def on(data: str, cert=CE, rho: float | None = 0.3) -> Guarantee:
    return guarantee(cert, data, rho=rho)


def share_at(found: Guarantee, lambda_: float, a: float, steps: int) -> float:
    problem = found.problem
    clean, noisy = (final_predictions(problem, lambda_, problem.laws(np.array([x]))[0], steps) for x in (1.0, a))
    return float((clean.final & noisy.final & (clean.top == noisy.top)).mean())


@pytest.mark.parametrize(
    ("data", "lambdas"),
    [("iris", (0.166, 0.583, 13.8)), ("wine", (0.124, 0.258, 1.58)), ("breast_cancer", (0.338, 0.629, 3.50))],
)
def test_the_exact_test_without_steps_certifies_what_the_theory_says(data, lambdas):
    """THEORY 12: at a = 1 and 1/2, cross-entropy, 50, 90 and 100 % from these lambda, which are rounded up."""
    for lambda_, share in zip(lambdas, (0.5, 0.9, 1.0), strict=True):
        assert share_at(on(data), lambda_, 0.5, steps=0) >= share
        assert share_at(on(data), 0.97 * lambda_, 0.5, steps=0) < share


@pytest.mark.parametrize(
    ("data", "lambdas"),
    [
        ("iris", (0.50, 1.36, 22.8)), ("wine", (0.62, 1.02, 3.00)), ("breast_cancer", (0.56, 1.12, 10.3)),
        ("digits", (1.35, 2.63, 66.9)),
    ],
)  # fmt: skip
def test_the_monotone_bound_for_all_rates_certifies_what_the_theory_says(data, lambdas):
    """THEORY 12: cross-entropy, every rho and every larger lambda, by the bound from Z_0 alone."""
    for lambda_, share in zip(lambdas, (0.5, 0.9, 1.0), strict=True):
        # the two that are rounded to two decimals below
        assert (largest_signal(on(data).problem, 1.012 * lambda_)[1] == 1).mean() >= share
        assert (largest_signal(on(data).problem, 0.97 * lambda_)[1] == 1).mean() < share


def test_theorem_b_certifies_what_the_theory_says():
    """THEORY 12: iris, GCE .7 + l2, lambda 2, 5, 20: 141, 145, 149 samples at a = 1; here from Z_0 and one step."""
    found = on("iris", GCE)
    unknown = replace(found.problem, bounds=Bounds.none("not asked"))
    for lambda_, least in ((2.0, 141), (5.0, 145), (20.0, 149)):
        law = unknown.one_hot
        some = in_ball(found.pair, unknown, lambda_, law[None], 1)
        tested = final_predictions(some, lambda_, law, 1)
        assert not some.bounds.is_global
        assert tested.final.sum() >= least
        assert (tested.top == final_predictions(found.problem, lambda_, law, 30).top)[tested.final].all()


@pytest.mark.parametrize(("cert", "lambda_"), [(CE, 0.3), (GCE, 0.5)])
def test_nine_tenths_of_iris_are_certified_early(cert, lambda_):
    found = on("iris", cert)
    assert found.share(lambda_) >= 0.9
    assert found.at(lambda_).share >= 0.9
    assert found.is_proved
    assert found.level.startswith("proved")


def test_shares_rise_with_lambda_and_every_rate_asks_for_more():
    found = on("iris", GCE)
    assert (found.lambda_from_every_rho >= found.lambda_from - 1e-9).all()
    assert found.lambda_for(0.5) <= found.lambda_for(0.9) <= found.lambda_for(1.0) < 1.3
    rates = found.largest_rho(1.0)
    assert (rates <= 2 / 3).all()
    assert (rates == 2 / 3).mean() >= 0.95
    # a sample that every rate leaves alone from some lambda below is so at this one
    assert (rates[found.lambda_from_every_rho <= 1.0] == 2 / 3).all()


def test_without_a_rate_every_rate_is_asked():
    found = on("wine", rho=None)
    np.testing.assert_array_equal(found.lambda_from, found.lambda_from_every_rho)
    with pytest.raises(FiniteError, match="rho: got None"):
        found.at(1.0)
    assert found.at(1.0, rho=0.3).share == 1.0
    assert "every rate" in str(found)


def test_drawn_labels_and_laws_in_the_place_of_a_rate():
    found = on("iris")
    labels = found.samples.labels.copy()
    assert found.at(1.0, law=labels).share >= 0.99
    rows = found.problem.laws(np.array([0.55]))[0]
    np.testing.assert_array_equal(found.at(1.0, law=rows).certified, found.at(1.0, rho=0.3).certified)
    turned = (labels + 1) % 3
    assert found.at(1.0, law=turned).certified.sum() == 0
    assert found.at(1.0, law=turned).differing.all()


def test_a_tie_is_never_certified():
    """Two pairs of equal samples, one with both labels: its clean scores tie by symmetry."""
    features = np.array([[1.0], [1.0], [-1.0], [-1.0], [0.0], [0.0]])
    found = guarantee(CE, (features, [0, 0, 1, 1, 0, 1]), rho=0.4)
    assert np.isinf(found.lambda_from[4:]).all()
    assert np.isfinite(found.lambda_from[:4]).all()
    assert not found.at(1e6).certified[4:].any()
    assert "2 of 6 at no lambda" in str(found)


def test_a_sample_alone_in_a_direction_and_few_samples():
    """With as many features as samples every leverage is 1, and the bound still holds."""
    rng = np.random.default_rng(3)
    found = guarantee(CE, (rng.standard_normal((6, 9)), [0, 1, 2, 0, 1, 2]), rho=0.4)
    np.testing.assert_allclose(found.problem.rounding.widths, 1, atol=1e-9)
    assert found.at(50.0).share == 1.0
    assert "alone in a direction" in str(found)


def test_constant_and_dependent_columns_are_no_proof_but_no_obstacle():
    rng = np.random.default_rng(4)
    some = rng.standard_normal((30, 2))
    labels = np.arange(30) % 3
    plain = guarantee(CE, (some, labels), rho=0.3)
    wide = guarantee(CE, (np.c_[some, some @ [1.0, 2.0], np.full(30, 7.0)], labels), rho=0.3)
    assert plain.is_proved
    assert not wide.is_proved
    assert "numerical one" in wide.level
    np.testing.assert_allclose(plain.lambda_from, wide.lambda_from, rtol=1e-6)


def test_points_outside_the_row_space_are_left_out():
    rng = np.random.default_rng(5)
    first = rng.standard_normal(40)
    features, labels = np.c_[first, 2 * first], (first > 0).astype(int)
    points = (np.array([[1.0, 2.0], [1.0, 0.0]]), [1, 1])
    found = guarantee(CE, (features, labels), rho=0.3, test=points).at(10.0)
    assert found.test_certified.tolist() == [True, False]
    assert found.test_predicted.tolist() == [1, -1]
    assert "1 outside the row space" in str(found)


def test_a_reference_class_and_a_quotient():
    reference = guarantee(CE, "iris", rho=0.3, reference=True)
    scores = reference.at(1.0).clean.scores
    assert (scores[:, 2] == 0).all()
    assert reference.share(1.0) > 0.9
    quotient = guarantee(sc.certify("cross_entropy", "entropy"), "iris", rho=0.3, lambdas=[200.0])
    tested = quotient.at(200.0)
    np.testing.assert_allclose(tested.clean.scores.sum(1), 0, atol=1e-12)
    assert tested.share > 0.9
    assert "the only stationary point with" in str(tested)
    assert "no other minimiser" in str(quotient)


def test_a_loss_without_a_bound_is_an_answer():
    found = guarantee(sc.certify("detach(exp(z[y])) - z[y]", "l2"), "iris", rho=0.3)
    assert np.isinf(found.lambda_from).all()
    assert not found.at(1.0).certified.any()
    assert "no bound for every score" in str(found)
    json.dumps(found.to_record(), allow_nan=False)


def test_a_refuted_certificate_is_said():
    cert = sc.certify("one_vs_rest_logistic", "l2")
    found = guarantee(cert, "wine", rho=0.3)
    assert found.share(1.0) == 1.0
    assert np.isinf(found.lambda_from_every_rho).all()
    assert "REFUTED" in str(found)
    assert "do not sum to 0" in str(found)


def test_the_record_and_the_figure():
    found = on("iris", GCE)
    record = json.loads(json.dumps(found.to_record(), allow_nan=False))
    assert record["proved"]
    assert record["lambda_for"]["1"] == found.lambda_for(1.0)
    assert record["samples"] == 150
    assert [line["lambda"] for line in record["table"]] == list(found.lambdas)
    assert found.lambdas[0] > 0.2
    assert json.loads(json.dumps(found.at(1.0).to_record(), allow_nan=False))["share"] == found.at(1.0).share
    (axes,) = found.figure.axes
    assert len(axes.lines) == 3
    assert axes.get_xscale() == "log"
    assert "\\begin" in found.to_latex()
    assert "| at it alone |" in found.to_markdown()


BAD = [
    ({"lambda_": 0.2}, FiniteError, "lambda_: got 0.2; accepted is a weight above 0.2"),
    ({"lambda_": 0}, FiniteError, "lambda_: got 0; accepted is a number > 0"),
    ({"lambda_": float("nan")}, FiniteError, "lambda_: got nan"),
    ({"lambda_": True}, FiniteError, "lambda_: got True"),
    ({"lambda_": "1"}, FiniteError, "lambda_: got '1'"),
    ({"lambda_": 1.0, "rho": 0.7}, NoiseError, "rho: got"),
    ({"lambda_": 1.0, "rho": 0.1, "law": [0] * 150}, FiniteError, "law: got one beside rho"),
    ({"lambda_": 1.0, "law": [0, 1]}, NoiseError, "law: got an array of shape"),
    ({"lambda_": 1.0, "law": [3] * 150}, NoiseError, "law: got labels from 3 to 3"),
    ({"lambda_": 1.0, "law": np.full((150, 3), 0.5)}, NoiseError, "law: got rows that are no laws"),
    ({"lambda_": 1.0, "law": np.full((150, 3), np.nan)}, NoiseError, "law: got rows that are no laws"),
]


@pytest.mark.parametrize(("given", "error", "text"), BAD)
def test_what_one_lambda_does_not_take(given, error, text):
    with pytest.raises(error, match=text.replace("(", r"\(")):
        on("iris", GCE).at(**given)


X = np.random.default_rng(0).standard_normal((9, 2))
WRONG = [
    ({"rho": 0.7}, NoiseError, "rho: got"),
    ({"rho": "much"}, SymcheckError, "rho"),
    ({"lambdas": [0.1, 1.0]}, FiniteError, "lambdas: got"),
    ({"lambdas": []}, FiniteError, "lambdas: got"),
    ({"lambdas": [-1.0]}, FiniteError, "lambda_: got -1.0"),
    ({"steps": -1}, FiniteError, "steps: got -1"),
    ({"steps": 1.5}, FiniteError, "steps: got 1.5"),
    ({"data": (X, [0, 1, 2] * 2)}, DataError, "X of shape"),
    ({"data": (np.where(X > 2, np.nan, np.nan), [0, 1, 2] * 3)}, DataError, "not finite"),
    ({"data": (X, [0, 2, 3] * 3)}, DataError, "0, 2, 3"),
    ({"cert": sc.certify("gce", "l2", classes=10)}, SymcheckError, "C = 3"),
    ({"cert": "gce"}, FiniteError, "cert: got 'gce'"),
]


@pytest.mark.parametrize(("given", "error", "text"), WRONG)
def test_what_a_guarantee_does_not_take(given, error, text):
    with pytest.raises(error, match=text):
        guarantee(**{"cert": GCE, "data": "iris", "rho": 0.3} | given)


def test_ready_samples_and_free_parameters():
    samples = samples_of("iris")
    found = guarantee(GCE, samples, rho=0.3)
    assert found.samples is samples
    assert "q = 7/10" in str(found)
    assert guarantee(GCE.at(q="1/10"), samples, rho=0.3).problem.bounds.floor != found.problem.bounds.floor


def test_shares_have_to_be_shares():
    for bad in (0, 1.5, True, "half"):
        with pytest.raises(FiniteError, match="share: got"):
            on("iris").lambda_for(bad)


def test_tensors_are_data():
    found = guarantee(CE, (torch.from_numpy(X), torch.tensor([0, 1, 2] * 3)), rho=0.3)
    assert found.at(100.0).share == 1.0


@pytest.mark.parametrize("loss", ["cross_entropy", "focal"])
def test_many_classes_take_no_array_of_their_cube(loss):
    """With 200 classes one of C^3 doubles has 64 MB; the peak of what NumPy takes stays far below."""
    cert = sc.certify(loss, "l2")
    cert = cert.at(gamma=2) if loss == "focal" else cert
    classes = 200
    rng = np.random.default_rng(1)
    labels = np.arange(2 * classes) % classes
    features = rng.standard_normal((2 * classes, 3)) + np.c_[labels, labels % 7, labels % 11]
    found = guarantee(cert, (features, labels), rho=0.2)
    tracemalloc.start()
    try:
        assert found.at(10).share > 0.5
        assert found.problem.space.rivals.shape == (classes, classes)
        assert tracemalloc.get_traced_memory()[1] < 40e6
    finally:
        tracemalloc.stop()
