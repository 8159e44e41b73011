"""The answers against numbers: exact clean and noisy objectives on cones, gradients, and points of 50 digits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize

from symcheck.certificates.preferences.certify_preference import certify_preference
from symcheck.findings.verdict import Verdict
from symcheck.readings.explicit.explicit import value_at

F = Callable[[np.ndarray, np.ndarray], np.ndarray]

EPS = 0.4


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


# The losses by hand, beta = 1 (IPO and SPPO as the catalogue has them), each with its degree k.
SCALING: dict[str, tuple[F, int]] = {
    "ipo": (lambda c, r: (c - r - 0.5) ** 2, 2),
    "sppo": (lambda c, r: (c - 0.5) ** 2 + (r + 0.5) ** 2, 2),
    "-h + abs(h)**3": (lambda c, r: -(c - r) + np.abs(c - r) ** 3, 3),
    "-2*h + abs(h)**(3/2)": (lambda c, r: -2 * (c - r) + np.abs(c - r) ** 1.5, 1.5),
    "chosen**4 + rejected**4 - chosen + rejected": (lambda c, r: c**4 + r**4 - c + r, 4),
}

SYMMETRIC: dict[str, F] = {
    "sympo": lambda c, r: _sigmoid(-(c - r)),
    "apo_zero": lambda c, r: 1 - _sigmoid(c) + _sigmoid(r),
    "-tanh(h)": lambda c, r: -np.tanh(c - r),
}

NOT_ROBUST: dict[str, F] = {
    "dpo": lambda c, r: np.log1p(np.exp(-(c - r))),
    "hinge": lambda c, r: np.maximum(1 - (c - r), 0),
    "exponential": lambda c, r: np.exp(-(c - r)),
}


def _noisy(f: F, eps: float) -> F:
    return lambda c, r: (1 - eps) * f(c, r) + eps * f(r, c)


def _pairs(seed: int, n: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Features of the chosen and of the rejected answers; the chosen ones are better by a hidden reward."""
    rng = np.random.default_rng(seed)
    one, two, reward = rng.normal(size=(n, 2)), rng.normal(size=(n, 2)), rng.normal(size=2)
    is_first = (one - two) @ reward + rng.normal(size=n) > 0
    return np.where(is_first[:, None], one, two), np.where(is_first[:, None], two, one)


def _minimiser(f: F, seed: int, penalty: float = 0.0) -> np.ndarray:
    chosen, rejected = _pairs(seed)

    def risk(theta: np.ndarray) -> float:
        c, r = chosen @ theta, rejected @ theta
        return float(np.mean(f(c, r) + penalty * (c - r) ** 2 / 2))

    starts = [np.zeros(2) + 0.01, np.array([1.0, -1.0]), np.array([-1.0, 1.0])]
    found = [minimize(risk, s, method="Nelder-Mead", options={"xatol": 1e-11, "fatol": 1e-16}) for s in starts]
    return np.asarray(min(found, key=lambda result: result.fun).x)


@pytest.mark.parametrize("name", SCALING)
@pytest.mark.parametrize("seed", [0])
def test_minimisers_scale_on_random_cones(name: str, seed: int) -> None:
    f, k = SCALING[name]
    answer = certify_preference(name).answer("exact")
    assert answer.verdict is Verdict.PROVED
    assert answer.degree == Fraction(str(k))
    clean, noisy = _minimiser(f, seed), _minimiser(_noisy(f, EPS), seed)
    assert noisy == pytest.approx((1 - 2 * EPS) ** (1 / (k - 1)) * clean, abs=2e-5)


