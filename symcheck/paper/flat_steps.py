"""A convex C^2 function with its only minimum at 0 and intervals on which its slope does not grow.

h is even, h' = 4^(-k) on [3/4 2^(-k), 2^(-k)] for every integer k, and smoothsteps 3s^2 - 2s^3 join these steps.
As h'(t/2) = h'(t)/4, one step shows all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from sympy import Poly, Rational, Symbol, diff, integrate

from symcheck.paper.base import Fact, proves
from symcheck.paper.exact import ALGEBRA, RATIONAL, rational, vanishes

T = Symbol("t")
SHOWN = (
    r"$h$ even, $h' = 4^{-k}$ on $[\tfrac34 2^{-k}, 2^{-k}]$, and $h' = 4^{-k-1} + \tfrac34 4^{-k}(3s^2 - 2s^3)$ with "
    r"$s = 2^{k+2}t - 2$ on $[\tfrac12 2^{-k}, \tfrac34 2^{-k}]$"
)


def rise(k: int) -> Poly:
    """h' on [1/2 2^(-k), 3/4 2^(-k)]."""
    s = Rational(4) * Rational(2) ** k * T - 2
    return Poly(Rational(1, 4) ** (k + 1) + Rational(3, 4) * Rational(1, 4) ** k * (3 * s**2 - 2 * s**3), T)


def step(k: int) -> Poly:
    """h' on [3/4 2^(-k), 2^(-k)]."""
    return Poly(Rational(1, 4) ** k, T)


def ends(k: int) -> tuple[Fraction, Fraction, Fraction]:
    """Where the rise begins, where it ends, and where the step ends."""
    # k may be negative: the steps go on to all of R.
    unit = Fraction(1, 2) ** k if k >= 0 else Fraction(2) ** -k
    return unit / 2, unit * Fraction(3, 4), unit


def flat_steps(k: int, violates: Callable[..., Fact]) -> Iterator[Fact]:
    """alpha MUH + h(z_1) + h(z_2) at alpha = 2 4^(-k) has more than one minimiser, and all is as Theorem 3 asks."""
    low, middle, high = map(rational, ends(k))
    up, flat, below = rise(k), step(k), step(k + 1)
    joined = up.eval(low) == below.eval(low) and up.eval(middle) == flat.eval(middle)
    smooth = all(up.diff(T).eval(x) == 0 for x in (low, middle)) and flat.diff(T).is_zero
    bend = up.diff(T).as_expr()
    # h'' = 288 2^k (t - low)(middle - t): positive between the ends and largest in their middle
    yield violates(
        rf"{SHOWN}: $g = h(z_1) + h(z_2)$ is a convex $C^2$ regularizer: the pieces of $h'$ and their slopes meet, $0 "
        r"\le h'' \le \tfrac92 2^{-k}$, so $h''(0) = 0$, and $h' \ge 4^{-k-1} > 0$ off 0",
        joined
        and smooth
        and bool(below.eval(low) > 0)
        and vanishes(bend - 288 * Rational(2) ** k * (T - low) * (middle - T))
        and bool(bend.subs(T, (low + middle) / 2) == Rational(9, 2) * high),
        ALGEBRA,
        f"k = {k}: h'' is at most {bend.subs(T, (low + middle) / 2)}",
    )
    alpha = 2 * Rational(1, 4) ** k
    # one point, phi = 1, y = 1: the objective is alpha (z_2 - z_1)/2 + h(z_1) + h(z_2), convex; z_2 = -z_1
    slopes = [flat.eval(x) - alpha / 2 for x in (middle, high)]
    gained = integrate(flat.as_expr(), (T, middle, high)) - alpha / 2 * (high - middle)
    yield violates(
        r"$l = l_{MUH}$, $C = 2$, one point with $\phi = 1$ and $y = 1$: at $\alpha_k = 2 \cdot 4^{-k}$ the derivative "
        r"of the convex $\alpha_k L + G$ is 0 at $(z, -z)$ for every $z \in [\tfrac34 2^{-k}, 2^{-k}]$, so there is no "
        r"unique minimiser, and $\alpha_k \to 0$",
        middle < high and all(x == 0 for x in slopes) and gained == 0,
        RATIONAL,
        f"k = {k}, alpha = {alpha}: z = {middle} and z = {high} are both minimisers",
    )
    half = T / 2
    yield proves(
        r"one step shows all of them: $h'(\tfrac t2) = \tfrac14 h'(t)$ carries the pieces of $k$ to those of $k + 1$",
        vanishes(rise(k + 1).as_expr().subs(T, half) - up.as_expr() / 4)
        and vanishes(step(k + 1).as_expr() - flat.as_expr() / 4)
        and diff(half, T) * low == rational(ends(k + 1)[0]),
        ALGEBRA,
    )
