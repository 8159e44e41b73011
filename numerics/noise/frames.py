"""The classes that a table of noise names, in a data frame or in the lines of a file."""

from __future__ import annotations

from numerics.errors import NoiseError


def frame_classes(given: object, name: str) -> tuple[str, ...] | None:
    """The classes of a frame, whose rows and columns are named alike or whose rows are numbered; None for no frame.

    Raises ``NoiseError`` for rows of other classes than the columns, or in another order.
    """
    columns = getattr(given, "columns", None)
    if columns is None or not hasattr(given, "to_numpy"):
        return None
    names, index = tuple(map(str, columns)), getattr(given, "index", None)
    rows = names if index is None else tuple(map(str, index))
    if rows != tuple(map(str, range(len(rows)))):
        require_same(rows, names, f"{name}: the frame has")
    return names


def require_same(rows: tuple[str, ...], columns: tuple[str, ...], found: str) -> None:
    """Raises ``NoiseError``, which begins with ``found``, unless rows and columns are of the same classes."""
    if rows != columns:
        raise NoiseError(
            f"{found} the rows {', '.join(rows[:8])} and the columns {', '.join(columns[:8])}; accepted are the same "
            "classes in the same order (table.reindex(index=classes, columns=classes, fill_value=0) does so)"
        )


def numbered(count: int) -> tuple[str, ...]:
    """The names of ``count`` classes that have none: from 1, as rows are counted."""
    return tuple(str(i + 1) for i in range(count))
