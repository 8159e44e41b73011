"""Human label noise: people's labels beside the clean ones, counts of them, or their matrix, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import final, overload

import torch
from torch import Tensor

from numerics.arrays.columns import coded_column, read_columns
from numerics.errors import NoiseError
from numerics.noise.confidence import LEVEL, checked_level
from numerics.noise.counted import Counted
from numerics.noise.explained import Explained
from numerics.noise.label_counts import LabelCounts
from numerics.noise.labels import DrawnLabels, given_labels
from numerics.noise.stated import StatedNoise, counted_labels, stated
from symcheck.arguments.public import public


@final
@dataclass(frozen=True, eq=False, repr=False)
class HumanLabels(Counted, Explained):
    """Noisy labels beside clean ones; ``names`` are the classes as they were written.

    ``drawn`` has both as class numbers, and ``level`` is the confidence of what is estimated.

    >>> from numerics import human_labels
    >>> found = human_labels(["cat", "dog", "cat"], ["cat", "dog", "dog"])
    >>> found.counts.tolist(), round(found.rate().value, 4)
    ([[1, 1], [0, 1]], 0.3333)

    Source: docs/theory.md, section 7.
    """

    drawn: DrawnLabels
    names: tuple[str, ...]
    level: float = LEVEL

    @cached_property
    def counts(self) -> Tensor:
        """n_ij (C, C): how often class i was labelled j."""
        pairs = self.drawn.clean * self.classes + self.drawn.labels
        return torch.bincount(pairs, minlength=self.classes**2).reshape(self.classes, self.classes)


@overload
def human_labels(clean: object, noisy: object, *, level: float = LEVEL) -> HumanLabels: ...


@overload
def human_labels(*, counts: object, level: float = LEVEL) -> LabelCounts: ...


@overload
def human_labels(*, T: object, level: float = LEVEL) -> StatedNoise: ...


@public
def human_labels(
    clean: object = None, noisy: object = None, *, counts: object = None, T: object = None, level: float = LEVEL
) -> HumanLabels | LabelCounts | StatedNoise:
    """People's label noise: two columns of labels, counts of them or their matrix; printed, it says what they mean.

    Parameters: ``clean`` and ``noisy``, arrays, tensors, lists or pandas columns (n,) of integers or names, the classes
    those of the clean column in order; or ``counts`` (C, C), how often class i was labelled j; or ``T`` (C, C), with
    which probability it is, also with intervals, as a ``TransitionEstimate``; ``level`` in (0, 1), the confidence of
    what is estimated.

    Returns ``HumanLabels``, ``LabelCounts`` or ``StatedNoise``: T and its intervals (``bounds``), the ``rate``, the
    test of ``uniformity``, the ``lead`` that a class needs, classes that are ``lost``, and the ``theory`` behind them.
    Raises ``DataError`` for missing entries, fewer than two classes, or a noisy label that no clean one is,
    ``NoiseError`` for columns of different length, counts with an empty row, and a T that is not stochastic.

    >>> from numerics import human_labels
    >>> human_labels(["cat", "dog", "cat"], ["cat", "dog", "dog"])
    <HumanLabels: 3 labels of 2 classes, 1 of them not the clean ones: a realised rate of 0.3333>

    Source: docs/theory.md, section 7.
    """
    columns = clean is not None or noisy is not None
    if columns + (counts is not None) + (T is not None) != 1 or (columns and (clean is None or noisy is None)):
        given = {"clean": clean, "noisy": noisy, "counts": counts, "T": T}
        names = [name for name, x in given.items() if x is not None]
        raise NoiseError(
            f"human_labels: got {' and '.join(names) or 'no labels'}; accepted is two columns, human_labels(clean, "
            "noisy), or counts=, or T="
        )
    if counts is not None:
        return counted_labels(counts, level)
    if T is not None:
        return stated(T, level)
    first, names_of_classes = coded_column(clean, "clean")
    second, _ = coded_column(noisy, "noisy", names_of_classes)
    drawn = given_labels(torch.from_numpy(first), torch.from_numpy(second), len(names_of_classes))
    return HumanLabels(drawn, names_of_classes, checked_level(level))


@public
def human_labels_from_csv(path: str | Path, clean: str, noisy: str, *, level: float = LEVEL) -> HumanLabels:
    """The noisy labels of the columns ``clean`` and ``noisy`` of a CSV file with a line of column names.

    Parameters: ``path`` of the file; ``clean`` and ``noisy`` the names of its two columns; ``level`` in (0, 1), the
    confidence of what is estimated.

    Returns ``HumanLabels``.  Raises ``DataError`` for a file that cannot be read, a column that it does not have,
    missing entries, fewer than two classes, or a noisy label that no clean one is, and ``NoiseError`` for a level out
    of range.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from numerics import human_labels_from_csv
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "labels.csv")
    ...     _ = file.write_text("truth,crowd\\ncat,cat\\ndog,dog\\ncat,dog\\n")
    ...     human_labels_from_csv(str(file), "truth", "crowd")
    <HumanLabels: 3 labels of 2 classes, 1 of them not the clean ones: a realised rate of 0.3333>
    """
    columns = read_columns(path, (clean, noisy))
    return human_labels(columns[clean], columns[noisy], level=level)
