"""Formulas with a detached part: training follows the field that autograd returns, and there need be no function.

With ``detach`` a value is kept and its derivatives are dropped.  What is left is a field F(z), and where F is not the
gradient of a function nothing can be said of the convexity of that function, of its Hessian or of what minimises it.
What is about F(0) alone, as the gradient condition is, is decided all the same: readings take F for the gradient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.formula import Formula
from symcheck.reason import Code, Reason

NO_DERIVATIVE = Reason(
    Code.UNMAPPED_OP,
    "with a detached part autograd returns a field, and the derivative of that field is not derived",
    "write g without detach",
)
"""Why D^2 g(0) is open: readings give the second derivatives of the formula, not the first ones of the field."""

NO_FUNCTION = Reason(
    Code.UNMAPPED_OP,
    "with a detached part autograd returns a field, whose derivative is not that of the formula",
    "write the formula without detach",
)
"""Why what is about a function is open."""

NOTHING_TO_MINIMISE = Reason(
    Code.UNMAPPED_OP,
    "with a detached part autograd returns a field, and what minimises it has no meaning",
    "write the formula without detach, or ask for Theorem 2",
)
"""Why theorems about minimisers are open."""

ABOUT_A_FUNCTION: Mapping[Condition, Reason] = {
    Condition.REGULARIZER_CURVATURE: NO_DERIVATIVE,
    Condition.REFERENCE_CURVATURE: NO_DERIVATIVE,
    Condition.LOSS_CONVEX: NO_FUNCTION,
    Condition.REGULARIZER_CONVEX: NO_FUNCTION,
    Condition.LOSS_HESSIAN_LABEL_FREE: NO_FUNCTION,
    Condition.MINIMISERS_HELD: NOTHING_TO_MINIMISE,
}
"""The conditions that are about a function, of l or g or both, and why they are open for a field."""


def has_detached(*formulas: Formula) -> bool:
    """Whether a part of one of ``formulas`` is detached."""
    return any(formula.detaches for formula in formulas)


def open_for_field(condition: Condition, *formulas: Formula) -> Finding | None:
    """The finding on a ``condition`` that is open as one of ``formulas`` has a detached part; None if none has."""
    reason = ABOUT_A_FUNCTION.get(condition) if has_detached(*formulas) else None
    return None if reason is None else Finding(condition, Verdict.UNDECIDED, reason.why, reason=reason)


def left_open(finding: Finding, formula: Formula) -> Finding:
    """``finding``, which is UNDECIDED where it is about a function and ``formula`` has a detached part.

    The derivation stays: it is true of the formula, only not of the field.  What is open already keeps its reason.
    """
    found = open_for_field(finding.condition, formula)
    if found is None or finding.verdict is Verdict.UNDECIDED:
        return finding
    return replace(finding, verdict=found.verdict, detail=found.detail, witness=None, reason=found.reason)


def verdict_left_open(verdict: Verdict, formula: Formula) -> Verdict:
    """``verdict`` on several conditions of ``formula``, one of them about a function: PROVED for no detached part.

    REFUTED stays, as a condition that is not about a function may be what fails.
    """
    return conjunction([verdict, Verdict.UNDECIDED]) if formula.detaches else verdict


def with_meaning(detail: str, formula: Formula) -> str:
    """``detail`` on derivatives of ``formula``, which says what they are the derivatives of if a part is detached."""
    if not formula.detaches:
        return detail
    return f"{detail}; what is meant is the field that autograd returns, in which a detached value is a constant"
