"""Progress: how a long job tells what it is doing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int, str], None]
"""Called with the steps done, the steps in all, and what is done now."""


def silent(done: int, total: int, what: str) -> None:
    """Says nothing."""


@contextmanager
def bar(title: str) -> Iterator[Progress]:
    """A progress bar on stderr, with an estimate of the time left."""
    from tqdm import tqdm

    with tqdm(desc=title, unit="step", leave=False, dynamic_ncols=True, disable=None) as shown:

        def report(done: int, total: int, what: str) -> None:
            if shown.total is None:  # what was done before this call says nothing about its pace
                shown.initial = shown.n = shown.last_print_n = done
            shown.total = total
            shown.set_postfix_str(what, refresh=False)
            shown.update(done - shown.n)

        yield report
