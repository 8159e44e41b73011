"""Rigorous enclosures of minimisers, for a whole range of lambda at once: Krawczyk's test in balls.

The minimiser theta of R + lambda g, or theta' = lambda theta, whose equation is regular at 1/lambda = 0, solves
grad R(s theta) + t B theta = 0 with (s, t) = (1, lambda), or (1/lambda, 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from typing import Final

from flint import arb, arb_mat

from symcheck.field.ball import ball_of
from symcheck.minimisers.training import Training
from symcheck.readings.orbit.laurent import Laurent

NEWTON_STEPS: Final = 60
CLOSE: Final = 2.0**-70


@dataclass(frozen=True)
class Logarithm:
    """k log P of one point: ``scale`` k, and P = sum_s c_s e^(n_s . z) by its ``coefficients`` and ``exponents``."""

    scale: arb
    coefficients: tuple[arb, ...]
    exponents: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, scale: Fraction, inside: Laurent, classes: int) -> Logarithm:
        """The logarithm of a polynomial in e^z."""
        powers = [tuple(int(dict(m).get(i, 0)) for i in range(classes)) for m in inside.terms]
        return cls(ball_of(scale), tuple(map(ball_of, inside.terms.values())), tuple(powers))

    def shares(self, z: Sequence[arb]) -> list[arb]:
        """What part of P each of its terms is: one over sum_t (c_t/c_s) e^((n_t - n_s) . z)."""
        found = []
        for c, n in zip(self.coefficients, self.exponents, strict=True):
            others = arb(0)
            for d, m in zip(self.coefficients, self.exponents, strict=True):
                # Not e^(n.z)/P: a quotient of two balls forgets that both come from one z, and is wider than need be.
                power = arb(0)
                for a, b, x in zip(n, m, z, strict=True):
                    if a != b:
                        power += (b - a) * x
                others += d / c * power.exp()
            found.append(1 / others)
        return found

    def gradient(self, z: Sequence[arb]) -> list[arb]:
        """The derivatives by the z_i: the mean of the exponents under the shares."""
        found = [arb(0)] * len(z)
        for share, n in zip(self.shares(z), self.exponents, strict=True):
            found = [x + k * self.scale * share if k else x for x, k in zip(found, n, strict=True)]
        return found

    def curvature(self, z: Sequence[arb]) -> list[list[arb]]:
        """The second derivatives: the covariance, as a sum over pairs of terms, in which nothing cancels."""
        shares, size = self.shares(z), len(z)
        found = [[arb(0)] * size for _ in range(size)]
        for s, t in combinations(range(len(shares)), 2):
            apart = [a - b for a, b in zip(self.exponents[s], self.exponents[t], strict=True)]
            joint = self.scale * shares[s] * shares[t]
            for i, j in product(range(size), repeat=2):
                if apart[i] * apart[j]:
                    found[i][j] += apart[i] * apart[j] * joint
        return found


@dataclass(frozen=True)
class Balls:
    """A ``training`` in balls: its derivatives at balls of parameters."""

    training: Training

    @cached_property
    def _constants(self) -> tuple[arb_mat, arb_mat, arb_mat]:
        """The quadratic part: A, B and c, of which the derivative is A s theta + t B theta + c."""
        t = self.training
        n = len(t.basis)
        bend = arb_mat(n, n, [ball_of(x) for row in t.bend for x in row])
        penalty = arb_mat(n, n, [ball_of(x) for row in t.penalty_bend for x in row])
        return bend, penalty, arb_mat(n, 1, [ball_of(x) for x in t.slope])

    @cached_property
    def _basis(self) -> list[arb_mat]:
        """The basis in balls, a matrix for each point: row class, column parameter."""
        b, classes = self.training.basis, self.training.classes
        points = range(len(self.training.risks))
        return [arb_mat(classes, len(b), [ball_of(d[i][c]) for c in range(classes) for d in b]) for i in points]

    @cached_property
    def _logarithms(self) -> list[list[Logarithm]]:
        t = self.training
        pairs = zip(t.weights, t.risks, strict=True)
        return [[Logarithm.of(w * c, p, t.classes) for p, c in risk.logs if p.number is None] for w, risk in pairs]

    def outputs(self, theta: arb_mat) -> list[list[arb]]:
        """The outputs, a row for each point."""
        return [(point * theta).entries() for point in self._basis]

    def gradient(self, theta: arb_mat, s: arb, t: arb) -> arb_mat:
        """grad R(s theta) + t B theta."""
        bend, penalty, slope = self._constants
        found = bend * (theta * s) + penalty * (theta * t) + slope
        for point, logarithms in zip(self._basis, self._logarithms, strict=True):
            z = (point * theta * s).entries()
            for log in logarithms:
                found += point.transpose() * arb_mat(len(z), 1, log.gradient(z))
        return found

    def curvature(self, theta: arb_mat, s: arb) -> arb_mat:
        """D^2 R(s theta)."""
        found = self._constants[0]
        for point, logarithms in zip(self._basis, self._logarithms, strict=True):
            z = (point * theta * s).entries()
            for log in logarithms:
                found = found + point.transpose() * arb_mat(log.curvature(z)) * point
        return found

    def jacobian(self, theta: arb_mat, s: arb, t: arb) -> arb_mat:
        """The derivative of ``gradient`` by theta: s D^2 R(s theta) + t B."""
        return self.curvature(theta, s) * s + self._constants[1] * t

    def drift(self, theta: arb_mat, s: arb, *, inverse: bool) -> arb_mat:
        """The derivative of ``gradient`` by lambda, or by 1/lambda if ``inverse``: B theta, or D^2 R(s theta) theta."""
        return (self.curvature(theta, s) if inverse else self._constants[1]) * theta


@dataclass(frozen=True)
class Enclosure:
    """For every x within ``radius`` of ``centre`` the minimiser is in middle + (x - centre) slope + rest."""

    middle: arb_mat
    slope: arb_mat
    rest: arb_mat
    centre: Fraction
    radius: arb

    def beside(self, x: Fraction) -> arb_mat:
        """Where the minimiser may be at x, further on: a start for Newton's method."""
        return (self.middle + self.slope * ball_of(x - self.centre)).mid()

    def margins(self, balls: Balls, winners: Sequence[int]) -> list[arb]:
        """z_w - z_k for the winner w of every point and every other class."""
        parts = [balls.outputs(part) for part in (self.middle, self.slope, self.rest)]
        found = []
        for rows in zip(*parts, winners, strict=True):
            *three, winner = rows
            for k in range(balls.training.classes):
                if k != winner - 1:
                    # Differences come first: what moves both scores alike would else count twice in the ball.
                    middle, slope, rest = (row[winner - 1] - row[k] for row in three)
                    found.append(middle + arb(0, self.radius) * slope + rest)
        return found


