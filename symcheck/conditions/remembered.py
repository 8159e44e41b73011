"""Reports that were derived once are kept, by formula and scope: a survey derives each formula once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import TypeVar, cast

from symcheck.budget import Budget
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope

R = TypeVar("R")

MOST = 1024
"""Reports kept; the ones used longest ago are dropped."""

Reports = OrderedDict[tuple[object, ...], tuple[object, Budget]]
"""Reports, and the budgets that they were made within, by what made them, the formula and the scope."""

_reports: Reports = OrderedDict()
_apart: ContextVar[Reports | None] = ContextVar("_apart", default=None)
_lock = Lock()


def remembered(report: Callable[[Formula, Scope, Budget], R], formula: Formula, scope: Scope, budget: Budget) -> R:
    """``report(formula, scope, budget)``, from memory if it was made before.

    A budget that ran out shows as a report that is not kept, so a later call with more time starts again.  A report
    from memory is asked more within ``budget``, and not within the one that it was made in, which ended long ago.
    """
    key = (report, formula, scope)
    with _lock:
        kept = _kept()
        found = kept.get(key)
        if found is not None:
            kept.move_to_end(key)
            report_before, budget_before = found
            budget_before.renew(budget)
            return cast(R, report_before)
    made = report(formula, scope, budget)
    if not budget.is_spent:
        _keep(kept, key, made, budget)
    return made


def remembered_as(key: tuple[object, ...], make: Callable[[], R | None]) -> R | None:
    """What ``make`` makes, from memory if it was made before under this ``key``; None is not kept."""
    with _lock:
        found = _kept().get(key)
    if found is not None:
        return cast(R, found[0])
    made = make()
    if made is not None:
        _keep(_kept(), key, made, Budget(float("inf")))
    return made


def _keep(kept: Reports, key: tuple[object, ...], made: object, budget: Budget) -> None:
    with _lock:
        kept[key] = made, budget
        while len(kept) > MOST:
            kept.popitem(last=False)


@contextmanager
def apart() -> Iterator[None]:
    """Within it nothing that was derived before is used, and what is derived in it is forgotten at its end.

    It holds for the thread that enters it; the memory of the process stays as it was, whatever is raised.
    """
    token = _apart.set(OrderedDict())
    try:
        yield
    finally:
        _apart.reset(token)


def forget() -> None:
    """Drop every report, so that the next certificate is derived from nothing (for measurements)."""
    with _lock:
        _kept().clear()


def _kept() -> Reports:
    of_thread = _apart.get()
    return _reports if of_thread is None else of_thread
