"""Values and gradients against numbers of 300 digits, where shares are next to 0 and next to 1."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from benchmarks.soundness.truth.numbers import NoOpinion
from benchmarks.soundness.truth.value import value_at
from numerics.formulas.batch import values, values_by_label
from symcheck.errors import FormulaError
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind
from tests.numerics.catalogue_formulas import ENTRIES, catalogue_formulas
from tests.numerics.formulas.nonnegative_terms import formula_of_nonnegatives

STEP = Fraction(1, 10**80)
"""A quotient of differences in 300 digits has 80 or so that are those of the derivative."""

LARGE = 1e200

DETACHED = {"focal_detached", "nfl_detached"}
"""Their gradient is not the derivative of the value."""


def true_value(formula: Formula, z: Tensor, label: int, numbers: Mapping[str, float]) -> tuple[float, Tensor] | None:
    """The value and its gradient, None where they do not exist or are huge."""
    at = [Fraction(x) for x in z.tolist()]
    given_values = {name: Fraction(value) for name, value in numbers.items()}

    def along(place: int, step: Fraction) -> object:
        return value_at(formula, [x + step * (k == place) for k, x in enumerate(at)], label, given_values)

    value = along(0, Fraction(0))
    ends = [(along(k, STEP), along(k, -STEP)) for k in range(len(at))]
    if value is None or any(end is None for pair in ends for end in pair):
        return None
    slopes = [float((a - b) * STEP.denominator / 2) for a, b in ends]
    gradient = torch.tensor(slopes, dtype=torch.float64)
    is_huge = abs(float(value)) > LARGE or float(gradient.abs().amax()) > LARGE
    return None if is_huge else (float(value), gradient)


def assert_true(
    formula: Formula, z: Tensor, numbers: Mapping[str, float], tolerance: float, *, of_gradient: bool = True
) -> int:
    """The number of labels at which value and gradient were compared."""
    compared = 0
    for label in (0, len(z) - 1):
        expected = true_value(formula, z, label, numbers)
        if expected is None:
            continue
        compared += 1
        value, gradient = expected
        for way in ("index", "all at once"):
            at = z.clone().requires_grad_()
            if way == "index":
                found = values(formula, at, torch.tensor(label), numbers)
            else:
                found = values_by_label(formula, at, numbers)[label]
            slope = torch.autograd.grad(found, at, allow_unused=True)[0] if found.requires_grad else None
            slope = torch.zeros_like(z) if slope is None else slope
            where = (str(formula), z.tolist(), label, way)
            assert abs(found.item() - value) <= tolerance * (1 + abs(value)), where
            if of_gradient:
                assert float((slope - gradient).abs().amax()) <= tolerance * (1 + float(gradient.abs().amax())), where
    return compared


def normal_logits(seed: int, classes: int, std: float) -> Tensor:
    return std * torch.randn(classes, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize(("kind", "name"), ENTRIES, ids=lambda v: v)
def test_the_catalogue_is_true(kind: Kind, name: str) -> None:
    compared = 0
    for one in catalogue_formulas(kind, name, (2, 3)):
        if one.formula.is_classwise:  # of which the truth has no opinion
            return
        for seed, std in enumerate((0.5, 5, 30, 100)):
            z = normal_logits(seed, one.classes, std)
            try:
                compared += assert_true(one.formula, z, one.numbers, 1e-11, of_gradient=name not in DETACHED)
            except NoOpinion:
                return
    assert compared


@given(seed=st.integers(0, 10**9), std=st.sampled_from((1, 10, 30, 100)))
@settings(max_examples=150)
def test_formulas_of_what_is_at_least_0_are_true(seed: int, std: float) -> None:
    try:
        formula = formula_of_nonnegatives(random.Random(seed), 3)
        assert_true(
            formula,
            normal_logits(seed, 3, std),
            {},
            1e-9,
            of_gradient=all(node.op != "detach" for node in formula.nodes),
        )
    except (FormulaError, NoOpinion):
        return
