"""Dask collections, which stand for data that are not in memory yet."""

from __future__ import annotations

import math

from numerics.errors import DataError


def is_dask(part: object) -> bool:
    """Whether ``part`` is an array, a data frame or a column of Dask, which is not imported for it."""
    return not isinstance(part, type) and hasattr(part, "__dask_graph__") and hasattr(part, "compute")


def refuse_dask(part: object, what: str) -> None:
    """Raises ``DataError`` if ``part`` is a Dask collection, or a list or tuple with one in it.

    ``what`` is what the error begins with, the argument and what it is of.
    """
    for one in (part, *(part if isinstance(part, list | tuple) else ())):
        if not is_dask(one):
            continue
        sizes = getattr(one, "shape", ())
        unknown = any(isinstance(size, float) and math.isnan(size) for size in sizes)
        length = (
            " of unknown length (.compute_chunk_sizes() finds it, which numerics.embeddings needs)" if unknown else ""
        )
        raise DataError(
            f"{what}: got a Dask {type(one).__name__}{length}, and these functions need all of it in memory; give "
            ".compute() of it where that fits, or give it to numerics.embeddings, which reads it block by block"
        )
