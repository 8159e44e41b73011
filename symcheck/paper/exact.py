"""What the checks compute with: identities for every C, rational functions, risks of exact noise, balls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction

import flint
import sympy
from flint import arb
from sympy import Expr, Symbol

from symcheck.budget import SECONDS, Budget
from symcheck.certificates.certify import certify
from symcheck.conditions.convexity.finding import convex_loss, convex_regularizer
from symcheck.conditions.everywhere.everywhere import equal_everywhere
from symcheck.conditions.everywhere.symmetric import symmetry_finding
from symcheck.counterexamples.base import Counterexample
from symcheck.field.ball import ball_of, working
from symcheck.field.field import Field
from symcheck.findings.finding import Finding
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.recording import Kind
from symcheck.language.scope import Scope
from symcheck.paper.base import Fact, proves
from symcheck.readings.jet import JetReading
from symcheck.readings.weight import polynomial_degree

EVERY_C = "Taylor arithmetic with C a symbol; a polynomial in z is its Taylor polynomial, so this is for all z and C"
EVERYWHERE = "canonical forms of both sides with z and C symbols, so this is for all z and C"
ALGEBRA = "rational functions in canonical form (SymPy's cancel)"
RATIONAL = "exact rational arithmetic"
BALLS = "rigorous balls of 128 bits (Arb)"

Vector = tuple[Fraction, ...]
Loss = Callable[[Vector, int], Fraction]
"""A loss with rational values, of z and of a label 1, ..., C."""


def vanishes_for_every_C(text: str, kind: Kind = "loss") -> bool:
    """Whether the formula ``text``, a polynomial in z, is 0 for all z, every label and every C >= 2.

    Its Taylor polynomial at z = 0 of the order of its degree is the polynomial itself.  A formula that is not
    seen to be a polynomial is not shown to vanish.
    """
    formula = parsed(text, kind=kind)
    high = polynomial_degree(formula)
    # A function that vanishes to a high order at 0 need not vanish: without a degree nothing is shown.
    if high is None:
        return False
    return not JetReading(Field(Scope()), max(high, 1)).read(formula).at


def equal_for_every_C(first: str, second: str, kind: Kind = "loss") -> bool:
    """Whether two formulas are the same function of z and y for every C >= 2."""
    one, other = parsed(first, kind=kind), parsed(second, kind=kind)
    return equal_everywhere(one, other, Scope(), Budget(SECONDS)) is Verdict.PROVED


def symmetry_of(loss: str) -> Finding:
    """Whether sum_y l(z, y) is constant, for a loss of the catalogue."""
    formula = loss_named(loss).recorded
    return symmetry_finding(formula, Scope().of(formula), Budget(SECONDS))


def theorem_fact(theorem: str, loss: str, regularizer: str, wanted: Verdict) -> Fact:
    """That the theorem, as an object, applies to a pair or does not, and which premise fails."""
    found = certify(loss, regularizer).theorem(theorem)
    failing = found.failing
    says = "applies to" if wanted is Verdict.PROVED else "does not apply to"
    return proves(
        f"{theorem}, as an object of symcheck, {says} {loss} + {regularizer}",
        found.verdict is wanted,
        "certify, from the premises of the theorem",
        "every premise is PROVED" if failing is None else f"{failing.verdict.name} is that {failing.statement}",
    )


def convexity_of(name: str) -> Finding:
    """Whether a loss (for every label) or a regularizer of the catalogue is convex."""
    is_loss = name in names("loss")
    formula = loss_named(name).recorded if is_loss else regularizer_named(name).recorded
    report = convex_loss if is_loss else convex_regularizer
    return report(formula, Scope().of(formula), Budget(SECONDS))


def vanishes(expression: Expr) -> bool:
    """Whether a rational function of its symbols is 0."""
    # cancel is a canonical form of rational functions; simplify may miss a 0.
    return bool(sympy.cancel(sympy.together(expression)) == 0)


def flip_of(case: Counterexample) -> str:
    """What the first claim of a counterexample says: the predictions before and after noise, and for which lambda."""
    claim = case.claims[0]
    before, after = (", ".join(map(str, side)) for side in (claim.clean, claim.noisy))
    return f"class {before} becomes {after}, for every lambda in {claim.lambdas}"


def rational(value: Fraction) -> Expr:
    """A number for SymPy."""
    return sympy.Rational(value.numerator, value.denominator)


def noisy_mean(of_label: Expr, total: Expr, classes: Expr, rho: Expr) -> Expr:
    """E[l(z, Ybar) | Y = y] from l(z, y) = ``of_label`` and sum_k l(z, k) = ``total``, by the law of uniform noise."""
    return (1 - rho) * of_label + rho / (classes - 1) * (total - of_label)


def shrinking(classes: Expr, rho: Expr) -> Expr:
    """The a = 1 - rho C/(C - 1) as an expression."""
    return 1 - rho * classes / (classes - 1)


def stationary(objective: Expr, variable: Symbol) -> Expr:
    """Where the derivative of a quadratic in ``variable`` is 0: its only minimiser if the quadratic opens upwards.

    Raises ``ValueError`` for an objective that is no quadratic.
    """
    slope = sympy.Poly(sympy.diff(objective, variable), variable)
    if slope.degree() != 1:
        raise ValueError(f"objective: got one of degree {slope.degree() + 1} in {variable}; accepted is a quadratic")
    factor, constant = slope.all_coeffs()
    return sympy.cancel(-constant / factor)


def same_direction(first: Sequence[Fraction], second: Sequence[Fraction]) -> bool:
    """Whether one vector is a positive multiple of the other: what stands between the bars of (3) is then 0."""
    # Equality in Cauchy's inequality, squared, so that no root is taken.
    aligned = inner(first, second)
    return aligned > 0 and aligned**2 == inner(first, first) * inner(second, second)


def noisy(label: int, classes: int, rho: Fraction) -> dict[int, Fraction]:
    """The law of the noisy label: ``label`` with probability 1 - rho, each other one with rho/(C - 1)."""
    return {k: 1 - rho if k == label else rho / (classes - 1) for k in range(1, classes + 1)}


def contraction(classes: int, rho: Fraction) -> Fraction:
    """The a = 1 - rho C/(C - 1)."""
    return 1 - rho * classes / (classes - 1)


def centred(label: int, classes: int) -> Vector:
    """The vector o_y = e_y - 1/C."""
    return tuple(Fraction(int(k == label)) - Fraction(1, classes) for k in range(1, classes + 1))


def inner(first: Sequence[Fraction], second: Sequence[Fraction]) -> Fraction:
    """The inner product."""
    return sum((x * y for x, y in zip(first, second, strict=True)), Fraction(0))


def muh(z: Vector, label: int) -> Fraction:
    """The Multi-Category Unhinged loss, mean(z) - z_y."""
    return sum(z, Fraction(0)) / len(z) - z[label - 1]


def largest(z: Sequence[Fraction]) -> tuple[int, ...]:
    """The classes with the largest score."""
    top = max(z)
    return tuple(k for k, value in enumerate(z, 1) if value == top)


def risk(loss: Loss, z: Vector, law: Mapping[int, Fraction]) -> Fraction:
    """The mean of ``loss`` at the output ``z`` of one point whose label has this ``law``."""
    return sum((weight * loss(z, k) for k, weight in law.items()), Fraction(0))


@contextmanager
def balls() -> Iterator[None]:
    """Balls of 128 bits."""
    with working(128):
        yield


def log_ball(value: Fraction) -> arb:
    """A ball around log(value), for value > 0."""
    return ball_of(value).log()


def apart(first: arb, second: arb) -> bool:
    """Whether two balls have no point in common."""
    # Two balls that overlap show nothing: the numbers may be equal or not.
    return not bool(first.overlaps(second))


def shown_ball(value: arb, digits: int = 6) -> str:
    """A ball as text that contains it."""
    return str(value.str(digits))


def newton_series(
    equation: Callable[[flint.fmpq_series, flint.fmpq_series], flint.fmpq_series], slope: Fraction, order: int
) -> flint.fmpq_series:
    """The power series theta(alpha) with theta(0) = 0 and equation(theta, alpha) = 0, up to alpha^(order - 1).

    ``slope`` is the derivative of the equation by theta at 0, which is not 0; each round finds one more coefficient.
    """
    # The slope at 0 in every round: slower than Newton's method, and no series has to be inverted.
    step = flint.fmpq_series([flint.fmpq(slope.denominator, slope.numerator)])
    alpha = flint.fmpq_series([0, 1], 1, order)
    theta = flint.fmpq_series([0], 1, order)
    for _ in range(order):
        theta = theta - equation(theta, alpha) * step
    return theta
