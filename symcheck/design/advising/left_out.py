"""What stands in no row, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Because(Enum):
    """Why a loss or a pair is left out; the ``value`` says it of all of them together."""

    REFUTED = "REFUTED at this number of classes"
    UNDECIDED = "UNDECIDED at this number of classes"
    ENTRIES = "it needs class weights, margins, a prior or a matrix, which nobody gave"
    OTHER_NOISE = "it has a matrix of its own, for noise that is not uniform"
    CLASSES = "it exists for other numbers of classes only"
    TIME = "the budget was spent before"
    VALUES = "it has a parameter without a value and without a default"


@dataclass(frozen=True)
class LeftOut:
    """A loss, or with a ``regularizer`` a pair, that is left out ``because`` of something: ``detail`` says what.

    The ``regularizer`` is "" where the loss alone is the reason, and with any of the penalties the pair has no row; the
    ``loss`` is "" where the regularizer alone is.
    """

    because: Because
    loss: str
    regularizer: str
    detail: str

    @property
    def title(self) -> str:
        """The loss, the regularizer, or both."""
        return " + ".join(name for name in (self.loss, self.regularizer) if name)
