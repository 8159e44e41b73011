"""Fits without a penalty: whether there is a minimiser at all.

A convex loss has none if it never rises along some direction that changes it: the labels are separable, say.  Such a
direction is looked for where the solver has gone, and, for cross-entropy, along the smallest curvature there.
"""

from __future__ import annotations

import torch
from torch import Tensor

from numerics.errors import DataError
from numerics.linear.evaluation import Evaluation
from numerics.models.linear import Outputs, basis_of

FAR = 1e12
"""Scores that no minimiser has."""
AWAY = 100.0
"""A distance over which a loss that is about to rise does so."""
OPERATIONS = 64
"""Rounding of a loss, in units in the last place of the scores."""
FLAT = 1e-6
"""Curvatures below this share of the largest one are looked at as flat."""
LARGEST = 2048
"""The most unknowns for which the smallest curvature is looked for."""


def check_minimiser(evaluation: Evaluation, weights: Tensor, moments: Tensor, fit: int) -> None:
    """Raise ``DataError`` if the loss of one fit, lambda = 0, has no minimiser as far as rounding can tell.

    Parameters: ``weights`` and ``moments`` (r, m), the point where the solver has gone; ``fit`` its number.
    """
    zero = torch.zeros_like(weights)
    length = weights.norm()
    if bool(length > 0) and _value(evaluation, FAR * weights / length, moments) <= _value(evaluation, zero, moments):
        raise DataError(_message(fit))
    here = _value(evaluation, weights, moments)
    # Not a fixed small number: noise of a rate that small brings a minimiser back, far out.
    rounding = OPERATIONS * torch.finfo(weights.dtype).eps * (AWAY + float(length))
    for direction in _flat(evaluation, weights):
        if _value(evaluation, weights + AWAY * direction, moments) <= here + rounding:
            raise DataError(_message(fit))


def _message(fit: int) -> str:
    return (
        f"lambda: got 0 for fit {fit}, and there the loss has no minimiser: along a direction of weights it never "
        "rises, as where the features separate the labels of a class from all others; give a lambda > 0"
    )


def _value(evaluation: Evaluation, weights: Tensor, moments: Tensor) -> float:
    nothing = torch.zeros(1, dtype=weights.dtype, device=weights.device)
    return float(evaluation(weights[None], nothing, moments[None])[0])


def _flat(evaluation: Evaluation, weights: Tensor) -> list[Tensor]:
    """Directions (r, m) of length 1 in which logsumexp is flat, without those that move all scores of a sample alike.

    Those of smallest curvature, which have no sign, and that in which the solver itself has gone: where scores of a
    class are separated there are many flat directions, and along most of them some sample changes sides.
    """
    family, parts = evaluation.family, evaluation.separated
    if not parts.is_closed or not parts.lse or bool(parts.loss_form.any()) or family.parameters > LARGEST:
        return []
    inner = torch.eye(family.basis.shape[1]).to(weights)
    if family.kind is Outputs.FULL:
        inner = basis_of(family.classes, Outputs.CENTRED).to(weights)
    p = torch.softmax(family.outputs(weights), 1)
    turned = family.basis @ inner
    spread = torch.einsum("nc,ca,cb->nab", p, turned, turned) - torch.einsum("na,nb->nab", p @ turned, p @ turned)
    rank, width = family.rank, inner.shape[1]
    matrix = torch.einsum("ni,nab,nj->iajb", family.features, spread, family.features).reshape(rank * width, -1)
    sizes, turn = torch.linalg.eigh(matrix / family.samples)
    flat = turn[:, sizes <= FLAT * sizes[-1]]
    gone = flat @ (flat.T @ (weights @ inner).flatten())
    found = [turn[:, 0], -turn[:, 0]]
    if bool(gone.any()):
        found.append(gone / gone.norm())
    return [direction.view(rank, width) @ inner.T for direction in found]
