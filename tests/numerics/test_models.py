"""Models: what they compute, where they start, and what is refused; many of them as one stack."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from numerics import datasets, models
from numerics.datasets.base import Dataset
from numerics.errors import DataError, DeviceError, ModelError
from numerics.formulas.objective import Objective
from numerics.models import cnn, linear, mlp, random_features
from numerics.models.given_module import GivenModule
from numerics.models.start import Start, started
from numerics.networks.stack import Stack, checked_outputs
from numerics.networks.train import trained
from numerics.networks.training import Training
from symcheck.errors import UnknownNameError
from symcheck.language import functions as sc

CPU = torch.device("cpu")
NAMED = models.names()


def made(name: str, seed: int = 0, data: str = "digits"):
    dataset = datasets.load(data)
    model = models.load(name)
    inputs = torch.from_numpy(model.inputs(dataset)).float()
    return model.seeded(tuple(inputs.shape[1:]), dataset.classes, seed), inputs


def test_the_models_by_name():
    assert {"cnn", "linear", "mlp", "random_features"} <= set(NAMED)
    assert not {"base", "given_module", "start"} & set(NAMED)
    assert [models.load(name).name for name in NAMED] == NAMED


@pytest.mark.parametrize("name", NAMED)
def test_a_model_gives_scores_and_is_its_seed(name):
    first, inputs = made(name)
    again, other = made(name)[0], made(name, seed=1)[0]
    with torch.no_grad():
        assert first(inputs[:5]).shape == (5, 10)
        assert torch.equal(first(inputs[:5]), again(inputs[:5]))
        assert not torch.equal(first(inputs[:5]), other(inputs[:5]))
    assert not first.training


def test_making_a_model_leaves_torchs_generator_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    made("mlp", seed=2)
    assert torch.equal(torch.rand(3), expected)


def test_the_layers_of_a_perceptron_are_as_wide_as_asked():
    found = mlp.Network(widths=(7, 3), activation="tanh").module((4,), 2)
    assert [tuple(p.shape) for p in found.parameters()] == [(7, 4), (7,), (3, 7), (3,), (2, 3), (2,)]


def test_random_features_are_not_trained():
    found = random_features.Network(width=6).module((4,), 3)
    assert [name for name, _ in found.named_parameters()] == ["last.weight", "last.bias"]
    x = torch.randn(5, 4)
    features = torch.relu(x @ found.weight.T + found.bias) * (2 / 6) ** 0.5
    torch.testing.assert_close(found(x), features @ found.last.weight.T + found.last.bias)


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("start", [Start.ZERO_LAST_LAYER, Start.SUBTRACTED])
def test_both_starts_give_scores_that_are_exactly_0(name, start):
    module, inputs = made(name)
    found = started(module, start, inputs[:20])
    with torch.no_grad():
        assert torch.count_nonzero(found(inputs[:20])) == 0
        assert torch.count_nonzero(module(inputs[:20])) > 0  # the module that came is left as it was


def test_the_first_layer_moves_the_scores_only_where_the_initial_function_is_subtracted():
    # at a last layer of 0 the derivative of W_2 s(W_1 x) in W_1 is W_2 diag(s') x' = 0
    module, inputs = made("mlp")
    for start, moves in ((Start.ZERO_LAST_LAYER, False), (Start.SUBTRACTED, True)):
        found = started(module, start, inputs[:20])
        found(inputs[:20])[:, 0].sum().backward()
        gradient = next(found.parameters()).grad
        assert bool((gradient != 0).any()) is moves


def test_after_a_step_the_subtracted_network_is_the_difference_of_two():
    module, inputs = made("mlp")
    found = started(module, Start.SUBTRACTED, inputs[:20])
    with torch.no_grad():
        before = module(inputs[:20])
        for parameter in (*found.parameters(), *module.parameters()):
            parameter.add_(0.1)
        torch.testing.assert_close(found(inputs[:20]), module(inputs[:20]) - before)


def test_a_module_of_ones_own_is_copied_and_a_function_is_seeded():
    given = nn.Linear(4, 3)
    assert GivenModule(given).seeded((4,), 3, 0) is not given
    assert torch.equal(GivenModule(given).seeded((4,), 3, 7).weight, given.weight)
    function = GivenModule(lambda: nn.Linear(4, 3))
    weights = [function.seeded((4,), 3, seed).weight for seed in (0, 0, 1)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_inputs_of_a_given_module_are_standardised_or_as_they_came():
    iris = datasets.load("iris")
    assert np.allclose(GivenModule(nn.Linear(4, 3)).inputs(iris).std(0), 1)
    assert np.array_equal(GivenModule(nn.Linear(4, 3), standardised=False).inputs(iris), iris.features)
    assert GivenModule(nn.Linear(4, 3), shape=(2, 2)).inputs(iris).shape == (150, 2, 2)


@pytest.mark.parametrize("name", NAMED)
def test_a_stack_computes_what_each_network_computes_alone(name):
    modules = [made(name, seed)[0].double() for seed in range(3)]
    inputs = made(name)[1][:9].double()
    stack = Stack.of(modules, CPU, torch.float64, inputs)
    together = stack.all_outputs(stack.start, inputs)
    with torch.no_grad():
        for k, module in enumerate(modules):
            torch.testing.assert_close(together[k], module(inputs), rtol=1e-12, atol=1e-13)
            torch.testing.assert_close(stack.loaded(stack.start, k)(inputs), module(inputs), rtol=0, atol=0)
    inputs_of_each = torch.stack([inputs + k for k in range(3)])
    torch.testing.assert_close(
        stack.outputs(stack.start, inputs_of_each, shared=False)[2], modules[2](inputs_of_each[2])
    )


def test_frozen_weights_are_not_trained():
    module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    module[0].weight.requires_grad_(False)
    stack = Stack.of([module], CPU, torch.float64, torch.randn(5, 4).double())
    assert stack.names == ("0.bias", "2.weight", "2.bias")
    assert stack.weights_each == 5 + 15 + 3
    assert "0.weight" in stack.fixed


class Pair(nn.Module):
    def forward(self, x):
        return x, x


class Whole(nn.Module):
    def forward(self, x):
        return x.argmax(1)


class Infinite(nn.Module):
    def forward(self, x):
        return x[:, :3] / 0


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (
            nn.Linear(4, 5),
            "model: for 8 samples m returns the shape (8, 5); accepted is (8, 3), a score for each of the C = 3 "
            "classes: mend its last layer",
        ),
        (
            nn.Linear(3, 3),
            "model: m cannot read samples of shape (4,): mat1 and mat2 shapes cannot be multiplied (8x4 and 3x3); give "
            "a model for such samples",
        ),
        (Pair(), "model: m returns a tuple; accepted is one tensor of scores (n, C), floating"),
        (Whole(), "model: m returns a tensor of torch.int64; accepted is one tensor of scores (n, C), floating"),
        (
            Infinite(),
            "model: the outputs of m are not finite at its initial weights; start from other weights",
        ),
    ],
)
def test_outputs_that_are_no_scores_are_refused(module, message):
    inputs = torch.from_numpy(datasets.load("iris").features)
    with pytest.raises(ModelError) as raised:
        checked_outputs(module.double(), inputs, 3, "m")
    assert str(raised.value) == message


def l2(z, y):
    return sc.total(z**2) / 2


def cross_entropy(z, y):
    return sc.logsumexp(z) - z[y]


def clipped():
    return nn.Sequential(nn.Linear(4, 3), nn.Sigmoid())


@pytest.mark.parametrize(
    ("model", "settings", "kind", "message"),
    [
        (
            "mpl",
            {},
            UnknownNameError,
            f"model: no model is called 'mpl'; did you mean mlp?; there are: {', '.join(NAMED)}, and any "
            "torch.nn.Module in Python",
        ),
        (
            3,
            {},
            ModelError,
            f"model: got a int; accepted is a name ({', '.join(NAMED)}), a model such as "
            "numerics.models.mlp.Network(widths=(64,)), a torch.nn.Module, or a function that returns one",
        ),
        (
            "cnn",
            {"data": "breast_cancer"},
            ModelError,
            "model: breast_cancer has 30 features, which are not a square image; give shape=(channels, height, width) "
            "with that many entries, or take the model mlp",
        ),
        (
            cnn.Network(shape=(3, 5, 5)),
            {},
            ModelError,
            "model: iris has 4 features, which are not images of shape (3, 5, 5); give shape=(channels, height, width) "
            "with that many entries, or take the model mlp",
        ),
        (
            GivenModule(clipped, shape=(3, 5)),
            {},
            ModelError,
            "shape: got (3, 5), and iris has 4 features that vary; accepted is a shape with that many entries, or "
            "standardised=False, which keeps constant ones",
        ),
        (
            lambda: "net",
            {},
            ModelError,
            "model: the function returned a str; accepted is a torch.nn.Module",
        ),
        (
            nn.Tanh(),
            {},
            ModelError,
            "model: the module has no parameter with requires_grad=True, so there is nothing to train",
        ),
        (
            clipped,
            {},
            ModelError,
            "start: at the initial weights the largest score is 5.00e-01, and 0 was asked for: after its last linear "
            "layer the model still does something; take start='subtracted', which subtracts the initial function",
        ),
        (
            lambda: nn.Sequential(nn.Unflatten(1, (1, 4)), nn.Conv1d(1, 3, 4), nn.Flatten()),
            {},
            ModelError,
            "start: got zero-last-layer, and Sequential has no linear layer; accepted here: subtracted, which "
            "subtracts the initial function, or as-is",
        ),
        (
            "mlp",
            {"start": "zero"},
            ModelError,
            "start: got 'zero'; accepted: zero-last-layer, subtracted, as-is",
        ),
        (
            "mlp",
            {"data": ([[0.0], [1.0]], [0, 2])},
            DataError,
            "data: y has the labels 0, 2, and none is 1; where that class has no sample, number the others "
            "(np.unique(y, return_inverse=True)[1]), and where these are names of classes, give them as texts "
            "(y.astype(str))",
        ),
        (
            "mlp",
            {"device": "cuda:99"},
            DeviceError,
            None,
        ),
    ],
)
def test_what_cannot_be_trained_is_refused(recorded, model, settings, kind, message):
    with pytest.raises(kind) as raised:
        trained(
            Objective(recorded(cross_entropy), recorded(l2)),
            model,
            **({"data": "iris"} | settings),
            alphas=[1.0],
            training=Training(steps=1),
        )
    if message is None:  # the end lists the devices of this machine
        assert str(raised.value).startswith("device: got 'cuda:99', which this machine does not have")
    else:
        assert str(raised.value) == message


def test_labels_out_of_range_are_refused():
    with pytest.raises(DataError) as raised:
        Dataset("d", np.ones((2, 1)), np.array([0, 5]), 2, "here", "none")
    assert str(raised.value).startswith("d: got the labels 0, 5 and 2 classes; accepted are the labels 0, ..., C-1")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: mlp.Network(widths=()), "widths: got (); accepted are one or more numbers >= 1, such as (32,)"),
        (lambda: mlp.Network(activation="sin"), "activation: got 'sin'; accepted: relu, tanh, softplus"),
        (lambda: cnn.Network(channels=(0, 1)), "channels: got (0, 1); accepted are two numbers >= 1, such as (8, 16)"),
        (lambda: random_features.Network(width=0), "width: got 0; accepted is a number >= 1"),
    ],
)
def test_sizes_are_checked(make, message):
    with pytest.raises(ModelError) as raised:
        make()
    assert str(raised.value) == message


def test_the_linear_model_reads_the_constant_feature():
    iris = datasets.load("iris")
    assert np.array_equal(linear.Network().inputs(iris), iris.standardised())
