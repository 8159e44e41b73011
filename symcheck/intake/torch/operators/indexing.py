"""The label as an index: entries at the label, one-hot vectors, and tables with one row for each class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symcheck.intake.torch.axes import CLASSES, Axes, NeedsClasses, Unreadable, broadcast, position, shown
from symcheck.intake.torch.contents import Place, Selected, Special, Table
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.operators.across import across
from symcheck.intake.torch.operators.masks import is_indicator, written
from symcheck.intake.torch.operators.views import seen_as
from symcheck.intake.torch.symbolic import Sort, Symbolic
from symcheck.intake.torch.tidy import is_number, times
from symcheck.language.functions import total
from symcheck.language.term import Label, Term, Vec

_ASSIGN = "build the tensor with F.one_hot, torch.where or arithmetic"
_ADVICE = "use the label as the index, as in p.gather(1, y.unsqueeze(1)) or p[range(len(y)), y]"
_NUMBERED = "or name one C, as in classes=10, for which it is read class by class"


def one_hot(maker: Maker, y: object, num_classes: object = -1) -> Symbolic:
    """e_y of shape labels x classes."""
    label = _index(maker, y)
    size = maker.size(num_classes)
    # The largest label of a batch is no property of the loss.
    if size == -1:
        raise Unreadable("one_hot without num_classes counts up to the largest label", "write F.one_hot(y, z.shape[1])")
    if size is not CLASSES:
        assert isinstance(size, int)
        raise NeedsClasses(size)
    return maker.tensor(onehot_of(label), (*label.axes, CLASSES), Sort.WHOLE)


def _index(maker: Maker, value: object) -> Symbolic:
    """The label, or another class that is known by its one-hot vector."""
    index = maker.lift(value)
    is_class = index.content is Special.LABEL or isinstance(index.content, Place)
    if not is_class or any(s != 1 for s in index.axes):
        raise Unreadable("its index is not the label", _ADVICE)
    return index


def is_class(x: object) -> bool:
    """Whether it is the number of a class: the label, or the class with the largest entry."""
    return isinstance(x, Symbolic) and (x.content is Special.LABEL or isinstance(x.content, Place))


def onehot_of(index: Symbolic) -> Vec:
    """The one-hot vector of a class."""
    return index.content.onehot if isinstance(index.content, Place) else Vec("onehot")


def at_index(x: Symbolic, index: Symbolic) -> Term:
    """The entry of ``x`` at a class; every entry, if they are all the same."""
    if not isinstance(index.content, Place) or not isinstance(x.term, Vec):
        return at_label(x)
    return total(times(index.content.onehot, x.term))


def _along_classes(x: Symbolic, dim: int, label: Symbolic, does: str) -> None:
    """Refuse unless ``dim`` is the class axis of ``x`` and the label has as many dimensions."""
    size = x.axes[position(x.axes, dim)] if x.axes else 1
    if isinstance(size, int) and size > 1:
        raise NeedsClasses(size)
    if size is not CLASSES or len(label.axes) != len(x.axes):
        raise Unreadable(
            f"it {does} along dim={dim} of the shape {shown(x.axes)} with labels {shown(label.axes)}", _ADVICE
        )


def at_label(x: Symbolic) -> Term:
    """The entry of ``x`` at the label; every entry, if they are all the same."""
    term = x.term
    return term[Label()] if isinstance(term, Vec) else term


def gather(maker: Maker, x: object, dim: int, index: object, **_: object) -> Symbolic:
    """The entries of ``x`` at the label."""
    given, label = maker.lift(x), _index(maker, index)
    _along_classes(given, dim, label, "gathers")
    return maker.tensor(at_index(given, label), label.axes, given.of_sort)


def index_select(maker: Maker, x: object, dim: int, index: object) -> Symbolic:
    """``x`` with the axis ``dim`` indexed by the label."""
    return _at(maker, maker.lift(x), dim, index)


def select(maker: Maker, x: object, dim: int, index: int) -> Symbolic:
    """``x`` at one place of the axis ``dim``."""
    return _at(maker, maker.lift(x), dim, index)


def _at(maker: Maker, x: Symbolic, dim: int, key: object) -> Symbolic:
    keys: list[object] = [slice(None)] * len(x.axes)
    keys[position(x.axes, dim)] = key
    return getitem(maker, x, tuple(keys))


def scatter(maker: Maker, x: object, dim: int, index: object, src: object = None, *, value: object = None) -> Symbolic:
    """``x`` with the value ``src`` in the place of the label."""
    given, label = maker.lift(x), _index(maker, index)
    _along_classes(given, dim, label, "scatters")
    mask = maker.tensor(onehot_of(label), given.axes, Sort.TRUTH)
    return maker.tensor(written(maker, given, mask, value if src is None else src), given.axes, given.of_sort)


def getitem(maker: Maker, x: object, key: Any) -> Symbolic:
    """``x[key]``: the label on the class axis, masks, and what only moves or drops axes of size 1."""
    given = maker.lift(x)
    keys = list(key) if isinstance(key, tuple) else [key]
    if len(keys) == 1 and isinstance(keys[0], Symbolic) and keys[0].of_sort is Sort.TRUTH:
        return _at_mask(maker, given, keys[0])
    if given.content is Special.IDENTITY or isinstance(given.content, Table):
        return _row(maker, given, keys)
    keys = _filled(keys, len(given.axes))
    term, left = given.content, list(given.axes)
    axes: list[Any] = []
    placed: list[int] = []  # where in the result the axes of index tensors go
    shapes: list[Axes] = []
    at_class = False
    for one in keys:
        if one is None:
            axes.append(1)
            continue
        size = left.pop(0)
        if isinstance(one, slice):
            axes.append(_sliced(size, one, is_alike=not isinstance(given.content, Vec)))
            continue
        if isinstance(one, int) and not isinstance(one, bool):
            _check_row(size, [one])
            shapes.append(())
        elif is_class(one):
            if isinstance(size, int) and size > 1:
                raise NeedsClasses(size)
            if size is not CLASSES:
                raise Unreadable("it indexes the batch with the label", "write p[range(len(y)), y]")
            term, at_class = at_index(given, one), True
            shapes.append(one.axes)
        else:
            rows = _rows(one)
            _check_row(size, rows)
            shapes.append((len(rows),))
        placed.append(len(axes))
    if not shapes:
        return seen_as(maker, given, tuple(axes))
    # With a slice between two index tensors torch puts their axes in front of all others.
    if len(set(placed)) > 1:
        raise Unreadable("it mixes indices and slices in an order that moves axes", _ADVICE)
    result = (*axes[: placed[0]], *broadcast(*shapes), *axes[placed[0] :])
    if all(s == () for s in shapes) and not at_class:
        return seen_as(maker, given, result)
    return maker.tensor(term, result, given.of_sort)


def _filled(keys: list[Any], length: int) -> list[Any]:
    """``keys`` with the ellipsis and what is left out written as slices."""
    used = sum(k is not None and k is not Ellipsis for k in keys)
    if used > length:
        raise Unreadable(f"it has {used} indices for {length} dimensions", _ADVICE)
    rest = [slice(None)] * (length - used)
    at = next((i for i, k in enumerate(keys) if k is Ellipsis), None)
    return [*keys, *rest] if at is None else [*keys[:at], *rest, *keys[at + 1 :]]


def _sliced(size: Any, part: slice, *, is_alike: bool) -> Any:
    if is_alike and size is CLASSES and (part.start or 0, part.stop, part.step or 1) == (0, 1, 1):
        return 1  # of entries that are all the same
    if part == slice(None) or (isinstance(size, int) and len(range(*part.indices(size))) == size):
        return size
    raise Unreadable(
        "it takes a part of the classes or of the batch",
        f"sum over all classes, or take the label's entry; {_NUMBERED}",
    )


def _check_row(size: Any, rows: list[int]) -> None:
    if size is CLASSES:
        raise Unreadable(
            "it takes the entry of one class by its number, and a formula for every C has no numbered classes",
            f"{_ADVICE}; {_NUMBERED}",
        )
    if any(not -size <= row < size for row in rows):
        raise IndexError(f"index {rows} is out of bounds for an axis of size {size}")


def _rows(key: Any) -> list[int]:
    """A list, range, array or tensor of row numbers."""
    if isinstance(key, Symbolic) and key.of_sort is Sort.WHOLE and key.number is not None and len(key.axes) == 1:
        return [int(key.number)]
    found = key.tolist() if hasattr(key, "tolist") and not isinstance(key, Symbolic) else key
    if isinstance(found, (list, range)) and all(isinstance(r, int) and not isinstance(r, bool) for r in found):
        return list(found)
    raise Unreadable(f"its index is an object of type {type(key).__name__}", _ADVICE)


def _at_mask(maker: Maker, x: Symbolic, mask: Symbolic) -> Symbolic:
    term = mask.term
    if term.op == "onehot" and mask.axes == x.axes:
        return maker.tensor(at_label(x), (1,), x.of_sort)
    if is_number(term, 1) and mask.axes == (1,) and x.axes[:1] == (1,):
        return maker.tensor(x.content, x.axes, x.of_sort)  # every sample of the batch is kept
    if mask.axes == x.axes and set(x.axes) <= {1, CLASSES}:  # entries of a batch of one
        return maker.tensor(Selected(term, x.term), (CLASSES,) if CLASSES in x.axes else (1,), x.of_sort)
    raise Unreadable(
        "it picks entries with a mask that is not the one-hot vector of the label",
        "multiply with the mask and sum, as in ((1 - onehot) * p).sum(1)",
    )


def _row(maker: Maker, x: Symbolic, keys: list[Any]) -> Symbolic:
    """The row of the label in the identity matrix, which is its one-hot vector, or in another matrix."""
    if len(keys) > 1 and not (len(keys) == 2 and keys[1] in (slice(None), Ellipsis)):
        raise Unreadable("it takes a part of a matrix", "take the row of the label, as in T[y]")
    label = maker.lift(keys[0])
    if label.content is not Special.LABEL:
        raise Unreadable("it takes a row of a matrix that is not the label's", "take the row of the label, as in T[y]")
    row = x.content.matrix[Label()] if isinstance(x.content, Table) else Vec("onehot")
    return maker.tensor(row, (*label.axes, CLASSES), x.of_sort)


def matmul(maker: Maker, x: object, other: object) -> Symbolic:
    """v A for a class-vector v and a matrix A of the code's own, or A v."""
    left, right = maker.lift(x), maker.lift(other)
    for vector, table in ((left, right), (right, left)):
        if table.content is Special.IDENTITY and CLASSES in vector.axes and isinstance(vector.content, Term):
            return maker.tensor(vector.content, vector.axes, Sort.REAL)
    if isinstance(right.content, Table) and left.axes[-1:] == (CLASSES,) and isinstance(left.term, Vec):
        return maker.tensor(right.content.matrix.T @ left.term, left.axes, Sort.REAL)
    if isinstance(left.content, Table) and right.axes in ((CLASSES,), (CLASSES, 1)) and isinstance(right.term, Vec):
        return maker.tensor(left.content.matrix @ right.term, right.axes, Sort.REAL)
    if right.axes == (CLASSES,) and left.axes[-1:] == (CLASSES,) and len(left.axes) <= 2:
        product = maker.each(times, left, right)
        return across(maker, "sum", product, -1)
    raise Unreadable("it multiplies matrices", "write the loss with sums over one class index")


