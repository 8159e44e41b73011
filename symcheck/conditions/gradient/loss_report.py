"""What is decided about a loss alone: whether it is smooth at 0, and which form its gradients there have.

The scope of a loss that treats all classes alike is cut where a parameter decides, that of one that does not into C = 2
and the rest.  Each part has its report, and they are put together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import sympy

from symcheck.budget import Budget
from symcheck.conditions.agreement.scopes import classwise_runs
from symcheck.conditions.cases.by_cases import InPart, shared
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.split import reports_by_part
from symcheck.conditions.cases.wider import NOT_WHOLE, at, points_inside
from symcheck.conditions.gradient.alike import alike_report
from symcheck.conditions.gradient.apart import apart_report
from symcheck.conditions.gradient.drift import Drift
from symcheck.conditions.gradient.reports import LossCase, LossReport, PartReport, TierRow, open_report
from symcheck.conditions.gradient.tiers import exact_ends, worst_tier
from symcheck.errors import FormulaError
from symcheck.findings.case import Case
from symcheck.findings.finding import Finding
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.language.vector_array import VectorArray
from symcheck.reason import Reason


def loss_report(formula: Formula, scope: Scope, budget: Budget) -> LossReport:
    """The findings on the loss ``formula`` in ``scope``; a stop on the way is a finding with its reason.

    A statement about free arrays is about all their entries; REFUTED comes with entries and a number of classes
    at which it fails.  Raises ``FormulaError`` where the formula has no value at z = 0.
    """
    return _apart(formula, scope, budget) if formula.is_classwise else _alike(formula, scope, budget)


def _alike(formula: Formula, scope: Scope, budget: Budget) -> LossReport:
    reports = reports_by_part(Part(formula, scope), alike_report, open_report, budget)
    reports = reports.mapped(lambda part, report: _held(part, report, formula, scope, budget))
    return LossReport(
        findings=(reports.together(lambda r: r.smooth), reports.together(lambda r: r.gradient)),
        tier=worst_tier([report.tier for _, report in reports.pairs]),
        cases=tuple(case for part, report in reports.pairs for case in _with_exact_ends(part, report)),
        kappa=shared([InPart(p, r.kappa) for p, r in reports.pairs], scope.classes),
        parts=reports.pairs,
    )


def _apart(formula: Formula, scope: Scope, budget: Budget) -> LossReport:
    formula = formula.with_powers_of_abs(scope.classes.fixed)
    runs = [Part(formula, one) for one in classwise_runs(formula, scope)]
    pairs = tuple((part, apart_report(part, budget)) for part in runs)
    reports, tiers = [r for _, r in pairs], [r.tier for _, r in pairs]
    # The finding that is shown is the one of the run that fails, or is open; of several the one with the worst tier.
    worst = min(reports, key=lambda r: (r.gradient.verdict.value, -1 if r.tier is None else -r.tier.rank))
    gradient = worst.gradient
    if gradient.verdict is Verdict.REFUTED and all(r.drift is Drift.NONE for r in reports):
        remark = "yet sum_y b_y = 0 in the whole scope: noise moves no limit, it is what is predicted that fails"
        gradient = replace(gradient, detail=f"{gradient.detail}; {remark}")
    cases = [replace(case, part=None) for part, report in pairs for case in _cases(part, report)]
    return LossReport(
        findings=(min((r.smooth for r in reports), key=lambda f: f.verdict.value), gradient),
        # FAIL is the worst there is, so that runs whose tier is open do not matter.
        tier=Tier.FAIL if Tier.FAIL in tiers else worst_tier(tiers),
        cases=(*cases, *_equal_entries(formula, scope, budget)),
        kappa=shared([InPart(p, r.kappa) for p, r in pairs], scope.classes),
        parts=pairs,
    )


def open_loss_report(formula: Formula, scope: Scope, reason: Reason) -> LossReport:
    """The report on a loss of which nothing was derived, for ``reason``."""
    part = Part(formula, scope.of(formula))
    report = open_report(part, reason)
    return LossReport((report.smooth, report.gradient), None, tuple(_cases(part, report)))


def _cases(part: Part, report: PartReport) -> list[LossCase]:
    """The cases of a part."""
    kappa = None if report.scale is None else part.back(report.scale.sympy())
    return [
        LossCase(
            Case(
                row.classes, part.where, row.tier, sympy.Integer(1) if row.tier is Tier.EXACT else kappa, row.verdict,
                is_uniform=row.is_uniform, switch=part.switch, is_one_tier=row.is_one_tier,
            ),
            part,
        )
        for row in report.tiers
    ]  # fmt: skip


def _with_exact_ends(part: Part, report: PartReport) -> list[LossCase]:
    """The cases of a part, and those of closed ends of a parameter at which a SCALED loss is EXACT."""
    found = []
    for case in _cases(part, report):
        found.append(case)
        # With constraints the ends of the interval are no longer those that a reader sees.
        if case.case.tier is Tier.SCALED and not part.constraints and report.form is not None:
            for end in exact_ends(report.form.kappa):
                special = replace(case.case, where=end, tier=Tier.EXACT, kappa=sympy.Integer(1), is_special=True)
                found.append(LossCase(special, part))
    return found


def _equal_entries(formula: Formula, scope: Scope, budget: Budget) -> list[LossCase]:
    """The cases in which all the entries of each free class-vector are equal, where that makes the loss symmetric."""
    vectors = [a for a in formula.arrays if a.is_free and isinstance(a, VectorArray)]
    if not vectors:
        return []
    equal = formula.with_equal_entries()
    if equal.is_classwise or equal.arrays:
        return []
    where = ", ".join(f"{a.name}_1 = ... = {a.name}_C" for a in vectors)
    try:
        report = loss_report(equal, Scope(scope.classes, equal.parameters), budget)
    except FormulaError:
        return []
    found = (c.case for c in report.cases)
    return [LossCase(replace(c, where=f"{where}, {c.where}" if c.where else where, is_special=True)) for c in found]


def _held(part: Part, report: PartReport, formula: Formula, scope: Scope, budget: Budget) -> PartReport:
    """The report on a part that may hold more values than the ``scope``: REFUTED by values of the scope only."""
    if not part.is_wider:
        return report
    points = list(points_inside(part, scope))
    if Verdict.REFUTED not in (report.smooth.verdict, report.gradient.verdict):
        # PROVED on more than the scope holds on the scope.  Only SCALED is worse than what may be so there: kappa may
        # be 1 at every whole number.
        kappa = None if report.scale is None else part.back(report.scale.sympy())
        if kappa is None or any(at(kappa, scope, *point) != 1 for point in points):
            return report
        rows = (replace(row, tier=None if row.tier is Tier.SCALED else row.tier) for row in report.tiers)
        return replace(report, tiers=tuple(rows))
    # REFUTED was seen at values that the scope may not have: it is looked for again at whole numbers.
    for classes, values in points:
        rest = tuple(p for p in scope.parameters if p.name not in values)
        there = loss_report(formula.with_values(values), Scope(Classes(classes, classes), rest), budget)
        smooth, gradient = there.findings
        if Verdict.REFUTED in (smooth.verdict, gradient.verdict):
            rows = (TierRow(r.classes, None, r.verdict, is_uniform=False) for r in report.tiers)
            return PartReport(
                _seen(report.smooth, smooth, values), _seen(report.gradient, gradient, values), tuple(rows)
            )
    rows = (TierRow(r.classes, None, max(r.verdict, Verdict.UNDECIDED, key=lambda v: v.value)) for r in report.tiers)
    return PartReport(_not_seen(report.smooth), _not_seen(report.gradient), tuple(rows))


def _seen(finding: Finding, there: Finding, values: Mapping[str, Fraction]) -> Finding:
    """A finding that is not PROVED in the whole part, as it is at one point."""
    if finding.verdict is Verdict.PROVED:
        return finding
    if there.verdict is not Verdict.REFUTED:
        return _not_seen(finding)
    witness = None if there.witness is None else replace(there.witness, parameters=values)
    return replace(there, witness=witness)


def _not_seen(finding: Finding) -> Finding:
    """REFUTED for real values in the place of whole ones says nothing."""
    if finding.verdict is not Verdict.REFUTED:
        return finding
    return Finding(finding.condition, Verdict.UNDECIDED, NOT_WHOLE.why, derivation=finding.derivation, reason=NOT_WHOLE)
