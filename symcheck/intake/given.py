"""What users hand in as a loss or regularizer: a name, an entry, a formula string, or their own code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from symcheck.arguments.weight_decay import WEIGHT_DECAY, is_weight_decay
from symcheck.budget import stopping
from symcheck.entry import Entry
from symcheck.errors import FormulaError, shown
from symcheck.intake.callables import recorded
from symcheck.intake.catalogue import loss_named, regularizer_named
from symcheck.intake.subject_name import FORMULA, own_name, settled, subject_of_text
from symcheck.intake.tokens import is_word
from symcheck.intake.torch.recognise import is_torch
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes
from symcheck.problem import UNREAD, Subject
from symcheck.reason import Undecided

Given = str | Entry | Formula | Subject | Callable[..., object]
"""Accepted as a loss or a regularizer."""


def subject_of(given: Given, kind: Kind, classes: Classes | None = None) -> Subject:
    """``given`` as a named formula; ``classes`` are those asked for, which some torch code needs to know.

    Raises what ``subject_as_read`` raises, and ``FormulaError`` for code that has no formula.
    """
    found = subject_as_read(given, kind, classes)
    if found.unread is not None:
        raise FormulaError(f"{kind}: {found.unread}")
    return found


def subject_as_read(given: Given, kind: Kind, classes: Classes | None = None) -> Subject:
    """The same, and for code that has no formula a subject that says why.

    Code is called as it calls itself, if that is a plain word that is not taken for a name of the catalogue, and
    "formula" otherwise; only an entry is called by a name of the catalogue, and has values for parameters.

    Raises ``UnknownNameError`` for a name that is not in the catalogue and ``FormulaError`` for anything that
    is no formula of its kind.
    """
    if isinstance(given, Formula | Subject):
        found = given if isinstance(given, Subject) else Subject(FORMULA, given)
        if kind == "regularizer" and found.unread is None and found.formula.uses_label:
            raise FormulaError(
                f"regularizer: {found.text} uses the label; a regularizer is a function of z alone, so move what "
                "depends on y into the loss"
            )
        return found if found.unread is not None else settled(found, kind)
    try:
        with stopping():
            return _read(given, kind, classes)
    except Undecided as stop:
        name = FORMULA if isinstance(given, (str, Entry)) else _name_of(given)
        reason = replace(stop.reason, why=f"the {kind} {name} was not read: {stop.reason.why}")
        return Subject(name, UNREAD, unread=reason)


def _read(given: str | Entry | Callable[..., object], kind: Kind, classes: Classes | None) -> Subject:
    # One word is a name and never a formula: of a misspelled one the nearest names are told, not a place in a text.
    if isinstance(given, str) and is_word(given):
        given = loss_named(given.strip()) if kind == "loss" else regularizer_named(given.strip())
    if isinstance(given, Entry):
        if given.kind == "preference":
            raise FormulaError(
                f"{kind}: got the preference {given.name}, a loss of a pair of answers; certify it with "
                f"symcheck.certify_preference({given.name!r})"
            )
        if given.kind != kind:
            raise FormulaError(f"{kind}: got the {given.kind} {given.name}; swap the two arguments, or pass a {kind}")
        return settled(Subject(given.name, given.recorded, given.values, given.classes), kind)
    if isinstance(given, str):
        if is_weight_decay(given):  # of two words, which is no name
            raise FormulaError(f"{kind}: got {shown(given, 80)}; {WEIGHT_DECAY}")
        return subject_of_text(given, kind)
    formula = getattr(given, "subject", None)
    if isinstance(formula, Subject):  # numerics.torch_loss made it, of a formula that it knows
        if kind != "loss":
            raise FormulaError(f"{kind}: got the loss {formula.title}; pass a {kind}")
        return settled(formula, kind)
    name = _name_of(given)
    if is_torch(given):
        return _torch_subject(given, name, kind, classes)
    try:
        return Subject(name, recorded(given, kind=kind))
    except FormulaError:
        # What it computes with need not be seen in its code: it may keep a module in an object of its own.
        if "torch" not in sys.modules:
            raise
        with suppress(FormulaError):
            return _torch_subject(given, name, kind, classes)
        raise


def _name_of(code: Callable[..., object]) -> str:
    """What code calls itself; of a module that torch.compile made, what the one inside calls itself."""
    code = getattr(code, "_orig_mod", code)
    return own_name(getattr(code, "__name__", type(code).__name__))


def _torch_subject(given: Callable[..., object], name: str, kind: Kind, classes: Classes | None) -> Subject:
    """Torch code as a formula, with what its reader should know."""
    from symcheck.intake.torch_callables import recorded_torch  # loads SymPy, for torch code alone

    found = recorded_torch(given, kind, classes=classes)
    return Subject(name, found.formula, classes=found.classes, notes=tuple(map(str, found.notes)))
