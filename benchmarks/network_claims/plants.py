"""What is planted: a claim that is false of what is trained, or a training that is not what is claimed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from benchmarks.network_claims.pairs import claimable, off_by, true_claim
from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import PredictedNumbers

APART = 0.1
"""Another loss or penalty is planted only where it is off by as much as this, relatively."""

Plant = Callable[[PredictedNumbers, random.Random], PredictedNumbers]


@dataclass(frozen=True)
class Weighted(Objective):
    """w_y l(z, y) in the place of l(z, y), with class ``weights`` w (C,)."""

    weights: Tensor | None = None

    def losses(self, z: Tensor, law: Tensor) -> Tensor:
        """The mean of w_y l(z, y) over ``law``."""
        assert self.weights is not None
        return Objective.losses(self, z, law * self.weights)


def times_kappa(factor: float) -> Plant:
    """kappa times ``factor`` is claimed."""
    return lambda claim, _: replace(claim, kappa=factor * claim.kappa)


def times_hessian(factor: float) -> Plant:
    """H times ``factor`` is claimed; of a homogeneous penalty, that has none, kappa divided by it."""
    return lambda claim, _: (
        replace(claim, hessian=factor * claim.hessian)
        if claim.power == 1
        else replace(claim, kappa=claim.kappa / factor)
    )


def class_weights(claim: PredictedNumbers, rng: random.Random) -> PredictedNumbers:
    """The classes are trained with weights from 1/2 to 2."""
    weights = torch.tensor([2 ** rng.uniform(-1, 1) for _ in range(claim.classes)], dtype=torch.float64)
    # the ends are always there: weights that are nearly equal are nearly none
    weights[0], weights[-1] = 0.5, 2.0
    pair = claim.objective
    return replace(claim, objective=Weighted(pair.loss, pair.regularizer, pair.parameters, weights))


def another_loss(claim: PredictedNumbers, rng: random.Random) -> PredictedNumbers:
    """Another loss of the catalogue is trained, one that is told apart by its kappa."""
    return replace(claim, objective=_other(claim, rng, loss=True))


def another_penalty(claim: PredictedNumbers, rng: random.Random) -> PredictedNumbers:
    """Another penalty of the same degree is trained, one that is told apart by its H; kappa halved if there is none."""
    if claim.power != 1:
        return replace(claim, kappa=claim.kappa / 2)
    return replace(claim, objective=_other(claim, rng, loss=False))


def _other(claim: PredictedNumbers, rng: random.Random, *, loss: bool) -> Objective:
    pair = claim.objective
    among = claimable(claim.classes)
    for other in rng.sample(among, len(among)):
        found = true_claim(other, claim.classes)
        if found.power != 1:
            continue
        there = found.objective
        parameters = {**pair.parameters, **there.parameters}
        mixed = Objective(
            there.loss if loss else pair.loss, pair.regularizer if loss else there.regularizer, parameters
        )
        if off_by(claim, mixed) >= APART:
            return mixed
    raise ValueError(f"plant: nothing in the list is {APART:g} apart from {claim.name}")


PLANTS: dict[str, Plant] = {
    "kappa x 1.05": times_kappa(1.05),
    "kappa x .95": times_kappa(0.95),
    "-kappa": times_kappa(-1.0),
    "kappa x 5": times_kappa(5.0),
    "H x 1.1": times_hessian(1.1),
    "H x 7": times_hessian(7.0),
    "class weights": class_weights,
    "another loss": another_loss,
    "another penalty": another_penalty,
}
"""By their names in the table."""
