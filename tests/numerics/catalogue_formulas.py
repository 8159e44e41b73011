"""The formulas of the catalogue with numbers in the place of parameters, and logits that are hard to calculate with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from numerics.formulas.batch import values
from numerics.formulas.plain import PlainReading
from numerics.torch_losses.numbers import numbers_of
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.given import subject_of
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes
from symcheck.problem import scope_of

ENTRIES: tuple[tuple[Kind, str], ...] = (
    *(("loss", name) for name in names("loss")),
    *(("regularizer", name) for name in names("regularizer")),
)


@dataclass(frozen=True, eq=False)
class CatalogueFormula:
    """The formula of an entry at this C, its arrays filled, with the default of each parameter."""

    name: str
    classes: int
    formula: Formula
    numbers: dict[str, float]


@cache
def catalogue_formula(kind: Kind, name: str, classes: int) -> CatalogueFormula | None:
    """The formula, None if the entry is not about C classes."""
    entry = (loss_named if kind == "loss" else regularizer_named)(name)
    if classes not in entry.classes:
        return None
    subject = subject_of(entry, kind, entry.classes)
    numbers, arrays = numbers_of(scope_of((subject,), Classes.of(classes)), {})
    return CatalogueFormula(name, classes, subject.formula.with_arrays(arrays), numbers)


def catalogue_formulas(kind: Kind, name: str, classes: tuple[int, ...]) -> Iterator[CatalogueFormula]:
    """The formula of an entry at each of these C that it is about; at least one."""
    found = [formula for c in classes if (formula := catalogue_formula(kind, name, c)) is not None]
    assert found, f"{name} is about none of {classes}"
    yield from found


def plain_values(formula: Formula, z: Tensor, label: Tensor | None, numbers: dict[str, float]) -> Tensor:
    """l(z, y), or l(z, k) for every class k without a label, operator by operator and without any rule."""
    plain = PlainReading(z, label, numbers)
    found = plain.tensor(plain.read(formula))
    if label is None:
        return found.squeeze(-1).expand(z.shape)
    return found.reshape(1, 1).expand(*z.shape[:-1], 1, 1)[..., 0, 0] if found.ndim < 3 else found[..., 0, 0]


def value_of_each_label(one: CatalogueFormula, z: Tensor) -> Tensor:
    """l(z, k) for every class k, each by class indices: (N, C)."""
    labels = [torch.full(z.shape[:-1], k) for k in range(one.classes)]
    return torch.stack([values(one.formula, z, label, one.numbers) for label in labels], -1)


def hard_logits(classes: int, dtype: torch.dtype) -> dict[str, Tensor]:
    """Batches (N, C) by what is hard about them; the same numbers, up to rounding, in each dtype."""
    chance = torch.Generator().manual_seed(classes)

    def normal(samples: int) -> Tensor:
        return torch.randn(samples, classes, generator=chance, dtype=torch.float64)

    tied = normal(16)
    tied[:, 1] = tied[:, 0]
    one = torch.eye(classes, dtype=torch.float64)
    found = {
        **{f"normal, std {std:g}": std * normal(32) for std in (5, 50, 1000, 1e4)},
        "ties": torch.cat([tied, 1000 * tied, torch.full((2, classes), 3.0, dtype=torch.float64)]),
        "zeros": torch.zeros(2, classes, dtype=torch.float64),
        "constants": torch.tensor([[1e4], [-1e4]], dtype=torch.float64).expand(2, classes),
        **{f"right or wrong by {by:g}": torch.cat([by * one, -by * one]) for by in (200, 1e4)},
    }
    return {name: batch.to(dtype) for name, batch in found.items()}
