"""Families of models: which theorem applies to each kind, or what fails there (THEORY 4 and 6)."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.finding import Condition
from symcheck.theorems.base import Facts, Theorem
from symcheck.tier import Tier
from symcheck.verdict import Verdict


@dataclass(frozen=True)
class Family:
    """What is known for one kind of model: a cone, a linear family with shared features, a reference class."""

    name: str
    verdict: Verdict
    detail: str


CONE = "any cone of outputs"
SHARED = "linear with features shared by the classes"
REFERENCE = "linear with a reference class z_C = 0"

_DRIFT = (
    "the drift c 1 of the gradient does not shrink under noise; a counterexample with the plain one-hot square loss: "
    "C = 3, features phi = (-3, 1), labels (1, 2), rho = 1/2 turns the predictions (1, 2) into (1, 3)"
)


def families(facts: Facts, applying: tuple[Theorem, ...]) -> tuple[Family, ...]:
    """A verdict for each of the three kinds of model; REFUTED means that a counterexample exists or no limit does."""
    return (_cone(facts, applying), _shared(facts, applying), _reference(facts, applying))


def _first(applying: tuple[Theorem, ...], *names: str) -> Theorem | None:
    return next((t for t in applying if t.name in names), None)


def _cone(facts: Facts, applying: tuple[Theorem, ...]) -> Family:
    theorem = _first(applying, "Theorem 1", "Theorem 2'", "Theorem 2' for homogeneous penalties")
    if theorem is not None:
        where = " on the quotient by (1, ..., 1)" if facts.quotient else ""
        return Family(CONE, Verdict.PROVED, f"{theorem.name}{where}: {theorem.concludes}")
    return Family(CONE, *_failure(facts))


def _shared(facts: Facts, applying: tuple[Theorem, ...]) -> Family:
    theorem = _first(applying, "Theorem 1", "Theorem 3", "Shared features", "Theorem 2' for homogeneous penalties")
    if theorem is not None:
        where = " on the quotient by (1, ..., 1)" if facts.quotient else ""
        return Family(SHARED, Verdict.PROVED, f"{theorem.name}{where}: {theorem.concludes}")
    if facts.tier is Tier.QUOTIENT:
        detail = "not certified: the drift c 1 does no harm here, but D^2 g(0) is not positive definite on R^C"
        return Family(SHARED, Verdict.UNDECIDED, detail)
    return Family(SHARED, *_failure(facts))


def _reference(facts: Facts, applying: tuple[Theorem, ...]) -> Family:
    theorem = _first(applying, "Theorem 1", "Theorem 3", "Theorem 2' for homogeneous penalties")
    if theorem is not None:
        how = "the reference class is the quotient in coordinates" if facts.quotient else "it is a cone of outputs"
        return Family(REFERENCE, Verdict.PROVED, f"{theorem.name}: {how}")
    return Family(REFERENCE, *_failure(facts))


def _failure(facts: Facts) -> tuple[Verdict, str]:
    """Why no theorem applies; REFUTED only where the theory has a counterexample for the whole tier."""
    if facts.tier is Tier.QUOTIENT:
        return Verdict.REFUTED, f"not safe: {_DRIFT}"
    if facts.tier is Tier.NONDIFF:
        return Verdict.UNDECIDED, "not certified: the gradient at 0 does not exist"
    if facts.tier is None:
        return Verdict.UNDECIDED, "not certified: the tier of the loss is undecided"
    if not facts.tier.meets_condition:
        return Verdict.UNDECIDED, f"not certified: the loss is of tier {facts.tier}"
    if facts.findings.get(Condition.REGULARIZER_GRADIENT) is Verdict.REFUTED:
        return Verdict.UNDECIDED, "not certified: 0 is not a stationary point of g"
    return Verdict.UNDECIDED, "not certified: D^2 g(0) is not shown to be positive definite"
