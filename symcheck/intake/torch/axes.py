"""Axes: the shape of a symbolic tensor, whose sizes are numbers or the number of classes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from math import prod
from typing import Any


class Axis(Enum):
    """The one size that is not a number."""

    CLASSES = "C"


CLASSES = Axis.CLASSES
"""An axis with one place for each class."""

Size = int | Axis
Axes = tuple[Size, ...]


class Unreadable(Exception):
    """An operation has no reading: ``why``, and ``settle``, what would settle it."""

    def __init__(self, why: str, settle: str) -> None:
        super().__init__(why, settle)
        self.why, self.settle = why, settle


class NeedsClasses(Exception):
    """The classes meet the plain number ``classes``, as ``why`` says: the code is for that number of classes alone."""

    def __init__(self, classes: int, why: str = "a plain number meets the classes") -> None:
        super().__init__(classes, why)
        self.classes, self.why = classes, why


def broadcast(*shapes: Axes) -> Axes:
    """The shape of the result of an entrywise operation on tensors of these shapes."""
    length = max((len(s) for s in shapes), default=0)
    padded = [(1,) * (length - len(s)) + s for s in shapes]
    found = tuple(_common(sizes) for sizes in zip(*padded, strict=True))
    if found.count(CLASSES) > 1:
        raise Unreadable(
            "this makes a table of pairs of classes (C by C), and a formula has class-vectors only",
            "write the loss with sums over one class index",
        )
    return found


def _common(sizes: Sequence[Size]) -> Size:
    others: set[Size] = {s for s in sizes if s != 1}
    if len(others) <= 1:
        return others.pop() if others else 1
    numbers = [s for s in others if isinstance(s, int)]
    if len(others) == 2 and CLASSES in others:
        raise NeedsClasses(numbers[0])
    raise Unreadable(f"shapes do not fit: sizes {shown(tuple(sizes))} on one axis", "check the shapes of the code")


def position(axes: Axes, dim: int) -> int:
    """``dim`` counted from the left; an empty shape has the dimensions 0 and -1, as in torch."""
    length = max(len(axes), 1)
    if not isinstance(dim, int) or isinstance(dim, bool) or not -length <= dim < length:
        raise Unreadable(f"dim={dim!r} of a tensor of shape {shown(axes)}", "name one of its dimensions")
    return dim % length


def positions(axes: Axes, dim: object) -> tuple[int, ...]:
    """The dimensions named by ``dim``, a number, a sequence, or None for all of them."""
    if dim is None or (isinstance(dim, Sequence) and not dim):
        return tuple(range(len(axes)))
    named: Sequence[Any] = dim if isinstance(dim, Sequence) else (dim,)
    return tuple(sorted({position(axes, d) for d in named}))


def class_axis(axes: Axes) -> int | None:
    """Where the classes are, if anywhere."""
    return axes.index(CLASSES) if CLASSES in axes else None


def reshaped(axes: Axes, request: Axes) -> Axes:
    """The shape that view and reshape make of ``axes``; -1 in ``request`` is what is left."""
    free = request.count(-1)
    entries, classes = _content(axes)
    asked, asked_classes = _content(tuple(s for s in request if s != -1))
    if free <= 1 and asked_classes <= classes:
        rest, left = classes - asked_classes, divmod(entries, asked) if asked else (0, 0)
        if left[1] == 0 and not free and rest == 0 and left[0] == 1:
            return request
        if left[1] == 0 and free and (rest == 0 or (rest == 1 and left[0] == 1)):
            return tuple((CLASSES if rest else left[0]) if s == -1 else s for s in request)
        if rest == 1 and asked % entries == 0 and asked // entries > 1:
            raise NeedsClasses(asked // entries)
    raise Unreadable(
        f"a tensor of shape {shown(axes)} is reshaped to {shown(request)}", "keep the classes on an axis of their own"
    )


def _content(axes: Axes) -> tuple[int, int]:
    """The number of entries apart from the classes, and how often the classes are an axis."""
    return prod(s for s in axes if isinstance(s, int)), axes.count(CLASSES)


def shown(axes: Axes) -> str:
    """``(1, C)``."""
    inside = ", ".join("C" if s is CLASSES else str(s) for s in axes)
    return f"({inside},)" if len(axes) == 1 else f"({inside})"
