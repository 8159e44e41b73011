"""Shapes, types and copies: operations that leave every entry what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from symcheck.intake.torch.axes import (
    CLASSES,
    Axes,
    NeedsClasses,
    Size,
    Unreadable,
    broadcast,
    position,
    reshaped,
    shown,
)
from symcheck.intake.torch.contents import Special, Table, Written, copied
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.operators.masks import is_indicator
from symcheck.intake.torch.symbolic import Count, Sort, Symbolic
from symcheck.language.term import Term


def seen_as(maker: Maker, x: Symbolic, axes: Axes) -> Symbolic:
    """A view of ``x`` of the shape ``axes``."""
    x.base.views += 1
    return maker.tensor(x.content, axes, x.of_sort, x.base)


def view(maker: Maker, x: object, *shape: object, **named: object) -> Symbolic:
    """``x`` with the entries in another shape; also reshape."""
    given = maker.lift(x)
    return seen_as(maker, given, reshaped(given.axes, maker.sizes(*shape, *named.values())))


def view_as(maker: Maker, x: object, other: object) -> Symbolic:
    """``x`` in the shape of ``other``."""
    given = maker.lift(x)
    return seen_as(maker, given, reshaped(given.axes, maker.lift(other).axes))


def unsqueeze(maker: Maker, x: object, dim: int) -> Symbolic:
    """``x`` with a new axis of size 1."""
    given = maker.lift(x)
    at = position((*given.axes, 1), dim)
    return seen_as(maker, given, (*given.axes[:at], 1, *given.axes[at:]))


def squeeze(maker: Maker, x: object, dim: Any = None) -> Symbolic:
    """Every axis of size 1 is left out, or those in ``dim``: with a batch of one that is also the batch axis."""
    given = maker.lift(x)
    among = range(len(given.axes)) if dim is None else (dim if isinstance(dim, (tuple, list)) else (dim,))
    out = {position(given.axes, d) for d in among} if given.axes else set()
    return seen_as(maker, given, tuple(s for i, s in enumerate(given.axes) if s != 1 or i not in out))


def stack(maker: Maker, tensors: Sequence[object], dim: int = 0) -> Symbolic:
    """A list of one tensor, as of the samples of a batch of one, with a new axis of size 1."""
    return clone(maker, unsqueeze(maker, _only(tensors), dim))


def cat(maker: Maker, tensors: Sequence[object], dim: int = 0) -> Symbolic:  # noqa: ARG001
    """A list of one tensor is that tensor."""
    return clone(maker, _only(tensors))


def _only(tensors: Sequence[object]) -> object:
    if len(tensors) != 1:
        raise Unreadable(f"it joins {len(tensors)} tensors", "name one C, as in classes=10")
    return tensors[0]


def flatten(maker: Maker, x: object, start_dim: int = 0, end_dim: int = -1) -> Symbolic:
    """``x`` with the axes from ``start_dim`` to ``end_dim`` joined."""
    given = maker.lift(x)
    first, last = position(given.axes, start_dim), position(given.axes, end_dim)
    joined = reshaped(given.axes[first : last + 1], (-1,))
    return seen_as(maker, given, (*given.axes[:first], *joined, *given.axes[last + 1 :]))


def permute(maker: Maker, x: object, *dims: Any) -> Symbolic:
    """``x`` with its axes in another order."""
    given = maker.lift(x)
    order = [position(given.axes, d) for d in (dims[0] if isinstance(dims[0], (tuple, list)) else dims)]
    if sorted(order) != list(range(len(given.axes))):
        raise Unreadable(f"dims={dims} of a tensor of shape {shown(given.axes)}", "name every dimension once")
    return seen_as(maker, given, tuple(given.axes[i] for i in order))


def movedim(maker: Maker, x: object, source: int, destination: int) -> Symbolic:
    """``x`` with one axis moved to another place."""
    given = maker.lift(x)
    order = list(range(len(given.axes)))
    order.insert(position(given.axes, destination), order.pop(position(given.axes, source)))
    return permute(maker, given, *order)


def transpose(maker: Maker, x: object, dim0: int = 0, dim1: int = 1) -> Symbolic:
    """``x`` with two axes exchanged."""
    given = maker.lift(x)
    axes = list(given.axes)
    # .T of more than two axes reverses all of them, and comes with the same arguments as transpose(0, 1).
    if len(axes) > 2 and (dim0, dim1) == (0, 1):
        raise Unreadable(f"a tensor of shape {shown(given.axes)} is transposed", "name the dimensions with permute")
    if isinstance(given.content, Table):
        return maker.tensor(Table(given.content.matrix.T), given.axes, given.of_sort)
    if len(axes) > 1 or (dim0, dim1) != (0, 1):  # t() and .T of a vector are the vector
        one, two = position(given.axes, dim0), position(given.axes, dim1)
        axes[one], axes[two] = axes[two], axes[one]
    return seen_as(maker, given, tuple(axes))


def expand(maker: Maker, x: object, *shape: object) -> Symbolic:
    """``x`` with its entries repeated along axes of size 1."""
    return _stretched(maker, maker.lift(x), maker.sizes(*shape))


def expand_as(maker: Maker, x: object, other: object) -> Symbolic:
    """``x`` expanded to the shape of ``other``."""
    return _stretched(maker, maker.lift(x), maker.lift(other).axes)


def broadcast_tensors(maker: Maker, *tensors: object) -> tuple[object, ...]:
    """All of them expanded to one shape."""
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    axes = broadcast(*(maker.lift(x).axes for x in given))
    plain = [maker.fixed if s is CLASSES else s for s in axes]
    return tuple(x.expand(plain) if isinstance(x, maker.torch.Tensor) else expand(maker, x, *axes) for x in given)


def _stretched(maker: Maker, x: Symbolic, request: Axes) -> Symbolic:
    if len(request) < len(x.axes):
        raise Unreadable(f"a tensor of shape {shown(x.axes)} is expanded to {shown(request)}", "check the shapes")
    padded = (1,) * (len(request) - len(x.axes)) + x.axes
    return seen_as(maker, x, tuple(_size(old, new) for old, new in zip(padded, request, strict=True)))


def _size(old: Size, new: Size) -> Size:
    if new in (-1, old):
        return old
    if old is CLASSES and isinstance(new, int):
        raise NeedsClasses(new)
    if old != 1:
        raise Unreadable("it expands an axis that is not of size 1", "check the shapes")
    return new


def repeat(maker: Maker, x: object, *times: object) -> Symbolic:
    """Axes of size 1 may be repeated, which is a copy of what expand gives."""
    given = maker.lift(x)
    request = maker.sizes(*times)
    padded = (1,) * (len(request) - len(given.axes)) + given.axes
    if len(padded) != len(request) or any(old != 1 != new for old, new in zip(padded, request, strict=False)):
        raise Unreadable("it repeats an axis that is not of size 1", "write the loss without repeated entries")
    axes = tuple(old if new == 1 else new for old, new in zip(padded, request, strict=True))
    return maker.tensor(given.content, axes, given.of_sort)


def same(maker: Maker, x: object, *_: object, **__: object) -> Symbolic:
    """Contiguous, cpu, cuda and the like, of a tensor that is so already: torch returns the tensor itself."""
    return maker.lift(x)


def clone(maker: Maker, x: object, **_: object) -> Symbolic:
    """A copy, which may be changed in place."""
    given = maker.lift(x)
    return maker.tensor(copied(given.content), given.axes, given.of_sort)


def without_gradient(maker: Maker, x: object) -> Symbolic:
    """``x`` without its derivatives: detach() and .data."""
    given = maker.lift(x)
    found = maker.without_gradient(given.content)
    if found is given.content:  # one tensor under two names: what is written into it is seen under both
        return given
    given.base.views += 1
    return maker.tensor(found, given.axes, given.of_sort, given.base)


def dropout(maker: Maker, x: object, p: float = 0.5, training: bool = True, **_: object) -> Symbolic:
    """``x`` itself, outside of training."""
    if training and p != 0:
        raise Unreadable("it is random, and a formula is not", "put the module into eval mode")
    return same(maker, x)


def converted(maker: Maker, x: object, sort: Sort) -> Symbolic:
    """``x`` as truth values, whole numbers or real numbers, where this changes no entry."""
    given = maker.lift(x)
    if given.content is Special.LABEL and sort is not Sort.WHOLE:
        raise Unreadable(
            "it turns the label into a real number",
            "use the label as an index, or make a vector of it with F.one_hot(y, z.shape[1])",
        )
    if sort < given.of_sort and isinstance(given.content, Written):
        return maker.each(lambda x: _whole(x, sort), given, sort=sort)
    if sort < given.of_sort and isinstance(given.content, Term):
        _whole(given.content, sort)
    return given if sort is given.of_sort else maker.tensor(copied(given.content), given.axes, sort)


def _whole(term: Term, sort: Sort) -> Term:
    """``term`` itself, if it is a whole number, or a truth value."""
    number = term.data if term.op == "number" else None
    whole = isinstance(number, Fraction) and number.denominator == 1 and (sort is Sort.WHOLE or number in (0, 1))
    if not whole and not is_indicator(term):
        raise Unreadable("it rounds to whole numbers or truth values", "compute with real numbers")
    return term


def to(maker: Maker, x: object, *args: object, **options: object) -> Symbolic:
    """``x`` on another device, which changes nothing, or of another type."""
    torch = maker.torch
    for value in (*args, *options.values()):
        if isinstance(value, torch.dtype):
            return converted(maker, x, maker.sort_of(value))
        if isinstance(value, (Symbolic, torch.Tensor)):
            return converted(maker, x, maker.lift(value).of_sort)
    return same(maker, x)


def as_type(maker: Maker, x: object, dtype: object = None, **_: object) -> object:
    """``type(dtype)``, with the old names of tensor types as well; the name of the type if there is no ``dtype``."""
    torch, given = maker.torch, maker.lift(x)
    names = {Sort.REAL: "torch.DoubleTensor", Sort.WHOLE: "torch.LongTensor", Sort.TRUTH: "torch.BoolTensor"}
    if dtype is None:
        return names[given.of_sort]
    if isinstance(dtype, torch.dtype):
        return converted(maker, x, maker.sort_of(dtype))
    name = dtype if isinstance(dtype, str) else f"{getattr(dtype, '__module__', '')}.{getattr(dtype, '__name__', '')}"
    kinds = {"FloatTensor": Sort.REAL, "DoubleTensor": Sort.REAL, "HalfTensor": Sort.REAL, "LongTensor": Sort.WHOLE,
             "IntTensor": Sort.WHOLE, "ByteTensor": Sort.WHOLE, "BoolTensor": Sort.TRUTH}  # fmt: skip
    if name.rpartition(".")[2] not in kinds:
        raise Unreadable(f"it converts to {name}", "convert with .float() or .long()")
    return converted(maker, x, kinds[name.rpartition(".")[2]])


def size(maker: Maker, x: object, dim: int | None = None) -> object:
    """The shape, or one size."""
    shape = maker.lift(x).shape
    return shape if dim is None else shape[position(maker.lift(x).axes, dim)]


def item(maker: Maker, x: object) -> float | int | Count | Symbolic:
    """The value as a number of Python, if it is one."""
    given = maker.lift(x)
    number = given.number
    if given.content is Special.LABEL:  # compared with numbers it is what it is as a tensor
        return given
    if number is None:
        raise Unreadable("the value is not known while the code is recorded", "compute with the tensor")
    return float(number) if given.of_sort is Sort.REAL else int(number)


def _converted(sort: Sort) -> Callable[..., Symbolic]:
    return lambda maker, x, *_, **__: converted(maker, x, sort)


def _asked(answer: Callable[[Maker, Symbolic], object]) -> Callable[..., object]:
    return lambda maker, x: answer(maker, maker.lift(x))


OPERATORS: dict[str, Callable[..., Any]] = {
    "view": view, "reshape": view, "view_as": view_as, "reshape_as": view_as, "unsqueeze": unsqueeze,
    "squeeze": squeeze, "flatten": flatten, "ravel": flatten, "permute": permute, "transpose": transpose,
    "movedim": movedim, "moveaxis": movedim, **dict.fromkeys(("cat", "concat", "concatenate"), cat), "stack": stack,
    "swapaxes": transpose, "t": transpose, "expand": expand, "expand_as": expand_as, "broadcast_to": expand,
    "broadcast_tensors": broadcast_tensors,
    "numpy": without_gradient, "retain_grad": lambda *_: None,
    "repeat": repeat, "contiguous": same, "cpu": same, "cuda": same, "requires_grad_": same,
    "clone": clone, "detach": without_gradient, "dropout": dropout, "to": to, "type": as_type, "type_as": to,
    **dict.fromkeys(("float", "double", "half", "bfloat16"), _converted(Sort.REAL)),
    **dict.fromkeys(("long", "int", "short", "byte"), _converted(Sort.WHOLE)),
    "bool": _converted(Sort.TRUTH),
    "size": size, "item": item,
    "dim": _asked(lambda _, x: len(x.axes)), "ndimension": _asked(lambda _, x: len(x.axes)),
    "numel": _asked(lambda _, x: x.shape.numel()), "nelement": _asked(lambda _, x: x.shape.numel()),
    "is_floating_point": _asked(lambda _, x: x.of_sort is Sort.REAL),
    "is_contiguous": _asked(lambda *_: True),
}  # fmt: skip
"""The rows of this file."""

_DTYPES = {Sort.REAL: "float64", Sort.WHOLE: "int64", Sort.TRUTH: "bool"}

ATTRIBUTES: dict[str, Callable[[Maker, Symbolic], object]] = {
    "ndim": lambda _, x: len(x.axes),
    "dtype": lambda r, x: getattr(r.torch, _DTYPES[x.of_sort]),
    "device": lambda r, _: r.torch.device("cpu"),
    "is_cuda": lambda *_: False,
    "requires_grad": lambda _, x: x.of_sort is Sort.REAL,
    "data": without_gradient,
    "T": transpose,
}
"""What a symbolic tensor answers without being called."""
