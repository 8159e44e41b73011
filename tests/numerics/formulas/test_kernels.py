"""The kernels: the same functions as written in torch's operators, under all that torch does with functions."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.func import grad, jacfwd, jacrev, vmap

from numerics.formulas import kernels
from numerics.formulas.kernels import entry_and_sum, log_of_others, log_of_sum, margin, power_of_others

KERNELS: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], Callable[[Tensor, Tensor], Tensor]]] = {
    # of the logits (..., C) and the labels, by the kernel and by definition
    "margin": (
        lambda z, y: margin(z[..., None, :], y)[..., 0, 0],
        lambda z, y: others(z, y).logsumexp(-1) - at_label(z, y),
    ),
    "entry_and_sum": (
        lambda z, y: torch.stack(entry_and_sum(z.log_softmax(-1)[..., None, :], y))[..., 0, 0].prod(0),
        lambda z, y: at_label(z.log_softmax(-1), y) * z.log_softmax(-1).sum(-1),
    ),
    "power_of_others, 1/2": (
        lambda z, y: weighted(power_of_others(z.log_softmax(-1)[..., None, :], 0.5)),
        lambda z, y: weighted((1 - z.softmax(-1))[..., None, :].sqrt()),
    ),
    "power_of_others, 3": (
        lambda z, y: weighted(power_of_others(z.log_softmax(-1)[..., None, :], 3.0)),
        lambda z, y: weighted((1 - z.softmax(-1))[..., None, :] ** 3),
    ),
}


def others(z: Tensor, y: Tensor) -> Tensor:
    """The logits of the other classes; -inf at the label."""
    return torch.where(torch.arange(z.shape[-1]) == y[..., None], -torch.inf, z)


def at_label(v: Tensor, y: Tensor) -> Tensor:
    return v.gather(-1, y[..., None])[..., 0]


def weighted(v: Tensor) -> Tensor:
    """A sum with other weights for each class."""
    return (v * torch.arange(1, v.shape[-1] + 1)).sum((-2, -1))


def drawn(samples: int, classes: int, std: float = 2.0, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    chance = torch.Generator().manual_seed(classes)
    z = std * torch.randn(samples, classes, generator=chance, dtype=torch.float64)
    return z.to(dtype), torch.arange(samples) % classes


def with_a_large_share(z: Tensor) -> Tensor:
    """The same, with one share above 1/2 and one next to 1, where the others are added up."""
    z = z.clone()
    z[0, -1] += 6
    z[1, 0] += 30
    return z


@pytest.mark.parametrize("classes", [2, 3, 10])
@pytest.mark.parametrize("name", KERNELS)
def test_value_and_gradient_are_those_by_definition(name: str, classes: int) -> None:
    kernel, definition = KERNELS[name]
    z, y = drawn(5, classes)
    found, expected = z.clone().requires_grad_(), z.clone().requires_grad_()
    value, plain = kernel(found, y), definition(expected, y)
    torch.testing.assert_close(value, plain, rtol=1e-12, atol=1e-12)
    weights = torch.arange(1.0, 6.0)
    (value * weights).sum().backward()
    (plain * weights).sum().backward()
    torch.testing.assert_close(found.grad, expected.grad, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("name", KERNELS)
def test_gradients_are_those_of_differences_once_and_twice(name: str, classes: int) -> None:
    kernel = KERNELS[name][0]
    z, y = drawn(3, classes)
    far = with_a_large_share(z).requires_grad_()
    z.requires_grad_()
    assert torch.autograd.gradcheck(lambda z: kernel(z, y), z)
    assert torch.autograd.gradgradcheck(lambda z: kernel(z, y), z)
    assert torch.autograd.gradcheck(lambda z: kernel(z, y), far)
    # next to the end of a root the second differences are no derivatives
    assert "1/2" in name or torch.autograd.gradgradcheck(lambda z: kernel(z, y), far)


@pytest.mark.parametrize("name", KERNELS)
def test_transforms_of_torch_agree_with_the_kernel(name: str) -> None:
    kernel, definition = KERNELS[name]
    z, y = drawn(4, 3)
    torch.testing.assert_close(vmap(grad(kernel))(z, y), vmap(grad(definition))(z, y), rtol=1e-11, atol=1e-12)
    expected = vmap(jacfwd(jacrev(definition)))(z, y)
    torch.testing.assert_close(vmap(jacfwd(jacrev(kernel)))(z, y), expected, rtol=1e-10, atol=1e-11)
    torch.testing.assert_close(vmap(jacrev(jacrev(kernel)))(z, y), expected, rtol=1e-10, atol=1e-11)
    by_hessian = torch.stack(
        [
            torch.autograd.functional.hessian(lambda z, y=y: kernel(z[None], y[None]).sum(), one)
            for one, y in zip(z, y, strict=True)
        ]
    )
    torch.testing.assert_close(by_hessian, expected, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("name", KERNELS)
def test_derivatives_are_carried_forward(name: str) -> None:
    kernel, definition = KERNELS[name]
    z, y = drawn(4, 3)
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(z, z.flip(0))
        found = forward_ad.unpack_dual(kernel(dual, y)).tangent
    slopes = vmap(grad(definition))(z, y)
    torch.testing.assert_close(found, (slopes * z.flip(0)).sum(-1), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", KERNELS)
def test_a_compiled_kernel_is_the_same(name: str) -> None:
    kernel = KERNELS[name][0]
    z, y = drawn(4, 3)
    torch._dynamo.reset()
    compiled = torch.compile(kernel, backend="aot_eager", fullgraph=True)
    found, expected = z.clone().requires_grad_(), z.clone().requires_grad_()
    value, plain = compiled(found, y), kernel(expected, y)
    torch.testing.assert_close(value, plain, rtol=1e-12, atol=1e-12)
    value.sum().backward()
    plain.sum().backward()
    torch.testing.assert_close(found.grad, expected.grad, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [50.0, 200.0, 1000.0, 1e4])
def test_the_margin_is_exact_where_shares_underflow(dtype: torch.dtype, size: float) -> None:
    # z = (0, s, -s): g = log(e^s + e^-s), log(1 + e^-s) - s, log(1 + e^s) + s; e^-s is less than a unit beside these
    z = torch.tensor([[0.0, size, -size]], dtype=dtype).expand(3, 3).clone().requires_grad_()
    g = margin(z[:, None, :], torch.arange(3))[:, 0, 0]
    assert g.tolist() == [size, -size, 2 * size]
    (gradient,) = torch.autograd.grad(g.sum(), z)
    # the share of each other class among the others, and -1 at the label
    expected = [[-1, 1, 0], [1, -1, math.exp(-size)], [math.exp(-size), 1, -1]]
    torch.testing.assert_close(gradient, torch.tensor(expected, dtype=dtype), rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_one_sample_that_underflows_does_not_change_the_others(dtype: torch.dtype) -> None:
    z, y = drawn(6, 3, dtype=dtype)
    far = torch.cat([z, torch.tensor([[0.0, 900.0, -900.0]], dtype=dtype)])
    for name in KERNELS:
        kernel = KERNELS[name][0]
        alone, together = z.clone().requires_grad_(), far.clone().requires_grad_()
        value = kernel(together, torch.cat([y, torch.tensor([0])]))
        eps = 16 * torch.finfo(dtype).eps
        torch.testing.assert_close(value[:-1], kernel(alone, y), rtol=eps, atol=eps)
        kernel(alone, y).sum().backward()
        value.sum().backward()
        assert together.grad.isfinite().all()
        torch.testing.assert_close(together.grad[:-1], alone.grad, rtol=eps, atol=eps)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("exponent", [0.25, 0.5, 1.0, 2.0])
def test_a_power_of_1_minus_p_keeps_its_digits_next_to_p_1(dtype: torch.dtype, exponent: float) -> None:
    for lead in (0.0, 1.0, 20.0, 60.0, 150.0):
        z = torch.tensor([[lead, 0.0]], dtype=dtype, requires_grad=True)
        found = power_of_others(z.log_softmax(-1)[:, None, :], exponent)[0, 0]
        # (1/(1 + e^a))^b, and its derivative along a: -b (1/(1 + e^a))^b /(1 + e^-a)
        small = (1 + math.exp(lead)) ** -exponent
        assert found.tolist() == pytest.approx([small, (1 + math.exp(-lead)) ** -exponent], rel=2e-5, abs=1e-38)
        (slope,) = torch.autograd.grad(found[0], z)
        slope_expected = -exponent * small / (1 + math.exp(-lead))
        assert slope[0].tolist() == pytest.approx([slope_expected, -slope_expected], rel=2e-5, abs=1e-38)


def test_log_of_others_is_log_of_1_minus_p() -> None:
    z = torch.tensor([[0.0, 0.0], [3.0, 0.0], [40.0, 0.0], [800.0, 0.0]], dtype=torch.float64)
    # 1 - p_1 = 1/(1 + e^a)
    expected = [-math.log(2), -math.log1p(math.exp(3)), -40.0, -800.0]
    assert log_of_others(z.log_softmax(-1))[:, 0].tolist() == pytest.approx(expected, rel=1e-15)


def test_the_log_of_a_sum_is_by_logarithms_where_the_sum_underflows() -> None:
    asked = []

    def by_logarithms() -> Tensor:
        asked.append(True)
        return torch.tensor([-2000.0])

    assert log_of_sum(torch.tensor([1.0]), by_logarithms).tolist() == [0.0]
    assert not asked
    assert log_of_sum(torch.tensor([1e-42]), by_logarithms).tolist() == [-2000.0]


@pytest.mark.parametrize("name", ["margin", "entry_and_sum"])
def test_labels_and_logits_are_broadcast(name: str) -> None:
    definition = KERNELS[name][1]
    z, _ = drawn(3, 4)
    labels = torch.tensor([[0, 1, 2], [3, 3, 0]])  # two rows of labels for the same three samples
    at = z.clone().requires_grad_()
    if name == "margin":
        found = margin(at[..., None, :], labels)[..., 0, 0]
    else:
        entry, total = entry_and_sum(at.log_softmax(-1)[..., None, :], labels)
        found = (entry * total)[..., 0, 0]
    expected = torch.stack([definition(z, row) for row in labels])
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)
    (gradient,) = torch.autograd.grad(found.sum(), at)
    by_rows = sum(vmap(grad(definition))(z, row) for row in labels)
    torch.testing.assert_close(gradient, by_rows, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", KERNELS)
def test_one_sample_without_a_batch_logits_without_grad_and_strides(name: str) -> None:
    kernel, definition = KERNELS[name]
    z, y = drawn(5, 3)
    torch.testing.assert_close(kernel(z[0], y[0]), definition(z[0], y[0]), rtol=1e-12, atol=1e-12)
    assert not kernel(z, y).requires_grad
    with torch.no_grad():
        assert not kernel(z.requires_grad_(), y).requires_grad
    turned = torch.randn(3, 5, dtype=torch.float64).T  # as (N, C, ...) with the classes moved to the end
    assert not turned.is_contiguous()
    torch.testing.assert_close(kernel(turned, y), kernel(turned.contiguous(), y), rtol=1e-13, atol=1e-13)
    every_second = torch.randn(5, 6, dtype=torch.float64)[:, ::2]
    torch.testing.assert_close(kernel(every_second, y), definition(every_second, y), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", KERNELS)
def test_the_logits_are_left_as_they_were(name: str) -> None:
    z, y = drawn(5, 3)
    before = z.clone()
    at = z.requires_grad_()
    KERNELS[name][0](at, y).sum().backward()
    assert torch.equal(z, before)


@pytest.mark.parametrize("name", KERNELS)
def test_tensors_are_freed_without_the_collector(name: str) -> None:
    kernel = KERNELS[name][0]
    z, y = drawn(5, 3)

    def tensors() -> int:
        return sum(1 for found in gc.get_objects() if type(found) is Tensor)

    def step() -> None:
        at = z.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(kernel(at, y).sum(), at, create_graph=True)
        gradient.square().sum().backward()

    step()
    gc.collect()
    gc.disable()
    try:
        before = tensors()
        for _ in range(5):
            step()
        assert tensors() == before
    finally:
        gc.enable()


def test_kernels_are_used_where_torch_runs_the_code_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    # all tests here would pass if they never were
    def refused(*_: object) -> None:
        raise AssertionError("the kernel was asked")

    z, y = drawn(2, 3)
    for name in ("_Margin", "_EntryAndSum", "_PowerOfOthers"):
        monkeypatch.setattr(getattr(kernels, name), "apply", refused)
    for kernel, _ in KERNELS.values():
        with pytest.raises(AssertionError, match="the kernel was asked"):
            kernel(z, y)
        vmap(kernel)(z, y)  # torch.func cannot see into them
