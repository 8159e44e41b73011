"""Linear fits on a CUDA device: ``python -m benchmarks.cuda --record build/cuda.json``.

In one run: the floor of the device (products of matrices, exponentials, copies); fits of cross-entropy with l2 on
digits against torch's LBFGS on the same device at equal gradient norm; many fits beside the floor; growth with samples,
features and classes; a fit of GCE; syncs with the host.  Seconds are the least and the most of five repetitions after
one to warm up; weights are compared with those of the processor.  Exit code: 0, 1 if a check fails, 2 without the
device.  ``--device cpu --small`` runs the same path on a processor, which measures no GPU.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from benchmarks.device_clock import Range, range_on
from benchmarks.device_fits import (
    GOAL,
    PEER,
    STEPS,
    AgainstPeer,
    GceFit,
    against_peer,
    apart,
    gce_fit,
    growth,
    syncs_a_step,
)
from benchmarks.device_floor import device_rates
from benchmarks.fit_task import LAMBDAS, RATES, Task
from benchmarks.floor import Work
from benchmarks.record import Number, Record, kept
from numerics.device import checked_device
from numerics.errors import DeviceError
from numerics.linear.fits import Fits, fitted

SHAPES = (
    *((n, 62, 10, 40) for n in (500, 2000, 8000, 32000, 128000)),
    *((8000, d, 10, 40) for d in (16, 256, 1024)),
    *((2000, 62, c, 8) for c in (10, 100, 1000)),
)
SMALL = ((200, 5, 3, 4), (400, 5, 3, 4), (200, 10, 3, 4), (200, 5, 6, 4))

Add = Callable[[str, str, Range | float], None]
"""Keeps and prints a number: its name, its unit, and what was found."""
ROUNDING = 1e-3
"""By how much a ratio whose bound is 1 may exceed it."""


def main(arguments: list[str] | None = None) -> int:
    """Print and record the numbers; 1 if a check fails, 2 without the device."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fits", type=int, default=10000, metavar="N", help="the most fits at once (default: 10000)")
    parser.add_argument("--device", default="cuda", help="the device (default: cuda)")
    parser.add_argument("--small", action="store_true", help="small sizes, one repetition: whether it runs")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the numbers to a file of JSON")
    given = parser.parse_args(arguments)
    if given.fits < 1:
        parser.error(f"--fits: got {given.fits}; accepted are integers >= 1")
    try:
        device = checked_device(given.device)
    except DeviceError as error:
        print(f"{error}; nothing was measured; run it where there is such a device", file=sys.stderr)
        return 2
    numbers, faults = measured(device, given.fits, small=given.small)
    for fault in faults:
        print(f"FAILED: {fault}")
    if faults:
        return 1
    words = ["python -m benchmarks.cuda", *(sys.argv[1:] if arguments is None else arguments)]
    return kept(Record.here(" ".join(words), device, tuple(numbers)), given.record)


