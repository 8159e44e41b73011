"""Symmetric preference losses: a loss and that of the flipped pair add up to a constant (Ghosh, THEORY 17)."""

from __future__ import annotations

from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.asked import Asked
from symcheck.certificates.preferences.counterpoints import not_symmetric
from symcheck.certificates.preferences.models import EVERY
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


def answer(asked: Asked) -> PreferenceAnswer:
    """Whether f(chosen, rejected) + f(rejected, chosen) is constant: by its canonical form, else a point refutes it."""
    statement = f"{asked.f} + {asked.swapped} is constant"

    def made(verdict: Verdict, detail: str, **why: object) -> PreferenceAnswer:
        return PreferenceAnswer(NAME, statement, verdict, EVERY, detail, **why)  # type: ignore[arg-type]

    if asked.obstacle is not None:
        return made(Verdict.UNDECIDED, "not derived", reason=asked.obstacle)
    witness = not_symmetric(asked)
    if witness is not None:
        return made(Verdict.REFUTED, "it changes with the scores", witness=witness)
    finding = asked.facts.finding(Condition.LOSS_SYMMETRIC)
    if finding.verdict is Verdict.PROVED:
        told = _ALONE if asked.penalty is None else _WITH_A_PENALTY
        return made(
            Verdict.PROVED, told, assumptions=("the expectations of the loss and of the flipped one are finite",)
        )
    return made(
        finding.verdict,
        "it changes with the scores" if finding.witness else "not shown",
        witness=finding.witness,
        reason=finding.reason,
    )
