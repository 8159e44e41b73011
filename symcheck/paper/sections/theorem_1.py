"""Section 4: Theorem 1 and its proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from sympy import Expr, Integer, Matrix, Rational, Symbol, rem, symbols

from symcheck.certificates.certify import certify
from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, repairs, steps
from symcheck.paper.exact import (
    ALGEBRA,
    RATIONAL,
    Vector,
    contraction,
    inner,
    noisy,
    rational,
    stationary,
    theorem_fact,
    vanishes,
)

ORDER = 42

_Q, _B, _R, _LAM, _S2 = symbols("Q B R lambda sqrt2")
"""Q = Z'AZ, B = Z'o, R = o'A^(-1)o; sqrt2 is reduced modulo its square."""
_T1 = "section 4, Theorem 1"


def _norm_squared(first: Expr, second: Expr) -> Expr:
    """||first A^(1/2) Z - second A^(-1/2) o||^2 = first^2 Q - 2 first second B + second^2 R."""
    return first**2 * _Q - 2 * first * second * _B + second**2 * _R


def _at_root(expression: Expr) -> Expr:
    """``expression`` with sqrt2 squared replaced by 2."""
    # sqrt(2) as a symbol: the displays are compared as polynomials, and stay rational.
    return rem(expression.expand(), _S2**2 - 2, _S2)


_Z = symbols("z1 z2 z3")
_A = Matrix(3, 3, lambda i, k: Symbol(f"a{min(i, k) + 1}{max(i, k) + 1}"))


def _muh(z: Sequence[Expr]) -> Expr:
    """MUH at C = 3 and y = 1."""
    return sum(z, Integer(0)) / 3 - z[0]


def _quadratic(z: Sequence[Expr]) -> Expr:
    """The form z'Az with a symbol for each entry of A."""
    return (Matrix([z]) * _A * Matrix(z))[0]


def _scaled(penalty: Callable[[Sequence[Expr]], Expr], k: int) -> bool:
    """Whether a L(tZ) + G(tZ) = t^k [L(Z) + G(Z)] with a = t^(k - 1), for MUH and this penalty."""
    t = Symbol("t")
    moved = [t * x for x in _Z]
    return vanishes(t ** (k - 1) * _muh(moved) + penalty(moved) - t**k * (_muh(_Z) + penalty(_Z)))


def _theorem_1(_: Values) -> Iterator[Fact]:
    yield proves(
        r"degree 2: $a L(aZ) + G(aZ) = a^2\,[L(Z) + G(Z)]$ for MUH and $z'Az$ ($C = 3$, every entry of $A$ and $z$ a "
        r"symbol), so $Z$ minimises the clean problem exactly if $aZ$ minimises the noisy one",
        _scaled(_quadratic, 2),
        ALGEBRA,
    )
    powers = {k: (lambda z, k=k: sum((x**k for x in z), Integer(0))) for k in (3, 4, 6)}
    yield proves(
        r"degree $k$: with $t = a^{1/(k-1)}$ the factor of $L$ is $a\,t = t^k$, that of $G$: so for $\sum_i z_i^k$ "
        r"with $k = 3, 4, 6$, and not with the exponents of another degree",
        all(_scaled(power, k) for k, power in powers.items())
        # A check that can fail: with the exponent of another degree the identity must not hold.
        and not any(_scaled(power, k + 1) for k, power in powers.items()),
        ALGEBRA,
    )
    yield theorem_fact("Theorem 1", "muh", "quadratic_form", Verdict.PROVED)
    found = certify("muh", "quadratic_form")
    yield proves(
        r"$l_{MUH} + z'Az$ for every positive definite $A$ and every $C$",
        "Theorem 1" in [x.name for x in found.theorems],
        "certify: the conditions of Theorem 1",
        f"{found.verdict.name}, {found.theorems[0].name} applies",
    )


