"""Section 5 up to the definitions: strong penalties and the Taylor approximation (2)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from sympy import Symbol, symbols

from symcheck.constants.field import Field
from symcheck.intake.parser import parsed
from symcheck.language.scope import Scope
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes
from symcheck.paper.exact import (
    ALGEBRA,
    BALLS,
    RATIONAL,
    apart,
    balls,
    log_ball,
    vanishes,
)
from symcheck.readings.jet import JetReading, expansion_of

ORDER = 50


def _constraint(_: Values) -> Iterator[Fact]:
    lam, L, L2, G, G2 = symbols("lambda L L2 G G2")
    yield proves(
        (
            r"$[L(Z) + \lambda G(Z)] - [L(Z^\star) + \lambda G(Z^\star)] = [L(Z) - L(Z^\star)] + \lambda\,[G(Z) - "
            r"G(Z^\star)]$"
        ),
        vanishes((L + lam * G) - (L2 + lam * G2) - (L - L2) - lam * (G - G2)),
        ALGEBRA,
    )
    pairs = [(Fraction(x), Fraction(y)) for x, y in product((-2, 0, 1, 3), (0, 1, 2, 5))]
    kept = 0
    for rate in (Fraction(1, 3), Fraction(1), Fraction(4)):
        low = min(x + rate * y for x, y in pairs)
        for x, y in (p for p in pairs if p[0] + rate * p[1] == low):
            kept += x == min(x2 for x2, y2 in pairs if y2 <= y)
    yield proves(
        "every penalised minimiser among 16 outputs solves the constrained problem, for three rates (an example)",
        kept >= 3,
        f"enumeration in {RATIONAL}",
        f"{kept} minimisers",
    )


def _alpha(_: Values) -> Iterator[Fact]:
    alpha, loss, g = symbols("alpha l g")
    yield proves(
        r"$\alpha l + g = \alpha\,(l + \lambda g)$ with $\lambda = \tfrac1\alpha$",
        vanishes(alpha * loss + g - alpha * (loss + g / alpha)),
        ALGEBRA,
    )


def _llin(_: Values) -> Iterator[Fact]:
    field = Field(Scope())
    entries = expansion_of(JetReading(field).read(parsed("logsumexp(z) - z[y]", kind="loss")), field)
    own, others, C = symbols("z_y S C")
    c = entries.g_y.sympy().free_symbols | entries.g_k.sympy().free_symbols
    at = dict.fromkeys(c, C)
    linear = entries.g_y.sympy().subs(at) * own + entries.g_k.sympy().subs(at) * (others - own)
    yield proves(
        r"for the cross entropy: $\langle \nabla l(0,y), z\rangle = \tfrac1C \sum_i z_i - z_y$, with $S = \sum_i z_i$",
        vanishes(linear - (others / C - own)),
        "Taylor arithmetic with C a symbol",
    )


def _taylor(w: Values) -> Iterator[Fact]:
    z, second = Symbol("z"), Fraction(2)  # g = z^2, g'' = 2
    printed, right = second * z**2, second * z**2 / 2
    yield refutes(
        r"$g = z^2$: $g(z) - z\,g''(0)\,z = -z^2$ is not $o(z^2)$; the printed $g_{sq}$ is twice $g$",
        vanishes((z**2 - printed) / z**2 + 1),
        ALGEBRA,
        "the quotient by z^2 is -1 for every z",
    )
    yield proves(r"with $\tfrac12$ the remainder is 0", vanishes(z**2 - right), ALGEBRA)
    with balls():
        yield refutes(
            r"the cross entropy has $l(0, y) = \log C \ne 0$, and $\langle\nabla l(0,y), 0\rangle = 0$: the constant "
            r"is missing",
            apart(log_ball(w["C"]), log_ball(Fraction(1))),
            BALLS,
            f"at C = {w['C']}",
        )


CLAIMS = (
    Claim(
        id="penalty-constraint",
        place="section 5",
        title="A penalised minimiser solves a constrained problem",
        printed=r"If $Z_\lambda^*$ minimizes $L_l(Z) + \lambda G_g(Z)$, then it also minimizes $L_l(Z)$ s.t. $G_g(Z) "
        r"\le a_\lambda := G(Z_\lambda^*)$.",
        proved=r"The same, for $\lambda \ge 0$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            (
                r"Let $G(Z) \le G(Z_\lambda^*)$.  Optimality: $[L(Z) - L(Z_\lambda^*)] + \lambda\,[G(Z) - "
                r"G(Z_\lambda^*)] \ge 0$."
            ),
            r"The second term is at most 0, so $L(Z) \ge L(Z_\lambda^*)$.",
        ),
        compute=_constraint,
    ),
    Claim(
        id="eq-2",
        place="section 5, (2)",
        title=r"$\langle\nabla l(0,y), z\rangle = l_{MUH}(z,y)$",
        printed=r"$l_{lin}(z, y) := \nabla_z l(0,y)\, z = l_{MUH}(z, y)$ for losses with $\nabla_z l(0,y) = \nabla_z "
        r"l_{MUH}(0,y)$.",
        proved=r"The same, as an identity in $z$ (the approximation sign before it is E7).",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            (
                r"$l_{MUH}$ is linear in $z$ with $l_{MUH}(0, y) = 0$, so it is its own linear part, $-\langle o_y, "
                r"z\rangle$."
            ),
            r"By assumption $\nabla l(0,y) = -o_y$.",
        ),
        compute=_llin,
        rests_on=("muh-inner",),
    ),
    Claim(
        id="E7",
        place="section 5, (2)",
        title=r"The Taylor approximation: a missing $\tfrac12$ and a missing constant",
        printed=r"$l(z, y) \approx \nabla_z l(0,y)\, z$ and $g(z) \approx g_{sq}(z) := z'\nabla^2 g(0) z$.",
        proved=r"$l(z,y) = l(0,y) + \nabla_z l(0,y)\, z + O(\Vert z\Vert^2)$ and $g(z) = g(0) + \tfrac12 z'\nabla^2 "
        r"g(0) z + o(\Vert z\Vert^2)$.",
        verdict=Ruling.REFUTED,
        derivation=(
            r"Taylor's formula at 0, with $\nabla g(0) = 0$ as 0 is the minimum.",
            r"Constants move no minimiser.  The factor $\tfrac12$ only rescales $\alpha$, so the theorems survive.",
        ),
        compute=_taylor,
        witness=Point(r"$g = z^2$ in one variable; cross entropy at $C = %(C)s$", C=2),
    ),
    Claim(
        id="alpha-lambda",
        place="section 5",
        title=r"$\alpha l + g$ with $\alpha \to 0$ is $l + \lambda g$ with $\lambda \to \infty$",
        printed=r"The asymptotical results for $l_\alpha = \alpha l + g$, $\alpha \to 0$, are equivalent to those "
        r"achieved with $l_\lambda = l + \lambda g$ and $\lambda \to \infty$.",
        proved=r"The same: with $\lambda = 1/\alpha$ the two differ by the factor $\alpha > 0$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(r"$\alpha l + g = \alpha\,(l + \tfrac1\alpha g)$, so they have the same minimisers.",),
        compute=_alpha,
    ),
)
