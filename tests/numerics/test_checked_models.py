"""Models of many kinds in training: refused with the reason, word for word, or trained from scores that are 0."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from numerics import confirm, datasets
from numerics.errors import ModelError
from numerics.formulas.objective import Objective
from numerics.models import model_of
from numerics.models.given_module import GivenModule
from numerics.networks.train import trained
from numerics.networks.training import Training
from symcheck.language import functions as sc
from tests.numerics.audits.model_kinds import FIRST, LAST, chain, frozen, layer, parts, weight

IRIS = datasets.load("iris")
pytestmark = [
    pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated"),
    # torch.compile uses what torch itself calls deprecated
    pytest.mark.filterwarnings("ignore:`torch.jit.script"),
]
DATA = replace(IRIS, features=IRIS.features[::5], labels=IRIS.labels[::5])


def l2(z, y):
    return sc.total(z**2) / 2


def cross_entropy(z, y):
    return sc.logsumexp(z) - z[y]


@pytest.fixture
def train(recorded):
    pair = Objective(recorded(cross_entropy), recorded(l2))

    def run(model, data=DATA, steps=2, **settings):
        return trained(pair, model, data, alphas=[0.1], training=Training(steps=steps), **settings)

    return run


class Counting(nn.Module):
    """Counts its calls in a buffer, and grows with them if it ``grows``."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 3)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        self.calls.add_(1)
        return self.a(x)


class Remembering(nn.Module):
    """Adds what it saw before."""

    def __init__(self):
        super().__init__()
        self.a, self.seen = nn.Linear(4, 3), 0

    def forward(self, x):
        self.seen += 1
        return self.a(x) * self.seen


class Drawn(nn.Module):
    """Random features that are no buffer."""

    def __init__(self):
        super().__init__()
        self.a, self.features = nn.Linear(6, 3), torch.randn(4, 6).double()

    def forward(self, x):
        return self.a(torch.tanh(x @ self.features))


class Sign(torch.autograd.Function):
    @staticmethod
    def forward(_context, x):
        return x.sign()

    @staticmethod
    def backward(_context, slope):
        return slope


