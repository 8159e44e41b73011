"""Runs on several processes of this machine; a process that dies is replaced, and one that is left over ends itself."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection

import torch

from numerics.errors import SweepError
from numerics.sweeps.plan import Plan
from numerics.sweeps.run import Runner

MOST_DEATHS = 3
"""How often in a row workers may die without a run being done in between."""


def pooled(plans: Sequence[Plan], workers: int) -> Iterator[str]:
    """The results of ``plans`` as they are done, by ``workers`` processes.

    Raises ``SweepError`` if workers die again and again.
    """
    left = {plan.hash: plan for plan in plans}
    deaths = 0
    while left:
        try:
            for name, line in _once(list(left.values()), min(workers, len(left))):
                del left[name]
                # Only deaths in a row count: one run that is done shows that the others can be.
                deaths = 0
                yield line
        except BrokenProcessPool as error:
            deaths += 1
            if deaths >= MOST_DEATHS:
                raise SweepError(
                    f"workers: processes have died {deaths} times without finishing a run, killed or out of memory; "
                    "what was done is kept; run the same sweep again with fewer workers"
                ) from error


def _once(plans: Sequence[Plan], workers: int) -> Iterator[tuple[str, str]]:
    """The names and results of ``plans``, until a process dies."""
    context = get_context("spawn")  # a fork would inherit the lock on the results, and torch's threads
    reader, writer = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(reader,))
    try:
        waiting = {pool.submit(_line, plan): plan.hash for plan in plans}
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    finally:
        writer.close()  # done or not: the workers see the end of the pipe and leave at once
        pool.shutdown(wait=True, cancel_futures=True)
        reader.close()


def _start(reader: Connection) -> None:
    """Prepares a worker: one thread, Ctrl-C left to the sweep, and an end as soon as the sweep has ended."""
    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        reader.poll(None)  # nothing is ever sent: this returns when the other end is closed, or its process is gone
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@cache
def runner() -> Runner:
    """The runner of this process, made when it is first asked for."""
    return Runner()


def _line(plan: Plan) -> str:
    return runner().line(plan)