def _displays(w: Values) -> Iterator[Fact]:
    lam = _LAM
    objective = lam * _Q - _B
    printed = _at_root(-1 / (2 * lam) * _norm_squared(_S2 * lam, Rational(1)) * 2 * lam) / (2 * lam)
    at = {_LAM: Rational(int(w["L"]))}
    of_q = (printed.expand().coeff(_Q).subs(at), objective.coeff(_Q).subs(at))
    of_b = (printed.expand().coeff(_B).subs(at), objective.coeff(_B).subs(at))
    yield refutes(
        r"first display: the coefficient of $Z'AZ$ is $-\lambda$ and has to be $\lambda$ (a sign)",
        of_q[0] != of_q[1],
        ALGEBRA,
        f"at lambda = {w['L']}: {of_q[0]} against {of_q[1]}",
    )
    yield refutes(
        r"first display: the coefficient of $Z'o$ is $\sqrt2$ and has to be $-1$ (sign and factor)",
        of_b[0] == _S2 and of_b[1] == -1,
        ALGEBRA,
        "sqrt2 against -1",
    )
    second = _at_root(-1 / (2 * lam) * _norm_squared(_S2, Rational(1)) * 2 * lam) / (2 * lam)
    wanted = (_Q - _B) / lam
    at_q = (second.expand().coeff(_Q), wanted.expand().coeff(_Q))
    at_b = (second.expand().coeff(_B), wanted.expand().coeff(_B))
    yield refutes(
        r"second display: $-\tfrac1\lambda Z'AZ + \tfrac{\sqrt2}{\lambda} Z'o$ against $\tfrac1\lambda(Z'AZ - Z'o)$",
        vanishes(at_q[0] + 1 / lam)
        and vanishes(at_q[1] - 1 / lam)
        and vanishes(at_b[0] - _S2 / lam)
        and vanishes(at_b[1] + 1 / lam),
        ALGEBRA,
    )
    yield proves(
        r"$\lambda\, Z'AZ - Z'o = \tfrac{1}{4\lambda}\Vert 2\lambda A^{1/2}Z - A^{-1/2}o\Vert^2 - \tfrac{1}{4\lambda} "
        r"o'A^{-1}o$",
        vanishes(objective - (_norm_squared(2 * lam, Rational(1)) - _R) / (4 * lam)),
        ALGEBRA,
    )
    yield proves(
        r"after $Z$ for $\lambda Z$: $\tfrac{1}{\lambda}(Z'AZ - Z'o) = \tfrac{1}{4\lambda}\Vert 2 A^{1/2}Z - "
        r"A^{-1/2}o\Vert^2 - \tfrac{1}{4\lambda} o'A^{-1}o$",
        vanishes(wanted - (_norm_squared(Rational(2), Rational(1)) - _R) / (4 * lam)),
        ALGEBRA,
    )


def _scaling(_: Values) -> Iterator[Fact]:
    lam = _LAM

    def objective(z: Sequence[Expr], weight: Expr) -> Expr:
        return _muh(z) + weight * _quadratic(z)

    moved = [lam * x for x in _Z]
    yield proves(
        r"with $\tilde Z = \lambda Z$: $\tfrac1\lambda(\tilde Z'A\tilde Z - \tilde Z'o) = \lambda Z'AZ - Z'o$ ($C = "
        r"3$, every entry of $A$ and $Z$ a symbol)",
        vanishes(objective(moved, Integer(1)) / lam - objective(_Z, lam)),
        ALGEBRA,
    )


def _by_lemma_1(w: Values) -> Iterator[Fact]:
    rho = w["rho"]
    a = contraction(2, rho)
    t = Symbol("t")
    # C = 2, one point with y = 1, outputs t(1, -1): MUH is -t for the label 1 and t for 2; the penalty is t^2
    law = noisy(1, 2, rho)
    noisy_one = stationary(-rational(law[1]) * t + rational(law[2]) * t + t**2, t)
    clean = {name: stationary(-t + rational(weight) * t**2, t) for name, weight in (("1", Fraction(1)), ("1/a", 1 / a))}
    yield repairs(
        r"the step has the penalty once for noisy and $\lambda = \tfrac1a$ times for clean labels: on $\{t(1,-1)\}$ "
        r"with $A = \tfrac12 I$ both problems have one minimiser then, as Lemma 1 says, and with the same penalty for "
        r"both, as in Theorem 1, they have two",
        noisy_one == clean["1/a"] != clean["1"],
        ALGEBRA,
        f"t = {noisy_one} for noisy labels; {clean['1/a']} and {clean['1']} for clean ones",
    )


