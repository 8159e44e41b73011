"""A certificate in words: what holds, for which C, and what it means for training, for readers who know softmax.

Each sentence is chosen by what the certificate holds: its verdict, cases, theorems that apply and families of models.
"In expectation" stands beside noise because the theorems are about the law of noisy labels, not labels drawn once.
"""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.answer import Answer
from symcheck.certificates.by_verdict import deciding_finding
from symcheck.certificates.in_words_alone import alone_in_words
from symcheck.certificates.places_in_words import (
    NOISE,
    SOMEWHERE,
    UNDER_NOISE,
    at_zero,
    below_chance,
    has_anchor,
    near_zero,
    proved_somewhere,
    where_it_fails,
    with_the_rate,
)
from symcheck.conditions.detached import has_detached
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.theorems.base import REFERENCE, SHARED

EVERY_LAMBDA = "Theorem 1"
"""The theorem about every lambda and not only about a limit."""

LOCAL = "Theorem 2"
"""The theorem about one branch of stationary points, near the point where all scores are 0."""


def in_words(c: Answer) -> str:
    """What ``c`` says, in at most three sentences.

    >>> from symcheck.certificates.certify import certify
    >>> in_words(certify("gce", "quartic")).partition(":")[0]
    'For every C >= 2 and every q in (0, 1], a condition of the theorems on label noise fails'
    """
    if c.problem.is_alone:
        return alone_in_words(c)
    told = {Verdict.PROVED: _proved, Verdict.REFUTED: _refuted, Verdict.UNDECIDED: _undecided}[c.verdict]
    return " ".join(told(c))


# PROVED


def _proved(c: Answer) -> Iterator[str]:
    holds = f"This holds for {with_the_rate(c.scope)}"
    if _is_at_every_lambda(c):
        yield (
            f"At every lambda, {NOISE} only scales the minimisers of l + lambda g: on a model whose {_scaled(c)} can "
            f"be scaled, {_linear(c)} for one, it moves {_nothing_else(c)}."
        )
        yield f"{holds}, under the assumptions below, wherever there are minimisers."
    elif _is_proved(c, SHARED):
        yield (
            f"Train {_linear(c)} to the minimum of l + lambda g: in the limit lambda -> oo, {NOISE} only shortens "
            f"{_the_scores(c)} and moves {_nothing_else(c)}."
        )
        yield f"{holds}, under the assumptions below; how large lambda has to be depends on the data."
    else:
        yield from _near_zero(c, f"{holds}, under the assumptions below")


def _near_zero(c: Answer, holds: str) -> Iterator[str]:
    """What Theorem 2 says: of what is near the point where the scores are 0, and of nothing else."""
    shortens = f"{NOISE} only shortens {_the_scores(c)} there and moves {_nothing_else(c)}"
    if has_detached(c.loss.formula, c.regularizer.formula):
        yield "A part of l or g is detached: training follows a field and need not minimise anything."
        yield f"With a large lambda it can rest {near_zero(c)}; in the limit, {shortens}."
        yield f"{holds}."
        return
    yield f"With a large lambda, l + lambda g has one minimum {near_zero(c)}; as lambda -> oo, {shortens}."
    yield f"{holds}."
    yield "Nothing is claimed further away, where minimisers may be missing."


def _is_at_every_lambda(c: Answer) -> bool:
    return any(t.name == EVERY_LAMBDA for t in c.theorems)


def _is_proved(c: Answer, family: str) -> bool:
    return any(f.name == family and f.verdict is Verdict.PROVED for f in c.families)


def _linear(c: Answer, *, anchored: str = "the anchor plus a linear classifier") -> str:
    """A linear classifier, or what it is with an anchor; with a word more where the classes have to share features."""
    model = anchored if has_anchor(c) else "a linear classifier"
    return model if _is_proved(c, REFERENCE) else f"{model} with features that the classes share"


def _scaled(c: Answer) -> str:
    return "difference to the anchor" if has_anchor(c) else "scores"


def _the_scores(c: Answer) -> str:
    """What noise shortens: scores, or their differences where a number that all of them share means nothing."""
    if has_anchor(c):
        return "the difference to the anchor"
    is_shifted = c.quotient or any(case.quotient for case in c.cases)
    return "the differences between the scores" if is_shifted else "the scores"


def _nothing_else(c: Answer) -> str:
    # With an anchor the predictions that are compared are those of the difference, which nobody sees.
    return "nothing else" if has_anchor(c) else "no prediction"


# REFUTED


