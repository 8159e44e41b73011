"""The names that are public: those of ``__all__``, the classes of whatever these return, and what is in them."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache, cached_property
from itertools import pairwise
from textwrap import dedent
from types import ModuleType

import numerics
import symcheck

OURS = ("symcheck", "numerics")


def named() -> dict[str, object]:
    """Every name of ``__all__`` in both packages, with the package in front."""
    packages = (symcheck, numerics)
    return {f"{p.__name__}.{name}": getattr(p, name) for p in packages for name in p.__all__ if name != "__version__"}


def functions() -> dict[str, Callable[..., object]]:
    """The public functions."""
    return {name: value for name, value in named().items() if inspect.isfunction(value)}


def modules() -> dict[str, ModuleType]:
    """The public modules."""
    return {name: value for name, value in named().items() if inspect.ismodule(value)}


@cache
def classes() -> dict[str, type]:
    """The public classes, and those of what public functions return."""
    found = [value for value in named().values() if inspect.isclass(value)]
    found += [c for function in functions().values() for c in returned_by(function)]
    return {f"{c.__module__}.{c.__qualname__}": c for c in found}


@cache
def parts() -> dict[str, type]:
    """The classes of what fields, properties and methods of public classes hold and return, beside these."""
    found = {}
    for owner in classes().values():
        for base in _ours(owner):
            for annotation in inspect.get_annotations(base).values():
                found.update({f"{c.__module__}.{c.__qualname__}": c for c in _classes_in(annotation, base.__module__)})
        for member in members(owner).values():
            found.update({f"{c.__module__}.{c.__qualname__}": c for c in returned_by(function_of(member))})
    return {name: c for name, c in found.items() if name not in classes()}


def members(owner: type) -> dict[str, object]:
    """The public methods and properties of a class that are written in our packages, as they stand there."""
    held = {name: value for base in reversed(_ours(owner)) for name, value in base.__dict__.items()}
    return {
        name: value
        for name, value in held.items()
        if not name.startswith("_") and name not in field_names(owner) and function_of(value) is not None
    }


def field_names(owner: type) -> list[str]:
    """The public fields of a dataclass; none for other classes."""
    return [f.name for f in fields(owner) if not f.name.startswith("_")] if is_dataclass(owner) else []


def fields_with_docstrings(owner: type) -> set[str]:
    """The fields below which a string stands."""
    found = set()
    for base in _ours(owner):
        body = ast.parse(dedent(inspect.getsource(base))).body[0].body
        for field, below in pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(field.target, ast.Name):
                found.add(field.target.id)
    return found


def function_of(member: object) -> Callable[..., object] | None:
    """The function that a method or a property is made of, None for what is neither."""
    if isinstance(member, property):
        return member.fget
    if isinstance(member, cached_property):
        return member.func
    if isinstance(member, classmethod | staticmethod):
        return member.__func__
    return member if inspect.isfunction(member) else None


def arguments(function: Callable[..., object]) -> list[str]:
    """The names of what ``function`` takes, without self."""
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


def returned_by(function: Callable[..., object] | None) -> list[type]:
    """The classes of ours that a function says it returns."""
    if function is None:
        return []
    function = inspect.unwrap(function)
    return list(_classes_in(function.__annotations__.get("return", ""), function.__module__))


def _ours(owner: type) -> list[type]:
    return [base for base in owner.__mro__ if base.__module__.split(".")[0] in OURS]


def _classes_in(annotation: object, module: str) -> Iterator[type]:
    """The classes of ours that an annotation written in ``module`` names."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    for name in re.findall(r"[A-Za-z_]\w*", text):
        meant = _meant(name, module)
        for each in getattr(meant, "__args__", None) or (meant,):
            if inspect.isclass(each) and each.__module__.split(".")[0] in OURS:
                yield each


def _meant(name: str, module: str) -> object:
    """What ``name`` stands for in ``module``, also if it is imported for type checkers alone; or None."""
    found = getattr(importlib.import_module(module), name, None)
    if found is None and name in _imports(module):
        home, original = _imports(module)[name]
        return _meant(original, home) if home.split(".")[0] in OURS else None
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
