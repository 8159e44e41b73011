"""Many networks at once on a CUDA device: ``python -m benchmarks.cuda_networks --record build/cuda_networks.json``.

Perceptrons 61-32-10 and small convolutional networks on digits, cross entropy + l2 in scaled scores, Adam on batches of
32: time (least and most of five), the device's memory and syncs with the host, for several numbers of networks, in
float64 and float32; a few steps are repeated on the CPU, which has to end in the same weights.  Exit code: 0, 1 if the
weights differ, 2 without the device.  ``--device cpu --small`` runs the same path, which measures no GPU.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from benchmarks.device_clock import Range, seconds_on
from benchmarks.host_syncs import syncs_of
from benchmarks.networks import BATCH, RATE, WIDTH, cases
from benchmarks.record import Number, Record, kept
from numerics import Training, trained
from numerics.device import checked_device
from numerics.errors import DeviceError
from numerics.formulas.objective import Objective
from numerics.models.cnn import Network as Convolutional
from numerics.models.mlp import Network as Perceptron
from numerics.networks.optimisers import Adam
from symcheck.language import functions as sc
from symcheck.language.formula import Formula, symbols

SAME = 1e-9
"""How far float64 weights from CPU and device may be apart after ``CHECKED`` steps: rounding, as Adam enlarges it."""
CHECKED = 20


@dataclass(frozen=True)
class Timing:
    """Seconds of a training, and the most memory that it held on the device, in MB."""

    seconds: float
    memory: float
    weights: Any


def trained_on(device: torch.device, model: Any, networks: int, steps: int, dtype: torch.dtype) -> Timing:
    """``networks`` of ``model``, all at once."""
    z, y = symbols()
    pair = Objective(Formula.of(sc.logsumexp(z) - z[y]), Formula.of(sc.total(z**2) / 2))
    wanted = cases(networks)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    seconds, found = seconds_on(
        device,
        lambda: (
            trained(
                pair,
                model,
                "digits",
                alphas=sorted({alpha for _, _, alpha in wanted}),
                rhos=sorted({rho for _, rho, _ in wanted}),
                seeds=sorted({seed for seed, _, _ in wanted}),
                training=Training(optimiser=Adam(lr=RATE), steps=steps, batch=BATCH, check_every=steps),
                device=device,
                dtype=dtype,
            ).weights
        ),
    )
    memory = torch.cuda.max_memory_allocated(device) / 2**20 if device.type == "cuda" else 0.0
    return Timing(seconds, memory, found.cpu())


def syncs_a_step(device: torch.device, model: Any, networks: int) -> float:
    """Syncs with the host that one more step of all networks takes."""
    few, more = (
        syncs_of(lambda steps=steps: trained_on(device, model, networks, steps, torch.float64), device).count  # type: ignore[misc]
        for steps in (4, 12)
    )
    return (more - few) / 8


def main(arguments: list[str] | None = None) -> int:
    """Print and record the tables; 1 if the weights differ, 2 without the device."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=256, metavar="K", help="a multiple of 16 (default: 256)")
    parser.add_argument("--steps", type=int, default=560, metavar="N", help="steps of each network (default: 560)")
    parser.add_argument("--device", default="cuda", help="the device (default: cuda)")
    parser.add_argument("--small", action="store_true", help="the perceptron alone, one repetition: whether it runs")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the numbers to a file of JSON")
    given = parser.parse_args(arguments)
    if given.networks < 16 or given.networks % 16:
        parser.error(f"--networks: got {given.networks}; accepted is a multiple of 16")
    if given.steps < 1:
        parser.error(f"--steps: got {given.steps}; accepted are integers >= 1")
    try:
        device = checked_device(given.device)
    except DeviceError as error:
        print(f"{error}; nothing was measured; run it where there is such a device", file=sys.stderr)
        return 2
    repeats = 1 if given.small else 5
    models = {f"perceptron 61-{WIDTH}-10": Perceptron(widths=(WIDTH,)), "convolutional 8, 16": Convolutional()}
    counts = [16] if given.small else sorted({16, 64, given.networks, 4 * given.networks})
    numbers: list[Number] = []
    apart = 0.0
    print(f"{given.steps} steps on batches of {BATCH}; set-up and the final scores on all samples included")
    for name, model in list(models.items())[: 1 if given.small else None]:
        here = trained_on(torch.device("cpu"), model, 16, CHECKED, torch.float64).weights
        apart = max(apart, float((here - trained_on(device, model, 16, CHECKED, torch.float64).weights).abs().max()))
        numbers.append(_shown(f"{name}, a step", "syncs", Range(*[syncs_a_step(device, model, 16)] * 2), 1))
        for dtype in (torch.float64, torch.float32):
            for count in counts:
                trained_on(device, model, count, 2, dtype)
                runs = [trained_on(device, model, count, given.steps, dtype) for _ in range(repeats)]
                spent = Range(min(run.seconds for run in runs), max(run.seconds for run in runs))
                what = f"{count} x {name}, {str(dtype).removeprefix('torch.')}"
                numbers.append(_shown(what, "s", spent, repeats))
                if device.type == "cuda":
                    memory = Range(*[max(run.memory for run in runs)] * 2)
                    numbers.append(_shown(f"{what}, peak memory on the device", "MB", memory, 1))
    print(
        f"largest difference of a weight from the CPU after {CHECKED} steps, float64: {apart:.1e}; at most {SAME:.0e}"
    )
    if not apart <= SAME:
        return 1
    words = ["python -m benchmarks.cuda_networks", *(sys.argv[1:] if arguments is None else arguments)]
    return kept(Record.here(" ".join(words), device, tuple(numbers)), given.record)


def _shown(name: str, unit: str, found: Range, repeats: int) -> Number:
    print(f"{name:66} {found.least:.4g} to {found.most:.4g} {unit}", flush=True)
    return Number(name, unit, found.least, found.most, repeats)


if __name__ == "__main__":
    sys.exit(main())
