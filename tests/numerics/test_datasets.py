"""Data sets: found by name, sound, standardised."""

from __future__ import annotations

import numpy as np
import pytest

from numerics import datasets
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from symcheck.errors import UnknownNameError


# samples, features as published, features that vary, classes: scikit-learn's user guide, "Toy datasets"
@pytest.mark.parametrize(
    ("name", "samples", "features", "varying", "classes"),
    [("breast_cancer", 569, 30, 30, 2), ("digits", 1797, 64, 61, 10), ("iris", 150, 4, 4, 3), ("wine", 178, 13, 13, 3)],
)
def test_each_has_its_size(name, samples, features, varying, classes):
    found = datasets.load(name)
    assert (found.name, found.features.shape, found.classes) == (name, (samples, features), classes)
    assert found.standardised().shape == (samples, varying + 1)


def test_these_are_all_the_files_of_the_folder():
    assert datasets.names() == ["breast_cancer", "digits", "iris", "wine"]


@pytest.mark.parametrize("name", datasets.names())
def test_each_states_source_and_licence(name):
    found = datasets.load(name)
    assert found.source
    assert found.licence == "CC BY 4.0"


def test_standardised_features_have_mean_0_variance_1_and_a_bias():
    features = datasets.load("wine").standardised()
    assert np.abs(features[:, :-1].mean(axis=0)).max() < 1e-13
    assert np.abs(features[:, :-1].std(axis=0) - 1).max() < 1e-13
    assert (features[:, -1] == 1).all()


def test_features_of_any_size_are_standardised_alike():
    small = np.array([[1.0, 5.0], [2.0, 5.5], [4.0, 9.0]])
    expected = made(small).standardised()
    for power in (-1000, -60, 60, 1000):
        assert np.array_equal(made(np.ldexp(small, power)).standardised(), expected)


def made(features, labels=(0, 1, 0), classes=2):
    return Dataset("made", np.asarray(features, float), np.asarray(labels), classes, source="here", licence="none")


def test_a_constant_column_is_dropped_also_where_its_mean_is_rounded():
    # the mean of three times 0.1 is not 0.1 in float64
    assert made([[0.1, 1], [0.1, 2], [0.1, 4]]).standardised().shape == (3, 2)
    assert made([[1e-20, 5], [2e-20, 5], [4e-20, 5]]).standardised().shape == (3, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ([[1, np.nan], [2, 1], [np.inf, 1]],),
            "made: the features of 2 samples are not finite, first in row 0; leave such rows out or fill them in",
        ),
        (
            ([[1], [2], [3]], [0, 1, 3], 3),
            "made: got the labels 0, 1, 3 and 3 classes; accepted are the labels 0, ..., C-1, each at least once, "
            "with C >= 2",
        ),
        (
            ([[1], [2], [3]], [0, 0, 0], 1),
            "made: got the labels 0 and 1 classes; accepted are the labels 0, ..., C-1, each at least once, "
            "with C >= 2",
        ),
        (
            ([[1], [2], [3]], [0, 1]),
            "made: got features of shape (3, 1) and labels of shape (2,); accepted are (n, d) and (n,)",
        ),
    ],
)
def test_data_that_cannot_be_trained_on_are_refused(arguments, message):
    with pytest.raises(DataError) as raised:
        made(*arguments)
    assert str(raised.value) == message


def test_an_unknown_name_is_met_with_the_nearest():
    with pytest.raises(UnknownNameError) as raised:
        datasets.load("digit")
    assert str(raised.value) == (
        "data: no data set is called 'digit'; did you mean digits?; there are: breast_cancer, digits, iris, wine"
    )
    with pytest.raises(UnknownNameError) as raised:
        datasets.load("base")
    assert str(raised.value) == ("data: no data set is called 'base'; there are: breast_cancer, digits, iris, wine")
