"""Which callables are torch code."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from symcheck.intake.torch.variables import enclosed, names_in
from symcheck.language.term import Vec

_DEEPEST = 4
"""Functions that functions call are followed so far."""


def is_torch(given: object) -> bool:
    """Whether ``given`` computes with torch, so that it has to be run on symbolic tensors.

    It does if it is an object of torch (a module of ``torch.nn``, a function of torch), if its code mentions
    one, by a global name, an enclosing variable or an attribute, or if it mentions neither torch nor symcheck
    and uses a method that tensors have and class-vectors do not.  Nothing is imported and nothing is run.
    """
    torch = sys.modules.get("torch")
    if torch is None or not callable(given):
        return False
    seen: set[int] = set()
    if _mentions(given, "torch", seen, _DEEPEST):
        return True
    if _mentions(given, "symcheck", set(), _DEEPEST):
        return False
    return any(hasattr(torch.Tensor, name) and not hasattr(Vec, name) for name in _method_names(given))


def _mentions(value: object, root: str, seen: set[int], depth: int) -> bool:
    """Whether ``value`` is an object of the package ``root`` or code that refers to one."""
    if id(value) in seen or depth < 0:
        return False
    seen.add(id(value))
    if _belongs(value, root):
        return True
    return any(_mentions(part, root, seen, depth - 1) for part in _referred(value))


def _belongs(value: object, root: str) -> bool:
    if isinstance(value, ModuleType):
        return value.__name__.partition(".")[0] == root
    homes = [type(value).__module__, getattr(getattr(value, "__objclass__", None), "__module__", None)]
    if isinstance(value, (type, FunctionType, BuiltinFunctionType)):
        homes.append(getattr(value, "__module__", None) or "")
    if isinstance(value, BuiltinFunctionType) and value.__self__ is not None:
        owner = value.__self__
        homes.append(owner.__module__ if isinstance(owner, type) else type(owner).__module__)
    if isinstance(value, type):
        homes += [base.__module__ for base in value.__mro__]
    else:
        homes += [base.__module__ for base in type(value).__mro__]
    return any(isinstance(home, str) and home.partition(".")[0] == root for home in homes)


def _referred(value: object) -> Iterator[object]:
    """What the code of ``value`` refers to: globals that it names, enclosing variables, what it is made of."""
    if isinstance(value, functools.partial):
        yield from (value.func, *value.args, *value.keywords.values())
    elif isinstance(value, MethodType):
        yield from (value.__func__, value.__self__)
    elif isinstance(value, FunctionType):
        names = set(names_in(value.__code__))
        found = [value.__globals__[n] for n in names if n in value.__globals__]
        yield from found
        for module in (m for m in found if isinstance(m, ModuleType)):
            yield from (vars(module)[n] for n in names if n in vars(module))
        yield from enclosed(value).values()
        yield from (*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values())
        yield from ([value.__wrapped__] if hasattr(value, "__wrapped__") else [])
    elif isinstance(value, (list, tuple)):
        yield from value[:20]
    elif isinstance(value, dict):
        yield from list(value.values())[:20]
    elif callable(value) and not isinstance(value, (type, ModuleType)):
        yield from _call_of(value)
        yield from getattr(value, "__dict__", {}).values()


def _call_of(value: object) -> list[FunctionType]:
    call = next((vars(base)["__call__"] for base in type(value).__mro__ if "__call__" in vars(base)), None)
    return [call] if isinstance(call, FunctionType) else []


def _method_names(value: object) -> Iterator[str]:
    if isinstance(value, functools.partial):
        value = value.func
    if isinstance(value, MethodType):
        value = value.__func__
    for function in [value] if isinstance(value, FunctionType) else _call_of(value):
        yield from (n for n in names_in(function.__code__) if n not in function.__globals__)
