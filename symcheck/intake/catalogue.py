"""The catalogue: every loss and regularizer by its name, which is the name of its file."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import symcheck.losses
import symcheck.regularizers
from symcheck.entry import Entry, Value, class_in_file, stems
from symcheck.errors import UnknownNameError, did_you_mean
from symcheck.language.recording import Kind
from symcheck.losses.base import Loss
from symcheck.regularizers.base import Regularizer

_PACKAGES = {"loss": symcheck.losses, "regularizer": symcheck.regularizers}
LONGEST = 64
"""No file of an entry has a longer name."""

_OTHER: dict[Kind, Kind] = {"loss": "regularizer", "regularizer": "loss"}


def names(kind: Kind) -> tuple[str, ...]:
    """The names of all losses or of all regularizers, in order; imports none of them.

    >>> "gce" in names("loss")
    True
    """
    return tuple(stems(_PACKAGES[kind].__path__))


def is_name(name: str, kind: Kind) -> bool:
    """Whether ``name`` is one of ``names(kind)``; where there is such a file the others are not listed.

    >>> is_name("gce", "loss"), is_name("base", "loss")
    (True, False)
    """
    if name in ("base", "") or name.startswith("_") or not (name.isidentifier() and name.islower()):
        return name in names(kind)
    folders = _PACKAGES[kind].__path__
    is_file = len(name) <= LONGEST and any(Path(folder, f"{name}.py").is_file() for folder in folders)
    return is_file or name in names(kind)


def other_names(kind: Kind) -> dict[str, str]:
    """The other names that people know losses or regularizers by, with those of the catalogue; imports all of them.

    >>> other_names("loss")["unhinged"]
    'muh'
    """
    package = _PACKAGES[kind].__name__
    return {other: stem for stem in names(kind) for other in class_in_file(package, stem).also}


def loss_named(name: str, /, **values: Value) -> Loss:
    """The loss called ``name``; ``values`` set its parameters, the others stay free.

    Raises ``UnknownNameError``, naming the nearest ones, and ``ParameterError``.

    >>> loss_named("gce", q="7/10")
    GCE(q=7/10)
    """
    return cast(Loss, _class("loss", name)(**values))


def regularizer_named(name: str, /, **values: Value) -> Regularizer:
    """The regularizer called ``name``; ``values`` set its parameters, the others stay free.

    Raises ``UnknownNameError``, naming the nearest ones, and ``ParameterError``.

    >>> regularizer_named("l2")
    L2()
    """
    return cast(Regularizer, _class("regularizer", name)(**values))


def _class(kind: Kind, name: str) -> type[Entry]:
    if isinstance(name, str) and is_name(name, kind):
        return class_in_file(_PACKAGES[kind].__name__, name)
    known = names(kind)
    if not isinstance(name, str):
        raise UnknownNameError(f"{kind}: got {type(name).__name__}; accepted is a name, such as {known[0]!r}")
    by_other_name = other_names(kind)
    if name in by_other_name:
        return class_in_file(_PACKAGES[kind].__name__, by_other_name[name])
    if name in names(_OTHER[kind]):
        raise UnknownNameError(f"{kind}: {name} is a {_OTHER[kind]}; the loss comes first and then the regularizer")
    hint = did_you_mean(name, [*known, *by_other_name])
    raise UnknownNameError(f"{kind}: there is no {kind} called {name!r}{hint}; symcheck list shows all of them")
