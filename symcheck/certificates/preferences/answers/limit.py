"""One limit direction for every rate of flips, as the weight of a penalty grows (Theorem 2, THEORY 17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.model_families import covering
from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.answers.exact import EVERY_WEIGHT
from symcheck.certificates.preferences.asked import Asked
from symcheck.certificates.preferences.counterpoints import is_positive_in_h, no_power_of_the_scores
from symcheck.certificates.preferences.models import NETWORKS, cones
from symcheck.certificates.preferences.turned_pair import turned_pair
from symcheck.field.field import Field
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.readings.weight import shift_weight
from symcheck.reason import Code, Reason
from symcheck.theorems.base import CONE, Theorem

NAME, RANK = "limit", 2

LOCAL = "Theorem 2"
"""The theorem that speaks of networks as well."""

_HOLDS = "as lambda -> oo, clean and flipped pairs have one limit direction of the scores, for every rate eps < 1/2"
_NEAR = "that of one minimum near the point where all scores are 0"


def question(asked: Asked) -> PreferenceAnswer | None:
    """Whether the penalty makes the gradient at 0 decide, and that one points the right way; None without a penalty."""
    if asked.penalty is None:
        return None
    slope = "phi'(0) < 0" if asked.preference.in_margin else "d f/d rejected = -d f/d chosen > 0 at (0, 0)"
    statement = (
        f"{slope}, the loss is twice continuously differentiable there, and the penalty has positive second "
        f"derivatives there in every direction of {_scores(asked)}, or is positive off 0 and of one degree k > 1"
    )
    return PreferenceAnswer(NAME, statement, cones(asked))


def _scores(asked: Asked) -> str:
    return "h" if asked.is_in_margin else "the two scores"


def settled(asked: Asked, blank: PreferenceAnswer) -> PreferenceAnswer:
    """By the theorem on cones that applies, or by Theorem 2 near 0 alone; else what fails."""
    certificate, theorem = asked.certificate, on_cones(asked.certificate)
    local = next((t for t in certificate.theorems if t.name == LOCAL), None)
    there = () if local is None else certificate.origin.left_open(local)
    if theorem is not None:
        open_ = tuple(text for one in certificate.origin.left_open(theorem) for text in _in_scores(one, asked))
        open_ += tuple(f"for networks: {text}" for text in there if text not in open_)
        also = "" if local is None else f"; for networks {_NEAR} ({LOCAL})"
        about = blank.about + ("" if local is None else f"; also {NETWORKS}")
        detail = f"{theorem.name}: {_HOLDS}{also}"
        return replace(blank, verdict=Verdict.PROVED, about=about, detail=detail, assumptions=open_)
    if certificate.verdict is Verdict.PROVED and local is not None:
        detail = f"{LOCAL}: {_HOLDS}, {_NEAR}; further away minimisers need not exist"
        return replace(blank, verdict=Verdict.PROVED, about=NETWORKS, detail=detail, assumptions=there)
    if certificate.verdict is Verdict.PROVED:
        return replace(blank, detail="no theorem was shown to apply", reason=_NO_THEOREM)
    return _failing(asked, blank)


def _in_scores(assumption: str, asked: Asked) -> Iterator[str]:
    """What is assumed in the words of a pair, nothing where it is known of it."""
    if assumption != Condition.REGULARIZER_POSITIVE.value:
        yield assumption
    elif not _is_positive(asked):
        yield "g > 0 where h != 0" if asked.is_in_margin else "g > 0 where a score is not 0"


def _is_positive(asked: Asked) -> bool:
    if asked.is_in_margin and is_positive_in_h(asked):
        return True
    return asked.facts.finding(Condition.REGULARIZER_POSITIVE).verdict is Verdict.PROVED


_NO_THEOREM = Reason(
    Code.SIGN_UNKNOWN, "the conditions hold, and no theorem on cones or near 0 was shown to apply", "use the penalty l2"
)


def on_cones(certificate: Certificate) -> Theorem | None:
    """The theorem on cones that applies as the weight of the penalty grows, None if none does."""
    # Theorem 1 is about every weight, and asks nothing of the gradient of the pair near 0.
    limits = tuple(t for t in certificate.theorems if t.name != EVERY_WEIGHT)
    return covering(limits, CONE)


def _failing(asked: Asked, blank: PreferenceAnswer) -> PreferenceAnswer:
    verdict = asked.certificate.verdict
    findings = [f for f in asked.certificate.findings if f.condition is not Condition.SHIFT_INVARIANT]
    finding = next((f for f in findings if f.verdict is verdict), None)
    if finding is None:
        finding = next(f for f in asked.certificate.findings if f.verdict is verdict)
    if (
        finding.condition in _OF_THE_SECOND_ORDER
        and verdict is Verdict.REFUTED
        and no_power_of_the_scores(asked) is None
    ):
        return _of_a_power(asked, blank)
    witness, detail = finding.witness, _why(asked, finding)
    if finding.condition is Condition.LOSS_GRADIENT and asked.certificate.tier is Tier.QUOTIENT:
        turned = turned_pair(asked)
        if turned is not None:
            witness, detail = turned.witness, f"{detail}; {turned.told}"
    return replace(blank, verdict=verdict, detail=detail, witness=witness, reason=finding.reason)


_OF_THE_SECOND_ORDER = (Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_CURVATURE)
"""Conditions on the penalty that one degree k > 1 is in the place of."""


def _of_a_power(asked: Asked, blank: PreferenceAnswer) -> PreferenceAnswer:
    """Open: no second derivatives that are positive, and no point speaks against one degree k > 1."""
    k = asked.facts.degree
    if k is None or k.rational is None or k.rational <= 1:
        why = "it was not shown that the penalty is of one degree k > 1"
    elif asked.facts.finding(Condition.MINIMISERS_HELD).verdict is Verdict.REFUTED:
        why = f"the penalty is of the degree {k.rational}, and does not hold minimisers: the loss falls faster on a ray"
    else:
        why = f"the penalty is of the degree {k.rational}, and no theorem was shown to apply"
    return replace(blank, detail="not shown", reason=Reason(Code.SIGN_UNKNOWN, why, "use the penalty l2 or h**2/2"))


def _why(asked: Asked, finding: Finding) -> str:
    """What fails, or is open, in the words of a preference loss."""
    side = asked.penalty if finding.condition in _OF_THE_PENALTY else asked.loss
    somewhere = ", at least somewhere in the scope" if side is not None and side.formula.parameters else ""
    told = {
        Condition.LOSS_SMOOTH: "the loss is not twice continuously differentiable where both scores are 0",
        Condition.REGULARIZER_SMOOTH: (
            "the penalty is not twice continuously differentiable where both scores are 0, and is no power that grows "
            f"in every direction of {_scores(asked)}"
        ),
        Condition.REGULARIZER_GRADIENT: "the penalty has no minimum where both scores are 0",
        Condition.REGULARIZER_CURVATURE: (
            f"the penalty has not positive second derivatives in every direction of {_scores(asked)}, and is no power "
            "that grows in each of them"
        ),
    }
    if finding.verdict is not Verdict.REFUTED:
        return f"it is open whether it is so: {finding.condition.value}"
    if finding.condition is not Condition.LOSS_GRADIENT:
        why = told.get(finding.condition, finding.detail)
        if finding.condition in _OF_THE_SECOND_ORDER and not asked.preference.in_margin and _sees_h_alone(asked):
            why = "the penalty sees h alone, and the loss depends on both scores"
        return why + somewhere
    return _TIERS.get(asked.certificate.tier, "the gradient where both scores are 0 has another form") + somewhere


_TIERS: dict[Tier | None, str] = {
    Tier.QUOTIENT: (
        "the two scores have a drift in common, which flips leave as it is while they shrink the signal, and which "
        "two answers of one model feel"
    ),
    Tier.ZERO: "the gradient where both scores are 0 vanishes: there is no signal",
    Tier.NONDIFF: "the loss has no gradient where both scores are 0",
    Tier.FAIL: "kappa is not positive: the gradient where both scores are 0 does not point to the chosen answer",
}


_OF_THE_PENALTY = (*_OF_THE_SECOND_ORDER, Condition.REGULARIZER_GRADIENT)


def _sees_h_alone(asked: Asked) -> bool:
    """Whether the form of the penalty shows that it is a function of h."""
    assert asked.penalty is not None
    penalty = asked.penalty.formula
    weight = shift_weight(penalty, Field(asked.certificate.scope.of(penalty)))
    return weight is not None and weight.is_zero
