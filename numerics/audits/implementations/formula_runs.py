"""The formula at points: its values and the gradients that autograd returns for it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from numerics.formulas.batch import values
from symcheck.errors import SymcheckError
from symcheck.language.formula import Formula
from symcheck.reason import Undecided


def values_at(formula: Formula, z: Tensor, y: Tensor, numbers: Mapping[str, float]) -> Tensor | None:
    """l(z, y) for each sample, None where the formula cannot be read on tensors."""
    with torch.no_grad():
        return _values(formula, z, y, numbers)


def values_and_gradients(
    formula: Formula, z: Tensor, y: Tensor, numbers: Mapping[str, float]
) -> tuple[Tensor, Tensor] | None:
    """The same with the gradient of each sample."""
    leaf = z.clone().requires_grad_()
    found = _values(formula, leaf, y, numbers)
    if found is None:
        return None
    if not found.requires_grad:
        return found, torch.zeros_like(z)
    (gradient,) = torch.autograd.grad(found.sum(), leaf, allow_unused=True)
    return found.detach(), torch.zeros_like(z) if gradient is None else gradient


def _values(formula: Formula, z: Tensor, y: Tensor, numbers: Mapping[str, float]) -> Tensor | None:
    used = {p.name for p in formula.parameters}
    try:
        return values(formula, z, y, {n: v for n, v in numbers.items() if n in used})
    except (SymcheckError, Undecided, ArithmeticError, ValueError, RuntimeError, TypeError):
        # What is made of a formula to explain code need not have a meaning at this point.
        return None
