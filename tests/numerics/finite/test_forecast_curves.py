"""Forecasts against labels, rates and features, and what cleaning buys."""

from __future__ import annotations

import json

import numpy as np
import pytest

from numerics.errors import FiniteError, NoiseError
from numerics.figure_style import as_bytes
from numerics.finite.forecast.forecast import forecast
from numerics.finite.forecast.view import standardised, whole

DIGITS = forecast("digits", rho=0.4, test=0.3, draws=10)
IRIS = forecast("iris", rho=0.4, draws=20)


def test_against_labels():
    curve = DIGITS.against_n([150, 600, 1258, 2516])
    numbers = [float(p.accuracy) for p in curve.points]
    assert numbers == sorted(numbers)
    assert numbers[2] == pytest.approx(float(DIGITS.accuracy), abs=1e-12)  # all samples: the forecast itself
    assert float(curve.points[2].clean_accuracy) == pytest.approx(float(DIGITS.clean_accuracy))
    assert curve.reached(accuracy=numbers[2] - 0.02) == (1258, 2516)
    assert curve.reached(agreement=1) == ()
    assert [p.value for p in IRIS.against_n(draws=2).points] == [9, 18, 37, 75, 150, 300, 600]


def test_against_the_rate():
    curve = IRIS.against_rho([0, 0.4])
    assert curve.points[0].agreement == 1
    assert float(curve.points[1].agreement) == pytest.approx(float(IRIS.agreement), abs=1e-12)
    assert len(IRIS.against_rho(draws=2).points) == 9


@pytest.mark.parametrize("kind", ["subset", "leading", "relu"])
def test_against_features(kind):
    curve = DIGITS.against_features([5, 61], kind=kind, draws=4)
    assert curve.points[0].accuracy < curve.points[1].accuracy - 0.05
    if kind != "relu":  # all of the columns span what they span
        full = DIGITS.against_rho([0.4], draws=4).points[0]
        assert float(curve.points[1].accuracy) == pytest.approx(float(full.accuracy), abs=1e-9)


def test_features_come_back_from_coordinates():
    samples = DIGITS.task.samples
    x = samples.features[:, samples.span.varies]
    z = (x - x.mean(0)) / x.std(0)
    assert standardised(samples.span, samples.span.basis) == pytest.approx(z, abs=1e-9)


def test_cleaning_all_labels_gives_the_clean_model():
    found = IRIS.cleaned(1)
    assert found.looked_at == 150
    for way in (found.random, found.in_doubt):
        assert way.agreement == 1
        assert way.found == 1
    assert found.none.found == 0
    assert float(found.none.accuracy) == pytest.approx(float(IRIS.accuracy), abs=1e-12)


def test_labels_in_doubt_are_those_that_a_model_without_them_contradicts():
    # by a fit without each sample: the lead of another class over its label
    found = forecast("iris", rho=0.4, draws=4)
    samples = found.task.samples
    view = whole(samples, found.task.noise)
    rows = np.column_stack([samples.features, np.ones(150)])
    seen = []
    for labels in found.task.drawn(view, range(4))[:, 0]:
        leads = []
        for i in range(150):
            rest = np.arange(150) != i
            scores = rows[i] @ np.linalg.lstsq(rows[rest], np.eye(3)[labels[rest]])[0]
            leads.append(np.delete(scores, labels[i]).max() - scores[labels[i]])
        is_wrong = labels != view.labels
        seen.append((is_wrong[np.argsort(leads)[-15:]].sum(), is_wrong.sum()))
    way = found.cleaned(0.1)
    assert way.looked_at == 15
    assert way.in_doubt.found == pytest.approx(sum(x for x, _ in seen) / sum(x for _, x in seen))
    assert way.in_doubt.found > 1.5 * way.random.found


def test_random_cleaning_finds_its_share():
    found = DIGITS.cleaned(0.3)
    assert found.random.found == pytest.approx(0.3, abs=0.02)
    assert float(found.random.gain) == pytest.approx(float(found.random.accuracy - found.none.accuracy))
    assert found.random.gain > 3 * found.random.gain.error


def test_pages_records_and_figures():
    for page, title in (
        (IRIS.against_rho([0, 0.5]), "Forecast for iris against rho"),
        (DIGITS.against_n([100, 1258], draws=3), "Forecast for digits against labels"),
        (IRIS.cleaned(), "Cleaning 10% of the labels of iris"),
    ):
        assert title in str(page)
        json.dumps(page.to_record(), allow_nan=False)
        assert as_bytes(page.figure)[:4] == b"\x89PNG"
    assert "left out" in str(DIGITS.against_n([70], draws=3))


def test_draws_without_a_clean_prediction_are_left_out_and_said():
    # one random unit that is 0 at every sample leaves the bias alone, and the three classes are as large
    curve = IRIS.against_features([1], kind="relu", draws=60)
    (point,) = curve.points
    assert 0 < point.lost < 60
    assert 0 < point.agreement < 1
    assert f"{point.lost} at 1" in " ".join(str(curve).split())
    json.dumps(curve.to_record(), allow_nan=False)
    none = IRIS.against_n([2], draws=2)
    json.dumps(none.to_record(), allow_nan=False)
    assert "samples that are not in a draw" in str(none)


def test_progress_counts_all_draws_of_a_curve():
    seen = []
    IRIS.against_rho([0, 0.1], draws=3, progress=lambda done, total, what: seen.append((done, total)))
    assert seen == [(3, 6), (6, 6)]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: IRIS.against_n([151]), FiniteError, "counts: got 151; accepted are 2 to 150"),
        (lambda: IRIS.against_n([]), FiniteError, "counts: got []; accepted is a list of at least one value"),
        (lambda: IRIS.against_n(75), FiniteError, "counts: got 75; accepted is a list"),
        (lambda: IRIS.against_n(["a"]), FiniteError, "counts: got 'a'; accepted are 2 to 150"),
        (lambda: IRIS.against_rho(0.3), FiniteError, "rates: got 0.3; accepted is a list"),
        (lambda: IRIS.against_features(3), FiniteError, "counts: got 3; accepted is a list"),
        (lambda: IRIS.against_features(["a"]), FiniteError, "counts: got 'a' features"),
        (lambda: IRIS.against_rho([0.1]).reached(agreement="a"), FiniteError, "target: got"),
        (lambda: IRIS.against_rho([0.7]), NoiseError, "rho: got 0.7"),
        (lambda: IRIS.against_features([5]), FiniteError, "counts: got 5 features; accepted are 1 to 4"),
        (lambda: IRIS.against_features([0], kind="relu"), FiniteError, "accepted are at least 1"),
        (lambda: IRIS.against_features([2.5]), FiniteError, "counts: got 2.5 features"),
        (lambda: IRIS.against_features(kind="pca"), FiniteError, "kind: got 'pca'; accepted are 'subset'"),
        (lambda: IRIS.against_rho(draws=1), FiniteError, "draws: got 1"),
        (lambda: IRIS.cleaned(0), FiniteError, "share: got 0; accepted is a share of the labels"),
        (lambda: IRIS.cleaned(1.5), FiniteError, "share: got 1.5"),
        (lambda: forecast("iris", rho=0.1, n=300, draws=2).cleaned(), FiniteError, "samples with one label"),
        (lambda: IRIS.against_rho([0.1]).reached(), FiniteError, "target: got {}; accepted is one of"),
        (lambda: IRIS.against_rho([0.1]).reached(accuracy=2), FiniteError, "target: got"),
    ],
)
def test_bad_settings(make, error, message):
    with pytest.raises(error, match=message.replace("[]", r"\[\]")):
        make()
