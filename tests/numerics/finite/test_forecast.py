"""Forecasts at large lambda: the closed form by draws, beside models that are fitted and what is known exactly."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
import torch

from numerics import datasets
from numerics.errors import DataError, FiniteError, NoiseError
from numerics.figure_style import as_bytes
from numerics.finite.forecast.estimate import Estimate
from numerics.finite.forecast.forecast import forecast
from numerics.finite.forecast.task import Task
from numerics.finite.forecast.view import whole
from numerics.finite.samples import samples_of
from numerics.noise.uniform import UniformNoise


def words(page):
    return " ".join(str(page).split())


def one_hot(labels, classes):
    return np.eye(classes)[labels]


def fitted_predictions(features, labels, classes, at):
    """What least squares on centred one-hot labels predicts: the limit of every certified pair, by another route."""
    rows = np.column_stack([features, np.ones(len(features))])
    weights = np.linalg.lstsq(rows, one_hot(labels, classes) - 1 / classes)[0]
    return (np.column_stack([at, np.ones(len(at))]) @ weights).argmax(1)


def random_data(n, d, classes, seed=0):
    chance = np.random.default_rng(seed)
    features = chance.standard_normal((n, d))
    return features, np.concatenate([np.arange(classes), chance.integers(0, classes, n - classes)])


@pytest.mark.parametrize(("classes", "n", "d"), [(2, 30, 3), (3, 40, 10), (7, 60, 4), (100, 230, 5)])
def test_every_draw_is_the_fit_to_its_labels(classes, n, d):
    features, labels = random_data(n, d, classes)
    new, truth = random_data(classes + 50, d, classes, seed=1)
    found = forecast((features, labels), rho=0.3, test=(new, truth), draws=7)
    task: Task = found.task
    view = whole(task.samples, task.noise)
    drawn = task.drawn(view, range(7))[:, 0]
    for at, right, kind in ((new, truth, found.test), (features, labels, found.training)):
        clean = fitted_predictions(features, labels, classes, at)
        fits = np.stack([fitted_predictions(features, d, classes, at) for d in drawn])
        assert float(kind.agreement) == pytest.approx((fits == clean).mean(), abs=1e-12)
        assert kind.agreement.spread == pytest.approx((fits == clean).mean(1).std(ddof=1), abs=1e-12)
        assert float(kind.accuracy) == pytest.approx((fits == right).mean(), abs=1e-12)
        assert float(kind.clean_accuracy) == pytest.approx((clean == right).mean(), abs=1e-12)
        assert kind.per_sample == pytest.approx((fits == clean).mean(0), abs=1e-12)
        assert kind.tied == kind.outside == kind.undecided == kind.unsettled == 0


def test_draws_by_another_generator_agree():
    # fresh labels by torch's generator and fits by least squares: nothing is shared with the forecast
    data = datasets.load("iris")
    found = forecast("iris", rho=0.4, seed=5)
    noise = UniformNoise.flipping(0.4, 3)
    clean = fitted_predictions(data.features, data.labels, 3, data.features)
    fits = [
        fitted_predictions(
            data.features, noise.draw(torch.from_numpy(data.labels), seed).labels.numpy(), 3, data.features
        )
        for seed in range(100)
    ]
    for told, right in ((found.agreement, clean), (found.accuracy, data.labels)):
        measured = Estimate.of(np.array([(fit == right).mean() for fit in fits]))
        assert abs(told - measured) < 3 * np.hypot(told.error, measured.error)


MATRICES = {
    "pairs that are taken for one another": [[0.7, 0.3, 0], [0, 0.7, 0.3], [0.3, 0, 0.7]],
    "one class that is guessed": [[1 / 3, 1 / 3, 1 / 3], [0, 1, 0], [0, 0, 1]],
    "nearly a permutation": [[0.1, 0.9, 0], [0, 0.1, 0.9], [0.9, 0, 0.1]],
}


@pytest.mark.parametrize("name", MATRICES)
def test_fresh_draws_of_noise_that_is_not_uniform_agree(name):
    # draws by the distribution function of each row, fits by least squares, at samples and at other points
    matrix, data, chance = np.array(MATRICES[name]), datasets.load("wine"), np.random.default_rng(3)
    learnt = np.arange(len(data.labels)) % 3 > 0
    x = (data.features - data.features.mean(0)) / data.features.std(0)
    features, labels = x[learnt], data.labels[learnt]
    found = forecast((features, labels), T=matrix, test=(x[~learnt], data.labels[~learnt]), seed=8)
    levels = matrix.cumsum(1)
    for kind, at in ((found.test, x[~learnt]), (found.training, features)):
        clean = fitted_predictions(features, labels, 3, at)
        drawn = [np.minimum((chance.random(len(labels))[:, None] > levels[labels]).sum(1), 2) for _ in range(100)]
        fits = np.stack([fitted_predictions(features, one, 3, at) for one in drawn]) == clean
        measured = Estimate.of(fits.mean(1))
        assert abs(kind.agreement - measured) < 4 * np.hypot(kind.agreement.error, measured.error)
        assert 0.7 < kind.agreement.spread / measured.spread < 1.4
        left = np.hypot(kind.per_sample_error, np.sqrt(fits.mean(0) * (1 - fits.mean(0)) / 100))
        assert (np.abs(fits.mean(0) - kind.per_sample) < 5 * left).all()


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits"])
def test_without_noise_every_prediction_agrees(name):
    found = forecast(name, rho=0, draws=3)
    assert found.agreement == 1
    assert found.agreement.error == found.agreement.spread == 0
    assert (found.per_sample == 1).all()
    assert (found.at.per_sample_error > 0).all()
    assert float(found.accuracy) == pytest.approx(float(found.clean_accuracy), abs=1e-14)


def test_fewer_samples_than_features_keep_what_labels_are_kept():
    # P = 1: the prediction at a sample is its drawn label
    found = forecast(random_data(25, 60, 4), rho=0.25, draws=40)
    view = whole(found.task.samples, found.task.noise)
    kept = (found.task.drawn(view, range(40))[:, 0] == view.labels).mean()
    assert float(found.agreement) == pytest.approx(kept, abs=1e-12)
    assert found.clean_accuracy == 1


def test_a_sample_alone_in_a_direction_keeps_its_label():
    # the only sample with x_2 != 0 has leverage 1, and is the only one of class 2
    chance = np.random.default_rng(0)
    features = np.column_stack([chance.standard_normal(40), np.zeros(40)])
    features[-1, 1] = 1
    labels = np.r_[np.arange(39) % 2, 2]
    found = forecast((features, labels), rho=0.5, draws=200)
    assert found.task.samples.span.leverage[-1] == pytest.approx(1)
    assert found.per_sample[-1] == pytest.approx(0.5, abs=4 * 0.5 / 200**0.5)


def test_ties_are_said_and_count_by_their_chance():
    # x is 0 or 1 with four labels each, so that scores are the shares of labels: at 0 the clean model has a tie
    data = np.repeat([[0.0], [1.0]], 4, axis=0), np.array([0, 0, 1, 1, 0, 0, 0, 0])
    found = forecast(data, rho=0.25, draws=400)
    assert found.at.undecided == 0.5
    assert np.isnan(found.per_sample[:4]).all()
    assert float(found.clean_accuracy) == 0.75
    # Four labels of 0, each kept with 3/4: 3 or 4 agree, 2 are a tie, which counts as half.
    exact = 0.75**4 + 4 * 0.75**3 * 0.25 + 0.5 * 6 * 0.75**2 * 0.25**2
    assert abs(found.agreement - exact) < 4 * found.agreement.error
    assert "no clear lead" in words(found)
    assert "are ties, taken as broken at random" in words(found)
    same = np.array([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]]), np.array([0, 1, 2, 0, 1, 2])
    with pytest.raises(FiniteError, match="no clear lead at any of the 6 training points"):
        forecast(same, rho=0.1)


def test_points_outside_the_row_space_are_left_out():
    features, labels = random_data(30, 3, 2)
    features[:, 2] = features[:, 0] + features[:, 1]
    new = features[:10].copy()
    new[:4, 2] += 1
    found = forecast((features, labels), rho=0.2, test=(new, labels[:10]))
    assert found.test.outside == pytest.approx(0.4)
    assert np.isnan(found.per_sample[:4]).all()
    assert found.per_sample[4:] == pytest.approx(found.training.per_sample[4:10])
    assert "40.00% of the 10 test points" in words(found)
    new[:, 2] += 1
    with pytest.raises(FiniteError, match="none of the 10 points is a combination"):
        forecast((features, labels), rho=0.2, test=(new, labels[:10]))


def test_matrices_and_laws():
    labels = datasets.load("iris").labels
    cycle = np.roll(np.eye(3), 1, axis=1)
    turned = forecast("iris", T=cycle, draws=3)  # labels are renamed, and so are all predictions
    assert turned.agreement == turned.at.by_law == 0
    kept = forecast("iris", law=one_hot(labels, 3), draws=3)
    assert kept.agreement == kept.at.by_law == 1
    uniform = 0.55 * np.eye(3) + 0.15
    as_rate, as_matrix = forecast("iris", rho=0.3), forecast("iris", T=uniform)
    as_law = forecast("iris", law=uniform[labels])
    assert as_matrix.task.noise.is_uniform
    assert as_matrix.at.by_law is None
    assert as_law.at.by_law == 1
    for other in (as_matrix, as_law):
        assert abs(as_rate.agreement - other.agreement) < 4 * as_rate.agreement.error
    # Above chance a rate is refused, and T may be anything that has rows of probabilities.
    assert forecast("iris", T=0.1 * np.eye(3) + 0.3, draws=5).accuracy < 0.9
    skewed = forecast("iris", T=0.6 * np.eye(3) + 0.4 * cycle, draws=5)
    assert 0 < skewed.at.by_law < 1
    assert "lost however often the samples are labelled" in words(skewed)


def test_a_matrix_with_names_is_put_in_the_order_of_the_data():
    import pandas as pd

    data = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0], "label": list("aabbba")})
    T = pd.DataFrame([[0.9, 0.1], [0.4, 0.6]], index=["b", "a"], columns=["b", "a"])
    found = forecast(data, label="label", T=T, draws=2)
    assert found.task.noise.law(np.array([0])) == pytest.approx(np.array([[0.6, 0.4]]))
    T = pd.DataFrame([[0.9, 0.1], [0.4, 0.6]], index=["b", "c"], columns=["b", "c"])
    with pytest.raises(NoiseError, match="got the classes b, c"):
        forecast(data, label="label", T=T)


def test_draws_do_not_depend_on_blocks(monkeypatch):
    whole_ = forecast("iris", rho=0.3, test=0.3, draws=11)
    for name in ("task.WEIGHTS", "scored.SCORES", "large_lambda.BLOCK"):
        monkeypatch.setattr(f"numerics.finite.forecast.{name}", 64)
    few = forecast("iris", rho=0.3, test=0.3, draws=11)
    assert few.per_sample == pytest.approx(whole_.per_sample, nan_ok=True)
    assert float(few.accuracy) == pytest.approx(float(whole_.accuracy))


def test_samples_that_are_labelled_again():
    once, nine = forecast("iris", rho=0.5), forecast("iris", rho=0.5, n=9 * 150)
    assert nine.agreement > once.agreement + 5 * once.agreement.error
    assert nine.task.times == 9
    assert "labelled 9 times" in words(nine)


def test_some_of_the_samples():
    found = forecast("digits", rho=0.2, test=0.3, n=200, draws=10)
    assert found.agreement < forecast("digits", rho=0.2, test=0.3, draws=10).agreement
    counts = 1258
    assert found.training.outside == pytest.approx(1 - 200 / counts)
    assert "each draw takes 200 of the 1258 samples" in words(found)


@pytest.mark.parametrize("n", [4, 20, 39, 120])
def test_other_numbers_of_labels_are_fits_to_so_many(n):
    # least squares on the raw features of the samples of each draw, or on all of them, each as often as labelled
    features, labels = random_data(40, 3, 3)
    new, truth = random_data(30, 3, 3, seed=1)
    task = forecast((features, labels), rho=0.3, test=(new, truth), n=n, draws=5).task
    agreements, accuracies = [], []
    for view, draws in task.views():
        rows = view.spots["training"].rows
        clean = fitted_predictions(features[rows], labels[rows], 3, new)
        for drawn in task.drawn(view, draws):
            times = len(drawn)
            fit = fitted_predictions(np.tile(features[rows], (times, 1)), drawn.ravel(), 3, new)
            agreements.append((fit == clean).mean())
            accuracies.append((fit == truth).mean())
    found = task.measured(lambda *_: None)["test"]
    assert found.agreement == pytest.approx(agreements, abs=1e-12)
    assert found.accuracy == pytest.approx(accuracies, abs=1e-12)


@pytest.mark.parametrize("noise", [{"rho": 0.3}, {"T": 0.6 * np.eye(3) + 0.4 * np.roll(np.eye(3), 1, axis=1)}])
def test_the_normal_law_says_the_same(noise):
    # THEORY 13: without its correction for heavy labels the law errs by up to 3 points below n = 300
    found = forecast("wine", test=0.3, draws=1000, **noise)
    law = found.by_normal_law()
    assert len(law.kinds) == 2
    for told, check in ((found.training, law.kinds[0]), (found.test, law.kinds[1])):
        assert abs(told.agreement - check.agreement) < 0.01 + 3 * told.agreement.error
        assert abs(told.accuracy - check.accuracy) < 0.01 + 3 * told.accuracy.error
        assert np.abs(told.per_sample[check.rows] - check.per_sample).max() < 0.15
    few = found.by_normal_law(points=20).at
    assert len(few.rows) == 20
    assert abs(few.agreement - found.agreement) < 5 * few.agreement.error
    assert "approximation" in words(law)
    with pytest.raises(FiniteError, match="accepted is a forecast without lambda_"):
        forecast("wine", rho=0.1, n=50, draws=2).by_normal_law()
    with pytest.raises(FiniteError, match="points: got 0"):
        found.by_normal_law(points=0)


def test_page_record_figure_and_pickle():
    found = forecast("iris", rho=0.3, test=0.3, draws=10)
    page = str(found)
    for word in ("Forecast for iris: 105 labels", "spread of a draw", "test", "training", "an estimate, not a proof"):
        assert word in page
    record = json.loads(json.dumps(found.to_record(), allow_nan=False))
    assert record["test"]["agreement"]["value"] == float(found.agreement)
    assert as_bytes(found.figure)[:4] == b"\x89PNG"
    again = pickle.loads(pickle.dumps(found))
    assert again.agreement == found.agreement
    assert again.agreement.error == found.agreement.error
    assert repr(Estimate(0.5, 0.01, 0.1)) == "Estimate(0.5, error=0.01, spread=0.1)"
    json.dumps(found.by_normal_law().to_record(), allow_nan=False)


def test_progress_counts_draws():
    seen = []
    forecast("iris", rho=0.3, draws=4, progress=lambda done, total, what: seen.append((done, total, what)))
    assert seen[-1] == (4, 4, "150 labels, uniform noise, rho = 0.3")


IRIS = samples_of("iris")


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({}, NoiseError, "noise: got none; accepted is one of rho="),
        ({"rho": 0.1, "T": np.eye(3)}, NoiseError, "noise: got rho and T"),
        ({"rho": 0.7}, NoiseError, "rho: got 0.7; accepted is 0 <= rho < "),
        ({"rho": -0.1}, NoiseError, "rho: got -0.1"),
        ({"T": np.eye(4)}, NoiseError, "T: got 4 classes, and iris has 3"),
        ({"T": np.full((3, 3), 0.5)}, NoiseError, "T: row 1 sums to"),
        ({"law": np.full((3, 3), 1 / 3)}, NoiseError, r"law: got shape \(3, 3\); accepted is \(150, 3\)"),
        ({"law": np.full((150, 3), 0.5)}, NoiseError, "law: row 0 is"),
        ({"law": np.full((150, 3), np.nan)}, NoiseError, "law: row 0 is"),
        ({"law": "x"}, NoiseError, "law: "),
        ({"rho": 0.1, "draws": 1}, FiniteError, "draws: got 1; accepted is a whole number >= 2"),
        ({"rho": 0.1, "draws": 2.5}, FiniteError, "draws: got 2.5"),
        ({"rho": 0.1, "n": 1}, FiniteError, "n: got 1; accepted are 2 to 150"),
        ({"rho": 0.1, "n": 200}, FiniteError, "n: got 200; accepted are 2 to 150"),
        ({"rho": 0.1, "seed": -1}, NoiseError, "seed: got -1"),
        ({"rho": 0.1, "lambda_": 1.0}, FiniteError, "cert: got None beside lambda_"),
    ],
)
def test_bad_settings(settings, error, message):
    with pytest.raises(error, match=message):
        forecast(IRIS, **settings)


def test_bad_data():
    with pytest.raises(DataError):
        forecast(([[0.0], [1.0], [float("nan")]], [0, 1, 1]), rho=0.1)
    with pytest.raises(DataError):
        forecast(([[0.0], [1.0]], [0, 1, 1]), rho=0.1)
    with pytest.raises(DataError, match="got Samples beside test"):
        forecast(IRIS, rho=0.1, test=0.3)


def test_laws_are_of_samples_that_are_known() -> None:
    """A share is drawn: which rows are left to the samples only the draw knows."""
    laws = np.full((150, 3), 1 / 3)
    with pytest.raises(NoiseError, match=r"law: got rows beside test=0\.2, a share that is drawn"):
        forecast("iris", law=laws, test=0.2)
