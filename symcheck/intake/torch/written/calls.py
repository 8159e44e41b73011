"""One call of torch on tensors of which some are written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

from symcheck.errors import SymcheckError
from symcheck.intake.torch.axes import NeedsClasses, Unreadable
from symcheck.intake.torch.contents import Written
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.operators import operators
from symcheck.intake.torch.precision import widened
from symcheck.intake.torch.symbolic import Base, Sort, Symbolic
from symcheck.intake.torch.written.entries import Places
from symcheck.intake.torch.written.heap import MINUS_INFINITY
from symcheck.intake.torch.written.moving import MOVING, moved

NO_READING = "symcheck has no reading of this operation"
WRITE = "write the loss with operations that symcheck reads, or as a formula of symcheck"
NOT_IN_PLACE = "write it without changing a tensor in place"
"""What is said of operations, and what to do about them."""

_ADDING = ("accumulate", "reduce")
"""Options of functions that move entries, with which they add some of them up."""


class _Another(Exception):
    """This way of reading does not apply, and says nothing of the call."""


class WrittenCall:
    """The call ``function(*args, **kwargs)`` of the torch function ``name``, with symbolic tensors among the arguments.

    The rows that read class-vectors come first, as a formula in these is about the whole class axis; then functions
    that move entries; then the rows once more, entry by entry; and torch itself, where nothing depends on z.
    """

    def __init__(
        self, maker: Maker, function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None:
        assert maker.entries is not None
        self.maker, self.entries, self.torch = maker, maker.entries, maker.torch
        self.function, self.name, self.args, self.kwargs = function, name, args, kwargs

    def result(self) -> object:
        """What the call returns; raises ``Unreadable``."""
        in_place = self.name == "setitem" or (self.name.endswith("_") and not self.name.endswith("__"))
        name = self.name.removesuffix("_")
        if in_place and self.name not in operators():
            return self._in_place(name)
        if self.name == "setitem":
            self._changeable(self.args[0]).check_alone()
        why = Unreadable(NO_READING, WRITE)
        for way in (self._of_vectors, self._moved, self._of_entries, self._of_numbers):
            try:
                return way(name)
            except _Another:
                continue
            except Unreadable as stop:
                why = stop
            except NeedsClasses as stop:
                why = Unreadable(f"a size of {stop.classes} meets the classes", "check the shapes of the code")
        raise why

    def _of_vectors(self, name: str) -> object:
        return self._row(name, self._folded)

    def _of_entries(self, name: str) -> object:
        return self._row(name, self._written)

    def _row(self, name: str, read: Callable[[Any], Any]) -> object:
        row = operators().get(name)
        if row is None:
            raise _Another
        try:
            return row(self.maker, *map(read, self.args), **{k: read(v) for k, v in self.kwargs.items()})
        except (
            TypeError,
            SymcheckError,
        ) as error:  # arguments that the row does not have, or that the language refuses
            raise Unreadable(f"symcheck has no reading of these arguments ({error})", WRITE) from None

    def _folded(self, value: Any) -> Any:
        """A written-out class-vector or number as one again; what is none stops this way of reading."""
        if isinstance(value, (list, tuple)):
            return type(value)(map(self._folded, value)) if not hasattr(value, "_fields") else value
        if not isinstance(value, Symbolic) or not isinstance(value.content, Written):
            return value
        found = self.entries.vector_or_number(value.content.places)
        if found is None:
            raise _Another
        return Symbolic(self.maker, found[0], found[1], value.of_sort, value.base)

    def _written(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(map(self._written, value)) if not hasattr(value, "_fields") else value
        if isinstance(value, self.torch.Tensor) and value.numel() > 1:
            return self._tensor(self._places(value), self.maker.sort_of(value.dtype))
        return self._write_out(value) if isinstance(value, Symbolic) else value

    def _write_out(self, x: Symbolic) -> Symbolic:
        """``x`` itself, written out: what is a view of it from now on shares its entries."""
        if not isinstance(x.content, Written):
            x.content = Written(self.entries.of(x.content, x.axes), self.entries.heap)
            x.axes = tuple(x.content.places.shape)
        return x

    def _moved(self, name: str) -> object:
        if name not in MOVING:
            raise _Another
        # A dtype asks for other numbers in the same bits, and these two add what they move.
        options = [*self.args, *self.kwargs.values()]
        if any(isinstance(v, self.torch.dtype) for v in options) or any(self.kwargs.get(k) for k in _ADDING):
            raise Unreadable(
                "it does more than to move entries", "write it with functions of torch that only move them"
            )
        shared: list[Symbolic] = []

        def entries(value: Any) -> Any:
            if isinstance(value, Symbolic):
                shared.append(self._write_out(value))
            return self._places(value)

        try:
            found = moved(self.function, name, self.args, self.kwargs, entries=entries, where=self._number)
        except (RuntimeError, IndexError, ValueError, TypeError) as error:
            raise Unreadable(f"torch says of this call: {error}", "check the shapes of the code") from None
        sort = max((x.of_sort for x in shared), default=Sort.REAL)
        return self._wrapped(found, sort, shared)

    def _wrapped(self, found: Any, sort: Sort, shared: Sequence[Symbolic]) -> Any:
        if isinstance(found, (list, tuple)):
            return type(found)(self._wrapped(f, sort, shared) for f in found)
        if not isinstance(found, self.torch.Tensor):
            return found
        memory = found.untyped_storage().data_ptr()
        same = [x for x in shared if x.content.places.untyped_storage().data_ptr() == memory]  # type: ignore[union-attr]
        return self._tensor(found, sort, same[0].base if same else None)

    def _tensor(self, places: Places, sort: Sort, base: Base | None = None) -> Symbolic:
        return self.maker.written(places, sort, base)

    def _places(self, value: Any) -> Any:
        """The places of what holds entries: a number stays one, as some functions take no tensor in its place."""
        if isinstance(value, float) and value == -inf:
            return MINUS_INFINITY
        if isinstance(value, (int, float)):
            return self.entries.heap.place(self.maker.number(value))
        if not isinstance(value, (Symbolic, self.torch.Tensor)):
            return value
        if isinstance(value, self.torch.Tensor) and value.is_floating_point() and bool(value.isinf().any()):
            return self._with_infinity(value)
        found = self.maker.lift(value)
        return self.entries.of(found.content, found.axes)

    def _with_infinity(self, value: Any) -> Places:
        gone = value == -inf
        if bool((value.isinf() & ~gone).any()):
            raise Unreadable("it computes with inf", "write finite numbers")
        places = self._places(self.torch.where(gone, self.torch.zeros_like(value), value))
        return self.torch.where(gone, MINUS_INFINITY, places)

    def _number(self, value: Any) -> Any:
        """What says where entries go: symbolic tensors have to be numbers."""
        if isinstance(value, (list, tuple)):
            return type(value)(map(self._number, value))
        if isinstance(value, slice):
            return slice(*(int(v) if isinstance(v, Symbolic) else v for v in (value.start, value.stop, value.step)))
        return self._real(value) if isinstance(value, Symbolic) else value

    def _real(self, x: Symbolic) -> Any:
        places = self.entries.of(x.content, x.axes)
        found = self.entries.numbers(places)
        if found is None:
            raise Unreadable("an index or a mask depends on z", "write it without a branch on values")
        torch = self.torch
        return found.to({Sort.TRUTH: torch.bool, Sort.WHOLE: torch.int64, Sort.REAL: torch.float64}[x.of_sort])

    def _of_numbers(self, _: str) -> object:
        """What torch itself returns, where nothing depends on z."""
        try:
            args, kwargs = [*map(self._number, self.args)], {k: self._number(v) for k, v in self.kwargs.items()}
        except Unreadable:
            raise _Another from None
        function, wide, named = widened(self.torch, self.function, tuple(args), kwargs)
        return function(*wide, **named)

    def _in_place(self, name: str) -> object:
        target = self._changeable(self.args[0])
        target.check_alone()
        if name in MOVING:
            self._write_out(target)
            found = WrittenCall(self.maker, self.function, self.name, self.args, self.kwargs)._moved(name)
            return None if name == "setitem" else self._changed(target, found)
        made = WrittenCall(self.maker, self._not_in_place(name), name, self.args, self.kwargs).result()
        found = self.maker.lift(made)
        if found.of_sort > target.of_sort:
            raise Unreadable("it would change the type of a tensor in place", NOT_IN_PLACE)
        places = self.entries.of(found.content, found.axes)
        self._write_out(target)
        assert isinstance(target.content, Written)
        try:
            target.content.places.copy_(places)
        except RuntimeError:
            raise Unreadable("it would change the shape of a tensor in place", NOT_IN_PLACE) from None
        return target

    def _changeable(self, target: object) -> Symbolic:
        if not isinstance(target, Symbolic):
            raise Unreadable("it changes a tensor that is not symbolic", NOT_IN_PLACE)
        return target

    def _changed(self, target: Symbolic, found: object) -> Symbolic:
        assert isinstance(target.content, Written)
        assert isinstance(found, Symbolic)
        if found.axes != tuple(target.content.places.shape):  # unsqueeze_ and the like
            target.axes = tuple(target.content.places.shape)
        return target

    def _not_in_place(self, name: str) -> Callable[..., Any]:
        found = getattr(self.torch.Tensor, name, None) or getattr(self.torch, name, None)
        if found is None:
            raise Unreadable(NO_READING, NOT_IN_PLACE)
        return found  # type: ignore[no-any-return]
