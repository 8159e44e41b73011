"""Section 4: Theorem 1, its proof, Corollary 1."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Expr, Rational, Symbol, rem, symbols

from symcheck.certification import certify
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, repairs
from symcheck.paper.exact import ALGEBRA, EVERY_C, RATIONAL, contraction, inner, vanishes, vanishes_for_every_C
from symcheck.verdict import Verdict

ORDER = 42

_Q, _B, _R, _LAM, _S2 = symbols("Q B R lambda sqrt2")
"""Q = Z'AZ, B = Z'o, R = o'A^(-1)o; sqrt2 is reduced modulo its square."""


def _norm_squared(first: Expr, second: Expr) -> Expr:
    """||first A^(1/2) Z - second A^(-1/2) o||^2 = first^2 Q - 2 first second B + second^2 R."""
    return first**2 * _Q - 2 * first * second * _B + second**2 * _R


def _at_root(expression: Expr) -> Expr:
    """``expression`` with sqrt2 squared replaced by 2."""
    return rem(expression.expand(), _S2**2 - 2, _S2)


def _theorem_1(w: Values) -> Iterator[Fact]:
    t, L, G, k = symbols("t L G k")  # noqa: N806
    yield proves(
        r"degree 2: $a L(aZ) + G(aZ) = a^2\,[L(Z) + G(Z)]$, so $Z$ minimises the clean problem exactly if $aZ$ minimises "
        r"the noisy one",
        vanishes(t * (t * L) + t**2 * G - t**2 * (L + G)), ALGEBRA,
    )  # fmt: skip
    yield proves(
        r"degree $k$: with $t = a^{1/(k-1)}$, $a = t^{k-1}$, the factor of $L$ is $a\,t = t^{(k-1)+1} = t^k$, that of $G$",
        vanishes((k - 1) + 1 - k), "the exponents of t, compared as polynomials in k",
    )  # fmt: skip
    found = certify("muh", "quadratic_form")
    yield proves(
        "MUH with z'Az for every positive definite matrix A and every C", "Theorem 1" in [x.name for x in found.theorems],
        "certify: the conditions of Theorem 1", f"{found.verdict.name}, {found.theorems[0].name} applies",
    )  # fmt: skip


def _displays(w: Values) -> Iterator[Fact]:
    lam = _LAM
    objective = lam * _Q - _B
    printed = _at_root(-1 / (2 * lam) * _norm_squared(_S2 * lam, Rational(1)) * 2 * lam) / (2 * lam)
    at = {_LAM: Rational(int(w["L"]))}
    of_q = (printed.expand().coeff(_Q).subs(at), objective.coeff(_Q).subs(at))
    of_b = (printed.expand().coeff(_B).subs(at), objective.coeff(_B).subs(at))
    yield refutes(
        r"first display, $L = \lambda$: the coefficient of $Z'AZ$ is $-L$ and has to be $L$ (a sign)",
        of_q[0] == -of_q[1] != 0, ALGEBRA, f"at L = {w['L']}: {of_q[0]} against {of_q[1]}",
    )  # fmt: skip
    yield refutes(
        r"first display: the coefficient of $Z'o$ is $\sqrt2$ and has to be $-1$ (sign and factor)",
        of_b[0] == _S2 and of_b[1] == -1, ALGEBRA, "sqrt2 against -1",
    )  # fmt: skip
    second = _at_root((-1 / (2 * lam) * _norm_squared(_S2, Rational(1)) * 2 * lam)) / (2 * lam)
    wanted = (_Q - _B) / lam
    yield refutes(
        r"second display: $-\tfrac1L Z'AZ + \tfrac{\sqrt2}{L} Z'o$ against $\tfrac1L(Z'AZ - Z'o)$",
        not vanishes((second - wanted).expand().coeff(_Q)) and not vanishes((second - wanted).expand().coeff(_B)),
        ALGEBRA,
    )  # fmt: skip
    yield proves(
        r"$L\, Z'AZ - Z'o = \tfrac{1}{4L}\Vert 2L A^{1/2}Z - A^{-1/2}o\Vert^2 - \tfrac{1}{4L} o'A^{-1}o$",
        vanishes(objective - (_norm_squared(2 * lam, Rational(1)) - _R) / (4 * lam)), ALGEBRA,
    )  # fmt: skip
    yield proves(
        r"after $Z$ for $L Z$: $\tfrac{1}{L}(Z'AZ - Z'o) = \tfrac{1}{4L}\Vert 2 A^{1/2}Z - A^{-1/2}o\Vert^2 - "
        r"\tfrac{1}{4L} o'A^{-1}o$",
        vanishes(wanted - (_norm_squared(Rational(2), Rational(1)) - _R) / (4 * lam)), ALGEBRA,
    )  # fmt: skip


