"""The theorems, one a file, strongest first."""

from __future__ import annotations

from functools import lru_cache

from symcheck.errors import UnknownNameError, did_you_mean, shown
from symcheck.one_file_each import OneFileEach
from symcheck.theorems.base import Theorem


@lru_cache(maxsize=1)
def theorems() -> tuple[Theorem, ...]:
    """Every theorem of this package, found by its file, in the order of strength."""
    # By its file: a new theorem is a new file, and no list has to be kept.
    modules = OneFileEach(__name__, besides=("base", "premise"))
    return tuple(sorted((m.THEOREM for m in modules), key=lambda t: t.rank))


def theorem_named(name: str) -> Theorem:
    """The theorem called ``name``, whatever its case and spaces; raises ``UnknownNameError`` with the nearest.

    >>> theorem_named("theorem 3").name
    'Theorem 3'
    """
    by_key = {_key(t.name): t for t in theorems()}
    found = by_key.get(_key(name))
    if found is None:
        known = [t.name for t in theorems()]
        # "3" and "2'" are short for theorems.
        bare = name.strip().strip("'").isdigit()
        near = did_you_mean(f"Theorem {name}" if bare else name, known)
        raise UnknownNameError(f"theorem: there is none called {shown(name, 80)}{near}; accepted: {', '.join(known)}")
    return found


def _key(name: str) -> str:
    return "".join(name.lower().replace("_", " ").split())
