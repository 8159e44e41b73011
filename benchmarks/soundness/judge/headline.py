"""The headline: verdict, tier, kappa, the space, and the prediction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from benchmarks.soundness.judge.evidence import Evidence
from benchmarks.soundness.trial import Wrong
from benchmarks.soundness.truth.numbers import NoOpinion, Number, Undefined, divide, subtract
from benchmarks.soundness.truth.pair import known
from benchmarks.soundness.truth.point import Point
from symcheck.findings.prediction import Prediction
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict

ENOUGH = 4
"""A formula that equals 1 at so many points, one of them far out, is taken for 1."""

FAR = 1000


def wrong(evidence: Evidence) -> Iterator[Wrong]:
    """The false statements of the headline."""
    c = evidence.certificate
    for point in evidence.points:
        if c.verdict is Verdict.PROVED and evidence.holds(point) is False:
            yield Wrong("headline PROVED", "PROVED", failing(evidence, point), str(point))
        tier = evidence.tier(point)
        if c.tier is not None and tier is not None and tier.rank > c.tier.rank:
            yield Wrong("tier of the scope", f"{c.tier} is the worst", f"{tier}", str(point))
        if c.quotient and evidence.is_shift_invariant(point) is False:
            yield Wrong("quotient", "l and g are shift-invariant", "they are not", str(point))
        if c.verdict is Verdict.PROVED or tier is c.tier:
            yield from evidence.compared("kappa of the certificate", c.kappa, evidence.kappa(point), point)
    yield from _attained(evidence)
    if c.verdict is Verdict.PROVED and c.prediction is not None:
        for point in evidence.points:
            yield from _predicted(evidence, c.prediction, point)


def _attained(evidence: Evidence) -> Iterator[Wrong]:
    """The tier of the scope is the worst that occurs: somewhere it occurs."""
    c = evidence.certificate
    found = [evidence.tier(p) for p in evidence.points]
    if c.tier is None or c.tier in found or None in found or not found:
        return
    far = c.scope.classes.high is not None or max(p.classes for p in evidence.points) >= FAR
    is_one = c.tier is Tier.SCALED and set(found) == {Tier.EXACT} and len(found) >= ENOUGH and far
    if evidence.is_exhaustive or is_one:
        yield Wrong("tier that does not occur", f"{c.tier}", f"{', '.join({str(t) for t in found})} everywhere")


def _predicted(evidence: Evidence, prediction: Prediction, point: Point) -> Iterator[Wrong]:
    yield from evidence.compared("kappa of the prediction", prediction.kappa, evidence.kappa(point), point)
    g = evidence.truth(point).regularizer
    if prediction.hessian is not None or g.formula.is_classwise:
        return
    try:
        across, along = g.eigenvalues
        coupling: Number = divide(subtract(along, across), Fraction(point.classes))
    except (NoOpinion, Undefined):
        return
    yield from evidence.compared("curvature of the prediction", prediction.curvature, across, point)
    if not prediction.quotient:
        yield from evidence.compared("coupling of the prediction", prediction.coupling, coupling, point)


def failing(evidence: Evidence, point: Point) -> str:
    """What of the conditions fails at ``point``."""
    truth = evidence.truth(point)
    if not truth.has_value:
        return "no value at z = 0"
    questions: dict[str, Callable[[], bool | None]] = {
        "the gradient condition": lambda: truth.loss.meets_condition,
        "l is C^2": lambda: truth.loss.is_smooth,
        "g is C^2": lambda: truth.regularizer.is_smooth,
        "grad g(0) = 0": lambda: truth.regularizer.is_stationary,
        "D^2 g(0) is positive definite": lambda: truth.is_definite,
    }
    failed = []
    for name, question in questions.items():
        if known(question) is False:
            failed.append(name)
    return f"false: {', '.join(failed)}; tier {truth.loss.tier}"
