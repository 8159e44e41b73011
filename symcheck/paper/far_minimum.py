"""An objective alpha h + g whose minimisers run away as alpha -> 0, though g has its only minimum at 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from sympy import Expr, Poly, Rational, Symbol, diff, fraction

from symcheck.paper.base import Fact, proves
from symcheck.paper.exact import ALGEBRA, rational, vanishes

THETA, ALPHA = Symbol("theta"), Symbol("alpha")
G: Expr = THETA**2 / (1 + THETA**4)
H: Expr = -(THETA**3 + THETA / 10) / (1 + THETA**4)

SHOWN = r"$g = \tfrac{\theta^2}{1 + \theta^4}$, $h = -\tfrac{\theta^3 + \theta/10}{1 + \theta^4}$"


def far_minimum(alpha: Fraction, violates: Callable[..., Fact], so: str) -> Iterator[Fact]:
    """At ``alpha`` the value at 2/alpha is below every value on [-1, 1]; ``so`` says what that means for the claim."""
    objective = ALPHA * H + G
    # At 2/alpha the cubic term of h has overtaken g, however small alpha is.
    value = objective.subs({THETA: 2 / ALPHA}).subs(ALPHA, rational(alpha))
    bound = -(rational(alpha) ** 2) / 200
    yield violates(
        rf"{SHOWN}: at $\theta = \tfrac2\alpha$ the objective $\alpha h + g$ is below $-\tfrac{{\alpha^2}}{{200}}$, "
        rf"its lower bound on $|\theta| \le 1$; {so}",
        0 < alpha <= Fraction(1, 2) and bool(value < bound),
        ALGEBRA,
        f"at alpha = {alpha}: {value} < {bound}",
    )
    numerator = (1 + THETA**4) * objective
    # A square plus a term that is >= 0 on |theta| <= 1: the lower bound holds there at every point, not at some.
    square = (THETA - ALPHA / 10) ** 2 / 2
    yield proves(
        r"the bound: $(1 + \theta^4)(\alpha h + g) + \tfrac{\alpha^2}{200} = \tfrac12\left(\theta - "
        r"\tfrac{\alpha}{10}\right)^2 + \theta^2\left(\tfrac12 - \alpha\theta\right)$, which is at least 0 for "
        r"$|\theta| \le 1$ and $0 < \alpha \le \tfrac12$",
        vanishes(numerator + ALPHA**2 / 200 - square - THETA**2 * (Rational(1, 2) - ALPHA * THETA)),
        ALGEBRA,
    )
    there = -(ALPHA**2) * (4 + ALPHA**2 / 5) / (16 + ALPHA**4)
    yield proves(
        r"for every $0 < \alpha \le \tfrac12$: at $\theta = \tfrac2\alpha$ it is $-\alpha^2\,\tfrac{4 + "
        r"\alpha^2/5}{16 + \alpha^4}$, and $200\,(4 + \tfrac{\alpha^2}{5}) - (16 + \alpha^4) = 784 + 40\alpha^2 - "
        r"\alpha^4 > 0$",
        vanishes(objective.subs(THETA, 2 / ALPHA) - there)
        and vanishes(200 * (4 + ALPHA**2 / 5) - (16 + ALPHA**4) - (784 + 40 * ALPHA**2 - ALPHA**4)),
        ALGEBRA,
    )
    yield proves(
        r"this $g$ has its only minimum at 0, with $g''(0) = 2 > 0$, and $h'(0) = -\tfrac{1}{10} \ne 0$; it is "
        r"strictly convex near 0 and not on all of $R$; both tend to 0 at infinity, so minimisers exist",
        vanishes(diff(G, THETA, 2).subs(THETA, 0) - 2)
        and vanishes(diff(H, THETA).subs(THETA, 0) + Rational(1, 10))
        and bool(diff(G, THETA, 2).subs(THETA, 1) < 0)
        and all(_tends_to_zero(f) for f in (G, H)),
        ALGEBRA,
        f"g''(1) = {diff(G, THETA, 2).subs(THETA, 1)}",
    )


def _tends_to_zero(quotient: Expr) -> bool:
    """Whether the numerator of a rational function of theta has the lower degree."""
    above, below = fraction(quotient.together())
    return bool(Poly(above, THETA).degree() < Poly(below, THETA).degree())