def _by_lemma_1(w: Values) -> Iterator[Fact]:
    rho, classes = w["rho"], 2
    a = contraction(classes, rho)
    yield repairs(
        r"the step compares penalties with different factors, 1 for noisy and $\lambda = \tfrac1a \ne 1$ for clean "
        r"labels, which is Lemma 1; Theorem 1 has one factor for both, and is what is being proved",
        1 / a != 1, RATIONAL, f"lambda = {1 / a}",
    )  # fmt: skip
    # C = 2, one point, outputs t(1, -1): MUH = -t for y = 1, penalty t^2: minimise -a t + t^2 and -t + t^2/a
    noisy_minimiser, clean_minimiser = a / 2, Fraction(1) / (2 / a)
    yield proves(
        r"Lemma 1 gives the step: on $\{t(1,-1)\}$ with $A = \tfrac12 I$ both problems have the minimiser $t = a/2$",
        noisy_minimiser == clean_minimiser, RATIONAL, f"t = {noisy_minimiser}",
    )  # fmt: skip


def _networks(w: Values) -> Iterator[Fact]:
    t, u, v, b, h1, h2 = symbols("t u v b h1 h2")
    yield proves(
        r"$t\,(W h(x) + b) = (tW)\, h(x) + tb$: scaling the last layer scales the outputs",
        vanishes(t * (u * h1 + v * h2 + b) - ((t * u) * h1 + (t * v) * h2 + t * b)), ALGEBRA,
    )  # fmt: skip


def _identity(w: Values) -> Iterator[Fact]:
    yield proves(
        r"$\tfrac12\Vert z - o_y\Vert^2 = l_{MUH}(z,y) + \tfrac12\Vert z\Vert^2 + \tfrac{C-1}{2C}$",
        vanishes_for_every_C("total((z - centred_onehot(y))**2)/2 - (mean(z) - z[y]) - total(z**2)/2 - (C - 1)/(2*C)"),
        EVERY_C,
    )  # fmt: skip


def _half_line(rho: Fraction, label: tuple[Fraction, ...]) -> Fraction:
    """E<u, target> for u = (1, -2), the noisy target of ``label`` for class 1: the sign of the minimising t."""
    u = (Fraction(1), Fraction(-2))
    other = (label[1], label[0])
    return inner(u, [(1 - rho) * p + rho * q for p, q in zip(label, other, strict=True)])


