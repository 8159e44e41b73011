"""The code of derivatives at scores that are far apart: finite, and near what balls of 1200 bits enclose."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import symcheck as sc
from symcheck.conditions.agreement.points import array_points
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.entry import Entry
from symcheck.intake.given import Given
from symcheck.language.array import Array
from symcheck.language.functions import softmax
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope
from tests.sampled import one_in
from tests.symcheck.differentiation import values
from tests.symcheck.differentiation.values import EVERY, At, entries, entry, points

KINDS = dict(map(reversed, EVERY))  # type: ignore[arg-type]

UNDEFINED_AT_TIES = {"cosine", "logit_norm", "norm", "l1_5"}
"""Of the norm of z, or of |z|^(3/2): at z = 0 they have no derivative, and ``where`` says so."""

BEYOND_FLOATS = {"alpha_loss_below_one"}
"""Powers of p_y with an exponent that may be any negative number: inf is right."""

FAMILY = ["focal", "nfl", "sigmoid_focal", "js_divergence", "asymmetric_loss", "gce", "mae", "cross_entropy"]


def functions(given: Given) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(compile(sc.derivatives(given).to_python(), "pasted", "exec"), namespace)  # noqa: S102 - it is to be pasted
    return namespace


def ends(interval: Interval) -> Iterator[float]:
    """The ends of an interval, a little inside where they are open, and numbers between."""
    low, high = (None if x is None else float(x) for x in (interval.low, interval.high))
    if low is not None:
        yield low + 0.01 * interval.low_open
        yield from (low + 0.5, low + 1.5) if high is None else (0.9 * low + 0.1 * high,)
    if high is not None:
        yield high - 0.01 * interval.high_open


def settings(of: Entry, classes: int) -> Iterator[dict[str, Any]]:
    formula = of.recorded
    here = next(iter(array_points(formula, scope_with(Scope(), formula), classes)))
    arrays = _floats(here.arrays)
    base = {p.name: float(here.values[p.name]) for p in formula.parameters if p.name in here.values}
    base |= {p.name: float(p.interval.low) for p in formula.parameters if p.name not in base and p.interval.low}
    yield {**base, **arrays}
    for p in formula.parameters:
        for value in ends(p.interval):
            yield {**base, p.name: value, **arrays}


def _floats(arrays: dict[str, Array] | Any) -> dict[str, Any]:
    return {n: np.array(a.values, dtype=float).squeeze() for n, a in arrays.items()}


def scores(classes: int, *, ties: bool) -> Any:
    generator = np.random.default_rng(14)
    far = [generator.normal(size=(8, classes)) * spread for spread in (5, 50, 700)]
    leading = [np.eye(classes) * size for size in (40.0, 350.0, 700.0, 1400.0)]
    return np.concatenate([*far, *leading, np.zeros((2, classes)), np.full((1, classes), 3.0)] if ties else far)


@pytest.mark.parametrize("name", one_in(2, sorted(KINDS)))
def test_nothing_is_nan_or_infinite(name: str) -> None:
    of = entry(KINDS[name], name)
    classes = of.recorded.fixed_classes or (3 if 3 in of.classes else 2)
    z = scores(classes, ties=name not in UNDEFINED_AT_TIES)
    code, is_loss = functions(of), of.recorded.uses_label
    for given in settings(of, classes):
        if name == "anl_ce" and not 0 < given["p_min"] < 1 / classes:  # its range depends on C
            continue
        for y in range(classes) if is_loss else (0,):
            arguments = (z, np.full(len(z), y)) if is_loss else (z,)
            for which in ("loss", "gradient", "hessian_diagonal", "hessian"):
                with np.errstate(all="ignore"):
                    found = code[which](*arguments, **given)
                right = ~np.isnan(found) if name in BEYOND_FLOATS else np.isfinite(found)
                assert np.all(right), (which, given, z[~right.reshape(len(z), -1).all(axis=1)])


@pytest.mark.parametrize("name", [*FAMILY, *one_in(4, sorted(set(KINDS) - set(FAMILY)))])
def test_they_are_near_what_balls_enclose(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # 1 - p is exp(-250) at the last point: 360 bits are lost, and more where it is raised to a power.
    monkeypatch.setattr(values, "BITS", 1200)
    of = entry(KINDS[name], name)
    classes = of.recorded.fixed_classes or (3 if 3 in of.classes else 2)
    found, code = sc.derivatives(of), functions(of)
    at = list(points(of, classes, 2))[-1]
    at_half = {n: Fraction(1, 2) if n == "gamma" else v for n, v in at.values.items()}
    for z in ([5, -2, 3], [40, 2, 1], [Fraction(61, 2), -45, 7], [250, -2, 3]):
        for y in range(2):
            for given in (at.values, at_half):
                here = At((*map(Fraction, z[:classes]), *[Fraction(-1)] * (classes - 3)), y, given, at.arrays)
                arguments: list[Any] = [np.array([here.z], dtype=float)] + [np.array([y])] * of.recorded.uses_label
                floats = {p.name: float(given[p.name]) for p in of.recorded.parameters if p.name in given}
                for which, formula, count in (
                    ("gradient", found.gradient_formula, classes),
                    ("hessian_diagonal", found.diagonal_formula, classes),
                    ("hessian", found.hessian_formula, classes**2),
                ):
                    expected = np.array([float(x) for x in entries(formula, here, count)])
                    with np.errstate(under="ignore"):
                        seen = code[which](*arguments, **floats, **_floats(at.arrays)).ravel()
                    # Quotients by powers of 1 - p are subtracted there, and the code says that it is rough.
                    close = 1e-3 if name.startswith("nfl") and "hess" in which and z[0] > 25 else 1e-11
                    assert np.allclose(seen, expected, rtol=close, atol=close), (which, z, y, floats)


def test_focal_at_gamma_0_is_cross_entropy() -> None:
    z, y = scores(3, ties=True), np.zeros(27 + 12, dtype=int)[: len(scores(3, ties=True))]
    focal, plain = functions("focal"), functions("cross_entropy")
    for which in ("loss", "gradient", "hessian_diagonal", "hessian"):
        assert np.allclose(focal[which](z, y, gamma=0), plain[which](z, y), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("gamma", [0.25, 0.5, 1.5, 2])
def test_the_limit_of_focal(gamma: float) -> None:
    # l = (1 - p)^gamma (-log p) ~ r^(1 + gamma) with r = 1 - p = 2 exp(-s): by s its derivative is -(1 + gamma) l.
    code = functions("focal")
    for s in (20.0, 40.0, 100.0):
        z, limit = np.array([[s, 0.0, 0.0]]), (2 * np.exp(-s)) ** (1 + gamma)
        assert np.isclose(code["loss"](z, [0], gamma=gamma)[0], limit, rtol=1e-7, atol=0)
        assert np.isclose(code["gradient"](z, [0], gamma=gamma)[0, 0], -(1 + gamma) * limit, rtol=1e-7, atol=0)


def test_the_rests_of_shares() -> None:
    code = functions("focal")
    p = code["softmax"](np.array([[40.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 900.0, 1.0]]))
    assert np.allclose(code["rest"](p)[0], [2 * np.exp(-40), 1, 1], rtol=1e-13, atol=0)
    assert np.allclose(code["rest"](p)[1], 2 / 3, rtol=1e-15)
    assert code["rest"](p)[2, 1] > 0


@pytest.mark.parametrize("exponent", [Fraction(-1, 2), Fraction(1, 3), -1, 2])
def test_powers_of_the_rest_of_a_formula(exponent: Fraction | int) -> None:
    # d/ds of r^e with r = 1/(1 + exp(s)), C = 2: -e r^e p.
    e = float(exponent)
    code = functions(lambda z, y: (1 - softmax(z)[y]) ** exponent)
    for s in (0.0, 3.0, 40.0, 200.0):
        slope = code["gradient"](np.array([[s, 0.0]]), [0])[0, 0]
        r, p = np.exp(-s) / (1 + np.exp(-s)), 1 / (1 + np.exp(-s))
        assert np.isclose(slope, -e * r**e * p, rtol=1e-10, atol=0)


def test_a_parameter_with_a_range_of_both_signs() -> None:
    q = Parameter("q")
    code = functions(lambda z, y: softmax(z)[y] ** q)
    z = np.array([[0.0, 30.0]])
    # d/dz_y p^q = q p^q (1 - p), with log p = -30 - log(1 + exp(-30)).
    for value in (-2.0, 0.5, 3.0):
        p = np.exp(-30) / (1 + np.exp(-30))
        assert np.isclose(code["gradient"](z, [0], q=value)[0, 0], value * p**value * (1 - p), rtol=1e-10, atol=0)
