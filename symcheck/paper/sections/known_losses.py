"""Section 3: symmetric losses, MAE, GCE and SCE."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import fmpq, fmpq_series
from sympy import symbols

from symcheck.certificates.certify import certify
from symcheck.field.ball import ball_of
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, steps
from symcheck.paper.exact import (
    ALGEBRA,
    BALLS,
    EVERY_C,
    EVERYWHERE,
    apart,
    balls,
    equal_for_every_C,
    log_ball,
    noisy_mean,
    shown_ball,
    shrinking,
    symmetry_of,
    theorem_fact,
    vanishes,
    vanishes_for_every_C,
)

ORDER = 30

_IN_P = f"a polynomial in p in the place of z. {EVERY_C}"


def _ghosh(_: Values) -> Iterator[Fact]:
    C, rho, of_label, K = symbols("C rho l_y K")
    yield proves(
        r"with $\sum_k l(z,k) = K$: $(1-\rho)\, l(z,y) + \tfrac{\rho}{C-1}(K - l(z,y)) = a\, l(z,y) + \tfrac{\rho "
        r"K}{C-1}$",
        vanishes(noisy_mean(of_label, K, C, rho) - shrinking(C, rho) * of_label - rho * K / (C - 1)),
        ALGEBRA,
    )
    yield theorem_fact("Ghosh", "mae", "l2", Verdict.PROVED)
    yield theorem_fact("Ghosh", "cross_entropy", "l2", Verdict.REFUTED)
    for name, wanted in (("mae", Verdict.PROVED), ("muh", Verdict.PROVED), ("cross_entropy", Verdict.REFUTED)):
        found = symmetry_of(name)
        said = "is symmetric" if wanted is Verdict.PROVED else "is not symmetric, so the condition separates losses"
        yield proves(f"{name} {said}", found.verdict is wanted, EVERYWHERE, found.detail)


def _mae(_: Values) -> Iterator[Fact]:
    yield proves(
        r"$\sum_i |p_i - [i = y]| - 2(1 - p_y) = \left(\sum_i p_i - 1\right)$ once $|p_y - 1| = 1 - p_y$ and $|p_i| = "
        r"p_i$ are put in, and the right side is 0 on the simplex",
        vanishes_for_every_C("(1 - z[y]) + (total(z) - z[y]) - 2*(1 - z[y]) - (total(z) - 1)"),
        _IN_P,
    )


def _mae_symmetric(_: Values) -> Iterator[Fact]:
    found = symmetry_of("mae")
    yield proves(
        r"$\sum_y l(z, y)$ from the formula of the catalogue, with $p = \mathrm{softmax}(z)$",
        found.verdict is Verdict.PROVED,
        EVERYWHERE,
        found.detail,
    )
    yield proves(
        r"$\sum_y 2(1 - p_y) - 2(C - 1) = -2\left(\sum_y p_y - 1\right)$, which is 0 on the simplex",
        vanishes_for_every_C("total(2*(1 - z)) - 2*(C - 1) + 2*(total(z) - 1)", "regularizer"),
        _IN_P,
    )


def _gce(_: Values) -> Iterator[Fact]:
    yield proves(
        r"at $q = 1$ GCE is half of MAE, from the formulas of the catalogue",
        equal_for_every_C(f"2*({loss_named('gce', q=1).recorded})", str(loss_named("mae").recorded)),
        EVERYWHERE,
    )
    order = 8
    q = fmpq_series([0, 1], 1, order)
    series = (1 - q.exp()) / q  # in the variable x = q log p
    wanted, factorial = [], 1
    for n in range(order - 1):
        factorial *= n + 1
        wanted.append(fmpq(-1, factorial))
    yield proves(
        r"with $L = \log p_y$ and $x = qL$: $\tfrac{1 - e^{x}}{q} = L\,\tfrac{1 - e^{x}}{x} = -L\left(1 + "
        r"\tfrac{x}{2} + \tfrac{x^2}{6} + \cdots\right)$, whose value at $q = 0$ is $-L$, the cross entropy",
        [series[n] for n in range(order - 1)] == wanted,
        "power series with rational coefficients (FLINT)",
    )
    found = certify("gce", "l2")
    at_one = found.at(q=1).kappa
    yield proves(
        r"the scale $\kappa = C^{-q}$ of GCE goes from 1, that of CE, to $\tfrac1C$, half that of MAE",
        str(found.kappa) == "C**(-q)" and str(at_one) == "1/C" and str(certify("mae", "l2").kappa) == "2/C",
        "certify",
        f"{found.kappa}",
    )


def _sce_form(_: Values) -> Iterator[Fact]:
    A, alpha, beta, p, L = symbols("A alpha beta p L")
    rce = -A * (1 - p)
    yield proves(
        r"$-\sum_i p_i \log q_i = -A(1 - p_y)$ for the one-hot $q$ with $\log 0 := A$, as $\log q_i = A\,(1 - [i = "
        r"y])$ and $\sum_i p_i = 1$",
        vanishes_for_every_C("total(z*(1 - onehot(y))) - (1 - z[y]) - (total(z) - 1)"),
        _IN_P,
    )
    yield proves(
        r"$\alpha\, l_{CE} + \beta\, l_{RCE} = \alpha\left(-\log p_y + \lambda (1 - p_y)\right)$ with $\lambda = "
        r"-A\beta/\alpha > 0$",
        vanishes(alpha * -L + beta * rce - alpha * (-L - A * beta / alpha * (1 - p))),
        ALGEBRA,
    )


def _sce_zero(_: Values) -> Iterator[Fact]:
    yield proves(
        r"$l_\lambda$ at $\lambda = 0$ is the cross entropy, from the formulas of the catalogue",
        equal_for_every_C(str(loss_named("sce", lambda_=0).recorded), str(loss_named("cross_entropy").recorded)),
        EVERYWHERE,
    )
    yield proves(
        r"and at $\lambda = 1$ it is another loss: its scale is not that of the cross entropy",
        str(certify("sce", "l2").at(lambda_=0).kappa) == "1" and str(certify("sce", "l2").at(lambda_=1).kappa) != "1",
        "certify",
        f"kappa = {certify('sce', 'l2').at(lambda_=0).kappa} and {certify('sce', 'l2').at(lambda_=1).kappa}",
    )


def _sce_one(w: Values) -> Iterator[Fact]:
    with balls():
        ratios = [(-log_ball(p) + ball_of(1 - p)) / ball_of(2 * (1 - p)) for p in (w["p"], w["r"])]
        differ = apart(*ratios)
        shown = " and ".join(shown_ball(ratio) for ratio in ratios)
    yield refutes(
        r"were $l_1 = c \cdot 2(1 - p_y)$ with one $c$, the ratio $l_1/(2(1 - p_y))$ would be the same at both points",
        differ,
        BALLS,
        shown,
    )
    L, p, lam = symbols("L p lambda")
    yield proves(
        r"$\tfrac{1}{\lambda} l_\lambda - (1 - p_y) = -\tfrac{1}{\lambda}\log p_y$, which goes to 0 as $\lambda \to "
        r"\infty$, and $1 - p_y$ is half of MAE",
        vanishes((-L + lam * (1 - p)) / lam - (1 - p) + L / lam),
        ALGEBRA,
    )


_S3 = "section 3"

CLAIMS = (
    Claim(
        id="ghosh",
        place=_S3,
        title="Symmetric losses are robust (Ghosh, Kumar, Sastry)",
        printed=r"A sufficient property for a loss function $l\colon R^C \times [C] \to R$ to be robust is that "
        r"$\sum_{y \in [C]} l(z, y)$ is constant (does not depend on $z$).",
        proved=r"If $\sum_y l(z, y) = K$ for all $z$ and the expectations are finite, then $\bar L_l = a L_l + "
        r"\tfrac{\rho K}{C-1}$, so $\arg\min \bar L_l = \arg\min L_l$ on every family, for every $\rho < "
        r"\tfrac{C-1}{C}$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $E[l(z, \bar Y) \mid Y = y] = (1-\rho)\, l(z,y) + \tfrac{\rho}{C-1} \sum_{i \ne y} l(z,i)$.
            - $\sum_{i \ne y} l(z,i) = K - l(z,y)$, so this is $a\, l(z,y) + \tfrac{\rho K}{C-1}$.
            - Take expectations: $\bar L_l(Z) = a L_l(Z) + \tfrac{\rho K}{C-1}$.
            - $a > 0$, so both risks have the same minimisers; equality of sets is more than the inclusion needed.
        """),
        compute=_ghosh,
        rests_on=("def-noise", "inclusion-suffices", "Ghosh, Kumar, Sastry 2017"),
    ),
    Claim(
        id="mae-formula",
        place=_S3,
        title=r"$\Vert p - \mathrm{onehot}(y)\Vert_1 = 2(1 - p_y)$",
        printed=r"For a softmax output $p$, Ghosh et al. ... proposed the Mean Absolute Error (MAE): $l(p, y) = "
        r"\Vert p - \mathrm{onehot}(y)\Vert_1 = 2(1 - p_y)$.",
        proved=r"The same, for every $p$ of the simplex.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $0 \le p_i \le 1$, so $|p_y - 1| = 1 - p_y$ and $|p_i - 0| = p_i$ for $i \ne y$.
            - $\sum_{i \ne y} p_i = 1 - p_y$, so the sum is $2(1 - p_y)$.
        """),
        compute=_mae,
    ),
    Claim(
        id="mae-symmetric",
        place=_S3,
        title="MAE is a symmetric loss",
        printed=r"... proposed the Mean Absolute Error (MAE): $l(p, y) = 2(1 - p_y)$ as a symmetric loss function.",
        proved=r"$\sum_{y} 2(1 - p_y) = 2(C - 1)$ for every $p$ of the simplex.",
        verdict=Ruling.AS_PRINTED,
        derivation=(r"$\sum_y 2(1 - p_y) = 2C - 2\sum_y p_y = 2C - 2$, which does not depend on $z$.",),
        compute=_mae_symmetric,
        rests_on=("mae-formula",),
    ),
    Claim(
        id="gce-limits",
        place=_S3,
        title=r"GCE goes to CE as $q \to 0$ and is half of MAE at $q = 1$",
        printed=r"... the Generalized Cross Entropy (GCE) loss function: $l_q(p, y) = \tfrac{1 - p_y^q}{q}, \, q \in "
        r"(0, 1]$ ... Note that when $q \to 0$ GCE converges to CE, while it is proportional to MAE when $q \to 1$.",
        proved=r"The same: $l_q \to -\log p_y$ with $0 \le -\log p_y - l_q \le \tfrac{q}{2} \log^2 p_y$, and $l_1 = "
        r"\tfrac12 \cdot 2(1 - p_y)$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - Put $L = \log p_y \le 0$ and $x = qL \le 0$; then $l_q = \tfrac{1 - e^{x}}{q}$.
            - For $x \le 0$: $0 \le e^{x} - 1 - x \le \tfrac{x^2}{2}$.  Divide by $q$: $0 \le -L - l_q \le \tfrac{q
              L^2}{2}$, which goes to 0 with $q$.
            - At $q = 1$ the formula is $1 - p_y$, half of MAE.
        """),
        compute=_gce,
        rests_on=("mae-formula", "Taylor's formula with remainder for the exponential", "Zhang, Sabuncu 2018"),
    ),
    Claim(
        id="sce-form",
        place=_S3,
        title=r"SCE can be written as $-\log p_y + \lambda(1 - p_y)$",
        printed=r"This loss can be practically written as $l_\lambda(p, y) = -\log(p_y) + \lambda(1 - p_y)$.",
        proved=r"The same up to the factor $\alpha$: $\alpha\, l_{CE} + \beta\, l_{RCE} = \alpha\, l_\lambda$ with "
        r"$\lambda = -A\beta/\alpha$, where $A < 0$ stands for $\log 0$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $l_{RCE} = -\sum_i p_i \log q_i$ with the one-hot $q$; $\log q_y = 0$ and $\log q_i = A$ for $i \ne y$.
            - So $l_{RCE} = -A(1 - p_y)$, and dividing $\alpha\, l_{CE} + \beta\, l_{RCE}$ by $\alpha$ gives the form.
        """),
        compute=_sce_form,
        rests_on=("Wang et al. 2019",),
    ),
    Claim(
        id="sce-zero",
        place=_S3,
        title=r"SCE at $\lambda = 0$ is CE",
        printed=r"When $\lambda = 0$ it is just equal to the standard CE.",
        proved=r"The same.",
        verdict=Ruling.AS_PRINTED,
        derivation=(r"The term $\lambda(1 - p_y)$ is 0.",),
        compute=_sce_zero,
        rests_on=("sce-form",),
    ),
    Claim(
        id="E1",
        place=_S3,
        title=r"SCE at $\lambda = 1$ is not proportional to MAE",
        printed=r"When $\lambda = 1$ it is proportional to MAE.",
        proved=r"Only in the limit: $\tfrac1\lambda l_\lambda \to 1 - p_y$, half of MAE, as $\lambda \to \infty$.",
        verdict=Ruling.REFUTED,
        derivation=steps(r"""
            - $\tfrac{l_1}{2(1 - p_y)} = \tfrac12 - \tfrac{\log p_y}{2(1 - p_y)}$ depends on $p_y$: see the witness.
            - $\tfrac1\lambda l_\lambda = (1 - p_y) - \tfrac1\lambda \log p_y$ for every $\lambda > 0$.
            - At a fixed $p_y > 0$ the last term goes to 0 as $\lambda \to \infty$.
        """),
        compute=_sce_one,
        witness=Point("$p_y = %(p)s$ and $p_y = %(r)s$", p=Fraction(1, 5), r=Fraction(3, 5)),
        rests_on=("mae-formula", "sce-form"),
    ),
)
