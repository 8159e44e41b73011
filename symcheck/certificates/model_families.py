"""Families of models: which theorem applies to each kind, or what fails there (THEORY 4 and 6)."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.theorems.base import BESIDES_THE_GRADIENT, CONE, REFERENCE, SHARED, Facts, Theorem


@dataclass(frozen=True)
class ModelFamily:
    """What is known for one kind of model: a cone, a linear family with shared features, a reference class.

    ``name`` is the kind, ``verdict`` whether a theorem applies to it, and ``detail`` which one, or what fails.
    """

    name: str
    verdict: Verdict
    detail: str


DRIFT_ON_A_CONE = (
    "not safe: noise multiplies kappa by a and leaves the drift c as it is.  One point with label 1 and outputs t u "
    "for all real t, the inner product of u and o_1 being 1 and the sum of u being s: the {point} t has the sign of "
    "kappa a - c s, so the prediction turns wherever kappa a < c s < kappa"
)
DRIFT_WITH_A_REFERENCE = (
    "not safe: noise multiplies kappa by a and leaves the drift c as it is.  One feature phi with mean r, and "
    "E[phi o_Y] = m (1, ..., 1, 1 - C): the {scores} have the sign of kappa a m - c r against z_C = 0, so the "
    "prediction turns wherever kappa a m < c r < kappa m"
)
_DRIFT_ON_SHARED_FEATURES = (
    "not safe: noise leaves the drift d = (1/C) sum_k b_k as it is, and d is no multiple of D^2 g(0) (1, ..., 1), so "
    "it does not add the same number to all classes: there are data, one feature and C + 1 points, and a rate for "
    "which a limit prediction turns"
)


def families(facts: Facts, applying: tuple[Theorem, ...]) -> tuple[ModelFamily, ...]:
    """A verdict for each of the three kinds of model; REFUTED means that a counterexample exists or no limit does."""
    return (_cone(facts, applying), _shared(facts, applying), _reference(facts, applying))


def covering(applying: tuple[Theorem, ...], family: str) -> Theorem | None:
    """The strongest of the theorems that apply which speaks of ``family``."""
    return next((t for t in applying if family in t.covers), None)


def _cone(facts: Facts, applying: tuple[Theorem, ...]) -> ModelFamily:
    theorem = covering(applying, CONE)
    if theorem is not None:
        where = " on the quotient by (1, ..., 1)" if facts.quotient else ""
        return ModelFamily(CONE, Verdict.PROVED, f"{theorem.name}{where}: {theorem.concludes}")
    if facts.tier is Tier.QUOTIENT:
        return ModelFamily(CONE, Verdict.REFUTED, DRIFT_ON_A_CONE.format(point="limit"))
    # A counterexample on shared features is one on a cone: linear families are cones.
    if _is_turned(facts):
        return ModelFamily(CONE, Verdict.REFUTED, _DRIFT_ON_SHARED_FEATURES)
    return ModelFamily(CONE, *_failure(facts))


def _shared(facts: Facts, applying: tuple[Theorem, ...]) -> ModelFamily:
    theorem = covering(applying, SHARED)
    if theorem is not None:
        where = " on the quotient by (1, ..., 1)" if facts.quotient else ""
        return ModelFamily(SHARED, Verdict.PROVED, f"{theorem.name}{where}: {theorem.concludes}")
    if _is_turned(facts):
        return ModelFamily(SHARED, Verdict.REFUTED, _DRIFT_ON_SHARED_FEATURES)
    if facts.tier is Tier.QUOTIENT and facts.drift is not Verdict.UNDECIDED and (told := _escape(facts)) is not None:
        return ModelFamily(SHARED, Verdict.REFUTED, told)
    if facts.tier is Tier.QUOTIENT and facts.drift is Verdict.UNDECIDED:
        detail = "not certified: whether D^2 g(0) (1, ..., 1) is parallel to (1, ..., 1) is not decided"
        return ModelFamily(SHARED, Verdict.UNDECIDED, detail)
    if facts.tier is Tier.QUOTIENT:
        detail = "not certified: the drift c 1 does no harm here, but D^2 g(0) is not positive definite on R^C"
        return ModelFamily(SHARED, Verdict.UNDECIDED, detail)
    return ModelFamily(SHARED, *_failure(facts))


def _reference(facts: Facts, applying: tuple[Theorem, ...]) -> ModelFamily:
    # Outputs with z_C = 0 are a cone, and on the quotient they are that space in coordinates.
    theorem = covering(applying, REFERENCE)
    if theorem is not None and theorem.about_minimisers:
        how = "the reference class is the quotient in coordinates" if facts.quotient else "it is a cone of outputs"
        return ModelFamily(REFERENCE, Verdict.PROVED, f"{theorem.name}: {how}")
    # z_C = 0 fixes the gauge, so that the drift c (1, ..., 1) is not free any more and competes with kappa.
    if facts.tier is Tier.QUOTIENT:
        return ModelFamily(REFERENCE, Verdict.REFUTED, DRIFT_WITH_A_REFERENCE.format(scores="limit scores"))
    if theorem is not None:
        return ModelFamily(REFERENCE, Verdict.PROVED, f"{theorem.name}: {theorem.concludes}")
    verdict, told = _failure(facts)
    if not facts.quotient:  # the ray of a witness need not have z_C = 0
        verdict = Verdict.UNDECIDED
    return ModelFamily(REFERENCE, verdict, told)


def _is_turned(facts: Facts) -> bool:
    """Whether limits exist, and there are data for which the drift turns one of their predictions."""
    has_limits = facts.verdict(*BESIDES_THE_GRADIENT) is Verdict.PROVED
    return facts.drift is Verdict.REFUTED and has_limits and not facts.quotient


def _escape(facts: Facts) -> str | None:
    """How minimisers escape, where the conditions near 0 hold and that was shown."""
    if facts.verdict(*BESIDES_THE_GRADIENT) is not Verdict.PROVED:
        return None
    held = facts.finding(Condition.MINIMISERS_HELD)
    # REFUTED without a witness says that the bounds (B') fail, not that minimisers escape.
    if held.verdict is not Verdict.REFUTED or held.witness is None:
        return None
    return "not safe: minimisers are not held, as its witness shows"


_NEEDED = {
    Condition.LOSS_SMOOTH: ("l(., y) is", "twice continuously differentiable near 0"),
    Condition.REGULARIZER_GRADIENT: ("0 is", "a stationary point of g"),
    Condition.REGULARIZER_SMOOTH: ("g is", "twice continuously differentiable near 0"),
    Condition.REGULARIZER_CURVATURE: ("D^2 g(0) is", "positive definite"),
}
"""What theorems need besides the gradient condition, in the order in which a reader is told what is missing."""


def _failure(facts: Facts) -> tuple[Verdict, str]:
    """Why no theorem applies in the whole scope."""
    scope = facts.problem.scope
    is_point = scope.classes.fixed is not None and not scope.parameters and not scope.arrays
    where = "" if is_point else " somewhere in the scope"
    if facts.tier is Tier.NONDIFF:
        return Verdict.UNDECIDED, f"not certified: the gradient at 0 does not exist{where}"
    if facts.tier is None:
        return Verdict.UNDECIDED, "not certified: the tier of the loss is undecided"
    if not facts.tier.meets_condition:
        return Verdict.UNDECIDED, f"not certified: the loss is of tier {facts.tier}{where}"
    # Not certified, never "not safe": that a condition of a theorem fails does not make its conclusion false.
    for condition, (subject, needed) in _NEEDED.items():
        verdict = facts.verdict(condition)
        if verdict is Verdict.REFUTED:
            return Verdict.UNDECIDED, f"not certified: {subject} not {needed}{where}"
        if verdict is Verdict.UNDECIDED:
            return Verdict.UNDECIDED, f"not certified: {subject} not shown to be {needed}"
    if facts.detaches:
        return Verdict.UNDECIDED, "not certified: with a detached part there is no function to minimise, see Theorem 2"
    told = _escape(facts)
    if told is not None:
        return Verdict.REFUTED, f"{told}; what is left is Theorem 2, a local branch near output 0"
    return Verdict.UNDECIDED, "not certified"
