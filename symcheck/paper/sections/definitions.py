"""Section 5: Definitions 1 and 2, what "robust in the limit" means."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from sympy import symbols

from symcheck.counterexamples import counterexample
from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, repairs, steps
from symcheck.paper.exact import (
    ALGEBRA,
    RATIONAL,
    Vector,
    centred,
    contraction,
    flip_of,
    inner,
    largest,
    noisy,
    same_direction,
    vanishes,
)
from symcheck.paper.far_minimum import far_minimum
from symcheck.paper.references import met_by_one_input, met_by_samples

ORDER = 52

TIE = Point(
    r"$C = 3$, one point, labels 1 and 2 with weight $\tfrac12$ each, $\rho = %(rho)s$, $l = l_{MUH} + \tfrac12(w_y "
    r"z_1^2 + z_2^2)$ with $w = (%(w1)s, %(w2)s, %(w3)s)$, $g = \tfrac12\Vert z\Vert^2$",
    rho=Fraction(1, 2),
    w1=Fraction(1, 2),
    w2=Fraction(1, 2),
    w3=4,
)
WEIGHTED = (Fraction(1), Fraction(10), Fraction(1))
"""The class weights of the losses that meet both definitions though noise turns their predictions."""


def _single(w: Values) -> Iterator[Fact]:
    x, y = w["x"], w["y"]
    # Orthogonal to the one feature vector, so it moves no output.
    theta = (y, -x)
    moment = [[a * b for b in (x, y)] for a in (x, y)]
    yield repairs(
        r"$\theta + s\,(\phi_2, -\phi_1)$ has the same output for every $s$, so minimisers are not single: "
        r"$E[\phi\phi']$ is "
        "singular",
        any(theta) and inner(theta, (x, y)) == 0 and all(inner(row, theta) == 0 for row in moment),
        RATIONAL,
        f"theta phi = {inner(theta, (x, y))} for theta = ({theta[0]}, {theta[1]})",
    )
    u, v, t1, t2 = symbols("u v t1 t2")
    yield proves(
        r"two independent features determine $\theta$: $\theta\phi = 0$ at $(1, 0)$ and at $(u, v)$, $v \ne 0$, gives "
        r"$\theta_1 = 0$ and $v\,\theta_2 = 0$",
        vanishes((t1 * u + t2 * v).subs(t1, 0) - v * t2),
        ALGEBRA,
    )


def _scale_free() -> bool:
    """Whether (3) is 0 between z and tz for t > 0, and is not for t < 0, on the points of a grid."""
    grid = [tuple(map(Fraction, z)) for z in product((-2, 0, 1, 3), repeat=3) if any(z)]
    scales = (Fraction(1, 7), Fraction(5), Fraction(-2))
    return all(same_direction(z, [t * x for x in z]) is (t > 0) for z in grid for t in scales)


def tie_law(rho: Fraction) -> Vector:
    """The law of the label in the example of E18: 1 and 2 have weight 1/2 each, C = 3, then noise of rate rho."""
    return tuple((noisy(1, 3, rho)[k] + noisy(2, 3, rho)[k]) / 2 for k in (1, 2, 3))


def tie_target(rho: Fraction) -> Vector:
    """E[o_Y] there: a (1, 1, -2)/6."""
    return tuple(inner(tie_law(rho), [centred(k, 3)[i] for k in (1, 2, 3)]) for i in range(3))


def tie_scores(alpha: Fraction, rho: Fraction, weights: Vector) -> Vector:
    """The minimiser there of alpha l + 1/2 ||z||^2, l = MUH + 1/2 (w_y z_1^2 + z_2^2), one output for the point."""
    bent = (inner(tie_law(rho), weights), Fraction(1), Fraction(0))
    return tuple(alpha * t / (1 + alpha * b) for t, b in zip(tie_target(rho), bent, strict=True))


def _references(w: Values) -> Iterator[Fact]:
    yield from met_by_one_input(w["rho"], WEIGHTED, repairs)
    yield from met_by_samples(w["rho"], WEIGHTED, repairs)
    yield from _tie(w)
    yield proves(
        r"(3) compares directions: it is 0 between $z$ and $tz$ for $t > 0$, and it is not for $t < 0$ (63 points, $t "
        r"= \tfrac17, 5, -2$)",
        _scale_free(),
        RATIONAL,
    )


def _tie(w: Values) -> Iterator[Fact]:
    rho, weights = w["rho"], (w["w1"], w["w2"], w["w3"])
    # A check of the formula only; that it holds at every alpha follows from m < 1 < m', and from the next fact.
    alphas = [Fraction(1, 10**k) for k in range(7)] + [Fraction(10**3)]
    turned = all(
        largest(tie_scores(alpha, Fraction(0), weights)) == (1,) and largest(tie_scores(alpha, rho, weights)) == (2,)
        for alpha in alphas
    )
    m = [inner(tie_law(rate), weights) for rate in (Fraction(0), rho)]
    yield repairs(
        r"clean minimisers predict class 1 and noisy ones class 2, at every $\alpha > 0$: $z_1 = \tfrac{a\alpha}{6(1 "
        r"+ m\alpha)}$ and $z_2 = \tfrac{a\alpha}{6(1 + \alpha)}$ with $m < 1$ for clean labels and $m > 1$ for noisy "
        r"ones",
        turned and m[0] < 1 < m[1],
        RATIONAL,
        f"m = {m[0]} and {m[1]}",
    )
    shown = counterexample("tie_in_the_limit")
    yield proves(
        r"the same example as an object of symcheck, decided for every $\lambda > 0$ at once",
        shown.check().verdict is Verdict.PROVED and shown.claims[0].flips and shown.claims[0].lambdas.high is None,
        "symcheck.counterexamples",
        flip_of(shown),
    )
    limits = [tie_target(rate) for rate in (Fraction(0), rho)]
    a = contraction(3, rho)
    yield proves(
        r"and yet (3) holds for both laws: $Z_\alpha/\alpha \to E[o_Y] = \tfrac{a}{6}(1, 1, -2)$ as $\alpha \to 0$, "
        r"which is the direction of the reference; its two largest scores tie",
        all(largest(z) == (1, 2) for z in limits)
        and limits[1] == tuple(a * x for x in limits[0])
        and limits[0] == tuple(Fraction(x, 6) for x in (1, 1, -2)),
        RATIONAL,
    )


def _vacuous(w: Values) -> Iterator[Fact]:
    yield from far_minimum(w["alpha"], repairs, "so no minimisers tend to 0, and Definition 2 asks for nothing")


CLAIMS = (
    Claim(
        id="single-minimiser",
        place="section 5",
        title="A single minimiser for linear classifiers",
        printed=r"When $L_{l_\alpha}(\theta)$ has a single minimizer (for example, when $\mathcal F$ is the family "
        r"of linear classifiers and $l_\alpha$ is strongly convex) the following definition is useful.",
        proved=r"The same with $E[\phi\phi'] \succ 0$; without it the output is unique and $\theta$ is not.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - A strongly convex $l_\alpha$ has at most one minimising output $Z$ (almost surely).
            - $\theta\phi(X) = 0$ almost surely means $E\Vert\theta\phi\Vert^2 = 0$, and $\theta = 0$ only if
              $E[\phi\phi'] \succ 0$.
        """),
        compute=_single,
        witness=Point(r"one point with the features $\phi = (%(x)s, %(y)s)$", x=1, y=1),
    ),
    Claim(
        id="E18",
        place="section 5, Definitions 1, 2",
        title="The definitions never compare clean with noisy labels, and nearly every loss meets them",
        printed=r"Let $l_\alpha$ be a loss function such that $L_{l_\alpha}(\theta)$ has a unique minimizer "
        r"$\theta_\alpha$.  We say that $l_\alpha$ is asymptotically robust if there exists a robust loss function "
        r"$\hat l_\alpha$ such that $L_{\hat l_\alpha}(\theta)$ has a unique minimizer $\hat\theta_\alpha$ and "
        r"$\left\Vert \tfrac{Z(\theta_\alpha)}{\Vert Z(\theta_\alpha)\Vert} - \tfrac{Z(\hat\theta_\alpha)}{\Vert "
        r"Z(\hat\theta_\alpha)\Vert}\right\Vert \to 0$.",
        proved=r"One reference $\beta l_{lin} + g_{sq}$ serves the clean and the noisy law (the proofs give this), so "
        r"both have the same limit direction; predictions agree for small $\alpha$ where this limit has no ties.  "
        r"Without that, (3) and (4) hold for losses without any robustness.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - (3) and (4) speak of one law of $(X, Y)$, and any robust $\hat l_\alpha$ may serve.
            - On one input $\hat l_\alpha = \Vert z - Z(\theta_\alpha)\Vert^2$ serves every $l_\alpha$: it does not see
              the label, so noise leaves its risk as it is.
            - On a finite sample $\mathrm{dist}(z, \{z_i\})^2 + \delta s(z, y)$ serves, with $\sum_y s = 0$, $s \ge
              -(1 - \tfrac1C)$ and $s(z_i, y) = -(o_{y_i})_y$: $s$ is symmetric, and both terms are least at
              $Z(\theta_\alpha)$; it is the only minimiser where no other member of the family has at every point the
              output of a point with the same label.
            - Definition 2 is met by $\hat l_\beta = 0$ wherever minimisers leave $\theta_0$ in one direction.
            - The proofs use $\hat l_\beta = \beta l_{lin} + g_{sq}$ for both laws, and it is robust: one limit
              direction.
            - Where the largest score of the limit is single, nearby outputs predict the same class.
            - Where it ties they need not: the witness meets all of Theorem 3 and predicts differently at every
              $\alpha$.
        """),
        compute=_references,
        witness=TIE,
        rests_on=("theorem-1",),
        other_names=("definition-1",),
    ),
    Claim(
        id="E19",
        place="section 5, Definition 2",
        title='"For any minimisers that tend to the point" may be vacuous',
        printed=r"We say that $l_\alpha$ is asymptotically locally robust at $\theta_0$ if there exists a robust "
        r"loss function $\hat l_\beta$ and there exists $0 < \beta_n \to 0$, $\hat\theta_n \to \theta_0$ a local "
        r"minimizer of $L_{\hat l_{\beta_n}}$, such that for any $0 < \alpha_n \to 0$ and $\theta_n \to \theta_0$ a "
        r"minimizer of $L_{l_{\alpha_n}}$ it holds that: [(4)].",
        proved=r"The same with the local branch of Theorem 2: for small $\alpha$ there is exactly one stationary "
        r"point near $\theta_0$, a strict local minimum, and (4) holds along it.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - If no minimisers tend to $\theta_0$, the definition asks for nothing and everything meets it.
            - On $|\theta| \le 1$: $\theta^2 - \alpha\theta^3 \ge \tfrac12\theta^2$ for $\alpha \le \tfrac12$, so the
              objective is at least $\tfrac{\theta^2/2 - \alpha\theta/10}{1 + \theta^4} \ge -\tfrac{\alpha^2}{200}$.
            - At $\theta = \tfrac2\alpha$ it is $-\alpha^2\,\tfrac{4 + \alpha^2/5}{16 + \alpha^4}$, which is lower.
        """),
        compute=_vacuous,
        witness=Point(r"$\alpha = %(alpha)s$", alpha=Fraction(1, 10)),
        rests_on=("theorem-2",),
        other_names=("definition-2",),
    ),
)
