"""Section 6: the softmax cross entropy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from sympy import Integer, symbols

from symcheck.certificates.certify import certify
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed
from symcheck.language.scope import Classes, Scope
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, repairs, steps
from symcheck.paper.exact import ALGEBRA, EVERY_C, RATIONAL, Vector, inner, theorem_fact, vanishes, vanishes_for_every_C
from symcheck.readings.jet import expansion_at_zero

ORDER = 61

_S6 = "section 6"


def _ce_gradient(_: Values) -> Iterator[Fact]:
    found = certify("cross_entropy", "l2")
    yield proves(
        r"$\nabla_z l(0, y) = -o_y$ with the factor $\kappa = 1$, for every $C$ and every label",
        found.tier is Tier.EXACT and str(found.kappa) == "1",
        "certify, two derivations that agree",
        f"tier {found.tier}, kappa = {found.kappa}",
    )


def _ce_simplex(_: Values) -> Iterator[Fact]:
    yield theorem_fact("Pure cross entropy", "cross_entropy", "l2", Verdict.PROVED)
    field = Field(Scope())
    entries = expansion_at_zero(parsed("-log(1/C + z[y])", kind="loss"), field)
    C = field.C
    yield proves(
        r"$l(p, i) = -\log p_i$ at $p = u + z$: $\partial l/\partial p_i = -C$ at $u = (\tfrac1C, \ldots, \tfrac1C)$, "
        r"and the other derivatives are 0",
        (entries.g_y + C).is_zero and entries.g_k.is_zero,
        "Taylor arithmetic with C a symbol",
    )
    yield proves(
        r"$\sum_i (-C p_i) + C = -C\left(\sum_i p_i - 1\right)$, which is 0 on the simplex",
        vanishes_for_every_C("total(-C*z) + C + C*(total(z) - 1)", "regularizer"),
        f"a polynomial in p in the place of z. {EVERY_C}",
    )


SIMPLEX_LOSSES = {
    "CE": "-log({p}[y])",
    "GCE at $q = 7/10$": "(1 - {p}[y]**(7/10))/(7/10)",
    "MAE": "2*(1 - {p}[y])",
    "focal": "-(1 - {p}[y])**2*log({p}[y])",
    "Brier": "total(({p} - onehot(y))**2)",
    "the square of CE": "log({p}[y])**2",
    "CE with its sign turned": "log({p}[y])",
    r"$(p_y - \tfrac1C)^2$": "({p}[y] - 1/C)**2",
}
"""Losses of p that treat all classes alike, as formulas with {p} in the place of p; the last two teach nothing."""


def linear_sums(loss: str, points: Sequence[Vector]) -> tuple[Element, ...]:
    """sum_i l_lin(p, i) at each of the ``points`` p, for a ``loss`` of p; C is the length of a point.

    Each l_lin(., i) has two slopes at u, one along p_i and one along the others: both from Taylor arithmetic.
    """
    classes = len(points[0])
    field = Field(Scope(Classes.of(classes)))
    entries = expansion_at_zero(parsed(loss.format(p="(1/C + z)"), kind="loss"), field)
    found = []
    for p in points:
        total = field.number(0)
        for i in range(classes):
            for k, x in enumerate(p):
                total = total + (entries.g_y if i == k else entries.g_k) * field.number(x)
        found.append(total)
    return tuple(found)


def weighted_sums(weights: Vector, points: Sequence[Vector]) -> tuple[Fraction, ...]:
    """The same for -w_y log p_y, whose l_lin(p, i) is -w_i C p_i."""
    return tuple(-len(p) * inner(weights, p) for p in points)


def _alike(classes: int) -> bool:
    """Whether sum_i (g p_i + h (S - p_i)) = (g + (C - 1) h) S, S = sum_i p_i, with a symbol for each entry of p."""
    g, h = symbols("g h")
    p = symbols(f"p1:{classes + 1}")
    total = sum(p, Integer(0))
    return vanishes(sum((g * x + h * (total - x) for x in p), Integer(0)) - (g + (classes - 1) * h) * total)


def _says_nothing(w: Values) -> Iterator[Fact]:
    # The sum is affine in p: three points that are not on a line decide it on the whole simplex.
    third = Fraction(1, 3)
    points = [(w["p1"], w["p2"], 1 - w["p1"] - w["p2"]), (third,) * 3, (third / 2, third / 2, 2 * third)]
    sums = {name: linear_sums(loss, points) for name, loss in SIMPLEX_LOSSES.items()}
    yield repairs(
        r"$\sum_i l_{lin}(p, i)$ is the same at three points of the simplex, $C = 3$, for " + ", ".join(SIMPLEX_LOSSES),
        len({*points}) == 3 and all((x - found[0]).is_zero for found in sums.values() for x in found),
        "Taylor arithmetic at p = u",
        ", ".join(str(found[0].sympy()) for found in sums.values()),
    )
    verdicts = [certify(loss.format(p="softmax(z)"), "l2").verdict for loss in (*SIMPLEX_LOSSES.values(),)[-2:]]
    yield repairs(
        "and the last two of them do not meet the gradient condition on the softmax",
        verdicts == [Verdict.REFUTED, Verdict.REFUTED],
        "certify, with l2",
        ", ".join(verdict.name for verdict in verdicts),
    )
    yield proves(
        r"a loss that treats the classes alike has $l_{lin}(p, i) = g\,p_i + h\sum_{k \ne i} p_k$, and the sum is $(g "
        r"+ (C - 1)\,h)\sum_i p_i$ ($C = 2, 3, 5$, a symbol for each entry)",
        all(_alike(classes) for classes in (2, 3, 5)),
        ALGEBRA,
    )
    found = weighted_sums((Fraction(1), Fraction(10), Fraction(1)), points)
    yield proves(
        r"what it notices are classes that are not treated alike: with the class weights $(1, 10, 1)$ the sum varies",
        len({*found}) > 1,
        RATIONAL,
        ", ".join(map(str, found)),
    )


CLAIMS = (
    Claim(
        id="ce-gradient",
        place=_S6,
        title=r"Softmax CE: $\nabla_z l(0,y) = -o_y$",
        printed=r"In this case we have that $\nabla_z l(0,y) = -\mathrm{onehot}^*(y) = \nabla_z l_{MUH}(0,y)$, which "
        r"is exactly what we need for asymptotical robustness.",
        proved=r"The same, for every $C$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $\partial l/\partial z_i = \tfrac{e^{z_i}}{\sum_j e^{z_j}} - [i = y]$.
            - At $z = 0$ this is $\tfrac1C - [i = y] = -(o_y)_i$.
        """),
        compute=_ce_gradient,
        rests_on=("muh-inner",),
    ),
    Claim(
        id="ce-simplex",
        place=_S6,
        title=r"Pure CE on the simplex: $\sum_i l_{lin}(p, i) = -C$",
        printed=r"... we can still check if the first order Taylor approximation is symmetric near $p = (1/C, "
        r"\ldots, 1/C)'$ ... and indeed: $\sum_{i} l_{lin}(p, i) = \sum_i \nabla_z l\left((1/C, \ldots, 1/C)', "
        r"i\right)p = \sum_i -C p_i = -C$.",
        proved=r"The same: the linear part at the uniform $p$ is symmetric on the simplex.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $l(p, i) = -\log p_i$ has the gradient $-\tfrac{1}{p_i}e_i$, which is $-C e_i$ at $u$.
            - $l_{lin}(p, i) = -C p_i$, and $\sum_i p_i = 1$.
        """),
        compute=_ce_simplex,
    ),
    Claim(
        id="E27",
        place=_S6,
        title="The computation on the simplex hints at nothing",
        printed=r"However, we can still check if the first order Taylor approximation is symmetric near $p = (1/C, "
        r"\ldots, 1/C)'$ which hints at the existence of possible asymptotical robustness, and indeed: $\sum_i "
        r"l_{lin}(p, i) = -C$.",
        proved=r"Every loss of $p$ that treats all classes alike has $\sum_i l_{lin}(p, i)$ constant on the simplex, "
        r"whatever it is.  What to look at is the softmax CE as a function of $z$: ce-gradient.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - If all classes are treated alike, $\partial l(u, i)/\partial p_k$ is one number $g$ for $k = i$ and one
              number $h$ for $k \ne i$.
            - $\sum_i \left(g\,p_i + h\,(1 - p_i)\right) = g + (C - 1)\,h$ for every $p$ of the simplex.
        """),
        compute=_says_nothing,
        witness=Point(r"$C = 3$, $p = (%(p1)s, %(p2)s, 1 - %(p1)s - %(p2)s)$", p1=Fraction(1, 2), p2=Fraction(1, 4)),
        rests_on=("ce-simplex",),
    ),
)
