"""E[b_Y phi'] != 0 is not "labels and features are dependent": both ways have a counterexample (THEORY 4)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.theorems.base import SIGNAL

HALF, QUARTER, THIRD = Fraction(1, 2), Fraction(1, 4), Fraction(1, 3)
Sample = tuple[Fraction, tuple[Fraction, ...], tuple[Fraction, ...]]
"""A point: its weight, the law of its label, and its features."""


def slope(samples: Sequence[Sample]) -> list[list[Fraction]]:
    """E[b_Y phi'] for the tiers EXACT: b_y = -o_y."""
    classes = len(samples[0][1])
    o = [[Fraction(int(i == k)) - Fraction(1, classes) for i in range(classes)] for k in range(classes)]
    return [
        [
            -sum(w * p[k] * o[k][i] * phi[j] for w, p, phi in samples for k in range(classes))
            for j in range(len(samples[0][2]))
        ]
        for i in range(classes)
    ]


def is_independent(samples: Sequence[Sample]) -> bool:
    """Whether the law of the label is the same at all features."""
    return len({law for _, law, _ in samples}) == 1


def minimiser(samples: Sequence[Sample], alpha: Fraction) -> list[list[Fraction]]:
    """theta = -alpha E[b phi'] E[phi phi']^(-1) of alpha MUH + ||theta phi||^2/2, where E[phi phi'] is diagonal."""
    size = len(samples[0][2])
    moment = [[sum(w * phi[i] * phi[j] for w, _, phi in samples) for j in range(size)] for i in range(size)]
    assert all(moment[i][j] == 0 for i in range(size) for j in range(size) if i != j)
    return [[-alpha * s / moment[j][j] for j, s in enumerate(row)] for row in slope(samples)]


def points(xs: Sequence[int], laws: Sequence[tuple[Fraction, ...]]) -> list[Sample]:
    """Points of equal weight with the features (x, 1)."""
    return [(Fraction(1, len(xs)), law, (Fraction(x), Fraction(1))) for x, law in zip(xs, laws, strict=True)]


ONE, TWO = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
MOSTLY_ONE, MOSTLY_TWO = (3 * QUARTER, QUARTER), (QUARTER, 3 * QUARTER)
INDEPENDENT_WITH_SIGNAL = {
    "of the theory": points((-1, 1), [(2 * THIRD, THIRD)] * 2),
    "other law": points((-2, 2), [(QUARTER, 3 * QUARTER)] * 2),
    "three classes": points((-1, 0, 1), [(HALF, QUARTER, QUARTER)] * 3),
    "the constant feature alone": [(Fraction(1), (2 * THIRD, THIRD), (Fraction(0), Fraction(1)))],
}
DEPENDENT_WITHOUT_SIGNAL = {
    "of the theory": points((-2, -1, 1, 2), [ONE, TWO, TWO, ONE]),
    "another scale": points((-6, -1, 1, 6), [TWO, ONE, ONE, TWO]),
    "laws": points((-1, 0, 0, 1), [MOSTLY_ONE, MOSTLY_TWO, MOSTLY_TWO, MOSTLY_ONE]),
}


@pytest.mark.parametrize("name", INDEPENDENT_WITH_SIGNAL)
def test_independent_labels_may_have_a_signal(name: str) -> None:
    samples = INDEPENDENT_WITH_SIGNAL[name]
    assert is_independent(samples)
    assert any(x != 0 for row in slope(samples) for x in row)


@pytest.mark.parametrize("name", DEPENDENT_WITHOUT_SIGNAL)
def test_dependent_labels_may_have_none(name: str) -> None:
    samples = DEPENDENT_WITHOUT_SIGNAL[name]
    assert not is_independent(samples)
    assert all(x == 0 for row in slope(samples) for x in row)


def test_what_it_decides_is_whether_the_outputs_leave_0() -> None:
    """Without it the minimiser is 0 at every alpha, and (3) divides 0 by 0; with it the direction is one."""
    samples = INDEPENDENT_WITH_SIGNAL["of the theory"]
    first, second = (minimiser(samples, alpha) for alpha in (Fraction(1), Fraction(1, 100)))
    assert any(x != 0 for row in first for x in row)
    assert [[x / 100 for x in row] for row in first] == second
    for found in (minimiser(DEPENDENT_WITHOUT_SIGNAL["of the theory"], alpha) for alpha in (Fraction(1), HALF)):
        assert all(x == 0 for row in found for x in row)


def test_the_assumption_says_so() -> None:
    assert SIGNAL in sc.certify("cross_entropy", "l2").theorem("Theorem 3").assumptions
    assert SIGNAL.startswith("E[b_Y phi'] != 0: ")
    assert "independent" not in SIGNAL
