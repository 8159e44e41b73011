"""Parabolas that stay negative, held against their values; numbers that are too large, or none, show nothing."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import symcheck as sc
from numerics import guarantee
from numerics.finite.guarantee.chords import is_negative, negative_from


def value(first: np.ndarray, last: np.ndarray, bump: np.ndarray, t: np.ndarray) -> np.ndarray:
    return (1 - t) * first + t * last + t * (1 - t) * bump


def test_what_is_said_to_be_negative_is() -> None:
    draw = np.random.default_rng(0)
    first, last, bump = (draw.normal(size=20_000) * 10.0 ** draw.integers(-3, 4, 20_000) for _ in range(3))
    bump = np.abs(bump)
    place, whole = negative_from(first, last, bump), is_negative(first, last, bump)
    assert ((place == 0) == whole).all()
    assert 0.1 < whole.mean() < (place < 1).mean() < 0.6
    for share in np.linspace(0, 1, 11):
        t = place + (1 - place) * share
        assert (value(first, last, bump, t)[place < 1] <= 1e-9 * (np.abs(first) + bump)[place < 1]).all()
        assert (value(first, last, bump, np.full_like(t, share))[whole] < 0).all()


@pytest.mark.parametrize(
    ("first", "last", "bump"),
    [
        *product((np.inf, np.nan), (-1.0,), (0.0, 1.0)),
        *product((-1.0,), (-1.0,), (np.inf, np.nan)),
        *product((-1.0,), (-np.inf, np.nan), (0.0, 1.0)),
        *product((1e17, 1e200, 1e308), (-1.0,), (0.0, 5.0, 1e308)),  # the root is 1 but for rounding
    ],
)
def test_numbers_that_are_not_finite_or_far_larger_show_nothing(first: float, last: float, bump: float) -> None:
    given = [np.array([x]) for x in (first, last, bump)]
    assert negative_from(*given) == 1
    assert not is_negative(*given)


@pytest.mark.slow
def test_a_lambda_at_which_no_norm_is_known_is_not_certified() -> None:
    """The last term has no ball about the gap 0, where p = 1/2, so that below some lambda no norm is known.

    Its share of the loss is far too small to matter: all that is asked is that a threshold is one of the test itself.
    """
    draw = np.random.default_rng(0)
    labels = np.arange(64) % 8
    features = draw.normal(size=(8, 6))[labels] * 2 + draw.normal(size=(64, 6)) * 0.3
    p = "softmax(z)[y]"
    loss = f"logsumexp(z) - z[y] + 1/10000000000000/({p}*{p} - {p} + 26/100)"
    found = guarantee(sc.certify(loss, "l2"), (features, labels), rho=0.3)
    least = float(found.lambda_from.min())
    assert np.isfinite(least)
    held = found.lambda_from <= least * (1 + 1e-9)
    assert found.at(least * (1 + 1e-6)).certified[held].all()
