"""Theorem 1 (section 4 of the paper) in its homogeneous form: exact robustness at every lambda on cones."""

from __future__ import annotations

from symcheck.finding import Condition
from symcheck.theorems.base import Facts, Theorem
from symcheck.verdict import Verdict, conjunction


def _applies(facts: Facts) -> Verdict:
    """l linear and g of one degree k > 1, or l = linear + label-free quadratic and g quadratic."""
    if facts.degree is None:
        return Verdict.UNDECIDED
    above_one = facts.degree.is_number and bool(facts.degree > 1)
    remainder = (facts.linear and above_one) or (facts.quadratic and facts.degree == 2)
    shape = Verdict.PROVED if remainder else Verdict.UNDECIDED
    return conjunction([facts.verdict(Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT), shape])


THEOREM = Theorem(
    name="Theorem 1",
    place="section 4, Theorem 1 and Corollary 1",
    statement=(
        r"\mathrm{sym}(l) = \kappa\, l_{MUH},\ \kappa > 0,\ r = \mathrm{ins}(l) + \lambda g - \mathrm{const},\ "
        r"r(tz) = t^k r(z)\ (k > 1),\ \mathcal Z = t \mathcal Z \implies "
        r"\arg\min \bar L_{l + \lambda g} = a^{1/(k-1)} \arg\min L_{l + \lambda g}"
    ),
    concludes="l + lambda g is robust on every cone, for every lambda with minimisers and every rho < (C-1)/C",
    assumptions=("the family of outputs is a cone: Z in F <=> tZ in F for t > 0",),
    applies=_applies,
    deviation="the paper has k = 2 and g = z'Az; the displays of its proof have a wrong sign and factor",
    rank=0,
)