def setitem(maker: Maker, x: object, key: Any, value: object) -> None:
    """``x[rows, y] = value`` and ``x[mask] = value``, where nothing else looks at ``x``."""
    target = maker.lift(x)
    if isinstance(key, Symbolic) and key.of_sort is Sort.TRUTH and key.number == 0:
        return  # a mask that is never true, as that of a label to ignore that no label is
    mask = _assigned(maker, target, list(key) if isinstance(key, tuple) else [key])
    if mask is None:
        raise Unreadable("it assigns to entries of a tensor", _ASSIGN)
    if not isinstance(x, Symbolic):
        raise Unreadable("it changes a tensor that is not symbolic", _ASSIGN)
    target.check_alone()
    target.content = maker.tensor(written(maker, target, mask, value), target.axes, target.of_sort).content


def _put(maker: Maker, x: object, indices: Any, values: object, accumulate: bool) -> Symbolic:
    """``x`` with ``values`` at the places that several indices name."""
    target = maker.lift(x)
    mask = _assigned(maker, target, list(indices))
    if mask is None or accumulate:
        raise Unreadable("it assigns to entries of a tensor", _ASSIGN)
    return maker.tensor(written(maker, target, mask, values), target.axes, target.of_sort)


def _assigned(maker: Maker, x: Symbolic, keys: list[Any]) -> Symbolic | None:
    """Which entries ``x[keys] = ...`` assigns to: a mask, or the label's entry of every sample."""
    first, last = keys[0], keys[-1]
    if len(keys) == 1 and isinstance(first, Symbolic) and first.of_sort is Sort.TRUTH:
        return first if first.axes == x.axes and is_indicator(first.term) else None
    if len(keys) != 2 or len(x.axes) != 2 or isinstance(first, slice) or x.axes[0] != 1:
        return None
    if not is_class(last):
        return None
    rows = [first] if isinstance(first, int) else _rows(first)
    _check_row(1, rows)
    _along_classes(x, 1, seen_with(maker, last, (1, 1)), "assigns")
    return maker.tensor(onehot_of(last), x.axes, Sort.TRUTH)


def seen_with(maker: Maker, x: Symbolic, axes: Axes) -> Symbolic:
    """The content of ``x`` with another shape."""
    return maker.tensor(x.content, axes, x.of_sort)


OPERATORS: dict[str, Callable[..., Any]] = {
    "one_hot": one_hot,
    "gather": gather,
    "take_along_dim": lambda maker, x, indices, dim: gather(maker, x, dim, indices),
    "index_select": index_select,
    "select": select,
    "scatter": scatter,
    "getitem": getitem,
    "index_put": lambda maker, x, indices, values, accumulate=False: _put(maker, x, indices, values, accumulate),
    "setitem": setitem,
}
"""The rows of this file."""
