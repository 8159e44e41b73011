"""Whether D^2 g(0) = s I + t 11' is positive definite on the span of outputs with a reference class, z_C = 0.

There its eigenvalues are s (for C >= 3) and s + (C - 1) t, so that a penalty that is invariant under shifts may do.
"""

from __future__ import annotations

from symcheck.conditions.cases.witness_points import point_in, witness_at
from symcheck.conditions.curvature.part_report import PartReport, not_derived
from symcheck.conditions.curvature.regularizer_report import RegularizerReport
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Classes
from symcheck.reason import Code, Reason

CONDITION = Condition.REFERENCE_CURVATURE

NOT_ALIKE = Reason(
    Code.NOT_EQUIVARIANT,
    "D^2 g(0) on outputs with z_C = 0 is looked at for penalties that treat all classes alike",
    "write the penalty so that it treats all classes alike",
)


def reference_curvature(regularizer: RegularizerReport) -> Finding:
    """The finding in the whole scope of the regularizer."""
    if any(part.formula.is_classwise for part in regularizer.reports.parts):
        return not_derived(NOT_ALIKE, CONDITION)[0]
    return regularizer.reports.together(_in_part)


def _in_part(report: PartReport) -> Finding:
    if report.curvature is None or report.agreed is None:
        return not_derived(report.smooth.reason or report.gradient.reason or NOT_ALIKE, CONDITION)[0]
    field, classes = report.agreed.field, report.agreed.field.scope.classes
    s, t = report.curvature.s, report.curvature.t
    last = s + (field.C - 1) * t
    steps = (
        Step("eigenvalue along (1, ..., 1, 0)", last.text(), "s + (C - 1) t"),
        Step("eigenvalue on its complement, for C >= 3", s.text(), "s, of D^2 g(0) = s I + t 11'"),
    )
    needed: list[tuple[Element, str, Classes]] = [(last, "the eigenvalue s + (C - 1) t of D^2 g(0)", classes)]
    # With two classes there is one free score, and no complement.
    more = classes.common(Classes(3))
    if more is not None:
        needed.append((s, "the eigenvalue s of D^2 g(0)", more))
    for value, name, run in needed:
        sign = field.sign(value)
        if sign.kind is Kind.POSITIVE:
            continue
        point = point_in(sign, run, lambda at: at <= 0)
        if point is not None:
            witness = witness_at(value, point, name, "a value > 0")
            detail = f"not positive definite there: {name} is {value.text()}"
            return Finding(CONDITION, Verdict.REFUTED, detail, Trust.BALL, steps, witness)
        reason = Reason(Code.SIGN_UNKNOWN, f"the sign of {value.text()} was not decided", "give values to parameters")
        return Finding(CONDITION, Verdict.UNDECIDED, reason.why, derivation=steps, reason=reason)
    return Finding(CONDITION, Verdict.PROVED, "positive definite on outputs with z_C = 0", derivation=steps)
