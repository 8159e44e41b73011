"""A trained network as a module: it returns Z, and says how Z/alpha is had."""

from __future__ import annotations

import io
import pickle

import pytest
import torch
from torch import nn

from numerics import trained
from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.models import mlp
from numerics.networks.problem import Scaling
from numerics.networks.scores_module import ScoresModule
from numerics.networks.training import Training
from symcheck.language import functions as sc

SMALL = mlp.Network(widths=(4,), activation="tanh")


def pair(recorded):
    return Objective(recorded(lambda z, y: sc.logsumexp(z) - z[y]), recorded(lambda z, y: sc.total(z**2) / 2))


@pytest.fixture(scope="module", params=[Scaling.OUTPUTS, Scaling.WEIGHTS], ids=str)
def found(request, recorded):
    training = Training(steps=5, scaling=request.param)
    return trained(pair(recorded), SMALL, "iris", alphas=[0.25, 2.0], training=training, start="subtracted")


def outputs(module, found):
    with torch.no_grad():
        return module(found.problem.inputs)


def test_it_returns_z_and_dividing_gives_z_prime(found):
    for k, alpha in enumerate((0.25, 2.0)):
        module = found.module(k)
        assert (module.alpha, module.scale) == (alpha, alpha)
        torch.testing.assert_close(outputs(module, found), alpha * found.scores[k])
        torch.testing.assert_close(outputs(module, found) / module.scale, found.scores[k])


def test_the_scores_are_those_whose_objective_was_trained(found):
    # stationarity of l + lambda g in Z is what F says in Z'
    z = outputs(found.module(0), found).requires_grad_()
    law = found.problem.laws[0]
    value = nn.functional.cross_entropy(z, law, reduction="none") + z.square().sum(1) / 2 / 0.25
    (gradient,) = torch.autograd.grad(value.sum(), z)
    expected = found.problem.scaled.gradient(found.scores, law.expand(2, -1, -1))[0]
    torch.testing.assert_close(gradient, expected)


def test_at_alpha_0_it_returns_z_prime_and_says_so(recorded):
    found = trained(pair(recorded), SMALL, "iris", alphas=[0.0], training=Training(steps=5))
    module = found.module(0)
    torch.testing.assert_close(outputs(module, found), found.scores[0])
    assert (module.alpha, module.scale) == (0.0, 1.0)
    assert "alpha=0: returns Z', the scores of the limit problem" in repr(module)


def test_a_penalty_of_another_degree_has_another_scale(certified):
    claim = predicted_numbers(certified("cross_entropy", "cubic"), 3, "iris")
    found = trained(claim, SMALL, "iris", alphas=[0.25], training=Training(steps=5))
    module = found.module(0)
    assert (module.alpha, module.scale) == (0.25, 0.5)
    torch.testing.assert_close(outputs(module, found) / 0.5, found.scores[0])
    assert "alpha=0.25: returns Z; Z/0.5 is module(x) / module.scale" in repr(module)


def test_it_is_a_module_like_any_other(found):
    module, other = found.module(0), found.module(1)
    again = pickle.loads(pickle.dumps(module))
    assert torch.equal(outputs(again, found), outputs(module, found))
    kept = io.BytesIO()
    torch.save(module.state_dict(), kept)
    kept.seek(0)
    # weights come with their alpha: those of one alpha are never read at the scale of another
    other.load_state_dict(torch.load(kept, weights_only=True))
    assert torch.equal(outputs(other, found), outputs(module, found))
    assert (other.alpha, other.scale) == (module.alpha, module.scale)
    assert not module.training
    assert module.train().network.training
    assert not module.eval().network.training
    assert next(module.float().parameters()).dtype == torch.float32
    torch.testing.assert_close(
        module(found.problem.inputs.float()).double(), outputs(found.module(0), found), rtol=0, atol=1e-5
    )


def test_training_it_further_leaves_the_networks_alone(found):
    module = found.module(0)
    before = found.weights.clone()
    module(found.problem.inputs).square().sum().backward()
    with torch.no_grad():
        for weight in module.parameters():
            weight.sub_(weight.grad)
    assert torch.equal(found.weights, before)
    assert isinstance(module, ScoresModule)
