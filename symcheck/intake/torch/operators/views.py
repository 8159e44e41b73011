"""Shapes, types and copies: operations that leave every entry what it is."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symcheck.intake.torch.axes import CLASSES, Axes, NeedsClasses, Size, Unreadable, position, reshaped, shown
from symcheck.intake.torch.contents import Special, Table
from symcheck.intake.torch.detached import detached
from symcheck.intake.torch.operators.masks import is_indicator
from symcheck.intake.torch.symbolic import Count, Sort, Symbolic
from symcheck.language.term import Term

if TYPE_CHECKING:
    from symcheck.intake.torch.recorder import Recorder


def seen_as(recorder: Recorder, x: Symbolic, axes: Axes) -> Symbolic:
    """A view of ``x`` of the shape ``axes``."""
    x.base.views += 1
    return recorder.tensor(x.content, axes, x.of_sort, x.base)


def view(recorder: Recorder, x: object, *shape: object, **named: object) -> Symbolic:
    """``x`` with the entries in another shape; also reshape."""
    given = recorder.lift(x)
    return seen_as(recorder, given, reshaped(given.axes, recorder.sizes(*shape, *named.values())))


def view_as(recorder: Recorder, x: object, other: object) -> Symbolic:
    """``x`` in the shape of ``other``."""
    given = recorder.lift(x)
    return seen_as(recorder, given, reshaped(given.axes, recorder.lift(other).axes))


def unsqueeze(recorder: Recorder, x: object, dim: int) -> Symbolic:
    """``x`` with a new axis of size 1."""
    given = recorder.lift(x)
    at = position((*given.axes, 1), dim)
    return seen_as(recorder, given, (*given.axes[:at], 1, *given.axes[at:]))


def squeeze(recorder: Recorder, x: object, dim: Any = None) -> Symbolic:
    """Every axis of size 1 is left out, or those in ``dim``: with a batch of one that is also the batch axis."""
    given = recorder.lift(x)
    among = range(len(given.axes)) if dim is None else (dim if isinstance(dim, (tuple, list)) else (dim,))
    out = {position(given.axes, d) for d in among} if given.axes else set()
    return seen_as(recorder, given, tuple(s for i, s in enumerate(given.axes) if s != 1 or i not in out))


def flatten(recorder: Recorder, x: object, start_dim: int = 0, end_dim: int = -1) -> Symbolic:
    """``x`` with the axes from ``start_dim`` to ``end_dim`` joined."""
    given = recorder.lift(x)
    first, last = position(given.axes, start_dim), position(given.axes, end_dim)
    joined = reshaped(given.axes[first : last + 1], (-1,))
    return seen_as(recorder, given, (*given.axes[:first], *joined, *given.axes[last + 1 :]))


def permute(recorder: Recorder, x: object, *dims: Any) -> Symbolic:
    """``x`` with its axes in another order."""
    given = recorder.lift(x)
    order = [position(given.axes, d) for d in (dims[0] if isinstance(dims[0], (tuple, list)) else dims)]
    if sorted(order) != list(range(len(given.axes))):
        raise Unreadable(f"dims={dims} of a tensor of shape {shown(given.axes)}", "name every dimension once")
    return seen_as(recorder, given, tuple(given.axes[i] for i in order))


def transpose(recorder: Recorder, x: object, dim0: int = 0, dim1: int = 1) -> Symbolic:
    """``x`` with two axes exchanged."""
    given = recorder.lift(x)
    axes = list(given.axes)
    if len(axes) > 2 and (dim0, dim1) == (0, 1):
        raise Unreadable(f"a tensor of shape {shown(given.axes)} is transposed", "name the dimensions with permute")
    if isinstance(given.content, Table):
        return recorder.tensor(Table(given.content.matrix.T), given.axes, given.of_sort)
    if len(axes) > 1 or (dim0, dim1) != (0, 1):  # t() and .T of a vector are the vector
        one, two = position(given.axes, dim0), position(given.axes, dim1)
        axes[one], axes[two] = axes[two], axes[one]
    return seen_as(recorder, given, tuple(axes))


def expand(recorder: Recorder, x: object, *shape: object) -> Symbolic:
    """``x`` with its entries repeated along axes of size 1."""
    return _stretched(recorder, recorder.lift(x), recorder.sizes(*shape))


def expand_as(recorder: Recorder, x: object, other: object) -> Symbolic:
    """``x`` expanded to the shape of ``other``."""
    return _stretched(recorder, recorder.lift(x), recorder.lift(other).axes)


def _stretched(recorder: Recorder, x: Symbolic, request: Axes) -> Symbolic:
    if len(request) < len(x.axes):
        raise Unreadable(f"a tensor of shape {shown(x.axes)} is expanded to {shown(request)}", "check the shapes")
    padded = (1,) * (len(request) - len(x.axes)) + x.axes
    return seen_as(recorder, x, tuple(_size(old, new) for old, new in zip(padded, request, strict=True)))


def _size(old: Size, new: Size) -> Size:
    if new in (-1, old):
        return old
    if old is CLASSES and isinstance(new, int):
        raise NeedsClasses(new)
    if old != 1:
        raise Unreadable("it expands an axis that is not of size 1", "check the shapes")
    return new


def repeat(recorder: Recorder, x: object, *times: object) -> Symbolic:
    """Axes of size 1 may be repeated, which is a copy of what expand gives."""
    given = recorder.lift(x)
    request = recorder.sizes(*times)
    padded = (1,) * (len(request) - len(given.axes)) + given.axes
    if len(padded) != len(request) or any(old != 1 != new for old, new in zip(padded, request, strict=False)):
        raise Unreadable("it repeats an axis that is not of size 1", "write the loss without repeated entries")
    axes = tuple(old if new == 1 else new for old, new in zip(padded, request, strict=True))
    return recorder.tensor(given.content, axes, given.of_sort)


def same(recorder: Recorder, x: object, *_: object, **__: object) -> Symbolic:
    """Contiguous, cpu, cuda and the like, of a tensor that is so already: torch returns the tensor itself."""
    return recorder.lift(x)


def clone(recorder: Recorder, x: object, **_: object) -> Symbolic:
    """A copy, which may be changed in place."""
    given = recorder.lift(x)
    return recorder.tensor(given.content, given.axes, given.of_sort)


def without_gradient(recorder: Recorder, x: object) -> Symbolic:
    """``x`` without its derivatives: detach() and .data."""
    given = recorder.lift(x)
    given.base.views += 1
    return recorder.tensor(detached(given.content), given.axes, given.of_sort, given.base)


def dropout(recorder: Recorder, x: object, p: float = 0.5, training: bool = True, **_: object) -> Symbolic:
    """``x`` itself, outside of training."""
    if training and p != 0:
        raise Unreadable("it is random, so the loss is no function of z and y", "put the module into eval mode")
    return same(recorder, x)


def converted(recorder: Recorder, x: object, sort: Sort) -> Symbolic:
    """``x`` as truth values, whole numbers or real numbers, where this changes no entry."""
    given = recorder.lift(x)
    if given.content is Special.LABEL and sort is not Sort.WHOLE:
        raise Unreadable(
            "it turns the label into a real number",
            "use the label as an index, or make a vector of it with F.one_hot(y, z.shape[1])",
        )
    if sort < given.of_sort and isinstance(given.content, Term):
        number = given.content.data if given.content.op == "number" else None
        whole = isinstance(number, Fraction) and number.denominator == 1 and (sort is Sort.WHOLE or number in (0, 1))
        if not whole and not is_indicator(given.content):
            raise Unreadable("it rounds to whole numbers or truth values", "compute with real numbers")
    return given if sort is given.of_sort else recorder.tensor(given.content, given.axes, sort)


def to(recorder: Recorder, x: object, *args: object, **options: object) -> Symbolic:
    """``x`` on another device, which changes nothing, or of another type."""
    torch = recorder.torch
    for value in (*args, *options.values()):
        if isinstance(value, torch.dtype):
            return converted(recorder, x, recorder.sort_of(value))
        if isinstance(value, (Symbolic, torch.Tensor)):
            return converted(recorder, x, recorder.lift(value).of_sort)
    return same(recorder, x)


def as_type(recorder: Recorder, x: object, dtype: object = None, **_: object) -> object:
    """``type(dtype)``, with the old names of tensor types as well; the name of the type if there is no ``dtype``."""
    torch, given = recorder.torch, recorder.lift(x)
    names = {Sort.REAL: "torch.DoubleTensor", Sort.WHOLE: "torch.LongTensor", Sort.TRUTH: "torch.BoolTensor"}
    if dtype is None:
        return names[given.of_sort]
    if isinstance(dtype, torch.dtype):
        return converted(recorder, x, recorder.sort_of(dtype))
    name = dtype if isinstance(dtype, str) else f"{getattr(dtype, '__module__', '')}.{getattr(dtype, '__name__', '')}"
    kinds = {"FloatTensor": Sort.REAL, "DoubleTensor": Sort.REAL, "HalfTensor": Sort.REAL, "LongTensor": Sort.WHOLE,
             "IntTensor": Sort.WHOLE, "ByteTensor": Sort.WHOLE, "BoolTensor": Sort.TRUTH}  # fmt: skip
    if name.rpartition(".")[2] not in kinds:
        raise Unreadable(f"it converts to {name}", "convert with .float() or .long()")
    return converted(recorder, x, kinds[name.rpartition(".")[2]])


def size(recorder: Recorder, x: object, dim: int | None = None) -> object:
    """The shape, or one size."""
    shape = recorder.lift(x).shape
    return shape if dim is None else shape[position(recorder.lift(x).axes, dim)]


def item(recorder: Recorder, x: object) -> float | int | Count:
    """The value as a number of Python, if it is one."""
    given = recorder.lift(x)
    number = given.number
    if number is None:
        raise Unreadable("the value is not known while the code is recorded", "compute with the tensor")
    return float(number) if given.of_sort is Sort.REAL else int(number)


def _converted(sort: Sort) -> Callable[..., Symbolic]:
    return lambda recorder, x, *_, **__: converted(recorder, x, sort)


def _asked(answer: Callable[[Recorder, Symbolic], object]) -> Callable[..., object]:
    return lambda recorder, x: answer(recorder, recorder.lift(x))


VIEWS: dict[str, Callable[..., Any]] = {
    "view": view, "reshape": view, "view_as": view_as, "reshape_as": view_as, "unsqueeze": unsqueeze,
    "squeeze": squeeze, "flatten": flatten, "ravel": flatten, "permute": permute, "transpose": transpose,
    "swapaxes": transpose, "t": transpose, "expand": expand, "expand_as": expand_as, "broadcast_to": expand,
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

ATTRIBUTES: dict[str, Callable[[Recorder, Symbolic], object]] = {
    "ndim": lambda _, x: len(x.axes),
    "dtype": lambda r, x: getattr(r.torch, _DTYPES[x.of_sort]),
    "device": lambda r, _: r.torch.device("cpu"),
    "is_cuda": lambda *_: False,
    "requires_grad": lambda _, x: x.of_sort is Sort.REAL,
    "data": without_gradient,
    "T": transpose,
}
"""What a symbolic tensor answers without being called."""
