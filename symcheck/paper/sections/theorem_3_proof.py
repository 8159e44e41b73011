"""Appendix: the proof of Theorem 3, from the local branch to the minimiser."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import fmpq, fmpq_series
from sympy import Poly, Symbol, cancel, diff, fraction

from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, repairs, steps
from symcheck.paper.exact import ALGEBRA, newton_series, rational, theorem_fact, vanishes

ORDER = 60

S, ALPHA = Symbol("s"), Symbol("alpha")
OBJECTIVE = -ALPHA * S + 2 * S**2 / (1 + 2 * S**2)
"""alpha MUH + ||z||^2/(1 + ||z||^2) at the outputs (s, -s) of one point with y = 1, C = 2."""


def _equation(s: fmpq_series, alpha: fmpq_series) -> fmpq_series:
    """The derivative of the objective, 4 s/(1 + 2 s^2)^2 - alpha, times the denominator and divided by 4."""
    square = fmpq_series([1]) + s * s * fmpq_series([2])
    return s - alpha * square * square / fmpq_series([4])


def _branch_is_not_the_minimiser(w: Values) -> Iterator[Fact]:
    alpha, far = rational(w["alpha"]), rational(w["s"])
    branch = newton_series(_equation, Fraction(1), 5)
    series = sum((rational(Fraction(int(branch[n].p), int(branch[n].q))) * ALPHA**n for n in range(5)), Symbol("s") * 0)
    # The series is put into the derivative of the objective itself, not into the equation that it was solved from.
    above, _ = fraction(cancel(diff(OBJECTIVE, S)))
    left = Poly(above.subs(S, series), ALPHA)
    yield proves(
        r"Theorem 2 gives the local branch of $l_{MUH} + \tfrac{\Vert z\Vert^2}{1 + \Vert z\Vert^2}$ on $(s, -s)$: $s "
        r"= \tfrac\alpha4 + O(\alpha^3)$ is stationary, and the second derivative is $4 > 0$ at 0",
        all(left.coeff_monomial(ALPHA**n) == 0 for n in range(5))
        and branch[1] == fmpq(1, 4)
        and vanishes(diff(OBJECTIVE, S, 2).subs({S: 0, ALPHA: 0}) - 4),
        "power series with rational coefficients (FLINT), put into the derivative of the objective",
        f"s = {series}",
    )
    near = (OBJECTIVE.subs(S, series)).subs(ALPHA, alpha)
    there = OBJECTIVE.subs({S: far, ALPHA: alpha})
    yield repairs(
        r"Definition 1 asks for the minimiser, and the branch is none: at the witness the objective is lower by far, "
        r"and $l_{MUH}$ falls for ever (E13); the proof of Theorem 2 does not speak of such outputs",
        bool(alpha > 0) and bool(there < near - 1),
        ALGEBRA,
        f"at alpha = {alpha}, s = {far}: {there}, and near 0 {near}",
    )
    for theorem, wanted in (("Theorem 2", Verdict.PROVED), ("Theorem 3", Verdict.REFUTED)):
        yield theorem_fact(theorem, "muh", "total(z**2)/(1 + total(z**2))", wanted)
    yield theorem_fact("Theorem 3", "cross_entropy", "l2", Verdict.PROVED)


CLAIMS = (
    Claim(
        id="E29",
        place="appendix, Theorem 3, proof",
        title="A step from global to local minimisers is missing",
        printed=r"From the fact that the limit in eq. 3 holds what we need is a direct consequences of the proof of "
        r"Theorem 2.",
        proved=r"The proof of Theorem 2 follows minimisers near $\theta_0$.  That those of $\alpha L + G$ come near it "
        r"needs convex $l$ and $g$, or the bounds of Theorem 2': minimisers are held.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - Theorem 2 speaks of $\theta_n \to \theta_0$, Definition 1 of the minimiser wherever it is.
            - For $g = \tfrac{\Vert z\Vert^2}{1 + \Vert z\Vert^2}$ and MUH the branch near 0 has the right direction,
              and the objective is unbounded below.
            - With convex $l$ and $g$ every minimiser has $|\theta| \le K\alpha/c$: the lines of E13.
        """),
        compute=_branch_is_not_the_minimiser,
        witness=Point(r"$\alpha = %(alpha)s$, $s = %(s)s$", alpha=Fraction(1, 10), s=1000),
        rests_on=("E13", "theorem-2"),
    ),
)
