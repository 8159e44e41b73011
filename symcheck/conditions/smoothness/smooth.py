"""Smoothness at 0: proved by the form of the formula, refuted by a derivative that does not exist."""

from __future__ import annotations

from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.detached import with_meaning
from symcheck.conditions.smoothness.kink import Break
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.operators import JOINED
from symcheck.reason import Reason

EXISTS = "every log, root, power and quotient there exists: signs are proved"
"""Why a formula has a value at 0."""


def smooth_finding(condition: Condition, agreed: Agreed) -> Finding:
    """PROVED: every operator of the formula is analytic at the value that its argument has at z = 0."""
    steps = [Step("value at 0", agreed.text("value"), EXISTS)]
    scope = agreed.field.scope
    # With C = 2 fixed there is no general formula to compare it with.
    if 2 in scope.classes and scope.classes.fixed is None:
        steps.append(Step("read with two classes alone", "equal to the general formula at C = 2", "canonical forms"))
    if agreed.compared:
        numbers = ", ".join(map(str, agreed.compared))
        steps.append(Step("power series in balls", f"no objection at C = {numbers}", "explicit reading"))
    return Finding(condition, Verdict.PROVED, smooth_detail(agreed.formula), derivation=tuple(steps))


def smooth_detail(formula: Formula) -> str:
    """The sentence on a formula whose operators are all smooth where they are taken at z = 0."""
    ops = {node.op for node in formula.nodes}
    kind = "twice continuously differentiable" if ops & JOINED.keys() else "analytic"
    detail = f"{kind} near z = 0, as a composition of functions that are so where they are taken"
    return with_meaning(detail, formula)


def kink_finding(condition: Condition, found: Break | None, reason: Reason) -> Finding:
    """REFUTED by the derivative that does not exist; UNDECIDED, with the form's ``reason``, if none was found."""
    if found is None:
        return Finding(condition, Verdict.UNDECIDED, reason.why, reason=reason)
    return Finding(condition, Verdict.REFUTED, found.detail, Trust.BALL, witness=found.witness)
