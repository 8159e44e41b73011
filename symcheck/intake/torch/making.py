"""Making symbolic tensors of whatever torch code computes with: numbers, sizes, tensors of its own."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from fractions import Fraction
from math import isfinite
from numbers import Rational
from types import ModuleType
from typing import TYPE_CHECKING, Any

from symcheck.errors import NumberError
from symcheck.intake.torch.axes import CLASSES, Axes, NeedsClasses, Size, Unreadable, broadcast, shown
from symcheck.intake.torch.contents import Content, Selected, Special, Table, same_term
from symcheck.intake.torch.detached import detached
from symcheck.intake.torch.precision import as_written
from symcheck.intake.torch.symbolic import Base, Count, Sort, Symbolic
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.exact import exact
from symcheck.language.term import Scalar, Term, Vec

if TYPE_CHECKING:
    from torch import Tensor

    from symcheck.intake.torch.recorder import Recorder


class Making(ABC):
    """For every C, or for ``fixed`` classes."""

    def __init__(self, fixed: int | None = None) -> None:
        self.torch: ModuleType = sys.modules["torch"]
        self.fixed = fixed
        self._named: dict[tuple[object, ...], str] = {}

    @abstractmethod
    def note(self, what: str) -> None:
        """Keep something that the reader of a certificate should know."""

    @property
    def classes(self) -> Scalar:
        """The number of classes as a term."""
        return Scalar("classes") if self.fixed is None else self.number(self.fixed)

    def count(self) -> int | Count:
        """The number of classes as torch code sees it."""
        return Count(self._recorder, self.classes) if self.fixed is None else self.fixed

    def number(self, value: object) -> Scalar:
        """A number of torch code, exact: a short decimal as written, another float as the rational it is, noted."""
        if isinstance(value, Count):
            value = value.term
        if isinstance(value, Scalar):
            return value
        found, was_computed = _exact(value)
        if was_computed:
            self.note(f"the float {value!r} was computed: it is kept as the binary rational it is")
        return Scalar("number", data=found)

    def size(self, value: object) -> Size:
        """A size in a shape that torch code asks for."""
        if isinstance(value, Count) and value.term.op == "classes":
            return CLASSES
        if isinstance(value, Symbolic) and value.number is not None:
            value = int(value.number)
        if isinstance(value, int) and not isinstance(value, bool):
            return CLASSES if value == self.fixed else int(value)
        raise Unreadable(f"a shape has the size {value!r}", "use 1, the batch size or the number of classes")

    def sizes(self, *request: object) -> Axes:
        """Sizes handed over one by one or as one sequence."""
        first = request[0] if len(request) == 1 else request
        named = first if isinstance(first, (tuple, list)) else (first,)
        return tuple(self.size(v) for v in named)

    def tensor(self, content: Content, axes: Axes, sort: Sort, base: Base | None = None) -> Symbolic:
        """A symbolic tensor."""
        if isinstance(content, Vec) and CLASSES not in axes:
            raise Unreadable(f"a class-vector has the shape {shown(axes)}", "keep the classes on an axis")
        if not self.torch.is_grad_enabled():
            content = detached(content)
        return Symbolic(self._recorder, content, axes, sort, base)

    def lift(self, value: object) -> Symbolic:
        """Whatever torch code computes with, as a symbolic tensor."""
        if isinstance(value, Symbolic):
            if value.recorder is not self:
                raise Unreadable("it uses a tensor kept from another call", "make the loss a function of z and y")
            return value
        if isinstance(value, self.torch.Tensor):
            with self.torch._C.DisableTorchFunction():  # these are our own computations, not those of the code
                return self._constant(value)
        if isinstance(value, bool):
            return self.tensor(self.number(int(value)), (), Sort.TRUTH)
        if isinstance(value, (Count, Scalar, Rational, float)):
            whole = isinstance(value, Rational) and value.denominator == 1
            return self.tensor(self.number(value), (), Sort.WHOLE if whole else Sort.REAL)
        raise Unreadable(f"it computes with an object of type {type(value).__name__}", "use tensors and numbers")

    def each(self, function: Callable[..., Term], *values: object, sort: Sort | None = None) -> Symbolic:
        """``function`` on every entry of the broadcast ``values``."""
        parts = [self.lift(v) for v in values]
        axes = broadcast(*(p.axes for p in parts))
        sort = max(p.of_sort for p in parts) if sort is None else sort
        masks = [p.content.mask for p in parts if isinstance(p.content, Selected)]
        if not masks:
            return self.tensor(function(*(p.term for p in parts)), axes, sort)
        if not all(same_term(masks[0], m) for m in masks):
            raise Unreadable("it computes with samples that different masks select", "use torch.where")
        terms = [p.content.term if isinstance(p.content, Selected) else p.term for p in parts]
        return self.tensor(Selected(masks[0], function(*terms)), axes, sort)

    def sort_of(self, dtype: Any) -> Sort:
        """The sort of a torch dtype."""
        if dtype.is_floating_point or dtype.is_complex:
            return Sort.REAL
        return Sort.TRUTH if dtype is self.torch.bool else Sort.WHOLE

    @property
    def _recorder(self) -> Recorder:
        return self  # type: ignore[return-value]  # the one subclass

    def _constant(self, value: Tensor) -> Symbolic:
        """A tensor of the code's own: one number in every place, the identity matrix, or the class indices."""
        torch: Any = self.torch
        if value.layout is not torch.strided or value.is_complex() or value.is_quantized or value.is_meta:
            raise Unreadable("it computes with a sparse, complex or quantized tensor", "use tensors of real numbers")
        if not value.numel():
            raise Unreadable("it computes with an empty tensor", "use tensors of real numbers")
        if value.requires_grad:
            self.note("a trainable parameter of the code is read as a constant, at its present value")
        axes, sort = tuple(self.size(k) for k in value.shape), self.sort_of(value.dtype)
        plain = as_written(torch, value.detach().cpu())
        if sort is Sort.REAL:
            self.note_decimals(value, plain)
        first = plain.reshape(-1)[0]
        if plain.dim() == 0 or bool((plain == first).all()):
            number = first.item()
            return self.tensor(self.number(int(number) if sort is Sort.TRUTH else number), axes, sort)
        longest = max(value.shape)
        if sort is Sort.WHOLE and plain.dim() == 1 and torch.equal(plain, torch.arange(longest, dtype=plain.dtype)):
            return self._one_place_each(Special.INDEX, longest, (CLASSES,), sort)
        if tuple(plain.shape) == (longest, longest):
            if torch.equal(plain, torch.eye(longest, dtype=plain.dtype)):
                return self._one_place_each(Special.IDENTITY, longest, (CLASSES, CLASSES), sort)
            rows = self._entries(plain, longest)
            table = Table(MatrixParameter(self._name(rows, "A"), rows))
            return self._one_place_each(table, longest, (CLASSES, CLASSES), sort)
        if plain.numel() == longest:
            entries = self._entries(plain.reshape(-1), longest)
            return self._one_place_each(ClassParameter(self._name(entries, "w"), entries), longest, axes, sort)
        raise Unreadable(
            f"it computes with a tensor of different numbers, of shape {tuple(value.shape)}",
            "use one number, one for each class, or one for each pair of classes",
        )

    def note_decimals(self, value: Tensor, read: Tensor) -> None:
        """Note it if ``value`` is ``read`` with other numbers."""
        if not self.torch.equal(read.cpu(), value.detach().cpu().double()):
            self.note("numbers of a tensor of less than 64 bits are read as the short decimals they were rounded from")

    def _entries(self, plain: Tensor, size: int) -> tuple[Any, ...]:
        """The entries of a vector or matrix, exact."""
        if size != self.fixed:
            raise NeedsClasses(size)
        numbers = [_exact(v) for v in plain.reshape(-1).tolist()]
        if any(was_computed for _, was_computed in numbers):
            self.note("entries of a tensor were computed: they are kept as the binary rationals they are")
        flat = [n for n, _ in numbers]
        return tuple(flat) if plain.dim() == 1 else tuple(tuple(flat[i : i + size]) for i in range(0, size**2, size))

    def _name(self, entries: tuple[Any, ...], letter: str) -> str:
        """One name for all tensors with these entries."""
        number = sum(name[0] == letter for name in self._named.values()) + 1
        return self._named.setdefault(entries, letter if number == 1 else f"{letter}_{number}")

    def _one_place_each(self, content: Content, size: int, axes: Axes, sort: Sort) -> Symbolic:
        if size != self.fixed:
            raise NeedsClasses(size)
        return self.tensor(content, axes, sort)


def _exact(value: object) -> tuple[Fraction, bool]:
    """A number of torch code as a rational, and whether it is a float that was computed."""
    try:
        return exact(value, "a number in the code"), False
    except NumberError as error:
        if not isinstance(value, float) or not isfinite(value):
            raise Unreadable(str(error), "write a finite number") from None
        return Fraction(value), True
