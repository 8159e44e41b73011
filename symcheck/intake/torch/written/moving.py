"""Functions of torch that only move entries: torch moves their places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple


class Data(NamedTuple):
    """Which arguments of a function hold entries, by their places and names; the others say where these go."""

    places: tuple[int, ...] = (0,)
    names: tuple[str, ...] = ()


_FIRST, _LIST, _WRITTEN = Data(), Data(names=("tensors",)), Data((0, 2), ("value", "values", "source"))

MOVING: dict[str, Data] = {
    **dict.fromkeys((
        "T", "mT", "t", "transpose", "swapaxes", "swapdims", "movedim", "moveaxis", "permute", "reshape", "view",
        "unflatten", "unsqueeze", "squeeze", "expand", "repeat", "repeat_interleave", "tile", "flatten", "ravel",
        "clone", "contiguous", "diag", "diagonal", "diag_embed", "tril", "triu", "flip", "fliplr", "flipud", "roll",
        "rot90", "getitem", "select", "narrow", "index_select", "gather", "take_along_dim", "take", "unbind", "chunk",
        "split", "split_with_sizes", "tensor_split", "hsplit", "vsplit", "broadcast_to", "atleast_1d", "atleast_2d",
        "masked_select", "unfold", "as_strided", "meshgrid", "block_diag", "pixel_shuffle",
    ), _FIRST),
    **dict.fromkeys(("stack", "cat", "concat", "concatenate", "hstack", "vstack", "dstack", "column_stack"), _LIST),
    **dict.fromkeys(("expand_as", "view_as", "reshape_as"), Data((0, 1), ("other",))),
    "broadcast_tensors": Data((0, 1, 2, 3)),
    **dict.fromkeys(("setitem", "index_put", "masked_fill", "masked_scatter"), _WRITTEN),
    **dict.fromkeys(("scatter", "index_copy"), Data((0, 3), ("src", "value", "source"))),
    "index_fill": Data((0, 3), ("value",)),
    "select_scatter": Data((0, 1), ("src",)),
    "fill_diagonal": Data((0, 1), ("fill_value",)),
    "copy": Data((0, 1), ("src",)),
    "fill": Data((0, 1), ("value",)),
    "pad": Data((0, 3), ("value",)),
    "zero": _FIRST,
}  # fmt: skip
"""The functions, and which of their arguments hold entries.

What torch fills in by itself, as in tril, is 0, and the place 0 is that of the number 0.
"""


def moved(
    function: Callable[..., Any],
    name: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    entries: Callable[[Any], Any],
    where: Callable[[Any], Any],
) -> Any:
    """``function`` on the places of the arguments that hold entries; ``where`` reads those that say where they go."""
    data = MOVING[name]

    def read(value: Any, holds: bool) -> Any:
        if isinstance(value, (list, tuple)) and holds:
            return type(value)(read(v, holds) for v in value)
        return entries(value) if holds else where(value)

    return function(
        *(read(a, i in data.places) for i, a in enumerate(args)),
        **{k: read(v, k in data.names) for k, v in kwargs.items()},
    )
