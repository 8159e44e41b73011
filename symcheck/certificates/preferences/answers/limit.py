"""One limit direction for every rate of flips, as the weight of a penalty grows (Theorem 2, THEORY 17)."""

from __future__ import annotations

from dataclasses import replace

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.model_families import covering
from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.answers.exact import EVERY_WEIGHT
from symcheck.certificates.preferences.asked import Asked
from symcheck.certificates.preferences.models import NETWORKS, cones
from symcheck.certificates.preferences.turned_pair import turned_pair
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
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
        f"{slope}, the loss is twice continuously differentiable there, and there the penalty grows like its second "
        f"derivatives in every direction of {'h' if asked.is_in_margin else 'the two scores'}, or like one power k > 1"
    )
    return PreferenceAnswer(NAME, statement, cones(asked))


def settled(asked: Asked, blank: PreferenceAnswer) -> PreferenceAnswer:
    """By the theorem on cones that applies, or by Theorem 2 near 0 alone; else what fails."""
    certificate, theorem = asked.certificate, on_cones(asked.certificate)
    local = next((t for t in certificate.theorems if t.name == LOCAL), None)
    there = () if local is None else certificate.origin.left_open(local)
    if theorem is not None:
        open_ = certificate.origin.left_open(theorem)
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
    witness, detail = finding.witness, _why(asked, finding)
    if finding.condition is Condition.LOSS_GRADIENT and asked.certificate.tier is Tier.QUOTIENT:
        turned = turned_pair(asked)
        if turned is not None:
            witness, detail = turned.witness, f"{detail}; {turned.told}"
    return replace(blank, verdict=verdict, detail=detail, witness=witness, reason=finding.reason)


def _why(asked: Asked, finding: Finding) -> str:
    """What fails, or is open, in the words of a preference loss."""
    somewhere = ", somewhere in the scope" if asked.certificate.scope.parameters else ""
    told = {
        Condition.LOSS_SMOOTH: "the loss is not twice continuously differentiable where both scores are 0",
        Condition.REGULARIZER_SMOOTH: "the penalty is not twice continuously differentiable where both scores are 0",
        Condition.REGULARIZER_GRADIENT: "the penalty has no minimum where both scores are 0",
        Condition.REGULARIZER_CURVATURE: "the penalty does not curve in every direction of the scores that count",
    }
    if finding.verdict is not Verdict.REFUTED:
        return f"it is open whether it is so: {finding.condition.value}"
    if finding.condition is not Condition.LOSS_GRADIENT:
        why = told.get(finding.condition, finding.detail)
        if finding.condition is Condition.REGULARIZER_CURVATURE and asked.penalty is not None and _sees_h_alone(asked):
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


def _sees_h_alone(asked: Asked) -> bool:
    space = asked.material.regularizer.curvature
    return space is not None and space.along.is_zero
