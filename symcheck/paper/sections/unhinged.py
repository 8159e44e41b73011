"""Section 4: the Multi-Category Unhinged loss, Lemma 1 and Lemma 2."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Symbol, symbols

from symcheck.certification import certify
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, repairs
from symcheck.paper.exact import (
    ALGEBRA,
    EVERY_C,
    RATIONAL,
    contraction,
    muh,
    noisy,
    risk,
    vanishes,
    vanishes_for_every_C,
)

ORDER = 40


def _inner(w: Values) -> Iterator[Fact]:
    yield proves(r"$\tfrac1C \sum_i z_i - z_y + \langle z, o_y\rangle = 0$",
                 vanishes_for_every_C("mean(z) - z[y] + total(z*centred_onehot(y))"), EVERY_C)  # fmt: skip
    found = certify("muh", "l2")
    yield proves(r"its gradient at 0 is $-o_y$", found.tier is not None and found.tier.name == "EXACT", "certify",
                 f"tier {found.tier}")  # fmt: skip


def _symmetric(w: Values) -> Iterator[Fact]:
    yield proves(r"$\sum_y \left(\tfrac1C \sum_i z_i - z_y\right) = 0$",
                 vanishes_for_every_C("total(mean(z) - z)", "regularizer"), EVERY_C)  # fmt: skip


def _binary(w: Values) -> Iterator[Fact]:
    z1, z2 = symbols("z1 z2")
    margin = z1 - z2
    for label, sign in ((1, 1), (2, -1)):
        own = (z1 + z2) / 2 - (z1, z2)[label - 1]
        yield proves(
            rf"$C = 2$, class {label}: $l_{{MUH}}(z, {label}) = \tfrac12\left(1 - y m\right) - \tfrac12$ with "
            rf"$m = z_1 - z_2$ and $y = {sign}$",
            vanishes(own - ((1 - sign * margin) / 2 - Fraction(1, 2))), ALGEBRA,
        )  # fmt: skip


def _unbounded(w: Values) -> Iterator[Fact]:
    yield proves(
        r"$l_{MUH}(o_y, y) = -\Vert o_y \Vert^2 = -\tfrac{C-1}{C}$, so $l_{MUH}(t\, o_y, y) = -t\,\tfrac{C-1}{C}$",
        vanishes_for_every_C("mean(centred_onehot(y)) - centred_onehot(y)[y] + (C - 1)/C"), EVERY_C,
    )  # fmt: skip


def _label_free(w: Values) -> Iterator[Fact]:
    C, rho, own, other, g = symbols("C rho l_y l_other g")  # noqa: N806
    blurred = (1 - rho) * (own + g) + rho / (C - 1) * (other + (C - 1) * g)
    yield proves(
        r"$\bar L_{l+g} = \bar L_l + G$: the weights $1-\rho$ and $\tfrac{\rho}{C-1}$ of $C - 1$ labels sum to 1",
        vanishes(blurred - ((1 - rho) * own + rho / (C - 1) * other + g)), ALGEBRA,
    )  # fmt: skip


def _eq_1(w: Values) -> Iterator[Fact]:
    C, rho = symbols("C rho")  # noqa: N806
    a = 1 - rho * C / (C - 1)
    yield proves(r"$a = \tfrac{C - 1 - \rho C}{C - 1}$, which is positive for $\rho < \tfrac{C-1}{C}$, and "
                 r"$\lambda - 1 = \tfrac{\rho C}{C - 1}\lambda \ge 0$",
                 vanishes(a - (C - 1 - rho * C) / (C - 1)) and vanishes(1 / a - 1 - rho * C / (C - 1) / a),
                 ALGEBRA)  # fmt: skip


def _lemma_1(w: Values) -> Iterator[Fact]:
    C, rho, L, L2, G, G2, K = symbols("C rho L L2 G G2 K")  # noqa: N806
    a = 1 - rho * C / (C - 1)
    shift = rho * K / (C - 1)
    noisy_difference = (a * L + shift + G) - (a * L2 + shift + G2)
    clean_difference = (L + G / a) - (L2 + G2 / a)
    yield proves(
        r"$[\bar L_l(Z) + G(Z)] - [\bar L_l(Z') + G(Z')] = a\left([L_l(Z) + \lambda G(Z)] - [L_l(Z') + \lambda G(Z')]"
        r"\right)$ for any two outputs",
        vanishes(noisy_difference - a * clean_difference), ALGEBRA,
    )  # fmt: skip


def _inclusion_is_equality(w: Values) -> Iterator[Fact]:
    yield from _lemma_1(w)
    outputs = [(Fraction(s, 4), Fraction(-s, 4)) for s in range(-8, 9)]
    rho = w["rho"]
    a = contraction(2, rho)
    law = noisy(1, 2, rho)
    penalty = {z: (z[0] ** 2 + z[1] ** 2) / 2 for z in outputs}
    blurred = {z: risk(muh, z, law) + penalty[z] for z in outputs}
    clean = {z: muh(z, 1) + penalty[z] / a for z in outputs}
    sets = [{z for z in outputs if values[z] == min(values.values())} for values in (blurred, clean)]
    yield repairs(
        "the other inclusion holds as well: on 17 outputs, C = 2, the two sets are the same (and not empty)",
        sets[0] == sets[1] != set() and a != 1, RATIONAL, f"{len(sets[0])} minimiser, a = {a}",
    )  # fmt: skip


def _lemma_1_proof(w: Values) -> Iterator[Fact]:
    yield from _lemma_1(w)
    difference = Symbol("L") - Symbol("L")
    yield repairs(r"for $Z = Z^\star$ the left hand side is 0, and 0 is not smaller than 0",
                  vanishes(difference), ALGEBRA)  # fmt: skip


def _lemma_2(w: Values) -> Iterator[Fact]:
    C, rho, own, K = symbols("C rho l_y K")  # noqa: N806
    a = 1 - rho * C / (C - 1)
    blurred = (1 - rho) * own + rho / (C - 1) * (K - own)
    yield proves(
        r"for any loss, with $K(z) = \sum_k l(z, k)$: $E[l(z, \bar Y) \mid Y = y] = \tfrac{\rho K(z)}{C - 1} + a\, l(z,y)$",
        vanishes(blurred - rho * K / (C - 1) - a * own), ALGEBRA,
    )  # fmt: skip


def _undefined_k(w: Values) -> Iterator[Fact]:
    yield from _lemma_2(w)
    # CE at z = (log x, 0): p = (x/(x + 1), 1/(x + 1)), and sum_y l(z, y) = -log(p_1 p_2); logarithms of rationals
    # are equal exactly if the rationals are
    products = []
    for x in (w["x"], w["x2"]):
        p = x / (x + 1)
        products.append(p * (1 - p))
    yield refutes(
        r"no constant $K$ serves the cross entropy at $C = 2$: $\sum_y l(z, y) = -\log(p_1 p_2)$ differs between the "
        r"two points, and Lemma 2 at $Z = z$ needs $K = \sum_y l(z,y)$ as soon as $\rho > 0$",
        products[0] != products[1], RATIONAL, f"-log({products[0]}) and -log({products[1]})",
    )  # fmt: skip


_L1 = r"\arg\min_{Z \in \mathcal Z} \bar L_l(Z) + G_g(Z)"
_R1 = r"\arg\min_{Z \in \mathcal Z} L_l(Z) + \lambda G_g(Z)"

CLAIMS = (
    Claim(
        id="muh-inner", place="section 4", title=r"$l_{MUH}(z,y) = -\langle z, \mathrm{onehot}^\star(y)\rangle$",
        printed=r"$l_{MUH}(z, y) = \tfrac1C \sum_{i \in [C]} z_i - z_y = -\langle z, \mathrm{onehot}^\star(y)\rangle$ "
        r"with $\mathrm{onehot}^\star(y) = \mathrm{onehot}(y) - \tfrac1C$.",
        proved=r"The same; $o_y = \mathrm{onehot}^\star(y)$ from here on.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$\langle z, o_y\rangle = \langle z, e_y\rangle - \tfrac1C \langle z, \mathbf 1\rangle = z_y - \tfrac1C "
            r"\sum_i z_i$.",
            r"So $-\langle z, o_y\rangle = \tfrac1C \sum_i z_i - z_y$, and the gradient in $z$ is $-o_y$.",
        ),
        compute=_inner,
    ),
    Claim(
        id="muh-symmetric", place="section 4", title="MUH is symmetric",
        printed=r"Let us define a new symmetric loss function, the Multi-Category Unhinged (MUH) loss.",
        proved=r"$\sum_y l_{MUH}(z, y) = 0$ for every $z$ and every $C$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$\sum_y o_y = \sum_y e_y - C \cdot \tfrac1C \mathbf 1 = \mathbf 1 - \mathbf 1 = 0$.",
            r"So $\sum_y l_{MUH}(z,y) = -\langle z, \sum_y o_y\rangle = 0$.",
        ),
        compute=_symmetric, rests_on=("muh-inner",),
    ),
    Claim(
        id="muh-binary", place="section 4", title="At two classes MUH is half the binary unhinged loss",
        printed=r"This loss can be seen as a multi-categorical extension of the binary unhinged loss, $l(z, y) = 1 - "
        r"yz$, $y \in \{-1, 1\}$.",
        proved=r"At $C = 2$: $l_{MUH}(z, \cdot) = \tfrac12(1 - y m) - \tfrac12$ with the margin $m = z_1 - z_2$ and $y = "
        r"1$ for class 1, $y = -1$ for class 2.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$l_{MUH}(z, 1) = \tfrac{z_1 + z_2}{2} - z_1 = -\tfrac12(z_1 - z_2)$, and the other sign for class 2.",
            r"$-\tfrac12 ym = \tfrac12(1 - ym) - \tfrac12$; factor and constant move no minimiser.",
        ),
        compute=_binary, rests_on=("muh-inner", "van Rooyen, Menon, Williamson 2015"),
    ),
    Claim(
        id="muh-unbounded", place="section 4", title="MUH is unbounded from below",
        printed=r"Since the MUH loss is unbounded from below, it makes sense to add a regularization term to it.",
        proved=r"$l_{MUH}(t\, o_y, y) = -t\,\tfrac{C-1}{C} \to -\infty$ as $t \to \infty$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$l_{MUH}(t\, o_y, y) = -t \Vert o_y\Vert^2$, and $\Vert o_y\Vert^2 = 1 - \tfrac1C > 0$.",
        ),
        compute=_unbounded, rests_on=("muh-inner",),
    ),
    Claim(
        id="label-free-term", place="section 4", title="A regularizer does not see the labels",
        printed=r"Adding a regularization term to a symmetric loss should not harm robustness by much, as the "
        r"regularization term does not depend on the labels at all.",
        proved=r"$\bar L_{l + g}(Z) = \bar L_l(Z) + G_g(Z)$: noise leaves $G_g$ as it is.  By how much it harms is said by "
        r"Lemma 1: the penalty counts $\tfrac1a$ times as much.",
        verdict=Ruling.AS_PRINTED,
        derivation=(r"$E[g(Z) \mid X, Y] = g(Z)$, whatever the law of $\bar Y$.",),
        compute=_label_free, rests_on=("E5",),
    ),
    Claim(
        id="eq-1", place="section 4, (1)", title=r"$\lambda = 1/a$ with $a = 1 - \rho C/(C-1) > 0$",
        printed=r"$\lambda = \tfrac1a$, where $a = 1 - \tfrac{\rho C}{C-1} > 0$.",
        proved=r"The same, and $\lambda \ge 1$, with equality only for $\rho = 0$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$a = \tfrac{C - 1 - \rho C}{C-1}$, and $\rho < \tfrac{C-1}{C}$ says $C - 1 - \rho C > 0$.",
            r"$\lambda - 1 = \tfrac{1-a}{a} = \tfrac{\rho C}{C-1}\lambda \ge 0$.",
        ),
        compute=_eq_1, rests_on=("def-noise",),
    ),
    Claim(
        id="E5", place="section 4, Lemma 1", title="Lemma 1 is an equality of the argmin sets",
        printed=rf"Let $l$ be a symmetric loss function and $g$ a regularizer.  Then ${_L1} \subseteq {_R1}$ with "
        r"$\lambda = \tfrac1a$.",
        proved=rf"${_L1} = {_R1}$, on every $\mathcal Z$; both may be empty.",
        verdict=Ruling.REPAIRED,
        derivation=(
            r"Lemma 2: $\bar L_l = a L_l + \tfrac{\rho K}{C-1}$ with the constant $K$ of the symmetric loss.",
            r"So $\bar L_l(Z) + G(Z) = a\left[L_l(Z) + \tfrac1a G(Z)\right] + \tfrac{\rho K}{C-1}$.",
            r"An increasing function of $L_l + \lambda G$ has the same minimisers: the printed inclusion is true, and "
            r"so is the other one.",
        ),
        compute=_inclusion_is_equality, witness=Point(r"$C = 2$, one point with $y = 1$, $\rho = %(rho)s$",
        rho=Fraction(1, 4)), rests_on=("lemma-2", "eq-1"),
    ),
    Claim(
        id="lemma-1-proof", place="appendix, Lemma 1", title='In the proof: "smaller than 0" is "at most 0"',
        printed=r"$[\bar L(Z^\star) + G(Z^\star)] - [\bar L(Z) + G(Z)] = [a L_l(Z^\star) + G(Z^\star)] - [a L_l(Z) + "
        r"G(Z)]$; from the optimality the left hand side is smaller than 0, and after dividing by $a > 0$ we have what "
        r"we need.",
        proved=r"The identity holds, the left hand side is at most 0, and dividing by $a$ gives Lemma 1.",
        verdict=Ruling.REPAIRED,
        derivation=(
            r"By Lemma 2 both brackets on the left carry the same constant $\tfrac{\rho K}{C-1}$; it cancels.",
            r"$Z^\star$ is a minimiser, so the left hand side is $\le 0$ for every $Z$, and it is 0 for $Z = Z^\star$.",
            r"Divide by $a > 0$: $L_l(Z^\star) + \lambda G(Z^\star) \le L_l(Z) + \lambda G(Z)$.",
        ),
        compute=_lemma_1_proof, rests_on=("lemma-2",),
    ),
    Claim(
        id="lemma-2", place="appendix, Lemma 2", title=r"$\bar L_l = a L_l + \tfrac{\rho K}{C-1}$ for symmetric losses",
        printed=r"$\bar L_l(Z) = \tfrac{\rho K}{C-1} + \left(1 - \tfrac{\rho C}{C-1}\right) L_l(Z)$, read as Lemma 1 uses "
        r"it: for symmetric $l$ with $K = \sum_y l(z,y)$ (what is printed beyond that is E4).",
        proved=r"The same, for every $Z$ with finite expectations.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"Given $Y = y$: $E\,l(z, \bar Y) = (1 - \rho)\, l(z,y) + \tfrac{\rho}{C-1} \sum_{k \ne y} l(z,k)$.",
            r"Add and subtract $\tfrac{\rho}{C-1}\, l(z,y)$: the sum is over all classes then, and is $K$.",
            r"What is left is $\left(1 - \rho - \tfrac{\rho}{C-1}\right) l(z,y) = a\, l(z,y)$; take expectations.",
        ),
        compute=_lemma_2, rests_on=("def-noise", "Ghosh, Kumar, Sastry 2017"),
    ),
    Claim(
        id="E4", place="appendix, Lemma 2", title=r"Lemma 2 for any loss: $K$ is no constant",
        printed=r"Let $l$ be a loss function.  Then $\bar L_l(Z) = \tfrac{\rho K}{C-1} + \left(1 - \tfrac{\rho C}{C-1}"
        r"\right) L_l(Z)$ for any $Z$, where $K$ is not defined and symmetry is not assumed.",
        proved=r"$\bar L_l(Z) = \tfrac{\rho}{C-1} E[K(Z)] + a L_l(Z)$ with $K(z) = \sum_y l(z, y)$, for any loss; it is a "
        r"constant exactly for symmetric losses.",
        verdict=Ruling.REFUTED,
        derivation=(
            r"The computation of Lemma 2 does not use symmetry before the last step; $K(z) = \sum_k l(z,k)$.",
            r"Read with one number $K$, the lemma needs $K(z)$ to be the same for all $z$ as soon as $\rho > 0$.",
            r"For the cross entropy at $C = 2$: $K(z) = -\log(p_1 p_2)$, which the witness shows to vary.",
        ),
        compute=_undefined_k, witness=Point(r"cross entropy, $C = 2$, $z = (\log %(x)s, 0)$ and $z = (\log %(x2)s, 0)$",
        x=1, x2=3), rests_on=("def-noise",),
    ),
)  # fmt: skip
