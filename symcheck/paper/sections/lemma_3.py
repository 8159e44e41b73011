"""Appendix: Lemma 3, the direction in which the minimiser of alpha h + g leaves that of g."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Poly, Rational, Symbol, diff, symbols

from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, steps
from symcheck.paper.exact import ALGEBRA, RATIONAL, rational, stationary, theorem_fact, vanishes
from symcheck.paper.far_minimum import far_minimum

ORDER = 54


def _lemma_3(_: Values) -> Iterator[Fact]:
    alpha, t1, t2, p, q, r, b1, b2 = symbols("alpha t1 t2 p q r b1 b2")
    objective = alpha * (b1 * t1 + b2 * t2) + (p * t1**2 + 2 * q * t1 * t2 + r * t2**2) / 2
    det = p * r - q**2
    v = (-(r * b1 - q * b2) / det, -(-q * b1 + p * b2) / det)
    at = {t1: alpha * v[0], t2: alpha * v[1]}
    yield proves(
        r"for the quadratic parts the statement is exact: $\theta_0 + \alpha v$, $v = -H^{-1}b$, is stationary for "
        r"$\alpha \langle b, \theta\rangle + \tfrac12\theta'H\theta$ (two parameters, $H$ and $b$ symbols)",
        all(vanishes(diff(objective, t).subs(at)) for t in (t1, t2)),
        ALGEBRA,
    )
    # h = t, g = t^2/2 + t^3: alpha + t + 3 t^2 = 0; the root near 0 is -alpha - 3 alpha^2 - ...
    c1, c2 = Symbol("c1"), Symbol("c2")
    series = (alpha + (c1 * alpha + c2 * alpha**2) + 3 * (c1 * alpha + c2 * alpha**2) ** 2).expand()
    yield proves(
        r"beyond quadratics the next term is $O(\alpha^2)$: $h = \theta$, $g = \tfrac12\theta^2 + \theta^3$ has "
        r"$\theta_\alpha = -\alpha - 3\alpha^2 + O(\alpha^3)$",
        all(vanishes(series.coeff(alpha, n).subs({c1: -1, c2: -3})) for n in (1, 2)),
        ALGEBRA,
    )
    for penalty, wanted in (("l2", Verdict.PROVED), ("quartic", Verdict.REFUTED)):
        yield theorem_fact("Lemma 3", "cross_entropy", penalty, wanted)


def _singular(w: Values) -> Iterator[Fact]:
    yield from _lemma_3(w)
    s = Symbol("s", positive=True)
    t1, t2 = symbols("t1 t2")
    g, h = t1**4 + t2**4, rational(w["b1"]) * t1 + rational(w["b2"]) * t2
    alpha = 4 * s**3
    at = {t1: -s, t2: -2 * s}
    yield refutes(
        r"with $\alpha = 4s^3$ the minimiser is $(-s, -2s)$: the gradient of $\alpha h + g$ is 0 there",
        all(vanishes(diff(alpha * h + g, t).subs(at)) for t in (t1, t2)),
        ALGEBRA,
    )
    # Two vectors of the plane are parallel exactly if this determinant is 0.
    cross = at[t1] / s * diff(h, t2) - at[t2] / s * diff(h, t1)
    hessian = [[diff(g, x, y).subs({t1: 0, t2: 0}) for y in (t1, t2)] for x in (t1, t2)]
    yield refutes(
        r"$\nabla^2 g(\theta_0) = 0$ has no inverse, so there is no $v$",
        all(x == 0 for row in hessian for x in row),
        ALGEBRA,
    )
    yield refutes(
        r"nor would any multiple of $-\nabla h$ do: the direction is $-(1, 2)$ and $\nabla h = (1, 8)$",
        cross != 0,
        RATIONAL,
        f"their determinant is {cross}",
    )
    x, y = symbols("x y")  # strict convexity of t^4: (x^4 + y^4)/2 - ((x + y)/2)^4 = (x - y)^2 (7x^2 + 10xy + 7y^2)/16
    gap = (x**4 + y**4) / 2 - ((x + y) / 2) ** 4
    yield proves(
        r"$g$ is strictly convex: $\tfrac{x^4 + y^4}{2} - \left(\tfrac{x+y}{2}\right)^4 = \tfrac{1}{16}(x-y)^2\,(7x^2 "
        r"+ 10xy + 7y^2)$, whose last factor has the discriminant $100 - 196 < 0$",
        vanishes(gap - (x - y) ** 2 * (7 * x**2 + 10 * x * y + 7 * y**2) / 16)
        and Poly(7 * x**2 + 10 * x + 7, x).discriminant() < 0,
        ALGEBRA,
    )


def _signs(w: Values) -> Iterator[Fact]:
    t = Symbol("theta")
    h, g, alpha = t, t**2 / 2, w["alpha"]
    theta = stationary(rational(alpha) * h + g, t)
    v = -diff(h, t).subs(t, 0) / diff(g, t, 2).subs(t, 0)
    yield refutes(
        r"$h = \theta$, $g = \tfrac12\theta^2$, $\alpha < 0$: the minimiser $\theta_\alpha = -\alpha$ lies on the "
        r"other side of 0 than $v = -1$",
        bool(theta * v < 0),
        RATIONAL,
        f"at alpha = {alpha}: {theta} against {v}",
    )
    yield from far_minimum(w["step"], refutes, r"so $\theta_n$ does not tend to $\theta_0$")


def _remainder(w: Values) -> Iterator[Fact]:
    delta, s = Symbol("delta", positive=True), Symbol("s", positive=True)
    g = delta**2 / 2 + delta ** Rational(5, 2)
    # delta = s^2 makes polynomials of the half powers.
    second = diff(g, delta, 2).subs(delta, s**2)
    remainder = diff(g, delta).subs(delta, s**2) - second.subs(s, 0) * s**2
    quotient = (remainder / s**4).subs(s, rational(w["s"]))
    yield refutes(
        r"$\delta = s^2$: $\nabla g(\delta) - \nabla^2 g(0)\,\delta = \tfrac52 s^3$, and divided by $\delta^2 = s^4$ "
        r"it is $\tfrac{5}{2s}$, which is unbounded as $s \to 0$",
        vanishes(remainder - 5 * s**3 / 2) and bool(quotient > 1000),
        ALGEBRA,
        f"at s = {w['s']}: {quotient}",
    )
    yield proves(
        r"divided by $\delta$ it is $\tfrac52 s \to 0$: the remainder is $o(\delta)$",
        vanishes(remainder / s**2 - 5 * s / 2),
        ALGEBRA,
    )
    yield proves(
        r"$g'' = 1 + \tfrac{15}{4} s$ is continuous and positive, so $g$ is strictly convex and $C^2$ as asked for",
        vanishes(second - 1 - 15 * s / 4),
        ALGEBRA,
    )


_L3 = "appendix, Lemma 3"

CLAIMS = (
    Claim(
        id="E8",
        place=_L3,
        title="Lemma 3 needs an invertible Hessian, not strict convexity",
        printed=r"Assume that $\theta_0$ is a minimizer of $g$ and that $g$ is strictly convex and twice "
        r"continuously differentiable at $\theta_0$ ... then $\tfrac{\theta_n - \theta_0}{\Vert\theta_n - "
        r"\theta_0\Vert} \to \tfrac{v}{\Vert v\Vert}$ where $v := -[\nabla^2 g(\theta_0)]^{-1}\nabla h(\theta_0)$.",
        proved=r"Let $h, g$ be $C^1$ near $\theta_0$, $\nabla g(\theta_0) = 0$, $\nabla g$ differentiable at "
        r"$\theta_0$ with $H = \nabla^2 g(\theta_0)$ invertible, $\nabla h(\theta_0) \ne 0$, $\alpha_n > 0$, "
        r"$\theta_n \to \theta_0$ stationary for $\alpha_n h + g$.  Then $\alpha_n \to 0$, $\theta_n - \theta_0 = "
        r"\alpha_n v + o(\alpha_n)$ with $v = -H^{-1}\nabla h(\theta_0) \ne 0$, and the direction tends to "
        r"$\tfrac{v}{\Vert v\Vert}$.",
        verdict=Ruling.REFUTED,
        derivation=steps(r"""
            - $g = \theta_1^4 + \theta_2^4$ is strictly convex with its minimum at 0, and $\nabla^2 g(0) = 0$.
            - $\alpha + 4\theta_1^3 = 0$ and $8\alpha + 4\theta_2^3 = 0$ give $\theta_2 = 2\theta_1 =
              -2(\alpha/4)^{1/3}$.
            - The direction is $-(1, 2)/\sqrt5$ at every $\alpha$, while $\nabla h = (1, 8)$ and $v$ does not exist.
            - With $H$ invertible: stationarity is $\alpha_n \nabla h(\theta_n) = -\nabla g(\theta_n)$.
            - $\nabla g(\theta_n) = H\delta_n + o(\delta_n)$ with $\delta_n = \theta_n - \theta_0$, and $\nabla
              h(\theta_n) \to \nabla h(\theta_0) \ne 0$.
            - So $\alpha_n \to 0$, and as $H$ is invertible $\delta_n = -\alpha_n H^{-1}\nabla h(\theta_0) + o(\alpha_n)
              + o(\delta_n)$.
            - Hence $\delta_n/\alpha_n \to v \ne 0$, and $\delta_n/\Vert\delta_n\Vert \to v/\Vert v\Vert$; here
              $\alpha_n > 0$ is used.
        """),
        compute=_singular,
        witness=Point(r"$g = \theta_1^4 + \theta_2^4$, $h = %(b1)s\,\theta_1 + %(b2)s\,\theta_2$", b1=1, b2=8),
        rests_on=("Taylor's formula at one point",),
        other_names=("lemma-3",),
    ),
    Claim(
        id="E9",
        place=_L3,
        title=r"Lemma 3 needs $\alpha_n > 0$ and $\theta_n \to \theta_0$",
        printed=r"Let $0 \ne \alpha_n \to 0$, and assume that $\theta_n \in \arg\min \alpha_n h + g$ such that $f$ "
        r"and $g$ are differentiable at $\theta_n$.",
        proved=r"$\alpha_n > 0$ and $\theta_n \to \theta_0$.  For $\alpha_n < 0$ the limit is $-v/\Vert v\Vert$; "
        r"$\theta_n \to \theta_0$ is automatic if $g$ is strictly convex on all of $R^m$, not if it is only near "
        r"$\theta_0$.",
        verdict=Ruling.REFUTED,
        derivation=steps(r"""
            - Sign: $\alpha\theta + \tfrac12\theta^2$ has the minimiser $-\alpha$; for $\alpha < 0$ it lies on the other
              side.
            - Place: on $|\theta| \le 1$ the second objective is at least $-\tfrac{\alpha^2}{200}$ for $0 < \alpha \le
              \tfrac12$: its numerator is $\theta^2(1 - \alpha\theta) - \tfrac{\alpha\theta}{10} \ge
              \tfrac12\theta^2 - \tfrac{\alpha|\theta|}{10} \ge -\tfrac{\alpha^2}{200}$.
            - At $\theta = \tfrac2\alpha$ it is about $-\tfrac{\alpha^2}{4}$, so every minimiser has $|\theta| > 1$.
        """),
        compute=_signs,
        witness=Point(
            r"$\alpha = %(alpha)s$ in the first example, $\alpha = %(step)s$ in the second",
            alpha=Fraction(-1, 10),
            step=Fraction(1, 10),
        ),
    ),
    Claim(
        id="E21",
        place=_L3 + ", proof",
        title=r"In the proof: the remainder is $o(\delta)$, not $O(\Vert\delta\Vert)\delta$",
        printed=r"... such that $f$ and $g$ are differentiable at $\theta_n$ ... $\alpha_n[\nabla h(\theta_0) + "
        r"\nabla^2 h(\theta_0)\delta_n + o(\delta_n)] = -\nabla^2 g(\theta_0)\delta_n + "
        r"O(\Vert\delta_n\Vert)\delta_n$ ... is strictly convex and $h$ has a bounded Hessian on $\Theta$.",
        proved=r"$\nabla g(\theta_n) = \nabla^2 g(\theta_0)\delta_n + o(\delta_n)$, which is enough; a bounded "
        r"Hessian is neither assumed nor needed; $h$ and $g$ are meant.",
        verdict=Ruling.REFUTED,
        derivation=steps(r"""
            - $g$ is $C^2$: its gradient has a first order Taylor formula with remainder $o(\delta)$, and no better.
            - $g = \tfrac12\theta^2 + |\theta|^{5/2}$: $\nabla g = \theta + \tfrac52|\theta|^{3/2}$ for $\theta > 0$.
            - The remainder $\tfrac52\delta^{3/2}$ is not $O(\delta^2)$.
            - $\nabla h(\theta_n) \to \nabla h(\theta_0)$ is all that is needed of $h$.
        """),
        compute=_remainder,
        witness=Point(r"$g = \tfrac12\theta^2 + |\theta|^{5/2}$, $\delta = s^2$ with $s = %(s)s$", s=Fraction(1, 1000)),
    ),
)
