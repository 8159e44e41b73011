"""Data sets: features and labels with their source and licence, and the features that a model is trained on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from numerics.arrays.masks import refuse_mask
from numerics.arrays.transforms import Standardised
from numerics.errors import DataError
from symcheck.arguments.public import public
from symcheck.errors import shown

MOST_SHOWN = 12
"""How many labels an error lists."""


@dataclass(frozen=True)
class Written:
    """How data were written before they became numbers: what data that come later, such as a test part, are held to.

    ``columns`` are the names of the d features and ``label`` that of the labels, where they had names, and ``first`` is
    the label that became 0, where labels were numbers.
    """

    columns: tuple[str, ...] = ()
    label: str | None = None
    first: int = 0


@public
@dataclass(frozen=True, eq=False)
class Dataset:
    """``features`` (n, d) as published and ``labels`` (n,) in 0..C-1, with C = ``classes`` >= 2.

    ``name`` is what reports call it, ``source`` who published it where, and ``licence`` under which terms;
    ``label_names`` are the C classes as they were written, where they were not numbers; ``noisy`` (n,) are labels that
    somebody else gave to the same samples, in 0..C-1, where there are any; ``written`` says how the data came, and
    ``notes`` what a reader of results has to know of it.  Raises ``DataError`` for features that are not finite, labels
    out of range, or a class without samples.

    >>> import numpy as np
    >>> from numerics import Dataset
    >>> found = Dataset("two points", np.array([[0.0], [1.0]]), np.array([0, 1]), 2, "made up", "CC0")
    >>> found.standardised()
    array([[-1.,  1.],
           [ 1.,  1.]])
    """

    name: str
    features: NDArray[np.float64]
    labels: NDArray[np.int64]
    classes: int
    source: str
    licence: str
    label_names: tuple[str, ...] = ()
    noisy: NDArray[np.int64] | None = None
    written: Written = Written()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for what, part in (("features", self.features), ("labels", self.labels), ("noisy", self.noisy)):
            refuse_mask(part, f"{self.name}: {what}", DataError)
            if part is not None and not isinstance(part, np.ndarray):
                raise DataError(
                    f"{self.name}: {what}: got {shown(part, 80)}; accepted is an array of numpy; numerics.data.given."
                    "given_data(X, y) takes lists, frames and tensors as well"
                )
        if self.features.ndim != 2 or self.labels.shape != self.features.shape[:1]:
            raise DataError(
                f"{self.name}: got features of shape {self.features.shape} and labels of shape {self.labels.shape}; "
                "accepted are (n, d) and (n,)"
            )
        bad = np.flatnonzero(~np.isfinite(self.features).all(axis=1))
        if bad.size:
            raise DataError(
                f"{self.name}: the features of {bad.size} samples are not finite, first in row {bad[0]}; "
                "leave such rows out or fill them in"
            )
        present = np.unique(self.labels)
        is_number = isinstance(self.classes, Integral) and 2 <= self.classes <= max(2, len(self.labels))
        if not is_number or (not np.array_equal(present, np.arange(self.classes))):
            raise DataError(
                f"{self.name}: got the labels {', '.join(map(str, present[:MOST_SHOWN]))} and {self.classes} classes; "
                "accepted are the labels 0, ..., C-1, each at least once, with C >= 2"
            )
        self._check_noisy()

    def _check_noisy(self) -> None:
        if self.noisy is None:
            return
        if self.noisy.shape != self.labels.shape:
            raise DataError(
                f"{self.name}: got noisy labels of shape {self.noisy.shape} beside clean ones of shape "
                f"{self.labels.shape}; accepted is one for each sample, in the same order"
            )
        bad = np.flatnonzero((self.noisy < 0) | (self.noisy >= self.classes))
        if bad.size:
            raise DataError(
                f"{self.name}: got the noisy label {self.noisy[bad[0]]} in row {bad[0]}; accepted are 0 to C-1 = "
                f"{self.classes - 1}"
            )

    @property
    def label_texts(self) -> tuple[str, ...]:
        """The C classes as they were written, numbers as well."""
        first = self.written.first
        return self.label_names or tuple(map(str, range(first, first + self.classes)))

    def part(self, rows: NDArray[np.bool_]) -> Dataset:
        """The samples where ``rows`` (n,) is true, among which each class has one."""
        noisy = None if self.noisy is None else self.noisy[rows]
        return replace(self, features=self.features[rows], labels=self.labels[rows], noisy=noisy)

    @property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of features and labels, row by row."""
        found = hashlib.sha256(np.ascontiguousarray(self.features).tobytes())
        found.update(np.ascontiguousarray(self.labels).tobytes())
        if self.noisy is not None:
            found.update(np.ascontiguousarray(self.noisy).tobytes())
        return found.hexdigest()[:16]

    def standardised(self, features: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """The features with mean 0 and variance 1, constant columns dropped, and a column of ones at the end.

        Other ``features`` (m, d) are moved and scaled as those of the data are.
        """
        return Standardised().fitted(self.features).applied(self.features if features is None else features)
