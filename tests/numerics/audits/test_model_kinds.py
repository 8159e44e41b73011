"""Models of many kinds: each is answered or refused with the reason, and what is said agrees with brute force."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import Linear

from numerics import audit, datasets
from numerics.audits.models import linearised
from numerics.audits.models.audit import Answer
from numerics.audits.models.inspection import Inspected
from numerics.audits.models.linearised import Linearised
from numerics.errors import ModelError
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.models.start import Start
from numerics.networks.train import stack_of
from numerics.noise.laws import clean_law
from tests.numerics.audits.model_kinds import COVERED, REFUSED, Parts

IRIS = datasets.load("iris")
DATA = replace(IRIS, features=IRIS.features[::8], labels=IRIS.labels[::8])
HOLDS, FAILS, UNKNOWN = Answer.HOLDS, Answer.FAILS, Answer.UNKNOWN


@pytest.fixture(scope="module")
def cert(certified):
    return certified("cross_entropy", "l2")


def inspected(cert, kind):
    stack, inputs = stack_of(kind.make, DATA, [0], Start.AS_IS, torch.device("cpu"), torch.float64)
    law = clean_law(torch.from_numpy(DATA.labels), 3)
    return Inspected(predicted_numbers(cert, 3, "iris"), Linearised(stack, inputs), law, Start.AS_IS)


def rows_by_autograd(network):
    """J, (n C, m), by one pass forward and C back for each sample, through the module itself."""
    stack = network.stack
    module = stack.loaded(stack.start, 0)
    weights = [module.get_parameter(name) for name in stack.names]
    rows = []
    for x in network.inputs:
        for score in module(x[None])[0]:
            found = [None] * len(weights)
            if score.requires_grad:
                found = torch.autograd.grad(score, weights, retain_graph=True, allow_unused=True)
            rows.append([torch.zeros_like(w) if g is None else g for w, g in zip(weights, found, strict=True)])
    return torch.stack([torch.cat([part.flatten() for part in row]) for row in rows]).detach()


def slope_by_differences(network, pull):
    """The gradient of E<b_Y, Z> from the definition of a derivative."""
    theta = network.theta
    with torch.no_grad():
        slopes = [
            (pull * (network.scores(theta + step) - network.scores(theta - step))).sum(1).mean() / 2e-5
            for step in 1e-5 * torch.eye(len(theta), dtype=theta.dtype)
        ]
    return torch.stack(slopes)


@pytest.mark.parametrize("name", COVERED)
def test_answers_are_right_and_numbers_those_of_brute_force(cert, name):
    kind = COVERED[name]
    found = audit(cert, kind.make, DATA, start="as-is")
    said = {h.name: h for h in found.hypotheses}
    cone, linear, smooth = (
        said[part] for part in ("the scores form a cone", "Z = theta phi(X)", "Z is C^2 near theta_0")
    )
    assert (cone.answer, kind.said in cone.sentence) == (kind.cone, True), cone.sentence
    assert linear.answer is kind.linear, linear.sentence
    assert smooth.answer is kind.smooth, smooth.sentence

    seen = inspected(cert, kind)
    whole = rows_by_autograd(seen.network)
    expected, m = int(np.linalg.matrix_rank(whole.numpy())), whole.shape[1]
    assert f"ank is {expected} of m = {m}" in said["E[J'J] > 0"].sentence
    assert said["E[J'J] > 0"].answer is (HOLDS if expected == m else FAILS)
    slope = slope_by_differences(seen.network, seen.pull)
    assert said["grad L(theta_0) != 0"].number == pytest.approx(float(slope.norm()), abs=1e-7)
    by_rows = whole.T @ seen.pull.flatten() / len(seen.law)
    torch.testing.assert_close(seen.gradient, by_rows, rtol=0, atol=1e-12)
    ones = torch.ones_like(seen.network.theta)
    torch.testing.assert_close(seen.network.pushed(ones).flatten(), whole @ ones, rtol=0, atol=1e-11)


@pytest.mark.parametrize("start", ["zero-last-layer", "subtracted"])
@pytest.mark.parametrize("name", ["lstm", "log softmax", "a frozen bias"])
def test_other_starts_are_answered_as_well(cert, name, start):
    found = audit(cert, COVERED[name].make, DATA, start=start)
    assert re.search(r"ank is \d+ of m = \d+", found.hypothesis("E[J'J] > 0").sentence)
    assert found.hypothesis("the scores form a cone").answer is {
        ("lstm", "zero-last-layer"): HOLDS, ("lstm", "subtracted"): UNKNOWN,
        ("log softmax", "zero-last-layer"): FAILS, ("log softmax", "subtracted"): UNKNOWN,
        # about its initial scores an affine family is linear
        ("a frozen bias", "zero-last-layer"): FAILS, ("a frozen bias", "subtracted"): HOLDS,
    }[name, start]  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_others_are_refused_with_the_reason(cert, name):
    with pytest.raises(ModelError) as raised:
        audit(cert, REFUSED[name].make, DATA, start="as-is")
    assert REFUSED[name].refused in str(raised.value)


@pytest.mark.parametrize("name", ["centred", "batch norm in training", "a branch for all samples"])
def test_a_last_layer_of_0_hides_nothing(cert, name):
    with pytest.raises(ModelError, match="no theorem covers"):
        audit(cert, REFUSED[name].make, DATA)


def test_rows_of_j_and_parts_of_it_are_the_same_however_they_are_found(cert, monkeypatch):
    network = inspected(cert, COVERED["tanh"]).network
    expected = network._rows(network.inputs)
    torch.testing.assert_close(network._batch(network.inputs), expected, rtol=0, atol=1e-14)
    torch.testing.assert_close(network._gradients_at_once(network.inputs), expected, rtol=0, atol=1e-14)
    ones = torch.ones_like(network.theta)
    for found in (network._by_jvp(ones), network._by_two_gradients(ones)):
        torch.testing.assert_close(found, expected @ ones, rtol=0, atol=1e-13)
    told = []
    monkeypatch.setattr(linearised, "TOLD_EVERY", 7)
    slow = Linearised(network.stack, network.inputs, told.append)
    for name in ("_batch", "_gradients_at_once", "_by_jvp", "_by_two_gradients"):
        monkeypatch.setattr(Linearised, name, cannot)
    torch.testing.assert_close(slow.pushed(ones), expected @ ones, rtol=0, atol=1e-14)
    assert not slow.is_batched
    parts = torch.cat(list(slow.parts(torch.eye(3, dtype=torch.float64)))) * len(network.inputs) ** 0.5
    torch.testing.assert_close(parts, expected.flatten(0, 1), rtol=0, atol=1e-14)
    assert told == ["sample 7 of 19", "sample 14 of 19"] * 2


def cannot(*_):
    raise NotImplementedError


def test_where_it_took_small_parts_is_noted(cert):
    words = "torch cannot take derivatives of this model for many samples at once: they were taken in small parts"
    assert words in audit(cert, COVERED["lstm"].make, DATA).notes
    assert words not in audit(cert, COVERED["tanh"].make, DATA).notes


AT_THE_START = {
    "a norm of weights": "start: the scores at the initial weights are not finite: a layer divides by the norm of "
    "weights that are 0, say; take another start, such as start='subtracted' or 'as-is'",
    "a root": "start: the derivatives of the scores at the initial weights are not finite: a root or a norm is taken "
    "of 0, say; take another start, such as start='subtracted' or 'as-is'",
}


@pytest.mark.parametrize("name", AT_THE_START)
def test_what_is_no_number_at_the_start_is_refused(cert, name):
    def make():
        if name == "a root":
            return Parts(lambda m, x: m.a(x).abs().sqrt(), {"a": Linear(4, 3)})
        return Parts(lambda m, x: x @ m.a.weight.T / m.a.weight.norm(), {"a": Linear(4, 3)})

    with pytest.raises(ModelError) as raised:
        audit(cert, make, DATA)
    assert str(raised.value) == AT_THE_START[name]
    assert audit(cert, make, DATA, start="subtracted").answer in (HOLDS, UNKNOWN)


def test_what_autograd_cannot_read_is_refused(cert):
    def run(module, x):
        found = module.a(x).exp()
        found.add_(1)
        return found * module.a(x)

    with pytest.raises(ModelError) as raised:
        audit(cert, lambda: Parts(run, {"a": Linear(4, 3)}), DATA, start="as-is")
    told = str(raised.value)
    assert told.startswith(
        "model: autograd cannot take the derivatives of its scores: one of the variables needed for "
    )
    assert told.endswith("; mend the forward pass, which may change a tensor in place that its gradient needs")


MESSAGES = {
    "noise": "model: two passes with the same weights and samples give different scores: something in the forward pass "
    "is random or keeps a state; take it out, or let it rest in evaluation mode",
    "batch norm without statistics": "model: one sample alone cannot be read (Expected more than 1 value per channel "
    "when training, got input size torch.Size([1, 5])): the forward pass asks for more of them and may mix them, which "
    "no theorem covers; take what mixes them out",
    "centred": "model: the scores of a sample are [N, N, N] alone and [N, N, N] among all: samples are mixed in the "
    "forward pass, which no theorem covers; take what mixes them out",
    "a branch for all samples": "model: the scores of a sample are [N, N, N] alone and [N, N, N] among all: samples "
    "are mixed in the forward pass, which no theorem covers; take what mixes them out",
    "detached": "model: along a random direction the scores change by N per step, and autograd says 0: a part of the "
    "forward pass is hidden from autograd (detach, numpy, a backward pass of one's own); mend it, so that weights are "
    "trained by their gradient",
}


@pytest.mark.parametrize("name", MESSAGES)
def test_refusals_word_for_word(cert, name):
    with pytest.raises(ModelError) as raised:
        audit(cert, REFUSED[name].make, DATA, start="as-is")
    assert re.sub(r"-?\d+\.\d+(e[-+]?\d+)?", "N", str(raised.value)) == MESSAGES[name]


SENTENCES = {
    "a clamp that is far away": "it is linear there, but passes clamp, and that it is so at all weights is not known",
    "a value read": "it is linear there, but passes a value that the program reads, and that it is so at all weights "
    "is not known",
    "a frozen bias": "it is linear in the weights up to a fixed term, which no weights give (relative distance 1): the "
    "scores are no subspace; start='subtracted' takes the term away",
    "a bias of its own beside a frozen one": "it is linear in the weights, as each operation on the way is; the fixed "
    "term of the scores is one of those that weights give",
    "linear": "it is linear in the weights, as each operation on the way is",
    "tanh": "it is not linear in the weights",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_what_is_said_of_linear_weights(cert, name):
    found = audit(cert, COVERED[name].make, DATA, start="as-is").hypothesis("Z = theta phi(X)")
    assert found.sentence == (
        f"between two random weights Z leaves the chord by {found.number:.2g}, relatively: {SENTENCES[name]}"
    )


def test_a_fixed_term_of_nearly_nothing_may_be_rounding(cert):
    def make():
        return Parts(lambda m, x: m.a(x) + 1e-11, {"a": Linear(4, 3, bias=False)})

    found = audit(cert, make, DATA, start="as-is").hypothesis("Z = theta phi(X)")
    assert found.answer is UNKNOWN
    assert re.search(r"up to a fixed term of \d(\.\d)?e-\d\d, relatively, which may be rounding$", found.sentence)


def test_modules_that_rest_are_noted(cert):
    assert audit(cert, COVERED["dropout"].make, DATA).notes[-1] == (
        "Dropout is in evaluation mode: nothing is dropped, in training neither"
    )
    assert audit(cert, COVERED["batch norm"].make, DATA).notes[-1] == (
        "BatchNorm1d is in evaluation mode: means and variances are those that the module came with, and stay (0 and 1 "
        "in a new one)"
    )
    assert audit(cert, COVERED["tanh"].make(), DATA).notes[-1] == (
        "the module was handed over with its weights: every seed starts from them; a function that makes one, such as "
        "model=lambda: ..., gives each seed its own"
    )
