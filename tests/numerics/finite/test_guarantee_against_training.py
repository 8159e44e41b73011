"""No certified sample ever differs between a clean and a noisy fit, and the bound is near the true threshold.

What is certified is held against Newton's method: on small data drawn at random, on data made to be hard, and on real
data at a row of lambda and rates.
"""

from __future__ import annotations

import numpy as np
import pytest

import symcheck as sc
from numerics import datasets
from numerics.finite.guarantee.guarantee import Guarantee, guarantee
from numerics.noise.laws import noise_factor
from tests.numerics.finite.trained import trained_scores

PAIRS = {
    "ce": sc.certify("cross_entropy", "l2"),
    "gce": sc.certify("gce", "l2"),
    "focal": sc.certify("focal", "l2"),
    "margin": sc.certify("one_vs_rest_logistic", "l2"),
    "steep": sc.certify("10*(1 - softmax(z)[y])", "l2"),
}


KINDS = {
    "quartic": (sc.certify("cross_entropy", "total(z**2)/2 + total(z**4)"), False),
    "cosh": (sc.certify("gce", "total(cosh(z))"), False),
    "reference class": (PAIRS["ce"], True),
    "reference class, not convex": (PAIRS["gce"], True),
}
"""Penalties that are not quadratic, and scores with z_C = 0."""


def drawn_data(rng: np.random.Generator, kind: int) -> tuple[np.ndarray, np.ndarray]:
    """Small features and labels; by ``kind`` clustered, opposed, nearly tied, or far outliers."""
    n, d, classes = int(rng.integers(4, 14)), int(rng.integers(1, 4)), int(rng.integers(2, 5))
    labels = np.concatenate([np.arange(classes), rng.integers(0, classes, max(0, n - classes))])
    features = rng.standard_normal((len(labels), d))
    if kind == 1:
        features += 2 * rng.standard_normal((classes, d))[labels]
    elif kind == 2:  # each sample beside its opposite, so that leads are small
        features = np.repeat(features, 2, axis=0) + 1e-3 * rng.standard_normal((2 * len(labels), d))
        labels = np.concatenate([labels, labels])[np.argsort(np.tile(np.arange(len(labels)), 2), kind="stable")]
        labels = (labels + (rng.random(len(labels)) < 0.5)) % classes
        labels[:classes] = np.arange(classes)
    elif kind == 3:
        features[0] *= 50
    return features, labels


@pytest.mark.parametrize("name", ["ce", "gce"])
def test_no_certified_sample_differs_on_a_few_drawn_data(name):
    _drawn(name, trials=4, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAIRS)
def test_no_certified_sample_differs_on_drawn_data(name):
    _drawn(name, trials=40, seed=2)


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_nor_with_other_penalties_and_a_reference_class(name):
    _drawn(name, trials=8, seed=3)


def _drawn(name: str, trials: int, seed: int) -> None:
    cert, reference = KINDS[name] if name in KINDS else (PAIRS[name], False)
    rng = np.random.default_rng([seed, len(name)])
    shown = asked = 0
    for trial in range(trials):
        features, labels = drawn_data(rng, trial % 4)
        classes = labels.max() + 1
        rho = float(rng.uniform(0.05, 0.95)) * (classes - 1) / classes
        found = guarantee(cert, (features, labels), rho=rho, reference=reference)
        problem, floor = found.problem, found.problem.bounds.floor
        lambdas = sorted((floor + 10.0 ** rng.uniform(-2, 2, 4)).tolist())
        a = np.array([1.0, noise_factor(rho, classes), *rng.uniform(0.01, 1, 2)])
        classes_found = trained_scores(problem, lambdas, problem.laws(a)).argmax(-1)
        for lambda_, (clean, noisy, *others) in zip(lambdas, classes_found, strict=True):
            tested = found.at(lambda_)
            assert (clean == noisy)[tested.certified].all()
            assert (clean != noisy)[tested.differing].all()
            assert (clean == tested.predicted)[tested.certified].all()
            assert (clean == noisy)[found.lambda_from <= lambda_].all()
            rates = found.largest_rho(lambda_)
            for other, signal in zip(others, a[2:], strict=True):
                assert (clean == other)[found.lambda_from_every_rho <= lambda_].all()
                assert (clean == other)[(1 - signal) * (classes - 1) / classes < rates].all()
            shown, asked = shown + tested.certified.sum(), asked + len(labels)
    assert shown > asked / 4


@pytest.mark.parametrize("data", ["iris", "wine"])
def test_the_threshold_is_nearly_the_true_one(data):
    """The least lambda of a grid of ratio 1.05 from which on clean and noisy fits agree on all samples."""
    _against_training(guarantee(PAIRS["ce"], data, rho=1 / 3), 1.05, nearest=1.06)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ce", "gce"])
@pytest.mark.parametrize("data", ["iris", "wine", "breast_cancer", "digits", "segment", "vehicle"])
def test_no_certified_sample_differs_on_real_data(data, name):
    if data not in datasets.names():
        pytest.skip(f"no data set {data} here")
    _against_training(guarantee(PAIRS[name], data, rho=0.4), 1.1, nearest=1.65)


@pytest.mark.slow
def test_no_certified_sample_differs_on_many_features():
    """642 features of 5,000 digits: by the exact test alone, and its share grows with lambda."""
    found = guarantee(PAIRS["ce"], "mnist_5k", rho=0.4)
    problem, lambdas = found.problem, [1.0, 3.0, 10.0]
    laws = problem.laws(np.array([1.0, noise_factor(0.4, 10)]))
    shares = []
    for lambda_, (clean, noisy) in zip(lambdas, trained_scores(problem, lambdas, laws).argmax(-1), strict=True):
        tested = found.at(lambda_)
        assert (clean == noisy)[tested.certified].all()
        assert (clean != noisy)[tested.differing].all()
        shares.append(tested.share)
    assert shares[0] > 0.9
    assert shares == sorted(shares)


def _against_training(found: Guarantee, ratio: float, nearest: float) -> None:
    problem, classes = found.problem, found.samples.classes
    most = found.lambda_for(1.0)
    top = 2 * most if np.isfinite(most) else 100.0
    low = max(1.02 * problem.bounds.floor, 0.03)
    lambdas = np.geomspace(top, low, int(np.log(top / low) / np.log(ratio))).tolist()
    a = np.array([1.0, noise_factor(found.rho or 0.0, classes), 0.15])
    predicted = trained_scores(problem, lambdas, problem.laws(a), goal=1e-10).argmax(-1)
    true, still = np.inf, True
    for lambda_, (clean, noisy, other) in zip(lambdas, predicted, strict=True):
        assert (clean == noisy)[found.lambda_from <= lambda_].all()
        assert (clean == other)[found.lambda_from_every_rho <= lambda_].all()
        tested = found.at(lambda_)
        assert (clean == noisy)[tested.certified].all()
        assert (clean != noisy)[tested.differing].all()
        still &= bool((clean == noisy).all())
        true = lambda_ if still else true
    assert most <= nearest * max(true, low)