def measured(device: torch.device, most: int, *, small: bool) -> tuple[list[Number], list[str]]:
    """The numbers, which are printed as they come, and the checks that failed."""
    repeats = 1 if small else 5
    numbers: list[Number] = []
    faults: list[str] = []

    def add(name: str, unit: str, found: Range | float) -> None:
        ends = (found.least, found.most) if isinstance(found, Range) else (found, found)
        count = repeats if isinstance(found, Range) else 1
        numbers.append(Number(name, unit, *ends, count))
        shown = f"{ends[0]:.4g}" if ends[0] == ends[1] else f"{ends[0]:.4g} to {ends[1]:.4g}"
        print(f"{name:58} {shown} {unit}", flush=True)

    floor = device_rates(device, 128, 2**14, 1) if small else device_rates(device)
    for name, rate in (("float64", floor.rates.double), ("float32", floor.rates.single)):
        add(f"matrix product, {name}", "GFLOP/s", rate / 1e9)
    add("exp, float64", "G/s", floor.rates.exp / 1e9)
    add("copy, read and written", "GB/s", floor.bytes / 1e9)

    peer = against_peer(some(1, device, 4 if small else len(LAMBDAS) * len(RATES)), repeats)
    _peer(peer, add, faults)

    for count in sorted({max(1, most // 100), max(1, most // 10), most}):
        task = some(-(-count // (len(LAMBDAS) * len(RATES))), device, count)
        problem = task.problem()
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
        fits = fitted(problem, GOAL)
        spent = range_on(device, lambda problem=problem: fitted(problem, GOAL), repeats)  # type: ignore[misc]
        add(f"{count} fits on digits", "s", spent)
        add(f"{count} fits, the floor of products and exp", "s", Work.of(task, fits).seconds(floor.rates))
        if device.type == "cuda":
            add(f"{count} fits, peak memory on the device", "MB", torch.cuda.max_memory_allocated(device) / 2**20)
        checked = torch.arange(0, count, max(1, count // 20), device=device)
        _within(f"{count} fits, from the processor", apart(task.only(checked), fitted_of(task, checked)), faults)
        if not bool(fits.solved.all()):
            faults.append(f"{count} fits: not all reached a gradient norm of {GOAL:g}")

    for one in growth(device, SMALL if small else SHAPES, repeats):
        add("n {}, d {}, C {}, {} fits".format(*one.shape), "s", one.seconds)
        if one.norm > 2 * GOAL:
            faults.append(f"shape {one.shape}: a gradient norm of {one.norm:.1e}")
    _gce(gce_fit(device, 1.0 if small else 1e-3, repeats), add, faults)
    add(
        "syncs with the host in a step of the fits",
        "syncs",
        syncs_a_step(some(1, device, 4), (4, 8) if small else STEPS),
    )
    return numbers, faults


def some(draws: int, device: torch.device, count: int) -> Task:
    """``count`` fits on digits, spread evenly over lambdas and rates with ``draws`` each."""
    whole = Task.on_digits(draws, device)
    return whole.only(torch.linspace(0, len(whole) - 1, count, device=device).long())


def fitted_of(task: Task, chosen: Tensor) -> Fits:
    """The fits ``chosen``, solved on the device."""
    return fitted(task.only(chosen).problem(), GOAL)


def _peer(found: AgainstPeer, add: Add, faults: list[str]) -> None:
    add("torch LBFGS on the device, one at a time", "s", found.peer)
    add("the same fits at once, to the norms it reached", "s", found.at_once)
    low, high = found.peer.least / found.at_once.most, found.peer.most / found.at_once.least
    add("times ours", "", Range(low, high))
    add("torch LBFGS, largest gradient norm", "", found.norm)
    if not found.norm <= 1e3 * PEER:
        faults.append(f"torch LBFGS: a gradient norm of {found.norm:.1e}; asked for is {PEER:g}")
    _within("torch LBFGS and ours", found.apart, faults)
    _within("ours and the processor", found.from_cpu, faults)


def _gce(found: GceFit, add: Add, faults: list[str]) -> None:
    add("a fit of GCE + l2 on digits", "s", found.seconds)
    add("a fit of GCE, Newton steps", "", float(found.steps))
    add("a fit of GCE, syncs with the host", "syncs", float(found.syncs))
    add("a fit of GCE, gradient norm on the processor", "", found.norm)
    add("a fit of GCE, largest difference of a weight", "", found.from_cpu)
    if found.norm > 2 * GOAL:
        faults.append(f"GCE: a gradient norm of {found.norm:.1e} on the processor; asked for is {GOAL:g}")


def _within(what: str, distance: float, faults: list[str]) -> None:
    print(f"{what + ', apart (at most 1)':58} {distance:.3f}")
    if not distance <= 1 + ROUNDING:
        faults.append(
            f"{what}: the minimisers are {distance:.2g} times as far apart as the gradient norms reported allow"
        )


if __name__ == "__main__":
    sys.exit(main())
