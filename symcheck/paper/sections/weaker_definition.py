"""Section 5: Definition 2 is not weaker than Definition 1."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, refutes, steps
from symcheck.paper.exact import (
    RATIONAL,
    Vector,
    centred,
    contraction,
    inner,
    largest,
    muh,
    noisy,
    risk,
    same_direction,
)

ORDER = 53

_ROUND = (Fraction(1),) * 3
_RATES = (Fraction(0), Fraction(1, 5), Fraction(3, 5))


def curvature(n: int, long: Vector) -> Vector:
    """The diagonal of A at the n-th alpha: that of the identity for even n, and ``long`` for odd n."""
    return long if n % 2 else _ROUND


def minimiser(alpha: Fraction, diagonal: Vector, rho: Fraction) -> Vector:
    """The only minimiser of alpha MUH + z'Az over R^3 for one point with y = 1: (alpha a/2) A^(-1) o_1."""
    a = contraction(3, rho)
    return tuple(alpha * a * o / (2 * d) for o, d in zip(centred(1, 3), diagonal, strict=True))


def _objective(z: Vector, alpha: Fraction, diagonal: Vector, rho: Fraction) -> Fraction:
    bent = sum((d * x * x for d, x in zip(diagonal, z, strict=True)), Fraction(0))
    return alpha * risk(muh, z, noisy(1, 3, rho)) + bent


def _is_minimiser(z: Vector, alpha: Fraction, diagonal: Vector, rho: Fraction) -> bool:
    """Whether the objective at z + h is that at z plus h'Ah, for each h of a basis and three others."""
    # At another z a multiple of the slope would be added to h'Ah, and three independent h would show it.
    here = _objective(z, alpha, diagonal, rho)
    moves = [
        tuple(Fraction(x) for x in h) for h in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (-1, 2, 1), (0, -3, 1))
    ]
    return all(
        _objective(tuple(x + y for x, y in zip(z, h, strict=True)), alpha, diagonal, rho) - here
        == inner(diagonal, [y * y for y in h])
        > 0
        for h in moves
    )


def _not_weaker(w: Values) -> Iterator[Fact]:
    long = (w["d1"], w["d2"], w["d3"])
    steps = [(Fraction(1, 2**n), curvature(n, long)) for n in range(6)]
    found = {(n, rho): minimiser(alpha, d, rho) for n, (alpha, d) in enumerate(steps) for rho in _RATES}
    yield refutes(
        r"Definition 1 holds: $l_\alpha$ is robust itself, as noise shortens its only minimiser "
        r"$\tfrac{\alpha a}{2}A_\alpha^{-1}o_1$ by $a$ (six values of $\alpha$, three rates), so $\hat l_\alpha = "
        r"l_\alpha$ makes (3) zero",
        all(_is_minimiser(z, *steps[n], rho) for (n, rho), z in found.items())
        and all(same_direction(z, found[n, Fraction(0)]) and largest(z) == (1,) for (n, _), z in found.items()),
        RATIONAL,
    )
    even, odd = found[0, Fraction(0)], found[1, Fraction(0)]
    cosine = inner(even, odd) ** 2 / (inner(even, even) * inner(odd, odd))
    yield refutes(
        r"Definition 2 fails: the minimisers at $\alpha_{2n}$ and at $\alpha_{2n+1}$ both tend to 0 and keep two "
        r"directions, and one sequence $\hat\theta_n$ cannot follow both",
        0 < cosine < 1
        and all(same_direction(found[n, Fraction(0)], (even, odd)[n % 2]) for n in range(6))
        and all(
            inner(found[n + 2, rho], found[n + 2, rho]) < inner(found[n, rho], found[n, rho])
            for n in range(4)
            for rho in _RATES
        ),
        RATIONAL,
        f"the square of the cosine between them is {cosine}",
    )
    yield proves(
        r"were both distances of (4) to go to 0, the two directions would be the same: their distance is at most the "
        r"sum, and its square is $2 - 2c$ with the cosine $c$, here more than $\tfrac{1}{10}$",
        cosine < Fraction(19, 20) ** 2,
        RATIONAL,
    )


CLAIMS = (
    Claim(
        id="E26",
        place="section 5, Definition 2",
        title="Definition 2 is not weaker than Definition 1",
        printed=r"In the general case, where $L_{l_\alpha}$ doesn't have a unique minimizer we need to use a weaker "
        r"definition: [Definition 2].",
        proved=r"It is another definition, and not a weaker one: the first may hold where the second fails.  "
        r"Definition 2 asks for one direction along every sequence $\alpha_n \to 0$; Definition 1 lets the reference "
        r"turn with $\alpha$.",
        verdict=Ruling.REFUTED,
        derivation=steps(r"""
            - $l_\alpha = \alpha l_{MUH} + z'A_\alpha z$ with $A_\alpha$ in turn $I$ and $\mathrm{diag}(1, 4, 9)$ along
              $\alpha = 2^{-n}$, one point with $y = 1$, all outputs of $R^3$.
            - Each $l_\alpha$ is robust by Theorem 1, so it is its own reference, and (3) is 0: Definition 1.
            - $Z(\theta_\alpha) = \tfrac\alpha2 A_\alpha^{-1}o_1$ has the direction $(2, -1, -1)$ for even $n$, and $(2,
              -\tfrac14, -\tfrac19)$ for odd $n$.
            - Definition 2 wants one $\hat\theta_n$ for any $\alpha_n$; along even and along odd ones its direction
              would have two limits.
        """),
        compute=_not_weaker,
        witness=Point(
            r"$C = 3$, one point with $y = 1$, $A_\alpha$ in turn $I$ and $\mathrm{diag}(%(d1)s, %(d2)s, %(d3)s)$",
            d1=1,
            d2=4,
            d3=9,
        ),
        rests_on=("theorem-1",),
    ),
)
