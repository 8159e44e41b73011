"""Penalties that do not hold all scores, and what pages say of pairs that are bounded near 0 alone."""

from __future__ import annotations

import numpy as np
import pytest

import symcheck as sc
from numerics import guarantee
from numerics.errors import FiniteError


def small(classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    labels = np.arange(24) % classes
    return draw.normal(size=(classes, 2))[labels] * 2 + draw.normal(size=(24, 2)) * 0.5, labels


@pytest.mark.parametrize(
    ("loss", "penalty"),
    [
        ("cross_entropy", "mean(z**2) - mean(z)**2"),  # D^2 g(0) has the null vector 1
        ("mae", "total(z**2)**2"),  # D^2 g(0) = 0
    ],
)
def test_a_singular_hessian_is_no_bound_with_a_reason(loss: str, penalty: str) -> None:
    found = guarantee(sc.certify(loss, penalty), small(), rho=0.3, lambdas=[2.0])
    assert found.share(2.0) == found.share_every_rho(2.0) == found.at(2.0).share == 0
    assert "positive definite" in found.at(2.0).why_not
    assert "nor near 0" in str(found)
    assert np.isnan(found.largest_rho(2.0)).all()


def test_the_page_speaks_of_minimisers_where_they_are_what_is_bounded_alone() -> None:
    near, everywhere = (guarantee(sc.certify(loss, "l2"), small(), rho=0.3, lambdas=[30.0]) for loss in ("nce", "mae"))
    assert near.share(30.0) > 0 < everywhere.share(30.0)
    assert "minimisers of sum_j" in str(everywhere)
    assert "minimisers of sum_j" not in str(near)
    assert "only stationary points in a ball" in str(near)


def test_what_is_certified_from_a_lambda_on_is_certified_at_it() -> None:
    found = guarantee(sc.certify("cross_entropy", "l2"), "iris", rho=0.3, lambdas=[0.01, 0.02, 0.05, 0.1])
    for line in found.table:
        assert line.alone is not None
        assert line.from_on is not None
        assert line.alone >= line.from_on >= line.every_rate


def test_a_table_begins_above_the_floor_however_large_that_is() -> None:
    steep = guarantee(sc.certify("1000*(1 - softmax(z)[y])", "l2"), small(), rho=0.3)  # mu = 1000 sqrt(3)/9
    assert min(steep.lambdas) > steep.problem.bounds.floor > 192


@pytest.mark.parametrize("lambdas", [1.0, "12", [], ["a"], None.__class__, [np.nan]])
def test_lambdas_are_numbers_in_a_sequence(lambdas: object) -> None:
    with pytest.raises(FiniteError, match="lambda"):
        guarantee(sc.certify("cross_entropy", "l2"), small(), rho=0.3, lambdas=lambdas)  # type: ignore[arg-type]
