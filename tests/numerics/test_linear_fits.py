"""One entry for all linear fits: by moments where the label is linear, by Newton's method elsewhere."""

from __future__ import annotations

import pytest
import torch

from numerics import datasets
from numerics.errors import DataError
from numerics.formulas.objective import Objective
from numerics.linear.class_features import ClassFeatures
from numerics.models.linear import LinearFamily
from numerics.noise.laws import clean_law, noisy_law, sampled_labels
from symcheck.language import functions as sc
from symcheck.language.formula import Formula, symbols
from tests.numerics.linear_fits import linear_fits

IRIS = datasets.load("iris")
LABELS = torch.from_numpy(IRIS.labels)
FAMILY = LinearFamily.of(torch.from_numpy(IRIS.standardised()), 3)
DRAWS = torch.stack([sampled_labels(LABELS, 3, rate, seed) for rate in (0.2, 0.4) for seed in (0, 1)])
LAMBDAS = torch.tensor([0.5, 5.0], dtype=torch.float64).repeat_interleave(4)
WHICH = torch.arange(4).repeat(2)
z, y = symbols()
L2 = Formula.of(sc.total(z**2) / 2)
CE = Objective(Formula.of(sc.logsumexp(z) - z[y]), L2)
GCE = Objective(Formula.of((1 - sc.softmax(z)[y] ** 0.7) / 0.7), L2)


def gradient_norms(objective, family, weights, laws):
    """||grad of mean l + lambda mean g|| at each fit, by autograd on the raw objective."""
    weights = weights.clone().requires_grad_()
    scores = family.outputs(weights)
    value = (objective.losses(scores, laws) + LAMBDAS[:, None] * objective.penalties(scores)).mean(1)
    (gradient,) = torch.autograd.grad(value.sum(), weights)
    return gradient.flatten(1).norm(dim=1)


@pytest.mark.parametrize("objective", [CE, GCE])
def test_lambdas_and_draws_are_fitted_at_once(objective):
    found = linear_fits(FAMILY, objective, LAMBDAS, DRAWS, WHICH)
    assert found.solved.all()
    laws = clean_law(DRAWS, 3)[WHICH]
    assert float(gradient_norms(objective, FAMILY, found.weights, laws).max()) <= 1.1e-12
    alone = linear_fits(FAMILY, objective, LAMBDAS[5:6], DRAWS[1:2])
    torch.testing.assert_close(found.weights[5:6], alone.weights, rtol=0, atol=1e-11)


def test_laws_in_the_place_of_labels():
    laws = noisy_law(clean_law(LABELS, 3), 0.4)[None]
    found = linear_fits(FAMILY, CE, LAMBDAS, laws, torch.zeros(8, dtype=torch.int64))
    assert found.solved.all()
    assert float(gradient_norms(CE, FAMILY, found.weights, laws.expand(8, -1, -1)).max()) <= 1.1e-12


def test_class_dependent_features():
    chance = torch.Generator().manual_seed(0)
    family = ClassFeatures.of(torch.randn(150, 3, 5, dtype=torch.float64, generator=chance))
    found = linear_fits(family, CE, LAMBDAS, DRAWS, WHICH)
    assert found.solved.all()
    assert float(gradient_norms(CE, family, found.weights, clean_law(DRAWS, 3)[WHICH]).max()) <= 1.1e-12


def test_without_penalty_the_label_has_to_be_linear():
    nothing = torch.zeros(1, dtype=torch.float64)
    with pytest.raises(DataError) as raised:
        linear_fits(FAMILY, GCE, nothing, DRAWS[:1])
    assert str(raised.value) == (
        "lambda: got 0; accepted are weights > 0 of the penalty for a loss in which the label is not linear, or for "
        "class-dependent features"
    )
