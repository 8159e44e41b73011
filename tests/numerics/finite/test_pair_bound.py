"""How far two scores come apart by noise: the exponent against brute force, and the statement by enumeration."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from numerics.finite.trusted.pair_bound import LARGEST, PairBound
from numerics.finite.trusted.rates import Rates, rates_of

X = np.concatenate([[0.0], np.logspace(-6, math.log10(LARGEST), 40)])


def exponents(x: np.ndarray, share: float, classes: int, rho: float) -> np.ndarray:
    """log E exp(x (X - m) - w N) with w = share x^2/2, the largest over the clean label, written out."""
    off = rho / (classes - 1)
    a = 1 - rho - off
    w = share * x**2 / 2

    def moment(plus: float, minus: float, mean: float) -> np.ndarray:
        with np.errstate(divide="ignore"):  # nothing is left of e^-w where no label moves
            return np.log(plus * np.exp(x - w) + minus * np.exp(-x - w) + 1 - plus - minus) - mean * x

    kinds = [moment(1 - rho, off, a), moment(off, 1 - rho, -a)]
    return np.max([*kinds, moment(off, off, 0.0)] if classes > 2 else kinds, axis=0)


@pytest.mark.parametrize("classes", [2, 3, 10, 100])
@pytest.mark.parametrize(("low", "high"), [(0.1, 0.1), (0.0, 0.3), (0.1, 0.3), (0.3, 0.49), (0.0, None)])
def test_the_exponent_is_the_largest_over_labels_and_rates(classes: int, low: float, high: float | None) -> None:
    chance = (classes - 1) / classes
    rates = Rates(low, chance if high is None else high, classes, is_open=high is None)
    bound = PairBound(rates, 5.0)
    found = bound.exponents(X)
    grid = np.linspace(rates.low, rates.high, 301)
    largest = np.max([exponents(X, bound.labels_share, classes, rho) for rho in grid], axis=0)
    assert (found >= largest - 1e-13 * (1 + X)).all()
    # a grid of rates misses the largest by its own fineness
    assert (found <= largest + 1e-3 * (1 + largest)).all()


def test_the_weight_of_the_noisy_labels_is_that_of_a_known_variance() -> None:
    # THEORY 13: with a known, V = (1 - a)(W + 2 a h/C)
    rates = rates_of(0.2, 10)
    bound = PairBound(rates, 5.0)
    assert bound.labels_share == pytest.approx(1 - rates.a_low)
    x = np.array([1e-3])
    assert bound.exponents(x)[0] == pytest.approx((1 - rates.a_low) * rates.a_low / 10 * x[0] ** 2, rel=1e-2)


def wrong_and_trusted(k: np.ndarray, classes: int, rho: float, given: object, delta: float) -> float:
    """The largest P(trusted, not the clean class) over all clean labels of samples with weights ``k``, by enumeration.

    The threshold is written out from the docstring of the module.
    """
    labels = np.array(list(itertools.product(range(classes), repeat=len(k))))
    one_hot = np.eye(classes)[labels]
    votes, squares = (np.einsum("j,mjc->mc", part, one_hot) for part in (k, k**2))
    rows, top = np.arange(len(labels)), votes.argmax(axis=1)
    gaps = votes[rows, top][:, None] - votes
    gaps[rows, top] = np.inf
    level = math.log((classes - 1) / delta)
    bound = PairBound(rates_of(given, classes), level)
    s = float(bound.slopes(np.abs(k)[None])[0])
    fixed = (level + bound.exponents(s * np.abs(k)).sum()) / s
    seen = squares + squares[rows, top][:, None]
    trusted = (gaps > fixed + bound.labels_share * s / 2 * seen).all(axis=1)
    # only what is trusted can be trusted and wrong
    chosen, worst = labels[trusted], 0.0
    for clean, its_top in zip(labels, top, strict=True):
        probability = np.where(chosen == clean, 1 - rho, rho / (classes - 1)).prod(axis=1)
        worst = max(worst, float(probability[top[trusted] != its_top].sum()))
    return worst


@pytest.mark.parametrize(("classes", "count"), [(2, 9), (3, 5), (4, 4)])
def test_no_clean_labels_make_it_err_more_often_than_delta(classes: int, count: int) -> None:
    chance = np.random.default_rng(classes)
    weights = [
        np.ones(count),
        np.concatenate([[1.0], np.full(count - 1, 0.1)]),
        np.concatenate([[1.0, -1.0], np.full(count - 2, 0.4)]),
        chance.normal(size=count),
    ]
    largest = 0.0
    for k, rho, delta in itertools.product(weights, (0.02, 0.3, 0.45), (0.05, 0.8)):
        for given in (rho, (0.0, min(1.1 * rho, 0.49)), None):
            share = wrong_and_trusted(k, classes, rho, given, delta) / delta
            assert share <= 1
            largest = max(largest, share)
    assert largest > 0.001  # it is asked where it may err at all


def test_a_weight_that_dominates_and_weights_of_0() -> None:
    bound = PairBound(rates_of(0.1, 3), 3.0)
    k = np.array([[0.0, 0.0, 0.0], [1e-200, 0.0, 0.0], [1.0, 1e-9, 0.0], [1e-100, 1e-100, 1e-100]])
    s = bound.slopes(k)
    assert (s[:2] == 0).all()
    assert (s[2:] > 0).all()
    assert np.isfinite(bound.exponents(s[:, None] * k)).all()