def _network(x: Fraction, hidden: Fraction, last: Fraction) -> Vector:
    """Scores of a net with two hidden units; the first layer is multiplied by ``hidden``, the last one by ``last``."""
    units = [
        max(Fraction(0), hidden * (v * x + c)) for v, c in ((Fraction(2), Fraction(-1)), (Fraction(-1), Fraction(3)))
    ]
    weights, biases = ((Fraction(3), Fraction(-1)), (Fraction(1, 2), Fraction(2))), (Fraction(1), Fraction(-5))
    return tuple(last * (inner(row, units) + b) for row, b in zip(weights, biases, strict=True))


def _networks(_: Values) -> Iterator[Fact]:
    inputs, scales = [Fraction(n, 3) for n in range(-6, 12)], (Fraction(1, 7), Fraction(3))
    one = Fraction(1)
    yield proves(
        r"$t\,(W h(x) + b) = (tW)\, h(x) + tb$: a net with ReLU units and biases, its last layer multiplied by $t$, "
        r"has $t$ times the outputs (18 inputs); with the first layer multiplied it has not",
        all(_network(x, one, t) == tuple(t * s for s in _network(x, one, one)) for x in inputs for t in scales)
        and all(
            any(_network(x, t, one) != tuple(t * s for s in _network(x, one, one)) for x in inputs) for t in scales
        ),
        RATIONAL,
    )


