"""The theorems, one a file, strongest first."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module

from symcheck.errors import UnknownNameError, did_you_mean
from symcheck.theorems.base import Theorem

_NO_THEOREM = ("base", "premise", "applied")


@lru_cache(maxsize=1)
def theorems() -> tuple[Theorem, ...]:
    """Every theorem of this package, found by its file, in the order of strength."""
    names = (m.name for m in pkgutil.iter_modules(__path__) if m.name not in _NO_THEOREM)
    modules = (import_module(f"{__name__}.{name}") for name in names)
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
        bare = name.strip().strip("'").isdigit()
        near = did_you_mean(f"Theorem {name}" if bare else name, known)
        raise UnknownNameError(f"theorem: there is none called {name!r}{near}; accepted: {', '.join(known)}")
    return found


def _key(name: str) -> str:
    return "".join(name.lower().replace("_", " ").split())
