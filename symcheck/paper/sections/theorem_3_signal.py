"""Section 5: Theorem 3 needs a gradient of the risk at 0, which is not the same as labels that depend on features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, repairs, steps
from symcheck.paper.exact import EVERY_C, RATIONAL, Vector, centred, vanishes_for_every_C

ORDER = 59


def _target(samples: Sequence[tuple[Fraction, Vector, Vector]]) -> list[list[Fraction]]:
    """E[o_Y phi'] for points with a weight, a law of the label and features."""
    classes, features = len(samples[0][1]), len(samples[0][2])
    return [
        [
            sum(
                (w * p[k] * centred(k + 1, classes)[i] * phi[j] for w, p, phi in samples for k in range(classes)),
                Fraction(0),
            )
            for j in range(features)
        ]
        for i in range(classes)
    ]


def _no_signal(w: Values) -> Iterator[Fact]:
    law = (w["p1"], w["p2"], w["p3"])
    features = [(Fraction(x), Fraction(1)) for x in (-1, 0, 3)]
    found = _target([(Fraction(1, 3), law, phi) for phi in features])
    yield repairs(
        r"$Y$ uniform and independent of $X$: $E[o_Y\phi'] = 0$, so $\theta = 0$ is stationary for $\alpha L + G$ at "
        r"every $\alpha$, and for convex $l$ it is the minimiser: $Z(\theta_\alpha) = 0$, and (3) divides 0 by 0 "
        r"(three inputs, $\phi = (x, 1)$)",
        sum(law) == 1 and all(x == 0 for row in found for x in row),
        RATIONAL,
        f"E[o_Y phi'] = {[list(map(str, row)) for row in found]}",
    )
    yield proves(
        r"for every $C$: $\tfrac1C\sum_y o_y = 0$",
        vanishes_for_every_C("total(z - mean(z))/C", "regularizer"),
        EVERY_C,
    )
    half, third = Fraction(1, 2), Fraction(1, 3)
    # Independent labels with a signal, and dependent ones without: neither implies the other.
    independent = _target([(half, (2 * third, third), (Fraction(x), Fraction(1))) for x in (-1, 1)])
    one, two = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
    places = [(Fraction(x), Fraction(1)) for x in (-2, -1, 1, 2)]
    dependent = _target([(Fraction(1, 4), p, phi) for p, phi in zip((one, two, two, one), places, strict=True)])
    yield proves(
        r"it is not dependence that counts, $C = 2$, $\phi = (x, 1)$: for $x = -1, 1$ and $P(y) = (\tfrac23, "
        r"\tfrac13)$ at both the labels are independent of $x$ and $E[o_Y\phi'] \ne 0$; for $x = -2, -1, 1, 2$ with $y "
        r"= 1, 2, 2, 1$ they are not and $E[o_Y\phi'] = 0$",
        any(x != 0 for row in independent for x in row) and all(x == 0 for row in dependent for x in row),
        RATIONAL,
        f"{[list(map(str, row)) for row in independent]} and {[list(map(str, row)) for row in dependent]}",
    )


CLAIMS = (
    Claim(
        id="E12",
        place="section 5, Theorem 3",
        title=r"Theorem 3 needs $E[o_Y\phi'] \ne 0$",
        printed=r"... such that $E[\phi(X)\phi(X)']$ is positive definite, then $l$ is asymptotically robust to "
        r"uniform label noise.",
        proved=r"The same with $E[o_Y\phi'] \ne 0$ (labels that depend on the features are neither enough for it nor "
        r"needed); otherwise $\theta_\alpha = 0$ for every $\alpha$ and (3) is "
        r"$\tfrac00$.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - $\nabla L(0) = -\kappa E[o_Y\phi']$.  For $Y$ uniform and independent of $X$ it is $-\kappa E[o_Y]E[\phi]'
              = 0$.
            - $\nabla G(0) = 0$, so $\theta = 0$ is stationary for $\alpha L + G$, and by convexity the minimiser.
            - $Z(\theta_\alpha) = 0$, and $\Vert Z(\theta_\alpha)\Vert_{L_2} = 0$ stands in the denominator of (3).
        """),
        compute=_no_signal,
        witness=Point(
            r"$C = 3$, $Y$ independent of $X$ with the law $(%(p1)s, %(p2)s, %(p3)s)$",
            p1=Fraction(1, 3),
            p2=Fraction(1, 3),
            p3=Fraction(1, 3),
        ),
        rests_on=("muh-symmetric",),
    ),
)
