"""The batch reading says what the plain reading says: the same values, gradients and Hessians."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.func import grad, hessian, jvp, vmap

from benchmarks.soundness.kinds.random_formulas import trial
from numerics.formulas.batch import values, values_by_label
from numerics.formulas.stable_form import smooth_form
from symcheck.errors import FormulaError
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind
from tests.numerics.catalogue_formulas import ENTRIES, CatalogueFormula, catalogue_formulas, plain_values
from tests.numerics.formulas.nonnegative_terms import formula_of_nonnegatives

CLASSES = (2, 3, 5)
SAMPLES = 3

UNDEFINED_AT_0 = {"cosine", "logit_norm", "norm"}

BENT_AT_0 = {"bootstrap_hard": (2, 3, 5), "truncated_gce": (2,), "l1_5": CLASSES}
"""Where the two readings may differ in a derivative at 0: by the predicted class, at p = 1/2, as |z|^1.5."""

STDS = {"entmax": 0.2}
"""Where some of its shares are 0, p^1.5 has a second derivative that torch does not find."""

OfLogits = Callable[[Tensor], Tensor]


def logits(classes: int, std: float = 1.5) -> Tensor:
    return std * torch.randn(SAMPLES, classes, generator=torch.Generator().manual_seed(classes), dtype=torch.float64)


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
        torch.autograd.grad(column.sum(), z, retain_graph=True, allow_unused=True)[0] if first.requires_grad else None
        for column in first.unbind(-1)
    ]
    return value.detach(), first.detach(), torch.stack([zero if row is None else row for row in rows], 1)


def assert_same(found: tuple[Tensor, ...], expected: tuple[Tensor, ...], where: object) -> None:
    for batch_value, plain in zip(found, expected, strict=True):
        assert plain.isfinite().all(), where
        torch.testing.assert_close(batch_value, plain, rtol=1e-9, atol=1e-10, msg=lambda text: f"{where}\n{text}")


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
        z = logits(one.classes, STDS.get(name, 1.5))
        for way, (batch, plain) in ways(one).items():
            assert_same(by_autograd(batch, z), by_autograd(plain, z), (one.classes, way))


@pytest.mark.parametrize(("kind", "name"), [row for row in ENTRIES if row[1] not in UNDEFINED_AT_0], ids=lambda v: v)
def test_value_gradient_and_hessian_at_0(kind: Kind, name: str) -> None:
    for one in catalogue_formulas(kind, name, CLASSES):
        z = torch.zeros(SAMPLES, one.classes, dtype=torch.float64)
        known = 1 if one.classes in BENT_AT_0.get(name, ()) else 3
        for way, (batch, plain) in ways(one).items():
            assert_same(by_autograd(batch, z)[:known], by_autograd(plain, z)[:known], (one.classes, way))


@pytest.mark.parametrize(("kind", "name"), ENTRIES, ids=lambda v: v)
def test_the_transforms_of_torch_see_the_same(kind: Kind, name: str) -> None:
    for one in catalogue_formulas(kind, name, CLASSES):
        assert_transformed(one, logits(one.classes, STDS.get(name, 1.5)))


def assert_transformed(one: CatalogueFormula, z: Tensor) -> None:
    """vmap, grad, hessian and jvp find the derivatives of the plain reading."""
    at, along = labels(one.classes), z.flip(0)

    def of_sample(z: Tensor, label: Tensor) -> Tensor:
        return values(one.formula, z, label, one.numbers)

    def of_batch(z: Tensor) -> Tensor:
        return of_sample(z, at)

    expected = by_autograd(lambda z: plain_values(smooth_form(one.formula), z, at, one.numbers), z)
    found = tuple(vmap(function)(z, at) for function in (of_sample, grad(of_sample), hessian(of_sample)))
    assert_same(found, expected, one.classes)
    slope = jvp(of_batch, (z,), (along,))[1]
    torch.testing.assert_close(slope, (expected[1] * along).sum(-1), rtol=1e-9, atol=1e-10)


def assert_read_alike(formula: Formula, z: Tensor, numbers: dict[str, float]) -> None:
    """The batch reading has a number where the plain one has, and the same one."""
    at = torch.arange(len(z)) % z.shape[-1]
    smooth = smooth_form(formula)
    batch: tuple[OfLogits, ...] = (
        lambda z: values(formula, z, at, numbers),
        lambda z: values_by_label(formula, z, numbers)[..., -1],
    )
    plain: tuple[OfLogits, ...] = (
        lambda z: plain_values(smooth, z, at, numbers),
        lambda z: plain_values(smooth, z, None, numbers)[..., -1],
    )
    for pair in zip(batch, plain, strict=True):
        (batch_value, batch_slope), (value, slope) = (value_and_slope(of, z) for of in pair)
        known = value.isfinite() & slope.isfinite().all(-1)
        size = 1 + value.abs() + slope.abs().amax(-1)
        assert ((batch_value - value).abs() <= 1e-9 * size)[known].all(), (str(formula), z)
        assert ((batch_slope - slope).abs().amax(-1) <= 1e-8 * size)[known].all(), (str(formula), z)


def value_and_slope(of: OfLogits, z: Tensor) -> tuple[Tensor, Tensor]:
    at = z.clone().requires_grad_()
    value = of(at)
    slope = torch.autograd.grad(value.sum(), at, allow_unused=True)[0] if value.requires_grad else None
    return value.detach(), torch.zeros_like(z) if slope is None else slope


def normal_logits(seed: int, classes: int) -> Tensor:
    return torch.randn(3, classes, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@given(seed=st.integers(0, 10**9), classes=st.integers(2, 4))
@settings(max_examples=150)
def test_formulas_of_what_is_at_least_0_are_read_alike(seed: int, classes: int) -> None:
    try:
        formula = formula_of_nonnegatives(random.Random(seed), classes)
    except FormulaError:  # such as a class-vector in the place of a scalar
        return
    assert_read_alike(formula, normal_logits(seed, classes), {})


@given(seed=st.integers(0, 10**9), classes=st.integers(2, 4))
@settings(max_examples=100)
def test_formulas_of_the_whole_vocabulary_are_read_alike(seed: int, classes: int) -> None:
    pair = trial(random.Random(seed), 0)
    for formula in (pair.loss, pair.regularizer):
        assert_read_alike(formula, normal_logits(seed, classes), {p.name: 1.0 for p in formula.parameters})
