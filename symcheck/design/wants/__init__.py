"""Wants: what somebody may wish of a loss with a penalty, one a file, each decided from the certificate of the pair.

A file has ``WANT``; it is asked for by the name of its file.
"""

from __future__ import annotations

from collections.abc import Iterable

from symcheck.design.want import Want
from symcheck.errors import ParameterError, UnknownNameError, did_you_mean, shown
from symcheck.one_file_each import OneFileEach

FILES = OneFileEach(__name__)


def want_named(name: str) -> Want:
    """The want called ``name``; raises ``UnknownNameError`` with the nearest names.

    >>> want_named("bounded").statement
    'l is bounded'
    """
    if name not in FILES:
        raise UnknownNameError(
            f"wants: there is none called {shown(name, 80)}{did_you_mean(name, FILES.names)}; accepted: "
            f"{', '.join(FILES.names)}"
        )
    found = FILES.module(name).WANT
    assert isinstance(found, Want)
    return found


def wants_named(names: str | Iterable[str]) -> tuple[Want, ...]:
    """The wants called ``names``, in their order, each once; a text has commas between the names.

    Raises ``ParameterError`` for what is no name, ``UnknownNameError`` for one that is not known.

    >>> [want.name for want in wants_named("convex, bounded,convex")]
    ['convex', 'bounded']
    """
    listed = names.split(",") if isinstance(names, str) else names
    accepted = f'accepted are names, as in wants=("convex", "bounded"), among {", ".join(FILES.names)}'
    if not isinstance(listed, Iterable):
        raise ParameterError(f"wants: got {shown(names)}; {accepted}")
    found: dict[str, Want] = {}
    for name in listed:
        if not isinstance(name, str):
            raise ParameterError(f"wants: got {shown(name)} among them; {accepted}")
        if name.strip():
            found[name.strip()] = want_named(name.strip())
    return tuple(found.values())
