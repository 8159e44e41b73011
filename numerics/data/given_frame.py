"""Data that a user hands over as a data frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from numerics.data.given_data import NAME, described, numbered
from numerics.data.label_column import check_kept, chosen_label
from numerics.data.real_features import columns_of
from numerics.data.table import Table, Wanted
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from symcheck.errors import shown


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
    wanted = Wanted(label, None, None if features is None else tuple(features), without, noisy)
    return numbered(frame_table(frame, wanted, name))


def frame_table(frame: object, wanted: Wanted, name: str = NAME, table: str = "the frame") -> Table:
    """The columns ``wanted`` of a data frame, which errors call ``table``; raises ``DataError`` as ``given_frame``."""
    columns = columns_of(frame)
    if columns is None:
        raise DataError(
            f"{wanted.argument}: got {described(frame)}; accepted is a data frame with named columns, as of pandas"
        )
    label = wanted.label_among(columns)
    asked = (*([] if label is None else [label]), *(wanted.features or ()), wanted.noisy, *wanted.left_out)
    for column in asked:
        if column is not None and column not in columns:
            raise DataError(
                f"{wanted.argument}: {table} has no column {shown(column, 80)}; there are: "
                f"{', '.join(map(str, columns))}"
            )
    twice = [c for c in columns if c not in wanted.left_out and columns.count(c) > 1]
    if twice:
        raise DataError(
            f"{wanted.argument}: {table} has {columns.count(twice[0])} columns called {shown(twice[0], 80)}; rename "
            "them, or leave one out"
        )
    get: Callable[..., object] = getattr(frame, "__getitem__")  # noqa: B009 - a frame of any library
    left = [c for c in columns if c not in (wanted.noisy, *wanted.left_out)]
    if label is None:
        label = chosen_label(left, {c: list(get(c)) for c in names_among(frame, left)}, table)  # type: ignore[call-overload]
    check_kept(label, wanted.left_out)
    kept = [c for c in left if c != label] if wanted.features is None else list(wanted.features)
    noisy = get(wanted.noisy) if wanted.noisy else None
    return Table(name, get(kept), get(label), tuple(kept), str(label), str(label), noisy)


def names_among(frame: object, columns: Sequence[str]) -> list[str]:
    """Those of the ``columns`` of a frame that hold texts or categories."""
    get: Callable[..., object] = getattr(frame, "__getitem__")  # noqa: B009 - a frame of any library
    return [c for c in columns if str(getattr(get(c), "dtype", "")).lower().startswith(_TEXTS)]


_TEXTS = ("object", "str", "category", "utf8", "enum", "large_string")
