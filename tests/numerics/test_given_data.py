"""Data that a user hands over: what is accepted, what is refused and in which words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from numerics import datasets
from numerics.confirmations.confirmation import confirm
from numerics.confirmations.measure import run_spec
from numerics.data.given_csv import given_csv
from numerics.data.given_data import given_data
from numerics.data.given_frame import given_frame
from numerics.errors import DataError
from numerics.runs.agreement import Outcome

LISTED = datasets.listed()
IRIS = datasets.load("iris")
X = [[0.0, 1.0], [1.0, 0.0], [2.0, 5.0], [3.0, 1.0]]


@pytest.mark.parametrize(
    "pair",
    [
        (IRIS.features, IRIS.labels),
        (IRIS.features, IRIS.labels + 1),  # from 1 to C
        [torch.from_numpy(IRIS.features), torch.from_numpy(IRIS.labels)],
        (torch.from_numpy(IRIS.features).requires_grad_(), IRIS.labels.astype(float)),
        (IRIS.features.tolist(), IRIS.labels.tolist()),
        (IRIS.features, torch.from_numpy(IRIS.labels).to(torch.uint8)),
    ],
    ids=["arrays", "from 1", "tensors", "grad and float", "lists", "bytes"],
)
def test_the_same_data_in_other_clothes_are_the_same(pair):
    found = given_data(pair)
    assert (found.name, found.classes) == ("given data", 3)
    assert found.labels.dtype == np.int64
    assert found.fingerprint == IRIS.fingerprint


def test_a_certificate_is_confirmed_on_them(certified, confirmed):
    found = confirm(certified("cross_entropy", "l2"), data=(IRIS.features, IRIS.labels))
    assert found.outcome is Outcome.AGREES
    assert found.agreement.title == "cross_entropy + l2 on given data (C = 3, rho = 0.4)"
    named = confirmed("cross_entropy", "l2", "iris")
    assert found.run.measurements == named.run.measurements
    assert found.run.spec.fingerprint == named.run.spec.fingerprint


def test_other_data_are_another_run(certified):
    moved = IRIS.features.copy()
    moved[0, 0] += 1e-9
    specs = [run_spec(confirm(certified("muh", "l2"), data=(x, IRIS.labels)).expected) for x in (IRIS.features, moved)]
    assert specs[0].hash != specs[1].hash


def test_short_floats_of_torch_are_read():
    half = torch.tensor(X, dtype=torch.bfloat16)
    assert np.array_equal(given_data((half, [0, 1, 0, 1])).features, np.array(X))


def test_a_single_feature_that_varies_is_enough():
    assert given_data((np.array([[0.1, 1.0], [0.1, 2.0]]), [0, 1])).standardised().shape == (2, 2)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (
            7,
            f"data: got a int; accepted is a name ({LISTED}), a file (CSV, parquet, npz), a data frame, or a pair "
            "(X, y) of features (n, d) and labels (n,)",
        ),
        (
            (X, [0, 1, 0, 1], None),
            f"data: got a tuple of length 3; accepted is a name ({LISTED}), a file (CSV, parquet, npz), a data frame, "
            "or a pair (X, y) of features (n, d) and labels (n,)",
        ),
        (
            ([1.0, 2.0], [0, 1]),
            "data: got X of shape (2,) and y of shape (2,); accepted are (n, d) and (n,), with a row of features for "
            "each label (y.argmax(1) turns one-hot rows into labels, X[:, None] a single feature into a column)",
        ),
        (
            (X, [0, 1, 0]),
            "data: got X of shape (4, 2) and y of shape (3,); accepted are (n, d) and (n,), with a row of features for "
            "each label (y.argmax(1) turns one-hot rows into labels, X[:, None] a single feature into a column)",
        ),
        (
            (np.zeros((0, 2)), []),
            "data: got X of shape (0, 2) and y of shape (0,); accepted are (n, d) and (n,), with a row of features for "
            "each label (y.argmax(1) turns one-hot rows into labels, X[:, None] a single feature into a column)",
        ),
        (
            (X, np.eye(2)[[0, 1, 0, 1]]),
            "data: got X of shape (4, 2) and y of shape (4, 2); accepted are (n, d) and (n,), with a row of features "
            "for each label (y.argmax(1) turns one-hot rows into labels, X[:, None] a single feature into a column)",
        ),
        (
            ([[1.0], [2.0, 3.0]], [0, 1]),
            "data: X cannot be read as an array: setting an array element with a sequence. The requested array has an "
            "inhomogeneous shape after 1 dimensions. The detected shape was (2,) + inhomogeneous part.",
        ),
        (
            ([[0.0, np.nan], [1.0, 0.0], [np.inf, 5.0]], [0, 1, 0]),
            "data: X is not finite in 2 rows, first in row 0; leave such rows out or fill them in",
        ),
        (
            ([[0.0, 2.0], [1.0, -np.inf], [3.0, 5.0]], [0, 1, 0]),
            "data: X is not finite in 1 row, first in row 1; leave such rows out or fill them in",
        ),
        (([["a"], ["b"]], [0, 1]), "data: X has entries of type <U1; accepted are real numbers"),
        (([[1j], [2.0]], [0, 1]), "data: X has entries of type complex128; accepted are real numbers"),
        (
            ([[1.0, 2.0]] * 4, [0, 1, 0, 1]),
            "data: no feature of X varies, so that none says anything about the label; give other features",
        ),
        ((X, ["a", "a", "a", "a"]), "y: every label is 'a'; a classifier needs at least two classes"),
        ((X, ["a", "b", "", "b"]), "y: the label in row 2 is missing; leave such rows out"),
        ((X, ["a", "b", None, "b"]), "y: the label in row 2 is missing; leave such rows out"),
        (
            (X, [1j, 2j, 1j, 2j]),
            "data: y has entries of type complex128; accepted are whole numbers, or names",
        ),
        (
            (X, [0, 1, 1.5, 0]),
            "data: y has the label 1.5 in row 2; accepted are whole numbers, or names",
        ),
        (
            (X, [0, np.nan, 1, 0]),
            "data: y has the label nan in row 1; accepted are whole numbers, or names",
        ),
        (
            (X, [0, 1, 3, 0]),
            "data: y has the labels 0, 1, 3, and none is 2; where that class has no sample, number the others "
            "(np.unique(y, return_inverse=True)[1]), and where these are names of classes, give them as texts "
            "(y.astype(str))",
        ),
        ((X, [7, 7, 7, 7]), "y: every label is '7'; a classifier needs at least two classes"),
        (
            (np.eye(10), np.arange(10) * 2),
            "data: y has the labels 0, 2, 4, 6, 8, 10, 12, 14, ..., and none is 1; where that class has no sample, "
            "number the others (np.unique(y, return_inverse=True)[1]), and where these are names of classes, give "
            "them as texts (y.astype(str))",
        ),
        ((X, [1, 1, 1, 1]), "data: y has the label 1 alone; a classifier needs at least two classes"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(certified, pair, message):
    trained = []
    with pytest.raises(DataError) as raised:
        confirm(certified("muh", "l2"), data=pair, progress=lambda *step: trained.append(step))
    assert str(raised.value) == message
    assert trained == []


def test_what_the_message_advises_helps(certified):
    labels = np.unique([0, 5, 9, 0], return_inverse=True)[1]
    assert given_data((X, labels)).labels.tolist() == [0, 1, 2, 0]
    assert given_data((X, np.eye(2)[[0, 1, 0, 1]].argmax(1))).classes == 2
    assert confirm(certified("muh", "l2"), data=(np.arange(4.0)[:, None], [0, 0, 1, 1])).outcome is Outcome.AGREES


# data frames and files


def flowers():
    return pd.DataFrame(
        {
            "length": [1.0, 2.0, 4.0, 8.0],
            "count": [3, 1, 4, 1],
            "kind": ["rose", "lily", "rose", "iris"],
            "seen": ["rose", "rose", "rose", "iris"],
        }
    )


def test_a_data_frame_and_its_columns():
    frame = flowers()
    found = given_frame(frame, label="kind", features=["length", "count"], noisy="seen")
    assert found.label_names == ("iris", "lily", "rose")
    assert found.labels.tolist() == [2, 1, 2, 0]
    assert found.noisy is not None
    assert found.noisy.tolist() == [2, 2, 2, 0]
    assert found.features.tolist() == [[1, 3], [2, 1], [4, 4], [8, 1]]
    same = given_data((frame[["length", "count"]], frame["kind"]), frame["seen"])
    assert (same.fingerprint, same.label_names) == (found.fingerprint, found.label_names)
    # every other column is a feature unless some are named
    assert given_frame(frame.drop(columns="seen"), label="kind").features.tolist() == found.features.tolist()


@pytest.mark.parametrize("kind", ["category", "string", object, pd.CategoricalDtype(["rose", "lily", "iris"])])
def test_columns_of_names_of_any_type(kind):
    frame = flowers()
    frame["kind"] = frame["kind"].astype(kind)
    assert given_frame(frame.drop(columns="seen"), label="kind").labels.tolist() == [2, 1, 2, 0]


def test_columns_that_pandas_has_types_of_its_own_for():
    frame = flowers().astype({"count": "Int64", "length": "Float32"})
    found = given_frame(frame, label="kind", features=["length", "count"])
    assert found.features.tolist() == [[1, 3], [2, 1], [4, 4], [8, 1]]


def test_a_data_set_is_taken_as_it_is(certified):
    made = given_frame(flowers().drop(columns="seen"), label="kind", name="flowers")
    assert given_data(made) is made
    found = confirm(certified("muh", "l2"), data=made)
    assert found.agreement.title == "muh + l2 on flowers (C = 3, rho = 0.4)"


def test_labels_from_1_and_noisy_ones_beside_them():
    assert given_data((X, [1, 2, 1, 2]), [2, 2, 1, 2]).noisy.tolist() == [1, 1, 0, 1]
    assert given_data((X, [0, 1, 0, 1]), torch.tensor([1, 1, 0, 1])).noisy.tolist() == [1, 1, 0, 1]


def test_the_columns_of_a_csv_file(tmp_path):
    path = tmp_path / "flowers.csv"
    flowers().to_csv(path, index=False)
    found = given_csv(path, label="kind", features=["length", "count"], noisy="seen")
    expected = given_frame(flowers(), label="kind", features=["length", "count"], noisy="seen")
    assert (found.name, found.fingerprint) == ("flowers.csv", expected.fingerprint)
    numbered = tmp_path / "numbered.csv"
    numbered.write_text("x,y\n1.5,1\n2.5,2\n0,1\n")
    assert given_csv(numbered, label="y", features=["x"]).labels.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (
            lambda: given_frame(flowers(), label="kind"),
            "data: X has columns that hold no numbers: seen (str); leave them out, or turn each into columns of 0 and "
            "1 (pandas.get_dummies does so)",
        ),
        (
            lambda: given_frame(flowers(), label="sort"),
            "data: the frame has no column 'sort'; there are: length, count, kind, seen",
        ),
        (
            lambda: given_frame(flowers(), label="kind", noisy="saw"),
            "data: the frame has no column 'saw'; there are: length, count, kind, seen",
        ),
        (lambda: given_frame([[1, 2]], label="kind"),
            "data: got a list of length 1; accepted is a data frame with named columns, as of pandas"),
        (
            lambda: given_data((X, [0, 1, 0, 1]), [0, 1, 0, 2]),
            "noisy: got the label '2' in row 3; accepted are the clean ones: 0, 1",
        ),
        (
            lambda: given_data((X, [0, 1, 0, 1]), [0, 1, 0]),
            "given data: got noisy labels of shape (3,) beside clean ones of shape (4,); accepted is one for each "
            "sample, in the same order",
        ),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_trained_on(attempt, message):
    with pytest.raises(DataError) as raised:
        attempt()
    assert str(raised.value) == message


def test_a_csv_file_with_something_else_than_numbers(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_text("x,y\n1.5,1\nfew,2\n")
    with pytest.raises(DataError) as raised:
        given_csv(path, label="y", features=["x"])
    assert str(raised.value) == (
        f"x: got 'few' in line 3 of {path}; accepted are real numbers, with decimal points; leave the column out, or "
        "turn it into numbers"
    )
