"""Section 4: the Multi-Category Unhinged loss."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import symbols

from symcheck.certificates.certify import certify
from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Claim, Fact, Ruling, Values, proves, steps
from symcheck.paper.exact import ALGEBRA, EVERY_C, EVERYWHERE, noisy_mean, symmetry_of, vanishes, vanishes_for_every_C

ORDER = 40


def _inner(_: Values) -> Iterator[Fact]:
    yield proves(
        r"$\tfrac1C \sum_i z_i - z_y + \langle z, o_y\rangle = 0$",
        vanishes_for_every_C("mean(z) - z[y] + total(z*centred_onehot(y))"),
        EVERY_C,
    )
    found = certify("muh", "l2")
    yield proves(
        r"its gradient at 0 is $-o_y$",
        found.tier is not None and found.tier.name == "EXACT",
        "certify",
        f"tier {found.tier}",
    )


def _symmetric(_: Values) -> Iterator[Fact]:
    yield proves(
        r"$\sum_y \left(\tfrac1C \sum_i z_i - z_y\right) = 0$",
        vanishes_for_every_C("total(mean(z) - z)", "regularizer"),
        EVERY_C,
    )
    found = symmetry_of("muh")
    yield proves(
        r"$\sum_y l_{MUH}(z, y)$ from the formula of the catalogue",
        found.verdict is Verdict.PROVED,
        EVERYWHERE,
        found.detail,
    )


def _binary(_: Values) -> Iterator[Fact]:
    z1, z2 = symbols("z1 z2")
    margin = z1 - z2
    for label, sign in ((1, 1), (2, -1)):
        of_label = (z1 + z2) / 2 - (z1, z2)[label - 1]
        yield proves(
            rf"$C = 2$, class {label}: $l_{{MUH}}(z, {label}) = \tfrac12\left(1 - y m\right) - \tfrac12$ with $m = "
            rf"z_1 - z_2$ and $y = {sign}$",
            vanishes(of_label - ((1 - sign * margin) / 2 - Fraction(1, 2))),
            ALGEBRA,
        )


def _unbounded(_: Values) -> Iterator[Fact]:
    yield proves(
        r"$l_{MUH}(o_y, y) = -\Vert o_y \Vert^2 = -\tfrac{C-1}{C}$, so $l_{MUH}(t\, o_y, y) = -t\,\tfrac{C-1}{C}$",
        vanishes_for_every_C("mean(centred_onehot(y)) - centred_onehot(y)[y] + (C - 1)/C"),
        EVERY_C,
    )


def _label_free(_: Values) -> Iterator[Fact]:
    C, rho, of_label, total, g = symbols("C rho l_y S g")
    yield proves(
        r"$\bar L_{l+g} = \bar L_l + G$: the weights $1-\rho$ and $\tfrac{\rho}{C-1}$ of $C - 1$ labels sum to 1",
        vanishes(noisy_mean(of_label + g, total + C * g, C, rho) - noisy_mean(of_label, total, C, rho) - g),
        ALGEBRA,
    )


CLAIMS = (
    Claim(
        id="muh-inner",
        place="section 4",
        title=r"$l_{MUH}(z,y) = -\langle z, \mathrm{onehot}^\star(y)\rangle$",
        printed=r"... the Multi-Category Unhinged (MUH) loss: $l_{MUH}(z, y) = \tfrac1C \sum_{i \in [C]} z_i - z_y = "
        r"-\langle z, \mathrm{onehot}^\star(y)\rangle$ where, $\mathrm{onehot}^\star(y) = \mathrm{onehot}(y) - "
        r"\tfrac1C$.",
        proved=r"The same; $o_y = \mathrm{onehot}^\star(y)$ from here on.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $\langle z, o_y\rangle = \langle z, e_y\rangle - \tfrac1C \langle z, \mathbf 1\rangle = z_y - \tfrac1C
              \sum_i z_i$.
            - So $-\langle z, o_y\rangle = \tfrac1C \sum_i z_i - z_y$, and the gradient in $z$ is $-o_y$.
        """),
        compute=_inner,
    ),
    Claim(
        id="muh-symmetric",
        place="section 4",
        title="MUH is symmetric",
        printed=r"Let us define a new symmetric loss function, the Multi-Category Unhinged (MUH) loss.",
        proved=r"$\sum_y l_{MUH}(z, y) = 0$ for every $z$ and every $C$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $\sum_y o_y = \sum_y e_y - C \cdot \tfrac1C \mathbf 1 = \mathbf 1 - \mathbf 1 = 0$.
            - So $\sum_y l_{MUH}(z,y) = -\langle z, \sum_y o_y\rangle = 0$.
        """),
        compute=_symmetric,
        rests_on=("muh-inner",),
    ),
    Claim(
        id="muh-binary",
        place="section 4",
        title="At two classes MUH is half the binary unhinged loss",
        printed=r"This loss can be seen as a multi-categorial extension of the binary unhinged loss, $l(z, y) = 1 - "
        r"yz$, $y \in \{-1, 1\}$.",
        proved=r"At $C = 2$: $l_{MUH}(z, \cdot) = \tfrac12(1 - y m) - \tfrac12$ with the margin $m = z_1 - z_2$ and "
        r"$y = 1$ for class 1, $y = -1$ for class 2.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $l_{MUH}(z, 1) = \tfrac{z_1 + z_2}{2} - z_1 = -\tfrac12(z_1 - z_2)$, and the other sign for class 2.
            - $-\tfrac12 ym = \tfrac12(1 - ym) - \tfrac12$; factor and constant move no minimiser.
        """),
        compute=_binary,
        rests_on=("muh-inner", "van Rooyen, Menon, Williamson 2015"),
    ),
    Claim(
        id="muh-unbounded",
        place="section 4",
        title="MUH is unbounded from below",
        printed=r"Since the MUH loss is unbounded from bellow, it makes sense to add a regularization term to it.",
        proved=r"$l_{MUH}(t\, o_y, y) = -t\,\tfrac{C-1}{C} \to -\infty$ as $t \to \infty$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(r"$l_{MUH}(t\, o_y, y) = -t \Vert o_y\Vert^2$, and $\Vert o_y\Vert^2 = 1 - \tfrac1C > 0$.",),
        compute=_unbounded,
        rests_on=("muh-inner",),
    ),
    Claim(
        id="label-free-term",
        place="section 4",
        title="A regularizer does not see the labels",
        printed=r"Intuitively, adding a regularization term to a symmetric loss should not harm robustness by much, "
        r"as the regularization term does not depend on the labels at all.",
        proved=r"$\bar L_{l + g}(Z) = \bar L_l(Z) + G_g(Z)$: noise leaves $G_g$ as it is.  By how much it harms is "
        r"said by Lemma 1: the penalty counts $\tfrac1a$ times as much.",
        verdict=Ruling.AS_PRINTED,
        derivation=(r"$E[g(Z) \mid X, Y] = g(Z)$, whatever the law of $\bar Y$.",),
        compute=_label_free,
        rests_on=("E5",),
    ),
)
