"""Arrays that are not in memory as they stand: sparse matrices of scipy, and collections of Dask."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.errors import DataError


def is_sparse(given: object) -> bool:
    """Whether ``given`` is a sparse matrix or array of scipy."""
    return hasattr(given, "tocsr") and hasattr(given, "nnz")


def is_dask(given: object) -> bool:
    """Whether ``given`` is an array, a data frame or a series of Dask."""
    return hasattr(given, "__dask_graph__") and (hasattr(given, "chunks") or hasattr(given, "npartitions"))


def written_out(sparse: Any, what: str) -> NDArray[np.generic]:
    """The entries of a ``sparse`` matrix, zeros too.

    Raises ``DataError``, which calls it ``what``, where they have no room.
    """
    wanted, free = 8 * math.prod(sparse.shape), free_memory()
    if wanted > free / 2:
        raise DataError(
            f"{what} is sparse, and written out it takes {wanted / 2**30:.1f} GB, with {free / 2**30:.1f} GB free; "
            "numerics.embeddings takes it as it is, or take fewer columns"
        )
    return np.asarray(sparse.toarray())


def check_length(given: object, what: str) -> None:
    """Raises ``DataError``, which calls it ``what``, for a collection of Dask of unknown length."""
    if any(isinstance(size, float) and math.isnan(size) for size in getattr(given, "shape", ())):
        raise DataError(
            f"{what} is a Dask array of unknown length; call compute_chunk_sizes() on it first, which counts its rows"
        )


def free_memory() -> float:
    """Bytes of memory that are free; infinite where the system does not tell."""
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return math.inf