def approximation(balls: Balls, start: arb_mat, x: Fraction, *, inverse: bool) -> arb_mat | None:
    """Numbers near the minimiser at lambda = x (1/x if ``inverse``), by Newton's method from ``start``.

    Nothing is claimed of them, the test comes after; None if they do not settle.
    """
    s, t = _scales(ball_of(x), inverse=inverse)
    theta = start.mid()
    for _ in range(NEWTON_STEPS):
        try:
            step = balls.jacobian(theta, s, t).mid().solve(balls.gradient(theta, s, t).mid()).mid()
        except ZeroDivisionError:
            return None
        size = max(abs(d) for d in step.entries())
        # Far from the minimiser the curvature may be small, and a full step far too long.
        theta = (theta - (step * (4 / size) if size > 4 else step)).mid()
        if size < CLOSE:
            return theta
    return None


def enclosure(balls: Balls, near: arb_mat, low: Fraction, high: Fraction, *, inverse: bool) -> Enclosure | None:
    """Where the minimiser is for every lambda (1/lambda if ``inverse``) from ``low`` to ``high``; None if not shown.

    Krawczyk's test about the line m + d v, d = x - middle: with f(m + d v) in f(m) + d f'([..]) and E a box about 0,
    if K = -Y f(m + d v) + (I - Y f'(m + d v + E)) E lies inside E, there is exactly one zero in m + d v + E, in K.
    """
    middle, radius = (low + high) / 2, ball_of((high - low) / 2)
    width = arb(0, radius)
    s, t = _scales(ball_of(middle), inverse=inverse)
    all_s, all_t = _scales(ball_of(middle) + width, inverse=inverse)
    try:
        inverted = balls.jacobian(near, s, t).mid().inv().mid()
    except ZeroDivisionError:
        return None
    # By the implicit function theorem, near enough: with this slope taken out the rest stays small on a wide box.
    slope = (inverted * balls.drift(near, s, inverse=inverse)).mid() * -1
    line = near + slope * width
    moving = balls.jacobian(line, all_s, all_t) * slope + balls.drift(line, all_s, inverse=inverse)
    moved = inverted * balls.gradient(near, s, t) + (inverted * moving) * width
    n = near.nrows()
    identity = arb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    for factor in (1.25, 2.5):
        # K is about ``moved``, so a box a little larger than that may hold K; CLOSE gives it an interior in any case.
        radii = [factor * abs(x).upper() + CLOSE for x in moved.entries()]
        spread = arb_mat(n, 1, [arb(0, r) for r in radii])
        rest = (identity - inverted * balls.jacobian(line + spread, all_s, all_t)) * spread - moved
        if all(e.contains_interior(k) for e, k in zip(spread.entries(), rest.entries(), strict=True)):
            return Enclosure(near, slope, rest, middle, radius)
    return None


def _scales(x: arb, *, inverse: bool) -> tuple[arb, arb]:
    return (x, arb(1)) if inverse else (arb(1), x)
