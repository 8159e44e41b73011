"""Counts of noisy labels, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from torch import Tensor

from numerics.noise.confidence import LEVEL
from numerics.noise.counted import Counted
from numerics.noise.explained import Explained


@final
@dataclass(frozen=True, eq=False, repr=False)
class LabelCounts(Counted, Explained):
    """A table of ``counts`` (C, C), as a confusion matrix is, with no empty row; ``names`` are the classes.

    ``table`` is what was given, and ``level`` the confidence of what is estimated.

    >>> from numerics import human_labels
    >>> found = human_labels(counts=[[70, 30], [30, 70]])
    >>> found.rate().value, found.theory.is_rejected
    (0.3, False)

    Source: docs/theory.md, section 7.
    """

    table: Tensor
    names: tuple[str, ...]
    level: float = LEVEL

    @property
    def counts(self) -> Tensor:
        """The table as it was given."""
        return self.table
