"""The abstract and the conclusion: what becomes symmetric, and what is robust in the limit."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from symcheck.certificates.certify import certify
from symcheck.counterexamples import counterexample
from symcheck.field.ball import ball_of
from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, repairs, steps
from symcheck.paper.exact import (
    BALLS,
    EVERYWHERE,
    RATIONAL,
    Vector,
    apart,
    balls,
    equal_for_every_C,
    flip_of,
    inner,
    largest,
    log_ball,
    shown_ball,
    symmetry_of,
    theorem_fact,
)
from symcheck.paper.sections.definitions import TIE, tie_scores

ORDER = 70


def _become_symmetric(w: Values) -> Iterator[Fact]:
    with balls():
        changes = []
        x = w["x"]
        p = x / (x + 1)
        # sum_y l_CE = -log(p_1 p_2) at C = 2, and both labels have the penalty: 2 lambda ||z||^2.
        for lam in (w["lambda"], 10 * w["lambda"], 100 * w["lambda"]):
            at_zero = 2 * log_ball(Fraction(2))
            moved = -log_ball(p * (1 - p)) + 2 * ball_of(lam) * log_ball(x) ** 2
            changes.append(moved - at_zero)
        grow = all(bool(late > early) for early, late in itertools.pairwise(changes))
        shown = ", ".join(shown_ball(c) for c in changes)
        differs = all(apart(c, ball_of(0)) for c in changes)
    found = symmetry_of("cross_entropy")
    yield repairs(
        r"CE itself, $\lambda = 0$, is not symmetric", found.verdict is Verdict.REFUTED, EVERYWHERE, str(found.witness)
    )
    yield repairs(
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


def _and_thus_robust(w: Values) -> Iterator[Fact]:
    weights = (w["w1"], w["w2"], w["w3"])
    # Far beyond what floats tell apart: the scores are fractions.
    alphas = [Fraction(1, 10**k) for k in range(0, 60, 6)]
    flips = [tuple(largest(tie_scores(alpha, rate, weights)) for rate in (Fraction(0), w["rho"])) for alpha in alphas]
    yield repairs(
        r"a tie is to be excluded: in the example of E18 the part that depends on the label becomes symmetric, and at "
        r"$\lambda = 1, 10^6, \ldots, 10^{54}$ the clean minimiser predicts class 1 and the noisy one class 2",
        all(flip == ((1,), (2,)) for flip in flips),
        RATIONAL,
    )
    case = counterexample("tie_in_the_limit")
    yield repairs(
        r"and for every $\lambda > 0$ at once, as an object of symcheck",
        case.check().verdict is Verdict.PROVED and case.claims[0].flips and case.claims[0].lambdas.high is None,
        "symcheck.counterexamples",
        flip_of(case),
    )
    small, smaller = (
        [tie_scores(alpha, rate, weights) for rate in (Fraction(0), w["rho"])] for alpha in (alphas[1], alphas[2])
    )
    yield proves(
        r"the two directions meet all the same: $1 - c^2$, $c$ the cosine between the clean and the noisy one, falls "
        r"with $\alpha^2$",
        0 < _turn(*smaller) < _turn(*small) / 10**11,
        RATIONAL,
    )
    yield theorem_fact("Theorem 3", "cross_entropy", "l2", Verdict.PROVED)


def _turn(first: Vector, second: Vector) -> Fraction:
    """1 - cos^2 of the angle between two vectors."""
    return 1 - inner(first, second) ** 2 / (inner(first, first) * inner(second, second))


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
        place="abstract",
        title='What "become symmetric" means',
        printed=r"... losses, which incorporate an output regularization term, become symmetric as the "
        r"regularization coefficient goes to infinity.",
        proved=r"$\sum_y (l + \lambda g)$ is not constant, less and less so; it is the part of $l$ that depends on "
        r"the label which becomes symmetric, at the scale of the minimiser.  For CE that part is $l_{MUH}$ exactly.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - The sentence is informal: what becomes symmetric, and at which outputs, is not said.
            - $\sum_y (l + \lambda g)(z, y) = \sum_y l(z,y) + C\lambda g(z)$, and the last term grows with $\lambda$.
            - Minimisers are of the size $1/\lambda$.  There $l(z,y) - l(0,y) = \langle b_y, z\rangle +
              O(\lambda^{-2})$, and the linear part sums to 0 over the labels.
            - For CE no approximation is needed: $l_{CE} - l_{MUH}$ does not depend on the label.
        """),
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
        id="E28",
        place="sections 1, 5",
        title='"Asymptotically symmetric, and thus robust" needs one reference and no ties',
        printed=r"... in many cases the loss function becomes asymptotically symmetric, and thus robust, when the "
        r"coefficient of the output regularization goes to infinity ... Using Theorem 1 we can now conclude that "
        r"$l_\lambda$ is robust when $\lambda \to \infty$.",
        proved=r"Clean and noisy minimisers have one limit direction, as one reference serves both laws, and "
        r"predictions agree for large $\lambda$ where this limit has no ties (Theorem 3 in its corrected form).  "
        r"Robust at every large $\lambda$ the loss need not be.",
        verdict=Ruling.REPAIRED,
        derivation=steps("""
            - Both sentences are informal; robust means equal predictions of exact minimisers, and Theorem 1 speaks of
              the approximation (2) only.
            - One reference for both laws gives one limit direction: E18.
            - The remainder of (2) decides where the two largest scores of the limit are equal: the witness.
        """),
        compute=_and_thus_robust,
        witness=TIE,
        rests_on=("E18", "theorem-1"),
        other_names=("robust-in-the-limit",),
    ),
    Claim(
        id="conclusion-square",
        place="section 7",
        title="The square loss with a modified onehot is robust for networks",
        printed=r"As a byproduct of this robustness we also proved that the square loss, with a modified onehot "
        r"function, is robust to uniform label noise under a classifiers family that can be represented by a neural "
        r"network.",
        proved=r"The same, for networks whose last layer is linear and free (where minimisers exist).",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $\Vert z - o_y\Vert^2$ is robust on cones: Corollary 1 with the label vector of E6.
            - The outputs of such networks are a cone.
        """),
        compute=_square,
        rests_on=("E6", "covers-networks"),
    ),
    Claim(
        id="conclusion-ce",
        place="section 7",
        title="Softmax CE with a confidence penalty can be asymptotically robust",
        printed=r"At the end we showed that the softmax-CE loss can be asymptotically robust if is equipped with a "
        r"confidence penalty regularizer.",
        proved=r"The same on the quotient $R^C/\mathbf 1$, for entropy and for label smoothing with the sign of E15.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - CE and both penalties are functions of the softmax, so section 5 applies on $R^C/\mathbf 1$.
            - $\nabla l(0,y) = -o_y$, and the Hessians are $\tfrac1C I - \tfrac{1}{C^2}\mathbf 1\mathbf 1'$, positive
              definite there.
        """),
        compute=_conclusion,
        rests_on=("ce-gradient", "entropy-penalty", "E15", "reference-class", "theorem-2"),
    ),
)
