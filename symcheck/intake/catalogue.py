"""The catalogue: every loss, regularizer and preference by its name, which is the name of its file."""

from __future__ import annotations

from typing import cast

from symcheck import losses, preferences, regularizers
from symcheck.arguments.weight_decay import WEIGHT_DECAY, is_weight_decay
from symcheck.entry import Entry, Value, class_in_file
from symcheck.errors import UnknownNameError, did_you_mean, shown
from symcheck.language.recording import Kind
from symcheck.losses.base import Loss
from symcheck.one_file_each import OneFileEach
from symcheck.preferences.base import Preference
from symcheck.regularizers.base import Regularizer

KINDS: tuple[Kind, ...] = ("loss", "regularizer")
"""In this order a name is looked for, and a formula of either kind is tried."""

_FILES: dict[Kind, OneFileEach] = {
    "loss": losses.FILES, "regularizer": regularizers.FILES, "preference": preferences.FILES,
}  # fmt: skip
AS_LOSS = "_preference"
"""What follows the name of a preference where it is a loss: losses have a hinge of their own."""

_LISTED: dict[Kind, str] = {"loss": "losses", "regularizer": "regularizers", "preference": "preferences"}
_OTHER: dict[Kind, Kind] = {"loss": "regularizer", "regularizer": "loss"}


def names(kind: Kind) -> tuple[str, ...]:
    """The names of all losses, of all regularizers or of all preferences, in order; imports none of them.

    >>> "gce" in names("loss")
    True
    """
    return _FILES[kind].names


def files_of(kind: Kind) -> OneFileEach:
    """The files of the entries of this kind."""
    return _FILES[kind]


def is_name(name: str, kind: Kind) -> bool:
    """Whether ``name`` is one of ``names(kind)``; where there is such a file the others are not listed.

    >>> is_name("gce", "loss"), is_name("base", "loss")
    (True, False)
    """
    return name in _FILES[kind]


def other_names(kind: Kind) -> dict[str, str]:
    """The other names that people know entries of this kind by, with those of the catalogue; imports all of them.

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


def preference_named(name: str, /, **values: Value) -> Preference:
    """The preference called ``name``; ``values`` set its parameters, the others stay free.

    Raises ``UnknownNameError``, naming the nearest ones, and ``ParameterError``.

    >>> preference_named("dpo", beta="1/10")
    DPO(beta=1/10)
    """
    return cast(Preference, _class("preference", name)(**values))


def preference_as_loss(name: str) -> str | None:
    """The preference that a loss of this ``name`` is, or None.

    >>> preference_as_loss("dpo_preference"), preference_as_loss("dpo")
    ('dpo', None)
    """
    stem = name.removesuffix(AS_LOSS)
    return stem if stem != name and is_name(stem, "preference") else None


def _class(kind: Kind, name: str) -> type[Entry]:
    if isinstance(name, str) and is_name(name, kind):
        return class_in_file(_FILES[kind].module(name))
    known = names(kind)
    if not isinstance(name, str):
        raise UnknownNameError(f"{kind}: got {type(name).__name__}; accepted is a name, such as {known[0]!r}")
    if is_weight_decay(name):
        raise UnknownNameError(f"{kind}: got {name}; {WEIGHT_DECAY}")
    # Only now: it imports every file of the catalogue.
    by_other_name = other_names(kind)
    if name in by_other_name:
        return class_in_file(_FILES[kind].module(by_other_name[name]))
    preference = preference_as_loss(name) or (
        name if name in (*names("preference"), *other_names("preference")) else None
    )
    if kind != "preference" and preference is not None:
        raise UnknownNameError(
            f"{kind}: {name} is a loss of a pair of answers: symcheck.certify_preference({preference!r}), or "
            f"symcheck certify-preference {preference}"
        )
    if kind == "preference":
        classified = next((k for k in KINDS if name in names(k)), None)
        if classified is not None:
            raise UnknownNameError(
                f"preference: {name} is a {classified} of the classes' scores; symcheck.certify takes it, and accepted "
                f"here is a loss of a pair of answers, such as {known[0]!r} or a formula in h = chosen - rejected"
            )
    # The usual slip is to swap the two arguments.
    elif name in names(_OTHER[kind]):
        raise UnknownNameError(f"{kind}: {name} is a {_OTHER[kind]}; the loss comes first and then the regularizer")
    hint = did_you_mean(name, [*known, *by_other_name])
    more = ", and a formula in h = chosen - rejected is accepted as well" if kind == "preference" else ""
    where = f"symcheck list {_LISTED[kind]} shows all of them"
    raise UnknownNameError(f"{kind}: there is no {kind} called {shown(name, 80)}{hint}; {where}{more}")
