"""Final predictions of cross-entropy against minimisers at 60 digits, from the features themselves.

Features of any size, with large offsets, nearly dependent or doubled, and noise next to chance: where rounding could
decide, what is called proved has to hold of the exact minimiser.
"""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

import symcheck as sc
from numerics import guarantee
from numerics.finite.guarantee.exact_test import Final
from numerics.noise.laws import noise_factor

CE = sc.certify("cross_entropy", "l2")
DIGITS = 60
KINDS = 6


def orthonormal(features: np.ndarray) -> list[list[mp.mpf]]:
    """An orthonormal basis of the columns and a column of ones."""
    found: list[list[mp.mpf]] = []
    for column in (np.ones(len(features)), *features.T):
        v = [mp.mpf(float(x)) for x in column]
        size = mp.sqrt(mp.fsum(x * x for x in v))
        for _ in range(2):
            for c in found:
                along = mp.fdot(c, v)
                v = [x - along * w for x, w in zip(v, c, strict=True)]
        left = mp.sqrt(mp.fsum(x * x for x in v))
        if left > mp.mpf(10) ** (15 - DIGITS) * size:
            found.append([x / left for x in v])
    return found


def minimiser(features: np.ndarray, labels: np.ndarray, classes: int, a: mp.mpf, lambda_: float) -> mp.matrix:
    """Scores (n, C) by Newton's method."""
    basis, n = orthonormal(features), len(labels)
    laws = [[a * int(k == y) + (1 - a) / classes for k in range(classes)] for y in labels.tolist()]
    v = mp.matrix([[c[i] for c in basis] for i in range(n)])
    count, weights = v.cols, mp.zeros(v.cols, classes)
    for _ in range(60):
        scores = v * weights
        p = mp.matrix(n, classes)
        for i in range(n):
            raised = [mp.exp(scores[i, k]) for k in range(classes)]
            for k in range(classes):
                p[i, k] = raised[k] / mp.fsum(raised)
        slope = v.T * (p - mp.matrix(laws)) + lambda_ * weights
        bend = mp.zeros(count * classes)
        for s in range(count):
            for t in range(count):
                for k in range(classes):
                    for m in range(classes):
                        bend[s * classes + k, t * classes + m] = mp.fsum(
                            v[i, s] * v[i, t] * p[i, k] * (int(k == m) - p[i, m]) for i in range(n)
                        ) + lambda_ * int(s == t and k == m)
        step = mp.lu_solve(bend, mp.matrix([slope[s, k] for s in range(count) for k in range(classes)]))
        weights -= mp.matrix([[step[s * classes + k] for k in range(classes)] for s in range(count)])
        if mp.norm(step) < mp.mpf(10) ** (20 - DIGITS) * (1 + mp.norm(weights)):
            return v * weights
    raise AssertionError("Newton's method has not arrived")


def drawn(rng: np.random.Generator, kind: int) -> tuple[np.ndarray, np.ndarray, int]:
    classes = int(rng.integers(2, 4))
    n = classes + int(rng.integers(2, 6))
    labels = np.concatenate([np.arange(classes), rng.integers(0, classes, n - classes)])
    features = rng.standard_normal((n, int(rng.integers(1, 3))))
    if kind == 0:
        features *= 10.0 ** rng.integers(-150, 150)
    elif kind == 1:
        features += 1e8
    elif kind == 2:
        features = np.c_[features, features[:, :1] + 1e-7 * rng.standard_normal((n, 1))]
    elif kind == 3:
        features[-1] = features[0]
    elif kind == 4:
        features = (features * 1e3 + 1e5).astype(np.float32).astype(np.float64)
    else:
        features = np.round(features * 2) / 2
        features[0] += 1
    return features, labels, classes


def require_final(found: Final, scores: mp.matrix) -> int:
    for i in np.flatnonzero(found.final).tolist():
        row = [scores[i, k] for k in range(scores.cols)]
        assert row[found.top[i]] == max(row)
        apart = mp.norm([x - mp.mpf(float(y)) for x, y in zip(row, found.scores[i], strict=True)])
        assert apart <= found.radius[i] * (1 + 1e-12)
    return int(found.final.sum())


def require_digits(seed: int, rounds: int) -> int:
    rng, count = np.random.default_rng(seed), 0
    with mp.workdps(DIGITS):
        for trial in range(rounds * KINDS):
            features, labels, classes = drawn(rng, trial % KINDS)
            a, lambda_ = float(rng.choice([0.5, 1e-3, 1e-8, 1e-12])), float(rng.choice([0.01, 0.1, 1, 100, 1e6]))
            rho = (1 - a) * (classes - 1) / classes
            told = guarantee(CE, (features, labels), rho=rho)
            at = told.at(lambda_)
            if not told.is_proved:
                continue
            exact = 1 - mp.mpf(rho) * classes / (classes - 1)
            assert abs(exact - noise_factor(rho, classes)) < 1e-15
            for one, signal in ((at.clean, mp.mpf(1)), (at.noisy, exact)):
                count += require_final(one, minimiser(features, labels, classes, signal, lambda_))
    return count


def test_final_predictions_are_those_of_exact_minimisers() -> None:
    assert require_digits(seed=1, rounds=1) > 20


@pytest.mark.slow
def test_final_predictions_are_those_of_exact_minimisers_on_many_data() -> None:
    assert require_digits(seed=2, rounds=40) > 1000
