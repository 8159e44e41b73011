"""Arrays in .npz files: which are features and labels, and what is wrong with the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from numerics import datasets
from numerics.data.given import dataset_of
from numerics.data.given_data import given_data
from numerics.errors import DataError

X = np.array([[0.5, 1.0], [1.5, 0.0], [2.5, 5.0], [3.5, 1.0]])
Y = np.array([0, 1, 0, 1])


def saved(folder: Path, **arrays: object) -> Path:
    path = folder / "points.npz"
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize("features", ["X", "x", "features", "Data"])
@pytest.mark.parametrize("labels", ["y", "label", "labels", "target", "Class"])
def test_arrays_by_their_names(tmp_path, features, labels):
    path = saved(tmp_path, **{features: X, labels: Y, "ids": np.arange(4)})
    for given in (path, str(path)):
        found = dataset_of(given)
        assert (found.name, found.fingerprint) == ("points.npz", given_data((X, Y)).fingerprint)
        assert found.written.label == labels


@pytest.mark.parametrize(
    ("labels", "numbers", "names"),
    [
        ([1, 2, 1, 2], [0, 1, 0, 1], ()),
        (["owl", "cat", "owl", "cat"], [1, 0, 1, 0], ("cat", "owl")),
        ([b"owl", b"cat", b"owl", b"cat"], [1, 0, 1, 0], ("cat", "owl")),
        ([[0], [1], [0], [1]], [0, 1, 0, 1], ()),
        ([1, -1, 1, -1], [1, 0, 1, 0], ("-1", "1")),
        ([3.0, 10.0, 3.0, 10.0], [0, 1, 0, 1], ("3", "10")),
    ],
    ids=["from 1", "names", "bytes", "a column", "signs", "gaps"],
)
def test_labels_of_every_kind(tmp_path, labels, numbers, names):
    found = dataset_of(saved(tmp_path, X=X, y=np.array(labels)))
    assert (found.labels.tolist(), found.label_names) == (numbers, names)


def test_named_arrays_and_the_only_other_one(tmp_path):
    path = saved(tmp_path, x_train=X.astype(np.float16), y_train=Y, x_test=X[:1], y_test=Y[:1])
    found = dataset_of(path, "y_train", ["x_test", "y_test"])
    assert found.fingerprint == given_data((X, Y)).fingerprint
    assert found.written.label == "y_train"


def test_a_set_of_this_name_is_meant_by_its_name_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("iris.npz", X=X, y=Y)
    assert dataset_of("iris.npz").classes == 2
    assert dataset_of("iris").fingerprint == datasets.load("iris").fingerprint


WRONG = {
    "no labels": (
        {"X": X, "z": Y},
        {},
        "label: points.npz has no array of labels, which is called labels, label, target, class or y; say which holds "
        "the labels, label='...' in Python or --label on the command line; there are: X, z",
    ),
    "two of labels": (
        {"X": X, "y": Y, "target": Y},
        {},
        "label: points.npz has 2 arrays that may hold the labels (y, target), which is called labels, label, target, "
        "class or y; say which holds the labels, label='...' in Python or --label on the command line; there are: X, "
        "y, target",
    ),
    "two of features": (
        {"X": X, "data": X, "y": Y},
        {},
        "data: points.npz has 2 arrays that may hold the features (X, data), which is called X, features or data; "
        "leave others out, without=['...'] in Python or --without on the command line; there are: X, data",
    ),
    "no features": (
        {"a": X, "b": X, "y": Y},
        {},
        "data: points.npz has no array of features, which is called X, features or data; leave others out, "
        "without=['...'] in Python or --without on the command line; there are: a, b",
    ),
    "features alone": (
        {"y": Y},
        {},
        "data: points.npz has no array of features, which is called X, features or data; leave others out, "
        "without=['...'] in Python or --without on the command line; there are: none",
    ),
    "another label": (
        {"X": X, "y": Y},
        {"label": "kind"},
        "label: points.npz has no array 'kind'; there are: X, y",
    ),
    "without what is not there": (
        {"X": X, "y": Y},
        {"without": ["id"]},
        "without: points.npz has no array 'id'; there are: X, y",
    ),
    "without the label": (
        {"X": X, "y": Y},
        {"label": "y", "without": ["y"]},
        "without: 'y' holds the labels, and without it there are none; leave out others",
    ),
    "fewer labels": (
        {"X": X, "y": Y[:3]},
        {},
        "data: points.npz has X of shape (4, 2) and y of shape (3,); accepted are (n, d) and (n,), with a row of "
        "features for each label",
    ),
    "images": (
        {"X": X[:, :, None], "y": Y},
        {},
        "data: points.npz has X of shape (4, 2, 1) and y of shape (4,); accepted are (n, d) and (n,), with a row of "
        "features for each label",
    ),
    "objects": (
        {"X": X, "y": np.array(["owl", "cat", "owl", None], dtype=object)},
        {},
        "data: the array y of points.npz holds Python objects; accepted are arrays of numbers, and of texts as labels",
    ),
    "not a number": (
        {"X": np.array([[1.0], [np.nan]]), "y": Y[:2]},
        {},
        "data: X is not finite in 1 row, first in row 1; leave such rows out or fill them in",
    ),
    "one label": (
        {"X": X, "label": [3, 3, 3, 3]},
        {},
        "label: every label is '3'; a classifier needs at least two classes",
    ),
}  # fmt: skip


def refused(path: Path, **options: object) -> str:
    with pytest.raises(DataError) as raised:
        dataset_of(path, **options)
    return str(raised.value).replace(f"{path.parent}/", "")


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_said(tmp_path, kind):
    arrays, options, message = WRONG[kind]
    assert refused(saved(tmp_path, **arrays), **options) == message


def test_files_that_hold_no_arrays(tmp_path):
    path = tmp_path / "points.npz"
    advice = "name a file as numpy.savez(file, X=X, y=y) writes it"
    assert refused(path) == f"path: cannot read points.npz: No such file or directory; {advice}"
    path.write_bytes(b"")
    assert refused(path) == f"path: points.npz is no archive of arrays; {advice}"
    path.write_bytes(b"PK\x03\x04 and more")
    assert refused(path) == f"path: points.npz is no archive of arrays; {advice}"
    with path.open("wb") as file:
        np.save(file, X)
    assert refused(path) == f"path: points.npz holds a single array, without labels; {advice}"
