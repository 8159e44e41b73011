"""Verdicts: PROVED, REFUTED or UNDECIDED, never true or false."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Never


class Verdict(Enum):
    """What is known of a statement; ordered REFUTED < UNDECIDED < PROVED, so a conjunction is the least.

    >>> import symcheck as sc
    >>> sc.certify("mae", "l2").verdict is sc.Verdict.PROVED
    True
    >>> min(sc.Verdict.PROVED, sc.Verdict.UNDECIDED)
    <Verdict.UNDECIDED: 1>
    """

    REFUTED = 0
    UNDECIDED = 1
    PROVED = 2

    def __lt__(self, other: Verdict) -> bool:
        return self.value < other.value

    def __le__(self, other: Verdict) -> bool:
        return self.value <= other.value

    # Every member of an Enum is true, so that ``if verdict`` would take REFUTED for a yes.
    def __bool__(self) -> Never:
        raise TypeError(
            f"a verdict is not true or false: {self.name} is one of PROVED, REFUTED, UNDECIDED; "
            "compare it, as in verdict is Verdict.PROVED"
        )

    def __str__(self) -> str:
        return self.name


def conjunction(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on all the statements together: the least one, PROVED if there are none."""
    return min(verdicts, default=Verdict.PROVED)
