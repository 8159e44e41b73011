"""Tensors that code makes itself: zeros, ones, one number everywhere, the class indices, the identity matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symcheck.intake.torch.axes import CLASSES, Axes, NeedsClasses, Unreadable
from symcheck.intake.torch.contents import Special
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.symbolic import Sort, Symbolic


def _filled(maker: Maker, axes: Axes, value: object, dtype: Any = None, like: Symbolic | None = None) -> Symbolic:
    if axes.count(CLASSES) > 1:
        raise Unreadable("it makes a table of pairs of classes", "write the loss with sums over one class index")
    content = Special.EMPTY if value is None else maker.lift(value)
    sort = Sort.REAL if like is None else like.of_sort
    if dtype is not None:
        sort = maker.sort_of(dtype)
    if isinstance(content, Symbolic):
        is_bit = content.number in (0, 1)  # which is of every type
        if any(s != 1 for s in content.axes) or (content.of_sort > sort and not is_bit):
            raise Unreadable("it fills a tensor with what is not one number of its type", "fill it with a number")
        return maker.tensor(content.term, axes, sort)
    return maker.tensor(content, axes, sort)


def _new(value: object) -> Callable[..., Symbolic]:
    def row(maker: Maker, *shape: object, size: object = None, dtype: Any = None, **_: object) -> Symbolic:
        return _filled(maker, maker.sizes(*(shape if size is None else (size,))), value, dtype)

    return row


def _like(value: object) -> Callable[..., Symbolic]:
    def row(maker: Maker, x: object, dtype: Any = None, **_: object) -> Symbolic:
        given = maker.lift(x)
        return _filled(maker, given.axes, value, dtype, given)

    return row


def _new_of(value: object) -> Callable[..., Symbolic]:
    def row(maker: Maker, x: object, *shape: object, dtype: Any = None, **_: object) -> Symbolic:
        return _filled(maker, maker.sizes(*shape), value, dtype, maker.lift(x))

    return row


def full(maker: Maker, size: object, fill_value: object, dtype: Any = None, **_: object) -> Symbolic:
    """One number everywhere; without ``dtype`` of the type of the number."""
    number = maker.lift(fill_value)
    made = maker.tensor(number.term, (), number.of_sort)
    return _filled(maker, maker.sizes(size), made, dtype, made)


def full_like(maker: Maker, x: object, fill_value: object, dtype: Any = None, **_: object) -> Symbolic:
    """One number everywhere, of the shape of ``x``."""
    given = maker.lift(x)
    return _filled(maker, given.axes, fill_value, dtype, given)


def new_full(maker: Maker, x: object, size: object, fill_value: object, dtype: Any = None, **_: object) -> Symbolic:
    """One number everywhere, of the type of ``x``."""
    return _filled(maker, maker.sizes(size), fill_value, dtype, maker.lift(x))


def fill(maker: Maker, x: object, value: object) -> Symbolic:
    """``x`` with one number everywhere: in place as ``fill_``."""
    given = maker.lift(x)
    return _filled(maker, given.axes, value, None, given)


def arange(maker: Maker, *ends: object, **_: object) -> Symbolic:
    """0, ..., C-1."""
    if not ends or maker.size(ends[-1]) is not CLASSES or len(ends) > 2 or (len(ends) == 2 and ends[0] != 0):
        raise Unreadable("arange does not count the classes", "write torch.arange(z.shape[1])")
    return maker.tensor(Special.INDEX, (CLASSES,), Sort.WHOLE)


def eye(maker: Maker, n: object, m: object = None, dtype: Any = None, **_: object) -> Symbolic:
    """The identity matrix of the classes."""
    for size in (maker.size(v) for v in (n, m) if v is not None):
        if size is not CLASSES:
            assert isinstance(size, int)
            raise NeedsClasses(size)
    sort = Sort.REAL if dtype is None else maker.sort_of(dtype)
    return maker.tensor(Special.IDENTITY, (CLASSES, CLASSES), sort)


def tensor(maker: Maker, data: object, dtype: Any = None, **_: object) -> Symbolic:
    """torch.tensor and torch.as_tensor: of one number, or of numbers of the code's own."""
    if isinstance(data, (list, tuple)) and len(data) > 1 and all(isinstance(v, (int, float)) for v in data):
        return maker.lift(maker.torch.tensor(data, dtype=dtype))
    given = maker.lift(data[0] if isinstance(data, (list, tuple)) and len(data) == 1 else data)
    axes = (1, *given.axes) if isinstance(data, (list, tuple)) else given.axes
    sort = given.of_sort if dtype is None else max(maker.sort_of(dtype), given.of_sort)
    # torch.tensor copies values and leaves the graph behind.
    return maker.tensor(maker.without_gradient(given.term), axes, sort)


def new(maker: Maker, x: object, *shape: object, **options: object) -> Symbolic:
    """An empty tensor of a shape, or one of the numbers in a list, as ``x.new(...)`` of torch's first years has it."""
    if len(shape) == 1 and isinstance(shape[0], list):
        return tensor(maker, shape[0], **options)
    return _filled(maker, maker.sizes(*shape), None, None, maker.lift(x))


OPERATORS: dict[str, Callable[..., Any]] = {
    "zeros": _new(0), "ones": _new(1), "empty": _new(None),
    "zeros_like": _like(0), "ones_like": _like(1), "empty_like": _like(None),
    "new_zeros": _new_of(0), "new_ones": _new_of(1), "new_empty": _new_of(None),
    "full": full, "full_like": full_like, "new_full": new_full,
    "fill": fill, "zero": lambda maker, x: fill(maker, x, 0),
    "arange": arange, "eye": eye, "tensor": tensor, "as_tensor": tensor,
    "new": new, "new_tensor": lambda maker, _, data, **options: tensor(maker, data, **options),
}  # fmt: skip
"""The rows of this file."""
