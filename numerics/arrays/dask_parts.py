"""Dask collections, which stand for data that are not in memory yet."""

from __future__ import annotations

import math

from numerics.errors import DataError


def is_dask(part: object) -> bool:
    """Whether ``part`` is an array, a data frame or a column of Dask, which is not imported for it."""
    return not isinstance(part, type) and hasattr(part, "__dask_graph__") and hasattr(part, "compute")


def refuse_dask(part: object, what: str) -> None:
    """Raises ``DataError`` if ``part`` is a Dask collection; ``what`` is what the error begins with."""
    if not is_dask(part):
        return
    sizes = getattr(part, "shape", ())
    unknown = any(isinstance(size, float) and math.isnan(size) for size in sizes)
    raise DataError(
        f"{what}: got a Dask {type(part).__name__}{' of unknown length' * unknown}, and these functions need all of it "
        "in memory; give .compute() of it where that fits, or give it to numerics.embeddings, which reads it block by "
        f"block{', after .compute_chunk_sizes(), which finds its length' * unknown}"
    )
