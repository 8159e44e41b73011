"""The stop at a formula that is one function where a constant is 0 or negative, and another one elsewhere."""

from __future__ import annotations

from dataclasses import replace

from symcheck.field.element import Element
from symcheck.reason import Code, Reason, Undecided


class Branching(Undecided):
    """The formula takes another branch where ``constant`` has another sign, and the scope holds both."""

    def __init__(self, reason: Reason, constant: Element) -> None:
        super().__init__(reason)
        self.constant = constant

    def at(self, where: str) -> Branching:
        """The same stop, naming the innermost subexpression."""
        return self if self.reason.where else Branching(replace(self.reason, where=where), self.constant)


def branching(name: str, constant: Element) -> Branching:
    """The stop of ``name``, an operator or a function, at the sign of ``constant``."""
    why = f"{name} branches on the sign of {constant.text()}, which is not the same in the whole scope"
    settle = "give values to C or the parameters, so that the sign is settled"
    return Branching(Reason(Code.SIGN_UNKNOWN, why, settle), constant)
