"""What is decided about a regularizer that treats classes differently: z'Az, weighted penalties, priors."""

from __future__ import annotations

from dataclasses import replace

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_indices, agreed_labels
from symcheck.conditions.agreement.points import array_points, expansions_at_points
from symcheck.conditions.agreement.scopes import has_entries, undefined_at
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.witness_points import DIGITS
from symcheck.conditions.curvature.apart_hessian import ApartHessian
from symcheck.conditions.curvature.indexed_hessian import CLASS_NAMES, IndexedHessian
from symcheck.conditions.curvature.labelled_hessian import MOST_SHOWN, LabelledHessian
from symcheck.conditions.curvature.part_report import PartReport, gradient_by_kink, open_part_report
from symcheck.conditions.smoothness.kink import break_of
from symcheck.conditions.smoothness.smooth import EXISTS, kink_finding, smooth_detail
from symcheck.field.signs.sign import Kind
from symcheck.field.undefined import Undefined
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust, not_derived
from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.stops import Kink
from symcheck.reason import Code, Reason, Undecided


def apart_report(part: Part, budget: Budget) -> PartReport:
    """The findings on a regularizer in which class-vectors or matrices occur, free or given.

    A statement about free arrays is about all their entries; REFUTED comes with entries and a number of classes
    at which it fails.  Raises ``FormulaError`` where the formula has no value at z = 0.
    """
    scope = part.scope
    formula = part.formula.with_powers_of_abs(scope.classes.fixed)
    try:
        hessian, value, flat, steps = _expanded(formula, scope, budget)
    except Undefined as stop:
        undefined_at(formula, scope, stop, budget)
        return open_part_report(stop.reason)
    except Kink as stop:
        return _of_kink(formula, scope, stop.reason)
    except Undecided as stop:
        return open_part_report(stop.reason)
    steps_of_value = (Step("value at 0", value, EXISTS),)
    smooth = Finding(Condition.REGULARIZER_SMOOTH, Verdict.PROVED, smooth_detail(formula), derivation=steps_of_value)
    gradient = _gradient(formula, scope, budget, flat=flat, steps=steps)
    # Reports are kept beyond their budget, and so all that is lazy in one is found out now.
    hessian.decide()
    return PartReport(smooth, gradient, (hessian,), is_uniform=hessian.is_of_one_point)


def _expanded(formula: Formula, scope: Scope, budget: Budget) -> tuple[ApartHessian, str, bool, Derivation]:
    """The Hessian, the value at 0, whether the gradient vanishes there, and how a reader is shown it."""
    # Given entries belong to one C, and only free ones have a form for every C.
    if all(a.values is None for a in formula.arrays):
        try:
            return _for_every_c(formula, scope, budget)
        except Undecided:
            if not has_entries(formula, scope.classes):
                raise
    e = agreed_labels(formula, scope, budget, order=2)
    row = e.gradients[0]
    shown = ", ".join(c.text() for c in row[:MOST_SHOWN]) + (", ..." if len(row) > MOST_SHOWN else "")
    by = "the labelled reading and power series in balls agree"
    flat = all(c.is_zero or e.entries.reduced(c).is_zero for c in row)
    hessian = LabelledHessian(scope, formula, budget, e)
    return hessian, e.values[0].text(), flat, (Step("grad g(0)", f"({shown})", by),)


def _for_every_c(formula: Formula, scope: Scope, budget: Budget) -> tuple[ApartHessian, str, bool, Derivation]:
    agreed = agreed_indices(formula, scope, budget)
    steps = (Step("d g/d z_k at 0", agreed.text("g_y", CLASS_NAMES), agreed.how),)
    hessian = IndexedHessian(scope, formula, budget, agreed)
    return hessian, agreed.text("value", CLASS_NAMES), agreed.constants.g_y.is_zero, steps


def _gradient(formula: Formula, scope: Scope, budget: Budget, *, flat: bool, steps: Derivation) -> Finding:
    condition = Condition.REGULARIZER_GRADIENT
    if flat:
        return Finding(condition, Verdict.PROVED, "every partial derivative at 0 is 0", derivation=steps)
    witness = _slope(formula, scope, budget)
    if witness is not None:
        detail = f"0 is not a minimum of g: with C = {witness.classes} its gradient there is not 0"
        return Finding(condition, Verdict.REFUTED, detail, Trust.BALL, steps, witness)
    why = "the gradient at 0 was neither shown to be 0, nor seen not to be"
    reason = Reason(Code.SIGN_UNKNOWN, why, "give the arrays entries, or give values to parameters")
    return Finding(condition, Verdict.UNDECIDED, reason.why, derivation=steps, reason=reason)


def _slope(formula: Formula, scope: Scope, budget: Budget) -> Witness | None:
    """A point of the scope, and a partial derivative at 0 that is not 0 there."""
    for point, e in expansions_at_points(formula, scope, budget, [scope.classes.low], order=1):
        for k, c in enumerate(e.gradients[0]):
            if e.field.sign(c).kind in (Kind.POSITIVE, Kind.NEGATIVE):
                ball = c.ball({"C": point.classes}).str(DIGITS)
                return point.witness(f"d g/d z_{k + 1} at 0", c.text(), "0", ball)
    return None


def _of_kink(formula: Formula, scope: Scope, reason: Reason) -> PartReport:
    """REFUTED by a derivative that does not exist at a point; the gradient may be 0 by the degree of homogeneity."""
    point = next(array_points(formula, scope, scope.classes.low), None)
    found = None if point is None else break_of(point.formula(formula), point.scope)
    if found is not None and point is not None:
        found = replace(found, witness=replace(found.witness, parameters=point.named))
    smooth = kink_finding(Condition.REGULARIZER_SMOOTH, found, reason)
    gradient = gradient_by_kink(formula, scope, found) or not_derived(Condition.REGULARIZER_GRADIENT, reason)
    return PartReport(smooth, gradient, is_uniform=False)
