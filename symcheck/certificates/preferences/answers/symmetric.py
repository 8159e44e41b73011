"""Symmetric preference losses: a loss and that of the flipped pair add up to a constant (Ghosh, THEORY 17)."""

from __future__ import annotations

from dataclasses import replace

from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.asked import Asked
from symcheck.certificates.preferences.counterpoints import not_symmetric
from symcheck.certificates.preferences.models import EVERY
from symcheck.conditions.detached import NOTHING_TO_MINIMISE
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict

NAME, RANK = "symmetric", 0

_ALONE = (
    "flips with a probability eps < 1/2 multiply the risk by 1 - 2 eps, up to a constant, and move no minimiser and no "
    "local one"
)
_WITH_A_PENALTY = (
    "flips with a probability eps < 1/2 do what a larger weight does: the minimisers at lambda are those of clean "
    "pairs at lambda/(1 - 2 eps), and so clean and flipped pairs share their limits as lambda -> oo"
)


def question(asked: Asked) -> PreferenceAnswer:
    """Whether f(chosen, rejected) + f(rejected, chosen) is constant."""
    return PreferenceAnswer(NAME, f"{asked.f} + {asked.swapped} is constant", EVERY)


def settled(asked: Asked, blank: PreferenceAnswer) -> PreferenceAnswer:
    """A point refutes it, or a canonical form shows it."""
    if asked.facts.detaches:
        return replace(blank, reason=NOTHING_TO_MINIMISE)
    witness = not_symmetric(asked)
    if witness is not None:
        return replace(blank, verdict=Verdict.REFUTED, detail=_CHANGES, witness=witness)
    finding = asked.facts.finding(Condition.LOSS_SYMMETRIC)
    if finding.verdict is Verdict.PROVED:
        told = _ALONE if asked.penalty is None else _WITH_A_PENALTY
        return replace(blank, verdict=Verdict.PROVED, detail=told, assumptions=(_FINITE,))
    detail = _CHANGES if finding.verdict is Verdict.REFUTED else "not shown"
    return replace(blank, verdict=finding.verdict, detail=detail, witness=finding.witness, reason=finding.reason)


_CHANGES = "it changes with the scores"
_FINITE = "the loss and the flipped one exist at the scores of the model, and their expectations are finite"
