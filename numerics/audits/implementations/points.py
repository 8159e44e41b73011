"""Points: logits and labels at which code and formula are looked at, the plainest ones first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

NUMBERS = (2, 3, 5, 10)
"""Numbers of classes at which a formula for every C is looked at."""

SPREADS = (0.1, 1.0, 1.0, 5.0, 20.0, 50.0)
"""Standard deviations of the random logits: from near 0 to where a softmax is 0 or 1 in floats."""

LEADS = (12.0, -12.0, 30.0, -30.0)
"""The label leads by so much, or is behind: epsilons and clamps of probabilities are seen only there."""

MOST_LABELS = 12
"""Up to so many labels each have points; of more classes five are looked at."""


@dataclass(frozen=True)
class Point:
    """The logits ``z`` of one sample and its label ``y`` from 0; at a ``special`` one logits tie.

    There kinks are met, whose gradient autograd and a formula may take from different sides.
    """

    z: tuple[float, ...]
    y: int
    special: bool = False


def points(classes: int) -> list[Point]:
    """The points of one number of classes."""
    # A fixed seed: a verdict must not depend on the day.
    random = Random(7000 + classes)
    labels = _labels(classes)
    return list(_points(classes, labels, random))


def _labels(classes: int) -> list[int]:
    if classes <= MOST_LABELS:
        return list(range(classes))
    return sorted({0, 1, classes // 2, classes - 2, classes - 1})


def _points(classes: int, labels: list[int], random: Random) -> Iterator[Point]:
    for spread in SPREADS:
        for y in labels:
            yield Point(_drawn(classes, spread, random), y)
    for lead in LEADS:
        for y in labels:
            z = list(_drawn(classes, 1.0, random))
            z[y] = round(z[y] + lead, 4)
            yield Point(tuple(z), y)
    for y in labels:
        yield Point((0.0,) * classes, y, special=True)
    for y in labels:
        # Some of the logits are equal, the label's among them or not.
        yield Point(tuple(float((3 * k + y) % 2) for k in range(classes)), y, special=True)


def _drawn(classes: int, spread: float, random: Random) -> tuple[float, ...]:
    # Four decimals: a witness is written down as it was, and no margin is a whole number by chance.
    return tuple(round(random.gauss(0, spread), 4) for _ in range(classes))
