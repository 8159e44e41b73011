"""What is decided about a loss that treats classes differently: class weights, priors, margins, label matrices.

A statement about free arrays is about all their entries; REFUTED comes with entries and a number of classes at which it
fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_gradient, agreed_labels
from symcheck.conditions.agreement.points import ArrayPoint, array_points
from symcheck.conditions.agreement.scopes import MOST_PARAMETERS, has_entries, undefined_at
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.gradient.drift import Drift, drift_of
from symcheck.conditions.gradient.gradient_form import (
    GradientForm,
    indexed_form,
    labelled_form,
    tier_at_point,
    worst_possible,
)
from symcheck.conditions.gradient.placed import LARGEST_LABELLED, is_large, placed_form
from symcheck.conditions.gradient.reports import PartReport, TierRow, open_report
from symcheck.conditions.gradient.rounded import failing_gradient
from symcheck.conditions.gradient.steps import (
    MOST_SHOWN,
    form_steps,
    index_steps,
    label_steps,
    tier_witness,
)
from symcheck.conditions.smoothness.kink import break_of
from symcheck.conditions.smoothness.smooth import EXISTS, kink_finding, smooth_detail
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.field.undefined import Undefined
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Derivation, Step
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.scope import Scope
from symcheck.readings.labelled import labelled_expansion
from symcheck.readings.stops import Kink
from symcheck.reason import Code, Reason, Undecided, not_exact


def apart_report(part: Part, budget: Budget) -> PartReport:
    """The report on a loss in which class-vectors or matrices occur, free or given.

    Raises ``FormulaError`` where the formula has no value at z = 0.
    """
    report = _derived(part, budget)
    if report.gradient.verdict is Verdict.UNDECIDED:
        # Rounded entries are parameters, and canonical forms with many of them are not decided; balls around all that
        # the entries may be can still refute.
        failing = failing_gradient(part.formula, part.scope, budget)
        if failing is not None:
            return _report(part, report.smooth, failing, Tier.FAIL, report.form, report.scale, report.drift)
    return report


def _report(
    part: Part,
    smooth: Finding,
    gradient: Finding,
    tier: Tier | None,
    form: GradientForm | None = None,
    kappa: Element | None = None,
    drift: Drift = Drift.OTHER,
) -> PartReport:
    """The report with one tier, the worst that occurs in the part."""
    verdict = conjunction([smooth.verdict, gradient.verdict])
    is_point = part.scope.classes.fixed is not None and not (part.scope.parameters or part.scope.arrays)
    is_uniform = is_point or verdict is not Verdict.REFUTED
    row = TierRow(part.scope.classes, tier, verdict, is_uniform, is_one_tier=is_uniform)
    return PartReport(smooth, gradient, (row,), kappa, form=form, drift=drift)


def _derived(part: Part, budget: Budget) -> PartReport:
    formula, scope = part.formula, part.scope
    crowded = next(
        (a for a in formula.arrays if isinstance(a, MatrixArray) and a.rounded_count > MOST_PARAMETERS), None
    )
    if crowded is not None:  # a canonical form with a parameter for each of them would be too large
        return open_report(part, not_exact(crowded.name))
    try:
        # By cost: a reading for every C and entries put in, then all labels at one C, then every C with free entries.
        if is_large(formula, scope):
            try:
                form, general, value = placed_form(formula, scope, budget)
                return _judged(part, form, index_steps(general), (value,), budget)
            except Undecided:
                if scope.classes.low > LARGEST_LABELLED:
                    raise
        if has_entries(formula, scope.classes):
            try:
                labels = agreed_labels(formula, scope, budget, order=1)
                return _judged(part, labelled_form(labels), label_steps(labels), labels.values, budget)
            except Undecided as stop:
                if not _is_crowded(formula, stop):
                    raise
                form, general, value = placed_form(formula, scope, budget)
                return _judged(part, form, index_steps(general), (value,), budget)
        agreed = agreed_gradient(formula, scope, budget)
        form = indexed_form(agreed.constants, agreed.field)
        return _judged(part, form, index_steps(agreed), (agreed.constants.value,), budget)
    except Undefined as stop:
        undefined_at(formula, scope, stop, budget)
        return open_report(part, stop.reason)
    except Kink as stop:
        return _kinked(part, stop.reason)
    except Undecided as stop:
        return open_report(part, stop.reason)


def _kinked(part: Part, reason: Reason) -> PartReport:
    """REFUTED by a derivative that does not exist at a point of the scope."""
    formula, scope = part.formula, part.scope
    # One choice of the entries is enough: the condition is about all of them.
    point = next(array_points(formula, scope, scope.classes.low), None)
    # Which derivative autograd takes at a tie with a detached part is a convention, of which values say nothing.
    found = None if point is None or formula.detaches else break_of(point.formula(formula), point.scope)
    smooth = kink_finding(Condition.LOSS_SMOOTH, found, reason)
    if found is None or point is None or found.order > 1:
        detail = "the gradient at 0 was not derived"
        gradient = Finding(Condition.LOSS_GRADIENT, Verdict.UNDECIDED, detail, reason=reason)
        return _report(part, smooth, gradient, None)
    w = found.witness
    witness = point.witness(w.quantity, w.value, w.expected, w.decimal)
    detail = "the gradient at 0 does not exist"
    gradient = Finding(Condition.LOSS_GRADIENT, Verdict.REFUTED, detail, Trust.BALL, witness=witness)
    return _report(part, smooth, gradient, Tier.NONDIFF)


def _judged(
    part: Part, form: GradientForm, steps: Derivation, values: tuple[Element, ...], budget: Budget
) -> PartReport:
    """The tier from what holds in the whole scope and from points of it; the gradient condition with its witness."""
    formula, scope = part.formula, part.scope
    # The tier is settled where a point is as bad as the identities of the whole scope allow.
    bound = worst_possible(form)
    nothing_is_free = not formula.parameters and not any(a.is_free or a.is_rounded for a in formula.arrays)
    if nothing_is_free and scope.classes.fixed is not None:
        bound = tier_at_point(form) or bound
    worst: tuple[Tier, ArrayPoint, GradientForm] | None = None
    for point in _points(formula, scope, budget):
        at, found = point
        if worst is None or found[0].rank > worst[0].rank:
            worst = (found[0], at, found[1])
        if worst[0].rank >= bound.rank:
            break
    tier = worst[0] if worst is not None and worst[0].rank >= bound.rank else None
    smooth = _smooth(formula, form, values)
    gradient = _gradient(form, bound, worst, steps)
    return _report(part, smooth, gradient, tier, form, _kappa(form, scope, tier), drift_of(form, tier))


def _kappa(form: GradientForm, scope: Scope, tier: Tier | None) -> Element | None:
    """The one kappa, if there is one and it does not depend on the entries of an array."""
    kappa = form.kappa
    scalars = {"C", *(p.name for p in scope.parameters)}
    has_one = form.single or tier is Tier.QUOTIENT
    return kappa if has_one and form.field.depends(kappa) <= scalars else None


def _points(formula: Formula, scope: Scope, budget: Budget) -> Iterator[tuple[ArrayPoint, tuple[Tier, GradientForm]]]:
    """Points of ``scope`` with the tier that the loss has there."""
    low = scope.classes.low
    # At C = 2 a b_y has one entry off the label, so that nothing bends: a second number of classes is looked at.
    for classes in (c for c in (low, low + 1) if c in scope.classes):
        for point in array_points(formula, scope, classes):
            try:
                form = _form_at(point.formula(formula), point.scope, budget)
                tier = tier_at_point(form)
            # A point that is not decided refutes nothing, and proves nothing either: the next one may.
            except Undecided:
                continue
            if tier is not None:
                yield point, (tier, form)


def _form_at(formula: Formula, scope: Scope, budget: Budget) -> GradientForm:
    """The form of the gradients where nothing is free."""
    if is_large(formula, scope):
        try:
            return placed_form(formula, scope, budget)[0]
        except Undecided:
            if scope.classes.low > LARGEST_LABELLED:
                raise
    try:
        return labelled_form(labelled_expansion(formula, scope, budget, order=1))
    except Undecided as stop:
        if not _is_crowded(formula, stop):
            raise
        return placed_form(formula, scope, budget)[0]


def _is_crowded(formula: Formula, stop: Undecided) -> bool:
    """Whether rounded entries, which are parameters, made the forms of all labels together too large."""
    return stop.reason.code is Code.BUDGET and any(a.is_rounded for a in formula.arrays)


def _smooth(formula: Formula, form: GradientForm, values: tuple[Element, ...]) -> Finding:
    by = EXISTS
    steps = [Step("value at 0", form.text(values[0]), by)]
    if len(values) > 1:
        steps = [Step(f"value at 0 for y = {y + 1}", form.text(v), by) for y, v in enumerate(values[:MOST_SHOWN])]
    return Finding(Condition.LOSS_SMOOTH, Verdict.PROVED, smooth_detail(formula), derivation=tuple(steps))


_LINEAR_PART = (
    "the linear part l_lin(z, y) = b_y'z is symmetric; Theorems 2, 2' and 3 hold with it in the place of kappa l_MUH"
)


def _gradient(
    form: GradientForm, bound: Tier, worst: tuple[Tier, ArrayPoint, GradientForm] | None, steps: Derivation
) -> Finding:
    condition = Condition.LOSS_GRADIENT
    lead = next((c for c in (form.kappa, *form.leads) if form.sign(c).kind is Kind.POSITIVE), None)
    steps = (*steps, *form_steps(form))
    if bound.meets_condition and lead is not None and form.field.depends(lead):
        name = "sign of kappa" if form.single else "sign of a positive multiple of kappa, where there is one"
        steps = (*steps, *(Step(name, form.named(line)) for line in form.sign(lead).steps))
    # A lead that is nowhere <= 0 is what makes the condition hold, and how its sign was found is what it rests on.
    trust = Trust.EXACT if lead is None or form.sign(lead).exact else Trust.BALL
    if bound.meets_condition:
        if form.single:
            detail = f"tier {bound}: b_y = -kappa o_y with kappa = {form.text(form.kappa)} > 0"
            return Finding(condition, Verdict.PROVED, detail, trust, steps)
        return Finding(Condition.LOSS_GRADIENT_SUM, Verdict.PROVED, f"tier {bound}: {_LINEAR_PART}", trust, steps)
    if worst is not None and not worst[0].meets_condition:
        tier, point, there = worst
        detail = f"tier {tier} at C = {point.classes}: {tier.value}"
        witness = tier_witness(tier, point, there)
        # A rational number that is not what it has to be needs no ball.
        trust = Trust.EXACT if re.fullmatch(r"-?\d+(/\d+)?", witness.value) else Trust.BALL
        return Finding(condition, Verdict.REFUTED, detail, trust, steps, witness)
    why = "neither was the gradient condition shown for all entries of the arrays, nor was it seen to fail"
    reason = Reason(Code.SIGN_UNKNOWN, why, "give the arrays entries, or give values to parameters")
    return Finding(condition, Verdict.UNDECIDED, reason.why, trust, steps, reason=reason)
