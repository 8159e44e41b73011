"""Quadratic risks: the minimiser is a rational function of lambda, and so are the margins that decide."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from flint import fmpq, fmpq_poly

from symcheck.findings.verdict import Verdict
from symcheck.language.definite import is_positive_definite
from symcheck.language.interval import Interval
from symcheck.minimisers.prediction_verdict import Shown, Winners
from symcheck.minimisers.training import Training

Polynomials = list[list[fmpq_poly]]


def minimiser(training: Training) -> tuple[list[fmpq_poly], fmpq_poly]:
    """Numerators and the common denominator, polynomials in lambda, of the parameters of the minimiser.

    They solve (A + lambda B) theta = -c by Cramer's rule; the denominator is det(A + lambda B).
    """
    n = len(training.basis)
    matrix = [
        [fmpq_poly([_fmpq(training.bend[i][j]), _fmpq(training.penalty_bend[i][j])]) for j in range(n)]
        for i in range(n)
    ]
    right = [fmpq_poly([_fmpq(-c)]) for c in training.slope]
    numerators = [
        _determinant([[right[i] if j == k else matrix[i][j] for j in range(n)] for i in range(n)]) for k in range(n)
    ]
    return numerators, _determinant(matrix)


def outputs(training: Training) -> tuple[list[list[fmpq_poly]], fmpq_poly]:
    """Numerators of the minimiser's outputs, a row for each point, and the common denominator."""
    numerators, denominator = minimiser(training)
    rows = []
    for i in range(len(training.risks)):
        row = []
        for c in range(training.classes):
            entry = fmpq_poly([0])
            for b, theta in zip(training.basis, numerators, strict=True):
                entry += _fmpq(b[i][c]) * theta
            row.append(entry)
        rows.append(row)
    return rows, denominator


def margins(training: Training, winners: Winners) -> Iterator[fmpq_poly]:
    """z_w - z_k for the winner w of each point and every other class, times the denominator, which is > 0."""
    rows, _ = outputs(training)
    for row, winner in zip(rows, winners, strict=True):
        for k, z in enumerate(row):
            if k != winner - 1:
                yield row[winner - 1] - z


def by_rational_functions(training: Training, winners: Winners, lambdas: Interval) -> Shown | None:
    """The verdict on the winners for every lambda of the interval; None if the risk is not quadratic."""
    if not training.is_quadratic or not training.is_strictly_convex:
        return None
    # At lambda = 0 the penalty is gone, and without it there need not be one minimiser.
    if lambdas.low == 0 and not lambdas.low_open and not is_positive_definite(training.bend):
        return None
    _, denominator = minimiser(training)
    found = list(margins(training, winners))
    by = "the minimiser is a rational function of lambda, and the numerator of every margin is > 0, by its coefficients"
    if all(is_positive_on(m, lambdas) for m in found) and is_positive_on(denominator, lambdas):
        return Shown(Verdict.PROVED, by)
    # "Not shown to be positive" refutes nothing: a value at one lambda does.
    for x in samples(lambdas):
        if denominator(_fmpq(x)) > 0 and any(m(_fmpq(x)) <= 0 for m in found):
            return Shown(Verdict.REFUTED, f"the exact minimiser predicts otherwise at lambda = {x}", at=x)
    return Shown(Verdict.UNDECIDED, "the sign of a margin is not decided")


def is_positive_on(polynomial: fmpq_poly, side: Interval, *, weakly: bool = False) -> bool:
    """Whether a polynomial is shown to be > 0 (``weakly``: >= 0) on the interval, whose lower end is a number.

    With x = low + t, or x = (low + high t)/(1 + t) times (1 + t)^degree, and t >= 0: no coefficient is negative.
    """
    low, high = side.low, side.high
    assert low is not None
    degree = polynomial.degree()
    if degree < 0:
        return weakly
    t = fmpq_poly([0, 1])
    above = _fmpq(low) + t if high is None else _fmpq(low) + _fmpq(high) * t
    below = fmpq_poly([1]) if high is None else 1 + t
    moved = fmpq_poly([0])
    for k, c in enumerate(polynomial.coeffs()):
        moved += c * above**k * below ** (degree - k)
    coefficients = moved.coeffs()
    if any(c < 0 for c in coefficients):
        return False
    if weakly:
        return True
    # Inside, t > 0 and one positive coefficient is enough; a closed end is t = 0, or the top power of t.
    at_low = low not in side or polynomial(_fmpq(low)) > 0
    at_high = high is None or high not in side or polynomial(_fmpq(high)) > 0
    return at_low and at_high and any(c > 0 for c in coefficients)


def samples(side: Interval) -> list[Fraction]:
    """Some numbers of an interval whose lower end is a number >= 0."""
    low, high = side.low, side.high
    assert low is not None
    if high is None:
        found = [low, *(low + Fraction(10) ** k for k in range(-6, 7))]
    else:
        found = [low, high, *(low + (high - low) * Fraction(k, 8) for k in range(1, 8))]
    return [x for x in found if x in side]


def _determinant(matrix: Polynomials) -> fmpq_poly:
    """By elimination without fractions (Bareiss), which divides exactly."""
    left, sign, last = [list(row) for row in matrix], 1, fmpq_poly([1])
    n = len(left)
    for k, after in pairwise(range(n)):
        pivot = next((i for i in range(k, n) if not left[i][k].is_zero()), None)
        if pivot is None:
            return fmpq_poly([0])
        if pivot != k:
            left[k], left[pivot], sign = left[pivot], left[k], -sign
        for i in range(after, n):
            for j in range(after, n):
                # Both products are multiples of the last pivot, as all of these are minors.
                left[i][j] = (left[k][k] * left[i][j] - left[i][k] * left[k][j]) // last
        last = left[k][k]
    return sign * left[n - 1][n - 1]


def _fmpq(x: Fraction) -> fmpq:
    return fmpq(x.numerator, x.denominator)
