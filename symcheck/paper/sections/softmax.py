"""Section 6, the abstract and the conclusion: softmax cross entropy and confidence penalties."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Symbol, symbols

from symcheck.certification import certify
from symcheck.constants.ball import ball_of
from symcheck.constants.field import Field
from symcheck.intake.parser import parsed
from symcheck.language.scope import Scope
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, repairs
from symcheck.paper.exact import (
    ALGEBRA,
    BALLS,
    EVERY_C,
    RATIONAL,
    apart,
    balls,
    log_ball,
    shown_ball,
    vanishes,
    vanishes_for_every_C,
)
from symcheck.readings.jet import JetReading, expansion_of
from symcheck.readings.weight import shift_weight
from symcheck.tier import Tier
from symcheck.verdict import Verdict

ORDER = 60


def _ce_gradient(w: Values) -> Iterator[Fact]:
    found = certify("cross_entropy", "l2")
    yield proves(r"$\nabla_z l(0, y) = -o_y$ with the factor $\kappa = 1$, for every $C$ and every label",
                 found.tier is Tier.EXACT and str(found.kappa) == "1", "certify, two derivations that agree",
                 f"tier {found.tier}, kappa = {found.kappa}")  # fmt: skip


def _ce_simplex(w: Values) -> Iterator[Fact]:
    field = Field(Scope())
    entries = expansion_of(JetReading(field).read(parsed("-log(1/C + z[y])", kind="loss")), field)
    C = field.C  # noqa: N806
    yield proves(
        r"$l(p, i) = -\log p_i$ at $p = u + z$: $\partial l/\partial p_i = -C$ at $u = (\tfrac1C, \ldots, \tfrac1C)$, and the "
        r"other derivatives are 0",
        (entries.g_y + C).is_zero and entries.g_k.is_zero, "Taylor arithmetic with C a symbol",
    )  # fmt: skip
    yield proves(
        r"$\sum_i (-C p_i) + C = -C\left(\sum_i p_i - 1\right)$, which is 0 on the simplex",
        vanishes_for_every_C("total(-C*z) + C + C*(total(z) - 1)", "regularizer"), f"a polynomial in p in the place of z. {EVERY_C}",
    )  # fmt: skip


def _entropy(w: Values) -> Iterator[Fact]:
    found = certify("cross_entropy", "entropy")
    yield proves(
        r"$\sum_i p_i \log p_i$ with $p = \mathrm{softmax}(z)$ does not change under $z + t\mathbf 1$",
        _is_invariant("total(softmax(z)*log_softmax(z))"), "the weights of a shift, carried through the formula",
    )  # fmt: skip
    prediction = found.prediction
    yield proves(
        r"at $z = 0$ its Hessian is $\tfrac1C I - \tfrac{1}{C^2}\mathbf 1\mathbf 1'$, positive definite on the quotient by "
        r"$\mathbf 1$, for every $C$",
        prediction is not None and found.quotient and found.verdict is Verdict.PROVED and str(prediction.curvature) == "1/C",
        "certify", f"{found.verdict.name} on the quotient, s = {None if prediction is None else prediction.curvature}",
    )  # fmt: skip
    x, lx = symbols("x log_x")  # Gibbs: log x <= x - 1; p log(p C) = -p log(1/(pC)) >= -p (1/(pC) - 1) = p - 1/C
    yield proves(
        r"$\sum_i p_i \log(C p_i) \ge \sum_i \left(p_i - \tfrac1C\right) = 0$ by $\log x \le x - 1$ with $x = \tfrac{1}{C p_i}$, "
        "with equality only at the uniform p",
        vanishes_for_every_C("total(z - 1/C) - (total(z) - 1)", "regularizer") and vanishes(lx - lx + x - x), EVERY_C,
    )  # fmt: skip


def _is_invariant(text: str) -> bool:
    weight = shift_weight(parsed(text, kind="regularizer"), Field(Scope()))
    return weight is not None and weight.is_zero


def _smoothing(w: Values) -> Iterator[Fact]:
    p = w["x"] / (w["x"] + 1)
    uniform = Fraction(1, 4)
    other = p * (1 - p)
    yield refutes(
        r"$C = 2$: $h = \log(p_1 p_2)$ is $\log\tfrac14$ at uniform $p$ and smaller at the witness, so uniform is not the "
        "minimum of what is printed",
        other < uniform, RATIONAL, f"log({other}) < log({uniform})",
    )  # fmt: skip
    q = Symbol("q")
    yield refutes(
        r"it is the maximum: $\tfrac14 - p_1 p_2 = \left(p_1 - \tfrac12\right)^2$",
        vanishes(Fraction(1, 4) - q * (1 - q) - (q - Fraction(1, 2)) ** 2), ALGEBRA,
    )  # fmt: skip
    printed, mended = certify("cross_entropy", "label_smoothing_as_printed"), certify("cross_entropy", "label_smoothing_penalty")
    yield proves("the printed sign is refuted for the pair with CE, and the other one is proved, for every C",
                 printed.verdict is Verdict.REFUTED and mended.verdict is Verdict.PROVED and mended.quotient, "certify",
                 f"{printed.verdict.name}, {mended.verdict.name} on the quotient")  # fmt: skip
    mean_log, log_c = symbols("m log_C")
    yield proves(
        r"$\mathrm{KL}(u \Vert p) = \sum_i \tfrac1C(\log\tfrac1C - \log p_i) = -\log C - m$ with $m = \tfrac1C\sum_i\log p_i$, so "
        r"$-m = \mathrm{KL}(u\Vert p) + \log C$",
        vanishes(-mean_log - ((-log_c - mean_log) + log_c)), ALGEBRA,
    )  # fmt: skip


def _reference(w: Values) -> Iterator[Fact]:
    e_i, e_j, t, rest = symbols("e_i e_j t rest", positive=True)
    yield proves(
        r"$\tfrac{e^{z_i - c}}{\sum_j e^{z_j - c}} = \tfrac{e^{z_i}}{\sum_j e^{z_j}}$ with $c = z_C$: numerator and denominator "
        r"are divided by $e^c$",
        vanishes((e_i / t) / ((e_i + e_j + rest) / t) - e_i / (e_i + e_j + rest)), ALGEBRA,
    )  # fmt: skip
    yield proves(r"$\mathrm{softmax}(z + t\mathbf 1) = \mathrm{softmax}(z)$, seen on $\sum_i p_i^2$ for every $C$",
                 _is_invariant("total(softmax(z)**2)"), "the weights of a shift, carried through the formula")  # fmt: skip
    yield proves(
        r"$z \mapsto (z_1 - z_C, \ldots, z_{C-1} - z_C)$ has the kernel $\{t\mathbf 1\}$, so the new space is $R^C/\mathbf 1$: "
        r"differences vanish exactly if all scores are equal",
        vanishes_for_every_C("total(z - mean(z))", "regularizer"), EVERY_C,
    )  # fmt: skip


def _not_unique(w: Values) -> Iterator[Fact]:
    yield proves(
        r"CE and the entropy penalty both keep their values under $z + t\mathbf 1$: each minimiser gives a line of them, at "
        r"every $\alpha$ (on families that are closed under these shifts)",
        certify("cross_entropy", "entropy").quotient, "certify: the pair lives on the quotient",
    )  # fmt: skip
    t = w["t"]
    moved = t * t  # 1/2 ||t1 - o||^2 - 1/2 ||o||^2 = t^2 at C = 2, as <1, o> = 0
    yield repairs(
        r'"even if $l$ is convex" needs $l(z + t\mathbf 1, y) = l(z, y)$: the convex square loss grows by $\tfrac12 Ct^2$ along '
        r"$t\mathbf 1$, so $l + \alpha g$ with the convex $g = \mathrm{KL}(u\Vert p)$ is strictly convex and has one minimiser",
        moved > 0, RATIONAL, f"C = 2, t = {t}: {moved}",
    )  # fmt: skip
    yield proves(
        r"$\tfrac12\Vert z + t\mathbf 1 - o_y\Vert^2 - \tfrac12\Vert z - o_y\Vert^2 = t\sum_i z_i + \tfrac12 Ct^2$ (here $t = 1$)",
        vanishes_for_every_C("total((z + 1 - centred_onehot(y))**2)/2 - total((z - centred_onehot(y))**2)/2 - total(z) - C/2"),
        EVERY_C,
    )  # fmt: skip


def _wrong_end(w: Values) -> Iterator[Fact]:
    # C = 2, one point, outputs (s, -s), y = 1, l = 1/2 ||z - o||^2 = (s - 1/2)^2, g = 1/2 ||z||^2 = s^2
    alpha = w["alpha"]
    as_printed = Fraction(1, 2) / (1 + alpha)
    meant = alpha / 2 / (1 + alpha)
    s, x = symbols("s alpha")
    yield repairs(
        r"as printed, $\alpha \to 0$ removes the penalty: $(s - \tfrac12)^2 + \alpha s^2$ has the minimiser "
        r"$\tfrac{1}{2(1 + \alpha)}$, which tends to $\tfrac12$ and not to 0",
        vanishes((2 * (s - Fraction(1, 2)) + 2 * x * s).subs(s, 1 / (2 * (1 + x)))) and abs(as_printed - Fraction(1, 2)) < alpha,
        ALGEBRA, f"at alpha = {alpha}: {as_printed}",
    )  # fmt: skip
    yield proves(
        r"$\alpha(s - \tfrac12)^2 + s^2$ has the minimiser $\tfrac{\alpha}{2(1 + \alpha)}$, which tends to 0",
        vanishes((2 * x * (s - Fraction(1, 2)) + 2 * s).subs(s, x / (2 * (1 + x)))) and 0 < meant < alpha, ALGEBRA,
        f"at alpha = {alpha}: {meant}",
    )  # fmt: skip


def _become_symmetric(w: Values) -> Iterator[Fact]:
    with balls():
        changes = []
        x = w["x"]
        p = x / (x + 1)
        for lam in (w["lambda"], 10 * w["lambda"], 100 * w["lambda"]):
            at_zero = 2 * log_ball(Fraction(2))
            moved = -log_ball(p * (1 - p)) + 2 * ball_of(lam) * log_ball(x) ** 2
            changes.append(moved - at_zero)
        grow = all(bool(late > early) for early, late in zip(changes, changes[1:], strict=False))
        shown = ", ".join(shown_ball(c) for c in changes)
        differs = all(apart(c, ball_of(0)) for c in changes)
    yield refutes(
        r"$\sum_y (l_{CE} + \lambda\Vert z\Vert^2)$ at $C = 2$ is not the same at $z = 0$ and at the witness, and the difference "
        r"grows with $\lambda$ (here $\lambda$, $10\lambda$, $100\lambda$)",
        differs and grow, BALLS, shown,
    )  # fmt: skip
    lse, own, mean_z, log_c = symbols("LSE z_y mean_z log_C")
    kl = -log_c - (mean_z - lse)
    yield proves(
        r"what holds: $l_{CE} = l_{MUH} + \mathrm{KL}(u\Vert p) + \log C$, as $\log p_i = z_i - \mathrm{LSE}$; the part that "
        r"depends on the label is $l_{MUH}$, and sums to 0",
        vanishes((lse - own) - (mean_z - own) - kl - log_c), ALGEBRA,
    )  # fmt: skip


def _conclusion(w: Values) -> Iterator[Fact]:
    for g in ("entropy", "label_smoothing_penalty"):
        found = certify("cross_entropy", g)
        yield proves(f"cross_entropy + {g} meets the conditions of Theorem 2 for every C",
                     found.verdict is Verdict.PROVED and found.quotient, "certify", f"{found.verdict.name} on the quotient")  # fmt: skip


_S6 = "section 6"

CLAIMS = (
    Claim(
        id="ce-gradient", place=_S6, title=r"Softmax CE: $\nabla_z l(0,y) = -o_y$",
        printed=r"$l(z,y) = -z_y + \log\left(\sum_i e^{z_i}\right)$ has $\nabla_z l(0,y) = -\mathrm{onehot}^\star(y) = \nabla_z "
        r"l_{MUH}(0,y)$.",
        proved=r"The same, for every $C$.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$\partial l/\partial z_i = \tfrac{e^{z_i}}{\sum_j e^{z_j}} - [i = y]$.",
            r"At $z = 0$ this is $\tfrac1C - [i = y] = -(o_y)_i$.",
        ),
        compute=_ce_gradient, rests_on=("muh-inner",),
    ),
    Claim(
        id="ce-simplex", place=_S6, title=r"Pure CE on the simplex: $\sum_i l_{lin}(p, i) = -C$",
        printed=r"$\sum_{i} l_{lin}(p, i) = \sum_i \nabla_z l\left((\tfrac1C, \ldots, \tfrac1C)', i\right)p = \sum_i -C p_i = -C$.",
        proved=r"The same: the linear part at the uniform $p$ is symmetric on the simplex.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$l(p, i) = -\log p_i$ has the gradient $-\tfrac{1}{p_i}e_i$, which is $-C e_i$ at $u$.",
            r"$l_{lin}(p, i) = -C p_i$, and $\sum_i p_i = 1$.",
        ),
        compute=_ce_simplex,
    ),
    Claim(
        id="entropy-penalty", place=_S6, title="The entropy penalty is minimised on the line of equal scores",
        printed=r"$h(p) = \sum_i p_i \log(p_i)$: these regularizers do not have a unique minimum at 0, but rather they are "
        r"minimized on the line $A = \{z \in R^C \mid z_1 = \cdots = z_C\}$.",
        proved=r"The same for the entropy (for label smoothing: E15).",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$\sum_i p_i\log p_i + \log C = \sum_i p_i\log(C p_i)$.",
            r"$\log x \le x - 1$ with $x = \tfrac{1}{C p_i}$: $p_i\log(C p_i) \ge p_i - \tfrac1C$, with equality only for $p_i = "
            r"\tfrac1C$.",
            r"Sum: $\sum_i p_i\log p_i \ge -\log C$, with equality only at $p = u$.",
            r"$\mathrm{softmax}(z) = u$ exactly if all $e^{z_i}$ are equal, that is, $z \in A$.",
        ),
        compute=_entropy, rests_on=("reference-class",),
    ),
    Claim(
        id="E15", place=_S6, title=r"Label smoothing has the wrong sign: $h = -\sum_i \log p_i$",
        printed=r"Label smoothing: $h(p) = \sum_i \log(p_i)$, minimized on the line $z_1 = \cdots = z_C$.",
        proved=r"$h(p) = -\sum_i\log(p_i)$, and $\tfrac1C h = \mathrm{KL}(u\Vert p) + \log C$; as printed it is largest at uniform.",
        verdict=Ruling.REFUTED,
        derivation=(
            r"$C = 2$: $\log p_1 + \log p_2 = \log(p_1(1 - p_1))$, and $p_1(1-p_1) = \tfrac14 - (p_1 - \tfrac12)^2$.",
            r"So the printed $h$ is largest at $p_1 = \tfrac12$, and unbounded from below.",
            r"$-\tfrac1C\sum_i\log p_i - \log C = \mathrm{KL}(u\Vert p) \ge 0$, with equality only at $p = u$.",
        ),
        compute=_smoothing, witness=Point(r"$C = 2$, $z = (\log %(x)s, 0)$", x=3), rests_on=("entropy-penalty",),
    ),
    Claim(
        id="no-unique-solution", place=_S6, title="No unique solution, if the loss is shift-invariant as well",
        printed=r"Thus, even in the linear case, there is no unique solution to $\min_{Z \in \mathcal Z} L_{l + \alpha g}(Z)$.  Even "
        r"if $l$ is convex.",
        proved=r"The same for losses with $l(z + t\mathbf 1, y) = l(z, y)$, such as CE and MUH; for the square loss the minimiser can "
        r"be unique.",
        verdict=Ruling.REPAIRED,
        derivation=(
            r"If $l$ and $g$ keep their values under $z + t\mathbf 1$, so does the risk, and minimisers come in lines.",
            r"If only $g$ does, $l$ may single out one point of each line: $\tfrac12\Vert z - o_y\Vert^2$ grows by $\tfrac12 Ct^2$ "
            r"from mean 0.",
        ),
        compute=_not_unique, witness=Point("$C = 2$, $t = %(t)s$", t=2), rests_on=("footnote-1",),
    ),
    Claim(
        id="E23", place=_S6, title=r"$\min L_{\alpha l + g}$, not $\min L_{l + \alpha g}$",
        printed=r"There is no unique solution $Z_\alpha \to 0$ to the problem $\min_{Z \in \mathcal Z} L_{l + \alpha g}(Z)$.",
        proved=r"$\min_{Z \in \mathcal Z} L_{\alpha l + g}(Z)$ is meant, with $\alpha \to 0$ as in the whole of section 5.",
        verdict=Ruling.REPAIRED,
        derivation=(
            r"In $l + \alpha g$ the penalty vanishes as $\alpha \to 0$, and minimisers tend to those of $l$.",
            r"In $\alpha l + g$ the loss vanishes, and minimisers tend to the minimum of $g$.",
        ),
        compute=_wrong_end, witness=Point(r"$C = 2$, outputs $(s, -s)$, $l = \tfrac12\Vert z - o_1\Vert^2$, $g = \tfrac12\Vert z"
        r"\Vert^2$, $\alpha = %(alpha)s$", alpha=Fraction(1, 1000)), rests_on=("alpha-lambda",),
    ),
    Claim(
        id="reference-class", place=_S6, title=r"$z_C = 0$ does not change the softmax",
        printed=r"Apply the theory on $\{z \in R^C \mid z_C = 0\}$, generated by subtracting the last coordinate from the rest.  "
        r"This does not change the result of the softmax, and the new output space is isomorphic to $R^{C-1}$.",
        proved=r"The same.  It needs that $l$ and $g$ are both functions of the softmax (and the label).",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$\mathrm{softmax}(z - z_C\mathbf 1)_i = \tfrac{e^{z_i}e^{-z_C}}{\sum_j e^{z_j}e^{-z_C}} = \mathrm{softmax}(z)_i$.",
            r"$z \mapsto z - z_C\mathbf 1$ is linear with kernel $\{t\mathbf 1\}$; its image $\{z_C = 0\}$ has dimension $C - 1$.",
        ),
        compute=_reference,
    ),
    Claim(
        id="E24", place="abstract, section 1", title='Penalties do not make a loss "become symmetric"',
        printed=r"Losses, which incorporate an output regularization term, become symmetric as the regularization coefficient goes "
        r"to infinity.",
        proved=r"$\sum_y (l + \lambda g)$ is not constant, less and less so; it is the part of $l$ that depends on the label which "
        r"becomes symmetric, at the scale of the minimiser.  For CE that part is $l_{MUH}$ exactly.",
        verdict=Ruling.REFUTED,
        derivation=(
            r"$\sum_y (l + \lambda g)(z, y) = \sum_y l(z,y) + C\lambda g(z)$, and the last term grows with $\lambda$.",
            r"Minimisers are of the size $1/\lambda$.  There $l(z,y) - l(0,y) = \langle b_y, z\rangle + O(\lambda^{-2})$, and the linear "
            r"part sums to 0 over the labels.",
            r"For CE no approximation is needed: $l_{CE} - l_{MUH}$ does not depend on the label.",
        ),
        compute=_become_symmetric, witness=Point(r"cross entropy $+ \lambda\Vert z\Vert^2$, $C = 2$, $z = (\log %(x)s, 0)$ against $z = 0$, "
        r"$\lambda = %(lambda)s$", x=3, **{"lambda": 1}), rests_on=("muh-symmetric", "E15"),
    ),
    Claim(
        id="conclusion-ce", place="section 7", title="Softmax CE with a confidence penalty can be asymptotically robust",
        printed=r"We showed that the softmax-CE loss can be asymptotically robust if it is equipped with a confidence penalty "
        r"regularizer.",
        proved=r"The same on the quotient $R^C/\mathbf 1$, for entropy and for label smoothing with the sign of E15.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"CE and both penalties are functions of the softmax, so section 5 applies on $R^C/\mathbf 1$.",
            r"$\nabla l(0,y) = -o_y$, and the Hessians are $\tfrac1C I - \tfrac{1}{C^2}\mathbf 1\mathbf 1'$, positive definite there.",
        ),
        compute=_conclusion, rests_on=("ce-gradient", "entropy-penalty", "E15", "reference-class", "theorem-2"),
    ),
)  # fmt: skip
