"""One check of many samples as one test, which fails with every sample that fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

SHOWN = 5
"""So many failures are shown in full, the others by their samples."""


def of_each(samples: Iterable[Any], *, ids: Callable[[Any], str] = str) -> Callable[[Callable[..., None]], Any]:
    """Makes a test of a check: it is called with each of the ``samples``, whose ``ids`` say which of them fail.

    A sample that is a tuple gives several arguments.  What the check takes besides, by name, are fixtures.
    """

    def as_test(check: Callable[..., None]) -> Callable[..., None]:
        def test(**fixtures: Any) -> None:
            failed = []
            for sample in tried:
                try:
                    check(*(sample if isinstance(sample, tuple) else (sample,)), **fixtures)
                except Exception as error:  # noqa: BLE001 - whatever it is, the others are tried as well
                    error.add_note(f"for {ids(sample)}")
                    failed.append((ids(sample), error))
            if failed:
                names = ", ".join(name for name, _ in failed)
                raise ExceptionGroup(f"{len(failed)} of {len(tried)}: {names}", [error for _, error in failed[:SHOWN]])

        tried = list(samples)
        assert tried, "a check of nothing"
        count = len(tried[0]) if isinstance(tried[0], tuple) else 1
        parameters = list(inspect.signature(check).parameters.values())[count:]
        test.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return as_test
