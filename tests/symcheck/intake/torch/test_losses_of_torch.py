"""Losses of torch.nn and torch.nn.functional come out as the formulas of their documentation."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from symcheck.intake.parser import parsed
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes

THREE = torch.tensor([1.0, 2.0, 4.0])


def one_hot(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return F.one_hot(y, z.shape[1]).float()


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (F.cross_entropy, "-log_softmax(z)[y]"),
        (nn.CrossEntropyLoss(), "-log_softmax(z)[y]"),
        (lambda z, y: F.cross_entropy(z, y, size_average=False), "-log_softmax(z)[y]"),
        (nn.CrossEntropyLoss(label_smoothing=0.1), "9/10*-log_softmax(z)[y] - 1/10*mean(log_softmax(z))"),
        (functools.partial(F.cross_entropy, label_smoothing=0.5), "1/2*-log_softmax(z)[y] - 1/2*mean(log_softmax(z))"),
        (lambda z, y: F.cross_entropy(z / 2, y, ignore_index=-1), "-log_softmax(z/2)[y]"),
        (lambda z, y: F.cross_entropy(z, one_hot(z, y)), "-total(onehot(y)*log_softmax(z))"),
        (lambda z, y: F.cross_entropy(z, torch.softmax(2 * z, 1)), "-total(softmax(2*z)*log_softmax(z))"),
        (nn.NLLLoss(), "-z[y]"),
        (lambda z, y: F.nll_loss(F.log_softmax(z, dim=1), y), "-log_softmax(z)[y]"),
        (nn.MultiMarginLoss(), "total(relu(1 - z[y] + z), but=y)/C"),
        (nn.MultiMarginLoss(p=2, margin=0.5), "total(relu(1/2 - z[y] + z)**2, but=y)/C"),
        (lambda z, y: F.mse_loss(z, one_hot(z, y)), "mean((z - onehot(y))**2)"),
        (lambda z, y: F.mse_loss(z, one_hot(z, y), reduction="sum"), "total((z - onehot(y))**2)"),
        (lambda z, y: F.mse_loss(z, one_hot(z, y), reduction="none").sum(1), "total((z - onehot(y))**2)"),
        (lambda z, y: F.l1_loss(z.softmax(1), one_hot(z, y), reduction="sum"), "total(abs(softmax(z) - onehot(y)))"),
        (
            lambda z, y: F.smooth_l1_loss(z, one_hot(z, y), beta=2.0),
            "mean(branch(z - onehot(y) - 2, z - onehot(y) - 1, "
            "branch(-(z - onehot(y)) - 2, -(z - onehot(y)) - 1, (z - onehot(y))**2/4)))",
        ),
        (
            lambda z, y: F.huber_loss(z, one_hot(z, y), reduction="sum", delta=0.5),
            "total(1/2*branch(z - onehot(y) - 1/2, z - onehot(y) - 1/4, "
            "branch(-(z - onehot(y)) - 1/2, -(z - onehot(y)) - 1/4, (z - onehot(y))**2)))",
        ),
        (
            lambda z, y: F.binary_cross_entropy_with_logits(z, one_hot(z, y), reduction="sum"),
            "total((1 - onehot(y))*z + softplus(-z))",
        ),
        (
            lambda z, y: F.binary_cross_entropy_with_logits(z, one_hot(z, y), pos_weight=torch.tensor(9.0)),
            "mean((1 - onehot(y))*z + (1 + 8*onehot(y))*softplus(-z))",
        ),
        (
            lambda z, y: F.binary_cross_entropy(z.sigmoid(), one_hot(z, y)),
            "mean(-onehot(y)*log(sigmoid(z)) - (1 - onehot(y))*log(1 - sigmoid(z)))",
        ),
        (
            lambda z, y: F.multilabel_soft_margin_loss(z, one_hot(z, y)),
            "mean((1 - onehot(y))*z + softplus(-z))",
        ),
        (
            lambda z, y: F.soft_margin_loss(z, 2 * one_hot(z, y) - 1, reduction="sum"),
            "total(softplus(-(2*onehot(y) - 1)*z))",
        ),
        (
            lambda z, y: F.kl_div(F.log_softmax(z, 1), one_hot(z, y), reduction="batchmean"),
            "total(-onehot(y)*log_softmax(z))",
        ),
        (
            lambda z, y: F.kl_div(F.log_softmax(z, 1), F.log_softmax(2 * z, 1), reduction="sum", log_target=True),
            "total(exp(log_softmax(2*z))*(log_softmax(2*z) - log_softmax(z)))",
        ),
        (
            lambda z, y: F.kl_div(F.log_softmax(z, 1), torch.full_like(z, 1 / z.shape[1]), reduction="batchmean"),
            "total(1/C*(log(1/C) - log_softmax(z)))",
        ),
    ],
)  # fmt: skip
def test_a_loss_of_torch(loss: Callable[..., object], text: str) -> None:
    found = recorded_torch(loss, "loss")
    assert str(found.formula) == text
    assert found.formula == parsed(text)
    assert found.classes == Classes()


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (nn.CrossEntropyLoss(weight=THREE, reduction="sum"), "-(w*log_softmax(z))[y]"),
        (nn.NLLLoss(weight=THREE, reduction="none"), "-(w[y]*z[y])"),
        (nn.MultiMarginLoss(weight=THREE), "w[y]*(total(relu(1 - z[y] + z), but=y)/3)"),
        (nn.CrossEntropyLoss(weight=torch.full((3,), 2.0), reduction="sum"), "-(2*log_softmax(z))[y]"),
        # The mean divides by the weights of the labels, which are all 2.
        (nn.CrossEntropyLoss(weight=torch.full((3,), 2.0)), "-log_softmax(z)[y]"),
        (
            lambda z, y: F.binary_cross_entropy_with_logits(z, one_hot(z, y), weight=THREE, reduction="sum"),
            "total(w*((1 - onehot(y))*z + softplus(-z)))",
        ),
    ],
)
def test_weights_of_the_classes(loss: Callable[..., object], text: str) -> None:
    found = recorded_torch(loss, "loss")
    assert str(found.formula) == text
    assert found.classes == Classes(3, 3)


@pytest.mark.parametrize(
    ("loss", "text", "by"),
    [
        (nn.CrossEntropyLoss(weight=THREE), "-(w*log_softmax(z))[y]", "weights of the labels"),
        (nn.NLLLoss(weight=THREE), "-(w[y]*z[y])", "weights of the labels"),
        (lambda z, y: F.cross_entropy(z, y, weight=THREE), "-(w*log_softmax(z))[y]", "weights of the labels"),
    ],
)
def test_a_mean_with_weights_is_no_mean_of_losses_and_read_as_a_sum(
    loss: Callable[..., object], text: str, by: str
) -> None:
    found = recorded_torch(loss, "loss")
    assert (str(found.formula), found.classes) == (text, Classes(3, 3))
    said = f'reduction="mean" divides by the {by} in the batch: it is read as reduction="sum"'
    assert [note.what for note in found.notes].count(said) == 1


def test_the_cut_of_a_logarithm_is_noted() -> None:
    found = recorded_torch(lambda z, y: F.binary_cross_entropy(z.sigmoid(), one_hot(z, y)), "loss")
    assert [note.what for note in found.notes] == ["torch cuts the logarithms at -100: they are read without the cut"]
