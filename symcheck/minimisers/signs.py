"""One point and all of R^C: what the minimiser predicts for every lambda > 0, by signs of polynomials in e^z.

At the minimiser lambda grad g(z) = -grad R(z).  Each argument supposes that the predicted class is another one
and contradicts this with a polynomial in positive numbers that has no negative coefficient.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import fmpq, fmpq_mat

from symcheck.findings.verdict import Verdict
from symcheck.language.interval import Interval
from symcheck.minimisers.log_linear import LogLinear, euler
from symcheck.minimisers.prediction_verdict import Shown, Winners
from symcheck.minimisers.training import Training
from symcheck.readings.orbit.laurent import ONE, ZERO, Laurent, power_of, rational


def by_signs(training: Training, winners: Winners, lambdas: Interval) -> Shown | None:
    """PROVED if one of the arguments shows the winner for every lambda > 0, None if none does."""
    # On all of R^C the gradient itself is 0 at the minimiser, not only its part along the family.
    if len(training.risks) != 1 or not training.is_strictly_convex or not _spans(training):
        return None
    if lambdas.low == 0 and not lambdas.low_open:
        return None
    risk, winner = training.risks[0], winners[0] - 1
    # ``numerator`` takes R for linear but for its logarithms.
    if risk.degree > 1:
        return None
    sums = [training.penalty.quadratic(c, d) for c in range(risk.classes) for d in range(risk.classes) if c != d]
    scales = [training.penalty.quadratic(c, c) for c in range(risk.classes)]
    # With a diagonal penalty each z_k has an equation of its own, lambda h_k z_k = -dR/dz_k.
    if any(sums):
        return None
    if _has_own_signs(risk, winner):
        return Shown(Verdict.PROVED, "lambda h_k z_k = -dR/dz_k, which is > 0 for the winner alone, at every z")
    if len(set(scales)) > 1:
        return None
    if _no_lead(risk, winner):
        return Shown(
            Verdict.PROVED,
            "R is shift-invariant, so mean(z) = 0 at the minimiser, and where another z_k is largest dR/dz_k >= 0, "
            "so z_k <= 0 and z = 0; but grad R(0) is not 0",
        )
    if _no_overtaking(risk, winner):
        return Shown(
            Verdict.PROVED,
            "lambda h (z_w - z_k) = dR/dz_k - dR/dz_w, which is > 0 where z_k >= z_w: so z_k < z_w",
        )
    return None


def _spans(training: Training) -> bool:
    rows = [[fmpq(x.numerator, x.denominator) for x in b[0]] for b in training.basis]
    flat = [x for row in rows for x in row]
    return fmpq_mat(len(rows), training.classes, flat).rank() == training.classes


def numerator(risk: LogLinear, weights: dict[int, Fraction], place: Callable[[int], Laurent]) -> Laurent:
    """sum_i weights_i dR/dz_i times the product of all the P, with ``place(i)`` in the place of e^(z_i).

    R is linear but for its logarithms.  The P are positive, so this has the sign of the sum.
    """
    inside = [(_put(p, place), c, p) for p, c in risk.logs]
    whole = ONE
    for p, _, _ in inside:
        whole = whole * p
    linear = sum((w * risk.linear(i) for i, w in weights.items()), Fraction(0))
    found = rational(linear) * whole
    for n, (_, c, p) in enumerate(inside):
        others = ONE
        for m, (other, _, _) in enumerate(inside):
            others = others if m == n else others * other
        for i, w in weights.items():
            found = found + rational(c * w) * _put(euler(p, i), place) * others
    return found


def _has_own_signs(risk: LogLinear, winner: int) -> bool:
    for k in range(risk.classes):
        sign = Fraction(-1 if k == winner else 1)
        if not _is_positive(numerator(risk, {k: sign}, power_of)):
            return False
    return True


def _no_lead(risk: LogLinear, winner: int) -> bool:
    everywhere = {i: Fraction(1) for i in range(risk.classes)}
    if numerator(risk, everywhere, power_of):
        return False
    # z = 0 has to be excluded: there all classes tie.
    if not any(numerator(risk, {i: Fraction(1)}, lambda _: ONE) for i in everywhere):
        return False
    for k in range(risk.classes):
        if k == winner:
            continue
        # e^(z_k) = s, e^(z_i) = s/(1 + u_i) with u_i >= 0; times powers of the 1 + u_i there are no denominators
        found = _cleared(numerator(risk, {k: Fraction(1)}, power_of), k, risk.classes)
        if any(c < 0 for c in found.terms.values()):
            return False
    return True


def _no_overtaking(risk: LogLinear, winner: int) -> bool:
    for k in range(risk.classes):
        if k == winner:
            continue

        def place(i: int, k: int = k) -> Laurent:
            return power_of(winner) + power_of(k) if i == k else power_of(i)  # place k is now e^(z_k) - e^(z_w) >= 0

        difference = {k: Fraction(1), winner: Fraction(-1)}
        found = numerator(risk, difference, place)
        # Strictly positive where z_k = z_w, and not less beyond: so the sum is > 0 wherever z_k >= z_w.
        at_a_tie = Laurent({m: c for m, c in found.terms.items() if k not in dict(m)})
        if not _is_positive(at_a_tie) or any(c < 0 for c in found.terms.values()):
            return False
    return True


def _is_positive(polynomial: Laurent) -> bool:
    """Whether a polynomial in positive numbers is positive because none of its coefficients is negative."""
    return bool(polynomial) and all(c > 0 for c in polynomial.terms.values())


def _put(polynomial: Laurent, place: Callable[[int], Laurent]) -> Laurent:
    found = ZERO
    for monomial, c in polynomial.terms.items():
        term = rational(c)
        for i, e in monomial:
            for _ in range(int(e)):
                term = term * place(i)
        found = found + term
    return found


def _cleared(polynomial: Laurent, k: int, classes: int) -> Laurent:
    """The polynomial with e_i = e_k/(1 + u_i) for i != k, u_i in the place of e_i, times powers of the 1 + u_i."""
    highest = {i: max((int(dict(m).get(i, 0)) for m in polynomial.terms), default=0) for i in range(classes)}
    found = ZERO
    for monomial, c in polynomial.terms.items():
        powers = dict(monomial)
        term = rational(c) * power_of(k, sum(int(e) for e in powers.values()))
        for i in range(classes):
            if i != k:
                for _ in range(highest[i] - int(powers.get(i, 0))):
                    term = term * (ONE + power_of(i))
        found = found + term
    return found
