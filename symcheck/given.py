"""What users hand in as a loss or regularizer: a name, an entry, a formula string, or their own code."""

from __future__ import annotations

import re
from collections.abc import Callable

from symcheck.catalogue import loss_named, names, regularizer_named
from symcheck.entry import Entry
from symcheck.errors import FormulaError
from symcheck.intake.callables import recorded
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind
from symcheck.problem import Subject

Given = str | Entry | Formula | Subject | Callable[..., object]
"""Accepted as a loss or a regularizer."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def subject_of(given: Given, kind: Kind) -> Subject:
    """``given`` as a named formula.

    Raises ``UnknownNameError`` for a name that is not in the catalogue and ``FormulaError`` for anything that
    is no formula of its kind.
    """
    if isinstance(given, Subject):
        return given
    if isinstance(given, str) and _NAME.fullmatch(given.strip()):
        given = loss_named(given.strip()) if kind == "loss" else regularizer_named(given.strip())
    if isinstance(given, Entry):
        if given.kind != kind:
            raise FormulaError(f"{kind}: got the {given.kind} {given.name}; swap the two arguments, or pass a {kind}")
        return Subject(given.name, given.recorded, given.values, given.classes)
    if isinstance(given, str):
        return Subject("formula", parsed(given, kind=kind))
    if isinstance(given, Formula):
        return Subject("formula", given)
    name = getattr(given, "__name__", type(given).__name__)
    is_taken = name == "<lambda>" or name in names(kind)  # the name of an entry means that entry's formula
    return Subject("formula" if is_taken else name, recorded(given, kind=kind))
