"""Linear fits, many at once, against loops over scikit-learn and torch: ``python -m benchmarks.confirm``.

800 fits on digits (8 values of lambda from 1e-3 to 1e4, 5 rates of sampled label noise, 20 draws of each),
cross-entropy with l2 on the scores in double precision.  On whitened features l2 on the scores is l2 on the weights,
so that all solve the same problems, and the minimisers are compared.  At the rate 0 all draws are the clean labels:
such fits are solved once here, and what the peers take is given with and without them.  Each of our fits is asked for
the gradient norm that the peer reached at its lambda and rate.  One thread each; times are processor seconds of one
run, smallest and largest of several rounds in which the contenders take turns.
"""

from __future__ import annotations

import argparse
from functools import partial

import torch
from torch import Tensor

from benchmarks.clock import peak_memory, timed
from benchmarks.fit_peers import PeerResult, in_sklearn, in_torch, peer
from benchmarks.fit_task import LAMBDAS, RATES, SEEDS, Task, different_among
from benchmarks.floor import Work, measured_rates
from numerics.linear.fits import Fits, fitted

GOAL = 1e-12
"""The gradient norm asked of every fit where there is no peer."""
PEERS: tuple[tuple[str, str, float, int], ...] = (
    ("scikit-learn lbfgs", "lbfgs", 1e-8, 80),
    ("scikit-learn lbfgs", "lbfgs", 1e-10, 80),
    ("scikit-learn lbfgs, as it comes", "lbfgs", 1e-4, 80),
    ("scikit-learn newton-cg", "newton-cg", 1e-8, 40),
    ("scikit-learn newton-cg", "newton-cg", 1e-10, 40),
    ("scikit-learn newton-cholesky", "newton-cholesky", 1e-8, 40),
    ("torch LBFGS", "", 1e-9, 40),
)
"""A name, the solver, the tolerance that it is given, and how many of the fits are timed."""
LARGE = ((1_000_000, 100, 10, 1e-2), (4000, 62, 1000, 0.1), (20_000, 62, 1000, 1e-2))
"""Single large fits: samples, features, classes and lambda."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="4 draws in the place of 20, one round, no large tables")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N fits of each peer are timed, and scaled")
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which the contenders take turns (default: 5)")
    given = parser.parse_args()
    torch.set_num_threads(1)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        task = Task.on_digits(4 if given.quick else SEEDS)
        against_peers(task, given.limit, 1 if given.quick else given.rounds)
        by_lambda(task, floor_of(task))
        if not given.quick:
            large_fits(given.rounds)
        growth(quick=given.quick)


def against_peers(task: Task, limit: int | None, rounds: int) -> None:
    """The table of ratios at equal gradient norm."""
    family = task.family
    fitted(task.only(torch.arange(0, len(task), 97)).problem(), GOAL)  # first calls
    different = different_among(task)
    print(
        f"{len(task)} fits on digits, {len(different)} of them different: {len(LAMBDAS)} lambdas from {LAMBDAS[0]:g} "
        f"to {LAMBDAS[-1]:g}, noise rates {', '.join(map(str, RATES))}, {len(task.draws) // len(RATES)} draws;\n"
        f"n = {family.samples}, rank {family.rank}, C = {family.classes}; 1 thread, {rounds} rounds\n"
    )
    print(
        f"  {'peer, its tolerance':38s} {'ratio: all fits':>16s} {'different ones':>15s} {'its seconds':>13s} "
        f"{'ours':>11s} {'gradient norm: median, largest':>31s} {'apart':>6s}"
    )
    for name, solver, tolerance, most in PEERS:
        chosen = spread(task, min(most, limit or most))
        fit_one = partial(in_sklearn, solver=solver) if solver else in_torch
        ratios, of_different, of_peer, seconds_here = [], [], [], []
        for _ in range(rounds):
            found = peer(fit_one, task, chosen, tolerance)
            goals, seconds = as_the_peer(task, found)
            spent, fits = timed(lambda goals=goals: fitted(task.problem(), goals))  # type: ignore[misc]
            ratios.append(float(seconds.sum()) / spent)
            of_different.append(float(seconds[different].sum()) / spent)
            of_peer.append(float(seconds.sum()))
            seconds_here.append(spent)
        apart_ = apart(task, fits, found)
        print(
            f"  {name + f', {tolerance:g}':38s} {_range(ratios):>16s} {_range(of_different):>15s} "
            f"{_range(of_peer):>13s} {_range(seconds_here, 2):>11s} {found.norms.median():18.1e}, "
            f"{found.norms.max():11.1e} {apart_:6.2f}",
            flush=True,
        )
    print(
        "\n  Fits timed are spread evenly over lambdas and rates, and stand for the others of their lambda and rate.\n"
        "  apart: the largest lambda ||W - W'||/(||grad|| + ||grad'|| + rounding), at most 1 for the same problem."
    )


def as_the_peer(task: Task, found: PeerResult) -> tuple[Tensor, Tensor]:
    """For each fit the peer's gradient norm and seconds at its lambda and rate."""
    draws = len(task.draws) // len(RATES)
    cell = task.draw // draws + len(RATES) * torch.searchsorted(torch.tensor(LAMBDAS).double(), task.lambda_)
    goals, seconds = torch.empty(len(task), dtype=torch.float64), torch.empty(len(task), dtype=torch.float64)
    for each in cell.unique():
        here = cell[found.timed] == each
        goals[cell == each], seconds[cell == each] = found.norms[here].min(), found.seconds[here].mean()
    return goals.clamp(min=torch.finfo(torch.float64).eps), seconds


