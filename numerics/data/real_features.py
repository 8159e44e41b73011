"""Features as an array of real numbers, from arrays, tensors, lists or frames."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.arrays.elsewhere import computed, dense_of, is_sparse
from numerics.arrays.masks import is_missing, refuse_mask
from numerics.errors import DataError

_NUMERIC = ("int", "uint", "float", "bool", "double")
_CATEGORIES = ("categor", "enum")
"""Kinds of columns whose numbers are names, in pandas and polars."""


def columns_of(part: object) -> list[str] | None:
    """The names of the columns of a data frame, None for anything else."""
    found = getattr(part, "columns", None)
    return None if found is None or not hasattr(part, "to_numpy") else list(found)


def array_of(part: object, name: str, argument: str = "data") -> NDArray[np.generic]:
    """An array, a tensor on any device, a sparse matrix, a data frame or its column, or nested lists, as an array.

    Raises ``DataError``, which calls it ``name``, for rows of different lengths, arrays in an array, masked arrays,
    Dask collections of unknown length, and what does not fit into memory.
    """
    refuse_mask(part, f"{argument}: {name}", DataError)
    part = computed(part, f"{argument}: {name}")
    if is_sparse(part):
        return dense_of(part, f"{argument}: {name}")
    found = _array_of(part, name, argument)
    first = found.flat[0] if found.dtype.kind == "O" and found.size else None
    if isinstance(first, list | tuple | np.ndarray | torch.Tensor):
        raise DataError(
            f"{argument}: {name} is an array of objects, each of them a {type(first).__name__}; accepted is one array "
            f"of numbers: np.stack({name}) makes one where they have one shape"
        )
    return found


def _array_of(part: object, name: str, argument: str) -> NDArray[np.generic]:
    if isinstance(part, list | tuple) and part and all(isinstance(one, torch.Tensor) for one in part):
        part = [one.detach().cpu() for one in part]
        part = torch.stack(part) if len({one.shape for one in part}) == 1 else [one.tolist() for one in part]
    try:
        if isinstance(part, torch.Tensor):
            there = part.detach().cpu()
            # NumPy has no bfloat16.
            return np.asarray((there.double() if there.is_floating_point() else there).numpy())
        if hasattr(part, "to_numpy"):
            return np.asarray(part.to_numpy())
        return np.asarray(part)
    except (TypeError, ValueError) as error:
        raise DataError(f"{argument}: {name} cannot be read as an array: {error}") from error


def real_features(features: NDArray[np.generic], given: object, argument: str = "data") -> NDArray[np.float64]:
    """``features``, the array of what was ``given``, in float64.

    Raises ``DataError`` for entries that are no finite numbers, with the columns or the rows that have them.
    """
    _refuse_columns(given, argument, is_real=features.dtype.kind in "biuf")
    if features.dtype.kind not in "biuf":
        try:  # columns of numbers of several kinds, as pandas has them
            real = features.astype(np.float64) if features.dtype.kind == "O" else None
        except (TypeError, ValueError):
            real = None
        if real is None:
            missing = [row for row, line in enumerate(features.tolist()) if any(map(is_missing, line))]
            if missing:
                raise DataError(
                    f"{argument}: X has missing entries in {len(missing)} row{'s' * (len(missing) > 1)}, first in row "
                    f"{missing[0]}; leave such rows out (dropna) or fill them in (fillna)"
                )
            raise DataError(f"{argument}: X has entries of type {features.dtype}; accepted are real numbers")
    else:
        real = features.astype(np.float64)
    bad = np.flatnonzero(~np.isfinite(real).all(axis=1))
    if bad.size:
        raise DataError(
            f"{argument}: X is not finite in {bad.size} row{'s' * (bad.size > 1)}, first in row {bad[0]}; leave such "
            "rows out or fill them in"
        )
    return real


def _refuse_columns(given: object, argument: str, *, is_real: bool) -> None:
    """Names the columns of a data frame that hold no numbers, or numbers that are categories."""
    columns = columns_of(given)
    if columns is None:
        return
    kinds = [str(kind) for kind in given.dtypes]  # type: ignore[attr-defined]
    bad = [
        f"{c} ({k})"
        for c, k in zip(columns, kinds, strict=True)
        if k.lower().startswith(_CATEGORIES) or not (is_real or k.lower().startswith(_NUMERIC))
    ]
    if bad:
        raise DataError(
            f"{argument}: X has columns that hold no numbers: {', '.join(bad)}; leave them out, or turn each into "
            "columns of 0 and 1 (pandas.get_dummies does so)"
        )
