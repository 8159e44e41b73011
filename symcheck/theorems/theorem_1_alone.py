"""Theorem 1 without a penalty (beyond the paper): what depends on the label need not be a multiple of MUH."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.budget import Budget
from symcheck.conditions.remembered import remembered
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.theorems.base import CONE, DOMAIN, EXIST, IS_A_CONE, REFERENCE, SHARED, Facts, Theorem
from symcheck.theorems.premise import Premise


def _needs(facts: Facts) -> Iterator[Premise]:
    # Canonical forms for all z are loaded for the loss alone only.
    from symcheck.conditions.everywhere.homogeneous import homogeneity
    from symcheck.conditions.everywhere.without_penalty import not_homogeneous

    statement, loss = Condition.LOSS_HOMOGENEOUS.value, facts.problem.loss.formula
    scope = facts.problem.scope.of(loss)
    found = remembered(homogeneity, loss, scope, Budget())
    if found.degree is not None:
        detail = f"k = {found.degree}: noise multiplies the minimisers by a^(1/(k - 1))"
        yield Premise(statement, Verdict.PROVED, detail)
        return
    witness = not_homogeneous(loss, scope, Budget()) if facts.is_asked else None
    if witness is not None:
        yield Premise(statement, Verdict.REFUTED, "they do not scale so", witness=witness)
        return
    yield Premise(statement, Verdict.UNDECIDED, "not shown", reason=found.reason)


THEOREM = Theorem(
    name="Theorem 1 without a penalty",
    place="beyond the paper",
    statement=(
        r"s = \mathrm{sym}(l) - \mathrm{const},\ s(tz, y) = t\, s(z, y),\ r = \mathrm{ins}(l) - \mathrm{const},\ "
        r"r(tz) = t^k r(z)\ (k > 1),\ \mathcal Z = t \mathcal Z \implies \arg\min \bar L_l = a^{1/(k-1)} \arg\min L_l"
    ),
    concludes="without any penalty, noise multiplies the minimisers on a cone by a^(1/(k-1)), and moves no prediction",
    assumptions=(IS_A_CONE, EXIST),
    needs=_needs,
    deviation="the paper has sym(l) = l_MUH and a penalty; what depends on the label may be homogeneous of degree 1",
    rank=15,
    covers=(CONE, SHARED, REFERENCE),
    on_request=True,
    is_alone=True,
    only_alone=True,
    discharges=DOMAIN,
)