def _range(values: list[float], digits: int = 1) -> str:
    low, high = min(values), max(values)
    return f"{low:.{digits}f} to {high:.{digits}f}"


def floor_of(task: Task) -> Fits:
    """All fits to the same gradient norm, beside what their operations take on this machine."""
    before = peak_memory()
    seconds, fits = timed(lambda: fitted(task.problem(), GOAL))
    largest = max(task.gradient_norm(i, fits.weights[i]) for i in range(0, len(task), 7))
    print(f"\n  All to {GOAL:g}: {seconds:.2f} s; norms written out again for every 7th fit: at most {largest:.1e}.")
    print(f"  Peak memory {peak_memory():.0f} MB, of which {before:.0f} MB before (libraries, data, peers).")
    rates, work = measured_rates(), Work.of(task, fits)
    floor = work.seconds(rates)
    print(
        f"  Floor: {work.double / 1e9:.0f} GFLOP at {rates.double / 1e9:.0f}/s, {work.single / 1e9:.0f} in single "
        f"precision at {rates.single / 1e9:.0f}/s, {work.exps / 1e9:.2f} G exponentials at {rates.exp / 1e9:.2f}/s:\n"
        f"  {floor:.2f} s; the fits take {seconds / floor:.1f} times that."
    )
    return fits


def large_fits(rounds: int) -> None:
    """Single fits beside scikit-learn's lbfgs at its gradient norm."""
    print("\nOne large fit, our time over that of scikit-learn's lbfgs (tol 1e-8) at the same gradient norm:")
    for samples, features, classes, lambda_ in LARGE:
        task = Task.random(samples, features, classes, 1, lambda_)
        task.draws[:, :classes] = torch.arange(classes)  # LogisticRegression leaves out classes without a sample
        problem, ratios, seconds_here = task.problem(), [], []
        for _ in range(rounds):
            of_peer, weights = timed(lambda task=task: in_sklearn(task, 0, 1e-8))  # type: ignore[misc]
            norm = task.gradient_norm(0, weights)
            spent, fits = timed(lambda problem=problem, norm=norm: fitted(problem, norm))  # type: ignore[misc]
            ratios.append(spent / of_peer)
            seconds_here.append(spent)
        print(
            f"  {samples} x {features}, C = {classes}, lambda {lambda_:g}: {_range(ratios, 2)} times;"
            f" {_range(seconds_here)} s,"
            f" {int(fits.evaluations[0])} evaluations, gradient norms {norm:.1e}, {float(fits.gradient_norm[0]):.1e}",
            flush=True,
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
