"""Arrays, memory maps, tensors, scipy's sparse matrices, and .npy files that are mapped and not read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.arrays.masks import refuse_mask
from numerics.blockwise.blocks import ROWS, Local
from numerics.errors import DataError


def array_source(features: Any, labels: Any, name: str) -> Local:
    """The rows of ``features`` (n, d) with ``labels`` (n,); raises ``DataError`` for other shapes and masked arrays."""
    x, y = (_held(part, what) for part, what in ((features, "X"), (labels, "y")))
    if len(getattr(x, "shape", ())) != 2 or y.ndim != 1 or x.shape[0] != len(y) or not x.shape[0]:
        raise DataError(
            f"data: got X of shape {tuple(np.shape(x))} and y of shape {tuple(np.shape(y))}; accepted are (n, d) and "
            "(n,), with a row of features for each label (images: X.reshape(len(X), -1))"
        )
    if hasattr(x, "tocsr"):
        x = x.tocsr()  # a sparse matrix is cut by rows

    def read(first: int) -> Iterator[tuple[Any, Any]]:
        for start in range(first, len(y), ROWS):
            yield x[start : start + ROWS], y[start : start + ROWS]

    return Local(name, len(y), read)


def _held(part: Any, what: str) -> Any:
    """An array as it is, or that of a tensor, a file or a list; nothing is copied that need not be."""
    refuse_mask(part, f"data: {what}", DataError)
    if isinstance(part, str | Path):
        return _mapped(Path(part), what)
    if isinstance(part, torch.Tensor):
        there = part.detach().cpu()
        return (there.float() if there.dtype == torch.bfloat16 else there).numpy()
    return part if hasattr(part, "tocsr") or isinstance(part, np.ndarray) else np.asarray(part)


def _mapped(path: Path, what: str) -> NDArray[Any]:
    try:
        return np.asanyarray(np.load(path, mmap_mode="r"))
    except (OSError, ValueError) as error:
        raise DataError(f"data: cannot map {what} from {path}: {error}; name a .npy file of one array") from error
