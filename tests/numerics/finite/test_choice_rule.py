"""The rule by which a lambda is taken, on candidates that are made up."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.finite.choose.candidate import Candidate
from numerics.finite.choose.rule import chosen
from numerics.finite.forecast.estimate import Estimate
from numerics.noise.accuracy import clean_accuracy

LAMBDAS = (0.1, 1.0, 10.0)


def estimate(value: float) -> Estimate:
    return Estimate(value, 0.003, 0.03)


def forecasts(accuracies: object, certified: object, points: int = 400) -> list[Candidate]:
    return [
        Candidate(x, points, c, estimate(a), estimate(a))
        for x, a, c in zip(LAMBDAS, accuracies, certified, strict=True)
    ]


def seen(*counts: int, n: int = 400) -> list[Candidate]:
    found = [clean_accuracy(Fraction(k, n), n=n, rho=0.2, classes=3) for k in counts]
    return [Candidate(x, n, validation=v) for x, v in zip(LAMBDAS, found, strict=True)]


def test_the_standard_error_is_that_of_points_and_draws():
    (one, *_), (two, *_) = forecasts([0.8] * 3, [0] * 3), seen(320, 0, 0)
    assert one.standard_error == pytest.approx((0.8 * 0.2 / 400 + 0.003**2) ** 0.5)  # .0202
    assert two.standard_error == pytest.approx((0.8 * 0.2 / 400) ** 0.5)
    assert np.isnan(Candidate(1.0).standard_error)


@pytest.mark.parametrize(
    ("accuracies", "certified", "lambda_", "but"),
    [
        # one standard error of .8 from 400 points is .0202
        ([0.79, 0.80, 0.795], [0.95, 0.99, 1.0], 0.1, ""),
        ([0.79, 0.80, 0.795], [0.5, 0.9, 1.0], 1.0, ""),
        ([0.77, 0.80, 0.795], [0.95, 0.5, 1.0], 10.0, ""),
        ([0.80, 0.70, 0.60], [0.1, 1.0, 1.0], 0.1, "at none of these 90% of the samples are certified"),
        ([0.79, 0.80, 0.60], [0.5, 0.3, 1.0], 0.1, "at none of these 90% of the samples are certified"),
        ([0.60, 0.70, 0.80], [None, None, None], 10.0, "nothing is certified: no bound is known"),
    ],
)
def test_by_forecast(accuracies, certified, lambda_, but):
    found = chosen(forecasts(accuracies, certified), 0.9)
    assert found.candidate.lambda_ == lambda_
    assert found.but.startswith(but)
    assert bool(found.but) == bool(but)


@pytest.mark.parametrize(
    ("counts", "lambda_", "but"),
    [
        ((320, 319, 200), 1.0, ""),
        ((320, 310, 313), 10.0, "it is the largest that was tried"),
        ((320, 300, 290), 0.1, ""),
    ],
)
def test_by_noisy_labels(counts, lambda_, but):
    found = chosen(seen(*counts), 0.9)
    assert found.candidate.lambda_ == lambda_
    assert found.but.startswith(but)
    assert bool(found.but) == bool(but)


def test_what_is_not_known_is_not_taken():
    rows = forecasts([0.5, 0.8, 0.79], [1.0, 1.0, 1.0])
    rows[0] = Candidate(0.1, 400, why="lambda is at most mu")
    assert chosen(rows, 0.9).candidate.lambda_ == 1.0
    nothing = chosen([Candidate(0.1, 400, why="lambda is at most mu")], 0.9)
    assert (nothing.candidate, nothing.but) == (None, "lambda is at most mu")


@pytest.mark.parametrize("seed", range(20))
def test_the_choice_is_never_beaten(seed):
    """No candidate is better in both, and the one that is taken is within one standard error of the best."""
    rng = np.random.default_rng(seed)
    rows = [
        Candidate(x, 300, float(rng.random()), *[estimate(float(rng.uniform(0.6, 0.7)))] * 2)
        for x in np.geomspace(0.01, 100, 9)
    ]
    found = chosen(rows, 0.5).candidate
    best = max(rows, key=lambda c: c.accuracy)
    assert found.accuracy >= best.accuracy - best.standard_error
    near = [c for c in rows if c.accuracy >= best.accuracy - best.standard_error]
    enough = [c for c in near if c.certified >= 0.5]
    assert found is (min(enough, key=lambda c: c.lambda_) if enough else max(near, key=lambda c: c.certified))


@pytest.mark.parametrize(("share", "text"), [(0.995, "99.5% of"), (0.9, "90% of"), (0.29, "29% of"), (1, "100% of")])
def test_the_share_is_said_as_it_was_given(share, text):
    assert text in chosen(forecasts([0.8] * 3, [1.0] * 3), share).rule
    assert text in chosen(forecasts([0.8] * 3, [0.1] * 3), share).but


def test_a_limit_that_noise_leaves_alone_is_said_of_certified_pairs_alone():
    known, unknown = (chosen(seen(300, 301, 302), 0.9, has_limit=x).rule for x in (True, False))
    assert "moves no prediction" in known
    assert "moves no prediction" not in unknown
