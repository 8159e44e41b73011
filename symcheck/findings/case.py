"""Cases: what holds where, if C or a parameter decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Classes

if TYPE_CHECKING:
    from sympy import Expr  # reading a page takes no SymPy


@dataclass(frozen=True)
class Case:
    """What holds for the numbers of ``classes``, and there ``where`` the parameters are so ("" for all values).

    ``tier`` is the worst that occurs there, and the only one if ``is_one_tier``, and ``kappa`` is its scale, if it has
    one.  ``verdict`` is that of the condition there.  REFUTED means that the condition
    fails at every point of the case, or, if it is not ``is_uniform``, at one of them at least.  ``quotient``: it is
    stated on R^C/(1, ..., 1).  ``switch`` is the subexpression whose branch is what the case is about, if it is;
    ``is_special``: the case lies inside another one, as a value of a parameter at which a SCALED loss is EXACT.
    """

    classes: Classes
    where: str
    tier: Tier | None
    kappa: Expr | None
    verdict: Verdict
    quotient: bool = False
    is_uniform: bool = True
    switch: str = ""
    is_special: bool = False
    is_one_tier: bool = True
