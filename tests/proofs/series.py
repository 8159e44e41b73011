"""The minimiser of alpha L + G on a small data set as a power series in alpha, in balls: nothing of symcheck.

Z = theta phi(X), with C rows in theta, or C - 1 with a reference class z_C = 0.  The stationary point
theta(alpha) = alpha t_1 + alpha^2 t_2 + ... is found by Newton steps with D^2 G(0) in FLINT's power series: each step
gains one power.  Gradients are those of dual numbers whose entries are such series.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any

from flint import arb, arb_mat, arb_series, ctx

LENGTH = 5
"""Powers alpha^0, ..., alpha^4 are kept."""

BITS = 300

Scores = list["Dual"]
Loss = Callable[[Scores, int], "Dual"]
Penalty = Callable[[Scores], "Dual"]
Row = list[arb]


def number(x: int | Fraction) -> arb:
    return arb(x) if isinstance(x, int) else arb(x.numerator) / x.denominator


def _series(x: Any) -> Any:
    return number(x) if isinstance(x, Fraction) else x


@dataclass(frozen=True)
class Dual:
    """A series with its derivatives by the scores."""

    value: arb_series
    slopes: tuple[arb_series, ...]

    def __add__(self, other: Dual | Fraction | int) -> Dual:
        if not isinstance(other, Dual):
            return Dual(self.value + _series(other), self.slopes)
        return Dual(self.value + other.value, tuple(a + b for a, b in zip(self.slopes, other.slopes, strict=True)))

    __radd__ = __add__

    def __mul__(self, other: Dual | Fraction | int) -> Dual:
        if not isinstance(other, Dual):
            return Dual(self.value * _series(other), tuple(s * _series(other) for s in self.slopes))
        pairs = zip(self.slopes, other.slopes, strict=True)
        return Dual(self.value * other.value, tuple(a * other.value + self.value * b for a, b in pairs))

    __rmul__ = __mul__

    def __neg__(self) -> Dual:
        return self * -1

    def __sub__(self, other: Dual | Fraction | int) -> Dual:
        return self + (-other)

    def __rsub__(self, other: Fraction | int) -> Dual:
        return -self + other

    def __truediv__(self, other: Dual | int) -> Dual:
        return self * (
            other._of(1 / other.value, -1 / other.value**2) if isinstance(other, Dual) else Fraction(1, other)
        )

    def __pow__(self, q: Fraction | int) -> Dual:
        if isinstance(q, int):
            return reduce(lambda a, _: a * self, range(q), self * 0 + 1)
        return self._of(self.value ** number(q), self.value ** number(q - 1) * number(q))

    def _of(self, f: arb_series, slope: arb_series) -> Dual:
        return Dual(f, tuple(slope * s for s in self.slopes))

    def exp(self) -> Dual:
        raised = self.value.exp()
        return self._of(raised, raised)

    def log(self) -> Dual:
        return self._of(self.value.log(), 1 / self.value)


def total(terms: Sequence[Dual]) -> Dual:
    return reduce(add, terms)


def softmax(z: Scores) -> Scores:
    raised = [x.exp() for x in z]
    whole = total(raised)
    return [e / whole for e in raised]


@dataclass(frozen=True, kw_only=True)
class Data:
    """Features (one row a sample) and labels; with a ``reference`` class the last score is 0."""

    classes: int
    features: tuple[tuple[int, ...], ...]
    labels: tuple[int, ...]
    reference: bool = False

    @property
    def free(self) -> int:
        """The number of scores that are free."""
        return self.classes - self.reference


Theta = list[list[arb_series]]


def minimiser(loss: Loss, penalty: Penalty, data: Data, a: Fraction, *, gauge: bool = False) -> list[Row]:
    """The coefficients of alpha, alpha^2, ... of all scores, as one list for each power, labels with noise a.

    With ``gauge`` the penalty is shift-invariant, and so is the loss: the scores of a sample sum to 0.
    """
    d, free = len(data.features[0]), data.free
    theta = [[arb_series([0]) for _ in range(d)] for _ in range(free)]
    inverse = _hessian(penalty, data, gauge=gauge).inv()
    for _ in range(LENGTH - 1):
        gradient = _gradient(loss, penalty, data, a, theta)
        for k in range(free):
            for j in range(d):
                row = k * d + j
                theta[k][j] -= reduce(add, (s * inverse[row, m] for m, s in enumerate(gradient)))
    return [
        [sum((theta[k][j][n] * x for j, x in enumerate(row)), arb(0)) for row in data.features for k in range(free)]
        for n in range(1, LENGTH)
    ]


def _scores(data: Data, theta: Theta, row: Sequence[int]) -> Scores:
    zero = arb_series([0])
    found = []
    for k in range(data.classes):
        slopes = tuple(arb_series([int(j == k)]) for j in range(data.classes))
        value = reduce(add, (t * x for t, x in zip(theta[k], row, strict=True))) if k < data.free else zero
        found.append(Dual(value, slopes))
    return found


def _gradient(loss: Loss | None, penalty: Penalty, data: Data, a: Fraction, theta: Theta) -> list[arb_series]:
    d = len(data.features[0])
    gradient = [arb_series([0]) for _ in range(data.free * d)]
    for row, y in zip(data.features, data.labels, strict=True):
        z = _scores(data, theta, row)
        slopes = list(penalty(z).slopes)
        if loss is not None:
            each = [loss(z, k) for k in range(data.classes)]
            own = each[y] * a + total(each) * ((1 - a) / data.classes)
            slopes = [g + arb_series([0, 1]) * s for g, s in zip(slopes, own.slopes, strict=True)]
        for k in range(data.free):
            for j, x in enumerate(row):
                gradient[k * d + j] += slopes[k] * x
    return gradient


def _hessian(penalty: Penalty, data: Data, *, gauge: bool) -> arb_mat:
    d, free = len(data.features[0]), data.free
    columns = []
    for i in range(free * d):
        theta = [[arb_series([0, int(k * d + j == i)]) for j in range(d)] for k in range(free)]
        columns.append([s[1] for s in _gradient(None, penalty, data, Fraction(1), theta)])
    if gauge:  # what lies along (1, ..., 1) does not move: any definite form will do there
        for i, column in enumerate(columns):
            for m in range(free * d):
                column[m] += sum(row[i % d] * row[m % d] for row in data.features)
    return arb_mat(columns)


def dot(u: Row, v: Row) -> arb:
    return sum((x * y for x, y in zip(u, v, strict=True)), arb(0))


def tilts(z: list[Row]) -> list[Row]:
    """P_1, P_2, ...: Z has the direction of Z_1 + alpha P_1 + alpha^2 P_2 + ..., all of them orthogonal to Z_1."""
    first = z[0]
    along = [dot(v, first) / dot(first, first) for v in z]
    across = [[x - c * f for x, f in zip(v, first, strict=True)] for v, c in zip(z, along, strict=True)]
    found: list[Row] = []
    for n in range(1, len(z)):  # (1 + c_1 alpha + ...)(P_1 alpha + ...) is what lies across
        row = across[n]
        for m, earlier in enumerate(found, start=1):
            row = [x - along[n - m] * e for x, e in zip(row, earlier, strict=True)]
        found.append(row)
    return found


Leading = tuple[int, arb] | None
"""A power of alpha and its coefficient's size; None where all that were looked at vanish."""


