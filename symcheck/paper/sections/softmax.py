"""Section 6: the softmax cross entropy."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certification import certify
from symcheck.constants.field import Field
from symcheck.intake.parser import parsed
from symcheck.language.scope import Scope
from symcheck.paper.base import Claim, Fact, Ruling, Values, proves
from symcheck.paper.exact import (
    EVERY_C,
    theorem_fact,
    vanishes_for_every_C,
)
from symcheck.readings.jet import JetReading, expansion_of
from symcheck.tier import Tier
from symcheck.verdict import Verdict

ORDER = 60

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
    entries = expansion_of(JetReading(field).read(parsed("-log(1/C + z[y])", kind="loss")), field)
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


CLAIMS = (
    Claim(
        id="ce-gradient",
        place=_S6,
        title=r"Softmax CE: $\nabla_z l(0,y) = -o_y$",
        printed=r"$l(z,y) = -z_y + \log\left(\sum_i e^{z_i}\right)$ has $\nabla_z l(0,y) = -\mathrm{onehot}^\star(y) "
        r"= \nabla_z l_{MUH}(0,y)$.",
        proved=r"The same, for every $C$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$\partial l/\partial z_i = \tfrac{e^{z_i}}{\sum_j e^{z_j}} - [i = y]$.",
            r"At $z = 0$ this is $\tfrac1C - [i = y] = -(o_y)_i$.",
        ),
        compute=_ce_gradient,
        rests_on=("muh-inner",),
    ),
    Claim(
        id="ce-simplex",
        place=_S6,
        title=r"Pure CE on the simplex: $\sum_i l_{lin}(p, i) = -C$",
        printed=r"$\sum_{i} l_{lin}(p, i) = \sum_i \nabla_z l\left((\tfrac1C, \ldots, \tfrac1C)', i\right)p = \sum_i "
        r"-C p_i = -C$.",
        proved=r"The same: the linear part at the uniform $p$ is symmetric on the simplex.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$l(p, i) = -\log p_i$ has the gradient $-\tfrac{1}{p_i}e_i$, which is $-C e_i$ at $u$.",
            r"$l_{lin}(p, i) = -C p_i$, and $\sum_i p_i = 1$.",
        ),
        compute=_ce_simplex,
    ),
)
