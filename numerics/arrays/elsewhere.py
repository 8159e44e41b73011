"""Arrays that are not in memory as they stand: sparse matrices of SciPy and torch, and collections of Dask."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.arrays.memory import free_memory, gigabytes
from numerics.errors import DataError

COPIES = 3
"""So many arrays of the size of the features a fit holds at least: as given, standardised, whitened."""


def is_sparse(given: object) -> bool:
    """Whether ``given`` is a sparse matrix or array of SciPy, which is not imported for it, or a sparse tensor."""
    if isinstance(given, torch.Tensor):
        return given.layout is not torch.strided
    return not isinstance(given, type) and hasattr(given, "tocsr") and hasattr(given, "nnz")


def is_dask(given: object) -> bool:
    """Whether ``given`` is an array, a data frame or a column of Dask, which is not imported for it."""
    return (
        not isinstance(given, type)
        and hasattr(given, "__dask_graph__")
        and (hasattr(given, "chunks") or hasattr(given, "npartitions"))
    )


def dense_of(sparse: Any, what: str, *, by_blocks: bool = True) -> NDArray[np.generic]:
    """The entries of a ``sparse`` matrix, zeros too.

    Parameters: as of ``refuse_dask``.  Raises ``DataError`` where memory is too small for what is done with them.
    """
    begins = f"{what} is sparse, of shape {tuple(sparse.shape)}; these functions hold it as"
    _check_room(sparse, begins, by_blocks=by_blocks)
    if isinstance(sparse, torch.Tensor):
        return np.asarray(sparse.detach().cpu().to_dense().numpy())
    # in rows, as arrays mostly are: sums in another order round otherwise
    return np.ascontiguousarray(sparse.toarray())


def refuse_dask(given: object, what: str, *, by_blocks: bool = True) -> None:
    """Raises ``DataError`` if ``given`` is a collection of Dask.

    Parameters: ``what`` is what the error begins with; ``by_blocks`` whether ``numerics.embeddings`` takes such data.
    """
    if not is_dask(given):
        return
    unknown = _is_of_unknown_length(given)
    other = (
        f", or give it to numerics.embeddings, which reads it block by block"
        f"{', after .compute_chunk_sizes(), which finds its length' * unknown}"
    )
    raise DataError(
        f"{what}: got a Dask {type(given).__name__}{' of unknown length' * unknown}, and these functions need all of "
        f"it in memory; give .compute() of it where that fits{other * by_blocks}"
    )


def computed(given: Any, what: str, *, by_blocks: bool = True) -> Any:
    """``given`` itself, or what an array of Dask stands for.

    Parameters: as of ``refuse_dask``.  Raises ``DataError`` for a data frame or a column of Dask, for what is of
    unknown length, and where memory is too small.
    """
    if not is_dask(given):
        return given
    if _is_of_unknown_length(given) or not hasattr(given, "chunks"):
        refuse_dask(given, what, by_blocks=by_blocks)
    begins = f"{what}: got a Dask {type(given).__name__} of shape {given.shape}; these functions hold it as"
    _check_room(given, begins, by_blocks=by_blocks)
    return given.compute()


def _check_room(given: Any, begins: str, *, by_blocks: bool = True) -> None:
    wanted, free = 8 * math.prod(given.shape) * COPIES, free_memory()
    if free is not None and wanted > free:
        other = ", or take numerics.embeddings, which reads it block by block" * by_blocks
        raise DataError(
            f"{begins} {COPIES} dense arrays of float64, {wanted} bytes ({gigabytes(wanted)}), and {gigabytes(free)} "
            f"are free: give fewer rows or columns{other}"
        )


def check_length(given: object, what: str) -> None:
    """Raises ``DataError``, which calls it ``what``, for a collection of Dask of unknown length."""
    if _is_of_unknown_length(given):
        raise DataError(
            f"{what} is a Dask array of unknown length; call compute_chunk_sizes() on it first, which counts its rows"
        )


def _is_of_unknown_length(given: object) -> bool:
    return any(isinstance(size, float) and math.isnan(size) for size in getattr(given, "shape", ()))
