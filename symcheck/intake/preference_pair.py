"""Preference losses and their penalties on a command line, with values and ranges for their parameters."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcheck.errors import ParameterError, SymcheckError
from symcheck.intake.code_file import is_code
from symcheck.intake.completed_names import Named, completes
from symcheck.intake.pair import accepted_parameters, param_argument, parameters_of
from symcheck.intake.tokens import is_word, tokens
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from symcheck.language.scores import NAMES

if TYPE_CHECKING:
    from symcheck.intake.preference_subject import PreferenceSubject
    from symcheck.problem import Subject  # a help text needs neither


def preference_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that name a preference loss and a penalty, as ``preference_pair_of`` reads them."""
    names = parser.add_argument(
        "names", nargs="*", metavar="NAME PENALTY",
        help='a preference loss (symcheck list preferences), or a formula in h = chosen - rejected, "softplus(-h)", or '
        'in chosen and rejected, where beta is any number > 0; then a penalty, "h**2/2", or a regularizer, l2',
    )  # fmt: skip
    completes(names, Named.PREFERENCE, Named.REGULARIZER)
    parser.add_argument("--formula", metavar="TEXT", help="the preference loss as a formula, which NAME may be as well")
    parser.add_argument("--penalty-formula", metavar="TEXT", help="the penalty as a formula, as PENALTY may be")
    param_argument(parser)


@dataclass(frozen=True)
class PreferencePair:
    """A ``preference`` loss and a ``penalty``, None for none, with the ``text`` that means it as it stands."""

    preference: PreferenceSubject
    penalty: Subject | None
    text: str


def preference_pair_of(options: argparse.Namespace, command: str) -> PreferencePair:
    """The preference loss and the penalty, with the values and ranges given for their parameters.

    Raises ``SymcheckError`` for names too many or too few, ``ParameterError`` for a parameter that neither has.
    """
    from symcheck.intake.margin_penalty import margin_penalty_of  # a help text needs neither
    from symcheck.intake.preference_given import preference_of

    names = [name.strip() for name in options.names]
    given = [text or (names.pop(0) if names else None) for text in (options.formula, options.penalty_formula)]
    text, penalty = given
    if names or text is None:
        got = " ".join(name.strip() for name in options.names) or "none"
        raise SymcheckError(
            f"{command}: got the names {got}; accepted: NAME, or NAME and PENALTY, as in symcheck {command} dpo, or "
            f'symcheck {command} "softplus(-h)" "h**2/2"'
        )
    parameters = parameters_of(options.param)
    if any(is_code(t) for t in given if t is not None):
        raise SymcheckError(
            f"{command}: code in a file is not read for preference losses; write the formula in h, or in chosen and "
            "rejected, or call symcheck.certify_preference in Python"
        )
    of_loss = _in(text, "preference", parameters)
    if penalty is not None and is_word(penalty):
        margin_penalty_of(penalty)  # of a name that is none it tells what a penalty may be
    of_penalty = {} if penalty is None else _in(penalty, "regularizer", parameters)
    unused = {*parameters} - {*of_loss, *of_penalty}
    if unused:
        known = {*of_loss, *of_penalty, *_declared(text, "preference"), *_declared(penalty or "", "regularizer")}
        raise ParameterError(
            f"--param: neither the loss nor the penalty has a parameter {', '.join(sorted(unused))}"
            f"{accepted_parameters(known)}"
        )
    preference = preference_of(text, of_loss)
    if penalty is None:
        return PreferencePair(preference, None, "")
    if is_word(penalty) and of_penalty:
        from symcheck.intake.catalogue import regularizer_named

        return PreferencePair(preference, margin_penalty_of(regularizer_named(penalty).at(**of_penalty)), "")
    found = margin_penalty_of(penalty, of_penalty)
    return PreferencePair(preference, found, "" if of_penalty else " ".join(penalty.split()))


def _in(text: str, kind: Kind, parameters: Mapping[str, str | Parameter]) -> dict[str, str | Parameter]:
    """Those of the ``parameters`` that ``text`` has: an entry those that it declares, a formula those written in it."""
    known = _declared(text, kind) if _is_entry(text) else {t.text for t in tokens(text) if t.kind == "name"}
    return {n: v for n, v in parameters.items() if n in known}


def _declared(text: str, kind: Kind) -> set[str]:
    """The parameters of the entry that ``text`` names; none of a formula, where --param is about what is new in it."""
    from symcheck.intake.catalogue import preference_named, regularizer_named  # a help text needs neither

    if not _is_entry(text):
        return set()
    return {*(preference_named if kind == "preference" else regularizer_named)(text).declared}


def _is_entry(text: str) -> bool:
    return is_word(text) and text not in NAMES
