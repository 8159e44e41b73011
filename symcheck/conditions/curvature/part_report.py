"""What is found of a regularizer on one part of the scope: smooth at 0, stationary there, and its Hessian."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.curvature.alike_hessian import Curvature
from symcheck.conditions.curvature.hessian import Hessian
from symcheck.conditions.smoothness.kink import Break
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust, not_derived
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.weight import degree, is_continuous
from symcheck.reason import Reason


@dataclass(frozen=True)
class PartReport:
    """The findings on one part of the scope, and the ``hessians`` for runs of its classes; none where readings stopped.

    ``is_uniform``: what of the two findings is REFUTED is so at every point of the part.  ``agreed`` and
    ``curvature`` are those of a regularizer that treats all classes alike.
    """

    smooth: Finding
    gradient: Finding
    hessians: tuple[Hessian, ...] = ()
    is_uniform: bool = True
    agreed: Agreed | None = None
    curvature: Curvature | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether g is smooth, with a stationary point at 0."""
        return conjunction([self.smooth.verdict, self.gradient.verdict])


def open_part_report(reason: Reason) -> PartReport:
    """The report on a part of which nothing was derived, for ``reason``."""
    about = (Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_GRADIENT)
    smooth, gradient = (not_derived(condition, reason) for condition in about)
    return PartReport(smooth, gradient)


def gradient_by_kink(formula: Formula, scope: Scope, found: Break | None) -> Finding | None:
    """grad g(0) where the form has a kink: lost with what is ``found``, or 0 by the degree of homogeneity."""
    condition = Condition.REGULARIZER_GRADIENT
    if found is not None and found.order < 2:
        return Finding(condition, Verdict.REFUTED, found.detail, Trust.BALL, witness=found.witness)
    field = Field(Scope(scope.classes, scope.parameters))
    k = degree(formula, field)
    # Continuity is needed: a g of degree k that is unbounded on the sphere obeys no bound K ||z||**k.
    if k is None or field.sign(k - field.number(1)).kind is not Kind.POSITIVE or not is_continuous(formula):
        return None
    step = Step("g(tz), t > 0", f"t**({k.text()})*g(z)", "so |g(z)| <= K ||z||**k with k > 1, and grad g(0) = 0")
    return Finding(condition, Verdict.PROVED, "0 is a stationary point: g is of degree > 1", derivation=(step,))
