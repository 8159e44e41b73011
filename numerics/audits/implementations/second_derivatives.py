"""Second derivatives: what autograd returns when it differentiates the gradient of the code."""

from __future__ import annotations

from random import Random

import torch
from torch import Tensor

from numerics.audits.implementations.code_runs import CodeRuns, in_double
from numerics.audits.implementations.evidence import Evidence
from numerics.audits.implementations.implementation_audit import row_text
from numerics.formulas.batch import values
from symcheck.errors import SymcheckError
from symcheck.reason import Undecided

ROOM = 1e-4
"""Second derivatives differ if they do by more than this, relative to the larger of 1 and what they are."""

LARGEST = 5.0
"""Points with logits up to this size are looked at."""

MOST = 4
"""So many points of one number of classes."""


def second_note(evidence: Evidence) -> str | None:
    """What is to be noted of the Hessian times a vector, if autograd has none or another one.

    A loss is trained with its gradient: that a backward cannot be differentiated again makes it no other loss.
    """
    for compared in evidence.compared:
        code = compared.code
        inside = [i for i, p in enumerate(code.points) if not p.special and max(map(abs, p.z)) <= LARGEST]
        for place in inside[:: max(1, len(inside) // MOST)]:
            z, y = code.z[place : place + 1], code.y[place : place + 1]
            direction = _direction(code.classes)
            wanted = _product_in_formula(evidence, z, y, direction)
            with in_double():
                found = _product_in_code(evidence.runs, z, y, direction)
            if isinstance(found, str):
                return found
            if wanted is None or not wanted.isfinite().all() or not found.isfinite().all():
                continue
            if float((found - wanted).abs().max()) > ROOM * max(1.0, float(wanted.abs().max())):
                return (
                    f"with C = {code.classes}, y = {int(y)}, z = {_shown(z)} the Hessian times {_shown(direction)} is "
                    f"{_shown(found)} in the code, as autograd has it, and {_shown(wanted)} in the formula"
                )
    return None


def _shown(row: Tensor) -> str:
    return row_text(row.reshape(-1).tolist())


def _direction(classes: int) -> Tensor:
    random = Random(31 * classes)
    return torch.tensor([round(random.gauss(0, 1), 2) for _ in range(classes)], dtype=torch.float64)


def _product_in_code(runs: CodeRuns, z: Tensor, y: Tensor, direction: Tensor) -> Tensor | str:
    leaf = z.clone().requires_grad_()
    try:
        found = runs.code(leaf.clone(), y)
        return _product(found, leaf, direction) if isinstance(found, Tensor) else torch.zeros_like(direction)
    except Exception as error:  # noqa: BLE001 - the user's code may raise anything
        return f"autograd cannot differentiate the gradient of the code: {str(error).partition('.')[0]}"


def _product_in_formula(evidence: Evidence, z: Tensor, y: Tensor, direction: Tensor) -> Tensor | None:
    leaf = z.clone().requires_grad_()
    try:
        return _product(values(evidence.asked.free, leaf, y, evidence.asked.numbers), leaf, direction)
    except (SymcheckError, Undecided, RuntimeError):
        return None


def _product(value: Tensor, leaf: Tensor, direction: Tensor) -> Tensor:
    """D^2 l times ``direction``, 0 where nothing is left to differentiate."""
    nothing = torch.zeros_like(direction)
    if not value.requires_grad:
        return nothing
    (gradient,) = torch.autograd.grad(value.sum(), leaf, create_graph=True, allow_unused=True)
    if gradient is None or not gradient.requires_grad:
        return nothing
    (found,) = torch.autograd.grad(gradient.reshape(-1) @ direction, leaf, allow_unused=True)
    return nothing if found is None else found.reshape(-1)
