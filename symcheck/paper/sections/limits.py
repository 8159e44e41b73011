"""Section 5 up to Definition 2: strong penalties, the Taylor approximation (2), what "robust in the limit" means."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from sympy import Symbol, symbols

from symcheck.constants.field import Field
from symcheck.intake.parser import parsed
from symcheck.language.scope import Scope
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, repairs
from symcheck.paper.exact import (
    ALGEBRA,
    BALLS,
    RATIONAL,
    Vector,
    apart,
    balls,
    centred,
    contraction,
    largest,
    log_ball,
    noisy,
    vanishes,
)
from symcheck.readings.jet import JetReading, expansion_of

ORDER = 50


def _constraint(w: Values) -> Iterator[Fact]:
    lam, L, L2, G, G2 = symbols("lambda L L2 G G2")  # noqa: N806
    yield proves(
        r"$[L(Z) + \lambda G(Z)] - [L(Z^\star) + \lambda G(Z^\star)] = [L(Z) - L(Z^\star)] + \lambda\,[G(Z) - G(Z^\star)]$",
        vanishes((L + lam * G) - (L2 + lam * G2) - (L - L2) - lam * (G - G2)), ALGEBRA,
    )  # fmt: skip
    pairs = [(Fraction(x), Fraction(y)) for x, y in product((-2, 0, 1, 3), (0, 1, 2, 5))]
    kept = 0
    for rate in (Fraction(1, 3), Fraction(1), Fraction(4)):
        low = min(x + rate * y for x, y in pairs)
        for x, y in (p for p in pairs if p[0] + rate * p[1] == low):
            kept += x == min(x2 for x2, y2 in pairs if y2 <= y)
    yield proves("every penalised minimiser among 16 outputs solves the constrained problem, for three rates (an example)",
                 kept >= 3, f"enumeration in {RATIONAL}", f"{kept} minimisers")  # fmt: skip


def _alpha(w: Values) -> Iterator[Fact]:
    alpha, loss, g = symbols("alpha l g")
    yield proves(r"$\alpha l + g = \alpha\,(l + \lambda g)$ with $\lambda = \tfrac1\alpha$",
                 vanishes(alpha * loss + g - alpha * (loss + g / alpha)), ALGEBRA)  # fmt: skip


def _llin(w: Values) -> Iterator[Fact]:
    field = Field(Scope())
    entries = expansion_of(JetReading(field).read(parsed("logsumexp(z) - z[y]", kind="loss")), field)
    own, others, C = symbols("z_y S C")  # noqa: N806
    c = entries.g_y.sympy().free_symbols | entries.g_k.sympy().free_symbols
    at = dict.fromkeys(c, C)
    linear = entries.g_y.sympy().subs(at) * own + entries.g_k.sympy().subs(at) * (others - own)
    yield proves(
        r"for the cross entropy: $\langle \nabla l(0,y), z\rangle = \tfrac1C \sum_i z_i - z_y$, with $S = \sum_i z_i$",
        vanishes(linear - (others / C - own)), "Taylor arithmetic with C a symbol",
    )  # fmt: skip


def _taylor(w: Values) -> Iterator[Fact]:
    z, second = Symbol("z"), Fraction(2)  # g = z^2, g'' = 2
    printed, right = second * z**2, second * z**2 / 2
    yield refutes(
        r"$g = z^2$: $g(z) - z\,g''(0)\,z = -z^2$ is not $o(z^2)$; the printed $g_{sq}$ is twice $g$",
        vanishes((z**2 - printed) / z**2 + 1), ALGEBRA, "the quotient by z^2 is -1 for every z",
    )  # fmt: skip
    yield proves(r"with $\tfrac12$ the remainder is 0", vanishes(z**2 - right), ALGEBRA)
    with balls():
        yield refutes(
            r"the cross entropy has $l(0, y) = \log C \ne 0$, and $\langle\nabla l(0,y), 0\rangle = 0$: the constant is "
            r"missing",
            apart(log_ball(w["C"]), log_ball(Fraction(1))), BALLS, f"at C = {w['C']}",
        )  # fmt: skip


def _scale_free(w: Values) -> Iterator[Fact]:
    t, x, n = symbols("t x n")
    yield proves(r"$\tfrac{tZ}{\Vert tZ\Vert} = \tfrac{Z}{\Vert Z\Vert}$ for $t > 0$: (3) compares directions",
                 vanishes(t * x / (t * n) - x / n), ALGEBRA)  # fmt: skip
    # one point, C = 2, y = 1, outputs (s, -s): alpha MUH + 1/2 ||z||^2 = -alpha s + s^2
    alpha = Fraction(1, 9)
    yield proves(
        r"it can hold: for $l = l_{MUH}$, $g = \tfrac12\Vert z\Vert^2$ the loss is its own reference, unique minimiser "
        r"$s = \alpha/2$ on $\{(s, -s)\}$, and (3) is 0",
        all(-alpha * s + s * s > -alpha * alpha / 4 for s in (Fraction(0), alpha, alpha / 3)), RATIONAL,
    )  # fmt: skip


def tie_scores(alpha: Fraction, rho: Fraction, weights: Vector) -> Vector:
    """The minimiser of alpha l + 1/2 ||z||^2 at one point, l = MUH + 1/2 (w_y z_1^2 + z_2^2), C = 3.

    The labels 1 and 2 have weight 1/2 each; with noise the quadratic terms are averaged over the noisy label.
    """
    half = Fraction(1, 2)
    law = {k: half * (noisy(1, 3, rho)[k] + noisy(2, 3, rho)[k]) for k in (1, 2, 3)}
    target = [sum((law[k] * centred(k, 3)[i] for k in law), Fraction(0)) for i in range(3)]
    bent = (sum((law[k] * weights[k - 1] for k in law), Fraction(0)), Fraction(1), Fraction(0))
    return tuple(alpha * t / (1 + alpha * b) for t, b in zip(target, bent, strict=True))


def _tie(w: Values) -> Iterator[Fact]:
    rho, weights = w["rho"], (w["w1"], w["w2"], w["w3"])
    alphas = [Fraction(1, 10**k) for k in range(7)] + [Fraction(10**3)]
    turned = all(
        largest(tie_scores(alpha, Fraction(0), weights)) == (1,) and largest(tie_scores(alpha, rho, weights)) == (2,)
        for alpha in alphas
    )
    m = [sum((p * x for p, x in zip(law, weights, strict=True)), Fraction(0)) for law in _laws(rho)]
    yield repairs(
        r"clean minimisers predict class 1 and noisy ones class 2, at every $\alpha > 0$: $z_1 = \tfrac{a\alpha}{6(1 + "
        r"m\alpha)}$ and $z_2 = \tfrac{a\alpha}{6(1 + \alpha)}$ with $m < 1$ for clean labels and $m > 1$ for noisy ones",
        turned and m[0] < 1 < m[1], RATIONAL, f"m = {m[0]} and {m[1]}",
    )  # fmt: skip
    a, x, m1 = symbols("a alpha m")
    limit = (a / (6 * (1 + m1 * x)), a / (6 * (1 + x)), -a / 3)
    ratio = [vanishes((part / limit[2]).subs(x, 0) + Fraction(1, 2)) for part in limit[:2]]
    yield proves(
        r"and yet (3) holds for both laws: $Z_\alpha/\alpha \to \tfrac{a}{6}(1, 1, -2)$, which is the direction of the "
        r"reference; its two largest scores tie",
        all(ratio), ALGEBRA,
    )  # fmt: skip


def _laws(rho: Fraction) -> tuple[Vector, Vector]:
    """The laws of clean and of noisy labels in the tie example."""
    half = Fraction(1, 2)
    blurred = tuple(half * (noisy(1, 3, rho)[k] + noisy(2, 3, rho)[k]) for k in (1, 2, 3))
    return (half, half, Fraction(0)), blurred


def _vacuous(w: Values) -> Iterator[Fact]:
    t = w["alpha"]

    def objective(theta: Fraction) -> Fraction:
        return (theta**2 - t * (theta**3 + theta / 10)) / (1 + theta**4)

    far = objective(2 / t)
    near = -(t**2) / 200
    yield repairs(
        r"$\alpha h + g$ with $g = \tfrac{\theta^2}{1 + \theta^4}$, $h = -\tfrac{\theta^3 + \theta/10}{1 + \theta^4}$: its "
        r"value at $\theta = \tfrac2\alpha$ is below $-\tfrac{\alpha^2}{200}$, its lower bound on $|\theta| \le 1$; so no "
        r"minimisers tend to 0, and Definition 2 asks for nothing",
        far < near, RATIONAL, f"at alpha = {t}: {far} < {near}",
    )  # fmt: skip
    x = Symbol("x")  # (4 x^2 + x^4/5) * 200 - x^2 (16 + x^4) > 0 for 0 < x <= 1
    gap = (4 * x**2 + x**4 / 5) * 200 - x**2 * (16 + x**4)
    yield proves(
        r"the same for every $0 < \alpha \le 1$: $200\,(4 + \tfrac{\alpha^2}{5}) - (16 + \alpha^4) = 784 + 40\alpha^2 - "
        r"\alpha^4 > 0$",
        vanishes(gap / x**2 - (784 + 40 * x**2 - x**4)), ALGEBRA,
    )  # fmt: skip


_TIE = Point(
    r"$C = 3$, one point, labels 1 and 2 with weight $\tfrac12$ each, $\rho = %(rho)s$, $l = l_{MUH} + \tfrac12(w_y z_1^2 + "
    r"z_2^2)$ with $w = (%(w1)s, %(w2)s, %(w3)s)$, $g = \tfrac12\Vert z\Vert^2$",
    rho=Fraction(1, 2), w1=Fraction(1, 2), w2=Fraction(1, 2), w3=4,
)  # fmt: skip

CLAIMS = (
    Claim(
        id="penalty-constraint", place="section 5", title="A penalised minimiser solves a constrained problem",
        printed=r"If $Z_\lambda^*$ minimizes $L_l(Z) + \lambda G_g(Z)$, then it also minimizes $L_l(Z)$ s.t. $G_g(Z) \le "
        r"a_\lambda := G(Z_\lambda^*)$.",
        proved=r"The same, for $\lambda \ge 0$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"Let $G(Z) \le G(Z_\lambda^*)$.  Optimality: $[L(Z) - L(Z_\lambda^*)] + \lambda\,[G(Z) - G(Z_\lambda^*)] \ge 0$.",
            r"The second term is at most 0, so $L(Z) \ge L(Z_\lambda^*)$.",
        ),
        compute=_constraint,
    ),
    Claim(
        id="eq-2", place="section 5, (2)", title=r"$\langle\nabla l(0,y), z\rangle = l_{MUH}(z,y)$",
        printed=r"$l_{lin}(z, y) := \nabla_z l(0,y)\, z = l_{MUH}(z, y)$ for losses with $\nabla_z l(0,y) = \nabla_z "
        r"l_{MUH}(0,y)$.",
        proved=r"The same, as an identity in $z$ (the approximation sign before it is E7).",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$l_{MUH}$ is linear in $z$ with $l_{MUH}(0, y) = 0$, so it is its own linear part, $-\langle o_y, z\rangle$.",
            r"By assumption $\nabla l(0,y) = -o_y$.",
        ),
        compute=_llin, rests_on=("muh-inner",),
    ),
    Claim(
        id="E7", place="section 5, (2)", title=r"The Taylor approximation: a missing $\tfrac12$ and a missing constant",
        printed=r"$l(z, y) \approx \nabla_z l(0,y)\, z$ and $g(z) \approx g_{sq}(z) := z'\nabla^2 g(0) z$.",
        proved=r"$l(z,y) = l(0,y) + \nabla_z l(0,y)\, z + O(\Vert z\Vert^2)$ and $g(z) = g(0) + \tfrac12 z'\nabla^2 g(0) z + "
        r"o(\Vert z\Vert^2)$.",
        verdict=Ruling.REFUTED,
        derivation=(
            r"Taylor's formula at 0, with $\nabla g(0) = 0$ as 0 is the minimum.",
            r"Constants move no minimiser.  The factor $\tfrac12$ only rescales $\alpha$, so the theorems survive.",
        ),
        compute=_taylor, witness=Point(r"$g = z^2$ in one variable; cross entropy at $C = %(C)s$", C=2),
    ),
    Claim(
        id="alpha-lambda", place="section 5", title=r"$\alpha l + g$ with $\alpha \to 0$ is $l + \lambda g$ with "
        r"$\lambda \to \infty$",
        printed=r"The asymptotical results for $l_\alpha = \alpha l + g$, $\alpha \to 0$, are equivalent to those achieved "
        r"with $l_\lambda = l + \lambda g$ and $\lambda \to \infty$.",
        proved=r"The same: with $\lambda = 1/\alpha$ the two differ by the factor $\alpha > 0$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(r"$\alpha l + g = \alpha\,(l + \tfrac1\alpha g)$, so they have the same minimisers.",),
        compute=_alpha,
    ),
    Claim(
        id="definition-1", place="section 5, Definition 1", title="Asymptotically robust: directions (3) meet",
        printed=r"$l_\alpha$ with unique minimiser $\theta_\alpha$ is asymptotically robust if there is a robust "
        r"$\hat l_\alpha$ with unique minimiser $\hat\theta_\alpha$ and $\left\Vert \tfrac{Z(\theta_\alpha)}{\Vert "
        r"Z(\theta_\alpha)\Vert} - \tfrac{Z(\hat\theta_\alpha)}{\Vert Z(\hat\theta_\alpha)\Vert}\right\Vert \to 0$.",
        proved=r"The same, where neither output is 0 almost surely; what it lacks before predictions can be compared is E18.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"There is nothing to prove about a definition.  It compares directions: positive factors cancel.",
            r"MUH with a quadratic penalty meets it with itself as the reference.",
        ),
        compute=_scale_free, rests_on=("E18",),
    ),
    Claim(
        id="E18", place="section 5, Definitions 1, 2", title="The definitions never compare clean with noisy labels",
        printed=r"(3) and (4) compare the minimiser of $l_\alpha$ with that of a robust $\hat l_\alpha$, for one law of "
        r"$(X, Y)$.",
        proved=r"One reference serves the clean and the noisy law (the proofs give this), so both have the same limit "
        r"direction; predictions agree for small $\alpha$ where this limit has no ties.",
        verdict=Ruling.REPAIRED,
        derivation=(
            r"(3) for the clean law and (3) for the noisy law say nothing about each other if the references differ.",
            r"The proofs use $\hat l_\beta = \beta l_{lin} + g_{sq}$ for both, and it is robust: one limit direction.",
            r"Where the largest score of the limit is single, nearby outputs predict the same class.",
            r"Where it ties they need not: the witness meets all of Theorem 3 and predicts differently at every $\alpha$.",
        ),
        compute=_tie, witness=_TIE, rests_on=("theorem-1",),
    ),
    Claim(
        id="E19", place="section 5, Definition 2", title='"For any minimisers that tend to the point" may be vacuous',
        printed=r"$l_\alpha$ is asymptotically locally robust at $\theta_0$ if ... for any $0 < \alpha_n \to 0$ and $\theta_n "
        r"\to \theta_0$ a minimizer of $L_{l_{\alpha_n}}$ (4) holds.",
        proved=r"The same with the local branch of Theorem 2 (i): for small $\alpha$ there is exactly one stationary point "
        r"near $\theta_0$, a strict local minimum, and (4) holds along it.",
        verdict=Ruling.REPAIRED,
        derivation=(
            r"If no minimisers tend to $\theta_0$, the definition asks for nothing and everything meets it.",
            r"On $|\theta| \le 1$: $\theta^2 - \alpha\theta^3 \ge \tfrac12\theta^2$ for $\alpha \le \tfrac12$, so the objective "
            r"is at least $\tfrac{\theta^2/2 - \alpha\theta/10}{1 + \theta^4} \ge -\tfrac{\alpha^2}{200}$.",
            r"At $\theta = \tfrac2\alpha$ it is $-\alpha^2\,\tfrac{4 + \alpha^2/5}{16 + \alpha^4}$, which is lower.",
        ),
        compute=_vacuous, witness=Point(r"$\alpha = %(alpha)s$", alpha=Fraction(1, 10)),
        rests_on=("theorem-2",),
    ),
)  # fmt: skip
