"""Many networks at once on a CUDA device: ``python -m benchmarks.cuda_networks --networks 256``.

Perceptrons 61-32-10 and small convolutional networks on digits, cross entropy + l2 in scaled scores, Adam on batches of
32: absolute time and the device's memory, for several numbers of networks, in float64 and float32; a few steps are
repeated on the CPU, which has to end in the same weights.  Without a CUDA device it says so.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from typing import Any

from benchmarks.networks import BATCH, RATE, WIDTH, cases

SAME = 1e-9
"""How far float64 weights from CPU and device may be apart after ``CHECKED`` steps: rounding, as Adam enlarges it."""
CHECKED = 20


@dataclass(frozen=True)
class Timing:
    """Seconds of a training, and the most memory that it held on the device, in MB."""

    seconds: float
    memory: float
    weights: Any


def trained_on(device: str, model: Any, networks: int, steps: int, dtype: Any) -> Timing:
    """``networks`` of ``model``, all at once."""
    import torch

    from numerics import Training, trained
    from numerics.formulas.objective import Objective
    from numerics.networks.optimisers import Adam
    from symcheck.language import functions as sc
    from symcheck.language.formula import Formula, symbols

    z, y = symbols()
    pair = Objective(Formula.of(sc.logsumexp(z) - z[y]), Formula.of(sc.total(z**2) / 2))
    wanted = cases(networks)
    is_cuda = device != "cpu"
    if is_cuda:
        torch.cuda.reset_peak_memory_stats(device)
        torch.cuda.synchronize(device)
    start = time.perf_counter()
    found = trained(
        pair,
        model,
        "digits",
        alphas=sorted({alpha for _, _, alpha in wanted}),
        rhos=sorted({rho for _, rho, _ in wanted}),
        seeds=sorted({seed for seed, _, _ in wanted}),
        training=Training(optimiser=Adam(lr=RATE), steps=steps, batch=BATCH, check_every=steps),
        device=device,
        dtype=dtype,
    ).weights.cpu()
    seconds = time.perf_counter() - start
    return Timing(seconds, torch.cuda.max_memory_allocated(device) / 2**20 if is_cuda else 0.0, found)


def main() -> int:
    """Print the tables; 0 without a device, 1 if the weights differ."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=256, metavar="K", help="a multiple of 16 (default: 256)")
    parser.add_argument("--steps", type=int, default=560, metavar="N", help="steps of each network (default: 560)")
    parser.add_argument("--device", default="cuda", help="the device (default: cuda)")
    given = parser.parse_args()
    if given.networks < 16 or given.networks % 16:
        parser.error(f"--networks: got {given.networks}; accepted is a multiple of 16")
    if not torch.cuda.is_available():
        print("no CUDA device")
        return 0

    from numerics.models.cnn import Network as Convolutional
    from numerics.models.mlp import Network as Perceptron

    models = {f"perceptron 61-{WIDTH}-10": Perceptron(widths=(WIDTH,)), "convolutional 8, 16": Convolutional()}
    print(f"{torch.cuda.get_device_name(given.device)}, torch {torch.__version__}")
    print(f"{given.steps} steps on batches of {BATCH}; set-up and the final scores on all samples included")
    apart = 0.0
    for name, model in models.items():
        here = trained_on("cpu", model, 16, CHECKED, torch.float64).weights
        there = trained_on(given.device, model, 16, CHECKED, torch.float64).weights
        apart = max(apart, float((here - there).abs().max()))
        print(f"\n{name:24}{'networks':>9}{'seconds':>9}{'ms/step':>9}{'us/step/net':>13}{'device MB':>11}")
        for dtype in (torch.float64, torch.float32):
            trained_on(given.device, model, given.networks, 2, dtype)
            for count in sorted({16, 64, given.networks, 4 * given.networks}):
                one = trained_on(given.device, model, count, given.steps, dtype)
                step = one.seconds / given.steps
                print(
                    f"{str(dtype).removeprefix('torch.'):24}{count:9}{one.seconds:9.2f}{1e3 * step:9.2f}"
                    f"{1e6 * step / count:13.2f}{one.memory:11.0f}"
                )
    print(
        f"\nlargest difference of a weight from the CPU after {CHECKED} steps, float64: {apart:.1e}; at most {SAME:.0e}"
    )
    return 0 if apart <= SAME else 1


if __name__ == "__main__":
    sys.exit(main())
