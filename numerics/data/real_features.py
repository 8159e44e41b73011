"""Features as an array of real numbers, from arrays, tensors, lists or frames."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.arrays.elsewhere import check_length, is_sparse, written_out
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
    """An array, a tensor on any device, a data frame or its column, or nested lists, as an array.

    Raises ``DataError``, which calls it ``name``, for rows of different lengths and masked arrays.
    """
    refuse_mask(part, f"{argument}: {name}", DataError)
    if is_sparse(part):
        return written_out(part, f"{argument}: {name}")
    check_length(part, f"{argument}: {name}")
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
    _refuse_columns(given, argument, _CATEGORIES)
    if features.dtype.kind not in "biuf":
        _refuse_columns(given, argument)
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


def _refuse_columns(given: object, argument: str, refused: tuple[str, ...] | None = None) -> None:
    """Names the columns of a data frame that hold no numbers, or are of the ``refused`` kinds."""
    columns = columns_of(given)
    if columns is None:
        return
    kinds = [str(kind) for kind in given.dtypes]  # type: ignore[attr-defined]
    bad = [
        f"{c} ({k})"
        for c, k in zip(columns, kinds, strict=True)
        if (not k.lower().startswith(_NUMERIC) if refused is None else k.lower().startswith(refused))
    ]
    if bad:
        raise DataError(
            f"{argument}: X has columns that hold no numbers: {', '.join(bad)}; leave them out, or turn each into "
            "columns of 0 and 1 (pandas.get_dummies does so)"
        )
