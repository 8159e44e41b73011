"""Trainings that leave the finite numbers, or cannot begin: the error says which network, when and what to do."""

from __future__ import annotations

import pytest
import torch

from numerics.errors import TrainingError
from numerics.formulas.objective import Objective
from numerics.models import mlp
from numerics.networks.optimisers import LBFGS, SGD, Adam
from numerics.networks.train import trained
from numerics.networks.training import Training
from symcheck.language import functions as sc

SMALL = mlp.Network(widths=(5,), activation="tanh")
AT = "alpha = 0.1, rho = 0, seed = 0"


def cross_entropy(z, y):
    return sc.logsumexp(z) - z[y]


def steep(z, y):
    return sc.total(sc.exp(z**2))


def rooted(z, y):
    return sc.total(sc.sqrt(z**2 - 1))


def refused(pair, model=SMALL, **settings):
    with pytest.raises(TrainingError) as raised:
        trained(pair, model, "iris", **({"alphas": [0.1]} | settings))
    return str(raised.value)


@pytest.mark.parametrize(
    ("optimiser", "steps"),
    [(SGD(lr=1e6), 100), (SGD(lr=1e6, momentum=0.9), 100), (SGD(lr=1e30), 50), (Adam(lr=1e200), 20)],
)
def test_an_optimiser_that_diverges_is_told_to_take_a_smaller_lr(ce, optimiser, steps):
    told = refused(ce, mlp.Network(widths=(5,)), training=Training(optimiser=optimiser, steps=steps))
    assert told in (
        f"optimiser: with {optimiser} the weights at {AT} are not finite after {min(steps, 50)} steps; take a smaller "
        "lr",
        f"optimiser: with {optimiser} F or its gradient at {AT} is not finite after {steps} steps, at finite weights; "
        "take a smaller lr",
    )


def test_values_that_are_not_finite_at_finite_weights_are_no_weights_that_are_not(recorded):
    pair = Objective(recorded(cross_entropy), recorded(steep))
    told = refused(pair, training=Training(optimiser=SGD(lr=100.0), steps=1), alphas=[1.0])
    assert told == (
        "optimiser: with SGD(lr=100.0, momentum=0.0) F or its gradient at alpha = 1, rho = 0, seed = 0 is not finite "
        "after 1 steps, at finite weights; take a smaller lr"
    )


def test_lbfgs_steps_back_from_values_that_are_infinite(recorded):
    pair = Objective(recorded(cross_entropy), recorded(steep))
    training = Training(optimiser=LBFGS(lr=300.0), steps=20)
    found = trained(pair, SMALL, "iris", alphas=[1.0], training=training)
    assert bool(found.values.isfinite().all())
    assert float(found.values) < 0


@pytest.mark.parametrize("optimiser", [Adam(), SGD(), LBFGS()])
def test_no_lr_helps_where_the_pair_is_not_finite_at_the_start(recorded, optimiser):
    pair = Objective(recorded(cross_entropy), recorded(rooted))
    assert refused(pair, training=Training(optimiser=optimiser, steps=3)) == (
        f"start: F or its gradient at {AT} is not finite before the first step: the loss or the regularizer has no "
        "finite value and gradient at the scores of the start; take other scores or another pair"
    )


@pytest.mark.parametrize(("alpha", "dtype"), [(1e-300, torch.float64), (1e-30, torch.float32)])
@pytest.mark.parametrize("optimiser", [Adam(), LBFGS()])
def test_an_alpha_whose_square_is_no_number_is_the_reason(ce, alpha, dtype, optimiser):
    told = refused(ce, alphas=[alpha], dtype=dtype, training=Training(optimiser=optimiser, steps=3))
    assert told == (
        f"alphas: got {alpha:g}, so small that F, which is divided by alpha s = alpha^2, is no number in "
        f"{str(dtype).removeprefix('torch.')}; take alpha = 1e-6, say"
    )


@pytest.mark.parametrize("steps", [0, -1, 2.5, True, float("nan")])
def test_steps_are_at_least_one(steps):
    with pytest.raises(TrainingError) as raised:
        Training(steps=steps)
    assert str(raised.value) == f"steps: got {steps!r}; accepted is an integer >= 1"


@pytest.mark.parametrize("alpha", [-1.0, float("inf"), float("nan")])
def test_alphas_are_at_least_zero(ce, alpha):
    assert refused(ce, alphas=[alpha]) == (
        f"alphas: got {alpha}; accepted are numbers 1/lambda >= 0, where 0 is the limit problem"
    )
