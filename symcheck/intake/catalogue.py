"""The catalogue: every loss and regularizer by its name, which is the name of its file."""

from __future__ import annotations

from typing import cast

from symcheck import losses, regularizers
from symcheck.entry import Entry, Value, class_in_file
from symcheck.errors import UnknownNameError, did_you_mean
from symcheck.language.recording import Kind
from symcheck.losses.base import Loss
from symcheck.one_file_each import OneFileEach
from symcheck.regularizers.base import Regularizer

KINDS: tuple[Kind, ...] = ("loss", "regularizer")
"""In this order a name is looked for, and a formula of either kind is tried."""

_FILES: dict[Kind, OneFileEach] = {"loss": losses.FILES, "regularizer": regularizers.FILES}
_OTHER: dict[Kind, Kind] = {"loss": "regularizer", "regularizer": "loss"}


def names(kind: Kind) -> tuple[str, ...]:
    """The names of all losses or of all regularizers, in order; imports none of them.

    >>> "gce" in names("loss")
    True
    """
    return _FILES[kind].names


def is_name(name: str, kind: Kind) -> bool:
    """Whether ``name`` is one of ``names(kind)``; where there is such a file the others are not listed.

    >>> is_name("gce", "loss"), is_name("base", "loss")
    (True, False)
    """
    return name in _FILES[kind]


def other_names(kind: Kind) -> dict[str, str]:
    """The other names that people know losses or regularizers by, with those of the catalogue; imports all of them.

    >>> other_names("loss")["unhinged"]
    'muh'
    """
    files = _FILES[kind]
    return {other: name for name in files.names for other in class_in_file(files.module(name)).also}


def kind_named(name: str) -> Kind | None:
    """The kind of the entry that has this name or other name; None if there is none.

    >>> kind_named("l2"), kind_named("unhinged"), kind_named("nothing")
    ('regularizer', 'loss', None)
    """
    found = next((kind for kind in KINDS if is_name(name, kind)), None)
    # Only now: the other names come from every file of the catalogue.
    return found or next((kind for kind in KINDS if name in other_names(kind)), None)


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
        return class_in_file(_FILES[kind].module(name))
    known = names(kind)
    if not isinstance(name, str):
        raise UnknownNameError(f"{kind}: got {type(name).__name__}; accepted is a name, such as {known[0]!r}")
    # Only now: it imports every file of the catalogue.
    by_other_name = other_names(kind)
    if name in by_other_name:
        return class_in_file(_FILES[kind].module(by_other_name[name]))
    # The usual slip is to swap the two arguments.
    if name in names(_OTHER[kind]):
        raise UnknownNameError(f"{kind}: {name} is a {_OTHER[kind]}; the loss comes first and then the regularizer")
    hint = did_you_mean(name, [*known, *by_other_name])
    raise UnknownNameError(f"{kind}: there is no {kind} called {name!r}{hint}; symcheck list shows all of them")
