"""Training on finitely many points: minimise sum_i w_i (R_i(z_i) + lambda g(z_i)) over a linear family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import isqrt

from flint import fmpq, fmpq_mat

from symcheck.language.definite import is_positive_definite
from symcheck.minimisers.family import Rows
from symcheck.minimisers.log_linear import LogLinear

Matrix = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Training:
    """``risks`` R_i, one a point, are the losses averaged over the law of the label there; ``weights`` w_i > 0.

    ``penalty`` is g, a quadratic form; ``basis`` spans the outputs.  The objective is sum_i w_i (R_i + lambda g).
    """

    risks: tuple[LogLinear, ...]
    weights: tuple[Fraction, ...]
    penalty: LogLinear
    basis: tuple[Rows, ...]
    centred_basis: tuple[Rows, ...] | None = None
    """A basis of the outputs with mean 0, if the family contains Z + m 1 and the centred part of each of its Z."""

    @property
    def classes(self) -> int:
        """The number of classes."""
        return self.penalty.classes

    @cached_property
    def bend(self) -> Matrix:
        """The second derivative by the parameters of the polynomial part of the risk."""
        return self._quadratic([r.quadratic for r in self.risks])

    @cached_property
    def penalty_bend(self) -> Matrix:
        """The second derivative by the parameters of the penalty."""
        return self._quadratic([self.penalty.quadratic] * len(self.risks))

    @cached_property
    def slope(self) -> tuple[Fraction, ...]:
        """The derivative at 0 by the parameters of the polynomial part of the risk."""
        return tuple(
            sum(
                (
                    w * b * r.linear(c)
                    for w, row, r in zip(self.weights, direction, self.risks, strict=True)
                    for c, b in enumerate(row)
                ),
                Fraction(0),
            )
            for direction in self.basis
        )

    @cached_property
    def is_strictly_convex(self) -> bool:
        """Whether, by its form, it is strictly convex for every lambda > 0 and grows: one minimiser, where d = 0.

        The logarithm of a sum of exponentials is convex; the rest are quadratics.
        """
        forms = (*self.risks, self.penalty)
        # The logarithm of a number moves no minimiser, whatever its sign.
        curved = [c for r in self.risks for p, c in r.logs if p.number is None]
        if any(f.degree > 2 for f in forms) or any(c <= 0 for c in curved):
            return False
        if self.penalty.logs or any(len(m) == 0 or sum(e for _, e in m) != 2 for m in self.penalty.polynomial.terms):
            return False
        # The logarithms alone need not be strictly convex; lambda times the penalty is.
        return is_positive_semidefinite(self.bend) and is_positive_definite(self.penalty_bend)

    @cached_property
    def reduced(self) -> Training:
        """The same in an orthogonal basis, and on centred outputs where every minimiser lies in them.

        So they do if no R_i changes under z -> z + t 1 and Q 1 is a multiple of 1: for centred Z then
        R(Z + m 1) = R(Z), g(Z + m 1) = g(Z) + g(m 1), and lambda g(m 1) is least at m = 0.
        """
        places = range(self.classes)
        along = {sum(self.penalty.quadratic(c, d) for d in places) for c in places}
        basis = self.basis
        if self.centred_basis is not None and all(r.is_shift_invariant for r in self.risks) and len(along) == 1:
            basis = self.centred_basis
        return replace(self, basis=_orthogonal(basis, self.weights), centred_basis=None)

    @property
    def is_quadratic(self) -> bool:
        """Whether no logarithm occurs, so that the minimiser is a rational function of lambda."""
        return all(r.degree <= 2 and not r.logs for r in self.risks)

    def _quadratic(self, bends: list[Callable[[int, int], Fraction]]) -> Matrix:
        n, found = len(self.basis), []
        for k in range(n):
            row = []
            for j in range(n):
                entry = Fraction(0)
                for i, (w, bend) in enumerate(zip(self.weights, bends, strict=True)):
                    for c, a in enumerate(self.basis[k][i]):
                        for d, b in enumerate(self.basis[j][i]):
                            if a and b:
                                entry += w * a * b * bend(c, d)
                row.append(entry)
            found.append(tuple(row))
        return tuple(found)


def is_positive_semidefinite(rows: Matrix) -> bool:
    """Whether a symmetric matrix of exact numbers has no negative eigenvalue.

    det(x I - A) = prod (x - a_i) has coefficients of alternating sign (or 0) if and only if no a_i is negative.
    """
    n = len(rows)
    matrix = fmpq_mat(n, n, [fmpq(x.numerator, x.denominator) for row in rows for x in row])
    coefficients = matrix.charpoly().coeffs()
    return all((-1) ** (n - k) * c >= 0 for k, c in enumerate(coefficients))


def _orthogonal(basis: tuple[Rows, ...], weights: tuple[Fraction, ...]) -> tuple[Rows, ...]:
    """Outputs of the same span that are orthogonal in the weighted sum, by Gram and Schmidt, of size about 1."""

    def product(a: Rows, b: Rows) -> Fraction:
        rows = zip(weights, a, b, strict=True)
        return sum((w * x * y for w, r, s in rows for x, y in zip(r, s, strict=True)), Fraction(0))

    found: list[Rows] = []
    for direction in basis:
        left = direction
        for other in found:
            k = product(left, other) / product(other, other)
            left = tuple(tuple(x - k * y for x, y in zip(r, s, strict=True)) for r, s in zip(left, other, strict=True))
        size = product(left, left)
        if size:
            # A square root to whole numbers: the sizes need to be near 1, not 1, and stay rational.
            scale = Fraction(isqrt(size.numerator) + 1, isqrt(size.denominator) + 1)
            found.append(tuple(tuple(x / scale for x in r) for r in left))
    return tuple(found)
