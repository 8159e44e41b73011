"""What a linear model predicts in the limit on many rows, from sums over blocks of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn
from torch.utils.data import DataLoader, RandomSampler

from numerics.arrays.elsewhere import is_dask
from numerics.blockwise.basis import Basis
from numerics.blockwise.blocks import Local, Source
from numerics.blockwise.checkpoint import Checkpoint
from numerics.blockwise.moments import Labels, Moments, Real
from numerics.blockwise.result import Embeddings
from numerics.blockwise.sources.arrays import array_source
from numerics.blockwise.sources.dask_collections import dask_arrays, dask_frame
from numerics.blockwise.sources.loaders import loader_source
from numerics.blockwise.sources.parquet import parquet_source
from numerics.blockwise.sources.streams import stream_source
from numerics.blockwise.summing import summed
from numerics.data.given_data import described, pair_in
from numerics.errors import CheckpointError, DataError
from numerics.progress import Progress, silent
from symcheck.arguments.public import public

MOST = 2**33
"""Bytes that Gram matrices may take."""
SAME = 1e-9
"""Means of two passes over the same rows differ by less than this share of the spread."""


@public
def embeddings(
    data: object,
    *,
    label: str | None = None,
    without: Sequence[str] = (),
    network: nn.Module | None = None,
    layer: str | None = None,
    by_class: bool = True,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: Progress = silent,
) -> Embeddings:
    """All that the limit of a linear model with a bias needs of n rows, from one pass over blocks of them.

    In the limit of large lambda every pair that is certified EXACT or SCALED, with a penalty like l2, has the scores
    S(x) = sum_j k_j(x) o_j, k_j(x) = phi(x)'(Phi'Phi)^(-1) phi(x_j): so Phi'Phi and the sums of phi by class are
    enough.  Only one block is in memory.  A second pass is made where the condition is above 1e5.

    Parameters: ``data`` a pair (X, y) of an array, memory map, path of a .npy file, tensor, scipy sparse matrix or Dask
    array (n, d) and labels (n,), whole numbers or names; a parquet file or folder, or a Dask data frame, with the
    labels in the column ``label`` and all columns but ``without`` as features; a torch DataLoader of pairs (x, y),
    whose x are flattened, or, with a frozen ``network``, what its ``layer`` puts out, by default the last one; or a
    function without arguments that begins a stream of blocks (X, y).  ``by_class`` keeps a Gram matrix for each class,
    which a forecast needs.  ``checkpoint`` is a file in which the sums are kept on the way, from which a pass that was
    cut off goes on; ``progress`` is told of the rows that are done.

    Returns ``Embeddings``.  Raises ``DataError`` for data that are none or cannot be read, ``ModelError`` for a layer,
    ``CheckpointError`` for a file of other sums or one that cannot be written: then the one of before is kept.

    >>> import numpy as np
    >>> from numerics import embeddings
    >>> found = embeddings((np.array([[0.0], [1.0], [2.0], [3.0]]), [0, 0, 1, 1]))
    >>> found.rank, found.predicted([[0.5], [2.5]]).tolist()
    (2, [0, 1])

    Source: docs/theory.md, sections 12 and 13.
    """
    source = _source(data, label, without, network, layer)
    kernel = partial(Moments.of, origin=np.median(source.head()[0], axis=0), by_label=by_class)
    kept = None if checkpoint is None else _checkpoint(Path(checkpoint), source, data, by_class).kept()
    moments = summed(source, partial(_checked, kernel), Moments.merged, "rows", progress, kept)
    if len(moments.labels) < 2:
        raise DataError(f"data: every label is {moments.labels[0]}; a classifier needs at least two classes")
    basis = Basis.of(moments)
    if basis.is_ill:
        again = summed(source, partial(_second, basis), _added, "rows, second pass", progress)
        _check_same(moments, basis, again)
        basis = basis.improved(again[0])
    return Embeddings.of(source.name, moments, basis)


def _source(
    data: object, label: str | None, without: Sequence[str], network: nn.Module | None, layer: str | None
) -> Source:
    if isinstance(data, DataLoader):
        return loader_source(data, network, layer)
    if network is not None or layer is not None:
        argument = "network" if network is not None else "layer"
        raise DataError(
            f"{argument}: got one beside {described(data)}; accepted is a torch DataLoader, or leave it out"
        )
    path = Path(data) if isinstance(data, str | os.PathLike) else None
    if path is not None:
        return parquet_source(path, label, without)
    if is_dask(data) and hasattr(data, "columns"):
        return dask_frame(data, label, without)
    if label is not None or without:
        argument = "label" if label is not None else "without"
        raise DataError(f"{argument}: got one for {described(data)}, which has no named columns; leave it out")
    parts = pair_in(data)
    if parts is not None:
        if is_dask(parts[0]):
            return dask_arrays(*parts)
        return array_source(*parts, name="rows")
    if callable(data):
        return stream_source(data)
    raise DataError(
        f"data: got {described(data)}; accepted is a pair (X, y) of arrays, memory maps, sparse matrices or Dask "
        "arrays, a parquet file, a Dask data frame, a torch DataLoader, or a function that begins a stream of blocks "
        "(X, y)"
    )


def _checkpoint(path: Path, source: Source, data: Any, by_class: bool) -> Checkpoint:
    is_shuffled = isinstance(data, DataLoader) and isinstance(data.sampler, RandomSampler)
    if is_shuffled or not isinstance(source, Local):
        what = "a loader that shuffles" if is_shuffled else "blocks of Dask"
        raise CheckpointError(
            f"checkpoint: got {path} for {what}, which come in another order every time; leave it out"
            + ("" if is_shuffled else ": Dask itself computes lost blocks again")
        )
    return Checkpoint(path, source, by_class)


def _checked(kernel: Any, rows: Real, labels: Labels) -> Moments:
    """The moments of a block, if its Gram matrices have room."""
    columns, classes = rows.shape[1], len(np.unique(labels)) if kernel.keywords["by_label"] else 1
    wanted = 8 * columns**2 * classes
    if wanted > MOST:
        advice = "by_class=False keeps one in all" if classes > 1 else "reduce them first, by a random projection, say"
        raise DataError(
            f"data: {classes} Gram matrices of {columns} columns take {wanted / 2**30:.0f} GB, and accepted are "
            f"{MOST / 2**30:.0f}; {advice}"
        )
    found: Moments = kernel(rows, labels)
    return found


def _second(basis: Basis, rows: Real, labels: Labels) -> tuple[Real, int]:  # noqa: ARG001 - labels are known
    coordinates = basis.at(rows)
    return coordinates.T @ coordinates, len(rows)


def _added(one: tuple[Real, int], other: tuple[Real, int]) -> tuple[Real, int]:
    return one[0] + other[0], one[1] + other[1]


def _check_same(moments: Moments, basis: Basis, again: tuple[Real, int]) -> None:
    """Raises ``DataError`` where the second pass saw other rows: the coordinates then do not sum to 0."""
    gram, rows = again
    off = np.abs(gram[-1, :-1]).max(initial=0.0)
    if rows != moments.rows or off > SAME * basis.condition:
        raise DataError(
            "data: the second pass handed over other rows than the first, as a loader does that draws its samples at "
            "random (augmentation, say); accepted are the same rows in both, in any order"
        )
