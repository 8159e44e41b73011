"""Measurements of linear fits on a device, each with a check against the processor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.device_clock import Range, range_on
from benchmarks.fit_peers import in_torch
from benchmarks.fit_task import Task
from benchmarks.host_syncs import syncs_of
from numerics import datasets
from numerics.formulas.objective import Objective
from numerics.linear.fits import Fits, fitted
from numerics.linear.solve import ScaledProblem, minimisers
from numerics.models.linear import LinearFamily
from symcheck.losses import GCE
from symcheck.regularizers import L2

GOAL = 1e-12
"""The gradient norm asked of a fit that is compared with no peer."""
PEER = 1e-9
"""The tolerance of torch's LBFGS."""
ROUNDING = 16 * torch.finfo(torch.float64).eps
STEPS = (10, 30)


def moved(task: Task, device: torch.device) -> Task:
    """The same fits with all tensors on ``device``."""
    family = task.family
    there = LinearFamily(family.features.to(device), family.basis.to(device), family.kind)
    return Task(there, task.draws.to(device), task.lambda_.to(device), task.draw.to(device))


def apart(task: Task, fits: Fits) -> float:
    """The largest distance of the weights from those of the processor, in units of what the two solvers promise.

    The curvature is at least lambda, so ||W - W'|| <= (||grad|| + ||grad'||)/lambda, with rounding: at most 1 if each
    gradient norm is what its solver reports.
    """
    here = fitted(moved(task, torch.device("cpu")).problem(), GOAL)
    reported = fits.gradient_norm.cpu() + here.gradient_norm
    return apart_of(task.lambda_.cpu(), fits.weights.cpu() - here.weights, reported)


def apart_of(lambda_: Tensor, difference: Tensor, reported: Tensor) -> float:
    """The largest ||W - W'|| lambda/(||grad|| + ||grad'|| + rounding), the sum of the norms ``reported``."""
    return float((difference.flatten(1).norm(dim=1) * lambda_ / (reported + ROUNDING)).max())


@dataclass(frozen=True)
class AgainstPeer:
    """Seconds of all fits by torch's LBFGS one at a time, and of ours at once to the norms it reached.

    ``apart`` is of the two minimisers, ``from_cpu`` of ours and the processor's; ``norm`` is the peer's largest
    as the processor computes it.
    """

    peer: Range
    at_once: Range
    norm: float
    apart: float
    from_cpu: float


def against_peer(task: Task, repeats: int = 5, tolerance: float = PEER) -> AgainstPeer:
    """The fits of ``task`` where it lives, by both."""
    device = task.lambda_.device

    def one_at_a_time() -> Tensor:
        return torch.stack([in_torch(task, fit, tolerance) for fit in range(len(task))])

    by_peer = one_at_a_time()
    here = moved(task, torch.device("cpu"))
    norms = [here.gradient_norm(i, by_peer[i].cpu()) for i in range(len(task))]
    goals = torch.tensor(norms, dtype=torch.float64, device=device).clamp(min=torch.finfo(torch.float64).eps)
    problem = task.problem()
    fits = fitted(problem, goals)
    return AgainstPeer(
        range_on(device, one_at_a_time, repeats),
        range_on(device, lambda: fitted(problem, goals), repeats),
        max(norms),
        apart_of(task.lambda_, fits.weights - by_peer, fits.gradient_norm + torch.tensor(norms).to(goals)),
        apart(task, fits),
    )


def syncs_a_step(task: Task, steps: tuple[int, int] = STEPS) -> float:
    """Syncs that one more step of all fits takes, once those before and after the steps are subtracted.

    On a processor those of its own path are counted, which reads one value an evaluation more.
    """
    problem, device = task.problem(), task.lambda_.device
    counts = [
        syncs_of(lambda most=most: fitted(problem, 0.0, most_steps=most, at_once=len(task)), device).count  # type: ignore[misc]
        for most in steps
    ]
    return (counts[1] - counts[0]) / (steps[1] - steps[0])


@dataclass(frozen=True)
class GceFit:
    """One fit of GCE + l2: its seconds, syncs, gradient norm as the processor computes it, and Newton steps."""

    seconds: Range
    syncs: int
    norm: float
    steps: int
    from_cpu: float


def gce_fit(device: torch.device, lambda_: float = 1e-3, repeats: int = 5) -> GceFit:
    """GCE (q = 7/10) + l2 on digits by Newton steps; ``from_cpu`` is the largest difference of a weight."""
    there, here = (gce_problem(lambda_, torch.device(where)) for where in (device, "cpu"))
    goal = torch.full((1,), GOAL, dtype=torch.float64)
    found = minimisers(there, goal.to(device))
    by_cpu = minimisers(here, goal)
    weights = found.weights.cpu()
    return GceFit(
        range_on(device, lambda: minimisers(there, goal.to(device)), repeats),
        syncs_of(lambda: minimisers(there, goal.to(device)), device).count,
        float(here.gradient(weights).norm()),
        int(found.steps.max()),
        float((weights - by_cpu.weights).abs().max()),
    )


def gce_problem(lambda_: float, device: torch.device) -> ScaledProblem:
    """min GCE/lambda + l2 on digits with clean labels."""
    data = datasets.load("digits")
    family = LinearFamily.of(torch.from_numpy(data.standardised()), data.classes)
    there = LinearFamily(family.features.to(device), family.basis.to(device), family.kind)
    law = torch.nn.functional.one_hot(torch.from_numpy(data.labels), data.classes).double()
    alpha = torch.tensor([1 / lambda_], dtype=torch.float64, device=device)
    return ScaledProblem(there, Objective(GCE(q="7/10").recorded, L2().recorded), alpha, law[None].to(device))


def growth(device: torch.device, shapes: Sequence[tuple[int, int, int, int]], repeats: int = 5) -> list[Growth]:
    """Fits of random tasks, one for each shape (n, features, C, fits)."""
    found = []
    for samples, features, classes, fits in shapes:
        task = moved(Task.random(samples, features, classes, fits, 0.1), device)
        problem = task.problem()
        once = fitted(problem, GOAL)
        spent = range_on(device, lambda problem=problem: fitted(problem, GOAL), repeats)  # type: ignore[misc]
        norm = max(task.gradient_norm(i, once.weights[i]) for i in range(fits))
        found.append(Growth((samples, features, classes, fits), spent, norm))
    return found


@dataclass(frozen=True)
class Growth:
    """Seconds of all the fits of one ``shape`` (n, features, C, fits), and their largest gradient norm."""

    shape: tuple[int, int, int, int]
    seconds: Range
    norm: float
