"""Findings that are derived when they are first asked for, each once within a budget."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.budget import Budget, in_force, stopping
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, not_derived
from symcheck.reason import Undecided


class Asked:
    """The finding on a condition by ``derive``, within ``seconds`` and a share of the budget in force.

    What stops on the way is UNDECIDED with its reason.  While one budget is in force the same is not derived twice:
    several theorems ask for one condition, and a condition that took its share would take the shares of others.
    """

    __slots__ = ("_budget", "_derive", "_known", "_seconds")

    def __init__(self, derive: Callable[[Condition], Finding], seconds: float) -> None:
        self._derive, self._seconds = derive, seconds
        self._budget: Budget | None = None
        self._known: dict[Condition, Finding] = {}

    def __call__(self, condition: Condition) -> Finding:
        budget = in_force()
        # Another budget, another try: what ran out of time under the last one may have the time now.
        if budget is None or budget is not self._budget:
            self._budget, self._known = budget, {}
        found = self._known.get(condition)
        if found is None:
            found = self._known[condition] = self._found(condition)
        return found

    def _found(self, condition: Condition) -> Finding:
        try:
            with Budget.share(self._seconds).in_force(), stopping():
                return self._derive(condition)
        except Undecided as stop:
            return not_derived(condition, stop.reason)
