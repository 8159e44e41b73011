"""The theorem of Ghosh, Kumar and Sastry (section 3 of the paper): symmetric losses, without any penalty."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.findings.condition import Condition
from symcheck.theorems.base import CONE, DOMAIN, EVERY, EXIST, EXPECTATIONS, REFERENCE, SHARED, Facts, Theorem
from symcheck.theorems.premise import Premise


def _needs(facts: Facts) -> Iterator[Premise]:
    return facts.premises(Condition.LOSS_SYMMETRIC)


THEOREM = Theorem(
    name="Ghosh",
    place="section 3, after Ghosh, Kumar and Sastry",
    statement=r"\sum_y l(z, y) = K \implies \arg\min \bar L_l = \arg\min L_l \quad (\rho < (C-1)/C)",
    concludes="without a penalty, noise changes neither the minimisers of the loss nor their predictions",
    assumptions=(EXIST, EXPECTATIONS),
    needs=_needs,
    deviation="the loss need not be bounded; its expectations have to be finite",
    rank=30,
    covers=(EVERY, CONE, SHARED, REFERENCE),
    on_request=True,
    is_alone=True,
    discharges=DOMAIN,
)
