"""Values as numpy and torch have them, values written into buffers, and logits that no formula is computed of."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from numerics.errors import LossError
from numerics.torch_losses.torch_loss import torch_loss
from symcheck.errors import ParameterError, SymcheckError

Z, Y = torch.linspace(-2, 3, 15, dtype=torch.float64).reshape(3, 5), torch.tensor([0, 2, 4])


@pytest.mark.parametrize("q", [np.float32(0.5), np.float64(0.5), np.array(0.5), torch.tensor(0.5), "1/2"])
def test_a_number_of_numpy_or_torch_is_a_value(q):
    assert torch.equal(torch_loss("gce", q=q)(Z, Y), torch_loss("gce", q=0.5)(Z, Y))


@pytest.mark.parametrize("gamma", [np.int64(3), torch.tensor(3)])
def test_an_integer_of_numpy_or_torch_is_a_value(gamma):
    assert torch.equal(torch_loss("focal", gamma=gamma)(Z, Y), torch_loss("focal", gamma=3)(Z, Y))


@pytest.mark.parametrize("w", [np.array([1.0, 2, 1, 2, 1]), torch.tensor([1, 2, 1, 2, 1])])
def test_an_array_of_numpy_or_torch_has_entries(w):
    wanted = torch_loss("class_weighted_ce", w=[1, 2, 1, 2, 1])(Z, Y)
    assert torch.equal(torch_loss("class_weighted_ce", w=w)(Z, Y), wanted)


@pytest.mark.parametrize("q", [np.float32(2), torch.tensor(-1.0), torch.tensor([0.5, 0.7]), np.array([]), float("nan")])
def test_what_is_no_value_is_none(q):
    with pytest.raises(ParameterError, match=r"q: got .*; accepted is \(0, 1\]"):
        torch_loss("gce", q=q)


def test_an_integer_beyond_floats_is_no_value():
    with pytest.raises(ParameterError, match="gamma: got an integer too large for a float; accepted are floats"):
        torch_loss("focal", gamma=10**400)


def test_an_array_is_no_weight():
    with pytest.raises(LossError, match="weight: got array"):
        torch_loss("gce", regularizer="l2", weight=np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("q", 5.0, r"q: got 5.0; accepted is \(0, 1\]"),
        ("q", 0.0, r"q: got 0.0; accepted is \(0, 1\]"),
        ("q", float("nan"), r"q: got nan; accepted is \(0, 1\]"),
        ("weight", -1.0, r"weight: got -1.0; accepted is \[0, oo\)"),
    ],
)
def test_what_is_written_to_a_buffer_is_looked_at(name, value, message):
    loss = torch_loss("gce", regularizer="l2")
    loss.values.get_buffer(name).fill_(value)
    for _ in range(2):
        with pytest.raises(ParameterError, match=message):
            loss(Z, Y)
    loss.values.get_buffer(name).fill_(0.5)
    assert bool(loss(Z, Y).isfinite())


def test_what_is_loaded_is_looked_at():
    with pytest.raises(ParameterError, match="q: got 5"):
        torch_loss("gce").load_state_dict({"values.q": torch.tensor(5.0, dtype=torch.float64)})


@pytest.mark.parametrize("end", ["7/9", "1/10", "2/3"])
def test_the_float_of_a_closed_end_is_loaded(end):
    # The floats of 7/9 and 1/10 are larger than these, that of 2/3 is smaller.
    from symcheck.language.functions import softmax
    from symcheck.language.parameter import Parameter

    q = Parameter("q", above=0, at_most=end, default="1/20")

    def loss(z, y):
        return (1 - softmax(z)[y] ** q) / q

    saved, other = torch_loss(loss, q=end), torch_loss(loss)
    other.load_state_dict(saved.state_dict())
    assert torch.equal(other(Z, Y), saved(Z, Y))


@pytest.mark.parametrize("logits", [Z.to(torch.float8_e4m3fn), Z.to_sparse()])
def test_logits_of_8_bits_or_sparse_ones_are_none(logits):
    with pytest.raises(SymcheckError, match=r"logits: got a tensor of .*; accepted is a dense tensor of 16, 32 or 64"):
        torch_loss("gce")(logits, Y)
