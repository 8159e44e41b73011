"""Reasons: why something is undecided, where, and what would settle it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Self


class Code(Enum):
    """The kinds of reasons for UNDECIDED."""

    KINK = "kink"
    SIGN_UNKNOWN = "sign-unknown"
    UNMAPPED_OP = "unmapped-op"
    NOT_EQUIVARIANT = "not-equivariant"
    BUDGET = "budget"
    READINGS_DISAGREE = "readings-disagree"
    ROUNDING = "rounding"


@dataclass(frozen=True)
class Reason:
    """``code``, the subexpression ``where`` it arose, ``why``, and ``settle``: what would settle it."""

    code: Code
    why: str
    settle: str
    where: str = ""

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"{self.code.value}{place}: {self.why}; {self.settle}"


def not_exact(what: str) -> Reason:
    """The reason that ``what`` is known up to rounding, where an exact number is needed."""
    return Reason(
        Code.ROUNDING,
        f"{what} was computed in floating point and is known up to rounding",
        "write the exact number, such as Fraction(1, 3) or log(10)",
    )


class Undecided(Exception):
    """Carries a ``Reason`` from the place where a derivation has to stop to the finding that reports it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    @classmethod
    def of(cls, code: Code, why: str, settle: str, where: str = "") -> Self:
        """With the ``Reason`` of these parts."""
        return cls(Reason(code, why, settle, where))

    def at(self, where: str) -> Undecided:
        """The same stop, naming the innermost subexpression (one that is named already stays)."""
        return self if self.reason.where else type(self)(replace(self.reason, where=where))
