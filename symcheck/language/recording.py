"""Recording: a formula's code is run on symbols, and what it leaves behind is the formula."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from fractions import Fraction
from numbers import Rational
from pathlib import Path
from types import TracebackType
from typing import Literal, get_args

from symcheck.errors import FormulaError, SymcheckError, did_you_mean
from symcheck.language.exact import LONGEST_NUMBER
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import FUNCTIONS
from symcheck.language.scores import uses_classes
from symcheck.language.term import Label, Pairs, Term, lift, what_it_is
from symcheck.reason import Undecided

Kind = Literal["loss", "regularizer", "preference"]
"""A loss is a function of z and y, a regularizer of z alone, a preference of h, or of chosen and rejected."""

OfScores = Literal["preference", "penalty"]
"""A function of the scores of a pair is a preference or a penalty on them."""

OF_SCORES = get_args(OfScores)
"""The same two words."""

_LARGEST: int = 10**LONGEST_NUMBER
_PACKAGE = f"{Path(__file__).parent.parent}{os.sep}"
_SHOWN = 60


def recorded_code(code: Callable[..., object], kind: Kind | OfScores, of: Sequence[Term] | None = None) -> Formula:
    """The formula that ``code`` computes, from one run on symbols and a second one that has to equal it.

    ``code`` is called with (z, y) for a loss, with (z) for a regularizer and with the scores ``of`` the pair for a
    preference or a penalty on them, and returns a scalar term or an exact number.  Raises ``FormulaError`` if it
    raises, returns something else, differs between the two runs, is a regularizer that uses the label, or a preference
    that uses more than the scores; errors of symcheck itself pass through, with a note that names the line, and of the
    scores in their words.

    >>> print(recorded_code(lambda z, y: -z[y], "loss"))
    -z[y]
    """
    # Code with a random number or a counter in it records another formula the second time.
    formula, again = _run(code, kind, of), _run(code, kind, of)
    if formula != again:
        raise FormulaError(
            f"the {kind} is not a function of its arguments: one run recorded {_cut(str(formula))} and the next "
            f"{_cut(str(again))}; take out whatever changes between two calls, such as random numbers or a counter"
        )
    if kind == "regularizer" and formula.uses_label:
        raise FormulaError(
            f"the regularizer uses the label: {_cut(str(formula))}; a regularizer is a function of z alone, "
            "so move what depends on y into the loss"
        )
    if kind in OF_SCORES and uses_classes(formula):
        raise FormulaError(
            f"the {kind} uses classes: {_cut(str(formula))}; a {kind} is about two answers: write it "
            "with h, or with chosen and rejected, and certify a loss for C classes with symcheck.certify"
        )
    return formula


def is_too_long(number: Fraction) -> bool:
    """Whether ``number`` has more than ``LONGEST_NUMBER`` digits above or below its fraction bar."""
    return abs(number.numerator) >= _LARGEST or number.denominator >= _LARGEST


def one_number(kind: str, term: Term) -> str:
    """How ``term``, which has several entries, becomes the one number that a ``kind`` of formula has to be."""
    if kind in OF_SCORES:
        return "a pair has two scores and no classes, so write functions of h, or of chosen and rejected"
    if isinstance(term, Pairs):
        return "sum over all pairs of classes with pair_total(...)"
    entry = "" if kind == "regularizer" else ", or take the entry of the label with [y]"
    return f"sum over the classes with total(...), average with mean(...){entry}"


def _run(code: Callable[..., object], kind: Kind | OfScores, of: Sequence[Term] | None) -> Formula:
    arguments = of if of is not None else symbols() if kind == "loss" else symbols()[:1]
    try:
        value = code(*arguments)
    except SymcheckError as error:
        place = _place(error.__traceback__)
        if isinstance(error, FormulaError):
            said = error.of_pair if kind in OF_SCORES else error.of_regularizer if kind == "regularizer" else ""
            error.args = (said,) if said else error.args
        if place:
            error.add_note(f"raised by the {kind} in {place}")
        raise
    except Undecided:  # the budget, which the caller tells
        raise
    except Exception as error:
        raise _translated(error, kind) from error
    term = _term(value, kind)
    formula = Formula.of(term)
    if any(n.number is not None and is_too_long(n.number) for n in formula.nodes):
        raise FormulaError(
            f"the {kind} computes with a number of more than {LONGEST_NUMBER} digits: write it as a power, "
            "with a Parameter or a logarithm in the place of the number"
        )
    if not formula.is_scalar:
        raise FormulaError(
            f"the {kind} returned the {what_it_is(term).removeprefix('a ')} {_cut(str(formula))} and has to return one "
            f"number: {one_number(kind, term)}"
        )
    return formula


def _term(value: object, kind: Kind | OfScores) -> Term:
    if isinstance(value, Term):
        return value
    if value is None:
        raise FormulaError(f"the {kind} returned None: its code has to end with return and the value of the formula")
    if isinstance(value, Label):
        raise FormulaError(f"the {kind} returned the label y itself, which is a name and not a number: write z[y]")
    if isinstance(value, (int, float, Rational)) and not isinstance(value, bool):
        return lift(value)
    shown = f"{value!r}, " if isinstance(value, (bool, str)) else ""
    raise FormulaError(
        f"the {kind} returned {_cut(shown)}an object of type {_type_name(value)}: it has to return one number, "
        f"made of {'the scores' if kind in OF_SCORES else 'z'}, numbers, Parameters and the functions of symcheck"
    )


def _translated(error: Exception, kind: Kind | OfScores) -> FormulaError:
    """An error of the user's code as one that says where it arose and, if known, what to write instead."""
    place = _place(error.__traceback__)
    where = f" ({place})" if place else ""
    # numpy's own words where a term has told it to keep out.
    if isinstance(error, TypeError) and "__array_ufunc__" in str(error):
        example = "h" if kind in OF_SCORES else "z"
        return FormulaError(
            f"the {kind} hands a symbol to numpy: use the functions of symcheck, such as symcheck.exp({example}){where}"
        )
    if isinstance(error, AttributeError) and isinstance(error.obj, (Term, Label)):
        if kind in OF_SCORES:
            return FormulaError(
                f"the {kind} uses .{error.name} of a score, which is one number and has no attributes: write the "
                f"functions of symcheck, such as -symcheck.log_sigmoid(h){where}"
            )
        near = did_you_mean(error.name or "", FUNCTIONS)
        return FormulaError(
            f"the {kind} uses .{error.name} of a symbol, which has only .C, the number of classes: write the "
            f"functions of symcheck, such as symcheck.total(z){near}{where}"
        )
    text = f": {error}" if str(error) else ""
    return FormulaError(f"the {kind} raised {type(error).__name__}{text}{where}")


def _place(traceback: TracebackType | None) -> str:
    """File and line of the user's code, where the error left it: the innermost line of the outermost file."""
    home, line = "", 0
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file == home or (not home and not file.startswith(_PACKAGE)):
            home, line = file, traceback.tb_lineno
        traceback = traceback.tb_next
    return f"{Path(home).name}, line {line}" if home else ""


def _type_name(value: object) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
