"""What torch code keeps beside its arguments and may change between two calls: it is read at its present value.

A buffer, ``self.training``, an epoch counter, weights of single samples: a certificate is about the values they have.
"""

from __future__ import annotations

import dis
import functools
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType, FunctionType, MethodType
from typing import Any

from symcheck.intake.torch.variables import enclosed, names_in, parts_of

_COUNTING = frozenset((
    "epoch", "epochs", "step", "steps", "iter", "iters", "iteration", "iterations", "counter", "count", "calls", "tick",
    "updates", "batches", "round", "progress", "warmup",
))  # fmt: skip
"""Words in the name of a number that a training loop counts up."""

_MOST = 200
"""So many objects are looked at."""


@dataclass
class State:
    """What is reached from code: its tensors by id, which of them are ``buffers``, and the numbers that it keeps."""

    tensors: dict[int, str] = field(default_factory=dict)
    buffers: frozenset[int] = frozenset()
    numbers: dict[str, object] = field(default_factory=dict)

    def of_numbers(self) -> Iterator[str]:
        """What is to be noted of the numbers."""
        for name, value in sorted(self.numbers.items()):
            shown = f"the list {name}" if isinstance(value, list) else f"{name} = {value!r}"
            yield f"{shown} of the code may change between two calls: it is read at its present value"

    def of_tensor(self, tensor: object) -> str | None:
        """What is to be noted of a tensor that the code computes with."""
        name = self.tensors.get(id(tensor))
        known = name is not None and id(tensor) in self.buffers
        return f"the buffer {name} of the code is read at its present value" if known else None

    def of_entries(self, tensor: Any, classes: int | None) -> str | None:
        """What is to be noted of a tensor from which entries are taken by numbers that are no label."""
        name = self.tensors.get(id(tensor))
        if name is None or not tensor.dim() or tensor.shape[0] in (1, classes):
            return None
        return f"entries of {name} of the code are taken by their number: those of one call are read, as they are now"


def state_of(code: object) -> State:
    """The state that ``code`` may read: of modules, callable objects and functions that are not torch's own."""
    walk = _Walk()
    walk.visit(code)
    found = State()
    for name, value, is_buffer, owner in walk.kept:
        if isinstance(value, sys.modules["torch"].Tensor):
            found.tensors[id(value)] = name
            found.buffers |= {id(value)} if is_buffer or name in walk.stored.get(owner, ()) else set()
        elif name in walk.names and _is_number(value):
            counts = name == "training" or not _COUNTING.isdisjoint(_words(name))
            if counts or name in walk.stored.get(owner, ()):
                found.numbers[name] = value
        elif name in walk.names and isinstance(value, list) and len(value) > 1 and all(map(_is_number, value)):
            found.numbers[name] = value
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, (bool, int, float))


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower())


class _Walk:
    """Everything that code can reach, once."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Any, bool, type | None]] = []
        self.names: set[str] = set()
        self.stored: dict[type | None, set[str]] = {}
        self._seen: set[int] = set()

    def visit(self, value: Any) -> None:
        """Look at a function, a module or an object that is not torch's own."""
        if id(value) in self._seen or len(self._seen) > _MOST:
            return
        self._seen.add(id(value))
        if isinstance(value, functools.partial):
            for part in (value.func, *value.args, *value.keywords.values()):
                self.visit(part)
        elif isinstance(value, MethodType):
            self.visit(value.__self__)
            self.visit(value.__func__)
        elif isinstance(value, FunctionType):
            self._function(value)
        elif isinstance(value, (list, tuple)) and len(value) <= _MOST:
            for part in value:
                self.visit(part)
        elif not isinstance(value, (type, sys.modules["torch"].Tensor)) and hasattr(value, "__dict__"):
            self._object(value)

    def _function(self, function: FunctionType) -> None:
        if _is_of_a_library(function.__module__):
            return
        self.names |= _names(function.__code__)
        inside = function.__globals__
        known = {n: inside[n] for n in sorted(set(names_in(function.__code__))) if n in inside} | enclosed(function)
        for name, value in known.items():
            self.kept.append((name, value, False, None))
            self.visit(value)

    def _object(self, owner: Any) -> None:
        kind = type(owner)
        if inspect.ismodule(owner) or (_is_of_a_library(kind.__module__) and not hasattr(owner, "_modules")):
            return
        if not _is_of_a_library(kind.__module__):
            self._methods(kind)
            buffers = getattr(owner, "_buffers", {})
            self.kept += [(name, value, True, kind) for name, value in buffers.items()]
            self.kept += [(name, value, False, kind) for name, value in vars(owner).items()]
        for value in (*vars(owner).values(), *getattr(owner, "_modules", {}).values()):
            self.visit(value)

    def _methods(self, kind: type) -> None:
        for base in kind.__mro__:
            if _is_of_a_library(base.__module__):
                continue
            for name, value in vars(base).items():
                method = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
                if isinstance(method, FunctionType) and name != "__init__":
                    self.names |= _names(method.__code__)
                    self.stored.setdefault(kind, set()).update(_stored(method.__code__))


def _is_of_a_library(module: str | None) -> bool:
    return (module or "").partition(".")[0] in {"torch", "builtins", "functools", "numpy", "collections"}


def _names(code: CodeType) -> set[str]:
    return {*names_in(code), *(name for part in parts_of(code) for name in part.co_freevars)}


def _stored(code: CodeType) -> set[str]:
    return {i.argval for part in parts_of(code) for i in dis.get_instructions(part) if i.opname == "STORE_ATTR"}
