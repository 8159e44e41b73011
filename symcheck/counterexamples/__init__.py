"""Data on which noise turns a prediction, exactly: a case a file, found by its file."""

from __future__ import annotations

from functools import lru_cache

from symcheck.counterexamples.base import Counterexample
from symcheck.errors import UnknownNameError, did_you_mean, shown
from symcheck.one_file_each import OneFileEach

FILES = OneFileEach(__name__, besides=("base",))


@lru_cache(maxsize=1)
def counterexamples() -> tuple[Counterexample, ...]:
    """Every case of this package, in the order of their names, which are those of their files."""
    return tuple(file.CASE for file in FILES)


def counterexample(name: str) -> Counterexample:
    """The case called ``name``; raises ``UnknownNameError``, naming the nearest ones.

    >>> counterexample("square_on_a_line").rho
    Fraction(2, 5)
    """
    known = {case.name: case for case in counterexamples()}
    if name not in known:
        raise UnknownNameError(
            f"name: there is no counterexample called {shown(name, 80)}{did_you_mean(name, list(known))}; "
            f"accepted are {', '.join(known)}"
        )
    return known[name]
