"""Functions of torch.autograd, Variables of its first years, and functions of torch.jit, while code is recorded.

They are called with tensors in C, where symbols do not get through: for the time of a run they are handed to us.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any, Protocol

_HOOK = "_of_symbols"


class Recording(Protocol):
    """The run, as far as it is asked here."""

    def applied(self, function: type[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
        """What ``function.apply`` returns for symbols."""

    def variable(self, x: object) -> object:
        """What ``Variable(x)`` returns: x without its gradient."""


class Context:
    """What a forward function is handed to keep things for its backward, which does not run here."""

    needs_input_grad: tuple[bool, ...] = ()
    saved_tensors: tuple[object, ...] = ()

    def save_for_backward(self, *tensors: object) -> None:
        """Keep tensors."""
        self.saved_tensors = tensors

    def _noted(self, *_: object) -> None:
        """Nothing: it is about gradients, which are compared afterwards."""

    save_for_forward = mark_dirty = mark_non_differentiable = set_materialize_grads = _noted


def forward_of(function: type[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    """The forward of a torch.autograd.Function, of either form."""
    context = Context()
    context.needs_input_grad = (True,) * len(args)
    base = sys.modules["torch"].autograd.Function
    if function.setup_context is base.setup_context:  # forward(ctx, ...)
        return function.forward(context, *args, **kwargs)
    found = function.forward(*args, **kwargs)
    function.setup_context(context, args, found)
    return found


@contextmanager
def functions_and_variables(recording: Recording, is_symbolic: Callable[[list[Any]], bool]) -> Iterator[None]:
    """Functions and Variables of symbols are handed to ``recording``; those of tensors are torch's."""
    torch: Any = sys.modules["torch"]
    home = sys.modules["torch.autograd.function"]
    applied = torch.autograd.Function.__dict__["apply"].__func__
    original = FunctionType(
        applied.__code__, applied.__globals__, applied.__name__, applied.__defaults__, applied.__closure__
    )
    meta = type(torch.autograd.Variable)

    def of_symbols(function: type[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
        if is_symbolic([*args, *kwargs.values()]):
            return recording.applied(function, args, kwargs)
        return original(function, *args, **kwargs)

    def made(cls: Any, data: object = None, *args: Any, **kwargs: Any) -> object:
        if is_symbolic([data]):
            return recording.variable(data)
        return type.__call__(cls, *(() if data is None else (data,)), *args, **kwargs)

    script = torch.jit.ScriptFunction
    compiled = script.__call__

    def of_script(function: Any, *args: Any, **kwargs: Any) -> object:
        written = getattr(function, "_torchdynamo_inline", None)  # the Python function that it was compiled from
        if written is not None and is_symbolic([*args, *kwargs.values()]):
            return written(*args, **kwargs)
        return compiled(function, *args, **kwargs)

    # Code keeps Function.apply under names of its own, as focal = FocalFunction.apply does: what changes for all of
    # them is the code of the one function behind.
    code = applied.__code__
    setattr(home, _HOOK, of_symbols)
    applied.__code__ = _Template.apply.__code__
    meta.__call__ = made
    script.__call__ = of_script
    try:
        yield
    finally:
        script.__call__ = compiled
        applied.__code__ = code
        del meta.__call__
        delattr(home, _HOOK)


class _Template:
    # A class, as the code has to have the free variable __class__ that the one of torch has.
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        __class__  # type: ignore[name-defined]  # noqa: B018
        return _of_symbols(cls, args, kwargs)  # type: ignore[name-defined]  # noqa: F821 - a name put beside torch's
