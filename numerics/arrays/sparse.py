"""Sparse matrices of SciPy and sparse tensors of torch, which the solvers take as dense arrays."""

from __future__ import annotations

import sys
from math import prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.arrays.memory import free_memory, gigabytes
from numerics.errors import DataError

COPIES = 3
"""So many arrays of the size of the features a fit holds at least: as given, standardised, whitened."""


def is_sparse(part: object) -> bool:
    """Whether ``part`` is a sparse matrix or array of SciPy, which is not imported for it, or a sparse tensor."""
    if isinstance(part, torch.Tensor):
        return part.layout is not torch.strided
    scipy = sys.modules.get("scipy.sparse")
    return scipy is not None and bool(scipy.issparse(part))


def dense_of(part: Any, name: str, argument: str = "data") -> NDArray[np.generic]:
    """The sparse ``part`` as an array; raises ``DataError``, which calls it ``name``, where memory is too small."""
    needed, free = prod(part.shape) * 8 * COPIES, free_memory()
    if free is not None and needed > free:
        raise DataError(
            f"{argument}: {name} is sparse, of shape {tuple(part.shape)}; these functions hold it as {COPIES} dense "
            f"arrays of float64, {needed} bytes ({gigabytes(needed)}), and {gigabytes(free)} are free: give fewer rows "
            "or columns, or numerics.embeddings, which reads sparse blocks one by one"
        )
    if isinstance(part, torch.Tensor):
        return np.asarray(part.detach().cpu().to_dense().numpy())
    # in rows, as arrays mostly are: sums in another order round otherwise
    return np.ascontiguousarray(part.toarray())
