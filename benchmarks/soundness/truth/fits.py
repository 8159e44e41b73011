"""Minimisers of alpha L + G on a small linear family at 100 digits and more, and the orders that they show.

The minimiser is found from 0 by steps with the inverse of H = s I + t 11' on the family; each step divides the error
by about 1/alpha, and the gradient says when to stop.  Nothing is expanded, and nothing of the engine is asked but the
numbers s and t, which only decide how fast this is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from benchmarks.soundness.truth.duals import DualReading
from benchmarks.soundness.truth.numbers import NoOpinion
from symcheck.field.ball import working
from symcheck.language.formula import Formula

BITS = 600
ALPHAS = (6, 7, 8)
"""alpha = 10^-k."""
MOST_STEPS = 60
SMALL = 1e-90
"""A minimiser with a gradient below this, relative to that of the loss, is found."""
NOTHING = 1e-60
"""Two directions that are closer are one."""
CLEAR = 0.01
"""A slope this near to a whole number is that number."""

Rows = list[list[Any]]


@dataclass(frozen=True)
class Data:
    """``features`` (one row a sample) and ``labels`` of C = ``classes``; noise leaves the share ``a`` of the labels."""

    classes: int
    features: tuple[tuple[int, ...], ...]
    labels: tuple[int, ...]
    a: Fraction


@dataclass(frozen=True)
class Orders:
    """Exponents of alpha, None where a distance is 0; ``size`` is ||Z||/(alpha ||P o||) at the smallest alpha."""

    clean: int | None
    noisy: int | None
    apart: int | None
    size: float


def fitted_orders(loss: Formula, penalty: Formula, data: Data, curvature: tuple[Fraction, Fraction]) -> Orders:
    """The slopes of the three distances (3), and the size of the clean minimiser.

    ``curvature`` is (s, t).  Raises ``NoOpinion`` if a minimiser is not found, or a slope is no whole number.
    """
    with working(BITS):
        limit = _projected(data)
        fits = [
            [_minimiser(loss, penalty, data, a, arb(10) ** -k, curvature) for k in ALPHAS]
            for a in (Fraction(1), data.a)
        ]
        clean, noisy = ([_distance(z, limit) for z in each] for each in fits)
        apart = [_distance(z, other) for z, other in zip(*fits, strict=True)]
        size = float(_norm(fits[0][-1]) / _norm(limit) * arb(10) ** ALPHAS[-1])
        return Orders(_slope(clean), _slope(noisy), _slope(apart), size)


def _minimiser(
    loss: Formula, penalty: Formula, data: Data, a: Fraction, alpha: Any, curvature: tuple[Fraction, Fraction]
) -> Rows:
    """Scores (n, C) of the stationary point next to 0."""
    s, t = (_ball(x) for x in curvature)
    x = arb_mat([[arb(v) for v in row] for row in data.features])
    inverse = (x.transpose() * x).inv()
    share = t / (s + data.classes * t)
    theta = arb_mat(len(data.features[0]), data.classes)
    first = None
    for _ in range(MOST_STEPS):
        z = (x * theta).tolist()
        pull = x.transpose() * arb_mat(_gradients(loss, penalty, data, a, alpha, z))
        size = _norm(pull.tolist())
        first = first or size
        if size < first * SMALL:
            return [list(row) for row in z]
        step = (inverse * pull).tolist()
        # H^(-1) on the classes: (1/s) (I - t/(s + C t) 11')
        theta -= arb_mat([[(v - share * sum(row, arb(0))) / s for v in row] for row in step])
        theta = arb_mat([[v.mid() for v in row] for row in theta.tolist()])
    raise NoOpinion("no minimiser was found")


def _gradients(loss: Formula, penalty: Formula, data: Data, a: Fraction, alpha: Any, z: Rows) -> Rows:
    """grad of alpha l + g by the scores of each sample, the label replaced by its law."""
    off = _ball((1 - a) / data.classes)
    found = []
    for row, label in zip(z, data.labels, strict=True):
        total = list(DualReading(row, 0).gradient(penalty))
        for k in range(data.classes):
            weight = alpha * (off + _ball(a) * int(k == label))
            total = [x + weight * s for x, s in zip(total, DualReading(row, k).gradient(loss), strict=True)]
        found.append(total)
    return found


def _projected(data: Data) -> Rows:
    """P o, the limit up to a factor."""
    x = arb_mat([[arb(v) for v in row] for row in data.features])
    centre = _ball(Fraction(1, data.classes))
    labels = arb_mat([[arb(int(k == y)) - centre for k in range(data.classes)] for y in data.labels])
    found: Rows = (x * (x.transpose() * x).inv() * x.transpose() * labels).tolist()
    return found


def _norm(rows: Rows) -> Any:
    return sum((v.mid() ** 2 for row in rows for v in row), arb(0)).sqrt()


def _distance(z: Rows, other: Rows) -> Any:
    """(3): the distance of the two directions."""
    first, second = _norm(z), _norm(other)
    rows = zip(z, other, strict=True)
    return _norm([[x / first - y / second for x, y in zip(a, b, strict=True)] for a, b in rows])


def _slope(distances: Sequence[Any]) -> int | None:
    """The exponent, if both slopes between neighbours show the same."""
    if any(d.mid() < NOTHING for d in distances):
        return None
    logs = [float(d.mid().log() / arb(10).log()) for d in distances]
    slopes = [(a - b) / (m - k) for a, b, k, m in zip(logs, logs[1:], ALPHAS, ALPHAS[1:], strict=False)]
    found = round(slopes[-1])
    if any(abs(x - found) > CLEAR for x in slopes):
        raise NoOpinion("a slope that is no whole number yet")
    return found


def _ball(value: Fraction) -> Any:
    return arb(value.numerator) / value.denominator
