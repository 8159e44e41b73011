"""What is public: the names of both packages, and the classes of what their functions return."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, cached_property
from types import ModuleType

import numerics
import symcheck

PACKAGES = (symcheck, numerics)


@dataclass(frozen=True)
class Public:
    """Something public: how it is ``written`` after its import, its ``value``, and the module it comes from."""

    written: str
    value: object
    home: str

    @property
    def name(self) -> str:
        """The last word of its name."""
        return self.written.rpartition(".")[2]


def public() -> tuple[Public, ...]:
    """Every name of ``__all__`` in both packages, then the classes that their functions return and that have none."""
    named = [_public(package, name) for package in PACKAGES for name in package.__all__ if not name.startswith("_")]
    seen = {id(p.value) for p in named}
    for p in tuple(named):
        for found in _returned_by(p.value):
            if id(found) not in seen:
                seen.add(id(found))
                named.append(Public(found.__qualname__, found, found.__module__))
    return tuple(named)


def _public(package: ModuleType, name: str) -> Public:
    value = getattr(package, name)
    home = value.__name__ if isinstance(value, ModuleType) else value.__module__
    return Public(f"{package.__name__}.{name}", value, home)


def members(owner: type) -> dict[str, Callable[..., object]]:
    """The public methods and properties of a class that are written in our packages, as functions."""
    found: dict[str, Callable[..., object]] = {}
    for base in reversed(_ours(owner)):
        for name, value in vars(base).items():
            function = function_of(value)
            if not name.startswith("_") and function is not None and inspect.getdoc(function):
                found[name] = function
    return found


def is_property(owner: type, name: str) -> bool:
    """Whether ``name`` is read without a call."""
    return isinstance(inspect.getattr_static(owner, name), property | cached_property)


def field_names(owner: type) -> list[str]:
    """The public fields of a dataclass; none for other classes."""
    return [f.name for f in fields(owner) if not f.name.startswith("_")] if is_dataclass(owner) else []


def fields_of_parents(owner: type) -> list[str]:
    """What the docstrings of the classes that ``owner`` extends say of its fields, a line each."""
    said = inspect.getdoc(owner) or ""
    found: dict[str, str] = {}
    for base in reversed(_ours(owner)[1:]):
        lines = re.findall(r"^``(\w+)``: (.*(?:\n    .*)*)", inspect.cleandoc(base.__doc__ or ""), flags=re.MULTILINE)
        found |= {name: " ".join(doc.split()) for name, doc in lines}
    return [f"``{name}``: {doc}" for name, doc in found.items() if f"``{name}``: " not in said]


def function_of(member: object) -> Callable[..., object] | None:
    """The function that a method or a property is made of, None for what is neither."""
    if isinstance(member, property):
        return member.fget
    if isinstance(member, cached_property):
        return member.func
    if isinstance(member, classmethod | staticmethod):
        return member.__func__
    return member if inspect.isfunction(member) else None


def _ours(owner: type) -> list[type]:
    return [base for base in owner.__mro__ if base.__module__.partition(".")[0] in ("symcheck", "numerics")]


def _returned_by(value: object) -> list[type]:
    if not inspect.isfunction(value):
        return []
    function = inspect.unwrap(value)
    return list(_classes_in(str(function.__annotations__.get("return", "")), function.__module__))


def _classes_in(annotation: str, module: str) -> Iterator[type]:
    for name in re.findall(r"[A-Za-z_]\w*", annotation):
        meant = _meant(name, module)
        if isinstance(meant, type) and meant.__module__.partition(".")[0] in ("symcheck", "numerics"):
            yield meant


def _meant(name: str, module: str) -> object:
    """What ``name`` is in ``module``, where it may be imported for type checkers alone; None for what is not ours."""
    found = getattr(importlib.import_module(module), name, None)
    if found is None and name in _imports(module):
        home, original = _imports(module)[name]
        return _meant(original, home) if home.partition(".")[0] in ("symcheck", "numerics") else None
    return found


@cache
def _imports(module: str) -> dict[str, tuple[str, str]]:
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
