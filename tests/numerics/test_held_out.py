"""A test part that is handed over: its columns are those of the data, and its labels are numbered as theirs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from numerics import datasets
from numerics.data.given import dataset_of
from numerics.data.held_out import held_out
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from numerics.finite.samples import samples_of

FRAME = pd.DataFrame(
    {"length": [1.5, 2.25, 4, 8, 0.5, 3], "count": [3, 1, 4, 1, 5, 9], "kind": ["b", "a", "b", "c", "a", "b"]}
)
REST = pd.DataFrame({"kind": ["c", "b"], "count": [7, 2], "id": ["u", "v"], "length": [0.25, 6.5]})
WANTED = ([[0.25, 7], [6.5, 2]], [2, 1])
X, Y = FRAME[["length", "count"]].to_numpy(), FRAME["kind"].to_numpy()


def part(data: object, test: object, **options: object) -> tuple[list[list[float]], list[int]]:
    found = held_out(test, dataset_of(data), **options)
    assert found.features.dtype == np.float64
    assert found.labels.dtype == np.int64
    return found.features.tolist(), found.labels.tolist()


def in_files(frame: pd.DataFrame, folder, name: str) -> list[object]:
    csv, semicolons, parquet = (folder / f"{name}.{ending}" for ending in ("csv", "txt", "parquet"))
    frame.to_csv(csv, index=False)
    frame.to_csv(semicolons, index=False, sep=";", decimal=",")
    frame.to_parquet(parquet)
    return [csv, str(semicolons), parquet]


def test_columns_are_found_by_their_names_in_frames_and_files(tmp_path):
    pytest.importorskip("pyarrow")
    for data in (FRAME, *in_files(FRAME, tmp_path, "data")):
        for test in (REST, *in_files(REST, tmp_path, "rest"), (REST[["count", "length"]], REST["kind"])):
            assert part(data, test) == WANTED


def test_without_names_they_are_taken_in_their_order(tmp_path):
    np.savez(tmp_path / "rest.npz", X=WANTED[0], y=["c", "b"])
    for data in (FRAME, (X, Y), (X.tolist(), Y.tolist())):
        for test in ((np.array(WANTED[0]), ["c", "b"]), (torch.tensor(WANTED[0]), ["c", "b"]), tmp_path / "rest.npz"):
            assert part(data, test) == WANTED
    # a frame beside arrays: every column but the label, in its order
    assert part((X, Y), REST[["length", "kind", "count"]], label="kind") == WANTED
    assert part((X, Y), REST[["length", "id", "kind", "count"]], label="kind", without=["id"]) == WANTED


def test_what_the_data_leave_out_the_test_part_need_not_have():
    data = dataset_of(FRAME.assign(site=[0, 1, 1, 0, 1, 0]), without=["site"])
    assert held_out(REST, data, without=["site"]).labels.tolist() == WANTED[1]


@pytest.mark.parametrize("first", [0, 1])
def test_labels_that_are_numbers_keep_their_meaning(tmp_path, first):
    """The test part of labels 1 to C lacks the class 1: taken for itself it would be numbered from 0 or refused."""
    labels = np.array([0, 1, 2, 1, 2, 0]) + first
    (tmp_path / "rest.csv").write_text(f"a,b,y\n0,1,{2 + first}\n1,2,{1 + first}.0\n")
    for given in ([2 + first, 1 + first], np.array([2.0, 1.0]) + first, torch.tensor([2, 1]) + first):
        assert part((X, labels), (WANTED[0], given))[1] == [2, 1]
    assert part((X, labels), tmp_path / "rest.csv")[1] == [2, 1]
    with pytest.raises(DataError) as raised:
        part((X, labels), (WANTED[0], [2, 3 * (1 - first)]))
    assert str(raised.value) == (
        f"test: y: got the label '{3 * (1 - first)}' in row 1; accepted are those of the data: {first}, {1 + first}, "
        f"{2 + first}"
    )


def test_a_data_set_as_the_test_part():
    iris = datasets.load("iris")
    assert part("iris", "iris") == (iris.features.tolist(), iris.labels.tolist())
    named = Dataset("named", X, np.array([0, 1, 2, 0, 1, 2]), 3, "", "", label_names=("c", "b", "a"))
    assert part(FRAME, named)[1] == [2, 1, 0, 2, 1, 0]


def test_columns_with_numbers_as_names():
    frame = pd.DataFrame(X).assign(y=Y)
    assert part(frame, frame[["y", 1, 0]]) == (X.tolist(), [1, 0, 1, 2, 0, 1])


@pytest.mark.parametrize("transform", ["raw", "standardised"])
def test_samples_have_it(transform):
    found = samples_of(FRAME, test=REST, transform=transform)
    assert found.test_labels.tolist() == WANTED[1]
    assert not found.test.outside.any()
    whole = samples_of((X, Y), test=(X, Y), transform=transform)
    np.testing.assert_allclose(whole.test.coordinates, whole.span.basis, atol=1e-12)


WRONG = {
    "a class that the data lack": (
        FRAME, REST.assign(kind=["c", "z"]),
        "test: kind: got the label 'z' in row 1; accepted are those of the data: a, b, c",
    ),
    "a column that it lacks": (
        FRAME, REST.drop(columns="count"),
        "test: the frame has no column 'count'; there are: kind, id, length",
    ),
    "a column that the frame of a pair lacks": (
        FRAME, (REST[["id", "length"]].assign(id=1.0), REST["kind"]),
        "test: there is no column 'count', which the data have; there are: id, length",
    ),
    "a label that it lacks": (
        FRAME, REST.drop(columns="kind"),
        "label: the frame has no column of names that come again, and none that is called label, target, class or y; "
        "say which column holds the labels, label='length' in Python or --label on the command line; there are: "
        "count, id, length",
    ),
    "more columns": (
        (X, Y), (np.ones((2, 3)), ["a", "b"]),
        "test: got features of shape (2, 3) beside 2 columns of the data; accepted are the same columns in the same "
        "order",
    ),
    "another set": (
        "iris", "wine",
        "test: got features of shape (178, 13) beside 4 columns of the data; accepted are the same columns in the same "
        "order",
    ),
    "not a number": (
        (X, Y), ([[1.0, np.nan]], ["a"]),
        "test: X is not finite in 1 row, first in row 0; leave such rows out or fill them in",
    ),
    "texts": ((X, Y), ([["u", "v"]], ["a"]), "test: X has entries of type <U1; accepted are real numbers"),
    "more labels": (
        (X, Y), (X, Y[:3]),
        "test: got X of shape (6, 2) and y of shape (3,); accepted are (n, d) and (n,), with a row of features for "
        "each label (y.argmax(1) turns one-hot rows into labels, X[:, None] a single feature into a column)",
    ),
    "no samples": (
        (X, Y), (X[:0], Y[:0]),
        "test: got X of shape (0, 2) and y of shape (0,); accepted are (n, d) and (n,), with a row of features for "
        "each label (y.argmax(1) turns one-hot rows into labels, X[:, None] a single feature into a column)",
    ),
    "a missing label": ((X, Y), (X[:1], [None]), "test: y: the label in row 0 is missing; leave such rows out"),
    "a fraction": (
        (X, Y), (X[:1], [0.5]),
        "test: y: got the label 0.5 in row 0; accepted are integers and names",
    ),
    "something else": (
        (X, Y), object(),
        f"test: got a object; accepted is a share of the samples, a name ({datasets.listed()}), a file (CSV, parquet, "
        "npz), a data frame, or a pair (X, y) of features (n, d) and labels (n,)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_said(kind):
    data, test, message = WRONG[kind]
    with pytest.raises(DataError) as raised:
        part(data, test)
    assert str(raised.value) == message


def test_a_text_names_one_column(tmp_path):
    path = tmp_path / "rest.csv"
    REST.to_csv(path, index=False)
    assert dataset_of(FRAME, without="count").features.shape == (6, 1)
    assert dataset_of(path, "kind", "id").features.shape == (2, 2)
    with pytest.raises(DataError, match=r"without: got \['id'\] for the data set 'iris'"):
        dataset_of("iris", without="id")