def _refuted(c: Answer) -> Iterator[str]:
    yield f"{where_it_fails(c)}, a condition of the theorems on label noise fails: {_what_fails(c)}."
    yield _left(c)
    somewhere = proved_somewhere(c)
    if somewhere:
        yield f"It is PROVED {somewhere}."


def _what_fails(c: Answer) -> str:
    finding = deciding_finding(c)
    if finding is None:
        return _FAILS["other"]
    if finding.condition in (Condition.LOSS_GRADIENT, Condition.LOSS_GRADIENT_SUM):
        return _PULLS.get(_failing_tier(c), _ANY_PULL).format(at=at_zero(c))
    return _FAILS.get(finding.condition, _FAILS["other"]).format(at=at_zero(c))


def _failing_tier(c: Answer) -> Tier | None:
    """A tier that the loss has where the sentence says that its gradient fails; None if that is more than one."""
    if where_it_fails(c) == SOMEWHERE:
        return c.tier
    cases = [case for case in c.cases if case.verdict is Verdict.REFUTED and not case.is_special]
    tiers = {case.tier for case in cases}
    return tiers.pop() if len(tiers) == 1 and all(case.is_one_tier for case in cases) else None


_ANY_PULL = "{at}, the slope of l is not a pull of one strength towards each label"

_PULLS: dict[Tier | None, str] = {
    Tier.QUOTIENT: (
        "{at}, the loss pulls all scores in one direction, whatever the label is (a drift), which noise does not shrink"
    ),
    Tier.CLASSWISE: "{at}, the loss does not pull towards each label with the same strength",
    Tier.ZERO: "{at}, the loss has no slope, so that labels give no signal there",
    Tier.NONDIFF: "{at}, the loss has no gradient, as at a kink",
}

_FAILS: dict[Condition | str, str] = {
    Condition.LOSS_SMOOTH: "{at}, the loss is not twice continuously differentiable",
    Condition.REGULARIZER_SMOOTH: "{at}, the penalty is not twice continuously differentiable",
    Condition.REGULARIZER_GRADIENT: "{at}, the slope of the penalty is not 0",
    Condition.REGULARIZER_CURVATURE: "{at}, the penalty does not curve upwards in every direction",
    "other": "it is the first that is REFUTED below",
}


def _left(c: Answer) -> str:
    """What holds although the condition fails, or is open."""
    chance = below_chance(c.scope)
    noise = f"{UNDER_NOISE} of every rate {chance}"
    if _is_at_every_lambda(c):
        return (
            f"Even so, at every lambda, {noise} only scales the minimisers, and moves {_nothing_else(c)} on a "
            f"model whose {_scaled(c)} can be scaled, under the assumptions below."
        )
    if _is_proved(c, SHARED):
        # With an anchor the predictions that are compared are those of the difference.
        model = _linear(c, anchored="a linear difference to the anchor")
        return (
            f"Even so, in the limit lambda -> oo, {noise} moves no prediction of {model}, under the assumptions below."
        )
    if _is_proved(c, REFERENCE):
        return (
            "Even so, with the last score held at 0, clean and noisy labels share one limit direction of the scores "
            f"{near_zero(c)}, as lambda -> oo, for every noise rate {chance}, under the assumptions below."
        )
    return _NO_PROMISE


_NO_PROMISE = "So nothing is promised of noise; that is no word against training, which may do well on your data."


# UNDECIDED


def _undecided(c: Answer) -> Iterator[str]:
    finding = deciding_finding(c)
    if c.problem.unread is not None:
        yield "Nothing is claimed: the code was not read as a formula, and what would settle it stands below."
    elif finding is None:
        yield "Nothing is claimed: a condition of the theorems is open."
    else:
        whether = _OPEN.get(finding.condition, "the first condition that is UNDECIDED below holds")
        yield (
            f"Nothing is claimed: it is open whether {whether.format(at=at_zero(c))}; what would settle it stands "
            "below."
        )
    left = _left(c)
    if left != _NO_PROMISE:
        yield left
    somewhere = proved_somewhere(c)
    if somewhere:
        yield f"It is PROVED {somewhere}."


_OPEN: dict[Condition, str] = {
    Condition.LOSS_SMOOTH: "the loss is twice continuously differentiable {at}",
    Condition.LOSS_GRADIENT: "the loss pulls towards each label with one strength {at}",
    Condition.LOSS_GRADIENT_SUM: "the pulls of all labels add up to 0 {at}",
    Condition.REGULARIZER_SMOOTH: "the penalty is twice continuously differentiable {at}",
    Condition.REGULARIZER_GRADIENT: "the slope of the penalty is 0 {at}",
    Condition.REGULARIZER_CURVATURE: "the penalty curves upwards in every direction {at}",
}
