"""Human label noise: a column of noisy labels beside the clean ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import torch
from torch import Tensor

from numerics.arrays.columns import coded_column, read_columns
from numerics.noise.counted import Counted
from numerics.noise.labels import DrawnLabels, given_labels


@final
@dataclass(frozen=True, eq=False)
class HumanLabels(Counted):
    """Noisy labels beside clean ones; ``names`` are the classes as they were written."""

    drawn: DrawnLabels
    names: tuple[str, ...]

    @cached_property
    def counts(self) -> Tensor:
        """n_ij (C, C): how often class i was labelled j."""
        pairs = self.drawn.clean * self.classes + self.drawn.labels
        return torch.bincount(pairs, minlength=self.classes**2).reshape(self.classes, self.classes)


def human_labels(clean: object, noisy: object) -> HumanLabels:
    """The noisy labels of two columns: arrays, tensors, lists or pandas columns of integers or names.

    The classes are those of the clean column in order.  Raises ``DataError`` for missing entries, fewer than two
    classes, or a noisy label that no clean one is, ``NoiseError`` for columns of different length.
    """
    first, names = coded_column(clean, "clean")
    second, _ = coded_column(noisy, "noisy", names)
    return HumanLabels(given_labels(torch.from_numpy(first), torch.from_numpy(second), len(names)), names)


def human_labels_from_csv(path: str, clean: str, noisy: str) -> HumanLabels:
    """The noisy labels of the columns ``clean`` and ``noisy`` of a CSV file with a line of column names.

    Raises ``DataError`` for a file that cannot be read or a column that it does not have, and as ``human_labels``.
    """
    columns = read_columns(path, (clean, noisy))
    return human_labels(columns[clean], columns[noisy])
