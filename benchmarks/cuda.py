"""Linear fits on a CUDA device: ``python -m benchmarks.cuda --fits 10000 --record build/cuda.json``.

Fits of cross-entropy with l2 on digits, as in benchmarks.confirm, in double precision: seconds of several rounds,
waiting for the device, beside torch's LBFGS on the same device at the same gradient norm, and beside what the
operations take at the rates of this device, measured in the same run.  Then growth with samples, features and classes,
and a fit of gce by Newton's method.  Looks of the processor at values of the device are counted, and weights compared
with those of the processor.  ``--device cpu`` runs the same at small sizes.  Exit code: 0, or 69 where there is no such
device.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks.fit_peers import in_torch
from benchmarks.fit_task import CROSS_ENTROPY_L2, LAMBDAS, RATES, Task
from benchmarks.record import Place, Record
from benchmarks.syncs import counted
from numerics.formulas.objective import Objective
from numerics.linear.fits import FitProblem, Fits, fitted
from numerics.linear.solve import ScaledProblem, minimisers
from numerics.models.linear import LinearFamily
from numerics.noise.laws import clean_law
from symcheck.losses import GCE
from symcheck.regularizers import L2

GOAL = 1e-12
PEER_GOAL = 1e-9
"""The gradient norm that torch's LBFGS is asked for; ours is then asked for what it reached."""
UNAVAILABLE = 69
SIZE = 4096
"""Rows of the matrices that are multiplied for the floor, on a device; an eighth on a processor."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print and record the numbers, or say that there is no device."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cuda", description=__doc__.partition("\n")[0])
    parser.add_argument("--fits", type=int, default=10000, metavar="N", help="the number of fits (default: 10000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each (default: 5)")
    parser.add_argument("--device", default="cuda", help="cuda, or cpu for a trial of the benchmark itself")
    parser.add_argument("--record", type=Path, help="write the numbers with device, driver, versions and commit")
    given = parser.parse_args(arguments)
    device = torch.device(given.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        print("no CUDA device: not measured; run this where there is one, or try it with --device cpu")
        return UNAVAILABLE
    numbers: dict[str, Any] = {**floor(device), **fits_of(device, given.fits, given.rounds)}
    numbers |= growth(device, given.rounds, small=device.type == "cpu")
    numbers |= gce_fit(device, given.rounds)
    for name, value in numbers.items():
        print(f"{name:44s} {value}", flush=True)
    if given.record is not None:
        Record(Place.here(device), numbers).write(given.record)
    return 0


def timed(work: Callable[[], Any], device: torch.device, rounds: int) -> tuple[list[float], Any]:
    """Smallest and largest seconds of ``work``, waiting for the device before and after, and what it returns."""
    spent, found = [], None
    for _ in range(rounds):
        _wait(device)
        start = time.perf_counter()
        found = work()
        _wait(device)
        spent.append(time.perf_counter() - start)
    return [min(spent), max(spent)], found


def floor(device: torch.device) -> dict[str, float]:
    """Rates of this device: double and single precision products, exponentials, and bytes copied, each per second."""
    size = SIZE if device.type == "cuda" else SIZE // 8
    found = {}
    for name, dtype in (("double", torch.float64), ("single", torch.float32)):
        a = torch.rand(size, size, dtype=dtype, device=device)
        out = torch.empty_like(a)
        torch.mm(a, a, out=out)
        (best, _), _ = timed(lambda a=a, out=out: torch.mm(a, a, out=out), device, 5)  # type: ignore[misc]
        found[f"floor: {name} precision products, flop/s"] = 2 * size**3 / best
    x = torch.rand(size * size, dtype=torch.float64, device=device)
    out = torch.empty_like(x)
    (best, _), _ = timed(lambda: torch.exp(x, out=out), device, 5)
    found["floor: double precision exponentials, 1/s"] = x.numel() / best
    (best, _), _ = timed(lambda: out.copy_(x), device, 5)
    found["floor: memory, bytes/s"] = 16 * x.numel() / best
    return found


def fits_of(device: torch.device, count: int, rounds: int) -> dict[str, Any]:
    """All fits at once: seconds, looks, memory, the peer, and the distance from weights of the processor."""
    task = _task(count, device)
    problem = task.problem()
    fitted(_task(min(count, 40), device).problem(), GOAL)  # libraries are loaded and warm
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    seconds, fits = timed(lambda: fitted(problem, GOAL), device, rounds)
    found: dict[str, Any] = {
        "fits": len(task),
        "fits: seconds": seconds,
        "fits: steps, mean and largest": [float(fits.steps.double().mean()), int(fits.steps.max())],
        "fits: largest gradient norm": float(fits.gradient_norm.max()),
        "fits: looks at values": counted(lambda: fitted(problem, GOAL)),
        "fits: seconds at the floor's rates": _at_floor(task, fits, floor(device)),
    }
    if device.type == "cuda":
        found["fits: peak memory, MB"] = torch.cuda.max_memory_allocated(device) / 2**20
    return {**found, **_peer(task, seconds, rounds), **_beside_processor(task, fits)}


def _task(count: int, device: torch.device) -> Task:
    draws = max(1, -(-count // (len(LAMBDAS) * len(RATES))))
    whole = Task.on_digits(draws, device)
    return whole.only(torch.linspace(0, len(whole) - 1, min(count, len(whole)), device=device).long())


def _peer(task: Task, seconds: list[float], rounds: int) -> dict[str, Any]:
    """torch's LBFGS one fit after the other on the device, and ours at the gradient norms that it reached."""
    chosen = torch.linspace(0, len(task) - 1, min(len(task), 8)).long()
    device = task.family.features.device
    in_torch(task, int(chosen[0]), PEER_GOAL)
    spent, found = timed(lambda: [in_torch(task, int(i), PEER_GOAL) for i in chosen], device, max(1, rounds // 2))
    norms = [task.gradient_norm(int(i), weights) for i, weights in zip(chosen, found, strict=True)]
    at_norm, _ = timed(lambda: fitted(task.problem(), max(norms)), device, rounds)
    of_peer = spent[0] * len(task) / len(chosen)
    return {
        "peer: torch LBFGS, seconds scaled to all fits": of_peer,
        "peer: its gradient norms": [min(norms), max(norms)],
        "peer: its time over ours at its largest norm": [of_peer / at_norm[1], of_peer / at_norm[0]],
        "peer: its time over ours at our goal": [of_peer / seconds[1], of_peer / seconds[0]],
    }


def _beside_processor(task: Task, fits: Fits) -> dict[str, float]:
    """How far weights are from those that a processor finds, in units of what two gradients allow; at most 1."""
    chosen = torch.linspace(0, len(task) - 1, min(len(task), 40), device=task.family.features.device).long()
    some = task.only(chosen)
    problem = some.problem()
    there = FitProblem(
        LinearFamily(some.family.features.cpu(), some.family.basis.cpu(), some.family.kind),
        CROSS_ENTROPY_L2,
        problem.lambda_.cpu(),
        problem.moments.cpu(),
    )
    expected = fitted(there, GOAL)
    apart = (fits.weights[chosen].cpu() - expected.weights).flatten(1).norm(dim=1)
    rounding = 16 * torch.finfo(torch.float64).eps
    allowed = (2 * GOAL + rounding * (1 + there.lambda_)) / there.lambda_
    return {"checked: distance from a processor's weights, of what is allowed": float((apart / allowed).max())}


def _at_floor(task: Task, fits: Fits, rates: dict[str, float]) -> float:
    n, r, c = task.family.samples, task.family.rank, task.family.classes
    evaluations = float(fits.evaluations.sum())
    products = evaluations * 4 * n * r * c / rates["floor: double precision products, flop/s"]
    return products + evaluations * n * c / rates["floor: double precision exponentials, 1/s"]


def growth(device: torch.device, rounds: int, *, small: bool) -> dict[str, Any]:
    """Seconds a fit against samples, features and classes."""
    base = (2000, 32, 10)
    sizes = (
        [base]
        if small
        else [base, (20_000, 32, 10), (200_000, 32, 10), (2000, 256, 10), (2000, 32, 100), (4000, 32, 1000)]
    )
    found = {}
    for n, d, c in sizes:
        problem = _moved(Task.random(n, d, c, 8, 0.1).problem(), device)
        fitted(problem, GOAL)
        seconds, _ = timed(lambda problem=problem: fitted(problem, GOAL), device, rounds)  # type: ignore[misc]
        found[f"growth: n = {n}, d = {d}, C = {c}, seconds a fit"] = [x / 8 for x in seconds]
    return found


def _moved(problem: FitProblem, device: torch.device) -> FitProblem:
    family = problem.family
    moved = LinearFamily(family.features.to(device), family.basis.to(device), family.kind)
    return FitProblem(moved, problem.objective, problem.lambda_.to(device), problem.moments.to(device))


def gce_fit(device: torch.device, rounds: int) -> dict[str, Any]:
    """One fit of gce + l2 on digits at lambda = 1e-3 by Newton's method, and its looks at values."""
    task = Task.on_digits(1, device)
    law = clean_law(task.draws[0], task.family.classes).to(device)
    objective = Objective(GCE().recorded, L2().recorded, {"q": 0.7})
    alpha = torch.tensor([1e3], dtype=torch.float64, device=device)
    goal = torch.tensor([1e-10], dtype=torch.float64, device=device)

    def fit() -> Tensor:
        return minimisers(ScaledProblem(task.family, objective, alpha, law[None]), goal).gradient_norm

    fit()
    seconds, norm = timed(fit, device, rounds)
    return {"gce: seconds": seconds, "gce: gradient norm": float(norm[0]), "gce: looks at values": counted(fit)}


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    sys.exit(main())
