"""Networks that have left the finite numbers: which of them, when, and what to do."""

from __future__ import annotations

import torch
from torch import Tensor

from numerics.errors import TrainingError
from numerics.networks.network_runs import NetworkRun
from numerics.networks.problem import NetworkProblem
from numerics.networks.training import Training


def check_finite_weights(
    weights: Tensor, problem: NetworkProblem, cases: tuple[NetworkRun, ...], done: int, training: Training
) -> None:
    """Raises ``TrainingError`` if the ``weights`` (K, m) of a network are not finite after ``done`` steps."""
    is_finite = weights.isfinite().all(1)
    if not bool(is_finite.all()):
        _check_start(problem, cases)
        raise TrainingError(
            f"optimiser: with {training.optimiser} the weights at {_told(cases, is_finite)} are not finite after "
            f"{done} steps; take a smaller lr"
        )


def check_finite_values(
    found: tuple[Tensor, Tensor],
    problem: NetworkProblem,
    cases: tuple[NetworkRun, ...],
    done: int,
    training: Training,
) -> None:
    """Raises ``TrainingError`` if F (K,) or its gradient (K, m) is not finite after ``done`` steps."""
    is_finite = _are_finite(found)
    if not bool(is_finite.all()):
        _check_start(problem, cases)
        raise TrainingError(
            f"optimiser: with {training.optimiser} F or its gradient at {_told(cases, is_finite)} is not finite after "
            f"{done} steps, at finite weights; take a smaller lr"
        )


def _check_start(problem: NetworkProblem, cases: tuple[NetworkRun, ...]) -> None:
    """Raises ``TrainingError`` if F or its gradient is not finite before the first step: no lr helps."""
    every = torch.arange(len(problem.inputs), device=problem.start.device)
    is_finite = _are_finite(problem.evaluated(problem.start, every))
    if bool(is_finite.all()):
        return
    place, tiny = int((~is_finite).nonzero()[0, 0]), torch.finfo(problem.start.dtype).tiny
    alpha = float(problem.scaled.alpha[place])
    if alpha > 0 and alpha * float(problem.scaled.scale[place]) < tiny:
        power = problem.scaled.degree / (problem.scaled.degree - 1)
        raise TrainingError(
            f"alphas: got {alpha:g}, so small that F, which is divided by alpha s = alpha^{power:.3g}, is no number in "
            f"{str(problem.start.dtype).removeprefix('torch.')}; take alpha = 1e-6, say"
        )
    raise TrainingError(
        f"start: F or its gradient at {_told(cases, is_finite)} is not finite before the first step: the loss or the "
        "regularizer has no finite value and gradient at the scores of the start; take other scores or another pair"
    )


def _are_finite(found: tuple[Tensor, Tensor]) -> Tensor:
    value, gradient = found
    return value.isfinite() & gradient.isfinite().all(1)


def _told(cases: tuple[NetworkRun, ...], is_finite: Tensor) -> str:
    case = cases[int((~is_finite).nonzero()[0, 0])]
    return f"alpha = {case.alpha:g}, rho = {case.rho:g}, seed = {case.seed}"
