"""The catalogue at logits up to 10^4: values and gradients are numbers, and float32 has the digits of float64."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from numerics.formulas.batch import values, values_by_label
from symcheck.language.recording import Kind
from tests.numerics.catalogue_formulas import ENTRIES, CatalogueFormula, catalogue_formulas, hard_logits
from tests.numerics.catalogue_formulas import value_of_each_label as value_of_each
from tests.sampled import one_in

CLASSES = (2, 3, 10)
DTYPES = (torch.float32, torch.float64)


def largest_lead(z: Tensor) -> Tensor:
    """max over k != y of z_k - z_y, for each label y: (N, C)."""
    others = z[:, None, :].expand(-1, z.shape[1], -1).masked_fill(torch.eye(z.shape[1], dtype=torch.bool), -math.inf)
    return others.amax(-1) - z


def at_every_label(of_sample: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda z: of_sample(z)[:, None].expand(z.shape)


GROWTHS = {
    # sum_(j != y) exp(z_j - z_y), which is exp(-v) at C = 2 and 1/p_y - 1, that of alpha = 1/2
    "adaboost_mr": largest_lead,
    "exponential_margin": largest_lead,
    "alpha_loss_below_one": largest_lead,
    # cosh(z_i) and exp(z_i)
    "cosh_penalty": at_every_label(lambda z: z.abs().amax(-1)),
    "exponential_penalty": at_every_label(lambda z: z.amax(-1)),
}
"""log l up to log C, for what grows exponentially: beyond that of the largest float it is infinite."""

UNDEFINED_AT_0 = {
    "cosine": "value",  # z_y / ||z||
    "logit_norm": "value",  # z / ||z||
    "norm": "gradient",  # z / ||z|| again
}


def value_and_gradient(one: CatalogueFormula, z: Tensor, how: str) -> tuple[Tensor, Tensor]:
    """l(z, k) (N, C) and the gradient of each of these (N, C, C)."""
    at, classes = z.clone().requires_grad_(), range(one.classes)
    if how == "indices":
        found = [values(one.formula, at, torch.full(z.shape[:-1], k), one.numbers) for k in classes]
    elif how == "all at once":
        found = list(values_by_label(one.formula, at, one.numbers).unbind(-1))
    else:  # a law with the mass 3/4 at k
        rows = 0.25 / one.classes + 0.75 * torch.eye(one.classes, dtype=z.dtype)
        found = [values(one.formula, at, row.expand(z.shape), one.numbers) for row in rows]
    values_found = torch.stack(found, -1)
    if not values_found.requires_grad:
        return values_found, torch.zeros(*z.shape, z.shape[-1], dtype=z.dtype)
    columns = [torch.autograd.grad(value.sum(), at, retain_graph=True)[0] for value in found]
    return values_found.detach(), torch.stack(columns, 1)


@pytest.mark.parametrize(
    ("kind", "name"), one_in(4, [row for row in ENTRIES if row[1] not in {*GROWTHS, *UNDEFINED_AT_0}], ids="-".join)
)
def test_values_and_gradients_are_numbers(kind: Kind, name: str) -> None:
    for one in catalogue_formulas(kind, name, CLASSES):
        for dtype in DTYPES:
            for batch, z in hard_logits(one.classes, dtype).items():
                for how in ("indices", "all at once", "law"):
                    value, gradient = value_and_gradient(one, z, how)
                    where = (one.classes, dtype, batch, how)
                    assert value.isfinite().all(), where
                    assert gradient.isfinite().all(), where


@pytest.mark.parametrize(("kind", "name"), [row for row in ENTRIES if row[1] in GROWTHS], ids=lambda v: v)
def test_what_grows_exponentially_is_a_number_as_long_as_that_is_a_float(kind: Kind, name: str) -> None:
    both = set()
    for one in catalogue_formulas(kind, name, CLASSES):
        for dtype in DTYPES:
            limit = math.log(torch.finfo(dtype).max)
            for z in hard_logits(one.classes, dtype).values():
                value, gradient = value_and_gradient(one, z, "indices")
                found = value.isfinite() & gradient.isfinite().all(-1)
                growth = GROWTHS[name](z)
                # next to the limit log C and the second factor of a gradient decide
                assert found[growth < limit - 5].all(), (one.classes, dtype)
                assert not value[growth > limit + 1].isfinite().any(), (one.classes, dtype)
                both |= {dtype} if (growth < limit - 5).any() and (growth > limit + 1).any() else set()
    assert both == set(DTYPES)


@pytest.mark.parametrize(("kind", "name"), [row for row in ENTRIES if row[1] in UNDEFINED_AT_0], ids=lambda v: v)
def test_what_has_no_value_or_gradient_at_0_has_one_everywhere_else(kind: Kind, name: str) -> None:
    for one in catalogue_formulas(kind, name, CLASSES):
        for dtype in DTYPES:
            for batch, z in hard_logits(one.classes, dtype).items():
                value, gradient = value_and_gradient(one, z, "indices")
                assert value.isfinite().all() == (batch != "zeros" or UNDEFINED_AT_0[name] == "gradient"), batch
                assert gradient.isfinite().all() == (batch != "zeros"), batch


@pytest.mark.parametrize(
    ("kind", "name"), [row for row in ENTRIES if row[1] not in {*GROWTHS, *UNDEFINED_AT_0}], ids=lambda v: v
)
def test_float32_has_the_digits_of_float64_at_the_same_logits(kind: Kind, name: str) -> None:
    # What is a difference of logits, or of their logsumexp, is known to a unit in the last place of these.
    eps = torch.finfo(torch.float32).eps
    for one in catalogue_formulas(kind, name, CLASSES):
        for batch, z in hard_logits(one.classes, torch.float32).items():
            rough, of_rough = value_and_gradient(one, z, "indices")
            exact, of_exact = value_and_gradient(one, z.double(), "indices")
            unit = eps * float(z.abs().amax())
            off = (rough - exact).abs() / (1 + exact.abs())
            assert float(off.amax()) < 1e-5 + unit, (one.classes, batch)
            off = (of_rough - of_exact).abs() / (1 + of_exact.abs().amax(-1, keepdim=True))
            assert float(off.amax()) < 1e-5 + unit, (one.classes, batch)


OF_THE_MARGIN = (
    "cross_entropy", "class_weighted_ce", "temperature_ce", "focal", "gce", "mae", "sce", "poly_loss", "phuber_ce",
    "alpha_loss", "squared_mae", "nmae", "alpha_balanced_focal", "focal_detached", "pairwise_logistic",
    "sigmoid_focal", "asymmetric_loss",
)  # fmt: skip
"""Losses of g and sums of one-dimensional losses: nothing cancels in them."""


@pytest.mark.parametrize("name", OF_THE_MARGIN)
def test_a_loss_of_the_margin_keeps_its_relative_digits_where_it_is_nearly_0(name: str) -> None:
    seen = 0
    for one in catalogue_formulas("loss", name, CLASSES):
        for batch, z in hard_logits(one.classes, torch.float32).items():
            rough, exact = value_of_each(one, z).double(), value_of_each(one, z.double())
            held = exact.abs() > 1e-30
            seen += int((exact[held] < 1e-6).sum())
            off = (rough - exact)[held].abs() / exact[held].abs()
            assert not off.numel() or float(off.amax()) < 1e-4, (one.classes, batch)
    assert seen


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("bi_tempered", {"t2": 1}), ("bi_tempered", {"t2": 1.001}), ("bi_tempered", {"t2": 3}),
        ("entmax", {"alpha": 2}),
        ("gce", {"q": 1}), ("gce", {"q": 0.001}), ("focal", {"gamma": 0}), ("focal", {"gamma": 0.5}),
        ("focal", {"gamma": 1}), ("nfl", {"gamma": 0}), ("nfl", {"gamma": 1}), ("nfl", {"gamma": 5}),
        ("js_divergence", {"pi_1": 0.001}), ("js_divergence", {"pi_1": 0.999}), ("alpha_loss", {"alpha": 1.001}),
        ("temperature_ce", {"tau": 0.001}), ("forward_uniform", {"a": 0.001}), ("forward_pair_flip", {"rho": 0}),
        ("label_smoothing", {"r": 0}), ("elr", {"lambda_": 0}), ("poly_loss", {"eps": -1}),
    ],
    ids=lambda v: v if isinstance(v, str) else ", ".join(f"{n}={x}" for n, x in v.items()),
)  # fmt: skip
def test_at_the_ends_of_parameters_values_and_gradients_are_numbers_too(name: str, numbers: dict[str, float]) -> None:
    for one in catalogue_formulas("loss", name, CLASSES):
        assert numbers.keys() <= one.numbers.keys()
        here = replace(one, numbers={**one.numbers, **{n: float(v) for n, v in numbers.items()}})
        for dtype in DTYPES:
            for batch, z in hard_logits(one.classes, dtype).items():
                for how in ("indices", "all at once"):
                    value, gradient = value_and_gradient(here, z, how)
                    where = (one.classes, dtype, batch, how)
                    assert value.isfinite().all(), where
                    assert gradient.isfinite().all(), where
