"""Cases: what holds where, if C or a parameter decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcheck.language.scope import Classes
from symcheck.tier import Tier
from symcheck.verdict import Verdict

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True)
class Case:
    """What holds for the numbers of ``classes``, and there ``where`` the parameters are so ("" for all values)."""

    classes: Classes
    where: str
    tier: Tier | None
    kappa: Expr | None
    verdict: Verdict
