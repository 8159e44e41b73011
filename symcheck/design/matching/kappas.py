"""The kappa of a loss by cases: where there is one, and where not, why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Piecewise

from symcheck.budget import Budget
from symcheck.conditions.agreement.comparison import is_shown_zero
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.remembered import remembered
from symcheck.errors import FormulaError
from symcheck.findings.case import Case
from symcheck.findings.finding import Finding
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.problem import Subject
from symcheck.reason import Reason

POSITIVE = (Tier.EXACT, Tier.SCALED, Tier.QUOTIENT)
"""Tiers with one kappa > 0."""


@dataclass(frozen=True)
class Kappa:
    """``value`` is the kappa for these ``classes`` in the ``part`` of the scope; ``where`` is it in words.

    ``is_positive``: it is > 0 at every point there; ``has_drift``: b_y = -kappa o_y + c 1 with a c that may not be 0.
    """

    classes: Classes
    value: Expr
    where: str
    part: Part
    is_positive: bool
    has_drift: bool


@dataclass(frozen=True)
class Without:
    """For these ``classes``, ``where`` parameters are so, kappa > 0 fails (REFUTED), or it is open.

    ``is_everywhere``: of REFUTED, that it is so at every point there, and not only at some of them; ``is_known``: there
    is a kappa all the same, of another sign.
    """

    classes: Classes
    where: str
    verdict: Verdict
    tier: Tier | None
    is_everywhere: bool
    is_known: bool
    reason: Reason | None = None

    def told(self, title: str) -> str:
        """What is wrong there with the loss of this ``title``."""
        place = ", ".join(x for x in (str(self.classes), self.where) if x)
        if self.tier is None:
            return f"the tier of {title} is open for {place}"
        some = "" if self.is_everywhere else " at some points"
        return f"{title} has the tier {self.tier}{some} for {place}: {self.tier.value}"


@dataclass(frozen=True)
class Kappas:
    """The ``found`` kappas of a loss, where they are not > 0, and the kappa that all cases share, if there is one."""

    found: tuple[Kappa, ...]
    without: tuple[Without, ...]
    shared: Expr | None


def one_kappa_for_all(subject: Subject, argument: str) -> Subject:
    """``subject``, if it treats all classes alike; else raises ``FormulaError``, which names the ``argument``."""
    formula = subject.formula
    if not formula.uses_label:
        raise FormulaError(f"{argument}: got {subject.title}, which has no label in it; a loss is matched with a loss")
    if formula.is_classwise:
        arrays = ", ".join(a.name for a in formula.arrays)
        raise FormulaError(
            f"{argument}: {subject.title} treats the classes differently, by {arrays}, so it has no one kappa; give "
            f"{arrays} equal entries, or match another loss"
        )
    return subject


def kappas_of(formula: Formula, scope: Scope, budget: Budget) -> Kappas:
    """The kappas of the loss ``formula`` in ``scope``, by cases."""
    report = remembered(loss_report, formula, scope.of(formula), budget)
    # One slope for the whole scope has one drift.
    drift_free = report.form is not None and is_shown_zero(report.form.c)
    found: list[Kappa] = []
    without: list[Without] = []
    for loss_case in report.cases:
        case, part = loss_case.case, loss_case.part
        if case.is_special:
            continue
        is_known = case.kappa is not None and part is not None and case.tier is not Tier.NONDIFF
        is_positive = is_known and case.tier in POSITIVE and case.is_one_tier
        if is_known:
            assert case.kappa is not None
            assert part is not None
            has_drift = not drift_free and case.tier not in (Tier.EXACT, Tier.SCALED)
            found.append(Kappa(case.classes, case.kappa, case.where, part, is_positive, has_drift))
        if not is_positive:
            without.append(_without(case, report.findings, is_known=is_known))
    shared = None if isinstance(report.kappa, Piecewise) or not all(w.is_known for w in without) else report.kappa
    return Kappas(tuple(found), tuple(without), shared)


def _without(case: Case, findings: tuple[Finding, ...], *, is_known: bool) -> Without:
    fails = case.tier is not None and case.tier not in POSITIVE
    reason = None if fails else next((f.reason for f in findings if f.reason is not None), None)
    verdict = Verdict.REFUTED if fails else Verdict.UNDECIDED
    return Without(case.classes, case.where, verdict, case.tier, fails and case.is_one_tier, is_known, reason)


def pairs(first: Kappas, second: Kappas) -> Iterator[tuple[Classes, Kappa, Kappa]]:
    """Each kappa of the one beside each of the other, for the classes that they have in common."""
    for one in first.found:
        for two in second.found:
            common = one.classes.common(two.classes)
            if common is not None:
                yield common, one, two