CLAIMS = (
    Claim(
        id="theorem-1",
        place=_T1,
        title=r"$l_{MUH} + z'Az$ is robust on cones",
        printed=r"Assume that for all $t > 0$ $Z \in \mathcal Z \iff tZ \in \mathcal Z$.  If $g(z) = z'Az$ for some "
        r"positive definite matrix $A \in R^{C \times C}$, then $l_{MUH} + g$ is robust.",
        proved=r"The same, and more: if $\mathrm{sym}(l) = \kappa\, l_{MUH}$ with $\kappa > 0$ and $r = "
        r"\mathrm{ins}(l) + g - \mathrm{const}$ has $r(tz) = t^k r(z)$ for $t > 0$ and one $k > 1$, then $\arg\min "
        r"\bar L_{l+g} = a^{1/(k-1)} \arg\min L_{l+g}$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - Lemma 2 for MUH, whose $K$ is 0: $\bar L_{l + g} = a L_{MUH} + G$.
            - Put $Z = tZ'$ with $t = a^{1/(k-1)}$ ($t = a$ for $k = 2$); the cone holds $Z$ exactly if it holds $Z'$.
            - $a L_{MUH}(tZ') + G(tZ') = a t\, L_{MUH}(Z') + t^k G(Z') = t^k\,[L_{MUH}(Z') + G(Z')]$.
            - So $Z'$ minimises the clean risk exactly if $tZ'$ minimises the noisy one.
            - $\mathrm{pred}(tZ') = \mathrm{pred}(Z')$: the loss is robust.  That $A$ is positive definite is needed
              only for minimisers to exist.
        """),
        compute=_theorem_1,
        rests_on=("E4", "muh-symmetric", "def-pred"),
    ),
    Claim(
        id="theorem-1-scaling",
        place=_T1 + ", proof",
        title=r"$\tilde Z = \lambda Z^\star$ minimises $L_l + G_g$",
        printed=r"From this and from our assumption that implies $\mathcal Z = \{\lambda Z \mid Z \in \mathcal Z\}$. "
        r" we have that $\tilde Z = \lambda Z^\star$ minimizes: $\ldots = \tfrac1\lambda E[-Z'o_Y + Z'AZ] + "
        r"\mathrm{const}$.",
        proved=r"The same (the squares printed for it are E2).",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $Z^\star$ minimises $E[-Z'o_Y + \lambda Z'AZ]$ over the cone.
            - With $\tilde Z = \lambda Z$ this is $\tfrac1\lambda E[-\tilde Z'o_Y + \tilde Z'A\tilde Z]$, and $\tilde Z$
              runs through the same cone.
            - The factor $\tfrac1\lambda > 0$ moves no minimiser: $\tilde Z$ minimises $L_l + G_g$.
        """),
        compute=_scaling,
        rests_on=("E3", "eq-1"),
    ),
    Claim(
        id="E2",
        place=_T1 + ", proof",
        title="Both displays of the proof: sign and factor",
        printed=r"$Z^\star$ also minimizes: $L_l(Z) + \lambda G_g(Z) = E[-Z'o_Y + \lambda Z'AZ] = "
        r"E\left[-\tfrac{1}{2\lambda}\Vert \sqrt2 \lambda A^{1/2} Z - A^{-1/2} o_Y\Vert^2\right] + \mathrm{const}$ "
        r"... we have that $\tilde Z = \lambda Z^\star$ minimizes: $E\left[-\tfrac{1}{2\lambda}\Vert \sqrt2 A^{1/2} "
        r"Z - A^{-1/2} o_Y\Vert^2\right] = \tfrac1\lambda E[-Z'o_Y + Z'AZ] + \mathrm{const}$.",
        proved=r"$E\left[\tfrac{1}{4\lambda}\Vert 2\lambda A^{1/2} Z - A^{-1/2} o_Y\Vert^2\right] + \mathrm{const}$, "
        r"and then $E\left[\tfrac{1}{4\lambda}\Vert 2 A^{1/2} Z - A^{-1/2} o_Y\Vert^2\right] + \mathrm{const}$.",
        verdict=Ruling.REFUTED,
        derivation=steps(r"""
            - Write $Q = Z'AZ$, $B = Z'o$, $R = o'A^{-1}o$; then $\langle A^{1/2}Z, A^{-1/2}o\rangle = B$.
            - $\Vert sA^{1/2}Z - A^{-1/2}o\Vert^2 = s^2 Q - 2sB + R$.
            - Printed, $s = \sqrt2 \lambda$: $-\tfrac{1}{2\lambda}(2\lambda^2 Q - 2\sqrt2 \lambda B + R) = -\lambda Q +
              \sqrt2 B - \tfrac{R}{2\lambda}$, while $\lambda Q - B$ is wanted.
            - Right, $s = 2\lambda$: $\tfrac{1}{4\lambda}(4\lambda^2 Q - 4\lambda B + R) = \lambda Q - B +
              \tfrac{R}{4\lambda}$.
            - The second display is the first with $\lambda^{-1} Z$ for $Z$: $s = 2$ gives $\tfrac1\lambda (Q - B) +
              \tfrac{R}{4\lambda}$.
        """),
        compute=_displays,
        witness=Point(r"$A = I$, $\lambda = %(L)s$, any $C$", L=1),
    ),
    Claim(
        id="E3",
        place=_T1 + ", proof",
        title='In the proof: "by theorem 1" is "by Lemma 1"',
        printed=r"Define $\lambda$ as in eq 1. then by theorem 1 $Z^\star$ also minimizes: $L_l(Z) + \lambda G_g(Z)$.",
        proved=r"By Lemma 1 it does.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - The step turns a noisy minimiser with penalty $G$ into a clean one with penalty $\lambda G$: Lemma 1.
            - Theorem 1 is what is being proved, and does not change the penalty.
        """),
        compute=_by_lemma_1,
        witness=Point(r"$C = 2$, $\rho = %(rho)s$", rho=Fraction(1, 4)),
        rests_on=("E5",),
    ),
    Claim(
        id="covers-networks",
        place="section 4",
        title="The cones include neural networks",
        printed=r"... the regularized loss $l + g$ is robust under a wide family of models which includes neural "
        r"networks.",
        proved=r"The outputs of a network whose last layer is linear (with or without bias) and free form a cone.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps("""
            - Multiply the weights and biases of the last layer by $t > 0$: the outputs are multiplied by $t$, and these
              parameters are allowed.
            - The other direction is the same with $1/t$.
        """),
        compute=_networks,
        rests_on=("theorem-1",),
    ),
)