@pytest.mark.parametrize("name", SYMMETRIC)
def test_a_grid_has_one_minimum_with_and_without_flips(name: str) -> None:
    # On a curved family as well: scores that are no linear function of theta.
    f = SYMMETRIC[name]
    assert certify_preference(name).answer("symmetric").verdict is Verdict.PROVED
    chosen, rejected = _pairs(3)
    grid = np.stack(np.meshgrid(np.linspace(-3, 3, 61), np.linspace(-3, 3, 61)), -1).reshape(-1, 2)

    def risk(g: F) -> np.ndarray:
        c, r = (np.tanh(grid @ x.T) + (grid**2) @ x.T / 5 for x in (chosen, rejected))
        return np.asarray(np.mean(g(c, r), axis=1))

    clean, noisy = risk(f), risk(_noisy(f, EPS))
    assert noisy - noisy.min() == pytest.approx((1 - 2 * EPS) * (clean - clean.min()), abs=1e-12)


@pytest.mark.parametrize("name", NOT_ROBUST)
def test_what_is_refuted_turns_on_some_cone(name: str) -> None:
    f = NOT_ROBUST[name]
    assert certify_preference(name).verdict is Verdict.REFUTED
    # A small penalty keeps the minimiser of separable pairs finite.
    angles = [_angle(_minimiser(f, seed, 0.01), _minimiser(_noisy(f, EPS), seed, 0.01)) for seed in range(2)]
    assert max(angles) > 1e-3


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    return float(1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b))


@pytest.mark.parametrize("name", ["dpo", "hinge", "exponential"])
def test_a_large_weight_gives_one_direction(name: str) -> None:
    assert certify_preference(name, "h**2/2").answer("limit").verdict is Verdict.PROVED
    f = NOT_ROBUST[name]
    assert _angle(_minimiser(f, 1, 300.0), _minimiser(_noisy(f, EPS), 1, 300.0)) < 1e-6


def _apo_down(c: np.ndarray, r: np.ndarray) -> np.ndarray:
    return _sigmoid(c) + 1 - _sigmoid(c - r)


def test_the_pair_of_the_witness_turns_at_a_finite_weight() -> None:
    # scores 3 t and -t, g = ||z||^2/2, lambda = 1000; the rate from which on it turns is 1/4
    assert "iff eps > 1/4" in certify_preference("apo_down", "l2").answer("limit").detail

    def best(eps: float) -> float:
        def risk(t: float) -> float:
            c, r = np.array(3 * t), np.array(-t)
            return float(_noisy(_apo_down, eps)(c, r)) + 1000 * 5 * t * t

        grid = np.linspace(-1e-3, 1e-3, 2001)
        return float(min(grid, key=risk))

    assert best(0) > 0
    assert best(0.2) > 0
    assert best(0.3) < 0
    assert best(0.4) < 0


# kappa by central differences in 50 digits, from the formula that was certified

AT = {"beta": "1/3", "eps": "1/5", "tau": "2", "delta": "0", "gamma": "1/2", "alpha": "3/4", "lambda_": "5"}


@pytest.mark.parametrize("name", ["dpo", "cdpo", "rdpo", "ipo", "sppo", "apo_zero", "exo", "hinge", "nca",
                                  "exponential", "bco", "discopop", "sympo", "ropo"])  # fmt: skip
def test_the_first_step_is_kappa_times_that_of_dpo(name: str) -> None:
    found = certify_preference(name)
    found = found.at(**{p.name: AT[p.name] for p in found.scope.parameters})
    assert found.answer("first-step").verdict is Verdict.PROVED
    assert found.kappa is not None
    with mpmath.workdps(50):
        step = Fraction(1, 10**12)

        def f(c: Fraction, r: Fraction) -> mpmath.mpf:
            return mpmath.mpf(value_at(found.certificate.loss.formula, [c, r], {}, y=1).mid().str(45, radius=False))

        by_chosen = (f(step, Fraction(0)) - f(-step, Fraction(0))) / (2 * mpmath.mpf(1) / 10**12)
        by_rejected = (f(Fraction(0), step) - f(Fraction(0), -step)) / (2 * mpmath.mpf(1) / 10**12)
        kappa = mpmath.mpf(str(found.kappa.evalf(30)))
        assert abs(by_rejected - by_chosen - kappa) < mpmath.mpf(10) ** -10
        assert abs(by_rejected + by_chosen) < mpmath.mpf(10) ** -10
