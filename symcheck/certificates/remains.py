"""What a verdict leaves: the theorem that applies, what still holds where the conditions fail, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symcheck.certificates.model_families import ModelFamily
from symcheck.findings.case import Case
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.problem import Problem
from symcheck.theorems.base import SHARED, Facts, Theorem


class RemainsKind(Enum):
    """How much of what was asked for is left."""

    THEOREM = "the conditions hold, and a theorem applies"
    SHARED_FEATURES = "the conditions fail somewhere; models with shared features keep their predictions in the limit"
    ANOTHER_THEOREM = "the conditions fail somewhere, and a theorem that needs less applies"
    NOTHING = "the conditions fail somewhere, and no theorem applies"
    UNKNOWN = "a condition could not be decided"


@dataclass(frozen=True)
class Remains:
    """What a verdict leaves: of which ``kind`` it is, and the ``sentence`` for readers."""

    kind: RemainsKind
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def remains_of(
    facts: Facts, verdict: Verdict, applying: tuple[Theorem, ...], families: tuple[ModelFamily, ...]
) -> Remains:
    """What ``verdict`` on the pair of ``facts`` leaves, given the theorems that apply and what holds by family."""
    if verdict is Verdict.PROVED:
        return Remains(RemainsKind.THEOREM, _proved(facts, applying[0]))
    shared = next(f for f in families if f.name == SHARED)
    if shared.verdict is Verdict.PROVED:
        return Remains(RemainsKind.SHARED_FEATURES, f"What still holds: {shared.detail}.")
    if applying:
        return Remains(RemainsKind.ANOTHER_THEOREM, f"What is left: {applying[0].name}: {applying[0].concludes}.")
    if verdict is Verdict.UNDECIDED:
        return Remains(RemainsKind.UNKNOWN, "Nothing is claimed: a condition could not be decided.")
    told = "The condition is false somewhere in the scope; this says nothing about what training does there."
    return Remains(RemainsKind.NOTHING, told)


def anchored(found: Remains, problem: Problem, facts: Facts, verdict: Verdict, cases: tuple[Case, ...]) -> Remains:
    """``found``, and for a pair with an anchor what moves it and where it holds."""
    if problem.anchor is None:
        return found
    told = [found.sentence]
    gradient = facts.finding(Condition.LOSS_GRADIENT)
    if gradient.verdict is Verdict.REFUTED and found.kind is not RemainsKind.SHARED_FEATURES:
        told.append(_MOVES)
    if verdict is not Verdict.PROVED:
        held = dict.fromkeys(c.where for c in cases if c.is_special and c.verdict is Verdict.PROVED)
        told += [f"It is PROVED where {where}." for where in held]
    return Remains(found.kind, "  ".join(told))


_MOVES = (
    "Noise turns the gradient b_Y at the anchor into d + a (b_Y - d) and leaves d(x) = (1/C) sum_k grad l(z_ref(x), k) "
    "as it is: where d is not 0 the limit of noisy labels may be another one than that of clean labels."
)


def _proved(facts: Facts, theorem: Theorem) -> str:
    told = f"{theorem.name} applies: {theorem.concludes}."
    held = facts.finding(Condition.MINIMISERS_HELD)
    if held.verdict is not Verdict.REFUTED:
        return told
    return f"{told}  Minimisers are not held: {held.detail}."
