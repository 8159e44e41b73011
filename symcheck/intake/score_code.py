"""Code of the scores of a pair: of h, or of chosen and rejected, run on symbols or on symbolic tensors."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from symcheck.errors import FormulaError
from symcheck.intake.signatures import signature_of
from symcheck.intake.subject_name import own_name
from symcheck.intake.torch.recognise import is_torch
from symcheck.language.formula import Formula
from symcheck.language.recording import OfScores, recorded_code
from symcheck.language.scores import MARGIN, SCORES, check_name, score_symbols
from symcheck.reason import Undecided

_HIDDEN = ("score_0", "score_1")
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class ScoreCode:
    """What code of the scores computes: its ``name``, if that is accepted, its ``formula``, and ``notes`` on it."""

    name: str
    formula: Formula
    notes: tuple[str, ...] = ()


def score_code(code: Callable[..., object], what: OfScores) -> ScoreCode:
    """What ``code`` computes, which is called with (h) or with (chosen, rejected); ``what`` it is, for errors.

    Raises ``FormulaError`` for other arguments, and for code that has no formula.

    >>> score_code(lambda h: -h, "preference").formula.names
    frozenset({'h'})
    """
    names = scores_taken(code, what)
    called = own_name(getattr(code, "__name__", type(code).__name__))
    if is_torch(code):
        return _of_torch(code, names, called, what)
    try:
        return ScoreCode(called, _recorded(code, names, what))
    except FormulaError:
        # What it computes with need not be seen in its code.
        if "torch" not in sys.modules:
            raise
        with suppress(FormulaError, Undecided):
            return _of_torch(code, names, called, what)
        raise


def scores_taken(code: Callable[..., object], what: str) -> tuple[str, ...]:
    """Which scores ``code`` is a function of: ``("h",)`` or ``("chosen", "rejected")``; else ``FormulaError``.

    >>> scores_taken(lambda margin: -margin, "preference")
    ('h',)
    """
    signature = signature_of(getattr(code, "forward", code))
    if signature is None:
        return (MARGIN,)
    needed = [p.name for p in signature.parameters.values() if p.default is p.empty and p.kind not in _VARIABLE]
    if sorted(needed) == sorted(SCORES):
        return SCORES
    if len(needed) == 1 and needed[0] not in (*SCORES, "z", "y"):
        return (MARGIN,)
    raise FormulaError(
        f"{what}: a {what} is called with (h), or with (chosen, rejected), by these names, and this one takes "
        f"{signature}: a pair has two answers and no third class; write lambda h: ... or lambda chosen, rejected: ..., "
        "and certify a loss of (z, y) with symcheck.certify"
    )


def _recorded(code: Callable[..., object], names: Sequence[str], what: OfScores) -> Formula:
    code = _by_name(code, names)
    formula = recorded_code(code, what, score_symbols(*names))
    # A parameter of the code that is called as a score would be taken for it.
    for name in recorded_code(code, what, score_symbols(*_HIDDEN[: len(names)])).names:
        check_name(name)
    return formula


def _by_name(code: Callable[..., object], names: Sequence[str]) -> Callable[..., object]:
    """``code``, called with both scores by their names: (rejected, chosen) is taken as it is written."""
    if len(names) == 1:
        return code
    return lambda chosen, rejected: code(**{SCORES[0]: chosen, SCORES[1]: rejected})


def _of_torch(code: Callable[..., object], names: Sequence[str], called: str, what: OfScores) -> ScoreCode:
    from symcheck.intake.torch.scores import recorded_torch_scores  # loads SymPy, for torch code alone

    return ScoreCode(called, *recorded_torch_scores(code, names, what))
