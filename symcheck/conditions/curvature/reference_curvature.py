"""Whether D^2 g(0) = s I + t 11' is positive definite on the span of outputs with a reference class, z_C = 0.

There its eigenvalues are s (for C >= 3) and s + (C - 1) t, so that a penalty that is invariant under shifts may do.
"""

from __future__ import annotations

from dataclasses import replace

from symcheck.conditions.curvature.alike_hessian import Eigenvalue, finding_of
from symcheck.conditions.curvature.part_report import PartReport
from symcheck.conditions.curvature.regularizer_report import RegularizerReport
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust, not_derived
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
        return not_derived(CONDITION, NOT_ALIKE)
    return regularizer.reports.together(_in_part)


def _in_part(report: PartReport) -> Finding:
    if report.curvature is None or report.agreed is None:
        return not_derived(CONDITION, report.smooth.reason or report.gradient.reason or NOT_ALIKE)
    field, classes = report.agreed.field, report.agreed.field.scope.classes
    s, t = report.curvature.s, report.curvature.t
    last = s + (field.C - 1) * t
    steps = (
        Step("eigenvalue along (1, ..., 1, 0)", last.text(), "s + (C - 1) t"),
        Step("eigenvalue on its complement, for C >= 3", s.text(), "s, of D^2 g(0) = s I + t 11'"),
    )
    eigenvalues = [Eigenvalue(last, field.sign(last), "the eigenvalue s + (C - 1) t of D^2 g(0)", classes)]
    # With two classes there is one free score, and no complement.
    more = classes.common(Classes(3))
    if more is not None:
        eigenvalues.append(Eigenvalue(s, field.sign(s), "the eigenvalue s of D^2 g(0)", more))
    found = finding_of(CONDITION, eigenvalues, "on outputs with z_C = 0", f"{last.text()} and {s.text()}", steps)
    # What refutes is a value at a point, with its ball.
    return replace(found, trust=Trust.BALL) if found.verdict is Verdict.REFUTED else found
