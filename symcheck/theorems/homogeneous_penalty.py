"""Theorem 2' for homogeneous penalties (beyond the paper): the Hessian at 0 vanishes or is missing."""

from __future__ import annotations

from symcheck.finding import Condition
from symcheck.theorems.base import NO_TIES, Facts, Theorem, local_conditions
from symcheck.verdict import Verdict, conjunction


def _applies(facts: Facts) -> Verdict:
    """For degrees k > 1, where Theorem 2' itself does not apply."""
    if local_conditions(facts) is Verdict.PROVED:
        return Verdict.REFUTED
    gradient = facts.verdict(Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT)
    if facts.degree is None or not facts.degree.is_number:
        return conjunction([gradient, Verdict.UNDECIDED])
    if facts.degree == 2 and facts.findings.get(Condition.REGULARIZER_SMOOTH) is Verdict.PROVED:
        # then g is the quadratic form of its Hessian, and positive off 0 only where that is definite
        return conjunction([gradient, facts.verdict(Condition.REGULARIZER_CURVATURE)])
    return conjunction([gradient, Verdict.PROVED if bool(facts.degree > 1) else Verdict.REFUTED])


THEOREM = Theorem(
    name="Theorem 2' for homogeneous penalties",
    place="beyond the paper",
    statement=(
        r"g(tz) = t^k g(z),\ k > 1 \implies Z_\alpha / \alpha^{1/(k-1)} \to \arg\min_F\, (l_{lin} + g),\ "
        r"Z^{noisy} = a^{1/(k-1)} Z^{clean}"
    ),
    concludes="clean and noisy training share one limit direction; the limit problem is l_lin + g itself",
    assumptions=(
        "a finite sample, and the outputs form a closed cone",
        "g is continuous and g(z) > 0 for z != 0",
        "l(z, y) >= l(0, y) - K ||z|| for some K",
        "the minimiser of l_lin + g on the cone is unique and not 0",
        NO_TIES,
    ),
    applies=_applies,
    deviation="not in the paper, whose Lemma 4 needs D^2 g(0) positive definite",
    rank=4,
)
