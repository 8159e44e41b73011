"""Fields with a sentence of their own: ``help`` and ``dir`` show what the docstring of a class says of each."""

from __future__ import annotations

import re
from dataclasses import fields
from inspect import cleandoc
from typing import TypeVar

T = TypeVar("T")

_LINE = re.compile(r"^``(\w+)``: (.*(?:\n    .*)*)", flags=re.MULTILINE)


class Documented:
    """What a class shows in the place of a field; on an object the value of the field hides it."""

    def __init__(self, name: str, doc: str) -> None:
        self.__name__, self.__doc__ = name, doc

    def __get__(self, value: object, owner: type) -> Documented:
        if value is None:
            return self
        raise AttributeError(f"{owner.__name__} has no {self.__name__} yet")


def documented(cls: type[T]) -> type[T]:
    """The dataclass ``cls``, in whose docstring a line begins with the name of each field, in code, and a colon.

    Raises ``TypeError`` for a public field without one.
    """
    told = {name: " ".join(doc.split()) for name, doc in _LINE.findall(cleandoc(cls.__doc__ or ""))}
    for name in (f.name for f in fields(cls)):  # type: ignore[arg-type]
        if name in told:
            # Not a data descriptor: on an object the value in its __dict__ comes first, so nothing is slower.
            setattr(cls, name, Documented(name, told[name]))
        elif not name.startswith("_") and name in cls.__annotations__:
            raise TypeError(f"{cls.__name__}.{name}: the docstring of the class has no line on it")
    return cls


def documented_names(cls: type[object]) -> list[str]:
    """The public names of ``cls`` that say what they are, which ``dir`` of an object of it shows."""
    names = {name for c in cls.__mro__ if c is not object for name in vars(c)}
    return sorted(name for name in names if not name.startswith("_") and getattr(getattr(cls, name), "__doc__", None))
