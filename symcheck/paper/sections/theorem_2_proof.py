"""Appendix: the proof of Theorem 2, and the misprints of the proofs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Expr, Matrix, Poly, Rational, Symbol, diff, expand, integrate, symbols

from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, repairs, steps
from symcheck.paper.exact import ALGEBRA, RATIONAL, contraction, largest, rational, stationary, vanishes

ORDER = 58

_P2 = "appendix, Theorem 2, proof"


T, X = Symbol("theta"), Symbol("x")
MARGIN: Expr = T * X + T**2
"""The margin z_1 - z_2 at the input x; X is uniform on [-1, 1], and the label is 1 for x > 0 and 2 for x < 0."""


def reference_risk(strength: Expr) -> Expr:
    """E[b l_lin + g_sq] for g_sq = 1/2 ||z||^2, with b = ``strength``: beta for clean, a beta for noisy labels."""
    signed = (integrate(MARGIN, (X, 0, 1)) - integrate(MARGIN, (X, -1, 0))) / 2
    square = integrate(expand(MARGIN**2), (X, -1, 1)) / 2
    return expand(-strength * signed / 2 + square / 4)


def _no_cone(w: Values) -> Iterator[Fact]:
    strength = Symbol("b", positive=True)
    risk = reference_risk(strength)
    squares = integrate(diff(MARGIN, T) ** 2, (X, -1, 1)).subs(T, 0) / 4
    yield refutes(
        r"every printed hypothesis holds: $Z(0) = 0$, $E[J'J] = \tfrac12 E X^2 = \tfrac16 > 0$, $\nabla Z(0)$ is $x$ "
        r"in the margin and not 0 almost surely, and $\nabla L(0) = -\tfrac14 \ne 0$",
        vanishes(MARGIN.subs(T, 0))
        and vanishes(squares - Rational(1, 6))
        and vanishes(diff(MARGIN, T).subs(T, 0) - X)
        and vanishes(diff(risk, T).subs(T, 0) / strength + Rational(1, 4)),
        ALGEBRA,
    )
    a = 1 - 2 * rational(w["rho"])
    points = [(rational(w["beta"]), rational(w["clean"])), (a * rational(w["beta"]), rational(w["noisy"]))]
    stationary_there = all(diff(risk, T).subs({strength: b, T: at}) == 0 for b, at in points)
    convex = Poly(diff(risk, T, 2), T)
    # Class 1 is predicted for x > -theta: between the two minimisers' thresholds the predictions differ.
    between = -(points[0][1] + points[1][1]) / 2
    margins = [MARGIN.subs({T: at, X: between}) for _, at in points]
    yield refutes(
        r"the reference $\hat l_\beta = \beta l_{lin} + g_{sq}$ is not robust on this family: its risk is strictly "
        r"convex, with the only clean minimiser $\tfrac12$ and the only noisy one $\tfrac14$, and the margin at $x = "
        r"-\tfrac38$ changes its sign",
        stationary_there
        and convex.LC() > 0
        and convex.discriminant() < 0
        and bool(-1 < between < 1)
        and bool(margins[0] > 0 > margins[1]),
        ALGEBRA,
        f"margins {margins[0]} and {margins[1]}",
    )
    yield refutes(
        r"for every $\beta$ with $a\beta < \tfrac{14}{3}$: the derivative $\theta^3 + \tfrac\theta6 - \tfrac b4$ grows "
        r"in $\theta$ and falls in $b$, is negative at 0 and at 1 it is $\tfrac14(\tfrac{14}{3} - b)$; so $0 < "
        r"\theta(a\beta) < \theta(\beta)$ and $\theta(a\beta) < 1$, and predictions differ for $x$ in "
        r"$(-\theta(\beta), -\theta(a\beta))$",
        vanishes(diff(risk, T) - (T**3 + T / 6 - strength / 4))
        and vanishes(diff(risk, T).subs(T, 1) - (Rational(14, 3) - strength) / 4)
        and vanishes(diff(risk, T).subs(T, 0) + strength / 4)
        and vanishes(MARGIN - T * (X + T)),
        ALGEBRA,
    )


def _at_zero(w: Values) -> Iterator[Fact]:
    z1, power = Symbol("z1"), int(w["power"])
    # g = z_1^2 + z_1^power + z_2^2 + z_3^2, C = 3: the printed g_sq adds up q_i(z_i)
    first = expand(z1**2 * diff(z1**2 + z1**power, z1, 2))
    slopes = (diff(first, z1), 4 * z1, 4 * z1)
    target = [w["p1"] - Fraction(1, 3), w["p2"] - Fraction(1, 3), w["p3"] - Fraction(1, 3)]  # E o_Y
    a = contraction(3, w["rho"])
    outputs = []
    for factor, solution in ((Fraction(1), w["clean"]), (a, w["noisy"])):
        pull = [rational(w["beta"] * factor * m) for m in target]
        # The other two penalties are 2 z_i^2, whose slope is 4 z_i.
        others = [Fraction(str(x / 4)) for x in pull[1:]]
        outputs.append((solution, *others))
    # strictly convex in each z_i, so the only minimiser is where each slope equals its pull
    solved = all(
        slope.subs(z1, rational(x)) == rational(w["beta"] * factor * m)
        for factor, z in zip((Fraction(1), a), outputs, strict=True)
        for slope, x, m in zip(slopes, z, target, strict=True)
    )
    yield refutes(
        r"with $\nabla^2 g(z)$ as printed $\hat l_\beta$ is not robust: $g = z_1^2 + z_1^4 + z_2^2 + z_3^2$, all "
        r"outputs of $R^3$, one point with the law $p$: its only minimiser predicts class 2 for clean and class 1 for "
        r"noisy labels",
        solved
        and sum((w["p1"], w["p2"], w["p3"])) == 1
        and Poly(diff(first, z1, 2), z1).discriminant() < 0
        and [largest(z) for z in outputs] == [(2,), (1,)],
        ALGEBRA,
        " and ".join(f"({', '.join(map(str, z))})" for z in outputs),
    )
    s = Symbol("s")
    at_zero = z1**2 * diff(z1**2 + z1**power, z1, 2).subs(z1, 0)
    yield proves(
        r"Theorem 1 wants degree 2: $z_1^2 g''(0)$ has it, and the printed $z_1^2 g''(z_1) = 2z_1^2 + 12z_1^4$ has not",
        vanishes(at_zero.subs(z1, s * z1) - s**2 * at_zero) and not vanishes(first.subs(z1, s * z1) - s**2 * first),
        ALGEBRA,
    )
    beta, t = symbols("beta t", positive=True)
    curved = diff(t**2, t, 2)  # g = ||z||^2
    wanted = {"printed": (1, curved / beta), "halved": (Rational(1, 2), curved / (2 * beta))}
    yield proves(
        r"$g = \Vert z\Vert^2$, $\nabla^2 g(0) = 2I$: $\beta l_{lin} + g_{sq} = \beta\,(l_{lin} + z'Az)$ has $A = "
        r"\tfrac1\beta\nabla^2 g(0)$ for the printed $g_{sq}$, and $A = \tfrac{1}{2\beta}\nabla^2 g(0)$ with the "
        r"$\tfrac12$ of E7",
        all(vanishes(beta * form * t**2 - factor * curved * t**2) for factor, form in wanted.values()),
        ALGEBRA,
    )


def _lost_sign(w: Values) -> Iterator[Fact]:
    t, alpha = symbols("theta alpha")
    # one point, Z(theta) = theta in the margin: L = b theta and G = H theta^2/2
    loss, penalty = rational(w["b"]) * t, rational(w["H"]) * t**2 / 2
    gradient, hessian = diff(loss, t), diff(penalty, t, 2)
    direction = stationary(alpha * loss + penalty, t) / alpha
    yield refutes(
        (
            r"the minimiser $\theta_\alpha = \alpha\bar\delta$ has $\bar\delta = -[\nabla^2 G]^{-1}\nabla L$, and the "
            r"next display has $\nabla Z\,[\nabla^2 G]^{-1}\nabla L$ for $\nabla Z\,\bar\delta$: it points the other "
            r"way"
        ),
        vanishes(direction + gradient / hessian) and bool(direction * (gradient / hessian) < 0),
        ALGEBRA,
        f"{direction} against {gradient / hessian}",
    )


def _misprints(w: Values) -> Iterator[Fact]:
    t = Symbol("t")
    g = t**2 / (1 + t**2)
    at = rational(w["t"])
    bend = diff(g, t, 2).subs(t, at)
    yield repairs(
        r'"g is strictly convex" does not follow from "regularizer": $g = \tfrac{t^2}{1 + t^2} = 1 - '
        r"\tfrac{1}{1+t^2}$ has its single minimum at 0, and $g'' < 0$ at the witness",
        bool(bend < 0) and vanishes(g - 1 + 1 / (1 + t**2)),
        ALGEBRA,
        f"g'' = {bend}",
    )
    u, v = symbols("u v")
    jacobian = Matrix([u + v**2, u * v, v]).jacobian([u, v]).subs({u: 1, v: 2})  # three scores, two parameters
    moment = jacobian.T * jacobian
    yield repairs(
        r"$E[\nabla Z'\nabla Z]$ is an $m \times m$ matrix, not a vector of $R^m$: for $Z = (\theta_1 + \theta_2^2, "
        r"\theta_1\theta_2, \theta_2)$ at $(1, 2)$, which has two parameters, it has $2 \times 2$ entries",
        moment == Matrix([[5, 6], [6, 18]]),
        RATIONAL,
        f"{moment.tolist()}",
    )


CLAIMS = (
    Claim(
        id="E11",
        place=_P2,
        title="A cone is needed for the reference",
        printed=r"By 1 (setting $A = \tfrac1\beta z'\nabla^2 g(z) z$) we have that $\hat l_\beta$ is robust to "
        r"uniform label noise.",
        proved=r"If the family is a cone, $\hat l_\beta$ is robust.  That clean and noisy have one limit direction "
        r"needs no cone.  (That limits almost surely are used as limits in $L_2$, and derivatives pass under $E$, "
        r"needs domination: theorem-2.)",
        verdict=Ruling.REFUTED,
        derivation=steps(r"""
            - $C = 2$, margins $d(x) = \theta x + \theta^2$ and mean scores 0, $X$ uniform on $[-1, 1]$, $Y = 1$ for $x
              > 0$ and $Y = 2$ for $x < 0$, $g_{sq} = \tfrac12\Vert z\Vert^2$: no cone.
            - The risk of the reference is $-\tfrac{b}{4}\theta + \tfrac{1}{12}\theta^2 + \tfrac14\theta^4$, with $b =
              \beta$ for clean and $b = a\beta$ for noisy labels; it is strictly convex.
            - Its minimiser solves $\theta^3 + \tfrac\theta6 = \tfrac b4$, and grows with $b$.
            - Class 1 is predicted for $x > -\theta$, so predictions differ for $-\theta(\beta) < x < -\theta(a\beta)$;
              such $x$ have positive probability as long as $\theta(a\beta) < 1$, that is, $a\beta < \tfrac{14}{3}$.
        """),
        compute=_no_cone,
        witness=Point(
            r"$\beta = %(beta)s$, $\rho = %(rho)s$; minimisers %(clean)s and %(noisy)s",
            beta=Fraction(5, 6),
            rho=Fraction(29, 80),
            clean=Fraction(1, 2),
            noisy=Fraction(1, 4),
        ),
        rests_on=("theorem-1",),
    ),
    Claim(
        id="theorem-2-sign",
        place=_P2,
        title=r"A sign is lost between $\bar\delta$ and $\nabla Z\,\bar\delta$",
        printed=r"... $\to \bar\delta := -[\nabla^2 G_g(\theta_0)]^{-1}\nabla' L_l(\theta_0) \ne 0$.  By that and by "
        r"our assumption that $\nabla Z(\theta_0)\bar\delta = \nabla Z(\theta_0)[\nabla^2 G_g(\theta_0)]^{-1}\nabla "
        r"L_l(\theta_0) \ne 0$.",
        proved=r"$\nabla Z(\theta_0)\bar\delta = -\nabla Z(\theta_0)[\nabla^2 G_g(\theta_0)]^{-1}\nabla "
        r"L_l(\theta_0)$.",
        verdict=Ruling.REFUTED,
        derivation=steps(r"""
            - Put the definition of $\bar\delta$ in: the two sides differ by their sign.
            - The proof uses only that this vector is not 0, so nothing else changes.
        """),
        compute=_lost_sign,
        witness=Point(r"$Z(\theta) = \theta$, $L = %(b)s\,\theta$, $G = \tfrac12\, %(H)s\,\theta^2$", H=2, b=-1),
    ),
    Claim(
        id="E17",
        place=_P2 + ", (6)",
        title=r"In (6): $\nabla^2 g(0)$, and $A = \tfrac1\beta\nabla^2 g(0)$",
        printed=r"Let $\hat l_\beta = \beta l_{lin} + g_{sq}$, where $l_{lin}(z, y) = \nabla_z l(0,y)\, z$ and "
        r"$g_{sq}(z) = z'\nabla^2 g(z) z$.  By 1 (setting $A = \tfrac1\beta z'\nabla^2 g(z) z$) we have that $\hat "
        r"l_\beta$ is robust to uniform label noise.",
        proved=r"$g_{sq}(z) = z'\nabla^2 g(0) z$ and $A = \tfrac1\beta\nabla^2 g(0)$, a matrix; with the $\tfrac12$ "
        r"of E7, $A = \tfrac{1}{2\beta}\nabla^2 g(0)$.",
        verdict=Ruling.REFUTED,
        derivation=steps(r"""
            - $z'\nabla^2 g(z) z$ is a quadratic form only if $g$ is one; Theorem 1 needs $z'Az$ with a fixed matrix.
            - $z'\nabla^2 g(z)z$ is a number, and $A$ is a matrix.
            - Nor is $\hat l_\beta$ robust as printed: $q_1(z_1) = 2z_1^2 + 12z_1^4$ holds $z_1$ back more than $2z_2^2$
              does $z_2$, the more so the less noise there is.
            - $\beta l_{lin} + z'\nabla^2 g(0) z = \beta\left(l_{lin} + z'\left[\tfrac1\beta\nabla^2
              g(0)\right]z\right)$.
        """),
        compute=_at_zero,
        witness=Point(
            r"$g = z_1^2 + z_1^{%(power)s} + z_2^2 + z_3^2$, $p = (%(p1)s, %(p2)s, %(p3)s)$, $\beta = %(beta)s$, $\rho "
            r"= %(rho)s$; the first scores are %(clean)s and %(noisy)s",
            power=4,
            p1=Fraction(5, 9),
            p2=Fraction(4, 9),
            p3=0,
            beta=36,
            rho=Fraction(25, 48),
            clean=Fraction(1, 2),
            noisy=Fraction(1, 4),
        ),
        rests_on=("theorem-1", "E7"),
    ),
    Claim(
        id="E25",
        place="proofs and Definition 2",
        title="Symbols without a meaning, and the strict convexity of a regularizer",
        printed=r"... it holds that: $\hat Z(\hat\theta_n)$ ... and that $E[\nabla Z'(\theta_0)\nabla Z(\theta_0)] "
        r"\in R^m$ is positive definite ... From the optimality of $f^\star$ it holds that ... From the fact that "
        r"$g$ is strictly convex and the assumption that ... using a Taylor approximation of $Z_n$ we have that "
        r"$\tfrac{Z_n}{\Vert Z_n\Vert} \to \bar Z := \tfrac{\nabla Z(Z_0)\bar\delta}{\Vert\nabla "
        r"Z(Z_0)\bar\delta\Vert}$.",
        proved=r"$Z(\hat\theta_n)$; $\nabla Z(\theta_0)$; $Z^\star$; $R^{m \times m}$; strict convexity near "
        r"$\theta_0$ comes from $\nabla^2 g(0) \succ 0$ and is not part of being a regularizer.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - $\hat Z$ is not defined; $\hat\theta_n$ is a parameter of the same family, so its output is
              $Z(\hat\theta_n)$.
            - $Z$ is a function of $\theta$, so its derivative is taken at $\theta_0$; Lemma 1 speaks of outputs
              $Z^\star$.
            - $J$ is $C \times m$, so $J'J$ is $m \times m$.
            - A single minimum at 0 does not make $g$ convex: see the witness.
        """),
        compute=_misprints,
        witness=Point(r"$g = \tfrac{t^2}{1 + t^2}$ at $t = %(t)s$", t=1),
        rests_on=("E10",),
    ),
)
