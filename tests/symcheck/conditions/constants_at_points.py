"""Second and third derivatives along lines, by the reading in which every logit stands: bounds are held to these."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import exp, log, sqrt

from symcheck.language.formula import Formula
from symcheck.readings.explicit.series import SeriesReading, series_of_length
from symcheck.reason import Undecided


def derivatives_along(
    formula: Formula, z: list[Fraction], v: list[Fraction], parameters: Mapping[str, Fraction]
) -> tuple[float, float] | None:
    """D^2 l[v, v] and D^3 l[v, v, v] at z with the first class as label, None where balls do not tell."""
    with series_of_length(4):
        reading = SeriesReading(z, v, parameters, y=0, order=4, one_sided=False)
        try:
            _, _, second, third = reading.coefficients(formula)
        except Undecided:
            return None
        return 2 * float(second.mid()), 6 * float(third.mid())


def length(v: list[Fraction]) -> float:
    return sqrt(float(sum(x * x for x in v)))


def fractions(values: list[float]) -> list[Fraction]:
    return [Fraction(round(x * 10**6), 10**6) for x in values]


def points(classes: int, draw: random.Random, count: int) -> Iterator[tuple[list[Fraction], list[Fraction]]]:
    """Points, near and far, with directions: any, and that in which the gap changes most."""
    for n in range(count):
        size = (0.3, 1.0, 3.0, 12.0, 40.0)[n % 5]
        z = [draw.gauss(0, size) for _ in range(classes)]
        if n % 3 == 0:  # one other class, or two, that hold nearly all of the rest
            z[1:] = [x - 60 for x in z[1:]]
            z[1] = draw.gauss(0, 2) + z[0]
            if n % 2 and classes > 2:
                z[2] = z[1] + draw.gauss(0, 0.1)
        yield fractions(z), fractions([draw.gauss(0, 1) for _ in range(classes)])
        most = max(z[1:])
        weights = [exp(x - most) for x in z[1:]]
        gap = [w / sum(weights) for w in weights]
        yield fractions(z), fractions([-1, *gap])
        two = [0.0] * classes
        two[-1], two[-2] = 1.0, -1.0
        yield fractions(z), fractions(two)


def at_gap(gap: float, classes: int) -> tuple[list[Fraction], list[Fraction]]:
    """A point with this gap at which one other class has all of the rest, and the direction from the label to it."""
    z = [0.0, gap, *[gap - 80 - log(classes)] * (classes - 2)]
    return fractions(z), fractions([-1.0, 1.0, *[0.0] * (classes - 2)])