class Copying(nn.Module):
    """Reads a layer by a list that was made before."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 5), nn.Linear(5, 3)
        self.kept = list(self.b.parameters())

    def forward(self, x):
        return F.linear(self.a(x), *self.kept)


class Moving(nn.Module):
    """Puts its batch norm into training."""

    def __init__(self):
        super().__init__()
        self.a, self.norm = nn.Linear(4, 3), nn.BatchNorm1d(3)

    def forward(self, x):
        return self.norm.train()(self.a(x))


def hooked():
    found = nn.Linear(4, 3)
    found.register_forward_hook(lambda _module, _inputs, scores: scores - scores.mean(0))
    return found


class NoForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 3)


def torn():
    raise KeyError("width")


def of_another_width():
    return nn.Sequential(nn.Linear(4, random.choice([5, 6, 7, 8])), nn.Linear(5, 3))


def scripted():
    return torch.jit.script(nn.Linear(4, 3))


def dead():
    found = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    nn.init.constant_(found[0].bias, -100)
    nn.init.zeros_(found[0].weight)
    return found


MIXED = "samples are mixed in the forward pass, which no theorem covers; take what mixes them out"
ALONE = f"model: the scores of a sample are V alone and V among all: {MIXED}"
ASKS = "the forward pass asks for more of them and may mix them, which no theorem covers; take what mixes them out"
TWO = (
    "model: two passes with the same weights and samples give different scores: something in the forward pass is "
    "random or keeps a state; take it out, or let it rest in evaluation mode"
)
HIDDEN = (
    "model: along a random direction the scores change by N per step, and autograd says 0: a part of the forward pass "
    "is hidden from autograd (detach, numpy, a backward pass of one's own); mend it, so that weights are trained by "
    "their gradient"
)
LOGITS = (
    "model: at random weights {} are probabilities, which sum to 1 for each sample, as after {}; t times such scores "
    "are none for t != 1, and the losses take a softmax themselves: return the scores before it (logits)"
)
FROZEN = (
    "start: got zero-last-layer, and the last layer '2' is not trained (requires_grad=False), so that the scores would "
    "stay 0; take start='subtracted', which subtracts the initial function"
)
INFINITE = (
    "model: at random weights about the initial ones K of 90 scores are not finite: a root or logarithm of what may be "
    "negative, or a division by what may be 0; mend the forward pass"
)

REFUSED = {
    "divided by a deviation": (parts(lambda m, x: m.a(x / x.std(0)), a=layer(4, 3)), {}, ALONE),
    "centred": (parts(lambda m, x: m.a(x - x.mean(0)), a=layer(4, 3)), {}, ALONE),
    "normed by the batch": (chain(FIRST, lambda: nn.BatchNorm1d(5, track_running_stats=False), LAST), {},
        "model: one sample alone cannot be read (Expected more than 1 value per channel when training, got input size "
        f"torch.Size([1, 5])): {ASKS}"),
    "attention over the batch": (
        parts(lambda m, x: m.b(torch.softmax(x @ x.T, 1) @ m.a(x)), a=FIRST, b=LAST), {}, ALONE),
    "a branch on the batch": (
        parts(lambda m, x: m.b(m.a(x)) if m.a(x).sum() > 0 else m.b(-m.a(x)), a=FIRST, b=LAST), {}, ALONE),
    "the sample before": (parts(lambda m, x: m.a(x) + m.b(x.roll(1, 0)), a=layer(4, 3), b=layer(4, 3)), {},
        f"model: the scores of a sample are V alone and V among all: {MIXED}"),
    "mixed in pairs": (
        parts(lambda m, x: m.a(x - (x.mean(0) if len(x) == 2 else 0)), a=layer(4, 3)), {},
        f"model: the scores of a sample are V beside one other and V among all: {MIXED}"),
    "its place in the batch": (
        parts(lambda m, x: m.a(x * (1 + (torch.arange(len(x)) > 1)[:, None])), a=layer(4, 3)), {}, ALONE),
    "no axis of samples": (parts(lambda m, x: m.a(x).squeeze(), a=layer(4, 3)), {},
        "model: for 1 of the samples the scores have the shape (3,); accepted is (1, 3): keep the axis of the samples, "
        "say by flatten(1) or squeeze(1) in the place of squeeze()"),
    "dropout in training": (parts(lambda m, x: m.b(F.dropout(m.a(x), 0.5, training=True)), a=FIRST, b=LAST), {}, TWO),
    "noise": (parts(lambda m, x: m.b(x + torch.randn_like(x)), b=layer(4, 3)), {}, TWO),
    "a state": (Remembering, {}, TWO),
    "a count": (Counting, {},
        "model: a forward pass changes the buffer 'calls', so that scores may depend on the passes before; take it "
        "out, or let it rest in evaluation mode"),
    "a root of weights": (
        parts(lambda m, x: m.a(x) * m.w.sqrt(), a=layer(4, 3), w=lambda: nn.Parameter(torch.zeros(3))),
        {"start": "as-is"}, INFINITE),
    "detached": (parts(lambda m, x: m.a(x).detach(), a=layer(4, 3)), {}, HIDDEN),
    "by way of numpy": (
        parts(lambda m, x: torch.from_numpy(m.a(x).detach().numpy()), a=layer(4, 3)), {}, HIDDEN),
    "log softmax": (chain(FIRST, nn.Tanh, LAST, lambda: nn.LogSoftmax(1)), {"start": "subtracted"},
        LOGITS.format("the exponentials of its scores", "log_softmax")),
    "scores minus their logsumexp": (
        parts(lambda m, x: m.a(x) - m.a(x).logsumexp(1, keepdim=True), a=layer(4, 3)), {"start": "as-is"},
        LOGITS.format("the exponentials of its scores", "log_softmax")),
    "softmax": (chain(FIRST, LAST, lambda: nn.Softmax(1)), {},
        LOGITS.format("its scores", "softmax")),
    "a frozen head": (chain(FIRST, nn.Tanh, frozen(LAST)), {}, FROZEN),
    "a frozen layer beside an unused weight": (parts(lambda m, x: m.a(x), a=frozen(layer(4, 3)), c=weight(2)), {},
        "model: none of the weights that are trained (c) moves a score: they are not used, or nothing depends on them; "
        "train a layer that the scores depend on (requires_grad=True)"),
    "nothing but an unused weight": (
        parts(lambda m, x: m.a(x), a=frozen(layer(4, 3)), c=weight(2)), {"start": "subtracted"},
        "model: none of the weights that are trained (c) moves a score: they are not used, or nothing depends on "
        "them; train a layer that the scores depend on (requires_grad=True)"),
    "units that rest": (dead, {"start": "as-is"},
        "start: at the initial weights no weight moves a score to first order, so that training would stay there: two "
        "layers on one way are 0, say, or all units rest; take start='subtracted', or other initial weights"),
    "a relu on scores of 0": (chain(layer(4, 3), nn.ReLU), {},
        "start: at the initial weights no weight moves a score to first order, so that training would stay there: two "
        "layers on one way are 0, say, or all units rest; take start='subtracted', or other initial weights"),
    "a layer after the last": (chain(layer(4, 3), nn.Sigmoid), {},
        "start: at the initial weights the largest score is 5.00e-01, and 0 was asked for: after its last linear layer "
        "the model still does something; take start='subtracted', which subtracts the initial function"),
    "divided by a norm of 0": (parts(lambda m, x: x @ m.a.weight.T / m.a.weight.norm(), a=layer(4, 3)), {},
        "start: the scores at the initial weights are not finite: a layer divides by the norm of weights that are 0, "
        "say; take another start, such as start='subtracted' or 'as-is'"),
    "a spectral norm": (chain(FIRST, nn.Tanh, lambda: spectral_norm(nn.Linear(5, 3))), {},
        "start: the scores at the initial weights are not finite: a layer divides by the norm of weights that are 0, "
        "say; take another start, such as start='subtracted' or 'as-is'"),
    "drawn outside the buffers": (Drawn, {"seeds": [0, 1]},
        "model: with the same weights and buffers the networks of seeds 0 and 1 give different scores: something that "
        "they draw is neither a parameter nor a buffer; register it (register_buffer), or make the same layers for "
        "every seed"),
    "two activations": (
        lambda: nn.Sequential(nn.Linear(4, 5), nn.Tanh() if torch.rand(()) < 0.5 else nn.ReLU(), nn.Linear(5, 3)),
        {"seeds": list(range(6))},
        "model: with the same weights and buffers the networks of seeds 0 and K give different scores: something that "
        "they draw is neither a parameter nor a buffer; register it (register_buffer), or make the same layers for "
        "every seed"),
    "other widths": (
        lambda: nn.Sequential(nn.Linear(4, h := int(torch.randint(5, 50, ()))), nn.Tanh(), nn.Linear(h, 3)),
        {"seeds": [0, 1]},
        "model: the networks of seeds 0 and 1 have other weights, by name, shape or whether they are trained; make the "
        "same layers for every seed"),
    "a class": (nn.Linear, {},
        "model: the class Linear needs arguments (in_features, out_features); accepted is a function without any, such "
        "as lambda: Linear(...), or a module"),
    "a function of sizes": (lambda inputs, classes=3: nn.Linear(inputs, classes), {},
        "model: the function <lambda> needs arguments (inputs); accepted is a function without any, such as lambda: "
        "<lambda>(...), or a module"),
    "a function that raises": (torn, {},
        "model: torn raised KeyError when it was called for a module: 'width'; mend it"),
    "a class that is no module": (dict, {},
        "model: the function returned a dict; accepted is a torch.nn.Module"),
    "nothing": (None, {}, None),
    "data parallel": (lambda: nn.DataParallel(nn.Linear(4, 3)), {},
        "model: it cannot be run with weights that are given to it: The stateless API can't be used with "
        "nn.DataParallel module; give a torch.nn.Module as Python wrote it, before torch.jit, nn.DataParallel or the "
        "like"),
    "copies of weights": (Copying, {},
        "model: with weights that are given to it its scores are others than with the same weights as its own: a part "
        "of it keeps copies of weights; give a torch.nn.Module that reads its weights by their names in each forward "
        "pass"),
    "without numbers": (lambda: nn.Linear(4, 3, device="meta"), {},
        "model: its weights are on the device meta, which keeps no numbers; make the module on the cpu"),
    "a sign with a slope of its own": (parts(lambda m, x: m.b(Sign.apply(m.a(x))), a=FIRST, b=LAST), {},
        HIDDEN.replace("says 0", "says N")),
    "a norm that moves by itself": (Moving, {},
        "model: a forward pass changes the buffer 'norm.running_mean', so that scores may depend on the passes before; "
        "take it out, or let it rest in evaluation mode"),
    "a hook that mixes": (hooked, {}, ALONE),
    "scripted": (scripted, {},
        "model: got a module of torch.jit (RecursiveScriptModule), which cannot be run with weights that are given to "
        "it; accepted is the torch.nn.Module that it was made of"),
    "no forward pass": (NoForward, {},
        "model: given module cannot read samples of shape (4,): Module [NoForward] is missing the required \"forward\" "
        "function; give a model for such samples"),
    "an attribute that is not there": (parts(lambda m, x: m.b(x), a=layer(4, 3)), {},
        "model: given module cannot read samples of shape (4,): 'Parts' object has no attribute 'b'; give a model for "
        "such samples"),
    "an embedding of floats": (chain(lambda: nn.Embedding(9, 3)), {}, None),
    "wrong width": (layer(4, 5), {},
        "model: for 8 samples given module returns the shape (8, 5); accepted is (8, 3), a score for each of the C = 3 "
        "classes: mend its last layer"),
    "two outputs": (parts(lambda m, x: (m.a(x), x), a=layer(4, 3)), {},
        "model: given module returns a tuple; accepted is one tensor of scores (n, C), floating"),
    "named outputs": (parts(lambda m, x: {"scores": m.a(x)}, a=layer(4, 3)), {},
        "model: given module returns a dict; accepted is one tensor of scores (n, C), floating"),
    "classes": (parts(lambda m, x: m.a(x).round().long(), a=layer(4, 3)), {},
        "model: given module returns a tensor of torch.int64; accepted is one tensor of scores (n, C), floating"),
    "lazy and wrong": (lambda: nn.Sequential(nn.LazyConv2d(3, 2), nn.LazyLinear(3)), {},
        "model: its lazy layers cannot be made for samples of shape (4,): Expected 3D (unbatched) or 4D (batched) "
        "input to LazyConv2d, but got input of size: torch.Size([2, 4]); give a model for such samples"),
    "lazy and left out": (parts(lambda m, x: m.a(x), a=layer(4, 3), b=lambda: nn.LazyLinear(3)), {},
        "model: the forward pass leaves lazy layers out, so that they have no weights; take them out of the module"),
}  # fmt: skip


def told(text):
    text = re.sub(r"\[(-?\d|nan)[^\]]*\](?= (alone|beside|in another|among))", "V", text)
    text = re.sub(r"change by \S+ per", "change by N per", text)
    text = re.sub(r"autograd says \d\.\d+", "autograd says N", text)
    text = re.sub(r"ones \d+ of", "ones K of", text)
    return re.sub(r"0 and \d give", "0 and K give", text)


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_theorem_covers_is_refused_with_the_reason(train, name):
    model, settings, message = REFUSED[name]
    before = torch.get_rng_state()
    with pytest.raises(ModelError) as raised:
        train(model, **settings)
    assert torch.equal(torch.get_rng_state(), before)
    if message is not None:
        assert told(str(raised.value)) == told(message)


def two_heads():
    return parts(lambda m, x: m.a(torch.tanh(m.c(x))) + m.b(x), a=LAST, b=layer(4, 3), c=FIRST)()


class Tied(nn.Module):
    """A layer that is used twice, and a head whose weight another layer has."""

    def __init__(self):
        super().__init__()
        self.head, self.body, self.same = nn.Linear(5, 3), nn.Linear(4, 5), nn.Linear(5, 5)

    def forward(self, x):
        return self.head(torch.tanh(self.same(torch.tanh(self.same(torch.tanh(self.body(x)))))))


def of_a_new_class():
    class Made(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

        def forward(self, x):
            return self.head(torch.tanh(self.body(x)))

    return Made()


TRAINED = {
    "a class that each call makes anew": of_a_new_class,
    "a head that comes first": parts(lambda m, x: m.head(torch.tanh(m.body(x))), head=LAST, body=FIRST),
    "a head that is not called": parts(
        lambda m, x: F.linear(torch.tanh(m.body(x)), m.head.weight, m.head.bias), head=LAST, body=FIRST
    ),
    "a length of rows": chain(FIRST, nn.Tanh, lambda: weight_norm(nn.Linear(5, 3))),
    "a length of rows as it was": chain(FIRST, nn.Tanh, lambda: nn.utils.weight_norm(nn.Linear(5, 3))),
    "two heads": two_heads,
    "a layer used twice": Tied,
    "an auxiliary layer that is called last": parts(
        lambda m, x: (m.b(torch.tanh(m.a(x))), m.c(x))[0], a=FIRST, b=LAST, c=layer(4, 3)
    ),
    "a frozen first layer": chain(frozen(FIRST), nn.Tanh, LAST),
    "dropout at rest": chain(FIRST, nn.Dropout, nn.Tanh, LAST),
    "batch norm at rest": chain(FIRST, lambda: nn.BatchNorm1d(5), nn.Tanh, LAST),
    "layer norm": chain(FIRST, lambda: nn.LayerNorm(5), nn.Tanh, LAST),
    "lazy layers": lambda: nn.Sequential(nn.LazyLinear(5), nn.LazyBatchNorm1d(), nn.Tanh(), nn.LazyLinear(3)),
    "a class without arguments": Tied,
}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("name", TRAINED)
def test_others_are_trained_from_scores_that_are_0(train, name, dtype):
    found = train(TRAINED[name], seeds=[0, 1], dtype=dtype)
    stack, inputs = found.problem.stack, found.problem.inputs
    assert not stack.all_outputs(stack.start, inputs).any()
    scores = found.scores
    assert scores.isfinite().all()
    assert scores.abs().amax((1, 2)).min() > 0
    assert not torch.equal(scores[0], scores[1])
    assert torch.equal(train(TRAINED[name], seeds=[0, 1], dtype=dtype).scores, scores)


def test_a_last_layer_of_0_leaves_the_others(train):
    start = train(TRAINED["a head that comes first"]).problem.stack
    weights = start.named(start.start[0])
    assert {name: bool(value.any()) for name, value in weights.items()} == {
        "head.weight": False, "head.bias": False, "body.weight": True, "body.bias": True,
    }  # fmt: skip
    start = train(TRAINED["a length of rows"]).problem.stack
    weights = start.named(start.start[0])
    assert [name for name, value in weights.items() if not value.any()] == [
        "2.bias", "2.parametrizations.weight.original0",
    ]  # fmt: skip


def test_a_sample_that_moves_is_enough(train):
    """All others rest."""

    def asleep():
        found = nn.Sequential(nn.Linear(4, 1), nn.ReLU(), nn.Linear(1, 3, bias=False))
        with torch.no_grad():
            found[0].weight.copy_(torch.tensor([[1.0, 0.0, 0.0, 0.0]]))
            found[0].bias.fill_(-bound)
        return found

    awake = replace(IRIS, features=IRIS.features.copy())
    awake.features[1, 0] = 9.0
    features = awake.standardised()[:, 0]
    bound = float(np.sort(features)[-2:].mean())
    assert float(train(asleep, data=awake).scores.abs().max()) > 0


def test_a_caller_without_gradients_is_no_reason_to_refuse(train):
    with torch.no_grad():
        found = train(TRAINED["a head that comes first"])
    assert torch.equal(found.scores, train(TRAINED["a head that comes first"]).scores)


def test_a_frozen_head_starts_as_its_message_says(train):
    found = train(chain(FIRST, nn.Tanh, frozen(LAST)), start="subtracted")
    assert found.scores.abs().max() > 0


def test_a_module_with_its_weights_is_trained_once(train):
    module = nn.Linear(4, 3)
    found = train(module, seeds=[3, 4, 5])
    assert [case.seed for case in found.cases] == [3]
    assert found.notes == (
        "the module was handed over with its weights: every seed starts from them; a function that makes one, such as "
        "model=lambda: ..., gives each seed its own",
    )
    # where a seed decides the labels, each seed is another training
    assert len(train(module, seeds=[3, 4], rhos=[0.3], noise="sampled").cases) == 2
    assert not train(lambda: nn.Linear(4, 3)).notes


def test_a_lazy_module_is_drawn_by_each_seed(train):
    lazy = nn.Sequential(nn.LazyLinear(5), nn.Tanh(), nn.LazyLinear(3))
    assert not model_of(lazy).has_one_start
    found = train(lazy, seeds=[0, 1], steps=1)
    assert not found.notes
    assert not torch.equal(found.scores[0], found.scores[1])
    first, again, other = (GivenModule(lazy).seeded((4,), 3, seed)[0].weight for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert isinstance(lazy[0].weight, nn.UninitializedParameter)


@pytest.mark.slow
def test_a_compiled_module_is_the_one_that_was_compiled(train):
    module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    assert torch.equal(train(torch.compile(module)).scores, train(module).scores)


def test_a_confirmation_trains_a_module_once_and_notes_it(certified):
    module = nn.Sequential(nn.Linear(4, 5), nn.Dropout(), nn.Tanh(), nn.Linear(5, 3))
    cert = certified("cross_entropy", "l2")
    found = confirm(cert, data=DATA, model=module, seeds=[0, 1], steps=20)
    assert [case.seed for case in found.trained.cases] == [0, 0]
    assert "Dropout is in evaluation mode: nothing is dropped, in training neither" in str(found)
    assert "the module was handed over with its weights: every seed starts from them" in str(found)
