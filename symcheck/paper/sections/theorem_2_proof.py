"""Appendix: the proof of Theorem 2, and the misprints of the proofs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Expr, Matrix, Poly, Rational, Symbol, diff, symbols

from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, repairs
from symcheck.paper.exact import ALGEBRA, RATIONAL, rational, vanishes

ORDER = 58

_T2, _P2 = "section 5, Theorem 2", "appendix, Theorem 2, proof"


def _margins(t: Expr) -> tuple[Expr, Expr]:
    """The margins z_1 - z_2 of the two points, as functions of the one parameter."""
    return t, t**2 - t / 2


def _no_cone(w: Values) -> Iterator[Fact]:
    t = Symbol("theta")
    slopes = [diff(d, t) for d in _margins(t)]
    yield refutes(
        r"at the witness every printed hypothesis holds: $Z(0) = 0$, $\nabla Z$ is $(1, 2\theta - \tfrac12)$ in the "
        r"two margins and never vanishes, and $\nabla L(0) = -\tfrac14$ for the sum over the two points",
        all(vanishes(d.subs(t, 0)) for d in _margins(t))
        and vanishes(slopes[0] - 1)
        and vanishes(-sum(slopes).subs(t, 0) / 2 + Rational(1, 4)),
        ALGEBRA,
    )
    minimisers = []
    for b, at in ((w["beta"], w["clean"]), (w["beta"] * (1 - 2 * w["rho"]), w["noisy"])):
        minimisers.append(_is_only_minimiser(t, rational(b), rational(at)))
    second = [_margins(rational(x))[1] for x in (w["clean"], w["noisy"])]
    yield refutes(
        r"the reference $\hat l_\beta = \beta l_{lin} + g_{sq}$ is not robust on this family: its only clean "
        r"minimiser is "
        r"$\theta = 1$, its only noisy one $\theta = \tfrac14$, and the margin $\theta^2 - \tfrac12\theta$ of the "
        r"second point "
        "changes its sign",
        all(minimisers) and bool(second[0] > 0 > second[1]),
        f"{ALGEBRA}; f(x) - f(c) = (x - c)^2 q(x), and q has no real roots",
        f"margins {second[0]} and {second[1]}",
    )
    n = Symbol("n", positive=True)
    yield proves(
        r"limits almost surely are not limits in $L_2$: $n\,1_{[0, 1/n]}$ tends to 0 almost surely on $[0, 1]$, with "
        r"$\Vert\cdot\Vert^2 = n^2 \cdot \tfrac1n = n$; hence domination has to be assumed",
        vanishes(n**2 * (1 / n) - n),
        ALGEBRA,
    )


def _is_only_minimiser(t: Symbol, b: Rational, at: Rational) -> bool:
    """Whether ``at`` is the only minimiser of -(b/2)(d1 + d2) + (d1^2 + d2^2)/4 in t."""
    d1, d2 = _margins(t)
    f = Poly(-b / 2 * (d1 + d2) + (d1**2 + d2**2) / 4, t)
    quotient, rest = (f - f.eval(at)).div(Poly((t - at) ** 2, t))
    return bool(rest.is_zero and quotient.degree() == 2 and quotient.LC() > 0 and quotient.discriminant() < 0)


def _at_zero(w: Values) -> Iterator[Fact]:
    t, beta = Symbol("t"), Symbol("beta", positive=True)
    g = t**2 + t ** int(w["power"])
    printed = t * diff(g, t, 2) * t
    yield refutes(
        (
            r"$g = t^2 + t^4$: $t\,g''(t)\,t = 2t^2 + 12t^4$ is not homogeneous of degree 2, so Theorem 1 says "
            r"nothing about it"
        ),
        not vanishes(printed.subs(t, 2 * t) - 4 * printed) and vanishes(printed - 2 * t**2 - 12 * t**4),
        ALGEBRA,
    )
    at_zero = t * diff(g, t, 2).subs(t, 0) * t
    yield proves(r"with $g''(0)$ it is $2t^2$, homogeneous of degree 2", vanishes(at_zero - 2 * t**2), ALGEBRA)
    second = Rational(2)  # g = ||z||^2
    yield proves(
        r"$g = \Vert z\Vert^2$, $\nabla^2 g(0) = 2I$: $\beta l_{lin} + g_{sq} = \beta\,(l_{lin} + z'Az)$ has $A = "
        r"\tfrac1\beta\nabla^2 g(0)$ for the printed $g_{sq}$, and $A = \tfrac{1}{2\beta}\nabla^2 g(0)$ with the "
        r"$\tfrac12$ "
        "of E7",
        vanishes(beta * (second / beta) * t**2 - second * t**2)
        and vanishes(beta * (second / (2 * beta)) * t**2 - t**2),
        ALGEBRA,
    )


def _lost_sign(w: Values) -> Iterator[Fact]:
    hessian, gradient = w["H"], w["b"]
    direction = -gradient / hessian
    yield refutes(
        (
            r"$\bar\delta = -[\nabla^2 G]^{-1}\nabla L$ by its definition, and the next display uses it with the "
            r"other sign"
        ),
        direction == -(gradient / hessian) != gradient / hessian,
        RATIONAL,
        f"{direction} against {gradient / hessian}",
    )
    yield proves("only that it is not 0 is used, so the proof is not harmed", direction != 0, RATIONAL)


def _misprints(w: Values) -> Iterator[Fact]:
    t = Symbol("t")
    g = t**2 / (1 + t**2)
    at = rational(w["t"])
    bend = diff(g, t, 2).subs(t, at)
    yield refutes(
        r'"g is strictly convex" does not follow from "regularizer": $g = \tfrac{t^2}{1 + t^2} = 1 - '
        r"\tfrac{1}{1+t^2}$ has its single minimum at 0, and $g'' < 0$ at the witness",
        bool(bend < 0) and vanishes(g - 1 + 1 / (1 + t**2)),
        ALGEBRA,
        f"g'' = {bend}",
    )
    rows, columns = 3, 2  # C outputs, m parameters
    jacobian = Matrix(rows, columns, symbols("j1:7"))
    yield repairs(
        r"$E[\nabla Z'\nabla Z]$ is an $m \times m$ matrix, not a vector of $R^m$",
        (jacobian.T * jacobian).shape == (columns, columns),
        "the shapes of the matrices",
        f"{columns} rows and {columns} columns for m = {columns}, C = {rows}",
    )
    yield repairs(
        r"$\nabla Z(Z_0)$: the argument of $\nabla Z$ is a parameter in $R^m$, and $Z_0$ is an output in $R^C$",
        rows != columns,
        "the shapes of the matrices",
        f"m = {columns}, C = {rows}",
    )


CLAIMS = (
    Claim(
        id="E11",
        place="Lemma 4, Theorem 2",
        title="A cone is needed for the reference, domination for the limits",
        printed=r"By Theorem 1 we have that $\hat l_\beta = \beta l_{lin} + g_{sq}$ is robust to uniform label noise "
        r"(no cone is assumed); limits almost surely are used as limits in $L_2$; derivatives pass under $E$.",
        proved=r"If the family is a cone, $\hat l_\beta$ is robust; for the rest, domination has to be assumed "
        r"(finite samples: automatic).  That clean and noisy have one limit direction needs no cone.",
        verdict=Ruling.REFUTED,
        derivation=(
            (
                r"Family with one parameter, two points with $y = 1$, $C = 2$, margins $d_1 = \theta$, $d_2 = "
                r"\theta^2 - \tfrac12\theta$, mean scores 0."
            ),
            (
                r"The reference is $f(\theta) = -\tfrac{b}{2}(d_1 + d_2) + \tfrac14(d_1^2 + d_2^2)$ up to a factor, "
                r"$b = \beta$ for clean and $b = a\beta$ for noisy labels."
            ),
            (
                r"$b = \tfrac{7}{10}$: $f(\theta) - f(1) = (\theta - 1)^2 q(\theta)$ with $q > 0$; $b = \tfrac14$: "
                r"the same at $\tfrac14$."
            ),
            (
                r"$d_2$ is $\tfrac12$ at $\theta = 1$ and $-\tfrac{1}{16}$ at $\tfrac14$: the second point changes "
                r"its class."
            ),
        ),
        compute=_no_cone,
        witness=Point(
            r"$d = (\theta, \theta^2 - \tfrac12\theta)$, $\beta = %(beta)s$, $\rho = %(rho)s$; minimisers %(clean)s "
            r"and "
            "%(noisy)s",
            beta=Fraction(7, 10),
            rho=Fraction(9, 28),
            clean=1,
            noisy=Fraction(1, 4),
        ),
        rests_on=("theorem-1",),
    ),
    Claim(
        id="theorem-2-sign",
        place=_P2,
        title=r"A sign is lost between $\bar\delta$ and $\nabla Z\,\bar\delta$",
        printed=r"$\bar\delta := -[\nabla^2 G_g(\theta_0)]^{-1}\nabla L_l(\theta_0)$, and then $\nabla "
        r"Z(\theta_0)\bar\delta = \nabla Z(\theta_0)[\nabla^2 G_g(\theta_0)]^{-1}\nabla L_l(\theta_0) \ne 0$.",
        proved=r"$\nabla Z(\theta_0)\bar\delta = -\nabla Z(\theta_0)[\nabla^2 G_g(\theta_0)]^{-1}\nabla "
        r"L_l(\theta_0)$.",
        verdict=Ruling.REFUTED,
        derivation=(
            r"Put the definition of $\bar\delta$ in.",
            r"The proof uses only that this vector is not 0, so nothing else changes.",
        ),
        compute=_lost_sign,
        witness=Point(r"$\nabla Z = 1$, $\nabla^2 G = %(H)s$, $\nabla L = %(b)s$", H=2, b=-1),
    ),
    Claim(
        id="E17",
        place=_P2 + ", (6)",
        title=r"In (6): $\nabla^2 g(0)$, and $A = \tfrac1\beta\nabla^2 g(0)$",
        printed=r"$g_{sq}(z) = z'\nabla^2 g(z) z$; setting $A = \tfrac1\beta z'\nabla^2 g(z) z$ we have by Theorem 1 "
        r"that $\hat l_\beta = \beta l_{lin} + g_{sq}$ is robust.",
        proved=r"$g_{sq}(z) = z'\nabla^2 g(0) z$ and $A = \tfrac1\beta\nabla^2 g(0)$, a matrix; with the $\tfrac12$ "
        r"of E7, $A = \tfrac{1}{2\beta}\nabla^2 g(0)$.",
        verdict=Ruling.REFUTED,
        derivation=(
            r"$z'\nabla^2 g(z) z$ is a quadratic form only if $g$ is one; Theorem 1 needs $z'Az$ with a fixed matrix.",
            r"$z'\nabla^2 g(z)z$ is a number, and $A$ is a matrix.",
            (
                r"$\beta l_{lin} + z'\nabla^2 g(0) z = \beta\left(l_{lin} + z'\left[\tfrac1\beta\nabla^2 "
                r"g(0)\right]z\right)$."
            ),
        ),
        compute=_at_zero,
        witness=Point(r"$g = t^2 + t^{%(power)s}$; and $g = \Vert z\Vert^2$", power=4),
        rests_on=("theorem-1", "E7"),
    ),
    Claim(
        id="E25",
        place="proofs and Definition 2",
        title="Symbols without a meaning, and strict convexity of a regularizer",
        printed=r"$\hat Z(\hat\theta_n)$ in (4); $\nabla Z(Z_0)$ in (5); $f^\star$ in the proof of Lemma 1; $E[\nabla "
        r"Z'\nabla Z] \in R^m$ in Lemma 4; from the fact that $g$ is strictly convex (for a regularizer, in Theorem "
        r"2).",
        proved=r"$Z(\hat\theta_n)$; $\nabla Z(\theta_0)$; $Z^\star$; $R^{m \times m}$; strict convexity near "
        r"$\theta_0$ comes from $\nabla^2 g(0) \succ 0$ and is not part of being a regularizer.",
        verdict=Ruling.REFUTED,
        derivation=(
            (
                r"$\hat Z$ is not defined; $\hat\theta_n$ is a parameter of the same family, so its output is "
                r"$Z(\hat\theta_n)$."
            ),
            (
                r"$Z$ is a function of $\theta$, so its derivative is taken at $\theta_0$; Lemma 1 speaks of outputs "
                r"$Z^\star$."
            ),
            r"$J$ is $C \times m$, so $J'J$ is $m \times m$.",
            r"A single minimum at 0 does not make $g$ convex: see the witness.",
        ),
        compute=_misprints,
        witness=Point(r"$g = \tfrac{t^2}{1 + t^2}$ at $t = %(t)s$", t=1),
        rests_on=("E10",),
    ),
)
