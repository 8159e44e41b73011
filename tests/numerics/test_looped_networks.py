"""Networks that vmap cannot evaluate: one after the other, with the numbers that each has by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from numerics.models import mlp
from numerics.networks.optimisers import LBFGS, Adam
from numerics.networks.stack import LOOPED, Stack
from numerics.networks.train import trained
from numerics.networks.training import Training

CPU = torch.device("cpu")


class Body(nn.Module):
    """``read`` makes features of x (n, 4) by a layer ``made``; a linear layer of ``width`` makes scores of them."""

    def __init__(self, made, read, width=6):
        super().__init__()
        self.body, self.read, self.head = made(), read, nn.Linear(width, 3)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        return self.head(self.read(self, x))


def as_words(x):
    return x.reshape(-1, 2, 2)


def branched(self, x):
    h = self.body(x).tanh()
    return h if self.body.weight.sum() > 0 else 2 * h


def by_item(self, x):
    return self.body(x).tanh() * (1 + self.body.weight.square().mean().item())


def counted(self, x):
    self.calls.add_(1)
    return self.body(x).tanh()


def sided(self, x):
    self.seen = float(x.sum())
    h = self.body(x)
    return h.tanh() if float(self.body.bias.detach().sum()) > -9 else h


def one_by_one(self, x):
    return torch.stack([self.body(x)[:, int(i)] for i in self.body.weight.sum(1).argsort()], 1)


def linear():
    return nn.Linear(4, 6)


MADE = {
    "LSTM": lambda: Body(lambda: nn.LSTM(2, 6, batch_first=True), lambda s, x: s.body(as_words(x))[0][:, -1]),
    "GRU": lambda: Body(lambda: nn.GRU(2, 6, batch_first=True), lambda s, x: s.body(as_words(x))[0][:, -1]),
    "RNN of two layers": lambda: Body(
        lambda: nn.RNN(2, 6, 2, batch_first=True), lambda s, x: s.body(as_words(x))[1][-1]
    ),
    "TransformerEncoderLayer": lambda: Body(
        lambda: nn.TransformerEncoderLayer(2, 1, 5, batch_first=True), lambda s, x: s.body(as_words(x)).mean(1), 2
    ),
    "TransformerEncoder": lambda: Body(
        lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(2, 1, 5, batch_first=True), 2, enable_nested_tensor=False
        ),
        lambda s, x: s.body(as_words(x))[:, 0], 2,
    ),
    "MultiheadAttention": lambda: Body(
        lambda: nn.MultiheadAttention(2, 2, batch_first=True), lambda s, x: s.body(*[as_words(x)] * 3)[0].mean(1), 2
    ),
    "a branch": lambda: Body(linear, branched),
    "item": lambda: Body(linear, by_item),
    "a branch on a number": lambda: Body(linear, sided),
    "an index": lambda: Body(linear, one_by_one),
    "a counter": lambda: Body(linear, counted),
}  # fmt: skip
AT_ONCE = {
    "tanh": lambda: Body(linear, lambda s, x: s.body(x).tanh()),
    "attention with one head": lambda: Body(
        lambda: nn.MultiheadAttention(2, 1, batch_first=True), lambda s, x: s.body(*[as_words(x)] * 3)[0].mean(1), 2
    ),
    "tanh in place": lambda: Body(linear, lambda s, x: s.body(x).tanh_()),
}  # fmt: skip


def networks(name):
    found = []
    for seed in range(3):
        torch.manual_seed(seed)
        found.append((MADE | AT_ONCE)[name]().double().eval())
    return found


def alone(module, x, pull):
    with torch.no_grad():
        scores = module(x)
    weights = [p for p in module.parameters() if p.requires_grad]
    found = torch.autograd.grad(module(x), weights, pull)
    return scores, torch.cat([g.flatten() for g in found])


@pytest.mark.parametrize("name", MADE)
def test_the_loop_finds_the_scores_and_gradients_of_each_network(name):
    modules = networks(name)
    x = torch.randn(3, 9, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    stack = Stack.of(modules, CPU, torch.float64, x[0])
    assert stack.is_looped
    assert stack.notes == (LOOPED,)
    pull = torch.randn(9, 3, dtype=torch.float64)
    for shared in (True, False):
        moved = stack.start.clone().requires_grad_()
        scores = stack.outputs(moved, x[0] if shared else x, shared=shared)
        (gradients,) = torch.autograd.grad(scores, moved, pull.expand(3, -1, -1))
        for k, module in enumerate(modules):
            expected, gradient = alone(module, x[0] if shared else x[k], pull)
            torch.testing.assert_close(scores[k].detach(), expected, rtol=1e-10, atol=1e-12)
            torch.testing.assert_close(gradients[k], gradient, rtol=1e-10, atol=1e-12)
    assert not bool(stack.fixed["calls"].any())  # a pass changes no buffer of the stack


@pytest.mark.parametrize("name", AT_ONCE)
def test_what_vmap_can_evaluate_is_not_looped(name):
    x = torch.randn(9, 4, dtype=torch.float64)
    stack = Stack.of(networks(name), CPU, torch.float64, x)
    assert not stack.is_looped
    assert stack.notes == ()


@pytest.mark.slow  # torch reads its compiler
@pytest.mark.filterwarnings("ignore")
def test_a_compiled_module_is_trained_as_what_it_compiles(ce):
    settings = {"alphas": [0.1], "seeds": [0, 1], "training": Training(steps=5)}
    found = trained(ce, lambda: torch.compile(AT_ONCE["tanh"](), backend="eager"), "iris", **settings)
    expected = trained(ce, AT_ONCE["tanh"], "iris", **settings)
    assert found.notes == ()
    torch.testing.assert_close(found.scores, expected.scores, rtol=1e-10, atol=1e-12)


def test_a_loop_over_networks_of_the_house_has_the_numbers_of_vmap():
    modules = [mlp.Network(widths=(5,)).seeded((4,), 3, seed).double() for seed in range(4)]
    x = torch.randn(20, 4, dtype=torch.float64)
    stack = Stack.of(modules, CPU, torch.float64, x)
    assert not stack.is_looped
    looped = replace(stack, is_looped=True)
    found, expected = (s.all_outputs(stack.start, x) for s in (looped, stack))
    torch.testing.assert_close(found, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("training", [Training(steps=6, batch=50), Training(optimiser=LBFGS(), steps=4)])
@pytest.mark.parametrize("name", ["LSTM", "a branch"])
def test_what_is_looped_is_trained(ce, name, training):
    found = trained(ce, MADE[name], "iris", alphas=[0.1], rhos=[0, 0.2], seeds=[0, 1], training=training)
    assert found.notes == (LOOPED,)
    assert bool(found.weights.isfinite().all())
    assert bool((found.weights != found.problem.start).any(1).all())


def test_a_looped_training_is_the_one_that_is_not_looped(ce):
    training = Training(optimiser=Adam(), steps=8, batch=50)

    def plain():
        return Body(linear, lambda s, x: s.body(x).tanh())

    def noted():
        return Body(linear, sided)

    at_once, looped = (
        trained(ce, made, "iris", alphas=[0.1], rhos=[0, 0.2], seeds=[0, 1], training=training)
        for made in (plain, noted)
    )
    assert (at_once.notes, looped.notes) == ((), (LOOPED,))
    torch.testing.assert_close(looped.weights, at_once.weights, rtol=1e-9, atol=1e-12)
