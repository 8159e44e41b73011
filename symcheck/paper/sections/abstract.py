"""The abstract and the conclusion: what becomes symmetric, and what is robust in the limit."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from symcheck.certification import certify
from symcheck.constants.ball import ball_of
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes
from symcheck.paper.exact import (
    BALLS,
    EVERYWHERE,
    apart,
    balls,
    equal_for_every_C,
    log_ball,
    shown_ball,
    symmetry_of,
    theorem_fact,
)
from symcheck.verdict import Verdict

ORDER = 70


def _become_symmetric(w: Values) -> Iterator[Fact]:
    with balls():
        changes = []
        x = w["x"]
        p = x / (x + 1)
        for lam in (w["lambda"], 10 * w["lambda"], 100 * w["lambda"]):
            at_zero = 2 * log_ball(Fraction(2))
            moved = -log_ball(p * (1 - p)) + 2 * ball_of(lam) * log_ball(x) ** 2
            changes.append(moved - at_zero)
        grow = all(bool(late > early) for early, late in itertools.pairwise(changes))
        shown = ", ".join(shown_ball(c) for c in changes)
        differs = all(apart(c, ball_of(0)) for c in changes)
    found = symmetry_of("cross_entropy")
    yield refutes(
        r"CE itself, $\lambda = 0$, is not symmetric", found.verdict is Verdict.REFUTED, EVERYWHERE, str(found.witness)
    )
    yield refutes(
        r"$\sum_y (l_{CE} + \lambda\Vert z\Vert^2)$ at $C = 2$ is not the same at $z = 0$ and at the witness, and the "
        r"difference grows with $\lambda$ (here $\lambda$, $10\lambda$, $100\lambda$)",
        differs and grow,
        BALLS,
        shown,
    )
    yield proves(
        r"what holds: $l_{CE} = l_{MUH} + \mathrm{KL}(u\Vert p) + \log C$, as $\log p_i = z_i - \mathrm{LSE}$; the "
        r"part that depends on the label is $l_{MUH}$, and sums to 0",
        equal_for_every_C("logsumexp(z) - z[y]", "(mean(z) - z[y]) + mean(log(1/C) - log_softmax(z)) + log(C)"),
        EVERYWHERE,
    )


def _square(_: Values) -> Iterator[Fact]:
    yield theorem_fact("Corollary 1", "square_centred", "l2", Verdict.PROVED)
    found = certify("square_centred", "l2")
    yield proves(
        "the square loss on centred one-hot labels is certified on any cone of outputs, for every C",
        found.families[0].verdict is Verdict.PROVED,
        "certify",
        f"{found.families[0].name}: {found.families[0].verdict.name}",
    )


def _conclusion(_: Values) -> Iterator[Fact]:
    yield theorem_fact("Confidence penalties", "cross_entropy", "entropy", Verdict.PROVED)
    yield theorem_fact("Confidence penalties", "square_centred", "entropy", Verdict.REFUTED)
    for g in ("entropy", "label_smoothing_penalty"):
        found = certify("cross_entropy", g)
        yield proves(
            f"cross_entropy + {g} meets the conditions of Theorem 2 for every C",
            found.verdict is Verdict.PROVED and found.quotient,
            "certify",
            f"{found.verdict.name} on the quotient",
        )


CLAIMS = (
    Claim(
        id="E24",
        place="abstract, section 1",
        title='Penalties do not make a loss "become symmetric"',
        printed=r"Losses, which incorporate an output regularization term, become symmetric as the regularization "
        r"coefficient goes to infinity.",
        proved=r"$\sum_y (l + \lambda g)$ is not constant, less and less so; it is the part of $l$ that depends on "
        r"the label which becomes symmetric, at the scale of the minimiser.  For CE that part is $l_{MUH}$ exactly.",
        verdict=Ruling.REFUTED,
        derivation=(
            r"$\sum_y (l + \lambda g)(z, y) = \sum_y l(z,y) + C\lambda g(z)$, and the last term grows with $\lambda$.",
            (
                r"Minimisers are of the size $1/\lambda$.  There $l(z,y) - l(0,y) = \langle b_y, z\rangle + "
                r"O(\lambda^{-2})$, and the linear part sums to 0 over the labels."
            ),
            r"For CE no approximation is needed: $l_{CE} - l_{MUH}$ does not depend on the label.",
        ),
        compute=_become_symmetric,
        witness=Point(
            r"cross entropy $+ \lambda\Vert z\Vert^2$, $C = 2$, $z = (\log %(x)s, 0)$ against $z = 0$, $\lambda = "
            r"%(lambda)s$",
            x=3,
            **{"lambda": 1},
        ),
        rests_on=("muh-symmetric", "E15"),
    ),
    Claim(
        id="conclusion-square",
        place="section 7",
        title="The square loss with a modified onehot is robust for networks",
        printed=r"We also proved that the square loss, with a modified onehot function, is robust to uniform label "
        r"noise under a classifiers family that can be represented by a neural network.",
        proved=r"The same, for networks whose last layer is linear and free (where minimisers exist).",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"$\Vert z - o_y\Vert^2$ is robust on cones: Corollary 1 with the label vector of E6.",
            r"The outputs of such networks are a cone.",
        ),
        compute=_square,
        rests_on=("E6", "covers-networks"),
    ),
    Claim(
        id="conclusion-ce",
        place="section 7",
        title="Softmax CE with a confidence penalty can be asymptotically robust",
        printed=r"We showed that the softmax-CE loss can be asymptotically robust if it is equipped with a confidence "
        r"penalty regularizer.",
        proved=r"The same on the quotient $R^C/\mathbf 1$, for entropy and for label smoothing with the sign of E15.",
        verdict=Ruling.AS_PRINTED,
        derivation=(
            r"CE and both penalties are functions of the softmax, so section 5 applies on $R^C/\mathbf 1$.",
            (
                r"$\nabla l(0,y) = -o_y$, and the Hessians are $\tfrac1C I - \tfrac{1}{C^2}\mathbf 1\mathbf 1'$, "
                r"positive definite there."
            ),
        ),
        compute=_conclusion,
        rests_on=("ce-gradient", "entropy-penalty", "E15", "reference-class", "theorem-2"),
    ),
)
