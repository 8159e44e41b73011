"""Noise that differs by sample: what is kept is never turned, and what is not can be."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

import numerics
from numerics.errors import DataError, FiniteError
from numerics.finite.margin.noise_margin import noise_margin
from numerics.finite.margin.result import NoiseMargin


def scores(found: NoiseMargin, a: np.ndarray, point: int) -> np.ndarray:
    """The scores of the limit at a point if label j is noisy with a_j, up to a number that all classes share."""
    samples = found.samples
    at = samples.span.basis if samples.test is None else samples.test.coordinates
    kept: np.ndarray = (samples.span.basis @ at[point]) @ (a[:, None] * (samples.one_hot - 1 / samples.classes))
    return kept


# THEORY 14 counts these on iris with a bias
@pytest.mark.parametrize(("band", "kept"), [((0.7, 0.9), 124), ((0.5, 0.9), 92), ((0.3, 0.9), 45), ((0.4, 0.4), 150)])
def test_iris(band: tuple[float, float], kept: int) -> None:
    found = noise_margin("iris", a=band)
    assert found.kept.sum() == kept
    assert found.turned.sum() == 150 - kept
    assert found.level == "proved"


@pytest.mark.parametrize("name", ["iris", "wine"])
def test_drawn_and_worst_noise_turns_what_is_turned_and_nothing_that_is_kept(name: str) -> None:
    found = noise_margin(name, a=(0.4, 0.9))
    chance = np.random.default_rng(0)
    count = len(found.samples)
    projection = found.samples.span.basis @ found.samples.span.basis.T
    one_hot = found.samples.one_hot
    for draw in range(2000):
        ends = draw % 2  # anywhere in the band, or at its ends
        a = chance.choice([0.4, 0.9], count) if ends else chance.uniform(0.4, 0.9, count)
        top = (projection @ (a[:, None] * (one_hot - 1 / one_hot.shape[1]))).argmax(axis=1)
        assert (top == found.predicted)[found.kept].all()
    for i in range(count):
        a = found.turning(i)
        assert set(np.unique(a)) <= {0.4, 0.9}
        there = scores(found, a, i)
        if found.turned[i]:
            assert there[found.rival[i]] >= there[found.predicted[i]] - 1e-12
        else:
            assert (np.delete(there, found.predicted[i]) < there[found.predicted[i]]).all()
    assert found.kept.any()
    assert found.turned.any()


def test_a_margin_is_the_widest_band() -> None:
    found = noise_margin("wine", a=(0.5, 0.9))
    i = int(np.argsort(found.margin)[40])
    low = 0.9 * (1 - found.margin[i]) / (1 + found.margin[i])
    assert found.at(low + 1e-6, 0.9).kept[i]
    assert found.at(low - 1e-6, 0.9).turned[i]
    # the middle of the band does not matter
    assert (found.at(0.25, 0.45).kept == found.kept).all()
    assert (found.least <= found.margin).all()
    assert (found.margin <= found.most).all()


def test_at_test_points_and_outside() -> None:
    features = [[0, 7], [1, 7], [2, 7], [4, 7], [5, 7]]
    found = noise_margin((features, [0, 0, 1, 1, 1]), a=(0.5, 0.9), test=([[0, 7], [2, 8]], [0, 1]))
    assert found.said.tolist() == [True, False]
    assert found.predicted.tolist() == [0, -1]
    assert "of 1 points" in str(found)
    with pytest.raises(FiniteError, match="point: got 1"):
        found.turning(1)
    assert scores(found, found.turning(0), 0).argmax() == 0 or found.turned[0]


def test_a_tie_is_not_kept() -> None:
    found = noise_margin([[0.0], [0.0], [1.0], [1.0]], [0, 1, 0, 1], a=(0.8, 0.8))
    assert not found.kept.any()
    assert found.repeated == 4
    assert "if a is a function of x, what is kept is kept" in " ".join(str(found).split())


def test_no_shown_rank_is_said() -> None:
    x = np.arange(10.0)
    found = noise_margin((np.c_[x, 2 * x], np.arange(10) // 5), a=(0.7, 0.9))
    assert found.level == "computed in double precision"
    assert "the rank of the features is not shown" in " ".join(str(found).split())


def test_a_tie_is_not_kept_where_rounding_makes_it_none() -> None:
    # rows that come again with as many labels of either class, columns that depend on one another: rounding alone leads
    for seed in range(30):
        chance = np.random.default_rng(seed)
        which = np.arange(24) % 4
        features = chance.standard_normal((4, 3))[which]
        labels = np.where(which < 2, np.arange(24) // 4 % 2, chance.integers(0, 2, 24))
        found = noise_margin((np.c_[features, features @ chance.standard_normal((3, 2))], labels), a=(0.5, 0.5))
        assert found.level == "computed in double precision"
        assert not found.kept[which < 2].any()
        assert not found.turned[found.margin > 1e-6].any()


def test_kept_and_turned_are_the_ends_of_the_band_on_drawn_data() -> None:
    # by the least difference of scores over all corners of the band, with weights of another route
    decided = 0
    for seed in range(60):
        chance = np.random.default_rng(seed)
        n, d, classes = int(chance.integers(6, 25)), int(chance.integers(1, 5)), int(chance.choice([2, 3, 5]))
        features = chance.integers(0, 4, (n, d)).astype(float) if seed % 3 == 0 else chance.standard_normal((n, d))
        labels = np.concatenate([np.arange(classes), chance.integers(0, classes, n - classes)])
        low, high = np.sort(chance.uniform(0.05, 1, 2))
        found = noise_margin((features, labels), a=(low, high))
        rows = np.column_stack([features, np.ones(n)])
        for i, k in enumerate(rows @ np.linalg.pinv(rows, rcond=1e-10)):
            top = found.predicted[i]
            others = [np.where(labels == top, k, 0) - np.where(labels == c, k, 0) for c in range(classes) if c != top]
            least = min(np.where(one > 0, low * one, high * one).sum() for one in others)
            if abs(least) > 1e-10:
                assert found.kept[i] == (least > 0)
                assert found.turned[i] == (least < 0)
                decided += 1
    assert decided > 500


@pytest.mark.parametrize("point", [-1, 10, True, 1.5, "0"])
def test_a_point_that_is_none_is_refused(point: object) -> None:
    found = noise_margin((np.arange(10.0)[:, None], np.arange(10) // 5), a=(0.7, 0.9))
    with pytest.raises(FiniteError, match=r"point: got .*accepted is the number of a point, 0 to 9"):
        found.turning(point)  # type: ignore[arg-type]


@pytest.mark.parametrize("band", [(Fraction(1, 2), Fraction(3, 4)), np.array([0.5, 0.75]), (np.float32(0.5), 0.75)])
def test_a_band_in_every_form_is_the_same(band: tuple[float, float]) -> None:
    assert (noise_margin("iris", a=band).kept == noise_margin("iris", a=(0.5, 0.75)).kept).all()


def test_the_page_and_the_record() -> None:
    found = noise_margin("iris", a=(0.7, 0.9))
    page = " ".join(str(found).split())
    for words in ("124 of 150", "26 of 150", "rho from 0.06667 to 0.2", "may be any function of x", "none is drawn"):
        assert words in page
    record = json.loads(json.dumps(found.to_record()))
    assert len(record["kept"]) == 124
    assert len(found.figure.axes) == 1
    assert numerics.noise_margin is noise_margin


@pytest.mark.parametrize("band", [(0.9, 0.7), (0.0, 0.5), (0.5, 1.1), (0.5,), 0.5, ("0.5", 1), None, (float("nan"), 1)])
def test_a_band_that_is_none_is_refused(band: object) -> None:
    with pytest.raises(FiniteError, match="a: got"):
        noise_margin("iris", a=band)  # type: ignore[arg-type]


def test_bad_data_is_refused() -> None:
    with pytest.raises(DataError):
        noise_margin([[1.0], [2.0]], [0, 1, 1], a=(0.5, 0.9))
