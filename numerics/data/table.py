"""Data as they came: which columns are asked for, and features and labels before these are numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """What is asked of a frame or a file.

    ``label`` is the column of the labels, None for the one that is plainly it; ``likely`` is taken for it where there
    is such a column; ``features`` are the columns of the features, None for all others; ``without`` is one that is left
    out, or several; ``noisy`` is a column of noisy labels.  ``argument`` is what errors call the data.
    """

    label: str | None = None
    likely: str | None = None
    features: tuple[str, ...] | None = None
    without: str | Sequence[str] = ()
    noisy: str | None = None
    argument: str = "data"

    @property
    def left_out(self) -> tuple[str, ...]:
        """The columns that are left out, of which a text names one."""
        return columns_named(self.without)

    def label_among(self, columns: Sequence[str]) -> str | None:
        """The column of the labels, as far as what is asked for says it."""
        return self.likely if self.label is None and self.likely in columns else self.label


def columns_named(columns: str | Sequence[str]) -> tuple[str, ...]:
    """``columns``, of which a text is one and not its letters.

    >>> columns_named("id"), columns_named(["id", "row"])
    (('id',), ('id', 'row'))
    """
    return (columns,) if isinstance(columns, str) else tuple(columns)


@dataclass(frozen=True, eq=False)
class Table:
    """``features`` (n, d) and ``labels`` (n,) as they were read: arrays, tensors, lists, columns of a frame.

    ``columns`` are the names of the features and ``label`` that of the labels, where they have any; ``called`` is what
    errors call the labels, and ``name`` the data; ``noisy`` are labels that somebody else gave.
    """

    name: str
    features: object
    labels: object
    columns: tuple[str, ...] = ()
    label: str | None = None
    called: str = "y"
    noisy: object = None
