"""Networks trained at once against a loop of torch.optim over each of them: ``python -m benchmarks.networks``.

Perceptrons 61-32-10 on digits, cross entropy + l2 in scaled scores, float64, batches of 32, Adam, one thread; 64 of
them: four alphas, four rates of exact noise, four seeds.  The loop is plain torch, without symcheck: an nn.Sequential,
torch.nn.functional.cross_entropy, torch.optim.Adam, once as it comes and once with its fused steps.  Each contender has
a process of its own, whose processor seconds count: one thread, and other processes do not stretch them.
All have to end in the same weights, which is checked; the exit code is 1 if they do not.
"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.clock import best_of, peak_memory, timed

ALPHAS = (0.01, 0.1, 1.0, 10.0)
RHOS = (0.0, 0.2, 0.4, 0.6)
BATCH, WIDTH, RATE = 32, 32, 1e-2
SAME = 1e-9
"""How far weights may be apart: rounding, 1e-16, that Adam divides by eps = 1e-8 where a gradient is 0."""
GROWTH = (1, 4, 16, 64, 256)
AIM = 5.0


@dataclass(frozen=True)
class Outcome:
    """Processor seconds of the training alone, the most memory of the whole process in MB, and the weights."""

    seconds: float
    memory: float
    weights: Any


def cases(networks: int) -> list[tuple[int, float, float]]:
    """(seed, rho, alpha) of each network, in the order of ``numerics.networks.train``."""
    if networks < 16:
        return [(seed, 0.4, 0.1) for seed in range(networks)]
    seeds = networks // 16
    return [(seed, rho, alpha) for seed in range(seeds) for rho in RHOS for alpha in ALPHAS]


def at_once(networks: int, steps: int) -> Callable[[], Any]:
    """All of them by ``numerics.trained``."""
    import torch

    from numerics import Training, trained
    from numerics.formulas.objective import Objective
    from numerics.models.mlp import Network
    from numerics.networks.optimisers import Adam
    from symcheck.language import functions as sc
    from symcheck.language.formula import Formula, symbols

    z, y = symbols()
    pair = Objective(Formula.of(sc.logsumexp(z) - z[y]), Formula.of(sc.total(z**2) / 2))
    wanted = cases(networks)

    def run(count: int = steps) -> Any:
        return trained(
            pair,
            Network(widths=(WIDTH,)),
            "digits",
            alphas=sorted({alpha for _, _, alpha in wanted}),
            rhos=sorted({rho for _, rho, _ in wanted}),
            seeds=sorted({seed for seed, _, _ in wanted}),
            training=Training(optimiser=Adam(lr=RATE), steps=count, batch=BATCH, check_every=count),
        ).weights

    run(2)
    torch.set_num_threads(1)
    return run


def looped(networks: int, steps: int, *, fused: bool) -> Callable[[], Any]:
    """One after the other by torch.optim.Adam, on the same batches."""
    import torch

    from numerics import datasets
    from numerics.models.mlp import Network
    from numerics.networks.batches import order_of
    from numerics.noise.laws import clean_law, noisy_law

    digits = datasets.load("digits")
    model = Network(widths=(WIDTH,))
    inputs = torch.from_numpy(model.inputs(digits))
    clean = clean_law(torch.from_numpy(digits.labels), 10)

    def one(seed: int, rho: float, alpha: float, count: int) -> Any:
        module = model.seeded(tuple(inputs.shape[1:]), 10, seed).double()
        torch.nn.init.zeros_(module[-1].weight)
        torch.nn.init.zeros_(module[-1].bias)
        law = noisy_law(clean, rho)
        optimiser = torch.optim.Adam(module.parameters(), lr=RATE, fused=fused)
        for done in range(count):
            epoch, place = divmod(done, len(inputs) // BATCH)
            if place == 0:
                order = order_of(seed, epoch, len(inputs))
            chosen = order[place * BATCH : (place + 1) * BATCH]
            optimiser.zero_grad()
            z = module(inputs[chosen])
            loss = torch.nn.functional.cross_entropy(alpha * z, law[chosen]) / alpha + z.square().sum(1).mean() / 2
            loss.backward()
            optimiser.step()
        return torch.cat([p.detach().flatten() for p in module.parameters()])

    def run() -> Any:
        return torch.stack([one(*case, steps) for case in cases(networks)])

    one(0, 0.0, 1.0, 2)
    return run


CONTENDERS: dict[str, Callable[[int, int], Callable[[], Any]]] = {
    "numerics.trained, all at once": at_once,
    "loop of torch.optim.Adam": lambda networks, steps: looped(networks, steps, fused=False),
    "loop of torch.optim.Adam, fused": lambda networks, steps: looped(networks, steps, fused=True),
}


def measured(name: str, networks: int, steps: int) -> Outcome:
    """``name`` in a fresh process."""
    context = mp.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sending, name, networks, steps))
    process.start()
    sending.close()
    found: Outcome = receiving.recv()
    process.join()
    return found


def _child(sending: Connection, name: str, networks: int, steps: int) -> None:
    import torch

    torch.set_num_threads(1)
    run = CONTENDERS[name](networks, steps)
    seconds, weights = timed(run)
    sending.send(Outcome(seconds, peak_memory(), weights.numpy()))


def products(networks: int) -> Callable[[], None]:
    """The matrix products of one step, forward and back, on tensors that are there already: the floor."""
    import torch

    x = torch.randn(networks, BATCH, 61, dtype=torch.float64)
    first, last = torch.randn(networks, 61, WIDTH).double(), torch.randn(networks, WIDTH, 10).double()
    hidden, scores = torch.randn(networks, BATCH, WIDTH).double(), torch.randn(networks, BATCH, 10).double()

    def run() -> None:
        x @ first
        hidden @ last
        hidden.mT @ scores
        scores @ last.mT
        x.mT @ hidden

    return run


def floor(networks: int) -> float:
    """Seconds of ``products``, the best of several."""
    import torch

    torch.set_num_threads(1)
    run = products(networks)
    return best_of(lambda: [run() for _ in range(10)], 20) / 10


def main() -> int:
    """Run the contenders and print the tables; 1 if the weights differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=64, metavar="K", help="a multiple of 16 (default: 64)")
    parser.add_argument("--steps", type=int, default=280, metavar="N", help="steps of each network (default: 280)")
    parser.add_argument("--no-growth", action="store_true", help="leave out the table of growth")
    given = parser.parse_args()
    if given.networks < 16 or given.networks % 16:
        parser.error(f"--networks: got {given.networks}; accepted is a multiple of 16")

    found = {name: measured(name, given.networks, given.steps) for name in CONTENDERS}
    together, *loops = found.values()
    apart = max(float(abs(together.weights - other.weights).max()) for other in loops)
    print(
        f"{given.networks} perceptrons 61-{WIDTH}-10 on digits, {given.steps} steps on batches of {BATCH}, one thread"
    )
    print(f"{'':34}{'cpu s':>9}{'us/step/net':>13}{'times ours':>12}{'peak MB':>9}")
    for name, one in found.items():
        each = one.seconds / given.steps / given.networks * 1e6
        print(f"{name:34}{one.seconds:9.2f}{each:13.1f}{one.seconds / together.seconds:12.1f}{one.memory:9.0f}")
    print(f"largest difference of a final weight: {apart:.1e} (rounding: at most {SAME:.0e})")
    least = min(one.seconds for one in loops) / together.seconds
    verdict = "reached" if least >= AIM else "MISSED"
    print(f"against the faster loop {least:.1f} times as fast; asked for: {AIM:g} times, {verdict}")
    step = together.seconds / given.steps
    print(f"the matrix products of a step alone: {1e3 * floor(given.networks):.2f} of {1e3 * step:.2f} ms")
    if not given.no_growth:
        print(f"\n{'networks':>9}{'cpu s':>9}{'ms/step':>9}{'us/step/net':>13}{'peak MB':>9}")
        for count in GROWTH:
            one = measured("numerics.trained, all at once", count, given.steps)
            per = one.seconds / given.steps
            print(f"{count:9}{one.seconds:9.2f}{1e3 * per:9.2f}{1e6 * per / count:13.1f}{one.memory:9.0f}")
    return 0 if apart <= SAME else 1


if __name__ == "__main__":
    sys.exit(main())
