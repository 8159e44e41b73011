"""The variables of other scopes that a function reads."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FunctionType


def enclosed(function: FunctionType) -> dict[str, object]:
    """The variables of the functions around it, by name; one that is not bound, as in a branch not taken, is none."""
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:
            continue
    return found


def names_in(code: CodeType) -> Iterator[str]:
    """The names of globals and of attributes in code, also in functions inside of it."""
    for part in parts_of(code):
        yield from part.co_names


def parts_of(code: CodeType) -> Iterator[CodeType]:
    """A function's code and that of the functions inside of it."""
    yield code
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from parts_of(value)
