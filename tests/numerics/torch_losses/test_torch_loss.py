"""torch_loss: what it takes, and the module that comes out in the place of a loss of torch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import grad, jacfwd, jacrev, vmap

import numerics
import symcheck as sc
from numerics import torch_loss
from symcheck.intake.catalogue import names
from symcheck.language.parameter import Parameter
from tests.numerics.catalogue_formulas import catalogue_formula
from tests.sampled import one_in

Z = torch.tensor([[0.3, -1.2, 0.7], [2.0, 0.1, -0.4], [0.0, 0.5, 0.0]], dtype=torch.float64)
Y = torch.tensor([2, 0, 1])
P_OF_LABEL = Z.softmax(-1).gather(1, Y[:, None])[:, 0]


def gce(q: float) -> Tensor:
    """(1 - p_y^q)/q of each sample."""
    return (1 - P_OF_LABEL**q) / q


def generalised(z: Any, y: Any) -> Any:
    """The same as code on symbols."""
    q = Parameter("q", above=0, at_most=1, default="7/10")
    return (1 - sc.softmax(z)[y] ** q) / q


def in_torch(logits: Tensor, target: Tensor) -> Tensor:
    """The same as torch code."""
    p = torch.gather(logits.softmax(dim=1), 1, target.unsqueeze(1)).squeeze(1)
    return ((1 - p**0.7) / 0.7).mean()


GIVEN: dict[str, tuple[Any, dict[str, Any], float]] = {
    "a name": ("gce", {}, 0.7),
    "a name and a value": ("gce", {"q": 0.25}, 0.25),
    "a name and a text": ("gce", {"q": "1/3"}, 1 / 3),
    "an entry": (sc.losses.GCE(), {"q": 0.5}, 0.5),
    "an entry with its value": (sc.losses.GCE(q="1/2"), {}, 0.5),
    "a string": ("(1 - softmax(z)[y]**0.7)/0.7", {}, 0.7),
    "a function": (generalised, {}, 0.7),
    "torch code": (in_torch, {}, 0.7),
}


@pytest.mark.parametrize(("given", "numbers", "q"), GIVEN.values(), ids=GIVEN)
def test_a_loss_is_taken_as_certify_takes_it(given: Any, numbers: dict[str, Any], q: float) -> None:
    for reduction, expected in (("none", gce(q)), ("mean", gce(q).mean()), ("sum", gce(q).sum())):
        torch.testing.assert_close(
            torch_loss(given, reduction=reduction, **numbers)(Z, Y), expected, rtol=1e-13, atol=0
        )


def test_a_certificate_brings_loss_and_regularizer() -> None:
    certificate = sc.certify("gce", "l2")
    expected = gce(0.5) + 0.3 * Z.square().sum(-1) / 2
    torch.testing.assert_close(torch_loss(certificate, weight=0.3, q=0.5)(Z, Y), expected.mean(), rtol=1e-13, atol=0)
    # lambda is 1 where it is left out, and q has the default of the catalogue
    expected = gce(0.7) + Z.square().sum(-1) / 2
    torch.testing.assert_close(torch_loss(certificate)(Z, Y), expected.mean(), rtol=1e-13, atol=0)


def test_a_certificate_at_values_has_them() -> None:
    certificate = sc.certify("gce", "l2").at(C=3, q="1/2")
    torch.testing.assert_close(torch_loss(certificate, weight=0)(Z, Y), gce(0.5).mean(), rtol=1e-13, atol=0)


def test_the_regularizer_is_given_as_certify_takes_it() -> None:
    expected = gce(0.7).mean() + 0.1 * Z.square().sum(-1).mean() / 2
    for regularizer in ("l2", sc.regularizers.L2(), "total(z**2)/2", lambda z: sc.total(z**2) / 2):
        criterion = torch_loss("gce", regularizer=regularizer, weight=0.1)
        torch.testing.assert_close(criterion(Z, Y), expected, rtol=1e-13, atol=0)


def test_priors_and_rates_that_were_counted_add_up_but_for_rounding() -> None:
    counted = torch.tensor([17.0, 5.0, 7.0]) / 29
    criterion = torch_loss("logit_adjusted_ce", pi=counted)
    torch.testing.assert_close(criterion(Z, Y), F.cross_entropy(Z + counted.double().log(), Y), rtol=1e-6, atol=0)
    rates = torch.tensor([[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.2, 0.1, 0.7]])
    expected = -(Z.softmax(-1) @ rates.double()).log()[[0, 1, 2], Y].mean()
    for given in (rates, rates.tolist(), rates.double()):
        torch.testing.assert_close(torch_loss("forward", T=given)(Z, Y), expected, rtol=1e-6, atol=0)


def test_any_float_in_the_interval_is_a_value() -> None:
    # 0.1/9 is no short decimal, so no theorem is stated about it; a network may be trained with it all the same
    torch.testing.assert_close(torch_loss("gce", q=0.1 / 9)(Z, Y), gce(0.1 / 9).mean(), rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", names("loss"))
def test_every_loss_of_the_catalogue_is_one(name: str) -> None:
    one = next(one for c in (3, 2) if (one := catalogue_formula("loss", name, c)) is not None)
    z = Z[:, : one.classes].clone().requires_grad_()
    labels = Y % one.classes
    value = torch_loss(name, classes=one.classes)(z, labels)
    (slope,) = torch.autograd.grad(value, z) if value.requires_grad else (torch.zeros_like(z),)
    assert value.isfinite()
    assert slope.isfinite().all()


@pytest.mark.parametrize("name", names("regularizer"))
def test_every_regularizer_of_the_catalogue_is_one(name: str) -> None:
    z = Z.clone().requires_grad_()
    # its parameter is called as lambda is
    regularizer = sc.regularizers.ElasticNet(weight=1) if name == "elastic_net" else name
    with_it = torch_loss("cross_entropy", regularizer=regularizer, weight=2, classes=3)(z, Y)
    alone = torch_loss("cross_entropy", regularizer=regularizer, weight=0, classes=3)(z, Y)
    torch.testing.assert_close(alone, F.cross_entropy(z, Y), rtol=1e-13, atol=1e-13)
    assert torch.autograd.grad(with_it, z)[0].isfinite().all()


def test_it_is_a_module_that_shows_what_it_computes() -> None:
    criterion = torch_loss("gce", regularizer="l2", weight=0.1)
    assert isinstance(criterion, nn.Module)
    assert str(criterion).splitlines()[1].strip() == (
        "gce: (1 - softmax(z)[y]**q)/q + weight l2: total(z**2)/2, q=0.7, weight=0.1, reduction=mean"
    )
    assert list(criterion.parameters()) == []
    assert numerics.torch_loss is torch_loss


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_logits_of_16_bits_are_calculated_with_in_float32(dtype: torch.dtype) -> None:
    criterion = torch_loss("gce", regularizer="l2", weight=0.1)
    z = (20 * Z).to(dtype).requires_grad_()
    value = criterion(z, Y)
    assert value.dtype is torch.float32
    exact = z.detach().float().requires_grad_()
    assert value == criterion(exact, Y)
    (slope,), (expected,) = torch.autograd.grad(value, z), torch.autograd.grad(criterion(exact, Y), exact)
    assert slope.dtype is dtype
    assert torch.equal(slope, expected.to(dtype))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_other_logits_keep_their_dtype(dtype: torch.dtype) -> None:
    for labels in (Y, F.one_hot(Y, 3).float(), F.one_hot(Y, 3).double()):
        assert torch_loss("gce", regularizer="l2")(Z.to(dtype), labels).dtype is dtype


def test_autocast_leaves_the_loss_alone() -> None:
    layer = nn.Linear(3, 3)
    x = torch.randn(8, 3, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(8) % 3
    # the forward correction has a product of matrices, which autocast would take in bfloat16
    for criterion in (
        torch_loss("forward", classes=3),
        torch_loss("cross_entropy", regularizer="quadratic_form", classes=3),
    ):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = layer(x)
            value = criterion(logits, labels)
        assert logits.dtype is torch.bfloat16
        assert value.dtype is torch.float32
        assert value == criterion(logits.float(), labels)
        value.backward()
        assert layer.weight.grad.isfinite().all()


@pytest.mark.parametrize("labels", [Y.to(torch.int32), Y.to(torch.int8), Y.to(torch.uint8)], ids=lambda t: str(t.dtype))
def test_labels_are_integers_of_any_kind(labels: Tensor) -> None:
    torch.testing.assert_close(torch_loss("gce")(Z, labels), gce(0.7).mean(), rtol=1e-13, atol=0)


def test_a_law_gives_the_mean_of_the_values_and_not_the_value_of_the_mean() -> None:
    # E p_y^q = sum_k law_k p_k^q
    law = torch.tensor([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]], dtype=torch.float64)
    expected = (law * (1 - Z.softmax(-1) ** 0.7) / 0.7).sum(-1)
    torch.testing.assert_close(torch_loss("gce", reduction="none")(Z, law), expected, rtol=1e-13, atol=0)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("cross_entropy", {}), ("gce", {"q": 0.3}), ("focal", {"gamma": 0.5}), ("nfl", {}), ("nce", {}), ("sce", {}),
        ("js_divergence", {}), ("forward", {}), ("elr", {}), ("asymmetric_loss", {}), ("label_smoothing", {}),
        ("taylor_ce", {}), ("pairwise_logistic", {}), ("class_weighted_ce", {}),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_gradients_are_those_of_differences(name: str, numbers: dict[str, float]) -> None:
    z = Z.clone().requires_grad_()
    law = torch.tensor([0.2, 0.3, 0.5], dtype=torch.float64).expand(3, 3)
    for reduction in ("mean", "none"):
        criterion = torch_loss(name, regularizer="log_cosh", weight=0.1, reduction=reduction, classes=3, **numbers)
        for labels in (Y, law):
            assert torch.autograd.gradcheck(lambda z, c=criterion, y=labels: c(z, y), z)
            assert torch.autograd.gradgradcheck(lambda z, c=criterion, y=labels: c(z, y), z)


COMPILED: dict[str, Callable[[], nn.Module]] = {
    "cross-entropy": lambda: torch_loss("cross_entropy"),
    "gce + l2": lambda: torch_loss("gce", regularizer="l2", weight=0.1),
    "focal": lambda: torch_loss("focal", gamma=0.5, reduction="sum"),
    "nfl": lambda: torch_loss("nfl", reduction="none"),
    "js_divergence": lambda: torch_loss("js_divergence"),
    "forward": lambda: torch_loss("forward", classes=3),
    "class weights": lambda: torch_loss("class_weighted_ce", w=[1, 2, 3]),
    "left out": lambda: torch_loss("mae", ignore_index=1),
}


@pytest.mark.parametrize("name", one_in(3, [*COMPILED]))
def test_a_compiled_loss_is_the_same(name: str) -> None:
    assert_compiled_is_the_same(COMPILED[name](), "aot_eager")


def test_a_sum_of_entries_is_a_loss() -> None:
    z, y = torch.randn(6, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1)), torch.arange(6) % 4
    p = z.softmax(1)
    share, entropy = p.gather(1, y[:, None])[:, 0], (p * p.log()).sum(1)
    criterion = torch_loss("gce + 2*mae", regularizer="2*l2 + entropy", weight=3, q="1/2")
    by_hand = (2 * (1 - share.sqrt()) + 4 * (1 - share)) + 3 * ((z**2).sum(1) + entropy)
    assert float(criterion(z, y)) == pytest.approx(float(by_hand.mean()), rel=1e-12)
    assert sc.certify(torch_loss("gce + 2*mae"), "l2").loss.title == "(gce + 2*mae)(q=7/10)"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # torch's own, from inductor
@pytest.mark.parametrize("name", ["gce + l2", "nfl", "js_divergence"])
def test_a_loss_compiled_to_machine_code_is_the_same(name: str) -> None:
    assert_compiled_is_the_same(COMPILED[name](), "inductor")


def assert_compiled_is_the_same(criterion: nn.Module, backend: str) -> None:
    torch._dynamo.reset()
    compiled = torch.compile(criterion, backend=backend, fullgraph=True)
    law = torch.tensor([0.2, 0.3, 0.5], dtype=torch.float64).expand(3, 3)
    for labels in (Y,) if criterion.settings.ignore_index is not None else (Y, law):
        at, plain = Z.clone().requires_grad_(), Z.clone().requires_grad_()
        found, expected = compiled(at, labels), criterion(plain, labels)
        torch.testing.assert_close(found, expected, rtol=1e-11, atol=1e-12)
        found.sum().backward()
        expected.sum().backward()
        torch.testing.assert_close(at.grad, plain.grad, rtol=1e-10, atol=1e-12)


def test_a_training_step_is_compiled_as_a_whole() -> None:
    torch._dynamo.reset()
    layer, criterion = nn.Linear(3, 3, dtype=torch.float64), torch_loss("gce", regularizer="l2", weight=0.1)

    def step(x: Tensor) -> Tensor:
        value: Tensor = criterion(layer(x), Y)
        return value

    value = torch.compile(step, backend="aot_eager", fullgraph=True)(Z)
    value.backward()
    by_compiled = layer.weight.grad.clone()
    layer.zero_grad()
    step(Z).backward()
    torch.testing.assert_close(by_compiled, layer.weight.grad, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", ["cross_entropy", "gce", "nfl", "js_divergence", "focal"])
def test_torch_func_differentiates_and_vectorises_it(name: str) -> None:
    criterion = torch_loss(name, regularizer="l2", weight=0.1)
    z = Z.clone().requires_grad_()
    (together,) = torch.autograd.grad(criterion(z, Y), z)
    per_sample = vmap(grad(criterion))(Z, Y)
    torch.testing.assert_close(per_sample, 3 * together, rtol=1e-11, atol=1e-12)
    in_rows = vmap(criterion)(Z[:, None], Y[:, None])
    torch.testing.assert_close(in_rows, torch_loss(name, regularizer="l2", weight=0.1, reduction="none")(Z, Y))
    hessian = jacfwd(jacrev(criterion))(Z, Y)
    by_autograd = torch.autograd.functional.hessian(lambda z: criterion(z, Y), Z)
    torch.testing.assert_close(hessian, by_autograd, rtol=1e-10, atol=1e-12)


def test_a_network_learns_with_it() -> None:
    layer = nn.Linear(2, 3, dtype=torch.float64)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    x, labels = torch.eye(2, dtype=torch.float64), torch.tensor([2, 0])
    criterion = torch_loss(sc.certify("gce", "l2"), weight=0.01)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    first = criterion(layer(x), labels)
    # at z = 0: p = 1/3
    assert first.item() == pytest.approx((1 - 3**-0.7) / 0.7, rel=1e-14)
    for _ in range(20):
        optimizer.zero_grad()
        loss = criterion(layer(x), labels)
        loss.backward()
        optimizer.step()
    assert loss < first
    assert torch.equal(layer(x).argmax(1), labels)


def test_the_gradient_at_0_is_kappa_times_that_of_cross_entropy() -> None:
    z = torch.zeros(3, 4, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch_loss("gce", q=0.7, reduction="sum")(z, Y), z)
    # -kappa (e_y - 1/C) with kappa = C^-q
    torch.testing.assert_close(slope, -(4**-0.7) * (F.one_hot(Y, 4) - 0.25).double(), rtol=1e-13, atol=0)


def test_second_to_none_in_size() -> None:
    # 10^5 classes, in float32: log C, and the share of each other class
    z = torch.zeros(2, 10**5, requires_grad=True)
    value = torch_loss("cross_entropy")(z, torch.tensor([0, 10**5 - 1]))
    assert value.item() == pytest.approx(math.log(10**5), rel=1e-6)
    (slope,) = torch.autograd.grad(value, z)
    assert slope[0, 1].item() == pytest.approx(1e-5 / 2, rel=1e-5)
