"""Smoothness at 0: proved by the form of the formula, refuted by a derivative that does not exist."""

from __future__ import annotations

from symcheck.conditions.agreement.agree import Agreed, shown
from symcheck.conditions.smoothness.kink import Break
from symcheck.findings.finding import Condition, Finding, Trust
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.language.operators import JOINED
from symcheck.reason import Reason


def smooth_finding(condition: Condition, agreed: Agreed) -> Finding:
    """PROVED: every operator of the formula is analytic at the value that its argument has at z = 0."""
    steps = [
        Step(
            "value at 0",
            shown(agreed.shown.value),
            "every log, root, power and quotient there exists: signs are proved",
        )
    ]
    scope = agreed.field.scope
    if 2 in scope.classes and scope.classes.fixed is None:
        steps.append(Step("read with two classes alone", "equal to the general formula at C = 2", "canonical forms"))
    if agreed.explicit:
        numbers = ", ".join(map(str, agreed.explicit))
        steps.append(Step("power series in balls", f"no objection at C = {numbers}", "explicit reading"))
    kind = "twice continuously differentiable" if any(_has(agreed, op) for op in JOINED) else "analytic"
    detail = f"{kind} near z = 0, as a composition of functions that are so where they are taken"
    if _has(agreed, "detach"):
        detail += "; what is meant is the field that autograd returns, in which a detached value is a constant"
    return Finding(condition, Verdict.PROVED, detail, derivation=tuple(steps))


def _has(agreed: Agreed, op: str) -> bool:
    return any(node.op == op for node in agreed.formula.nodes)


def kink_finding(condition: Condition, found: Break | None, reason: Reason) -> Finding:
    """REFUTED by the derivative that does not exist; UNDECIDED, with the form's ``reason``, if none was found."""
    if found is None:
        return Finding(condition, Verdict.UNDECIDED, reason.why, reason=reason)
    return Finding(condition, Verdict.REFUTED, found.detail, Trust.BALL, witness=found.witness)
