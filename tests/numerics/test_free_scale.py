"""Free scales and linear weights: which models have them, and which only seem to."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from numerics import datasets
from numerics.models.start import Start
from numerics.networks.free_scale import free_scale
from numerics.networks.linearity import is_linear_in_weights, linearity
from numerics.networks.train import stack_of
from tests.numerics.audits.model_kinds import COVERED, HOLDS, frozen, layer, parts, weight

IRIS = datasets.load("iris")
CPU = torch.device("cpu")


def network(make, start=Start.AS_IS, dtype=torch.float64):
    return stack_of(make, IRIS, [0], start, CPU, dtype)


SEEMING = {
    "a clamp far away": parts(lambda m, x: m.a(x).clamp(-1e6, 1e6), a=layer(4, 3)),
    "softplus far from 0": parts(
        lambda m, x: nn.functional.softplus(m.t + 1e4) * m.a(x).tanh(), a=layer(4, 3), t=weight(1)
    ),
    "a constant that is nearly nothing": parts(lambda m, x: m.a(x) + 1e-11, a=layer(4, 3, bias=False)),
    "a bend that is nearly nothing": parts(lambda m, x: m.a(x) + 1e-12 * m.a(x).tanh(), a=layer(4, 3)),
    "a threshold that is never met": parts(lambda m, x: torch.where(m.a(x) > -1e9, m.a(x), 1.0), a=layer(4, 3)),
    "a branch that is never taken": parts(
        lambda m, x: m.a(x) if m.a.weight.abs().max() < 1e9 else x[:, :3], a=layer(4, 3)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEMING)
def test_what_only_seems_to_scale_or_to_be_linear_is_not_proved(name):
    stack, inputs = network(SEEMING[name])
    assert not free_scale(stack, inputs).is_proved
    assert not is_linear_in_weights(stack, inputs)


def test_what_seems_to_scale_is_named_with_what_it_passes():
    found = free_scale(*network(SEEMING["a clamp far away"]))
    assert (found.layer, found.move) == ("layer a", "multiplying the weights of layer a by t")
    assert found.lost == ("clamp",)
    branched = free_scale(*network(SEEMING["a branch that is never taken"]))
    assert branched.layer == "layer a"
    assert branched.lost == ("lt", "a value that the program reads")


def test_a_scale_of_0_scales_nothing():
    stack, inputs = network(parts(lambda m, x: m.a(x) * 0, a=layer(4, 3)))
    assert free_scale(stack, inputs).layer is None


def test_single_precision_is_rounded_more():
    found = free_scale(*network(COVERED["tanh"].make, dtype=torch.float32))
    assert (found.layer, found.is_proved) == ("layer 2", True)


@pytest.mark.parametrize("name", ["linear", "frozen features", "bilinear", "an unused weight", "checkpointed"])
def test_linear_models_are_known(name):
    assert COVERED[name].linear is HOLDS
    stack, inputs = network(COVERED[name].make)
    assert is_linear_in_weights(stack, inputs)
    # about their initial scores, or from 0, they still are
    for start in (Start.SUBTRACTED, *([] if name == "bilinear" else [Start.ZERO_LAST_LAYER])):
        assert is_linear_in_weights(*network(COVERED[name].make, start))


@pytest.mark.parametrize("model", ["linear", "random_features"])
def test_linear_models_of_the_house_are_known(model):
    assert is_linear_in_weights(*network(model))


@pytest.mark.parametrize("name", ["tanh", "relu", "lstm", "a cube", "a temperature", "two heads", "a frozen bias"])
def test_others_are_not_called_linear(name):
    assert not is_linear_in_weights(*network(COVERED[name].make))


def test_a_fixed_term_that_no_weights_give_is_told_from_a_bend():
    found = linearity(*network(COVERED["a frozen bias"].make))
    assert (found.is_affine, found.is_linear) == (True, False)
    assert found.offset > 0.01
    assert linearity(*network(COVERED["a frozen bias"].make, Start.SUBTRACTED)).is_linear


def test_a_frozen_layer_of_0_at_the_end_is_not_called_linear():
    make = parts(lambda m, x: m.b(torch.tanh(m.a(x))), a=layer(4, 5), b=frozen(lambda: zeros(layer(5, 3)())))
    assert not is_linear_in_weights(*network(make, Start.ZERO_LAST_LAYER))


def zeros(module):
    for part in module.parameters():
        torch.nn.init.zeros_(part)
    return module
