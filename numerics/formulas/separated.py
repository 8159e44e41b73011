"""Pairs whose labels enter linearly, taken apart: what the fast solver evaluates is read off the certified formulas.

    mean over the law of y of l(z, y) + lambda g(z) =
        c <law, z> + s logsumexp(z) + R(z) + lambda P(z) + 1/2 z'(K + lambda H) z,

with R and P what is left of loss and regularizer.  logsumexp has its gradient softmax(z) in closed form, quadratic
forms act on the weights alone, and R and P are differentiated by torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.formulas.batch import values
from numerics.formulas.curvature_at_zero import penalty_curvature
from numerics.formulas.label_part import LOGSUMEXP, is_quadratic_form, linear_in_label
from numerics.formulas.objective import Objective
from symcheck.language.formula import Formula

Parts = tuple[tuple[float, Formula], ...]
"""weight_j F_j(z), to be added up."""


@dataclass(frozen=True, eq=False)
class Separated:
    """``label`` c, ``lse`` s, ``loss_rest`` R, ``penalty_rest`` P, ``loss_form`` K and ``penalty_form`` H (C, C)."""

    label: float
    lse: float
    loss_rest: Parts
    penalty_rest: Parts
    loss_form: Tensor
    penalty_form: Tensor
    parameters: Mapping[str, float]

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to automatic differentiation."""
        return not self.loss_rest and not self.penalty_rest

    def rest(self, z: Tensor, lambda_: Tensor) -> Tensor:
        """R(z) + lambda P(z): ``z`` (..., C) and ``lambda_``, which broadcasts against (...), give (...)."""
        loss = _total(self.loss_rest, z, self.parameters)
        return loss + lambda_ * _total(self.penalty_rest, z, self.parameters)


def separated(objective: Objective, like: Tensor) -> Separated | None:
    """``objective`` taken apart, or None if its loss is not seen to be linear in the label.

    Parameters: ``like`` (C,) gives C, dtype and device.
    """
    classes, numbers = len(like), objective.parameters
    # With a detached part the gradient that trains is not that of the value, and the parts here are values.
    loss = None if objective.has_detached_parts else linear_in_label(objective.loss, classes, numbers)
    penalty = linear_in_label(objective.regularizer, classes, numbers)
    if loss is None or penalty is None:
        return None
    # Whatever is not recognised is left to torch, so a form that is missed costs time and no truth.
    lse = sum(weight for weight, formula in loss.parts if formula == LOGSUMEXP)
    loss_form, loss_rest = _forms([p for p in loss.parts if p[1] != LOGSUMEXP], like, numbers)
    penalty_form, penalty_rest = _forms(penalty.parts, like, numbers)
    return Separated(loss.coefficient, lse, loss_rest, penalty_rest, loss_form, penalty_form, numbers)


def _forms(
    parts: list[tuple[float, Formula]] | Parts, like: Tensor, parameters: Mapping[str, float]
) -> tuple[Tensor, Parts]:
    """The sum of the quadratic forms among ``parts`` as a matrix, and the others."""
    matrix = torch.zeros(len(like), len(like), dtype=like.dtype, device=like.device)
    rest = []
    for weight, formula in parts:
        if is_quadratic_form(formula, like, parameters):
            matrix = matrix + weight * penalty_curvature(formula, like, parameters)
        else:
            rest.append((weight, formula))
    return matrix, tuple(rest)


def _total(parts: Parts, z: Tensor, parameters: Mapping[str, float]) -> Tensor:
    found = torch.zeros(z.shape[:-1], dtype=z.dtype, device=z.device)
    for weight, formula in parts:
        found = found + weight * values(formula, z, None, parameters)
    return found
