"""What a run of torch code on symbols leaves: a formula, its classes, and what was noticed."""

from __future__ import annotations

from dataclasses import dataclass, field

from symcheck.language.formula import Formula
from symcheck.language.scope import Classes


@dataclass(frozen=True)
class Note:
    """``what`` was noticed, and ``where``: the operation with the file and line of the user's code."""

    what: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.what}, at {self.where}" if self.where else self.what


@dataclass(frozen=True)
class TorchRecording:
    """The ``formula`` that torch code computes for one sample, for ``classes``, with ``notes`` for its reader."""

    formula: Formula
    classes: Classes = field(default_factory=Classes)
    notes: tuple[Note, ...] = ()


class FixedClasses(Exception):
    """The code is for ``classes`` classes alone: ``why`` and ``where`` the number meets the classes of z."""

    def __init__(self, classes: int, where: str, why: str) -> None:
        super().__init__(classes, where)
        self.classes, self.where, self.why = classes, where, why
