"""Matrices T as they are given, checked: square, probabilities, rows that sum to 1."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from numerics.arrays.masks import refuse_mask
from numerics.errors import NoiseError
from numerics.noise.labels import LARGEST_SLACK

_ENTRIES = {"T": "the probability that", "counts": "how often"}


def matrix_of(given: object, name: str = "T") -> NDArray[np.generic]:
    """A square array of numbers, in the type in which it was given: from arrays, tensors, frames or nested lists.

    Raises ``NoiseError`` for what is none, and for masked arrays.
    """
    refuse_mask(given, name, NoiseError)
    try:
        if isinstance(given, Tensor):
            there = given.detach().cpu()
            found = (there.float() if there.dtype is torch.bfloat16 else there).numpy()
        elif hasattr(given, "to_numpy"):
            found = np.asarray(given.to_numpy())
        else:
            found = np.asarray(given)
        if found.dtype.kind not in "biuf":
            found = np.array(found.tolist(), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise NoiseError(f"{name}: cannot be read as a matrix of numbers: {error}") from error
    if found.ndim != 2 or found.shape[0] != found.shape[1] or len(found) < 2:
        raise NoiseError(
            f"{name}: got shape {tuple(found.shape)}; accepted is (C, C) with C >= 2, {name}[i, j] {_ENTRIES[name]} "
            "class i is labelled j"
        )
    return found


def checked_transition(given: object) -> Tensor:
    """T (C, C) in double precision, its rows scaled to sum to 1 where they miss it by rounding.

    Raises ``NoiseError`` unless T is square with at least 2 rows, its entries lie in [0, 1] and each row sums to 1.
    """
    raw = matrix_of(given)
    found = torch.from_numpy(raw.astype(np.float64))
    bad = (~((found >= 0) & (found <= 1))).nonzero()
    if len(bad):
        i, j = bad[0].tolist()
        raise NoiseError(f"T: got T[{i}, {j}] = {float(found[i, j]):g}; accepted are probabilities from 0 to 1")
    slack = slack_of(raw)
    off = ((found.sum(1) - 1).abs() > slack).nonzero()
    if len(off):
        row = int(off[0])
        turned = bool(((found.sum(0) - 1).abs() <= slack).all())
        raise NoiseError(
            f"T: row {row} sums to {float(found[row].sum()):.6g}; accepted are rows that sum to 1, one row for each "
            "clean class"
            + ("; its columns do: pass T transposed" if turned else "; T / T.sum(1, keepdims=True) scales them so")
        )
    return found / found.sum(1, keepdim=True)


def slack_of(raw: NDArray[np.generic]) -> float:
    """How far a row may be from summing to 1: by the rounding of its entries in the type of ``raw``, or 1e-9."""
    return max(LARGEST_SLACK, len(raw) * rounding_of(raw))


def rounding_of(raw: NDArray[np.generic]) -> float:
    """The unit in the last place of 1 in the type of ``raw``, 0 for whole numbers."""
    return float(np.finfo(str(raw.dtype)).eps) if raw.dtype.kind == "f" else 0.0
