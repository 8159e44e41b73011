"""Data sets by name: a file of this folder is a data set, called as the file, and has a function ``load``."""

from __future__ import annotations

import importlib
import pkgutil

from numerics.datasets.base import Dataset
from symcheck.errors import UnknownNameError
from symcheck.nearest import did_you_mean


def names() -> list[str]:
    """The names of all data sets, in order."""
    found = (m.name for m in pkgutil.iter_modules(__path__))
    return sorted(n for n in found if n != "base" and not n.startswith("_"))


def load(name: str) -> Dataset:
    """The data set called ``name``; raises ``UnknownNameError`` with the nearest names if there is none."""
    known = names()
    if name not in known:
        raise UnknownNameError(
            f"data: no data set is called {name!r}{did_you_mean(name, known)}; there are: {', '.join(known)}"
        )
    found: Dataset = importlib.import_module(f"{__name__}.{name}").load()
    return found
