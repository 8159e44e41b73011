"""Section 5: Theorem 2."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import fmpq, fmpq_series
from sympy import Integer, Matrix, Rational, Symbol, diff, expand, integrate, symbols

from symcheck.certificates.certify import certify
from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, repairs, steps
from symcheck.paper.exact import ALGEBRA, RATIONAL, newton_series, rational, stationary, theorem_fact, vanishes

ORDER = 57

_CURVED = r"$C = 2$, one point with $y = 1$, $Z(\theta) = \tfrac12(\theta + \theta^2)(1, -1)$"
_T2 = "section 5, Theorem 2"


def _branch(rho: Fraction) -> fmpq_series:
    """theta(alpha) for the cross entropy + 1/2 ||z||^2, C = 2, one point with y = 1, margin s = theta + theta^2.

    In the margin the noisy loss has the derivative n(s) = -(1 - rho)/(1 + e^s) + rho/(1 + e^(-s)) and the penalty
    s^2/4 has s/2; dividing by ds/dtheta leaves alpha n(s) + s/2 = 0.
    """
    turned = fmpq_series([fmpq(rho.numerator, rho.denominator)])
    one, two = fmpq_series([1]), fmpq_series([2])

    def equation(theta: fmpq_series, alpha: fmpq_series) -> fmpq_series:
        s = theta + theta * theta
        slope: fmpq_series = (turned - one) / (one + s.exp()) + turned / (one + (-s).exp())
        return alpha * slope + s / two

    return newton_series(equation, Fraction(1, 2), 5)


def _theorem_2(w: Values) -> Iterator[Fact]:
    found = certify("cross_entropy", "l2")
    yield proves(
        "Theorem 2 applies to the cross entropy with l2 for every C",
        "Theorem 2" in [t.name for t in found.theorems],
        "certify: the conditions of Theorem 2",
        found.verdict.name,
    )
    clean, blurred = _branch(Fraction(0)), _branch(w["rho"])
    a = 1 - 2 * w["rho"]
    # J = (1/2, -1/2), H = I, b = -a o_1: E[J'HJ] = 1/2, E[J'b] = -a/2, v = a
    yield proves(
        f"{_CURVED}: "
        r"$\theta_\alpha = \alpha v + O(\alpha^2)$ with $v = -E[J'HJ]^{-1} E[J'b_Y] = -(\tfrac12)^{-1}(-\tfrac{a}{2}) "
        r"= a$ for both laws: noise turns $v$ into $av$ (an example on a curved family)",
        0 < a < 1
        and clean[0] == blurred[0] == 0
        and clean[1] == 1
        and Fraction(int(blurred[1].p), int(blurred[1].q)) == a,
        "power series with rational coefficients (FLINT)",
        f"v = {clean[1]} and {blurred[1]}",
    )
    yield from _domination(w)
    yield theorem_fact("Theorem 2", "cross_entropy", "quartic", Verdict.REFUTED)


def _domination(w: Values) -> Iterator[Fact]:
    """Z = theta phi with phi = X^(-1/3), X uniform on (0, 1), in the variable u = X^(1/3): dX = 3 u^2 du."""
    u, t, least = Symbol("u", positive=True), Symbol("theta"), rational(w["u"])
    margin = t / u
    # E phi^2 stays below 3 and E phi^4 grows without end: the Hessian is finite, and the fourth moment is not.
    square, fourth = (integrate(expand(margin**k * 3 * u**2), (u, least, 1)) for k in (2, 4))
    yield repairs(
        r"domination is to be asked for: $C = 2$, outputs $\tfrac12\theta\phi\,(1, -1)$ with $\phi = X^{-1/3}$, $X$ "
        r"uniform on $(0, 1)$, and $g = \tfrac12\Vert z\Vert^2 + \sum_i z_i^4$.  $E\phi^2 = 3$, so $E[J'J]$ is "
        r"positive definite, and $\nabla^2 g(0) = I$; but $E\phi^4 = \infty$, so $G$ is infinite off $\theta_0 = 0$ "
        r"and has no derivative there (below: both means over $X > u^3$)",
        bool(square.subs(t, 1) < 3) and bool(fourth.subs(t, 1) > 1000),
        RATIONAL,
        f"at u = {w['u']}: {square.subs(t, 1)} and {fourth.subs(t, 1)}",
    )
    e = Symbol("e", positive=True)
    yield proves(
        r"$E[\phi^2; X > u^3] = 3(1 - u) \to 3$ and $E[\phi^4; X > u^3] = 3(\tfrac1u - 1) \to \infty$ as $u \to 0$",
        vanishes(integrate(expand(3 * u**2 / u**2), (u, e, 1)) - 3 * (1 - e))
        and vanishes(integrate(expand(3 * u**2 / u**4), (u, e, 1)) - 3 * (1 / e - 1)),
        "the antiderivatives of powers",
    )


def _rank(w: Values) -> Iterator[Fact]:
    v1, v2, w1, w2, x1, x2 = symbols("v1 v2 w1 w2 x1 x2")
    hidden = (v1 * x1 + v2 * x2) ** 2  # any differentiable activation; its value and slope do not matter at w = 0
    outputs = Matrix([w1 * hidden, w2 * hidden])
    at = {w1: Rational(int(w["w1"])), w2: Rational(int(w["w2"]))}
    earlier = outputs.jacobian([v1, v2]).subs(at)
    yield repairs(
        r"two layers $z = W\sigma(Vx)$ with $W = 0$: the columns of $J$ that belong to $V$ are 0 for every $x$ and "
        r"$V$, so $E[J'J]$ is singular",
        all(vanishes(x) for x in earlier),
        ALGEBRA,
        f"rank {earlier.rank()} in the earlier layer",
    )
    samples, classes, parameters = 1, 2, 3
    wide = Matrix(samples * classes, parameters, lambda i, k: Symbol(f"j{i}{k}"))
    yield repairs(
        r"with more parameters than $nC$ it is singular for every model, as the rank of $E[J'J]$ is at most $nC$: "
        r"here $n = 1$, $C = 2$, $m = 3$, with the entries of $J$ symbols",
        samples * classes < parameters and vanishes((wide.T * wide).det()),
        ALGEBRA,
        "det J'J = 0",
    )
    full = outputs.jacobian([w1, w2]).subs({v1: 1, v2: 0, x1: 1, x2: 0})
    yield proves(
        "the last layer alone has full rank, so the hypothesis can hold where only it is trained",
        full.rank() == 2,
        RATIONAL,
    )


def _not_needed(w: Values) -> Iterator[Fact]:
    features = (w["phi1"], w["phi2"])
    t, alpha = symbols("theta alpha")
    # C = 2, y = 1, outputs theta phi (1, -1)/2: MUH is -theta phi/2 and ||z||^2/2 is (theta phi)^2/4
    risk = -sum((rational(x) * t / 2 for x in features), Integer(0)) / len(features)
    penalty = sum(((rational(x) * t) ** 2 / 4 for x in features), Integer(0)) / len(features)
    slope = diff(risk, t).subs(t, 0)
    v = -slope / diff(penalty, t, 2)
    moved = [rational(x) * v for x in features]
    yield repairs(
        r"linear, $C = 2$, two points with $y = 1$ and features $\phi = 1$ and $\phi = 0$: $\nabla Z\, v = 0$ at the "
        r"second one, so the printed hypothesis excludes these data, although $\nabla L(\theta_0) \ne 0$",
        bool(slope != 0) and sum(x == 0 for x in moved) == 1,
        RATIONAL,
        f"grad L = {slope}",
    )
    theta = stationary(alpha * risk + penalty, t)
    yield proves(
        r"the conclusion holds there: for $l_{MUH} + \tfrac12\Vert z\Vert^2$ the outputs are $\theta_\alpha\phi$ with "
        r"$\theta_\alpha = \alpha v$, so $Z/\Vert Z\Vert$ is the same for all $\alpha$",
        vanishes(theta - alpha * v),
        ALGEBRA,
        f"theta = {theta}",
    )


CLAIMS = (
    Claim(
        id="theorem-2",
        place=_T2,
        title=r"$\alpha l + g$ is asymptotically locally robust",
        printed=r"Let $l$ be a twice continuously differentiable loss function such that $\nabla_z l(0,y) = \nabla_z "
        r"l_{MUH}(0,y)$ and let $g$ be a twice continuously differentiable regularizer.  Let $\theta_0 \in R^m$ be "
        r"such that $Z(\theta_0) = 0$.  Assume that $Z(\theta)$ is almost surely twice continuously differentiable "
        r"on the closure of an open neighborhood $\Omega$ of $\theta_0$.  Also assume that $E[\nabla "
        r"Z'(\theta)\nabla Z(\theta)] \in R^{m \times m}$ is positive definite on $\Omega$.  If in addition $\nabla "
        r"Z(\theta_0)[\nabla^2 G(\theta_0)]^{-1}\nabla L_l(\theta_0) \ne 0$, it holds that $l_\alpha = \alpha l + g$ "
        r"is asymptotically locally robust at $\theta_0$.",
        proved=r"With $\nabla l(0,y) = -\kappa\, o_y$, $\kappa > 0$, $H = \nabla^2 g(0)$ positive definite, $E[J'J]$ "
        r"positive definite at $\theta_0$, $\nabla L(\theta_0) \ne 0$ and domination: for small $\alpha$ there is one "
        r"stationary point near $\theta_0$, a strict local minimum, $\theta_\alpha = \theta_0 + \alpha v + "
        r"o(\alpha)$, $v = -E[J'HJ]^{-1}E[J'b_Y]$; $Z(\theta_\alpha)/\Vert\cdot\Vert \to Jv/\Vert Jv\Vert$; noise "
        r"turns $v$ into $av$; on a cone the reference is robust.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - $[\nabla^2 G(\theta_0)]^{-1}$ is asked for, so $H_G = E[J'HJ]$ is positive definite: at a minimum it is
              positive semidefinite.  $G$ is strictly convex near $\theta_0$.
            - The implicit function theorem for $\alpha\nabla L + \nabla G = 0$: one stationary point $\theta_\alpha$
              near $\theta_0$, and by Lemma 4 it is a strict local minimum.
            - Lemma 3: $\theta_\alpha = \theta_0 + \alpha v + o(\alpha)$ with $v = -H_G^{-1}\nabla L(\theta_0) \ne 0$.
            - $Z(\theta_\alpha) = \alpha Jv + o(\alpha)$ in $L_2$ (domination), and $\Vert Jv\Vert^2 = v'E[J'J]v > 0$.
            - $\nabla\bar L(\theta_0) = E[J'\bar b] = a\nabla L(\theta_0)$, as $\sum_y b_y = 0$: noise turns $v$ into
              $av$, and the direction stays.
            - The reference $\beta l_{lin} + g_{sq}$ has the same $v$, and is robust on a cone by Theorem 1.
        """),
        compute=_theorem_2,
        witness=Point(
            r"$\rho = %(rho)s$ in the first example, $u = %(u)s$ in the second", rho=Fraction(1, 4), u=Fraction(1, 1000)
        ),
        rests_on=(
            "E8",
            "lemma-4-hessian",
            "lemma-4-positive",
            "lemma-4-between",
            "E4",
            "theorem-1",
            "the implicit function theorem",
            "dominated convergence",
        ),
    ),
    Claim(
        id="E20",
        place=_T2,
        title=r"$\nabla Z\,v \ne 0$ almost surely is not needed",
        printed=r"Also assume that $E[\nabla Z'(\theta)\nabla Z(\theta)] \in R^{m \times m}$ is positive definite on "
        r"$\Omega$.  If in addition $\nabla Z(\theta_0)[\nabla^2 G(\theta_0)]^{-1}\nabla L_l(\theta_0) \ne 0$ "
        r"[almost surely], it holds that",
        proved=r"$\nabla L(\theta_0) \ne 0$ is enough, and so is $E[J'J]$ positive definite at $\theta_0$.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - What the proof divides by is $\Vert Jv\Vert_{L_2}$, and $\Vert Jv\Vert^2 = v'E[J'J]v > 0$ for $v \ne 0$.
            - $v = -H_G^{-1}\nabla L(\theta_0) \ne 0$ exactly if $\nabla L(\theta_0) \ne 0$.
            - The printed form excludes data with one sample where $Jv = 0$, though nothing goes wrong there.
        """),
        compute=_not_needed,
        witness=Point(r"features $\phi = %(phi1)s$ and $\phi = %(phi2)s$", phi1=1, phi2=0),
        rests_on=("theorem-2",),
    ),
    Claim(
        id="E16",
        place=_T2 + ", in use",
        title="For networks the rank has to be checked",
        printed=r"Also assume that $E[\nabla Z'(\theta)\nabla Z(\theta)] \in R^{m \times m}$ is positive definite on "
        r"$\Omega$.",
        proved=r"The condition is right and fails for a network whose zero output comes from a zero last layer, and "
        r"on $n$ samples for every model with more than $nC$ parameters; there Theorem 2' for cones takes its place.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - $z = W\sigma(Vx)$: $\partial z/\partial V$ has the factor $W$, which is 0 at $\theta_0$.
            - So all directions that change $V$ alone are in the kernel of $E[J'J]$.
            - On $n$ samples $E[J'J] = \tfrac1n\sum_i J_i'J_i$ has rank at most $nC$.
        """),
        compute=_rank,
        witness=Point(r"two-layer net, $W = (%(w1)s, %(w2)s)'$", w1=0, w2=0),
        rests_on=("theorem-2",),
    ),
)
