"""Labelled samples as bounds and forecasts see them: the span of their features, their labels, and a test part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from numerics.arrays.transforms import transform_of
from numerics.data.given import dataset_of
from numerics.data.held_out import held_out, unlabelled
from numerics.data.prepared import Part, checked_share, test_rows
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from numerics.finite.span import Points, Span, span_of
from numerics.progress import Progress, silent


@dataclass(frozen=True, eq=False)
class Samples:
    """n samples called ``name``: ``span`` of their features and a bias, ``labels`` (n,) in 0..C-1, C = ``classes``.

    ``label_names`` are the classes as they were written, where they were not numbers; ``features`` (n, d) are those
    that the span is of, ``test`` and ``test_labels`` (m,) the test part, None without one; ``notes`` say what a
    reader has to know of the data.
    """

    name: str
    features: NDArray[np.float64]
    span: Span
    labels: NDArray[np.int64]
    classes: int
    label_names: tuple[str, ...]
    test: Points | None = None
    test_labels: NDArray[np.int64] | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def one_hot(self) -> NDArray[np.float64]:
        """The labels as rows (n, C) with a single 1."""
        return np.eye(self.classes)[self.labels]


def samples_of(
    data: object,
    *,
    label: str | None = None,
    without: Sequence[str] = (),
    transform: str = "raw",
    test: object = None,
    split: int = 0,
    by_class: bool = True,
    labelled: bool = True,
    progress: Progress = silent,
) -> Samples:
    """The samples of ``data``: a name, a pair (X, y), a frame or a file, as ``dataset_of`` takes them, or ``Samples``.

    Parameters: ``label``, ``without`` columns of a frame or a file; ``transform`` of the features, learnt on the
    training part ("raw" takes them as they are; a bias is always added); ``test`` a share in (0, 1) of each class,
    drawn with the seed ``split``, or data with the same columns.  ``by_class``: of each class the share, else of
    all samples, drawn without a look at the labels.  With ``labelled`` False the test part may have no labels: an array
    (m, d), or a frame without their column.  ``Samples`` are returned as they are.  Raises ``DataError``.
    """
    if isinstance(data, Samples):
        if test is not None or label is not None or len(without) > 0 or transform != "raw":
            raise DataError(
                "data: got Samples beside test, label, without or transform, which made them; give these where the "
                "samples are made"
            )
        return data
    dataset = dataset_of(data, label, without, progress)
    new = None if labelled else unlabelled(test, dataset)
    train, rest = _parts(dataset, test if new is None else None, split, by_class, label, without, progress)
    new = new if rest is None else rest.features
    fitted = transform_of(transform).fitted(train.features)
    features = fitted.applied(train.features)
    span = span_of(features)
    points = None if new is None else span.at(fitted.applied(new))
    return Samples(
        dataset.name, features, span, train.labels, dataset.classes, dataset.label_names, points,
        None if rest is None else rest.labels, dataset.notes,
    )  # fmt: skip


def _parts(
    dataset: Dataset,
    test: object,
    split: int,
    by_class: bool,
    label: str | None,
    without: Sequence[str],
    progress: Progress,
) -> tuple[Part, Part | None]:
    whole = Part(dataset.features, dataset.labels, None)
    if test is None:
        return whole, None
    if isinstance(test, bool) or not isinstance(test, Real):
        return whole, held_out(test, dataset, label, without, progress)
    drawn_by = dataset.labels if by_class else np.zeros_like(dataset.labels)
    chosen = test_rows(drawn_by, checked_share(test), split)
    if not chosen.any():
        raise DataError(
            f"test: got {test}, which takes no sample of any class of {dataset.name}; give a larger share, or leave it "
            "out to have no test part"
        )
    parts = (Part(dataset.features[rows], dataset.labels[rows], None) for rows in (~chosen, chosen))
    return next(parts), next(parts)
