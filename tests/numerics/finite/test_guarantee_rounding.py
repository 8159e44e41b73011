"""Error terms against numbers of 60 digits, and parabolas against many places."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

import symcheck as sc
from numerics.finite.guarantee.chords import is_negative, negative_from
from numerics.finite.guarantee.guarantee import guarantee
from numerics.finite.guarantee.setting import slopes_of
from numerics.finite.guarantee.slopes import ReadSlopes
from numerics.formulas.pair import pair_of
from symcheck.intake.catalogue import loss_named, names
from symcheck.language.formula import Formula
from symcheck.readings.gap.of_gap import function_of_gap


def _of_gap(loss: Formula) -> bool:
    values = {p.name: p.default for p in loss.parameters if p.default is not None}
    return function_of_gap(loss, classes=4, parameters=values) is not None


def exact_rows(name: str, z: list[mp.mpf], law: np.ndarray) -> list[mp.mpf]:
    """grad l(z, q) of cross-entropy or GCE with q = 7/10, by their formulas in p."""
    top = max(z)
    raised = [mp.e ** (x - top) for x in z]
    p = [x / sum(raised) for x in raised]
    power = mp.mpf(0) if name == "cross_entropy" else mp.mpf(7) / 10
    weight = [mp.mpf(float(q)) * x**power for q, x in zip(law, p, strict=True)]
    total = sum(weight)
    return [total * x - w for x, w in zip(p, weight, strict=True)]


@pytest.mark.parametrize("name", ["cross_entropy", "gce"])
def test_norms_widths_and_leads_hold_for_the_exact_basis(name):
    """The exact basis W has the coefficients of V on the standardised features; P = W (W'W)^-1 W'."""
    mp.mp.dps = 60
    rng = np.random.default_rng(7)
    features = np.round(rng.standard_normal((9, 3)) * [1, 1e3, 1e-3] + [0, 1e5, 0], 6)
    labels = np.arange(9) % 3
    problem = guarantee(sc.certify(name, "l2"), (features, labels), rho=0.4).problem
    span = problem.space.span
    assert problem.rounding.is_added
    lambda_, laws = np.array([0.7]), problem.laws(np.array([0.45]))
    weights = problem.improved(problem.start(lambda_, laws), lambda_, laws, 1)
    trial = problem.trial(weights, lambda_, laws)

    def exact(rows: np.ndarray) -> mp.matrix:
        return mp.matrix([[mp.mpf(float(x)) for x in row] for row in rows])

    shifted = exact(features)
    for i in range(9):
        for k in range(3):
            shifted[i, k] = (shifted[i, k] - mp.mpf(float(span.shift[k]))) / mp.mpf(float(span.scale[k]))
    inner = shifted * exact(span.back)
    basis = mp.matrix(9, span.rank)
    for i in range(9):
        for k in range(span.rank - 1):
            basis[i, k] = inner[i, k] - mp.mpf(float(span.centre[k]))
        basis[i, span.rank - 1] = mp.mpf(float(span.basis[0, -1]))
    scores = basis * exact(weights[0])
    rows = mp.matrix([exact_rows(name, [scores[i, c] for c in range(3)], laws[0, i]) for i in range(9)])
    gradient = rows + mp.mpf("0.7") * scores
    gram = (basis.T * basis) ** -1
    norm = mp.norm(basis * (gram * (basis.T * gradient)))
    assert norm <= trial.norm[0] <= norm + 1e-9
    for i in range(9):
        row = basis[i, :]
        width = mp.sqrt((row * gram * row.T)[0])
        assert width <= problem.rounding.widths[i] <= width + 1e-9
        off = mp.sqrt(sum((scores[i, c] - mp.mpf(float(trial.scores[0, i, c]))) ** 2 for c in range(3)))
        assert off <= trial.off[0, i] < 1e-10
        entries = [scores[i, c] for c in range(3)]
        top = int(trial.top[0, i])
        lead = min(entries[top] - x for c, x in enumerate(entries) if c != top) / mp.sqrt(2)
        assert trial.lead[0, i] * (1 - 1e-9) <= lead


GAPS = [n for n in names("loss") if _of_gap(loss_named(n).recorded)]


FEW = ["focal", "gce", "temperature_ce", "truncated_gce"]


@pytest.mark.parametrize("name", [n if n in FEW else pytest.param(n, marks=pytest.mark.slow) for n in GAPS])
def test_gradients_of_functions_of_the_gap_are_those_of_the_formula(name):
    pair = pair_of(sc.certify(name, "l2", classes=4), 4, "data")
    slopes = slopes_of(pair)
    rng = np.random.default_rng(len(name))
    for size in (0.1, 3.0, 20.0):
        z, laws = size * rng.standard_normal((40, 4)), rng.dirichlet(np.ones(4), 40)
        rows, error = slopes.bounded_rows(z, laws, np.zeros(40))
        read = slopes.rows(z, laws)
        near = np.linalg.norm(rows - read, axis=1) <= error + 1e-12 * (1 + np.linalg.norm(read, axis=1))
        assert near[np.isfinite(error)].all()
        moved = z + 1e-5 * rng.standard_normal(z.shape) / 2
        off = np.linalg.norm(moved - z, axis=1)
        if slopes.is_bounded:
            wide = slopes.bounded_rows(z, laws, off)[1]
            apart = np.linalg.norm(slopes.rows(moved, laws) - rows, axis=1)
            assert (apart <= wide * (1 + 1e-6) + 1e-9 * (1 + np.linalg.norm(read, axis=1))).all()
    if slopes.is_bounded:
        read = ReadSlopes(pair.objective, 4)
        for label in range(4):
            right = read.curvature(label)
            np.testing.assert_allclose(slopes.curvature(label), right, atol=1e-12 * max(1, np.abs(right).max()))
        mean = read.mean_curvature
        np.testing.assert_allclose(slopes.mean_curvature, mean, atol=1e-12 * max(1, np.abs(mean).max()))


def test_a_parabola_is_negative_where_it_is_at_many_places():
    rng = np.random.default_rng(0)
    first, last, bump = rng.normal(-0.5, 1, 4000), rng.normal(-0.5, 1, 4000), np.abs(rng.normal(0, 3, 4000))
    bump[::7] = 0
    t = np.linspace(0, 1, 401)[:, None]
    values = (1 - t) * first + t * last + t * (1 - t) * bump
    found = is_negative(first, last, bump)
    assert (values.max(0) < 0)[found].all()
    assert (values.max(0) > -1e-4)[~found].all()
    place = negative_from(first, last, bump)
    assert np.where(t > place + 1e-9, values < 0, True).all()
    assert ((place == 0) == found)[np.abs(values.max(0)) > 1e-3].all()
    # no smaller place would do
    just = place - 1e-6
    below = (1 - just) * first + just * last + just * (1 - just) * bump
    assert (below >= -1e-4)[(place > 0) & (place < 1)].all()


def test_what_is_no_number_is_never_negative():
    numbers = np.array([np.nan, np.inf, -1.0, 0.5])
    first, last, bump = (x.ravel() for x in np.meshgrid(numbers, numbers, numbers))
    bad = ~np.isfinite(first) | ~np.isfinite(last) | ~np.isfinite(bump)
    assert not is_negative(first, last, bump)[bad].any()
    assert (negative_from(first, last, bump)[bad] == 1).all()