def _corollary(w: Values) -> Iterator[Fact]:
    rho = w["rho"]
    plain = (Fraction(1), Fraction(0))
    clean, blurred = _half_line(Fraction(0), plain), _half_line(rho, plain)
    yield refutes(
        r"plain one-hot, one point with $y = 1$, outputs $t(1,-2)$: the minimising $t$ has the sign of $1 - 3\rho$, at "
        r"every $\lambda \ge 0$ of an added $\tfrac\lambda2\Vert z\Vert^2$; the prediction turns from 1 to 2",
        clean > 0 > blurred, RATIONAL, f"sign of {clean} for clean labels, of {blurred} for noisy ones",
    )  # fmt: skip
    r = Symbol("rho")
    yield proves(r"$E\langle (1,-2), e_{\bar Y}\rangle = (1 - \rho) - 2\rho = 1 - 3\rho$, negative exactly for $\rho > "
                 r"\tfrac13$", vanishes((1 - r) * 1 + r * (-2) - (1 - 3 * r)), ALGEBRA)  # fmt: skip
    centred = (Fraction(1, 2), Fraction(-1, 2))
    yield proves(
        r"with $o_y$ in the place of $e_y$ the same data keep their prediction: $E\langle (1,-2), o_{\bar Y}\rangle = "
        r"\tfrac32 a > 0$",
        _half_line(rho, centred) == Fraction(3, 2) * contraction(2, rho) > 0, RATIONAL, f"{_half_line(rho, centred)}",
    )  # fmt: skip
    found, plain_one = certify("square_centred", "l2"), certify("square", "l2")
    yield proves(r"$\Vert z - o_y\Vert^2$ meets the conditions of Theorem 1 for every $C$",
                 "Theorem 1" in [x.name for x in found.theorems], "certify", found.verdict.name)  # fmt: skip
    yield proves("the plain one-hot does not meet the gradient condition", plain_one.verdict is Verdict.REFUTED,
                 "certify", f"tier {plain_one.tier}")  # fmt: skip


def _justified(w: Values) -> Iterator[Fact]:
    found, plain_one = certify("square_centred", "l2"), certify("square", "l2")
    yield proves(r"$o_y$: certified on every cone", found.families[0].verdict is Verdict.PROVED, "certify",
                 f"{found.families[0].name}: {found.families[0].verdict.name}")  # fmt: skip
    yield proves(r"$e_y$: refuted on cones", plain_one.families[0].verdict is Verdict.REFUTED, "certify",
                 f"{plain_one.families[0].name}: {plain_one.families[0].verdict.name}")  # fmt: skip


def _manwani(w: Values) -> Iterator[Fact]:
    s = Symbol("s")
    for label, sign in ((1, 1), (2, -1)):
        o = (Rational(sign, 2), Rational(-sign, 2))
        yield proves(
            rf"$C = 2$, class {label}, $z = (s, -s)$: $\Vert z - o_y\Vert^2 = \tfrac12 (2s - y)^2$ with $y = {sign}$",
            vanishes((s - o[0]) ** 2 + (-s - o[1]) ** 2 - (2 * s - sign) ** 2 / 2), ALGEBRA,
        )  # fmt: skip


_T1 = "section 4, Theorem 1"

