"""Tables of noise as data frames: the classes that they name."""

from __future__ import annotations

from numerics.errors import NoiseError


def frame_classes(given: object) -> tuple[str, ...] | None:
    """The classes of a frame, whose rows and columns are named alike or whose rows are numbered; None for no frame.

    Raises ``NoiseError`` for rows of other classes than the columns, or in another order.
    """
    columns = getattr(given, "columns", None)
    if columns is None or not hasattr(given, "to_numpy"):
        return None
    names, index = tuple(map(str, columns)), getattr(given, "index", None)
    rows = names if index is None else tuple(map(str, index))
    if rows != names and rows != numbered(len(rows)):
        raise NoiseError(
            f"T: the frame has the rows {', '.join(rows[:8])} and the columns {', '.join(names[:8])}; accepted are the "
            "same classes in the same order (table.reindex(index=classes, columns=classes, fill_value=0) does so)"
        )
    return names


def numbered(count: int) -> tuple[str, ...]:
    """The names of ``count`` classes that have none."""
    return tuple(map(str, range(count)))
