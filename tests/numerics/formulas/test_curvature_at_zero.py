"""The few numbers of second derivatives at 0 against the whole arrays of torch.func.hessian, over the catalogue."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.func import hessian

from numerics.formulas.batch import values, values_by_label
from numerics.formulas.curvature_at_zero import (
    AlikeCurvatures,
    loss_curvature,
    penalty_curvature,
    treats_classes_alike,
    written_out,
)
from symcheck.intake.catalogue import loss_named, names
from symcheck.language import functions as sc
from symcheck.language.formula import Formula, symbols
from tests.numerics.catalogue_formulas import catalogue_formulas

z, y = symbols()
CLASSES = (2, 3, 5)


def by_label(formula: Formula, classes: int, parameters: dict[str, float]) -> Tensor:
    """D^2 l(0, y) for every label, (C, C, C), as torch has it."""
    zero = torch.zeros(classes, dtype=torch.float64)
    found: Tensor = hessian(lambda x: values_by_label(formula, x, parameters))(zero)
    return found


def agree(found: Tensor, expected: Tensor) -> None:
    """Where torch has a number: at a kink it may have none, and then there is nothing to compare."""
    there = expected.isfinite()
    scale = float(expected[there].abs().max()) if bool(there.any()) else 1.0
    torch.testing.assert_close(found[there], expected[there], rtol=0, atol=1e-12 * max(scale, 1.0))


@pytest.mark.parametrize("name", names("loss"))
def test_losses_of_the_catalogue(name: str) -> None:
    chance = torch.Generator().manual_seed(0)
    for one in catalogue_formulas("loss", name, CLASSES):
        expected = by_label(one.formula, one.classes, one.numbers)
        every = torch.eye(one.classes, dtype=torch.float64)
        agree(loss_curvature(one.formula, every, one.numbers), expected)
        laws = torch.rand(2, 3, one.classes, generator=chance, dtype=torch.float64)
        laws /= laws.sum(-1, keepdim=True)
        agree(loss_curvature(one.formula, laws, one.numbers), torch.einsum("aby,yij->abij", laws, expected))


@pytest.mark.parametrize("name", names("regularizer"))
def test_penalties_of_the_catalogue(name: str) -> None:
    for one in catalogue_formulas("regularizer", name, CLASSES):
        like = torch.zeros(one.classes, dtype=torch.float64)
        expected = hessian(lambda x, one=one: values(one.formula, x, None, one.numbers))(like)
        agree(penalty_curvature(one.formula, like, one.numbers), expected)


ORDERED = {
    "the hard label": Formula.of(-sc.total(sc.onehot_argmax(z) * sc.log_softmax(z)) - z[y]),
    "the hard label of the opposite": Formula.of(sc.total(sc.onehot_argmax(-z) * sc.softplus(z)) - z[y]),
}
ALIKE = {
    "with a detached part": Formula.of(-sc.detach(sc.softmax(z)[y]) * sc.log_softmax(z)[y]),
    "with a detached sum": Formula.of(sc.detach(sc.total(sc.softmax(z) ** 2)) * (sc.logsumexp(z) - z[y]) ** 2),
    "with a mean over the classes": Formula.of((sc.softmax(z)[y] - sc.mean(sc.softmax(z))) ** 2),
    "of differences": Formula.of(sc.total(sc.softplus(z - z[y]) ** 2)),
}


@pytest.mark.parametrize("name", [*ORDERED, *ALIKE])
@pytest.mark.parametrize("classes", CLASSES)
def test_formulas_of_a_kind(name: str, classes: int) -> None:
    formula = {**ORDERED, **ALIKE}[name]
    assert treats_classes_alike(formula) is (name in ALIKE)
    every = torch.eye(classes, dtype=torch.float64)
    agree(loss_curvature(formula, every, {}), by_label(formula, classes, {}))


def test_an_entry_without_a_number_spoils_no_other() -> None:
    numbers = AlikeCurvatures(*(torch.tensor(x, dtype=torch.float64) for x in (torch.nan, 1.0, 2.0, 3.0, 4.0)))
    found = numbers.mean(torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64))
    expected = torch.tensor([[3.0, 2.0, 4.0], [1.0, torch.nan, 1.0], [4.0, 2.0, 3.0]], dtype=torch.float64)
    torch.testing.assert_close(found, expected, equal_nan=True)


def test_of_many_classes_nothing_of_the_size_of_the_cube_is_held() -> None:
    # C^3 numbers would be 8 GB, and C^2 of them for each of many rows as well
    classes = 1000
    law = torch.full((classes,), 1 / classes, dtype=torch.float64)
    formula = loss_named("cross_entropy").recorded
    expected = (torch.eye(classes, dtype=torch.float64) - 1 / classes) / classes
    torch.testing.assert_close(loss_curvature(formula, law, {}), expected, rtol=0, atol=1e-15)


def test_rows_that_are_differentiated_in_parts_are_the_same() -> None:
    formula = Formula.of(sc.logsumexp(z) ** 2)
    zero = torch.zeros(4, dtype=torch.float64)
    whole = hessian(lambda x: values(formula, x, None, {}))(zero)
    torch.testing.assert_close(written_out(lambda x: values(formula, x, None, {}), zero), whole, rtol=0, atol=1e-14)
