"""One limit direction for every rate of flips, as the weight of a penalty grows (Theorem 2, THEORY 17)."""

from __future__ import annotations

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
from symcheck.theorems.base import CONE, Theorem

NAME, RANK = "limit", 2

LOCAL = "Theorem 2"
"""The theorem that speaks of networks as well."""

_HOLDS = "as lambda -> oo, clean and flipped pairs have one limit direction of the scores, for every rate eps < 1/2"
_NEAR = "that of one minimum near the point where all scores are 0"


def answer(asked: Asked) -> PreferenceAnswer | None:
    """Whether the penalty makes the gradient at 0 decide, and that one points the right way; None without a penalty."""
    if asked.penalty is None:
        return None
    slope = "phi'(0) < 0" if asked.preference.in_margin else "d f/d rejected = -d f/d chosen > 0 at (0, 0)"
    on = "h" if asked.is_in_margin else "the two scores"
    statement = (
        f"{slope}, the loss is twice continuously differentiable there, and there the penalty grows like its second "
        f"derivatives in every direction of {on}, or like one power k > 1"
    )
    certificate, theorem = asked.certificate, on_cones(asked.certificate)
    local = next((t for t in certificate.theorems if t.name == LOCAL), None)
    is_local = local is not None
    about = [cones(asked)] if theorem is not None else []
    about += [NETWORKS] if is_local else []
    told = "; also ".join(about) or cones(asked)
    if theorem is not None:
        detail = f"{theorem.name}: {_HOLDS}" + (f"; for networks {_NEAR} (Theorem 2)" if is_local else "")
        open_ = certificate.origin.left_open(theorem)
        there = () if local is None else certificate.origin.left_open(local)
        open_ += tuple(f"for networks: {text}" for text in there if text not in open_)
        return PreferenceAnswer(NAME, statement, Verdict.PROVED, told, detail, open_)
    if certificate.verdict is Verdict.PROVED:
        first = certificate.theorems[0]
        detail = f"{first.name}: {_HOLDS}, {_NEAR}; further away minimisers need not exist"
        return PreferenceAnswer(NAME, statement, Verdict.PROVED, NETWORKS, detail, certificate.assumptions)
    return _failing(asked, statement, told)


def on_cones(certificate: Certificate) -> Theorem | None:
    """The theorem on cones that applies as the weight of the penalty grows, None if none does."""
    # Theorem 1 is about every weight, and asks nothing of the gradient of the pair near 0.
    limits = tuple(t for t in certificate.theorems if t.name != EVERY_WEIGHT)
    return covering(limits, CONE)


def _failing(asked: Asked, statement: str, about: str) -> PreferenceAnswer:
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
    return PreferenceAnswer(NAME, statement, verdict, about, detail, (), witness, finding.reason)


def _why(asked: Asked, finding: Finding) -> str:
    """What fails, or is open, in the words of a preference loss."""
    somewhere = "" if asked.certificate.scope.parameters == () else " somewhere in the scope"
    told = {
        Condition.LOSS_SMOOTH: "the loss is not twice continuously differentiable where both scores are 0",
        Condition.REGULARIZER_SMOOTH: "the penalty is not twice continuously differentiable where both scores are 0",
        Condition.REGULARIZER_GRADIENT: "the penalty has no minimum where both scores are 0",
        Condition.REGULARIZER_CURVATURE: "the penalty does not curve in every direction of the scores that count",
    }
    if finding.verdict is not Verdict.REFUTED:
        return f"it is open whether it is so: {finding.condition.value}"
    if finding.condition is not Condition.LOSS_GRADIENT:
        told_here = told.get(finding.condition, finding.detail)
        if finding.condition is Condition.REGULARIZER_CURVATURE and asked.penalty is not None and _sees_h_alone(asked):
            told_here = "the penalty sees h alone, and the loss depends on both scores"
        return told_here + somewhere
    return _TIERS.get(asked.certificate.tier, "the gradient where both scores are 0 has another form") + somewhere


_TIERS: dict[Tier | None, str] = {
    Tier.QUOTIENT: (
        "the two scores have a drift in common, which flips leave as it is while they shrink the signal, and which "
        "two answers of one model feel"
    ),
    Tier.ZERO: "the gradient where both scores are 0 vanishes: there is no signal",
    Tier.NONDIFF: "the loss has no gradient where both scores are 0",
    Tier.FAIL: "the gradient where both scores are 0 points to the rejected answer, or the scores have a drift in common",
}


def _sees_h_alone(asked: Asked) -> bool:
    space = asked.material.regularizer.curvature
    return space is not None and space.along.is_zero
