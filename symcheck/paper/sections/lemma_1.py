"""Section 4 and appendix: Lemma 1 and Lemma 2."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Expr, symbols

from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, repairs
from symcheck.paper.exact import (
    ALGEBRA,
    EVERYWHERE,
    RATIONAL,
    contraction,
    muh,
    noisy,
    risk,
    symmetry_of,
    theorem_fact,
    vanishes,
)
from symcheck.verdict import Verdict

ORDER = 41

_L1 = r"\arg\min_{Z \in \mathcal Z} \bar L_l(Z) + G_g(Z)"
_R1 = r"\arg\min_{Z \in \mathcal Z} L_l(Z) + \lambda G_g(Z)"


def _eq_1(_: Values) -> Iterator[Fact]:
    C, rho = symbols("C rho")
    a = 1 - rho * C / (C - 1)
    yield proves(
        r"$a = \tfrac{C - 1 - \rho C}{C - 1}$, which is positive for $\rho < \tfrac{C-1}{C}$, and $\lambda - 1 = "
        r"\tfrac{\rho C}{C - 1}\lambda \ge 0$",
        vanishes(a - (C - 1 - rho * C) / (C - 1)) and vanishes(1 / a - 1 - rho * C / (C - 1) / a),
        ALGEBRA,
    )


def _lemma_1(_: Values) -> Iterator[Fact]:
    C, rho, L, L2, G, G2, K = symbols("C rho L L2 G G2 K")
    a = 1 - rho * C / (C - 1)

    def noisy_risk(clean: Expr) -> Expr:
        return (1 - rho) * clean + rho / (C - 1) * (K - clean)

    noisy_difference = (noisy_risk(L) + G) - (noisy_risk(L2) + G2)
    clean_difference = (L + G / a) - (L2 + G2 / a)
    yield proves(
        r"$[\bar L_l(Z) + G(Z)] - [\bar L_l(Z') + G(Z')] = a\left([L_l(Z) + \lambda G(Z)] - [L_l(Z') + \lambda "
        r"G(Z')]\right)$ for any two outputs, from the law of the noise",
        vanishes(noisy_difference - a * clean_difference),
        ALGEBRA,
    )


def _inclusion_is_equality(w: Values) -> Iterator[Fact]:
    yield from _lemma_1(w)
    yield theorem_fact("Lemma 1", "mae", "l2", Verdict.PROVED)
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
        sets[0] == sets[1] != set() and a != 1,
        RATIONAL,
        f"{len(sets[0])} minimiser, a = {a}",
    )


def _lemma_1_proof(w: Values) -> Iterator[Fact]:
    yield from _lemma_1(w)
    a, L, G = symbols("a L G")
    yield repairs(
        r"for $Z = Z^\star$ the left hand side is 0, and 0 is not smaller than 0",
        vanishes((a * L + G) - (a * L + G)),
        ALGEBRA,
    )


def _lemma_2(_: Values) -> Iterator[Fact]:
    C, rho, own, K = symbols("C rho l_y K")
    a = 1 - rho * C / (C - 1)
    blurred = (1 - rho) * own + rho / (C - 1) * (K - own)
    yield proves(
        (
            r"for any loss, with $K(z) = \sum_k l(z, k)$: $E[l(z, \bar Y) \mid Y = y] = \tfrac{\rho K(z)}{C - 1} + "
            r"a\, l(z,y)$"
        ),
        vanishes(blurred - rho * K / (C - 1) - a * own),
        ALGEBRA,
    )
    for loss in ("mae", "cross_entropy"):
        yield theorem_fact("Lemma 2", loss, "l2", Verdict.PROVED)


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
        products[0] != products[1],
        RATIONAL,
        f"-log({products[0]}) and -log({products[1]})",
    )
    found = symmetry_of("cross_entropy")
    yield refutes(
        r"in canonical form for every $C$, $\sum_y l_{CE}(z, y)$ depends on $z$",
        found.verdict is Verdict.REFUTED,
        EVERYWHERE,
        found.derivation[0].value,
    )


CLAIMS = (
    Claim(
        id="eq-1",
        place="section 4, (1)",
        title=r"$\lambda = 1/a$ with $a = 1 - \rho C/(C-1) > 0$",
        printed=r"$\lambda = \tfrac1a$, where $a = 1 - \tfrac{\rho C}{C-1} > 0$.",
        proved=r"The same, and $\lambda \ge 1$, with equality only for $\rho = 0$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$a = \tfrac{C - 1 - \rho C}{C-1}$, and $\rho < \tfrac{C-1}{C}$ says $C - 1 - \rho C > 0$.",
            r"$\lambda - 1 = \tfrac{1-a}{a} = \tfrac{\rho C}{C-1}\lambda \ge 0$.",
        ),
        compute=_eq_1,
        rests_on=("def-noise",),
    ),
    Claim(
        id="E5",
        place="section 4, Lemma 1",
        title="Lemma 1 is an equality of the argmin sets",
        printed=rf"Let $l$ be a symmetric loss function and $g$ a regularizer.  Then ${_L1} \subseteq {_R1}$ with "
        r"$\lambda = \tfrac1a$.",
        proved=rf"${_L1} = {_R1}$, on every $\mathcal Z$; both may be empty.",
        verdict=Ruling.REPAIRED,
        derivation=(
            r"Lemma 2: $\bar L_l = a L_l + \tfrac{\rho K}{C-1}$ with the constant $K$ of the symmetric loss.",
            r"So $\bar L_l(Z) + G(Z) = a\left[L_l(Z) + \tfrac1a G(Z)\right] + \tfrac{\rho K}{C-1}$.",
            (
                r"An increasing function of $L_l + \lambda G$ has the same minimisers: the printed inclusion is true, "
                r"and so is the other one."
            ),
        ),
        compute=_inclusion_is_equality,
        witness=Point(r"$C = 2$, one point with $y = 1$, $\rho = %(rho)s$", rho=Fraction(1, 4)),
        rests_on=("lemma-2", "eq-1"),
    ),
    Claim(
        id="lemma-1-proof",
        place="appendix, Lemma 1",
        title='In the proof: "smaller than 0" is "at most 0"',
        printed=r"$[\bar L(Z^\star) + G(Z^\star)] - [\bar L(Z) + G(Z)] = [a L_l(Z^\star) + G(Z^\star)] - [a L_l(Z) + "
        r"G(Z)]$; from the optimality the left hand side is smaller than 0, and after dividing by $a > 0$ we have "
        r"what we need.",
        proved=r"The identity holds, the left hand side is at most 0, and dividing by $a$ gives Lemma 1.",
        verdict=Ruling.REPAIRED,
        derivation=(
            r"By Lemma 2 both brackets on the left carry the same constant $\tfrac{\rho K}{C-1}$; it cancels.",
            r"$Z^\star$ is a minimiser, so the left hand side is $\le 0$ for every $Z$, and it is 0 for $Z = Z^\star$.",
            r"Divide by $a > 0$: $L_l(Z^\star) + \lambda G(Z^\star) \le L_l(Z) + \lambda G(Z)$.",
        ),
        compute=_lemma_1_proof,
        rests_on=("lemma-2",),
    ),
    Claim(
        id="lemma-2",
        place="appendix, Lemma 2",
        title=r"$\bar L_l = a L_l + \tfrac{\rho K}{C-1}$ for symmetric losses",
        printed=r"$\bar L_l(Z) = \tfrac{\rho K}{C-1} + \left(1 - \tfrac{\rho C}{C-1}\right) L_l(Z)$, read as Lemma 1 "
        r"uses it: for symmetric $l$ with $K = \sum_y l(z,y)$ (what is printed beyond that is E4).",
        proved=r"The same, for every $Z$ with finite expectations.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"Given $Y = y$: $E\,l(z, \bar Y) = (1 - \rho)\, l(z,y) + \tfrac{\rho}{C-1} \sum_{k \ne y} l(z,k)$.",
            r"Add and subtract $\tfrac{\rho}{C-1}\, l(z,y)$: the sum is over all classes then, and is $K$.",
            r"What is left is $\left(1 - \rho - \tfrac{\rho}{C-1}\right) l(z,y) = a\, l(z,y)$; take expectations.",
        ),
        compute=_lemma_2,
        rests_on=("def-noise", "Ghosh, Kumar, Sastry 2017"),
    ),
    Claim(
        id="E4",
        place="appendix, Lemma 2",
        title=r"Lemma 2 for any loss: $K$ is no constant",
        printed=r"Let $l$ be a loss function.  Then $\bar L_l(Z) = \tfrac{\rho K}{C-1} + \left(1 - \tfrac{\rho "
        r"C}{C-1}\right) L_l(Z)$ for any $Z$, where $K$ is not defined and symmetry is not assumed.",
        proved=r"$\bar L_l(Z) = \tfrac{\rho}{C-1} E[K(Z)] + a L_l(Z)$ with $K(z) = \sum_y l(z, y)$, for any loss; it "
        r"is a constant exactly for symmetric losses.",
        verdict=Ruling.REFUTED,
        derivation=(
            r"The computation of Lemma 2 does not use symmetry before the last step; $K(z) = \sum_k l(z,k)$.",
            r"Read with one number $K$, the lemma needs $K(z)$ to be the same for all $z$ as soon as $\rho > 0$.",
            r"For the cross entropy at $C = 2$: $K(z) = -\log(p_1 p_2)$, which the witness shows to vary.",
        ),
        compute=_undefined_k,
        witness=Point(r"cross entropy, $C = 2$, $z = (\log %(x)s, 0)$ and $z = (\log %(x2)s, 0)$", x=1, x2=3),
        rests_on=("def-noise",),
    ),
)
