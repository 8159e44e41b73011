"""Data that a user hands over as a data frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from numerics.data.given_data import NAME, columns_of, described, given_data
from numerics.data.label_column import check_kept, chosen_label
from numerics.datasets.base import Dataset
from numerics.errors import DataError


def given_frame(
    frame: object,
    label: str | None = None,
    features: Sequence[str] | None = None,
    noisy: str | None = None,
    name: str = NAME,
    without: Sequence[str] = (),
) -> Dataset:
    """The data set of a data frame: the column ``label``, and the columns ``features``, by default all the others.

    Without a ``label`` it is the column that is called so, or the only one of names.  ``noisy`` names a column of noisy
    labels, ``without`` columns that are left out.  Raises ``DataError`` for a column that the frame does not have, a
    ``label`` that is left out, and as ``given_data``.
    """
    columns = columns_of(frame)
    if columns is None:
        raise DataError(f"data: got {described(frame)}; accepted is a data frame with named columns, as of pandas")
    for wanted in [*([] if label is None else [label]), *(features or ()), *([noisy] if noisy else ()), *without]:
        if wanted not in columns:
            raise DataError(f"data: the frame has no column {wanted!r}; there are: {', '.join(map(str, columns))}")
    get: Callable[..., object] = getattr(frame, "__getitem__")  # noqa: B009 - a frame of any library
    left = [c for c in columns if c not in (noisy, *without)]
    if label is None:
        of_names = {c: list(get(c)) for c in left if _has_names(get(c))}  # type: ignore[call-overload]
        label = chosen_label(left, of_names, "the frame")
    check_kept(label, without)
    kept = [c for c in left if c != label] if features is None else list(features)
    return given_data((get(kept), get(label)), get(noisy) if noisy else None, name, str(label))


def _has_names(column: object) -> bool:
    """Whether a column of a frame holds texts or categories."""
    kind = str(getattr(column, "dtype", "")).lower()
    return kind.startswith(("object", "str", "category", "utf8", "enum"))
