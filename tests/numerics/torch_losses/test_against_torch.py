"""Losses that torch has: the same values and gradients in float64."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from numerics import torch_loss
from symcheck.intake.given import Given

SHAPES = {"(N, C)": (6, 3), "(C,)": (3,), "(N, C, d)": (2, 3, 4), "(N, C, d1, d2)": (2, 3, 2, 2)}
REDUCTIONS = ("mean", "sum", "none")
WEIGHTS = torch.tensor([0.5, 1.0, 3.0], dtype=torch.float64)

LossGiven = tuple[Given, dict[str, object]]
Reference = Callable[[Tensor, Tensor, str], Tensor]


def onehot(z: Tensor, y: Tensor) -> Tensor:
    """One-hot labels in the shape of the logits."""
    return F.one_hot(y, z.shape[min(1, z.ndim - 1)]).to(z.dtype).movedim(-1, min(1, z.ndim - 1))


def over_classes(of_entries: Tensor, reduction: str) -> Tensor:
    """The sum over the classes of a loss (N, C, ...), and then the reduction over the samples."""
    value = of_entries.sum(min(1, of_entries.ndim - 1))
    return value if reduction == "none" else value.mean() if reduction == "mean" else value.sum()


LOSSES: dict[str, tuple[LossGiven, Reference]] = {
    "cross_entropy": (("cross_entropy", {}), lambda z, y, r: F.cross_entropy(z, y, reduction=r)),
    "label smoothing": (
        ("label_smoothing", {"r": 0.1}),
        lambda z, y, r: F.cross_entropy(z, y, reduction=r, label_smoothing=0.1),
    ),
    "nll of log_softmax": (
        ("-log(softmax(z)[y])", {}),
        lambda z, y, r: F.nll_loss(z.log_softmax(min(1, z.ndim - 1)), y, reduction=r),
    ),
    "binary cross entropy": (
        ("one_vs_rest_logistic", {}),
        lambda z, y, r: over_classes(F.binary_cross_entropy_with_logits(z, onehot(z, y), reduction="none"), r),
    ),
    "binary cross entropy, weights of positives": (
        ("bce_pos_weight", {"w": 4}),
        lambda z, y, r: over_classes(
            F.binary_cross_entropy_with_logits(
                z, onehot(z, y), reduction="none", pos_weight=torch.tensor(4.0, dtype=z.dtype)
            ),
            r,
        ),
    ),
    "squared errors": (
        ("total((z - onehot(y))**2)", {}),
        lambda z, y, r: over_classes(F.mse_loss(z, onehot(z, y), reduction="none"), r),
    ),
    "squared errors of shares": (
        ("brier", {}),
        lambda z, y, r: over_classes(F.mse_loss(z.softmax(min(1, z.ndim - 1)), onehot(z, y), reduction="none"), r),
    ),
    "absolute errors of shares": (
        ("mae", {}),
        lambda z, y, r: over_classes(F.l1_loss(z.softmax(min(1, z.ndim - 1)), onehot(z, y), reduction="none"), r),
    ),
    "smooth absolute errors, beta = 2": (
        ("total(branch(2 - abs(z - onehot(y)), (z - onehot(y))**2/4, abs(z - onehot(y)) - 1))", {}),
        lambda z, y, r: over_classes(F.smooth_l1_loss(z, onehot(z, y), reduction="none", beta=2), r),
    ),
    "Huber, delta = 1/2": (
        ("total(branch(1/2 - abs(z - onehot(y)), (z - onehot(y))**2/2, (abs(z - onehot(y)) - 1/4)/2))", {}),
        lambda z, y, r: over_classes(F.huber_loss(z, onehot(z, y), reduction="none", delta=0.5), r),
    ),
    "Poisson": (
        ("total(exp(z)) - z[y]", {}),
        lambda z, y, r: over_classes(F.poisson_nll_loss(z, onehot(z, y), reduction="none"), r),
    ),
    "relative entropy from uniform labels": (
        ("-mean(log_softmax(z)) - log(C)", {}),
        lambda z, y, r: over_classes(
            F.kl_div(z.log_softmax(min(1, z.ndim - 1)), torch.full_like(z, 1 / 3), reduction="none"), r
        ),
    ),
}

OF_ROWS: dict[str, tuple[LossGiven, Reference]] = {
    "multi-margin": (("multi_margin", {}), lambda z, y, r: F.multi_margin_loss(z, y, reduction=r)),
    "multi-margin, squared": (
        ("multi_margin_squared", {}),
        lambda z, y, r: F.multi_margin_loss(z, y, p=2, reduction=r),
    ),
    "multi-label soft margin": (
        ("mean(softplus(z)) - z[y]/C", {}),
        lambda z, y, r: F.multilabel_soft_margin_loss(z, onehot(z, y), reduction=r),
    ),
}
"""Losses that torch has for logits (N, C) alone."""


def drawn(shape: tuple[int, ...], std: float = 2.0) -> tuple[Tensor, Tensor]:
    """Logits of this shape, and labels."""
    chance = torch.Generator().manual_seed(len(shape))
    z = std * torch.randn(shape, generator=chance, dtype=torch.float64)
    of_each = shape[:1] + shape[2:] if len(shape) > 1 else ()
    return z, torch.randint(0, 3, of_each, generator=chance)


def assert_same(criterion: Callable[[Tensor], Tensor], reference: Callable[[Tensor], Tensor], z: Tensor) -> None:
    """Value and gradient, along a direction that is not the same everywhere where there are many values."""
    found = []
    for of in (criterion, reference):
        at = z.clone().requires_grad_()
        value = of(at)
        weights = torch.linspace(0.5, 2, max(1, value.numel()), dtype=z.dtype).reshape(value.shape)
        found.append((value.detach(), torch.autograd.grad((weights * value).sum(), at)[0]))
    (value, gradient), (expected, slope) = found
    torch.testing.assert_close(value, expected, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(gradient, slope, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("name", LOSSES)
def test_the_loss_is_torchs(name: str, shape: tuple[int, ...], reduction: str) -> None:
    (given, numbers), reference = LOSSES[name]
    z, y = drawn(shape)
    criterion = torch_loss(given, reduction=reduction, **numbers)
    assert_same(lambda z: criterion(z, y), lambda z: reference(z, y, reduction), z)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", OF_ROWS)
def test_a_loss_of_rows_is_torchs(name: str, reduction: str) -> None:
    (given, numbers), reference = OF_ROWS[name]
    z, y = drawn((6, 3))
    criterion = torch_loss(given, reduction=reduction, **numbers)
    assert_same(lambda z: criterion(z, y), lambda z: reference(z, y, reduction), z)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("smoothing", [0, 0.2])
def test_laws_on_the_classes_are_torchs(shape: tuple[int, ...], reduction: str, smoothing: float) -> None:
    z, _ = drawn(shape)
    axis = min(1, z.ndim - 1)
    law = drawn(shape, 1.0)[0].flip(0).softmax(axis)
    criterion = torch_loss("label_smoothing", reduction=reduction, r=smoothing)
    assert_same(
        lambda z: criterion(z, law),
        lambda z: F.cross_entropy(z, law, reduction=reduction, label_smoothing=smoothing),
        z,
    )


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_class_weights_are_torchs(reduction: str) -> None:
    z, y = drawn((6, 3))
    criterion = torch_loss("class_weighted_ce", reduction=reduction, w=WEIGHTS)
    assert_same(lambda z: criterion(z, y), lambda z: F.cross_entropy(z, y, weight=WEIGHTS, reduction=reduction), z)


def test_the_mean_is_over_samples_where_torchs_is_by_the_weights() -> None:
    z, y = drawn((6, 3))
    criterion, reference = torch_loss("class_weighted_ce", w=WEIGHTS), nn.CrossEntropyLoss(weight=WEIGHTS)
    torch.testing.assert_close(criterion(z, y), reference(z, y) * WEIGHTS[y].mean(), rtol=1e-12, atol=0)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(6, 3), (2, 3, 2, 2)])
@pytest.mark.parametrize("ignored", [-100, 1])
def test_samples_that_are_left_out_are_torchs(shape: tuple[int, ...], reduction: str, ignored: int) -> None:
    z, y = drawn(shape)
    y[0] = ignored
    assert 0 < int((y == ignored).sum()) < y.numel()
    criterion = torch_loss("cross_entropy", reduction=reduction, ignore_index=ignored)
    assert_same(
        lambda z: criterion(z, y), lambda z: F.cross_entropy(z, y, reduction=reduction, ignore_index=ignored), z
    )


def test_what_is_left_out_with_a_regularizer_is_left_out_of_it_too() -> None:
    z, y = drawn((6, 3))
    y[:2] = -100
    criterion = torch_loss("cross_entropy", regularizer="l2", weight=0.5, ignore_index=-100)
    expected = F.cross_entropy(z[2:], y[2:]) + 0.5 * z[2:].square().sum(1).mean() / 2
    torch.testing.assert_close(criterion(z, y), expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_two_classes_have_the_soft_margin_of_torch(reduction: str) -> None:
    z = 3 * torch.randn(7, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    y = torch.tensor([0, 1, 1, 0, 1, 0, 0])
    criterion = torch_loss("logistic_margin", reduction=reduction)
    assert_same(
        lambda z: criterion(z, y), lambda z: F.soft_margin_loss(z[:, 0] - z[:, 1], 1 - 2.0 * y, reduction=reduction), z
    )


@pytest.mark.parametrize(
    "module",
    [
        nn.CrossEntropyLoss(),
        nn.CrossEntropyLoss(label_smoothing=0.3),
        nn.MultiMarginLoss(margin=0.5),
        nn.MultiMarginLoss(p=2),
    ],
    ids=str,
)
def test_a_module_of_torch_is_read_and_is_itself(module: nn.Module) -> None:
    z, y = drawn((6, 3))
    criterion = torch_loss(module)
    assert_same(lambda z: criterion(z, y), lambda z: module(z, y), z)


@pytest.mark.parametrize("size", [50.0, 1e4])
def test_cross_entropy_is_torchs_at_large_logits(size: float) -> None:
    z, y = drawn((6, 3), size)
    criterion = torch_loss("cross_entropy")
    assert_same(lambda z: criterion(z, y), lambda z: F.cross_entropy(z, y), z)
