"""Which column of a table holds the labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from numerics.errors import DataError

CALLED = ("label", "target", "class", "y")
"""What a column of labels is mostly called."""

MOST_SHOWN = 12
"""How many columns an error lists."""


def chosen_label(columns: Sequence[str], of_names: Mapping[str, Sequence[object]], table: str) -> str:
    """The column that is called label, target, class or y, else the only one ``of_names``, given with its entries.

    Names that never come again are no labels: they say which sample it is.  Raises ``DataError``, which lists the
    ``columns`` of the ``table``, where there are several or none.

    >>> chosen_label(["id", "width", "species"], {"id": ["a", "b"], "species": ["rose", "rose"]}, "iris.csv")
    'species'
    """
    called = [c for c in columns if str(c).strip().casefold() in CALLED]
    again = [c for c, names in of_names.items() if len(set(names)) < len(names)]
    for found in (called, again):
        if len(found) == 1:
            return found[0]
        if found:
            what = f"{len(found)} columns that may hold the labels ({shown(found)})"
            break
    else:
        what = f"no column of names that come again, and none that is called {', '.join(CALLED[:-1])} or {CALLED[-1]}"
    raise DataError(
        f"label: {table} has {what}; say which column holds the labels, label={str(columns[-1])!r} in Python or "
        f"--label on the command line; there are: {shown(columns)}"
        if columns
        else f"label: {table} has no columns; its first line has to name them"
    )


def check_kept(label: str, without: Sequence[str]) -> None:
    """Raise ``DataError`` for a ``label`` that is among the columns left out.

    >>> check_kept("species", ["id"])
    """
    if label in without:
        raise DataError(
            f"without: {label!r} is the label, and without it there is none; leave out other columns, or name another "
            "label"
        )


def shown(columns: Sequence[str]) -> str:
    """The names of columns as an error lists them."""
    found = [str(c) or "(no name)" for c in columns]
    return ", ".join([*found[:MOST_SHOWN], *(["..."] if len(found) > MOST_SHOWN else [])])
