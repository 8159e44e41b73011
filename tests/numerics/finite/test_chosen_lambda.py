"""A lambda that is chosen on data: what stands in the table is what each part says for itself."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import symcheck as sc
from numerics import ChosenLambda, choose_lambda, forecast, guarantee
from numerics.errors import DataError, FiniteError, NoiseError
from numerics.finite.samples import samples_of
from numerics.noise.accuracy import clean_accuracy
from symcheck.intake.catalogue import loss_named

LAMBDAS = (0.1, 1.0, 10.0)
CE = sc.certify("cross_entropy", "l2")


@pytest.fixture(scope="module")
def on_iris() -> ChosenLambda:
    return choose_lambda(CE, "iris", rho=0.2, lambdas=LAMBDAS, draws=10, transform="standardised")


def test_the_columns_are_those_of_guarantee_and_forecast(on_iris):
    samples = samples_of("iris", test=0.3, transform="standardised")
    bound = guarantee(CE, samples, rho=0.2)
    for c in on_iris.candidates:
        told = forecast(samples, rho=0.2, cert=CE, lambda_=c.lambda_, draws=10)
        assert (c.certified, c.accuracy, c.agreement) == (bound.at(c.lambda_).share, told.accuracy, told.agreement)
    assert (on_iris.samples, on_iris.points, on_iris.candidates[0].points) == (105, 45, 45)
    assert on_iris.level == bound.level


def test_what_noisy_labels_show_is_the_accuracy_of_a_fit_to_them():
    """With the noisy labels handed over, counted by an own fit: ridge on the scores, at large lambda."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4))
    y = (X @ rng.normal(size=(4, 3))).argmax(1)
    noisy = np.where(rng.random(300) < 0.3, (y + rng.integers(1, 3, 300)) % 3, y)
    (train, held) = (slice(0, 200), slice(200, 300))
    found = choose_lambda(
        CE, (X[train], noisy[train]), rho=Fraction(3, 10), lambdas=[1e4], labels="noisy", test=(X[held], noisy[held])
    )
    ones = np.ones((300, 1))
    design = np.hstack([X, ones])
    weights = np.linalg.lstsq(design[train], np.eye(3)[noisy[train]], rcond=None)[0]
    right = int(((design[held] @ weights).argmax(1) == noisy[held]).sum())
    (only,) = found.candidates
    assert only.validation == clean_accuracy(Fraction(right, 100), n=100, rho=Fraction(3, 10), classes=3)
    assert (only.certified, only.accuracy, found.level) == (None, None, "")
    truth = float(((design[held] @ weights).argmax(1) == y[held]).mean())
    assert only.validation.low <= truth <= only.validation.high
    assert "the labels are noisy, so that nothing is certified" in " ".join(str(found).split())


def test_labels_that_are_cleaner_than_the_rate_are_told(on_iris):
    found = choose_lambda(CE, "iris", rho=0.4, lambdas=[1.0], labels="noisy", transform="standardised", test=0.5)
    assert ("contradiction" in str(found)) == bool(found.candidates[0].validation.contradiction)
    said = choose_lambda(CE, "digits", rho=0.5, lambdas=[10.0], labels="noisy")
    assert "the labels are less noisy than this rate" in " ".join(str(said).split())


def test_the_page_the_record_and_the_figure(on_iris):
    text = " ".join(str(on_iris).split())
    assert text.startswith(f"lambda = {on_iris.lambda_:g} for cross_entropy + l2 on iris, uniform noise, rho = 0.2")
    assert "the smallest lambda whose forecast accuracy is within one standard error of the best" in text
    record = on_iris.to_record()
    assert record["lambda"] == on_iris.lambda_
    assert [c["lambda"] for c in record["candidates"]] == list(LAMBDAS)
    (axes,) = on_iris.figure.axes
    drawn = {line.get_label(): line.get_ydata() for line in axes.lines}
    assert list(drawn["certified"]) == [c.certified for c in on_iris.candidates]
    assert list(drawn["accuracy, forecast"]) == [c.accuracy for c in on_iris.candidates]


def test_what_is_below_mu_is_not_known():
    found = choose_lambda(
        sc.certify("gce", "l2").at(q="7/10"), "iris", rho=0.2, lambdas=[0.1, 1.0], draws=2, transform="standardised"
    )
    first, second = found.candidates
    assert first.score is None
    assert "is not known to be convex" in first.why
    assert found.lambda_ == second.lambda_ == 1.0


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"rho": 0.7}, NoiseError, "rho: got 0.7; accepted is 0 <= rho"),
        (
            {"labels": "dirty"},
            FiniteError,
            "labels: got 'dirty'; accepted is 'clean' or 'noisy', what the labels of the data are",
        ),
        ({"lambdas": []}, FiniteError, "lambdas: got []; accepted are different numbers above 0"),
        ({"lambdas": [1, 1]}, FiniteError, "lambdas: got [1, 1]; accepted are different numbers above 0"),
        ({"lambdas": [1, -1]}, FiniteError, "lambdas: got [1, -1]; accepted are different numbers above 0"),
        ({"lambdas": 3}, FiniteError, "lambdas: got 3; accepted are different numbers above 0"),
        ({"lambdas": ["a"]}, FiniteError, "lambdas: got ['a']; accepted are different numbers above 0"),
        ({"lambdas": [float("nan")]}, FiniteError, "lambdas: got [nan]; accepted are different numbers above 0"),
        ({"share": 0}, FiniteError, "share: got 0; accepted is the share of the samples"),
        ({"share": True}, FiniteError, "share: got True; accepted is the share of the samples"),
        ({"draws": 1}, FiniteError, "draws: got 1"),
        ({"seed": -1}, NoiseError, "seed: got -1"),
        ({"test": None}, DataError, "test: got no test part; a lambda is chosen by samples that the model was not"),
        ({"test": ([[1.0]], [0])}, DataError, "test: got features of shape (1, 1) beside 4 columns of the data"),
    ],
)
def test_what_is_refused(options, error, message):
    with pytest.raises(error) as raised:
        choose_lambda(CE, "iris", **{"rho": 0.2, "lambdas": LAMBDAS, **options})
    assert str(raised.value).startswith(message)


def test_a_pair_that_fails_has_no_limit_that_noise_leaves_alone():
    weighted = sc.certify(loss_named("class_weighted_ce", w=[1, 10, 1]), "l2", classes=3)
    for cert, is_said in ((weighted, False), (sc.certify("cross_entropy", "l2"), True)):
        found = choose_lambda(cert, "iris", rho=0.2, labels="noisy", lambdas=[1.0, 10.0])
        assert ("moves no prediction" in str(found)) == is_said


def test_a_share_below_all_is_not_rounded_to_all():
    found = choose_lambda(sc.certify("cross_entropy", "l2"), "iris", rho=0.2, lambdas=[1.0], draws=2)
    rows = (replace(found.candidates[0], certified=0.9996),)
    assert "99.9%" in str(replace(found, candidates=rows))
