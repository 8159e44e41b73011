"""The theorems, one a file, strongest first."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from symcheck.errors import UnknownNameError, shown
from symcheck.intake.statement_name import statement_key
from symcheck.one_file_each import OneFileEach
from symcheck.theorems.base import Theorem


@lru_cache(maxsize=1)
def theorems() -> tuple[Theorem, ...]:
    """Every theorem of this package, found by its file, in the order of strength."""
    # By its file: a new theorem is a new file, and no list has to be kept.
    modules = OneFileEach(__name__, besides=("base", "premise"))
    return tuple(sorted((m.THEOREM for m in modules), key=lambda t: t.rank))


def theorem_named(name: str) -> Theorem:
    """The theorem called ``name``, as ``statement_key`` reads names; raises ``UnknownNameError`` with the nearest.

    >>> theorem_named("theorem-3").name
    'Theorem 3'
    """
    if not isinstance(name, str):
        raise UnknownNameError(f"theorem: got {shown(name)}; accepted is the name of one, such as 'Theorem 3'")
    by_key = {statement_key(t.name): t for t in theorems()}
    found = by_key.get(statement_key(name))
    if found is None:
        first, second, third = _nearest(name)
        raise UnknownNameError(
            f"theorem: there is none called {shown(name)}; did you mean {first}, {second} or {third}? "
            "symcheck list theorems shows all of them"
        )
    return found


def _nearest(name: str) -> list[str]:
    """Three theorems that ``name`` may have meant: the nearest in spelling, the nearest of its number, then others."""
    by_key = {statement_key(t.name): t.name for t in theorems()}
    key = statement_key(name)
    number = re.search(r"\d+'?", key)
    spelled = sorted(by_key, key=lambda k: -SequenceMatcher(None, key, k).ratio())
    same = [k for k in spelled if number is not None and re.fullmatch(rf"\D*{number[0]}", k)]
    return [by_key[k] for k in dict.fromkeys([spelled[0], *same[:1], *spelled])][:3]
