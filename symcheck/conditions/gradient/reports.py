"""What is decided about a loss, in its scope and in the parts that this was put together from."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.gradient.drift import Drift
from symcheck.conditions.gradient.gradient_form import GradientForm
from symcheck.conditions.gradient.tiers import worst_tier
from symcheck.field.element import Element
from symcheck.findings.case import Case
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, not_derived
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.scope import Classes
from symcheck.reason import Reason

ABOUT = (Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT)
"""What a loss alone is asked."""


@dataclass(frozen=True)
class LossCase:
    """What holds for the numbers of ``classes`` in the ``part`` (None: of a loss that treats classes differently)."""

    case: Case
    part: Part | None = None


@dataclass(frozen=True)
class TierRow:
    """The ``tier`` and the ``verdict`` on the loss for the numbers of ``classes``, at every point if ``is_uniform``.

    ``is_one_tier``: the tier is that of every point, and not only the worst; a tier that is None is open.
    """

    classes: Classes
    tier: Tier | None
    verdict: Verdict
    is_uniform: bool = True
    is_one_tier: bool = True


@dataclass(frozen=True)
class PartReport:
    """The findings on one part of the scope, and its ``tiers`` by runs of classes.

    ``scale`` is kappa, None where there is not one.  ``form`` is that of the gradients, and ``agreed`` the expansion of
    a loss that treats all classes alike, None where they were not derived; ``drift`` is what is known of that of a loss
    that treats them differently.
    """

    smooth: Finding
    gradient: Finding
    tiers: tuple[TierRow, ...]
    scale: Element | None = None
    agreed: Agreed | None = None
    form: GradientForm | None = None
    drift: Drift = Drift.OTHER

    @property
    def verdict(self) -> Verdict:
        """Whether both conditions hold."""
        return conjunction([self.smooth.verdict, self.gradient.verdict])

    @property
    def tier(self) -> Tier | None:
        """The worst tier, None if a part of it is open."""
        return worst_tier([row.tier for row in self.tiers])

    @property
    def kappa(self) -> Element | None:
        """The scale in the parameters of the part: 1 where it is shown to be 1, whatever its form is."""
        if self.scale is None or any(row.tier is not Tier.EXACT for row in self.tiers):
            return self.scale
        return self.scale.field.number(1)


def open_report(part: Part, reason: Reason) -> PartReport:
    """The report on a part of which nothing was derived, for ``reason``."""
    smooth, gradient = (not_derived(condition, reason) for condition in ABOUT)
    return PartReport(smooth, gradient, (TierRow(part.scope.classes, None, Verdict.UNDECIDED),))


@dataclass(frozen=True)
class LossReport:
    """The ``findings``, the ``cases`` and the worst ``tier`` in the scope, None if a part of it is undecided.

    ``kappa`` is what all the cases share, or an expression by cases; None where there is none.  ``parts``: the reports
    that it was put together from.
    """

    findings: tuple[Finding, ...]
    tier: Tier | None
    cases: tuple[LossCase, ...]
    kappa: Expr | None = None
    parts: tuple[tuple[Part, PartReport], ...] = ()

    @property
    def is_alike(self) -> bool:
        """Whether the loss treats all classes alike: then each of the cases has a part of the scope."""
        return all(case.part is not None for case in self.cases)

    @property
    def agreed(self) -> Agreed | None:
        """The expansion in the whole scope, None where the formula branches on it or is not smooth."""
        return self.parts[0][1].agreed if len(self.parts) == 1 else None

    @property
    def form(self) -> GradientForm | None:
        """The form b_y = -kappa o_y + c 1 in the whole scope, None where the formula branches on it, or is another."""
        return self.parts[0][1].form if len(self.parts) == 1 and self.is_alike else None