CLAIMS = (
    Claim(
        id="theorem-1", place=_T1, title=r"$l_{MUH} + z'Az$ is robust on cones",
        printed=r"Assume that $Z \in \mathcal Z \iff tZ \in \mathcal Z$ for all $t > 0$.  If $g(z) = z'Az$ for some positive "
        r"definite $A$, then $l_{MUH} + g$ is robust.",
        proved=r"The same, and more: if $\mathrm{sym}(l) = \kappa\, l_{MUH}$ with $\kappa > 0$ and $r = \mathrm{ins}(l) + g - "
        r"\mathrm{const}$ has $r(tz) = t^k r(z)$ for $t > 0$ and one $k > 1$, then $\arg\min \bar L_{l+g} = a^{1/(k-1)} "
        r"\arg\min L_{l+g}$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"Lemma 2 for MUH, whose $K$ is 0: $\bar L_{l + g} = a L_{MUH} + G$.",
            r"Put $Z = tZ'$ with $t = a^{1/(k-1)}$ ($t = a$ for $k = 2$); the cone holds $Z$ exactly if it holds $Z'$.",
            r"$a L_{MUH}(tZ') + G(tZ') = a t\, L_{MUH}(Z') + t^k G(Z') = t^k\,[L_{MUH}(Z') + G(Z')]$.",
            r"So $Z'$ minimises the clean risk exactly if $tZ'$ minimises the noisy one.",
            r"$\mathrm{pred}(tZ') = \mathrm{pred}(Z')$: the loss is robust.  That $A$ is positive definite is needed only for "
            r"minimisers to exist.",
        ),
        compute=_theorem_1, rests_on=("lemma-2", "muh-symmetric", "def-pred"),
    ),
    Claim(
        id="E2", place=_T1 + ", proof", title="Both displays of the proof: sign and factor",
        printed=r"$L_l(Z) + \lambda G_g(Z) = E\left[-\tfrac{1}{2\lambda}\Vert \sqrt2 \lambda A^{1/2} Z - A^{-1/2} o_Y\Vert^2"
        r"\right] + \mathrm{const}$, and then $\tfrac1\lambda E[-Z'o_Y + Z'AZ] = E\left[-\tfrac{1}{2\lambda}\Vert \sqrt2 "
        r"A^{1/2} Z - A^{-1/2} o_Y\Vert^2\right] + \mathrm{const}$.",
        proved=r"$E\left[\tfrac{1}{4\lambda}\Vert 2\lambda A^{1/2} Z - A^{-1/2} o_Y\Vert^2\right] + \mathrm{const}$, and then "
        r"$E\left[\tfrac{1}{4\lambda}\Vert 2 A^{1/2} Z - A^{-1/2} o_Y\Vert^2\right] + \mathrm{const}$.",
        verdict=Ruling.REFUTED,
        derivation=(
            r"Write $Q = Z'AZ$, $B = Z'o$, $R = o'A^{-1}o$; then $\langle A^{1/2}Z, A^{-1/2}o\rangle = B$.",
            r"$\Vert sA^{1/2}Z - A^{-1/2}o\Vert^2 = s^2 Q - 2sB + R$.",
            r"Printed, $s = \sqrt2 \lambda$: $-\tfrac{1}{2\lambda}(2\lambda^2 Q - 2\sqrt2 \lambda B + R) = -\lambda Q + \sqrt2 B "
            r"- \tfrac{R}{2\lambda}$, while $\lambda Q - B$ is wanted.",
            r"Right, $s = 2\lambda$: $\tfrac{1}{4\lambda}(4\lambda^2 Q - 4\lambda B + R) = \lambda Q - B + "
            r"\tfrac{R}{4\lambda}$.",
            r"The second display is the first with $\lambda^{-1} Z$ for $Z$: $s = 2$ gives $\tfrac1\lambda (Q - B) + "
            r"\tfrac{R}{4\lambda}$.",
        ),
        compute=_displays, witness=Point(r"$A = I$, $\lambda = %(L)s$, any $C$", L=1),
    ),
    Claim(
        id="E3", place=_T1 + ", proof", title='In the proof: "by theorem 1" is "by Lemma 1"',
        printed=r"Define $\lambda$ as in (1); then by theorem 1 $Z^\star$ also minimizes $L_l(Z) + \lambda G_g(Z)$.",
        proved=r"By Lemma 1 it does.",
        verdict=Ruling.REPAIRED,
        derivation=(
            r"The step turns a noisy minimiser with penalty $G$ into a clean one with penalty $\lambda G$: Lemma 1.",
            r"Theorem 1 is what is being proved, and does not change the penalty.",
        ),
        compute=_by_lemma_1, witness=Point(r"$C = 2$, $\rho = %(rho)s$", rho=Fraction(1, 4)), rests_on=("E5",),
    ),
    Claim(
        id="covers-networks", place="section 4", title="The cones include neural networks",
        printed=r"The regularized loss $l + g$ is robust under a wide family of models which includes neural networks.",
        proved=r"The outputs of a network whose last layer is linear (with or without bias) and free form a cone.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"Multiply the weights and biases of the last layer by $t > 0$: the outputs are multiplied by $t$, and these "
            r"parameters are allowed.",
            r"The other direction is the same with $1/t$.",
        ),
        compute=_networks, rests_on=("theorem-1",),
    ),
    Claim(
        id="corollary-1-identity", place="section 4, Corollary 1, proof",
        title=r"$\tfrac12\Vert z - o_y\Vert^2 = l_{MUH} + \tfrac12\Vert z\Vert^2 + \mathrm{const}$",
        printed=r"$\tfrac12\Vert z - \mathrm{onehot}^\star(y)\Vert^2 = l_{MUH}(z, y) + \tfrac12\Vert z\Vert^2 + "
        r"\mathrm{const}$.",
        proved=r"The same with the constant $\tfrac{C-1}{2C}$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$\tfrac12\Vert z - o_y\Vert^2 = \tfrac12\Vert z\Vert^2 - \langle z, o_y\rangle + \tfrac12\Vert o_y\Vert^2$.",
            r"$-\langle z, o_y\rangle = l_{MUH}(z,y)$ and $\Vert o_y\Vert^2 = 1 - \tfrac1C$.",
        ),
        compute=_identity, rests_on=("muh-inner",),
    ),
    Claim(
        id="E6", place="section 4, Corollary 1", title=r"The square loss: $o_y$, not the label",
        printed=r"If $Z \in \mathcal Z \iff tZ \in \mathcal Z$ for all $t > 0$, then the square loss $l(z, y) = \Vert z - y"
        r"\Vert^2$ is robust to uniform label noise.",
        proved=r"$\Vert z - o_y\Vert^2$ is robust on cones.  With the plain one-hot $e_y$ it is false on cones (and holds for "
        r"linear families with shared features).",
        verdict=Ruling.REFUTED,
        derivation=(
            r"$y$ is a label and $z$ a vector, so $\Vert z - y\Vert^2$ needs a vector for the label: $e_y$ or $o_y$.",
            r"$E\Vert tu - e_{\bar Y}\Vert^2 = t^2\Vert u\Vert^2 - 2t\, E\langle u, e_{\bar Y}\rangle + 1$ with $u = (1, -2)$.",
            r"Its minimiser has the sign of $E\langle u, e_{\bar Y}\rangle = (1 - \rho) - 2\rho = 1 - 3\rho$.",
            r"$t > 0$ predicts class 1 and $t < 0$ class 2: the prediction turns exactly for $\rho > \tfrac13$.",
            r"With $o_y$ the identity above makes the loss MUH $+ \tfrac12\Vert z\Vert^2$, and Theorem 1 applies.",
        ),
        compute=_corollary,
        witness=Point(r"$C = 2$, one point with $y = 1$, outputs $\{t(1,-2)\}$, $\rho = %(rho)s$", rho=Fraction(2, 5)),
        rests_on=("corollary-1-identity", "theorem-1"),
    ),
    Claim(
        id="onehot-star-justified", place="section 4", title=r"A reason to use $\mathrm{onehot}^\star$ with square loss",
        printed=r"Our result gives a novel justification for using $\mathrm{onehot}^\star(y)$ instead of "
        r"$\mathrm{onehot}(y)$ when using the square loss for multi-category classification.",
        proved=r"The same: with $\mathrm{onehot}^\star$ it is robust on every cone, with $\mathrm{onehot}$ it is not.",
        verdict=Ruling.AS_PRINTED,
        derivation=(r"Corollary 1 in its corrected form, and the witness of E6.",),
        compute=_justified, rests_on=("E6",),
    ),
    Claim(
        id="generalises-manwani", place="section 4", title="At two classes it is the binary square loss",
        printed=r"We can now generalize a result by Manwani and Sastry which showed that the binary square loss is robust "
        r"for the linear classifiers family.",
        proved=r"At $C = 2$ and $z = (s, -s)$: $\Vert z - o_y\Vert^2 = \tfrac12(2s - y)^2$ with $y = \pm 1$, the binary "
        r"square loss of the margin $2s$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$o_1 = (\tfrac12, -\tfrac12) = -o_2$, so $\Vert z - o_y\Vert^2 = 2\left(s - \tfrac{y}{2}\right)^2 = "
            r"\tfrac12 (2s - y)^2$.",
            r"The linear classifiers are a cone, so E6 contains that result.",
        ),
        compute=_manwani, rests_on=("E6", "Manwani, Sastry 2013"),
    ),
)  # fmt: skip
