"""Section 6: confidence penalties, which do not change under z + t(1, ..., 1)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Rational, Symbol, symbols

from symcheck.certificates.certify import certify
from symcheck.field.field import Field
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed
from symcheck.language.scope import Scope
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, repairs, steps
from symcheck.paper.exact import (
    ALGEBRA,
    EVERY_C,
    EVERYWHERE,
    RATIONAL,
    centred,
    convexity_of,
    equal_for_every_C,
    rational,
    stationary,
    vanishes,
    vanishes_for_every_C,
)
from symcheck.readings.weight import shift_weight

ORDER = 62

_S6 = "section 6"


def _entropy(_: Values) -> Iterator[Fact]:
    found = certify("cross_entropy", "entropy")
    yield proves(
        r"$\sum_i p_i \log p_i$ with $p = \mathrm{softmax}(z)$ does not change under $z + t\mathbf 1$",
        _is_invariant("total(softmax(z)*log_softmax(z))"),
        "the weights of a shift, carried through the formula",
    )
    prediction = found.prediction
    yield proves(
        r"at $z = 0$ its Hessian is $\tfrac1C I - \tfrac{1}{C^2}\mathbf 1\mathbf 1'$, positive definite on the "
        r"quotient by $\mathbf 1$, for every $C$",
        prediction is not None
        and found.quotient
        and found.verdict is Verdict.PROVED
        and str(prediction.curvature) == "1/C",
        "certify",
        f"{found.verdict.name} on the quotient, s = {None if prediction is None else prediction.curvature}",
    )
    yield proves(
        r"$\sum_i p_i \log(C p_i) \ge \sum_i \left(p_i - \tfrac1C\right) = 0$ by $\log x \le x - 1$ with $x = "
        r"\tfrac{1}{C p_i}$, "
        "with equality only at the uniform p; the sum on the right is computed",
        vanishes_for_every_C("total(z - 1/C) - (total(z) - 1)", "regularizer"),
        f"a polynomial in p in the place of z. {EVERY_C}",
    )


def _is_invariant(text: str) -> bool:
    weight = shift_weight(parsed(text, kind="regularizer"), Field(Scope()))
    return weight is not None and weight.is_zero


def _smoothing(w: Values) -> Iterator[Fact]:
    p = w["x"] / (w["x"] + 1)
    # Products instead of logarithms: log grows, so the order is the same, and rationals are exact.
    uniform, other = (x * (1 - x) for x in (Fraction(1, 2), p))
    yield refutes(
        r"$C = 2$: $h = \log(p_1 p_2)$ is $\log\tfrac14$ at uniform $p$ and smaller at the witness, so uniform is "
        r"not the "
        "minimum of what is printed",
        other < uniform,
        RATIONAL,
        f"log({other}) < log({uniform})",
    )
    q = Symbol("q")
    yield refutes(
        r"it is the maximum: $\tfrac14 - p_1 p_2 = \left(p_1 - \tfrac12\right)^2$",
        vanishes(Fraction(1, 4) - q * (1 - q) - (q - Fraction(1, 2)) ** 2),
        ALGEBRA,
    )
    printed, mended = (
        certify("cross_entropy", "label_smoothing_as_printed"),
        certify("cross_entropy", "label_smoothing_penalty"),
    )
    yield proves(
        "the pair of CE with the printed sign is refuted, and with the other sign it is proved for every C",
        printed.verdict is Verdict.REFUTED and mended.verdict is Verdict.PROVED and mended.quotient,
        "certify",
        f"{printed.verdict.name}, {mended.verdict.name} on the quotient",
    )
    yield proves(
        r"$\mathrm{KL}(u \Vert p) = \sum_i \tfrac1C(\log\tfrac1C - \log p_i) = -\log C - m$ with $m = "
        r"\tfrac1C\sum_i\log p_i$, so $-m = \mathrm{KL}(u\Vert p) + \log C$",
        equal_for_every_C("-mean(log_softmax(z))", "mean(log(1/C) - log_softmax(z)) + log(C)", "regularizer"),
        EVERYWHERE,
    )


def _reference(_: Values) -> Iterator[Fact]:
    yield proves(
        (
            r"$\Vert\mathrm{softmax}(z - z_k\mathbf 1) - \mathrm{softmax}(z)\Vert^2 = 0$ for the class $k$ that is "
            r"subtracted"
        ),
        equal_for_every_C("total((softmax(z - z[y]) - softmax(z))**2)", "0*z[y]"),
        EVERYWHERE,
    )
    yield proves(
        r"$z \mapsto z - z_k\mathbf 1$ is a projection: a second application changes nothing; its trace is $C - 1$, "
        r"so its image has the dimension $C - 1$",
        vanishes_for_every_C("total((z - z[y] - (z - z[y])[y] - (z - z[y]))**2)")
        and vanishes_for_every_C("total(onehot(y)*onehot(y)) - 1"),
        EVERY_C,
    )


def _not_unique(w: Values) -> Iterator[Fact]:
    yield proves(
        r"CE and the entropy penalty both keep their values under $z + t\mathbf 1$: each minimiser gives a line of "
        r"them, at every $\alpha$ (on families that are closed under these shifts)",
        certify("cross_entropy", "entropy").quotient,
        "certify: the pair lives on the quotient",
    )
    for name in ("square_centred", "label_smoothing_penalty"):
        found = convexity_of(name)
        yield proves(
            rf"{name} is convex", found.verdict is Verdict.PROVED, "rules for convex functions", found.verdict.name
        )
    t, target = w["t"], centred(1, 2)
    still, along = (sum(((s - o) ** 2 for o in target), Fraction(0)) / 2 for s in (Fraction(0), t))
    moved = along - still
    yield repairs(
        r'"even if $l$ is convex" needs $l(z + t\mathbf 1, y) = l(z, y)$: the convex square loss grows by $\tfrac12 '
        r"Ct^2$ along $t\mathbf 1$, so $l + \alpha g$ with the convex $g = \mathrm{KL}(u\Vert p)$ is strictly convex "
        r"and has one minimiser",
        moved == t**2 > 0,  # C t^2/2 with C = 2
        RATIONAL,
        f"C = 2, t = {t}: {moved}",
    )
    yield proves(
        (
            r"$\tfrac12\Vert z + t\mathbf 1 - o_y\Vert^2 - \tfrac12\Vert z - o_y\Vert^2 = t\sum_i z_i + \tfrac12 "
            r"Ct^2$ (here $t = 1$)"
        ),
        vanishes_for_every_C(
            "total((z + 1 - centred_onehot(y))**2)/2 - total((z - centred_onehot(y))**2)/2 - total(z) - C/2"
        ),
        EVERY_C,
    )


def _wrong_end(w: Values) -> Iterator[Fact]:
    # C = 2, one point, outputs (s, -s), y = 1, l = 1/2 ||z - o||^2 = (s - 1/2)^2, g = 1/2 ||z||^2 = s^2
    alpha = w["alpha"]
    s, x = symbols("s alpha")
    loss, penalty = (s - Rational(1, 2)) ** 2, s**2
    printed, meant = stationary(loss + x * penalty, s), stationary(x * loss + penalty, s)
    at = [found.subs(x, rational(alpha)) for found in (printed, meant)]
    yield repairs(
        r"as printed, $\alpha \to 0$ removes the penalty: $(s - \tfrac12)^2 + \alpha s^2$ has the minimiser "
        r"$\tfrac{1}{2(1 + \alpha)}$, which tends to $\tfrac12$ and not to 0",
        vanishes(printed - 1 / (2 * (1 + x))) and bool(at[0] > Rational(49, 100)),
        ALGEBRA,
        f"at alpha = {alpha}: {at[0]}",
    )
    yield proves(
        r"$\alpha(s - \tfrac12)^2 + s^2$ has the minimiser $\tfrac{\alpha}{2(1 + \alpha)}$, which tends to 0",
        vanishes(meant - x / (2 * (1 + x))) and bool(0 < at[1] < rational(alpha)),
        ALGEBRA,
        f"at alpha = {alpha}: {at[1]}",
    )


CLAIMS = (
    Claim(
        id="entropy-penalty",
        place=_S6,
        title="The entropy penalty is minimised on the line of equal scores",
        printed=r"Common confidence penalties are, for example, entropy: $h(p) = \sum_i p_i \log(p_i)$ ... These "
        r"output regularizers do not have a unique minimum at 0, but rather they are minimized on the line $A = \{z "
        r"\in R^C \mid z_1 = \cdots = z_C\}$.",
        proved=r"The same for the entropy (for label smoothing: E15).",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $\sum_i p_i\log p_i + \log C = \sum_i p_i\log(C p_i)$.
            - $\log x \le x - 1$ with $x = \tfrac{1}{C p_i}$: $p_i\log(C p_i) \ge p_i - \tfrac1C$, with equality only
              for $p_i = \tfrac1C$.
            - Sum: $\sum_i p_i\log p_i \ge -\log C$, with equality only at $p = u$.
            - $\mathrm{softmax}(z) = u$ exactly if all $e^{z_i}$ are equal, that is, $z \in A$.
        """),
        compute=_entropy,
        rests_on=("reference-class", r"the inequality $\log x \le x - 1$ for $x > 0$, with equality only at 1"),
    ),
    Claim(
        id="E15",
        place=_S6,
        title=r"Label smoothing has the wrong sign: $h = -\sum_i \log p_i$",
        printed=r"... and label-smoothing: $h(p) = \sum_i \log(p_i)$ ... These output regularizers do not have a "
        r"unique minimum at 0, but rather they are minimized on the line $A = \{z \in R^C \mid z_1 = \cdots = z_C\}$.",
        proved=r"$h(p) = -\sum_i\log(p_i)$, and $\tfrac1C h = \mathrm{KL}(u\Vert p) + \log C$; as printed it is "
        r"largest at uniform.",
        verdict=Ruling.REFUTED,
        derivation=steps(r"""
            - $C = 2$: $\log p_1 + \log p_2 = \log(p_1(1 - p_1))$, and $p_1(1-p_1) = \tfrac14 - (p_1 - \tfrac12)^2$.
            - So the printed $h$ is largest at $p_1 = \tfrac12$, and unbounded from below.
            - $-\tfrac1C\sum_i\log p_i - \log C = \mathrm{KL}(u\Vert p) \ge 0$, with equality only at $p = u$.
        """),
        compute=_smoothing,
        witness=Point(r"$C = 2$, $z = (\log %(x)s, 0)$", x=3),
        rests_on=("entropy-penalty",),
    ),
    Claim(
        id="no-unique-solution",
        place=_S6,
        title="No unique solution, if the loss is shift-invariant as well",
        printed=r"Thus, even in the linear case, there is no unique solution $Z_\alpha \to 0$ to the problem "
        r"$\min_{Z \in \mathcal Z} L_{l + \alpha g}(Z)$.  Even if $l$ is convex.",
        proved=r"The same for losses with $l(z + t\mathbf 1, y) = l(z, y)$, such as CE and MUH; for the square loss "
        r"the minimiser can be unique.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - If $l$ and $g$ keep their values under $z + t\mathbf 1$, so does the risk, and minimisers come in lines.
            - If only $g$ does, $l$ may single out one point of each line: $\tfrac12\Vert z - o_y\Vert^2$ grows by
              $\tfrac12 Ct^2$ from mean 0.
        """),
        compute=_not_unique,
        witness=Point("$C = 2$, $t = %(t)s$", t=2),
        rests_on=("footnote-1",),
    ),
    Claim(
        id="E23",
        place=_S6,
        title=r"$\min L_{\alpha l + g}$, not $\min L_{l + \alpha g}$",
        printed=r"... there is no unique solution $Z_\alpha \to 0$ to the problem $\min_{Z \in \mathcal Z} L_{l + "
        r"\alpha g}(Z)$.",
        proved=r"$\min_{Z \in \mathcal Z} L_{\alpha l + g}(Z)$ is meant, with $\alpha \to 0$ as in the whole of "
        r"section 5.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - In $l + \alpha g$ the penalty vanishes as $\alpha \to 0$, and minimisers tend to those of $l$.
            - In $\alpha l + g$ the loss vanishes, and minimisers tend to the minimum of $g$.
        """),
        compute=_wrong_end,
        witness=Point(
            r"$C = 2$, outputs $(s, -s)$, $l = \tfrac12\Vert z - o_1\Vert^2$, $g = \tfrac12\Vert z\Vert^2$, $\alpha = "
            r"%(alpha)s$",
            alpha=Fraction(1, 1000),
        ),
        rests_on=("alpha-lambda",),
    ),
    Claim(
        id="reference-class",
        place=_S6,
        title=r"$z_C = 0$ does not change the softmax",
        printed=r"... apply the whole theory of Section 5 on an alternative output space $\{z \in R^C \mid z_C = "
        r"0\}$ which is generated by subtracting the last coordinate of each output from the rest of its "
        r"coordinates.  This operation does not change the result of the softmax function and the new output space "
        r"is isomorphic to $R^{C-1}$ which allows us to apply the theory.",
        proved=r"The same.  It needs that $l$ and $g$ are both functions of the softmax (and the label).",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $\mathrm{softmax}(z - z_C\mathbf 1)_i = \tfrac{e^{z_i}e^{-z_C}}{\sum_j e^{z_j}e^{-z_C}} =
              \mathrm{softmax}(z)_i$.
            - $z \mapsto z - z_C\mathbf 1$ is linear with kernel $\{t\mathbf 1\}$; its image $\{z_C = 0\}$ has dimension
              $C - 1$.
        """),
        compute=_reference,
    ),
)
