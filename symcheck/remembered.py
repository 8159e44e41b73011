"""Reports that were derived once are kept, by formula and scope: a survey derives each formula once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from symcheck.budget import Budget
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope

R = TypeVar("R")

MOST = 1024
"""Reports kept; the ones used longest ago are dropped."""

_reports: OrderedDict[tuple[object, Formula, Scope], object] = OrderedDict()


def remembered(report: Callable[[Formula, Scope, Budget], R], formula: Formula, scope: Scope, budget: Budget) -> R:
    """``report(formula, scope, budget)``, from memory if it was made before.

    A budget that ran out shows as a report that is not kept, so a later call with more time starts again.
    """
    key = (report, formula, scope)
    found = _reports.get(key)
    if found is not None:
        _reports.move_to_end(key)
        return found  # type: ignore[return-value]
    made = report(formula, scope, budget)
    if not budget.is_spent:
        _reports[key] = made
        while len(_reports) > MOST:
            _reports.popitem(last=False)
    return made


def forget() -> None:
    """Drop every report, so that the next certificate is derived from nothing (for measurements)."""
    _reports.clear()
