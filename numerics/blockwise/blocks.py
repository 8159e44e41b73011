"""Blocks of rows: what a source of embeddings hands over, and how their sums are added up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from numerics.arrays.masks import is_missing, refuse_mask
from numerics.blockwise.moments import Labels, Real
from numerics.errors import DataError

ROWS = 2**14
"""Rows of a block where the source has none of its own: 512 columns of them are 64 MB in double precision."""

HEAD = 1024
"""So many rows are looked at before the sums are begun."""

S = TypeVar("S")
Kernel = Callable[[Real, Labels], S]
"""What is computed of a block: float64 rows (b, d), its own to overwrite, and labels (b,)."""


class Source(Protocol):
    """n samples in blocks."""

    @property
    def name(self) -> str:
        """What pages and errors call the data."""
        ...

    @property
    def rows(self) -> int | None:
        """n, None where only the end tells."""
        ...

    def computed(self, kernel: Kernel[S], first: int = 0) -> Iterator[tuple[int, S]]:
        """What ``kernel`` makes of each block from row ``first`` on, with its number of rows.

        Blocks that other machines hold may come in any order, and begin at row 0 whatever ``first`` is.
        """
        ...

    def head(self) -> tuple[Real, Labels]:
        """The first ``HEAD`` rows and labels, and what else is in their blocks; raises ``DataError`` without rows."""
        ...


@dataclass(frozen=True)
class Local:
    """Blocks that this process reads one after the other: ``read(first)`` begins at a row."""

    name: str
    rows: int | None
    read: Callable[[int], Iterator[tuple[Any, Any]]]

    def computed(self, kernel: Kernel[S], first: int = 0) -> Iterator[tuple[int, S]]:
        """Block by block."""
        row, width = first, None
        for features, labels in self.read(first):
            block, names = checked_block(features, labels, row, width)
            width = block.shape[1]
            row += len(names)
            if len(names):
                yield len(names), kernel(block, names)

    def head(self) -> tuple[Real, Labels]:
        """The first blocks."""
        return first_rows((found for _, found in self.computed(as_they_are)), self.name)


def as_they_are(rows: Real, labels: Labels) -> tuple[Real, Labels]:
    """A block itself."""
    return rows, labels


def first_rows(blocks: Iterator[tuple[Real, Labels]], name: str) -> tuple[Real, Labels]:
    """Blocks until ``HEAD`` rows are there, or all of them, as one."""
    found: list[tuple[Real, Labels]] = []
    for block in blocks:
        found.append(block)
        if sum(len(labels) for _, labels in found) >= HEAD:
            break
    if not found:
        raise no_rows(name)
    return np.concatenate([rows for rows, _ in found]), np.concatenate([labels for _, labels in found])


def no_rows(name: str) -> DataError:
    """What is raised for a source ``name`` without rows."""
    return DataError(f"data: {name} has no rows; there is nothing in it")


def checked_block(features: Any, labels: Any, row: int, width: int | None = None) -> tuple[Real, Labels]:
    """Rows in float64, a copy, and labels as an array of integers or texts; the block begins at ``row``.

    Raises ``DataError`` for other shapes, missing or infinite entries, and masked arrays.
    """
    refuse_mask(features, "data: X", DataError)
    refuse_mask(labels, "data: y", DataError)
    dense = features.toarray() if hasattr(features, "toarray") else features
    if np.iscomplexobj(dense):
        raise DataError("data: X has complex entries; accepted are real numbers")
    try:
        block = np.array(dense, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"data: the block of X from row {row} on cannot be read as numbers: {error}") from error
    names = np.asarray(labels)
    if block.ndim != 2 or names.ndim != 1 or len(block) != len(names):
        raise DataError(
            f"data: got a block with X of shape {block.shape} and y of shape {names.shape} from row {row} on; accepted "
            "are (b, d) and (b,), a label for each row (images: X.reshape(len(X), -1))"
        )
    if width is not None and block.shape[1] != width:
        raise DataError(
            f"data: the block from row {row} on has {block.shape[1]} columns, those before it {width}; accepted are "
            "blocks of one width"
        )
    # One sum is enough to see that some entry is not finite.
    if not np.isfinite(block.sum()) and not (finite := np.isfinite(block).all(1)).all():
        bad = int(np.flatnonzero(~finite)[0])
        raise DataError(f"data: X is not finite in row {row + bad}; leave such rows out or fill them in")
    return block, _names(names, row)


def _names(labels: Labels, row: int) -> Labels:
    """Labels as integers, where they are whole numbers, or as texts."""
    if labels.dtype.kind in "biu":
        return labels.astype(np.int64)
    if labels.dtype.kind == "f" and np.array_equal(labels, np.round(labels)):
        return labels.astype(np.int64)
    texts = labels.tolist()
    for place, text in enumerate(texts):
        if is_missing(text):
            raise DataError(f"data: the label in row {row + place} is missing; leave such rows out")
        if not isinstance(text, str | int):
            raise DataError(f"data: got the label {text!r} in row {row + place}; accepted are whole numbers and names")
    return np.array([str(text) for text in texts])
