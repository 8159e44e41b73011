"""What users hand in as a preference: a name, an entry, a formula string, or their own code."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace

from symcheck.budget import stopping
from symcheck.entry import Entry
from symcheck.errors import FormulaError, ParameterError
from symcheck.intake.catalogue import AS_LOSS, preference_named
from symcheck.intake.class_given import class_given
from symcheck.intake.parser import Given as Value
from symcheck.intake.parser import composed
from symcheck.intake.preference_subject import PreferenceSubject, are_equal, refuse_both
from symcheck.intake.score_code import score_code
from symcheck.intake.subject_name import FORMULA, own_name, settled
from symcheck.intake.tokens import is_word, tokens
from symcheck.language.formula import Formula
from symcheck.language.scores import (
    BETA,
    MARGIN,
    NAMES,
    PAIR,
    SCORES,
    check_name,
    in_scores,
    loss_of_scores,
    score_symbols,
    swapped,
    uses_classes,
)
from symcheck.preferences.base import Preference
from symcheck.problem import Subject
from symcheck.reason import Undecided

Given = str | Entry | Formula | PreferenceSubject | Callable[..., object]
"""Accepted as a preference."""

ACCEPTED = (
    "accepted is a name of the catalogue such as 'dpo', an entry, a formula string such as '-log_sigmoid(h/10)' in "
    "h = chosen - rejected, or in chosen and rejected, or a function of (h) or of (chosen, rejected)"
)


def preference_of(given: Given, parameters: Mapping[str, Value] | None = None) -> PreferenceSubject:
    """``given`` as a loss of a pair of answers; ``parameters`` are values and ranges for names in it.

    A function is called with (h), the difference of the scores, or with (chosen, rejected), by these names.  ``beta``
    in a formula string is a parameter in (0, oo) unless ``parameters`` say something else.  Raises
    ``FormulaError`` for what is no function of one pair, for one with h and the scores in it, and for one that does not
    change when the answers are swapped; ``UnknownNameError``, and ``ParameterError`` for a parameter that it does not
    have or that is called as a score.

    >>> preference_of("dpo(beta=1/10)").title, preference_of("(chosen - rejected - 1)**2").in_margin
    ('dpo(beta=1/10)', True)
    """
    asked = dict(parameters or {})
    for name in asked:
        check_name(name)
    try:
        with stopping():
            found = _read(given, asked)
    except Undecided as stop:
        raise FormulaError(f"preference: {stop.reason}") from stop
    if found is not given and are_equal(found.formula, swapped(found.formula)):
        raise FormulaError(
            f"preference: {found.text} is the same when the two answers are swapped, so it is no preference at all: "
            "it learns no order, and flips do not matter to it; write a loss that falls with h, such as -log_sigmoid(h)"
        )
    return found


def _read(given: Given, asked: dict[str, Value]) -> PreferenceSubject:
    if isinstance(given, str):
        text = given.strip()
        if not is_word(text) or text in NAMES:
            return _of_text(text, asked)
        given = preference_named(text)
        given = given.at(**{n: asked.pop(n) for n in [*asked] if n in given.declared})
    _refuse_unused(asked)
    if isinstance(given, PreferenceSubject):
        return given
    if isinstance(given, Preference):
        return _of_entry(given)
    if isinstance(given, Formula):
        return made_of(FORMULA, given)
    if isinstance(given, (Entry, Subject)):
        kind = given.kind if isinstance(given, Entry) else "formula"
        raise FormulaError(f"preference: got the {kind} {given.name} of the classes' scores; {ACCEPTED}")
    if isinstance(given, type):
        raise class_given(given, "preference")
    if not callable(given):
        raise FormulaError(f"preference: got {type(given).__name__}; {ACCEPTED}")
    found = score_code(given, "preference")
    return made_of(found.name, found.formula, found.notes)


def _refuse_unused(parameters: Mapping[str, Value]) -> None:
    if parameters:
        raise ParameterError(
            f"{', '.join(sorted(parameters))}: the preference has no parameter of this name; symcheck list preferences "
            "shows what each of them has, and a formula has those that are written in it"
        )


def _of_entry(entry: Preference) -> PreferenceSubject:
    loss = settled(Subject(f"{entry.name}{AS_LOSS}", loss_of_scores(entry.recorded), entry.values, PAIR), "loss")
    if loss.defaults is not None:
        return PreferenceSubject(entry.name, entry.recorded, loss, entry.reference_free)
    # A class of one's own.
    return replace(made_of(own_name(entry.name), entry.recorded), reference_free=entry.reference_free)


def made_of(name: str, formula: Formula, notes: tuple[str, ...] = ()) -> PreferenceSubject:
    """The preference of one's own that is called ``name``; raises ``FormulaError`` for z, or h beside the scores."""
    if uses_classes(formula):
        raise FormulaError(
            f"preference: {formula} is of the classes' scores z; a preference is a function of the two scores of a "
            "pair: write it with h, or with chosen and rejected"
        )
    refuse_both(formula.names, str(formula), "preference")
    return PreferenceSubject(name, formula, Subject(name, loss_of_scores(formula), classes=PAIR, notes=notes))


def _of_text(text: str, asked: Mapping[str, Value]) -> PreferenceSubject:
    scores = {s.name: s for s in score_symbols(*NAMES)}
    scale = {BETA.name: BETA} if _leaves_open(text, BETA.name) else {}
    found = composed(text, parameters={**scores, **scale, **asked}, kind="preference")
    _refuse_unused({n: v for n, v in asked.items() if n not in found.used})
    refuse_both(found.used, text, "preference")
    formula = found.formula
    if len(found.entries) == 1 and isinstance(entry := found.entries[0], Preference) and entry.recorded == formula:
        return _of_entry(entry)
    if MARGIN in formula.names and not formula.names.isdisjoint(SCORES):
        formula = in_scores(formula)  # entries of the catalogue have brought both
    return made_of(FORMULA, formula)


def _leaves_open(text: str, name: str) -> bool:
    """Whether ``name`` stands in ``text`` and is given no value there, as in dpo(beta=1/10) or beta = 1/10; beta*h."""
    after = {following.text for here, following in itertools.pairwise(tokens(text)) if here.text == name}
    return bool(after) and "=" not in after
