"""What answers about a preference loss are made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.material import Material, material_of
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.detached import NOTHING_TO_MINIMISE
from symcheck.conditions.everywhere.everywhere import points_of
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.preference_subject import PreferenceSubject
from symcheck.language.scope import FEWEST
from symcheck.problem import NO_PENALTY, Subject
from symcheck.reason import Reason
from symcheck.theorems.base import Facts

SIMPLE = tuple(map(Fraction, ("1", "1/4", "1/10", "2", "0", "-1")))
"""Values of a parameter that are looked at first, where its interval has them."""

MOST_POINTS = 3
"""Values of the parameters that are looked at for a point against a statement."""


@dataclass(frozen=True)
class Asked:
    """A ``preference`` loss, with a penalty or alone, and what the ``certificate`` of it was made from.

    ``starts_there``: whether a run starts at the reference, where both scores are 0.  Points that are looked at have
    the values in ``fixed``.
    """

    preference: PreferenceSubject
    certificate: Certificate
    material: Material
    starts_there: bool
    budget: Budget
    fixed: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def loss(self) -> Subject:
        """The loss l(z, y) of two classes, with z[y] = chosen."""
        return self.certificate.loss

    @property
    def penalty(self) -> Subject | None:
        """The penalty, None if there is none."""
        return None if self.certificate.regularizer == NO_PENALTY else self.certificate.regularizer

    @property
    def facts(self) -> Facts:
        """What has been decided about the loss and the penalty."""
        return self.material.facts

    @property
    def obstacle(self) -> Reason | None:
        """Why nothing can be said of minimisers at all."""
        unread = self.certificate.problem.unread
        return unread or (NOTHING_TO_MINIMISE if self.facts.detaches else None)

    @property
    def f(self) -> str:
        """What the loss is called as a function of its own arguments."""
        return "phi(h)" if self.preference.in_margin else "f(chosen, rejected)"

    @property
    def swapped(self) -> str:
        """The same for the flipped pair."""
        return "phi(-h)" if self.preference.in_margin else "f(rejected, chosen)"

    def points(self) -> Iterator[ArrayPoint]:
        """Values of the parameters of the scope: simple ones first."""
        scope = self.certificate.scope
        # A rounded number has no value: what is shown has to hold wherever in its interval it lies.
        exact, rounded = ([p for p in scope.parameters if p.rounded is r] for r in (False, True))
        simple = {p.name: next((v for v in SIMPLE if v in p.interval), None) for p in exact}
        known = {n: v for n, v in simple.items() if v is not None}
        first = [ArrayPoint(FEWEST, values=known, rounded=tuple(rounded))] if len(known) == len(simple) else []
        for point in (*first, *points_of(self.loss.formula, scope, FEWEST, MOST_POINTS)):
            self.budget.check()
            yield replace(point, values={**point.values, **self.fixed})

    @property
    def is_in_margin(self) -> bool:
        """Whether the loss, and the penalty if there is one, are functions of h alone."""
        if not self.preference.in_margin or self.penalty is None:
            return self.preference.in_margin
        return self.certificate.quotient or self.facts.finding(Condition.SHIFT_INVARIANT).verdict is Verdict.PROVED

    def shown(self, chosen: Fraction, rejected: Fraction) -> str:
        """The scores of a pair as a reader writes them."""
        if self.is_in_margin:
            return f"h = {chosen - rejected}"
        return f"(chosen, rejected) = ({chosen}, {rejected})"


def asked_of(preference: PreferenceSubject, penalty: Subject | None, starts_there: bool, budget: Budget) -> Asked:
    """What is asked of ``preference`` with ``penalty``, or alone, within ``budget``."""
    certificate = certify(preference.loss, penalty, classes=FEWEST, budget=budget.left)
    made = material_of(certificate.problem, budget.left, budget)
    return Asked(preference, certificate, made, starts_there, budget)
