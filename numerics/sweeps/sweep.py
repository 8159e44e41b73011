"""Sweeps: many runs, each done once, stored as it is done, and taken up again where they were stopped.

    sweep(grid(loss=["cross_entropy", "gce"], data="digits", rho=[0.2, 0.4], seeds=20), out="results.jsonl")

The same call goes on after a crash, a kill or Ctrl-C.  ``workers`` are processes on this machine, ``cluster`` is a Dask
cluster; both compute what one process would.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import torch

from numerics.errors import SweepError
from numerics.progress import Progress, silent
from numerics.sweeps.dask_runs import Cluster, on_dask
from numerics.sweeps.plan import Plan
from numerics.sweeps.results import Results, results
from numerics.sweeps.results_file import ResultsFile
from numerics.sweeps.run import Runner
from numerics.sweeps.workers import pooled
from symcheck.arguments.public import public
from symcheck.errors import shown


class SweepInterrupted(KeyboardInterrupt):
    """Ctrl-C during a sweep; the message says what is kept and how to go on."""


@public
def sweep(
    plans: Iterable[Plan],
    out: str | Path = "results.jsonl",
    *,
    progress: Progress = silent,
    workers: int = 1,
    cluster: Cluster | None = None,
) -> Results:
    """Runs every plan whose result is not yet in the file ``out``, and returns the results of all of them.

    Parameters: ``plans`` as ``grid`` makes them, equal ones count once; ``workers`` processes on this machine (more
    than one needs a script whose main part stands under ``if __name__ == "__main__"``); instead of them ``cluster``, a
    ``dask.distributed`` client, a cluster or the address of a scheduler; ``progress`` is called with what is done, how
    much there is, and about how long the rest takes.

    Returns ``Results``.  Lines of ``out`` that were edited, that are no results, or that other versions computed are
    moved to a file beside it, with a ``SweepWarning``, and their runs are computed again.  Raises ``SweepError`` where
    results cannot be stored or read, or workers fail again and again, and ``SweepInterrupted`` for Ctrl-C: what was
    done is kept, and the same call goes on from there.

    >>> from tempfile import TemporaryDirectory
    >>> from numerics import grid, sweep
    >>> with TemporaryDirectory() as folder:
    ...     sweep(grid("cross_entropy", "l2", "iris", rho=[0, 0.2], lambdas=[1.0]), f"{folder}/results.jsonl")
    <Results of 2 runs>
    """
    given = list(plans)
    if not all(isinstance(plan, Plan) for plan in given):
        first = next(plan for plan in given if not isinstance(plan, Plan))
        raise SweepError(
            f"plans: got {shown(first, 80)} among them; accepted are the runs that numerics.grid(...) plans"
        )
    unique = {plan.hash: plan for plan in given}
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise SweepError(f"workers: got {workers}; accepted is the number of processes, from 1 on")
    if cluster is not None and workers != 1:
        raise SweepError(f"workers: got {workers} and a cluster as well, which has its own; leave one of them out")
    with ResultsFile(out) as file:
        todo = [plan for name, plan in unique.items() if name not in file.done]
        before = len(unique) - len(todo)
        progress(before, len(unique), _left(0, len(todo), 0.0))
        start = time.monotonic()
        try:
            # Closed in any case, Ctrl-C included: only then do its workers end.
            with closing(_lines(todo, workers, cluster)) as lines:
                for count, line in enumerate(lines, 1):
                    file.append(line)
                    progress(before + count, len(unique), _left(count, len(todo), time.monotonic() - start))
        except KeyboardInterrupt as stop:
            kept = len(file.done & set(unique))
            raise SweepInterrupted(
                f"interrupted: {kept} of {len(unique)} runs are in {out}; run the same sweep again, and it goes on "
                "from there"
            ) from stop
    return results(out).of(unique)


def _lines(todo: list[Plan], workers: int, cluster: Cluster | None) -> Generator[str, None, None]:
    """The results of ``todo`` as they are done, in any order."""
    if cluster is not None:
        yield from on_dask(todo, cluster)
    elif workers > 1 and len(todo) > 1:
        yield from pooled(todo, min(workers, len(todo)))
    else:
        runner = Runner()
        with one_thread():
            yield from map(runner.line, todo)


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread for torch: sums are then added up in the same order on every machine of a kind."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _left(done: int, total: int, seconds: float) -> str:
    """About how long the rest takes, at the pace of this call so far."""
    if done == total:
        return "done"
    if not done:
        return f"{total} runs to do"
    rest = seconds / done * (total - done)
    if rest < 90:
        return f"about {max(1, round(rest))} s left"
    return f"about {round(rest / 60)} min left" if rest < 5400 else f"about {rest / 3600:.1f} h left"
