"""What an argument accepts, as its annotation says it: for errors about values of another kind.

The annotation of a public function is the one place where the kinds of its arguments are written.  Here each kind has
a test and words.  A kind that is not in the table accepts anything: its function knows better.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Number

Test = Callable[[object], bool]


@dataclass(frozen=True)
class Kind:
    """Values of one kind: whether something ``fits``, and what they are called.

    ``is_asked_first``: asked before a function runs, as it would notice late, or never, as of the text "no" for False.
    """

    fits: Test
    called: str
    is_asked_first: bool = False


def kind_of(annotation: object) -> Kind | None:
    """The kind that an ``annotation`` writes, as a text; None where something in it is not known here.

    >>> kind = kind_of("str | Sequence[str] | None")
    >>> kind.called, kind.fits("x"), kind.fits(["x"]), kind.fits(1)
    ('a text, several texts, as in ["a", "b"], or None', True, True, False)
    """
    if not isinstance(annotation, str):
        return None
    parts = annotation.split(" | ")
    # Of a path not every text will do.
    if {"Path", "os.PathLike[str]"} & {*parts}:
        parts = [part for part in parts if part != "str"]
    kinds = [_kind(part) for part in parts if part != "None"]
    if not kinds or any(kind is None for kind in kinds):
        return None
    known = [kind for kind in kinds if kind is not None]
    words = list(dict.fromkeys(kind.called for kind in known))
    if "None" in parts:
        words.append("None")
    listed = ", ".join(words[:-1]) + (", or " if len(words) > 2 else " or ") + words[-1] if len(words) > 1 else words[0]

    def fits(value: object) -> bool:
        return (value is None and "None" in parts) or any(kind.fits(value) for kind in known)

    return Kind(fits, listed, any(kind.is_asked_first for kind in known))


def _kind(part: str) -> Kind | None:
    several = re.fullmatch(r"(?:Sequence|Iterable)\[(\w+)\]", part)
    if several and several[1] in _SEVERAL:
        one, called = _SEVERAL[several[1]]
        return Kind(lambda value: _is_several(value, one), called, is_asked_first=several[1] == "Given")
    return Kind(_is_array, "an array of numpy") if part.startswith("NDArray") else _KINDS.get(part)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    # By the name of its type: nothing here imports numpy.
    return isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")


def _is_number(value: object) -> bool:
    if isinstance(value, (bool, complex, str)):
        return False
    return isinstance(value, Number) or (hasattr(value, "__float__") and getattr(value, "ndim", 1) == 0)


def _is_whole(value: object) -> bool:
    return not isinstance(value, bool) and hasattr(value, "__index__") and getattr(value, "ndim", 0) == 0


def _is_path(value: object) -> bool:
    if not isinstance(value, (str, os.PathLike)):
        return False
    path = os.fspath(value)
    return isinstance(path, str) and "\0" not in path


def _is_several(value: object, one: Test) -> bool:
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        return False
    if not isinstance(value, Sequence):
        return getattr(value, "ndim", 1) > 0
    return all(map(one, value))


def _is_array(value: object) -> bool:
    return hasattr(value, "shape") and hasattr(value, "dtype") and hasattr(value, "ndim")


def _is_progress(value: object) -> bool:
    """Whether ``value`` can be called with (done, total, what); of what has no signature nobody knows."""
    if not callable(value) or isinstance(value, type):
        return False
    try:
        inspect.signature(value).bind(0, 1, "")
    except ValueError:
        return True
    except TypeError:
        return False
    return True


_PATH = Kind(_is_path, "a path, as a text or a pathlib.Path", is_asked_first=True)
_KINDS = {
    "bool": Kind(_is_flag, "True or False", is_asked_first=True),
    "int": Kind(_is_whole, "a whole number"),
    "float": Kind(_is_number, "a number"),
    "Fraction": Kind(_is_number, "a number"),
    "str": Kind(_is_text, "a text"),
    "Path": _PATH,
    "os.PathLike[str]": _PATH,
    "Progress": Kind(_is_progress, "a function of (done, total, what)", is_asked_first=True),
}
_SEVERAL: dict[str, tuple[Test, str]] = {
    "str": (_is_text, 'several texts, as in ["a", "b"]'),
    "int": (_is_whole, "several whole numbers, as in [1, 2]"),
    "float": (_is_number, "several numbers, as in [0.1, 1]"),
    "Given": (lambda _: True, 'a list, as in ["gce", "mae"]'),
    "Plan": (lambda _: True, "the runs that numerics.grid(...) plans"),
}
