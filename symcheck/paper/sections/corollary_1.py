"""Section 4: Corollary 1, the square loss."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Rational, Symbol

from symcheck.certificates.certify import certify
from symcheck.counterexamples import counterexample
from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, repairs, steps
from symcheck.paper.exact import (
    ALGEBRA,
    EVERY_C,
    RATIONAL,
    contraction,
    flip_of,
    inner,
    theorem_fact,
    vanishes,
    vanishes_for_every_C,
)
from symcheck.theorems.base import SHARED

ORDER = 44


def _identity(_: Values) -> Iterator[Fact]:
    yield proves(
        r"$\tfrac12\Vert z - o_y\Vert^2 = l_{MUH}(z,y) + \tfrac12\Vert z\Vert^2 + \tfrac{C-1}{2C}$",
        vanishes_for_every_C("total((z - centred_onehot(y))**2)/2 - (mean(z) - z[y]) - total(z**2)/2 - (C - 1)/(2*C)"),
        EVERY_C,
    )


def _half_line(rho: Fraction, label: tuple[Fraction, ...]) -> Fraction:
    """E<u, target> for u = (1, -2), the noisy target of ``label`` for class 1: the sign of the minimising t."""
    u = (Fraction(1), Fraction(-2))
    # At C = 2 the other label's vector is that of this one with its entries swapped.
    other = (label[1], label[0])
    return inner(u, [(1 - rho) * p + rho * q for p, q in zip(label, other, strict=True)])


def _corollary(w: Values) -> Iterator[Fact]:
    rho = w["rho"]
    plain = (Fraction(1), Fraction(0))
    clean, blurred = _half_line(Fraction(0), plain), _half_line(rho, plain)
    yield repairs(
        r"read with the plain one-hot, one point with $y = 1$, outputs $t(1,-2)$: the minimising $t$ has the sign of "
        r"$1 - 3\rho$, at every $\lambda \ge 0$ of an added $\tfrac\lambda2\Vert z\Vert^2$; the prediction turns from "
        r"1 to 2",
        clean > 0 > blurred,
        RATIONAL,
        f"sign of {clean} for clean labels, of {blurred} for noisy ones",
    )
    r = Symbol("rho")
    yield proves(
        r"$E\langle (1,-2), e_{\bar Y}\rangle = (1 - \rho) - 2\rho = 1 - 3\rho$, negative exactly for $\rho > "
        r"\tfrac13$",
        vanishes((1 - r) * 1 + r * (-2) - (1 - 3 * r)),
        ALGEBRA,
    )
    case = counterexample("square_on_a_line")
    yield proves(
        r"the same example as an object of symcheck, decided for every $\lambda \ge 0$ at once, with the rate "
        r"$\tfrac13$ at "
        "which it turns",
        case.check().verdict is Verdict.PROVED and case.flips_above == Fraction(1, 3),
        "symcheck.counterexamples",
        flip_of(case),
    )
    centred = (Fraction(1, 2), Fraction(-1, 2))
    yield proves(
        r"with $o_y$ in the place of $e_y$ the same data keep their prediction: $E\langle (1,-2), o_{\bar Y}\rangle = "
        r"\tfrac32 a > 0$",
        _half_line(rho, centred) == Fraction(3, 2) * contraction(2, rho) > 0,
        RATIONAL,
        f"{_half_line(rho, centred)}",
    )
    yield theorem_fact("Corollary 1", "square_centred", "l2", Verdict.PROVED)
    yield theorem_fact("Corollary 1", "square", "l2", Verdict.REFUTED)
    found, plain_one = certify("square_centred", "l2"), certify("square", "l2")
    yield proves(
        r"$\Vert z - o_y\Vert^2$ meets the conditions of Theorem 1 for every $C$",
        "Theorem 1" in [x.name for x in found.theorems],
        "certify",
        found.verdict.name,
    )
    shared = next(family for family in plain_one.families if family.name == SHARED)
    yield proves(
        "the plain one-hot is certified for linear families with shared features",
        shared.verdict is Verdict.PROVED,
        "certify",
        f"{shared.name}: {shared.verdict.name}",
    )
    yield proves(
        "the plain one-hot does not meet the gradient condition",
        plain_one.verdict is Verdict.REFUTED,
        "certify",
        f"tier {plain_one.tier}",
    )


def _justified(_: Values) -> Iterator[Fact]:
    found, plain_one = certify("square_centred", "l2"), certify("square", "l2")
    yield proves(
        r"$o_y$: certified on every cone",
        found.families[0].verdict is Verdict.PROVED,
        "certify",
        f"{found.families[0].name}: {found.families[0].verdict.name}",
    )
    yield proves(
        r"$e_y$: refuted on cones",
        plain_one.families[0].verdict is Verdict.REFUTED,
        "certify",
        f"{plain_one.families[0].name}: {plain_one.families[0].verdict.name}",
    )


def _manwani(_: Values) -> Iterator[Fact]:
    s = Symbol("s")
    for label, sign in ((1, 1), (2, -1)):
        o = (Rational(sign, 2), Rational(-sign, 2))
        yield proves(
            rf"$C = 2$, class {label}, $z = (s, -s)$: $\Vert z - o_y\Vert^2 = \tfrac12 (2s - y)^2$ with $y = {sign}$",
            vanishes((s - o[0]) ** 2 + (-s - o[1]) ** 2 - (2 * s - sign) ** 2 / 2),
            ALGEBRA,
        )


CLAIMS = (
    Claim(
        id="corollary-1-identity",
        place="section 4, Corollary 1, proof",
        title=r"$\tfrac12\Vert z - o_y\Vert^2 = l_{MUH} + \tfrac12\Vert z\Vert^2 + \mathrm{const}$",
        printed=r"Just substitute $A = \tfrac12 I$ and use the fact that $\tfrac12\Vert z - "
        r"\mathrm{onehot}^*(y)\Vert^2 = l_{MUH}(z, y) + \tfrac12\Vert z\Vert^2 + \mathrm{const}$.",
        proved=r"The same with the constant $\tfrac{C-1}{2C}$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $\tfrac12\Vert z - o_y\Vert^2 = \tfrac12\Vert z\Vert^2 - \langle z, o_y\rangle + \tfrac12\Vert
              o_y\Vert^2$.
            - $-\langle z, o_y\rangle = l_{MUH}(z,y)$ and $\Vert o_y\Vert^2 = 1 - \tfrac1C$.
        """),
        compute=_identity,
        rests_on=("muh-inner",),
    ),
    Claim(
        id="E6",
        place="section 4, Corollary 1",
        title=r"Corollary 1: the square loss of $o_y$; the label is no vector",
        printed=r"If $\mathcal Z$ is such that $Z \in \mathcal Z \iff tZ \in \mathcal Z$ for all $t > 0$, then the "
        r"square loss $l(z, y) = \Vert z - y\Vert^2$ is robust to uniform label noise.",
        proved=r"$\Vert z - o_y\Vert^2$ is robust on cones, as the proof has it.  With the plain one-hot $e_y$ it is "
        r"false on cones (and holds for linear families with shared features).",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - $y$ is a label and $z$ a vector, so $\Vert z - y\Vert^2$ has no meaning before the label has a
              vector.  The proof takes $o_y$.
            - $E\Vert tu - e_{\bar Y}\Vert^2 = t^2\Vert u\Vert^2 - 2t\, E\langle u, e_{\bar Y}\rangle + 1$ with $u = (1,
              -2)$.
            - Its minimiser has the sign of $E\langle u, e_{\bar Y}\rangle = (1 - \rho) - 2\rho = 1 - 3\rho$.
            - $t > 0$ predicts class 1 and $t < 0$ class 2: the prediction turns exactly for $\rho > \tfrac13$.
            - So $e_y$ does not do.  With $o_y$ the identity of the proof makes the loss MUH $+ \tfrac12\Vert z\Vert^2$,
              and Theorem 1 applies.
        """),
        compute=_corollary,
        witness=Point(r"$C = 2$, one point with $y = 1$, outputs $\{t(1,-2)\}$, $\rho = %(rho)s$", rho=Fraction(2, 5)),
        rests_on=("corollary-1-identity", "theorem-1"),
        other_names=("corollary-1",),
    ),
    Claim(
        id="onehot-star-justified",
        place="section 4",
        title=r"A reason to use $\mathrm{onehot}^\star$ with square loss",
        printed=r"In addition we note that our result gives a novel justification for using "
        r"$\mathrm{onehot}^\star(y)$ instead of $\mathrm{onehot}(y)$ when using the square loss for multi-category "
        r"classification.",
        proved=r"The same: with $\mathrm{onehot}^\star$ it is robust on every cone, with $\mathrm{onehot}$ it is not.",
        verdict=Ruling.AS_PRINTED,
        derivation=(r"Corollary 1 in its corrected form, and the witness of E6.",),
        compute=_justified,
        rests_on=("E6",),
    ),
    Claim(
        id="generalises-manwani",
        place="section 4",
        title="At two classes it is the binary square loss",
        printed=r"Using the last theorem we can now generalize a result by Manwani and Sastry ... which showed that "
        r"the binary square loss is robust for the linear classifiers family.",
        proved=r"At $C = 2$ and $z = (s, -s)$: $\Vert z - o_y\Vert^2 = \tfrac12(2s - y)^2$ with $y = \pm 1$, the "
        r"binary square loss of the margin $2s$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $o_1 = (\tfrac12, -\tfrac12) = -o_2$, so $\Vert z - o_y\Vert^2 = 2\left(s - \tfrac{y}{2}\right)^2 =
              \tfrac12 (2s - y)^2$.
            - The linear classifiers are a cone, so E6 contains that result.
        """),
        compute=_manwani,
        rests_on=("E6", "Manwani, Sastry 2013"),
    ),
)
