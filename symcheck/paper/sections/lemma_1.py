"""Section 4 and appendix: Lemma 1 and Lemma 2."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from sympy import symbols

from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, repairs, steps
from symcheck.paper.exact import (
    ALGEBRA,
    EVERYWHERE,
    RATIONAL,
    Vector,
    contraction,
    muh,
    noisy,
    noisy_mean,
    risk,
    shrinking,
    symmetry_of,
    theorem_fact,
    vanishes,
)

ORDER = 41

_L1 = r"\arg\min_{Z \in \mathcal Z} \bar L_l(Z) + G_g(Z)"
_R1 = r"\arg\min_{Z \in \mathcal Z} L_l(Z) + \lambda G_g(Z)"
_OUTPUTS: list[Vector] = [(Fraction(s, 4), Fraction(-t, 4)) for s, t in product(range(-4, 5), repeat=2)]
"""81 outputs of one point, C = 2."""


def _eq_1(_: Values) -> Iterator[Fact]:
    C, rho = symbols("C rho")
    a = shrinking(C, rho)
    yield proves(
        r"$a = \tfrac{C - 1 - \rho C}{C - 1}$, which is positive for $\rho < \tfrac{C-1}{C}$, and $\lambda - 1 = "
        r"\tfrac{\rho C}{C - 1}\lambda \ge 0$",
        vanishes(a - (C - 1 - rho * C) / (C - 1)) and vanishes(1 / a - 1 - rho * C / (C - 1) / a),
        ALGEBRA,
    )


def _two_outputs(_: Values) -> Iterator[Fact]:
    C, rho, L, L2, G, G2, K = symbols("C rho L L2 G G2 K")
    a = shrinking(C, rho)
    noisy_difference = (noisy_mean(L, K, C, rho) + G) - (noisy_mean(L2, K, C, rho) + G2)
    clean_difference = (L + G / a) - (L2 + G2 / a)
    yield proves(
        r"$[\bar L_l(Z) + G(Z)] - [\bar L_l(Z') + G(Z')] = a\left([L_l(Z) + \lambda G(Z)] - [L_l(Z') + \lambda "
        r"G(Z')]\right)$ for any two outputs, from the law of the noise",
        vanishes(noisy_difference - a * clean_difference),
        ALGEBRA,
    )


def _objectives(rho: Fraction, factor: Fraction) -> tuple[dict[Vector, Fraction], dict[Vector, Fraction]]:
    """MUH + 1/2 ||z||^2 for noisy labels, and with ``factor`` times the penalty for clean ones, at each output."""
    law = noisy(1, 2, rho)
    penalty = {z: (z[0] ** 2 + z[1] ** 2) / 2 for z in _OUTPUTS}
    blurred = {z: risk(muh, z, law) + penalty[z] for z in _OUTPUTS}
    return blurred, {z: muh(z, 1) + factor * penalty[z] for z in _OUTPUTS}


def _lowest(values: dict[Vector, Fraction]) -> set[Vector]:
    low = min(values.values())
    return {z for z, value in values.items() if value == low}


def _lemma_1(w: Values) -> Iterator[Fact]:
    yield from _two_outputs(w)
    yield theorem_fact("Lemma 1", "mae", "l2", Verdict.PROVED)
    yield theorem_fact("Lemma 1", "cross_entropy", "l2", Verdict.PROVED)
    a = contraction(2, w["rho"])
    noisy_ones, clean_ones = (_lowest(values) for values in _objectives(w["rho"], 1 / a))
    # Other factors have to give other minimisers, else the equality of the sets would show nothing.
    others = [_lowest(_objectives(w["rho"], factor)[1]) for factor in (Fraction(1), a, 1 / a**2)]
    yield proves(
        r"MUH $+ \tfrac12\Vert z\Vert^2$ on 81 outputs, $C = 2$: the two sets are the same, so the other inclusion "
        r"holds as well; with $1$, $a$ or $\tfrac{1}{a^2}$ in the place of $\lambda$ they are not",
        noisy_ones == clean_ones != set() and all(noisy_ones != other for other in others),
        RATIONAL,
        f"a = {a}: {_shown(noisy_ones)} in both",
    )


def _shown(outputs: set[Vector]) -> str:
    return ", ".join(f"({', '.join(map(str, z))})" for z in sorted(outputs))


def _lemma_1_proof(w: Values) -> Iterator[Fact]:
    yield from _two_outputs(w)
    rho = Fraction(1, 4)
    a = contraction(2, rho)
    blurred, clean = _objectives(rho, 1 / a)
    lowest = sorted(_lowest(blurred))
    left = [blurred[lowest[0]] - blurred[z] for z in _OUTPUTS]
    right = [a * (clean[lowest[0]] - clean[z]) for z in _OUTPUTS]
    yield proves(r"both sides agree at each of 81 outputs, $C = 2$, $\rho = \tfrac14$", left == right, RATIONAL)
    yield repairs(
        r"at a minimiser $Z^\star$ the left hand side is not smaller than 0 for every $Z$, but at most 0: it is 0 for "
        r"$Z = Z^\star$ and below 0 for others",
        max(left) == 0 > min(left) and [z for z, value in zip(_OUTPUTS, left, strict=True) if value == 0] == lowest,
        RATIONAL,
        f"between {min(left)} and {max(left)}",
    )


def _lemma_2(w: Values) -> Iterator[Fact]:
    C, rho, of_label, K = symbols("C rho l_y K")
    yield proves(
        (
            r"for any loss, with $K(z) = \sum_k l(z, k)$: $E[l(z, \bar Y) \mid Y = y] = \tfrac{\rho K(z)}{C - 1} + "
            r"a\, l(z,y)$"
        ),
        vanishes(noisy_mean(of_label, K, C, rho) - rho * K / (C - 1) - shrinking(C, rho) * of_label),
        ALGEBRA,
    )
    for loss in ("mae", "cross_entropy"):
        yield theorem_fact("Lemma 2", loss, "l2", Verdict.PROVED)
    found = symmetry_of("mae")
    yield proves(
        r"where Lemma 1 uses it, $l$ is symmetric, and $K = \sum_y l(z, y)$ is a number: here for MAE",
        found.verdict is Verdict.PROVED,
        EVERYWHERE,
        found.detail,
    )
    # CE at z = (log x, 0): p = (x/(x + 1), 1/(x + 1)), and sum_y l(z, y) = -log(p_1 p_2); logarithms of rationals
    # are equal exactly if the rationals are
    products = []
    for x in (w["x"], w["x2"]):
        p = x / (x + 1)
        products.append(p * (1 - p))
    yield repairs(
        r"$K$ has no meaning as printed, and the sum that it stands for need not be a number: for the cross entropy "
        r"at $C = 2$ $\sum_y l(z, y) = -\log(p_1 p_2)$ differs between two points",
        products[0] != products[1],
        RATIONAL,
        f"-log({products[0]}) and -log({products[1]})",
    )
    found = symmetry_of("cross_entropy")
    yield repairs(
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
        printed=r"Let $l$ be a symmetric loss function and let $g$ be a regularizer.  Let $\lambda = \tfrac1a$, "
        r"where $a = 1 - \tfrac{\rho C}{C-1} > 0$.",
        proved=r"The same, and $\lambda \ge 1$, with equality only for $\rho = 0$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $a = \tfrac{C - 1 - \rho C}{C-1}$, and $\rho < \tfrac{C-1}{C}$ says $C - 1 - \rho C > 0$.
            - $\lambda - 1 = \tfrac{1-a}{a} = \tfrac{\rho C}{C-1}\lambda \ge 0$.
        """),
        compute=_eq_1,
        rests_on=("def-noise",),
    ),
    Claim(
        id="E5",
        place="section 4, Lemma 1",
        title="Lemma 1, which is an equality of the argmin sets",
        printed=r"Let $l$ be a symmetric loss function and let $g$ be a regularizer.  Let $\lambda = \tfrac1a$, "
        r"where $a = 1 - \tfrac{\rho C}{C-1} > 0$.  Then $\arg\min_{Z \in \mathcal Z} \bar L_l(Z) + G_g(Z) \subseteq "
        r"\arg\min_{Z \in \mathcal Z} L_l(Z) + \lambda G_g(Z)$.",
        proved=rf"The same, and more: ${_L1} = {_R1}$, on every $\mathcal Z$; both may be empty.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - Lemma 2: $\bar L_l = a L_l + \tfrac{\rho K}{C-1}$ with the constant $K$ of the symmetric loss.
            - So $\bar L_l(Z) + G(Z) = a\left[L_l(Z) + \tfrac1a G(Z)\right] + \tfrac{\rho K}{C-1}$.
            - An increasing function of $L_l + \lambda G$ has the same minimisers: the printed inclusion is true, and so
              is the other one.
        """),
        compute=_lemma_1,
        witness=Point(r"$C = 2$, one point with $y = 1$, $\rho = %(rho)s$", rho=Fraction(1, 4)),
        rests_on=("E4", "eq-1"),
        other_names=("lemma-1",),
    ),
    Claim(
        id="lemma-1-proof",
        place="appendix, Lemma 1, proof",
        title='In the proof: "smaller then 0" is "at most 0"',
        printed=r"From Lemma 2 it holds that ... $[\bar L(Z^\star) + G_g(Z^\star)] - [\bar L(Z) + G_g(Z)] = [a "
        r"L_l(Z^\star) + G_g(Z^\star)] - [a L_l(Z) + G_g(Z)]$.  From the optimality of $f^\star$ it holds that the "
        r"left hand side is smaller then 0 and after dividing by $a > 0$ we have what we need.",
        proved=r"The identity holds, the left hand side is at most 0, and dividing by $a$ gives Lemma 1.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - By Lemma 2 both brackets on the left carry the same constant $\tfrac{\rho K}{C-1}$; it cancels.
            - $Z^\star$ is a minimiser, so the left hand side is $\le 0$ for every $Z$, and it is 0 for $Z = Z^\star$.
            - Divide by $a > 0$: $L_l(Z^\star) + \lambda G(Z^\star) \le L_l(Z) + \lambda G(Z)$.
        """),
        compute=_lemma_1_proof,
        rests_on=("E4",),
    ),
    Claim(
        id="E4",
        place="appendix, Lemma 2",
        title=r"Lemma 2: $K$ is $\sum_y l(z, y)$, a number for symmetric losses",
        printed=r"Let $l$ be a loss function.  Assume that $\bar Y$ is corrupted with uniform label noise of level "
        r"$\rho$ then for any $Z \in \mathcal Z$ $\bar L_l(Z) = \tfrac{\rho K}{C-1} + \left(1 - \tfrac{\rho "
        r"C}{C-1}\right) L_l(Z)$.",
        proved=r"$\bar L_l(Z) = \tfrac{\rho K}{C-1} + a L_l(Z)$ for symmetric $l$ with $K = \sum_y l(z, y)$, as Lemma "
        r"1 uses it; for any loss $\bar L_l(Z) = \tfrac{\rho}{C-1} E[K(Z)] + a L_l(Z)$ with $K(z) = \sum_y l(z, y)$.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - Given $Y = y$: $E\,l(z, \bar Y) = (1 - \rho)\, l(z,y) + \tfrac{\rho}{C-1} \sum_{k \ne y} l(z,k)$.
            - Add and subtract $\tfrac{\rho}{C-1}\, l(z,y)$: the sum is over all classes then, and is $K(z)$.
            - What is left is $\left(1 - \rho - \tfrac{\rho}{C-1}\right) l(z,y) = a\, l(z,y)$; take expectations.
            - $K$ is not defined, and symmetry is not asked for; for the cross entropy $K(z)$ varies: see the witness.
        """),
        compute=_lemma_2,
        witness=Point(r"cross entropy, $C = 2$, $z = (\log %(x)s, 0)$ and $z = (\log %(x2)s, 0)$", x=1, x2=3),
        rests_on=("def-noise", "Ghosh, Kumar, Sastry 2017"),
        other_names=("lemma-2",),
    ),
)
