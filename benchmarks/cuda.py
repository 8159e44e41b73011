"""Linear fits on a CUDA device: ``python -m benchmarks.cuda --fits 10000``.

Fits of cross-entropy with l2 on digits, as in benchmarks.confirm, in double precision; absolute times and memory.
"""

from __future__ import annotations

import argparse
import time

import torch

from benchmarks.fit_task import LAMBDAS, RATES, Task
from numerics.linear.fits import Fits, fitted

GOAL = 1e-12


def main() -> None:
    """Print times and memory, or that there is no device."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fits", type=int, default=10000, metavar="N", help="the number of fits (default: 10000)")
    given = parser.parse_args()
    if not torch.cuda.is_available():
        print("no CUDA device")
        return
    device = torch.device("cuda")
    print(f"{torch.cuda.get_device_name(device)}, torch {torch.__version__}")
    for count in sorted({given.fits // 100, given.fits // 10, given.fits} - {0}):
        seconds, setup, fits, task = on_device(count, device)
        spent = torch.cuda.max_memory_allocated(device) / 2**20
        norms = [task.gradient_norm(i, fits.weights[i]) for i in range(0, len(task), max(1, len(task) // 50))]
        print(
            f"{len(task):6d} fits: {seconds:.2f} s ({1e3 * seconds / len(task):.3f} ms a fit), labels and moments "
            f"{setup:.2f} s before; peak memory on the device {spent:.0f} MB; all solved to {GOAL:g}: "
            f"{bool(fits.solved.all())}, largest gradient norm {float(fits.gradient_norm.max()):.1e}, written out "
            f"again {max(norms):.1e}; {float(fits.evaluations.double().mean()):.1f} evaluations a fit",
            flush=True,
        )


def on_device(count: int, device: torch.device) -> tuple[float, float, Fits, Task]:
    """Seconds of ``count`` fits, of setting them up, the fits and what they were."""
    torch.cuda.reset_peak_memory_stats(device)
    start = time.perf_counter()
    draws = -(-count // (len(LAMBDAS) * len(RATES)))
    whole = Task.on_digits(draws, device)
    task = whole.only(torch.linspace(0, len(whole) - 1, count, device=device).long())
    problem = task.problem()
    fitted(Task.on_digits(1, device).problem(), GOAL)  # libraries are loaded and warm
    torch.cuda.synchronize(device)
    setup = time.perf_counter() - start
    start = time.perf_counter()
    fits = fitted(problem, GOAL)
    torch.cuda.synchronize(device)
    return time.perf_counter() - start, setup, fits, task


if __name__ == "__main__":
    main()
