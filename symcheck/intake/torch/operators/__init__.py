"""The operations of torch that have a reading, one kind a file.

A file has ``OPERATORS``, a table: a row is a name and a function that is called with the maker of tensors and the
arguments of the torch function or tensor method of that name.  ``ATTRIBUTES``, if a file has it, is the same for what
is read of a tensor without a call, such as ``x.T``.  An operation that acts on every entry, or that takes the classes
to one number, is one line in ``entrywise`` or ``across``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from symcheck.one_file_each import OneFileEach


@cache
def operators() -> dict[str, Callable[..., Any]]:
    """Every operation with a reading, by its name in torch."""
    return _joined("OPERATORS")


@cache
def attributes() -> dict[str, Callable[..., Any]]:
    """Every attribute of a tensor with a reading, by its name in torch."""
    return _joined("ATTRIBUTES")


def _joined(table: str) -> dict[str, Callable[..., Any]]:
    """The rows of this table of every file; raises ``ValueError`` for a name with two rows."""
    found: dict[str, Callable[..., Any]] = {}
    for file in OneFileEach(__name__):
        rows = getattr(file, table, {})
        twice = sorted(found.keys() & rows.keys())
        if twice:
            raise ValueError(f"{file.__name__}: {twice[0]} has a row in another file as well; keep one of them")
        found |= rows
    return found
