"""Linear fits, many at once, against loops over scikit-learn and torch: ``python -m benchmarks.confirm``.

800 fits on digits (8 values of lambda from 1e-3 to 1e4, 5 rates of sampled label noise, 20 draws of each),
cross-entropy with l2 on the scores in double precision.  On whitened features l2 on the scores is l2 on the weights,
so that all solve the same problems, and the minimisers are compared.  One thread each; times are processor seconds
of one run.
"""

from __future__ import annotations

import argparse

import torch
from torch import Tensor

from benchmarks.clock import peak_memory, timed
from benchmarks.fit_peers import PeerResult, in_sklearn, in_torch, peer
from benchmarks.fit_task import LAMBDAS, RATES, SEEDS, Task
from benchmarks.floor import Work, measured_rates
from numerics.linear.fits import Fits, fitted

GOAL = 1e-12
"""The gradient norm asked of every fit."""
TIGHT = 1e-10
"""scikit-learn's tol at its tightest: it ends where its line search finds nothing any more."""
DEFAULT = 1e-4
"""scikit-learn's tol as it comes."""
TORCH_TIGHT = 1e-9

Timing = tuple[str, float, int, Tensor, float | None]
"""A name, seconds for all fits, how many were timed, their gradient norms, and how far apart the minimisers are."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="4 draws in the place of 20, and no large growth tables")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N fits of each peer are timed, and scaled")
    given = parser.parse_args()
    torch.set_num_threads(1)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        task = Task.on_digits(4 if given.quick else SEEDS)
        fits = against_peers(task, given.limit, quick=given.quick)
        by_lambda(task, fits)
        growth(quick=given.quick)


def against_peers(task: Task, limit: int | None, *, quick: bool) -> Fits:
    """The table of ratios, and the distance from the floor."""
    family = task.family
    fitted(task.only(torch.arange(0, len(task), 97)).problem(), GOAL)  # first calls
    before = peak_memory()
    seconds, fits = timed(lambda: fitted(task.problem(), GOAL))
    memory = peak_memory()
    print(
        f"{len(task)} fits on digits: {len(LAMBDAS)} lambdas from {LAMBDAS[0]:g} to {LAMBDAS[-1]:g}, noise rates "
        f"{', '.join(map(str, RATES))}, {len(task.draws) // len(RATES)} draws;\n"
        f"n = {family.samples}, rank {family.rank}, C = {family.classes}; 1 thread\n"
    )
    rows: list[Timing] = [("symcheck numerics", seconds, len(task), fits.gradient_norm, None)]
    for name, fit_one, tolerance, most in (
        (f"scikit-learn lbfgs, tol = {TIGHT:g}", in_sklearn, TIGHT, 80 if quick else 200),
        (f"scikit-learn lbfgs, tol = {DEFAULT:g}", in_sklearn, DEFAULT, 80 if quick else 200),
        (f"torch LBFGS, tolerance_grad = {TORCH_TIGHT:g}", in_torch, TORCH_TIGHT, 40),
    ):
        chosen = spread(task, min(most, limit or most))
        found = peer(fit_one, task, chosen, tolerance)
        rows.append((name, found.seconds, len(chosen), found.norms, apart(task, fits, found)))
    _print_ratios(rows)
    largest = max(task.gradient_norm(i, fits.weights[i]) for i in range(0, len(task), 7))
    print(f"  Our gradient norms, written out again for every 7th fit, are at most {largest:.1e}.")
    print(f"  Peak memory {memory:.0f} MB, of which {before:.0f} MB before these fits (libraries, data).")
    rates, work = measured_rates(), Work.of(task, fits)
    floor = work.seconds(rates)
    print(
        f"  Floor: {work.double / 1e9:.0f} GFLOP at {rates.double / 1e9:.0f}/s, {work.single / 1e9:.0f} in single "
        f"precision at {rates.single / 1e9:.0f}/s, {work.exps / 1e9:.2f} G exponentials at {rates.exp / 1e9:.2f}/s:\n"
        f"  {floor:.2f} s; the fits take {seconds / floor:.1f} times that."
    )
    return fits


def _print_ratios(rows: list[Timing]) -> None:
    first, tight = rows[0], rows[1]
    head = f"{'seconds':>8s} {'ratio':>7s} {'timed':>6s} {'gradient norm: median, largest':>32s} {'apart':>6s}"
    print(f"  {'':36s} {head}")
    for name, spent, count, norms, distance in rows:
        shown = f"{spent:8.2f} {spent / first[1]:6.1f}x {count:6d} {norms.median():19.1e}, {norms.max():11.1e}"
        print(f"  {name:36s} {shown} {'' if distance is None else f'{distance:.2f}':>6s}")
    print(
        f"\n  Our largest gradient norm is 1/{tight[3].median() / first[3].max():.0f} of scikit-learn's median one at "
        "its tightest.\n  Fits timed are spread evenly over lambdas and rates, and their seconds scaled to all fits.\n"
        "  apart: the largest lambda ||W - W'||/(||grad|| + ||grad'|| + rounding), at most 1 for the same problem."
    )


def spread(task: Task, most: int) -> Tensor:
    """At most ``most`` fits, the same number for every lambda and rate: the first draws of each."""
    draws = len(task.draws) // len(RATES)
    each = max(1, most // (len(LAMBDAS) * len(RATES)))
    chosen = torch.arange(len(task)).view(-1, draws)[:, :each].flatten()
    return chosen[:: -(-len(chosen) // most)]


def apart(task: Task, fits: Fits, found: PeerResult) -> float:
    """The largest distance of a peer's minimiser, in units of what the two gradients allow: their sum over lambda."""
    distance = (fits.weights[found.timed] - found.weights).flatten(1).norm(dim=1)
    rounding = 16 * torch.finfo(torch.float64).eps
    allowed = (found.norms + fits.gradient_norm[found.timed] + rounding) / task.lambda_[found.timed]
    return float((distance / allowed).max())


