"""Whether D^2 l(0, y) is the same matrix for every label y (THEORY 5).

For a loss that treats all classes alike it is, if and only if the entry (y, y) equals the entry (k, k) and, with
three classes or more, the entry (y, k) equals the entry (k, m), for k, m and y all different.
"""

from __future__ import annotations

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion, agreed_labels
from symcheck.conditions.agreement.points import expansions_at_points
from symcheck.conditions.agreement.scopes import classwise_runs, has_entries
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.split import reports_by_part
from symcheck.conditions.cases.witness_points import DIGITS, nonzero_witness
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust, not_derived
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.labelled import LabelledExpansion
from symcheck.reason import Code, Reason, Undecided

_CONDITION = Condition.LOSS_HESSIAN_LABEL_FREE
_AGREED = "orbit and jet readings agree"


def label_free_finding(loss: Formula, scope: Scope, budget: Budget) -> Finding:
    """Whether D^2 l(0, y) is the same for every y, for every C and parameter value in ``scope``."""
    loss = loss.with_powers_of_abs()
    try:
        if loss.is_classwise:
            return _classwise(loss, scope, budget)
        return reports_by_part(Part(loss, scope), _part_finding, _open_part, budget).together(lambda finding: finding)
    except Undecided as stop:
        return not_derived(_CONDITION, stop.reason)


def _open_part(_: Part, reason: Reason) -> Finding:
    return not_derived(_CONDITION, reason)


def _part_finding(part: Part, budget: Budget) -> Finding:
    agreed = agreed_expansion(part.formula, part.scope, budget)
    e = agreed.constants
    # For the label m the entry (y, y) is h_kk and (y, k) is h_kl: so these two differences are all there is.
    differences = [("d^2 l/d z_y^2 - d^2 l/d z_k^2 at 0", e.h_yy - e.h_kk, 2)]
    if e.h_kl is not None:
        differences.append(("d^2 l/d z_y d z_k - d^2 l/d z_k d z_m at 0", e.h_yk - e.h_kl, 3))
    steps = tuple(Step(name, value.text(), _AGREED) for name, value, _ in differences)
    if all(value.is_zero for _, value, _ in differences):
        return Finding(_CONDITION, Verdict.PROVED, "the entries do not depend on the label", derivation=steps)
    for name, value, fewest in differences:
        witness = nonzero_witness(value, name, fewest)
        if witness is not None:
            detail = "the entries of D^2 l(0, y) depend on the label"
            return Finding(_CONDITION, Verdict.REFUTED, detail, Trust.BALL, steps, witness)
    return _open("the differences were neither shown to be 0 nor seen not to be", steps)


def _open(why: str, steps: tuple[Step, ...] = ()) -> Finding:
    reason = Reason(Code.SIGN_UNKNOWN, why, "give values to parameters, or entries to arrays")
    return Finding(_CONDITION, Verdict.UNDECIDED, why, derivation=steps, reason=reason)


def _classwise(loss: Formula, scope: Scope, budget: Budget) -> Finding:
    """At one C by the Hessians themselves; REFUTED at a point of the scope where something is free."""
    runs = list(classwise_runs(loss, scope))
    # PROVED at one C only, entry by entry; for every C no form of the Hessians of all labels is derived.
    if all(has_entries(loss, run.classes) for run in runs):
        found = [agreed_labels(loss, run, budget, order=2) for run in runs]
        if all(_is_label_free(e) for e in found):
            step = Step("D^2 l(0, y) - D^2 l(0, 1), for every y", "0", "the labelled reading and power series agree")
            return Finding(_CONDITION, Verdict.PROVED, "the entries do not depend on the label", derivation=(step,))
    low = scope.classes.low
    for point, e in expansions_at_points(loss, scope, budget, [c for c in (low, low + 1) if c in scope.classes]):
        different = _difference(e)
        if different is not None:
            (y, i, j), value = different
            ball = value.ball({"C": point.classes})
            quantity = f"d^2 l/d z_{i + 1} d z_{j + 1} at 0 for y = {y + 1}, less that for y = 1"
            witness = point.witness(quantity, value.text(), "0", ball.str(DIGITS))
            detail = "the entries of D^2 l(0, y) depend on the label"
            return Finding(_CONDITION, Verdict.REFUTED, detail, Trust.BALL, witness=witness)
    return _open("the Hessians for the labels were neither shown to be equal nor seen not to be")


def _is_label_free(e: LabelledExpansion) -> bool:
    first = e.hessians[0]
    return all(
        e.entries.reduced(c - d).is_zero
        for rows in e.hessians[1:]
        for row, first_row in zip(rows, first, strict=True)
        for c, d in zip(row, first_row, strict=True)
    )


def _difference(e: LabelledExpansion) -> tuple[tuple[int, int, int], Element] | None:
    """A place (y, i, j) where the Hessian for y is shown to differ from that for the first label."""
    first = e.hessians[0]
    for y, rows in enumerate(e.hessians):
        for i, row in enumerate(rows):
            for j, c in enumerate(row):
                d = c - first[i][j]
                if not d.is_zero and e.field.sign(d).kind in (Kind.POSITIVE, Kind.NEGATIVE):
                    return (y, i, j), d
    return None
