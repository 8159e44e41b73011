"""A function that begins a stream of blocks anew: whatever can be read twice can be summed up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from numerics.blockwise.blocks import Local
from numerics.errors import DataError


def stream_source(begin: Callable[[], Iterable[Any]]) -> Local:
    """The blocks (X, y) that ``begin()`` yields; raises ``DataError`` for blocks that are no pairs."""

    def read(first: int) -> Iterator[tuple[Any, Any]]:
        row = 0
        for count, block in enumerate(begin()):
            if not isinstance(block, tuple | list) or len(block) != 2:
                raise DataError(
                    f"data: block {count} of the stream is a {type(block).__name__}; accepted are pairs (X, y) of "
                    "features (b, d) and labels (b,)"
                )
            features, labels = block
            # Where a pass begins in the middle, rows that were summed up before are left out.
            skipped = min(max(first - row, 0), len(labels))
            row += len(labels)
            if skipped < len(labels):
                yield features[skipped:], labels[skipped:]

    return Local("stream", None, read)
