"""Budgets: how much time and size a derivation may take before it is UNDECIDED."""

from __future__ import annotations

import time

from symcheck.reason import Code, Reason, Undecided

SECONDS = 10.0
"""The default budget of one certificate."""

MOST_TERMS = 20_000
"""A product or gcd of polynomials with more terms than this is not begun: it could not be interrupted."""


class Budget:
    """A deadline, looked at between steps, and a bound on the size of a single step.

    A step inside the polynomial library cannot be interrupted, so sizes are checked before it begins.  ``is_spent``:
    whether time ran out; with more of it another answer may be found, where a step that is too large stays so.
    """

    __slots__ = ("_deadline", "is_spent", "seconds")

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.is_spent = False
        self._deadline = time.monotonic() + seconds

    def check(self, terms: int = 0) -> None:
        """Go on, or stop with the reason ``budget``; ``terms`` is the size of the step to come."""
        if terms > MOST_TERMS:
            raise Undecided(
                Reason(
                    Code.BUDGET,
                    f"an intermediate expression would have up to {terms} terms (at most {MOST_TERMS} are allowed)",
                    "give values to parameters, or simplify the formula",
                )
            )
        if time.monotonic() > self._deadline:
            self.is_spent = True
            raise Undecided(
                Reason(
                    Code.BUDGET,
                    f"the budget of {self.seconds:g} s is spent",
                    "raise budget=, narrow the scope, or give values to parameters",
                )
            )

    def renew(self, other: Budget) -> None:
        """Have what ``other`` has left if that ends later: what was derived within this is asked more within that."""
        if other._deadline > self._deadline:
            for name in self.__slots__:
                setattr(self, name, getattr(other, name))