def by_lambda(task: Task, fits: Fits) -> None:
    """Steps and evaluations for each lambda."""
    print(f"\n  {'lambda':>9s} {'steps':>7s} {'most':>5s} {'evaluations':>12s} {'largest gradient norm':>22s}")
    for lambda_ in LAMBDAS:
        chosen = task.lambda_ == lambda_
        steps, evaluations = fits.steps[chosen].double(), fits.evaluations[chosen].double()
        norm = fits.gradient_norm[chosen].max()
        print(f"  {lambda_:9g} {steps.mean():7.1f} {steps.max():5.0f} {evaluations.mean():12.1f} {norm:22.1e}")


def growth(*, quick: bool) -> None:
    """How time and memory grow with fits, samples and classes."""
    print("\nGrowth with the number of fits (digits, the same mixture):")
    _head("fits")
    whole = Task.on_digits(4 if quick else SEEDS)
    _row("100", whole.only(torch.arange(0, len(whole), len(whole) // 100)[:100]))
    if not quick:
        _row("800", whole)
        _row("10000", Task.on_digits(250))
    print("\nGrowth with the number of samples (Gaussian features of rank 62, C = 10, lambda = .1, 40 fits):")
    _head("samples")
    for samples in (500, 2000, 8000) if quick else (500, 2000, 8000, 32000):
        _row(str(samples), Task.random(samples, 62, 10, 40, 0.1))
    print("\nGrowth with the number of classes (n = 2000, rank 62, lambda = .1):")
    _head("C, fits")
    for classes, fits in ((10, 40), (100, 16)) if quick else ((10, 40), (100, 40), (1000, 8)):
        _row(f"{classes}, {fits}", Task.random(2000, 62, classes, fits, 0.1))


def _head(what: str) -> None:
    columns = (
        f"{'seconds':>9s} {'ms a fit':>9s} {'evaluations':>12s} {'largest gradient norm':>22s} {'peak MB so far':>15s}"
    )
    print(f"  {what:>9s} {columns}")


def _row(name: str, task: Task) -> None:
    seconds, fits = timed(lambda: fitted(task.problem(), GOAL))
    print(
        f"  {name:>9s} {seconds:9.2f} {1e3 * seconds / len(task):9.2f} {fits.evaluations.double().mean():12.1f} "
        f"{fits.gradient_norm.max():22.1e} {peak_memory():15.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
