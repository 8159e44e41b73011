"""Symbolic tensors: what torch code computes with while it is recorded, in the place of logits and labels.

A ``Symbolic`` is a term of the language with a shape and a sort; ``Count`` is the number of classes where
torch code expects an int.  Both take part in torch's protocol for foreign tensors (``__torch_function__``),
so torch hands them every function it is called with.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator
from enum import IntEnum
from fractions import Fraction
from functools import reduce
from math import isfinite
from typing import Any

from symcheck.intake.torch.axes import CLASSES, Axes, Unreadable, shown
from symcheck.intake.torch.contents import Content, Special, Written
from symcheck.intake.torch.handler import Handler
from symcheck.intake.torch.place import is_ours
from symcheck.language.term import Scalar, Term, entrywise


class Sort(IntEnum):
    """What torch calls the dtype, without the number of bits; the greater one wins in arithmetic."""

    TRUTH = 0
    WHOLE = 1
    REAL = 2


class Base:
    """What the views of one tensor share; a tensor with more than one view is not changed in place."""

    __slots__ = ("is_input", "views")

    def __init__(self, *, is_input: bool = False) -> None:
        self.views, self.is_input = 1, is_input


class Shape(tuple[Any, ...]):
    """A shape as torch code sees it: a tuple of ints and of the ``Count`` C."""

    __slots__ = ()

    def __repr__(self) -> str:
        """The text of a message."""
        return f"torch.Size([{', '.join(s.handler.text() if isinstance(s, Count) else str(s) for s in self)}])"

    def numel(self) -> object:
        """The number of entries."""
        return reduce(operator.mul, [s for s in self if isinstance(s, Count) or s != 1] or [1])


def _operator(name: str) -> Callable[..., Any]:
    def method(self: Symbolic, *others: object) -> object:
        return self.handler.method(name, self, *others)

    return method


def _reflected(name: str) -> Callable[..., Any]:
    def method(self: Symbolic, other: object) -> object:
        return self.handler.method(name, other, self)

    return method


def _refusal(does: str, why: str, settle: str) -> Callable[..., Any]:
    def method(self: Symbolic | Count, *_: object, **__: object) -> object:
        return self.handler.refuse(does, why, settle)

    return method


_UNKNOWN = "the value is not known while the code is recorded"
_NO_BRANCH = (_UNKNOWN, "write it without a branch on values, with torch.where for example")
_NO_NUMBER = (_UNKNOWN, "compute with the tensor and functions of torch")
ONE_C = (
    "the number of classes is a symbol, so that every C is certified at once",
    "sum over the classes with sum(dim=1), or name one C, as in classes=10",
)
"""What is said of code that needs the number of classes as a number."""


class Symbolic:
    """A tensor of the shape ``axes``: its ``content`` is a term, with its entries on the class axis, or special."""

    __slots__ = ("axes", "base", "content", "handler", "of_sort")  # none of them an attribute of torch's tensors

    def __init__(self, handler: Handler, content: Content, axes: Axes, sort: Sort, base: Base | None = None) -> None:
        self.handler, self.content, self.axes, self.of_sort = handler, content, axes, sort
        self.base = base or Base()

    @property
    def term(self) -> Term:
        """The content, if it can be computed with."""
        if isinstance(self.content, Term):
            return self.content
        only = self.content.only if isinstance(self.content, Written) else None
        if only is not None:
            return only
        advice = "write the loss with operations that symcheck reads"
        if self.content is Special.LABEL:
            advice = "use the label as an index, or make a vector of it with F.one_hot(y, z.shape[1])"
        raise Unreadable(f"it computes with {self.content.value}", advice)

    @property
    def number(self) -> Fraction | None:
        """The value if it is one number, the same for every z, y and C."""
        term = self.content.only if isinstance(self.content, Written) else self.content
        data = term.data if isinstance(term, Term) and term.op == "number" else None
        return data if isinstance(data, Fraction) and all(s == 1 for s in self.axes) else None

    def check_alone(self) -> None:
        """Refuse to be changed in place if it is an argument, or if others are views of it."""
        if self.base.is_input or self.base.views > 1:
            which = "an argument of the loss" if self.base.is_input else "a tensor that others are views of"
            raise Unreadable(f"it changes {which} in place", "write it without changing a tensor in place")

    @property
    def shape(self) -> Any:
        """The shape as torch code sees it: one of torch where the number of classes is a number."""
        sizes = [self.handler.count() if s is CLASSES else s for s in self.axes]
        return Shape(sizes) if any(isinstance(s, Count) for s in sizes) else sys.modules["torch"].Size(sizes)

    @classmethod
    def __torch_function__(
        cls, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> object:
        return _handler_of(args, kwargs).called(func, args, kwargs or {})

    def __getattr__(self, name: str) -> Any:
        return self.handler.attribute(self, name)

    def __repr__(self) -> str:
        """The term for us; the label has no text in the code, which may look something up by it."""
        if self.content is Special.LABEL and not is_ours(sys._getframe(1).f_code.co_filename):
            self.handler.refuse("the label as text", *_NO_NUMBER)
        inside = repr(self.content) if isinstance(self.content, Term) else self.content.value
        return f"{inside}, of shape {shown(self.axes)}"

    def __hash__(self) -> int:
        # What a label is taken out as is a number to the code: as itself it would be found in no set or dictionary.
        if self.content is Special.LABEL:
            self.handler.refuse("a dictionary, set or cache that looks up the label", *_NO_NUMBER)
        return object.__hash__(self)

    # == is an operation of torch.
    __add__, __radd__, __iadd__ = _operator("add"), _reflected("add"), _operator("add_")
    __sub__, __rsub__, __isub__ = _operator("sub"), _reflected("sub"), _operator("sub_")
    __mul__, __rmul__, __imul__ = _operator("mul"), _reflected("mul"), _operator("mul_")
    __truediv__, __rtruediv__, __itruediv__ = _operator("div"), _reflected("div"), _operator("div_")
    __pow__, __rpow__, __ipow__ = _operator("pow"), _reflected("pow"), _operator("pow_")
    __and__, __rand__, __or__, __ror__ = _operator("and"), _reflected("and"), _operator("or"), _reflected("or")
    __iand__, __ior__, __ixor__ = _operator("and_"), _operator("or_"), _operator("xor_")
    __xor__, __rxor__ = _operator("xor"), _reflected("xor")
    __floordiv__, __rfloordiv__ = _operator("floor_divide"), _reflected("floor_divide")
    __mod__, __rmod__ = _operator("remainder"), _reflected("remainder")
    __matmul__, __rmatmul__ = _operator("matmul"), _reflected("matmul")
    __neg__, __pos__, __abs__ = _operator("neg"), _operator("positive"), _operator("abs")
    __invert__ = _operator("invert")
    __eq__, __ne__, __lt__ = _operator("eq"), _operator("ne"), _operator("lt")
    __le__, __gt__, __ge__ = _operator("le"), _operator("gt"), _operator("ge")
    __getitem__, __setitem__ = _operator("getitem"), _operator("setitem")
    __contains__ = _refusal("x in tensor", *_NO_BRANCH)
    __array__ = _refusal("numpy", *_NO_NUMBER)
    __array_ufunc__ = None  # numpy then leaves arithmetic with its scalars to us
    __complex__ = __round__ = _refusal("int(tensor)", *_NO_NUMBER)
    # copy.deepcopy would copy the run as well.
    __reduce_ex__ = _refusal("copy or pickle", "symbols are not copied", "use clone()")

    def __bool__(self) -> bool:
        return bool(self._value("if, and, or, not", *_NO_BRANCH))

    def __float__(self) -> float:
        return float(self._value("float(tensor)", *_NO_NUMBER))

    def __int__(self) -> int:
        return int(self._value("int(tensor)", *_NO_NUMBER))

    def _value(self, does: str, why: str, settle: str) -> Fraction:
        found = self.number
        if found is None:
            self.handler.refuse(does, why, settle)
        return found

    def __len__(self) -> int:
        if not self.axes:
            raise TypeError("len() of a 0-d tensor")
        return self._plain_size("len(tensor)")

    def __iter__(self) -> Iterator[object]:
        if not self.axes:
            raise TypeError("iteration over a 0-d tensor")
        return (self[i] for i in range(self._plain_size("a loop over the classes")))

    def _plain_size(self, does: str) -> int:
        """The size of the first axis, as a number."""
        size = self.shape[0]
        if not isinstance(size, int):
            self.handler.refuse(does, *ONE_C)
        return size


def _counted(name: str, *, reflected: bool = False) -> Callable[..., Any]:
    def method(self: Count, *others: object) -> object:
        if not all(isinstance(o, (int, float, Fraction, Count, Scalar)) for o in others):
            return NotImplemented
        try:
            terms = [self.handler.number(o) for o in others]
        except Unreadable as stop:
            self.handler.refuse("arithmetic with the number of classes", stop.why, stop.settle)
        return Count(self.handler, entrywise(name, *([*terms, self.term] if reflected else [self.term, *terms])))

    return method


def _compared(name: str) -> Callable[..., Any]:
    compare: Callable[[object, object], bool] = getattr(operator, name)

    def method(self: Count, other: object) -> object:
        if not isinstance(other, (int, float, Fraction, Count)):
            return NotImplemented
        if isinstance(other, Count) and other.term.op == self.term.op == "classes":
            return compare(0, 0)
        if isinstance(other, Count) or not isfinite(other):
            self.handler.refuse("a comparison of the number of classes", *ONE_C)
        return self.handler.compares(name, self, Fraction(other))

    return method


class Count:
    """The number of classes, or a number computed from it, where torch code expects an int or a float."""

    __slots__ = ("handler", "term")

    def __init__(self, handler: Handler, term: Term) -> None:
        assert isinstance(term, Scalar)
        self.handler, self.term = handler, term

    @classmethod
    def __torch_function__(
        cls, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> object:
        return _handler_of(args, kwargs).called(func, args, kwargs or {})

    def __repr__(self) -> str:
        """The term for us; the code may write the number of classes into a message."""
        return repr(self.term) if is_ours(sys._getframe(1).f_code.co_filename) else self.handler.text()

    def __format__(self, _: str) -> str:
        return self.handler.text()

    __hash__ = _refusal("a dictionary, set or cache that looks up the number of classes", *ONE_C)
    __add__, __radd__ = _counted("add"), _counted("add", reflected=True)
    __sub__, __rsub__ = _counted("sub"), _counted("sub", reflected=True)
    __mul__, __rmul__ = _counted("mul"), _counted("mul", reflected=True)
    __truediv__, __rtruediv__ = _counted("div"), _counted("div", reflected=True)
    __pow__, __rpow__ = _counted("pow"), _counted("pow", reflected=True)
    __neg__ = _counted("neg")
    __eq__, __ne__, __lt__ = _compared("eq"), _compared("ne"), _compared("lt")
    __le__, __gt__, __ge__ = _compared("le"), _compared("gt"), _compared("ge")
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _refusal("// or % of the number of classes", *ONE_C)
    __int__ = _refusal("int(C)", *ONE_C)  # no __index__: torch tries it on everything, and swallows what it raises
    __float__ = __round__ = _refusal("float(C), math.log(C) or the like", *ONE_C)
    __array__ = _refusal("numpy of the number of classes", *ONE_C)
    __array_ufunc__ = None

    def __pos__(self) -> Count:
        return self

    def __bool__(self) -> bool:
        return bool(self != 0)


def _handler_of(args: tuple[Any, ...], kwargs: dict[str, Any] | None) -> Handler:
    waiting = [*args, *(kwargs or {}).values()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, (Symbolic, Count)):
            return value.handler
        if isinstance(value, (tuple, list)):
            waiting.extend(value)
    raise TypeError("torch called symcheck without a symbolic tensor")
