"""Peers that fit one at a time on the same whitened problems: LogisticRegression and torch.optim.LBFGS."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.clock import timed
from benchmarks.fit_task import Task


@dataclass(frozen=True, eq=False)
class PeerResult:
    """The ``seconds`` of each of the fits ``timed``, their gradient ``norms`` and ``weights``."""

    seconds: Tensor
    timed: Tensor
    norms: Tensor
    weights: Tensor


def in_sklearn(task: Task, fit: int, tolerance: float, solver: str = "lbfgs") -> Tensor:
    """LogisticRegression by a ``solver``: C sum CE + 1/2 ||W||^2 is mean CE + lambda/2 ||W||^2, C = 1/(n lambda)."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    q, labels = task.family.features, task.draws[task.draw[fit]]
    model = LogisticRegression(
        C=1 / (len(q) * float(task.lambda_[fit])), fit_intercept=False, solver=solver, tol=tolerance, max_iter=10000
    )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # its line search ends in rounding: that is as far as it gets
        model.fit(q.numpy(), labels.numpy())
    return torch.from_numpy(model.coef_.T.copy())


def in_torch(task: Task, fit: int, tolerance: float) -> Tensor:
    """torch.optim.LBFGS with the strong Wolfe line search."""
    q, labels, lambda_ = task.family.features, task.draws[task.draw[fit]], float(task.lambda_[fit])
    weights = torch.zeros(q.shape[1], task.family.classes, dtype=torch.float64, device=q.device, requires_grad=True)
    optimiser = torch.optim.LBFGS(
        [weights],
        max_iter=2000,
        max_eval=4000,
        tolerance_grad=tolerance,
        tolerance_change=0,
        history_size=10,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = torch.nn.functional.cross_entropy(q @ weights, labels) + lambda_ / 2 * weights.square().sum()
        value.backward()
        return value

    optimiser.step(closure)
    return weights.detach()


def peer(fit_one: Callable[[Task, int, float], Tensor], task: Task, chosen: Tensor, tolerance: float) -> PeerResult:
    """The fits ``chosen`` by a loop over ``fit_one``."""
    fit_one(task, int(chosen[-1]), tolerance)  # imports and first calls
    runs = [timed(lambda i=i: fit_one(task, int(i), tolerance)) for i in chosen]  # type: ignore[misc]
    norms = [task.gradient_norm(int(i), weights) for i, (_, weights) in zip(chosen, runs, strict=True)]
    seconds = torch.tensor([spent for spent, _ in runs], dtype=torch.float64)
    return PeerResult(seconds, chosen, torch.tensor(norms), torch.stack([weights for _, weights in runs]))
