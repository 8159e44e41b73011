"""The batch reading says what the plain reading says: the same values, gradients and Hessians."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.func import grad, hessian, jvp, vmap

from benchmarks.soundness.kinds.random_formulas import trial
from numerics.formulas.batch import values, values_by_label
from numerics.formulas.stable_form import smooth_form
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from tests.numerics.catalogue_formulas import ENTRIES, CatalogueFormula, catalogue_formulas, plain_values

CLASSES = (2, 3, 5)
SAMPLES = 3

UNDEFINED_AT_0 = {"cosine", "logit_norm", "norm"}

OfLogits = Callable[[Tensor], Tensor]


def logits(classes: int) -> Tensor:
    return 1.5 * torch.randn(SAMPLES, classes, generator=torch.Generator().manual_seed(classes), dtype=torch.float64)


def labels(classes: int) -> Tensor:
    return torch.arange(SAMPLES) % classes


def laws(classes: int) -> Tensor:
    chance = torch.Generator().manual_seed(17 + classes)
    law = torch.rand(SAMPLES, classes, generator=chance, dtype=torch.float64)
    law[0] = torch.eye(classes)[-1]
    return law / law.sum(-1, keepdim=True)


def by_autograd(of: OfLogits, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Values, gradients (N, C) and Hessians (N, C, C) of a function of each sample, by differentiating twice."""
    z = z.clone().requires_grad_()
    value = of(z)
    zero = torch.zeros_like(z)
    (first,) = torch.autograd.grad(value.sum(), z, create_graph=True) if value.requires_grad else (zero,)
    rows = [
        torch.autograd.grad(first[:, k].sum(), z, retain_graph=True, allow_unused=True)[0] if first.requires_grad else None
        for k in range(z.shape[-1])
    ]
    return value.detach(), first.detach(), torch.stack([zero if row is None else row for row in rows], 1)


def assert_same(found: tuple[Tensor, ...], expected: tuple[Tensor, ...], where: object) -> None:
    for ours, plain in zip(found, expected, strict=True):
        assert plain.isfinite().all(), where
        torch.testing.assert_close(ours, plain, rtol=1e-9, atol=1e-10, msg=lambda text: f"{where}\n{text}")


def ways(one: CatalogueFormula) -> dict[str, tuple[OfLogits, OfLogits]]:
    """The batch reading and the plain one of the same: by class indices, by laws, at the last label of all."""
    at, law, numbers = labels(one.classes), laws(one.classes), one.numbers

    def plain(z: Tensor) -> Tensor:
        return plain_values(smooth_form(one.formula), z, None, numbers)

    return {
        "indices": (
            lambda z: values(one.formula, z, at, numbers),
            lambda z: plain_values(smooth_form(one.formula), z, at, numbers),
        ),
        "laws": (lambda z: values(one.formula, z, law, numbers), lambda z: (plain(z) * law).sum(-1)),
        "all at once": (
            lambda z: values_by_label(one.formula, z, numbers)[..., -1],
            lambda z: plain(z)[..., -1],
        ),
    }


@pytest.mark.parametrize(("kind", "name"), ENTRIES, ids=lambda v: v)
def test_value_gradient_and_hessian_at_moderate_logits(kind: Kind, name: str) -> None:
    for one in catalogue_formulas(kind, name, CLASSES):
        z = logits(one.classes)
        for way, (batch, plain) in ways(one).items():
            assert_same(by_autograd(batch, z), by_autograd(plain, z), (one.classes, way))


@pytest.mark.parametrize(("kind", "name"), [row for row in ENTRIES if row[1] not in UNDEFINED_AT_0], ids=lambda v: v)
def test_value_gradient_and_hessian_at_0(kind: Kind, name: str) -> None:
    for one in catalogue_formulas(kind, name, CLASSES):
        z = torch.zeros(SAMPLES, one.classes, dtype=torch.float64)
        for way, (batch, plain) in ways(one).items():
            assert_same(by_autograd(batch, z), by_autograd(plain, z), (one.classes, way))


@pytest.mark.parametrize(("kind", "name"), ENTRIES, ids=lambda v: v)
def test_the_transforms_of_torch_see_the_same(kind: Kind, name: str) -> None:
    for one in catalogue_formulas(kind, name, CLASSES):
        z, at, along = logits(one.classes), labels(one.classes), logits(one.classes).flip(0)
        expected = by_autograd(lambda z: plain_values(smooth_form(one.formula), z, at, one.numbers), z)

        def of_sample(z: Tensor, label: Tensor, one: CatalogueFormula = one) -> Tensor:
            return values(one.formula, z, label, one.numbers)

        found = tuple(vmap(function)(z, at) for function in (of_sample, grad(of_sample), hessian(of_sample)))
        assert_same(found, expected, one.classes)
        slope = jvp(lambda z: values(one.formula, z, at, one.numbers), (z,), (along,))[1]
        torch.testing.assert_close(slope, (expected[1] * along).sum(-1), rtol=1e-9, atol=1e-10)
