"""Formulas as torch code."""

from __future__ import annotations

import pytest
import torch

from numerics.as_torch import FormulaLoss, as_function
from symcheck.errors import ParameterError
from symcheck.language import functions as sc
from symcheck.language.parameter import Parameter

Z = torch.tensor([[0.3, -1.2, 0.7], [2.0, 0.1, -0.4]], dtype=torch.float64)
Y = torch.tensor([2, 0])
Q = Parameter("q", above=0, at_most=1, default="7/10")


def gce(z, y):
    return (1 - sc.softmax(z)[y] ** Q) / Q


def test_a_parameter_left_out_has_its_default(recorded):
    formula = recorded(gce)
    at_default = as_function(formula)(Z, Y)
    torch.testing.assert_close(at_default, as_function(formula, {"q": 0.7})(Z, Y))
    assert not torch.allclose(at_default, as_function(formula, {"q": 0.5})(Z, Y))


def test_in_training_any_float_in_the_interval_is_a_value(recorded):
    # 0.1/9 is no short decimal, so no theorem is stated about it; a network may be trained with it all the same
    formula = recorded(gce)
    torch.testing.assert_close(as_function(formula, {"q": 0.1 / 9})(Z, Y), as_function(formula, {"q": 1 / 90})(Z, Y))


def test_torch_func_differentiates_and_vectorises_it(recorded):
    function = as_function(recorded(lambda z, y: sc.logsumexp(z) - z[y]))
    per_sample = torch.func.vmap(torch.func.grad(function))(Z, Y)
    torch.testing.assert_close(per_sample, Z.softmax(-1) - torch.eye(3, dtype=torch.float64)[Y])


def test_the_module_stands_in_the_place_of_a_torch_loss(recorded):
    formula = recorded(lambda z, y: sc.logsumexp(z) - z[y])
    for reduction in ("mean", "sum", "none"):
        expected = torch.nn.CrossEntropyLoss(reduction=reduction)(Z, Y)
        torch.testing.assert_close(FormulaLoss(formula, reduction=reduction)(Z, Y), expected)
    assert str(FormulaLoss(formula)) == "FormulaLoss(logsumexp(z) - z[y], reduction=mean)"
    assert str(FormulaLoss(recorded(gce))) == "FormulaLoss((1 - softmax(z)[y]**q)/q, q=0.7, reduction=mean)"


def test_a_network_learns_with_it(recorded):
    layer = torch.nn.Linear(2, 3, dtype=torch.float64)
    x = torch.eye(2, dtype=torch.float64)
    criterion = FormulaLoss(recorded(gce))
    optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    first = criterion(layer(x), Y)
    for _ in range(20):
        optimizer.zero_grad()
        loss = criterion(layer(x), Y)
        loss.backward()
        optimizer.step()
    assert loss < first


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"q": 2}, "q: got 2; accepted is (0, 1]"),
        ({"q": 1.0000000001}, "q: got 1.0000000001; accepted is (0, 1]"),
        ({"q": float("nan")}, "q: got nan; accepted is (0, 1]"),
        ({"p": 1}, "p: the formula has no parameter of this name; it has: q"),
    ],
)
def test_values_that_mean_nothing_are_refused(recorded, given, message):
    with pytest.raises(ParameterError) as raised:
        as_function(recorded(gce), given)
    assert str(raised.value) == message


def test_a_parameter_without_value_and_default_is_refused(recorded):
    free = Parameter("gamma", at_least=0)
    with pytest.raises(ParameterError) as raised:
        FormulaLoss(recorded(lambda z, y: z[y] ** free))
    assert str(raised.value) == ("gamma: the formula leaves it free in [0, oo) without a default; give a value")


def test_an_unknown_reduction_is_refused(recorded):
    with pytest.raises(ValueError, match="reduction") as raised:
        FormulaLoss(recorded(gce), reduction="max")
    assert str(raised.value) == "reduction: got 'max'; accepted is 'mean', 'sum' or 'none'"
