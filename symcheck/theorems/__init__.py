"""The theorems, one a file, strongest first."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module

from symcheck.theorems.base import Theorem


@lru_cache(maxsize=1)
def theorems() -> tuple[Theorem, ...]:
    """Every theorem of this package, found by its file, in the order of strength."""
    modules = (import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__) if m.name != "base")
    return tuple(sorted((m.THEOREM for m in modules), key=lambda t: t.rank))
