"""Penalties on the scores of a pair: a formula in h or in both scores, or any regularizer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symcheck.budget import stopping
from symcheck.entry import Entry
from symcheck.errors import FormulaError, ParameterError, UnknownNameError, did_you_mean, shown
from symcheck.intake.catalogue import kind_named, names, other_names
from symcheck.intake.class_given import class_given
from symcheck.intake.given import subject_of
from symcheck.intake.parser import Given as Value
from symcheck.intake.parser import composed, of_argument, parsed
from symcheck.intake.preference_subject import found_equal, refuse_both
from symcheck.intake.score_code import score_code
from symcheck.intake.signatures import needed_arguments
from symcheck.intake.subject_name import FORMULA, subject_of_composed
from symcheck.intake.tokens import is_word, tokens
from symcheck.language.formula import Formula
from symcheck.language.scores import MARGIN, NAMES, PAIR, SCORES, check_name, penalty_of_scores, score_symbols, swapped
from symcheck.problem import Subject
from symcheck.reason import Undecided

Given = str | Entry | Formula | Subject | Callable[..., object]
"""Accepted as a penalty."""

ACCEPTED = (
    "accepted is a formula in h = chosen - rejected, or in chosen and rejected, such as 'h**2/2', a function of (h) or "
    "of (chosen, rejected), or a regularizer, such as 'l2' (symcheck list regularizers)"
)

_CALLED = (
    "a penalty is called with (h), or with (chosen, rejected), by these names, and else with the scores (z) of classes"
)


def margin_penalty_of(given: Given, parameters: Mapping[str, Value] | None = None) -> Subject:
    """``given`` as a regularizer g(z) with C = 2; ``parameters`` are values and ranges for names in a text.

    A text or a function of h, or of chosen and rejected, is a penalty on the scores of a pair, and has to be the same
    when the answers are swapped; everything else is a regularizer as ``certify`` takes it.  Raises ``FormulaError`` and
    what ``subject_of`` raises.

    >>> margin_penalty_of("h**2/2").text, margin_penalty_of("l2").name
    ('mean((z - (total(z) - z))**2/2)', 'l2')
    """
    asked = dict(parameters or {})
    for name in asked:
        check_name(name)
    try:
        with stopping():
            return _read(given, asked)
    except Undecided as stop:
        raise FormulaError(f"penalty: {stop.reason}") from stop


def _read(given: Given, asked: dict[str, Value]) -> Subject:
    if isinstance(given, str):
        return _of_text(given, asked)
    _refuse_unused({*asked})
    if isinstance(given, Formula) and not given.names.isdisjoint(NAMES):
        return _of_scores(FORMULA, given)
    if isinstance(given, type):
        raise class_given(given, "penalty")
    if isinstance(given, Entry) and given.kind != "regularizer":
        raise FormulaError(f"penalty: got the {given.kind} {given.name}; {ACCEPTED}")
    if not callable(given) and not isinstance(given, Entry | Formula | Subject):
        raise FormulaError(f"penalty: got {type(given).__name__}; {ACCEPTED}")
    if callable(given) and {*needed_arguments(getattr(given, "forward", given))} in ({MARGIN}, {*SCORES}):
        code = score_code(given, "penalty")
        return _of_scores(code.name, code.formula, code.notes)
    try:
        return subject_of(given, "regularizer", PAIR)
    except FormulaError as error:
        told = str(error).removeprefix("regularizer: ")
        raise FormulaError(f"penalty: {told}; {_CALLED}") from error


def _of_text(text: str, asked: dict[str, Value]) -> Subject:
    words = {t.text for t in tokens(text) if t.kind == "name"}
    if is_word(text) and words.isdisjoint(NAMES):
        _refuse_unused({*asked})
        return _of_name(text.strip())
    # What has neither z nor a name of the catalogue in it is read as a function of the scores, and so are its errors.
    if not words.isdisjoint(NAMES) or ("z" not in words and not any(map(kind_named, words - {*asked}))):
        scores = {s.name: s for s in score_symbols(*NAMES)}
        try:
            formula = parsed(text, parameters={**scores, **asked}, kind="penalty")
        except FormulaError as error:
            raise of_argument("penalty", error) from None
        _refuse_unused({*asked} - words)
        return _of_scores(FORMULA, formula)
    try:
        found = composed(text, parameters=asked, kind="regularizer")
    except FormulaError as error:
        raise FormulaError(f"penalty: {str(error).removeprefix('regularizer: ')}") from None
    _refuse_unused({*asked} - found.used)
    return subject_of_composed(text, found, "regularizer")


def _of_name(name: str) -> Subject:
    try:
        return subject_of(name, "regularizer", PAIR)
    except UnknownNameError as error:
        known = [*names("regularizer"), *other_names("regularizer")]
        kind = next((k for k in ("loss", "preference") if name in (*names(k), *other_names(k))), None)
        told = (
            f"there is none called {shown(name, 80)}{did_you_mean(name, known)}"
            if kind is None
            else f"{name} is a {kind}"
        )
        raise UnknownNameError(f"penalty: {told}; {ACCEPTED}") from error


def _refuse_unused(names: set[str]) -> None:
    if names:
        raise ParameterError(
            f"{', '.join(sorted(names))}: the penalty has no parameter of this name, only those that are written in it"
        )


def _of_scores(name: str, formula: Formula, notes: tuple[str, ...] = ()) -> Subject:
    refuse_both(formula.names, str(formula), "penalty")
    if formula.names.isdisjoint(NAMES):
        raise FormulaError(
            f"penalty: {formula} does not depend on the scores; write one that grows with |h|, as h**2/2"
        )
    if not _is_even(formula):
        raise FormulaError(
            f"penalty: {formula} is not shown to be the same when the two answers are swapped, so it may know which of "
            "them is preferred; write an even function of h, as h**2/2 or cosh(h), or one in which the two scores can "
            "be swapped, and move the rest into the loss"
        )
    return Subject(name, penalty_of_scores(formula), classes=PAIR, notes=notes)


def _is_even(formula: Formula) -> bool:
    try:
        return found_equal(formula, swapped(formula))
    except Undecided as stop:
        raise FormulaError(
            f"penalty: {formula}: the time was over before it was seen whether it is the same when the two answers are "
            "swapped; simplify the formula, give values to parameters, or write it in h**2"
        ) from stop
