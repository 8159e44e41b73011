"""Where a derivation at z = 0 has to stop because of the form of the formula."""

from __future__ import annotations

from dataclasses import replace

from symcheck.constants.field import Constant
from symcheck.reason import Reason, Undecided


class Kink(Undecided):
    """The form does not show derivatives at z = 0: |x|, relu or a branch where x is 0 and depends on z, a tie."""


class Branching(Undecided):
    """The formula takes another branch where ``constant`` has another sign, and the scope holds both."""

    def __init__(self, reason: Reason, constant: Constant) -> None:
        super().__init__(reason)
        self.constant = constant

    def at(self, where: str) -> Branching:
        """The same stop, naming the innermost subexpression."""
        return self if self.reason.where else Branching(replace(self.reason, where=where), self.constant)
