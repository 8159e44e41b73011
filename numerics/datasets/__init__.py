"""Data sets by name: a file is a data set, called as the file, and has a function ``load``.

Those of this folder come with an installed package; those of the folder ``openml`` are fetched once, with a connection
to the internet, and kept by scikit-learn.
"""

from __future__ import annotations

import importlib
import pkgutil

from numerics.datasets import openml
from numerics.datasets.base import Dataset
from symcheck.errors import UnknownNameError, did_you_mean


def names() -> list[str]:
    """The names of the data sets that need no internet, in order."""
    found = (m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg)
    return sorted(n for n in found if n != "base" and not n.startswith("_"))


def fetched_names() -> list[str]:
    """The names of the data sets that are fetched from OpenML, in order."""
    found = (m.name for m in pkgutil.iter_modules(openml.__path__))
    return sorted(n for n in found if n != "fetch" and not n.startswith("_"))


def listed() -> str:
    """All names, as errors and help show them."""
    return f"{', '.join(names())}; fetched from OpenML: {', '.join(fetched_names())}"


def load(name: str) -> Dataset:
    """The data set called ``name``.

    Raises ``UnknownNameError`` with the nearest names if there is none, and ``DataError`` for one that would have to
    be installed or fetched first, which says how.
    """
    known = [*names(), *fetched_names()]
    if name not in known:
        raise UnknownNameError(
            f"data: no data set is called {name!r}{did_you_mean(name, known)}; there are: {listed()}"
        )
    folder = __name__ if name in names() else openml.__name__
    found: Dataset = importlib.import_module(f"{folder}.{name}").load()
    return found