def leading(rows: list[Row], first: Row) -> Leading:
    """The first of ``rows`` that is not 0, as a power with its size relative to ``first``."""
    for power, row in enumerate(rows, start=1):
        if any(not x.contains(0) for x in row):
            return power, (dot(row, row) / dot(first, first)).sqrt()
        assert all(abs(x) < arb("1e-40") for x in row)  # rounding, and nothing in between
    return None


def orders(
    loss: Loss, penalty: Penalty, data: Data, rates: Sequence[Fraction], *, gauge: bool = False
) -> tuple[Leading, list[Leading]]:
    """Order and constant of the distance to the limit, and of that from clean to noisy at each a of ``rates``."""
    cap, ctx.cap = ctx.cap, LENGTH
    try:
        with ctx.workprec(BITS):
            clean = minimiser(loss, penalty, data, Fraction(1), gauge=gauge)
            own, apart = tilts(clean), []
            for a in rates:
                noisy = minimiser(loss, penalty, data, a, gauge=gauge)
                # Z_1 is shortened by a, so that the tilts of both are measured against one vector
                other = tilts([[x / number(a) for x in row] for row in noisy])
                pairs = zip(own, other, strict=True)
                apart.append(leading([[x - y for x, y in zip(u, v, strict=True)] for u, v in pairs], clean[0]))
            return leading(own, clean[0]), apart
    finally:
        ctx.cap = cap
