"""The certificate of a loss alone in words: what noise does to its minimisers without a penalty."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.answer import Answer
from symcheck.certificates.places_in_words import NOISE, UNDER_NOISE, proved_somewhere, with_the_rate
from symcheck.conditions.detached import has_detached
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.theorems.base import CONE, EVERY


def alone_in_words(c: Answer) -> str:
    """What ``c``, which is about a loss without a penalty, says in at most three sentences."""
    told = {Verdict.PROVED: _proved, Verdict.REFUTED: _refuted, Verdict.UNDECIDED: _undecided}[c.verdict]
    return " ".join(told(c))


def _proved(c: Answer) -> Iterator[str]:
    covered = {family for theorem in c.theorems for family in theorem.covers}
    if EVERY in covered:
        yield (
            f"Without any penalty, {NOISE} leaves the minimisers of l where they are, on every model: over all labels "
            "l adds up to the same number at all scores."
        )
    elif CONE in covered:
        yield (
            f"Without any penalty, {NOISE} only scales the minimisers of l: on a model whose scores can be scaled, a "
            "linear classifier for one, it moves no prediction."
        )
    else:
        yield (
            f"Without any penalty, {NOISE} moves no prediction of a linear classifier with features that the classes "
            "share."
        )
    yield f"This holds for {with_the_rate(c.scope)}, under the assumptions below, wherever there are minimisers."
    # Noise may leave alone what is wrong from the start.
    if c.tier not in (Tier.EXACT, Tier.SCALED, Tier.QUOTIENT, Tier.SYMLIN, None):
        yield "At scores 0, though, the slope of l is not a pull of one strength towards each label."


def _refuted(c: Answer) -> Iterator[str]:
    yield (
        f"Without a penalty no theorem covers this loss, at least somewhere in the scope: {UNDER_NOISE} adds a "
        "multiple of its sum over all labels, which depends on the scores."
    )
    somewhere = proved_somewhere(c)
    held = (
        f"It is PROVED {somewhere}" if somewhere else "That is no word against training, which may do well on your data"
    )
    with_l2 = "; with the penalty l2 it is PROVED in the limit of a large lambda" if _is_proved_with_l2(c) else ""
    yield f"{held}{with_l2}."


def _undecided(c: Answer) -> Iterator[str]:
    if c.problem.unread is not None:
        yield "Nothing is claimed: the code was not read as a formula, and what would settle it stands below."
    elif has_detached(c.loss.formula):
        yield (
            "Nothing is claimed: a part of the loss is detached, so that training follows a field, and need not "
            "minimise a function."
        )
    else:
        yield "Nothing is claimed: no theorem without a penalty was shown to cover this loss in the whole scope."
    somewhere = proved_somewhere(c)
    if somewhere:
        yield f"It is PROVED {somewhere}."
    if _is_proved_with_l2(c):
        yield "With the penalty l2 it is PROVED in the limit of a large lambda."


def _is_proved_with_l2(c: Answer) -> bool:
    """Whether the conditions on l at 0 hold: those on l2, which is smooth with the Hessian I, do."""
    needed = (Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT)
    if has_detached(c.loss.formula):
        return False
    findings = [c.finding(condition) for condition in needed]
    return all(f is not None and f.verdict is Verdict.PROVED for f in findings)
