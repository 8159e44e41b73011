"""Counts of noisy labels, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from torch import Tensor

from numerics.errors import NoiseError
from numerics.noise.confidence import LEVEL
from numerics.noise.counted import Counted
from numerics.noise.explained import Explained


@final
@dataclass(frozen=True, eq=False, repr=False)
class LabelCounts(Counted, Explained):
    """A table of ``counts`` (C, C), as a confusion matrix is; ``names`` are the classes."""

    table: Tensor
    names: tuple[str, ...]
    level: float = LEVEL

    def __post_init__(self) -> None:
        empty = (self.table.sum(1) == 0).nonzero()
        if len(empty):
            raise NoiseError(
                f"counts: no label of the class {self.names[int(empty[0])]} was counted, so that its rates are not "
                "known; leave the class out, row and column"
            )

    @property
    def counts(self) -> Tensor:
        """The table as it was given."""
        return self.table
