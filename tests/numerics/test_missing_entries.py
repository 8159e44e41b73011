"""Data with missing entries, masked or marked: refused wherever data come in, and never read as data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from numerics.confirmations.confirmation import confirm
from numerics.confirmations.experiment import Experiment
from numerics.data.given_data import given_data
from numerics.data.given_frame import given_frame
from numerics.datasets.base import Dataset
from numerics.errors import DataError, NoiseError
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.networks.train import trained
from numerics.noise.class_conditional import ClassConditional
from numerics.noise.human_labels import human_labels
from numerics.sweeps.grid import grid

X = np.array([[1.0, 2], [2, 1], [3, 5], [1, 1], [0, 2], [4, 4]])
Y = np.array([0, 1, 0, 1, 0, 1])
MASKED_X = np.ma.masked_array(X, mask=X == 5)
MASKED_Y = np.ma.masked_array(Y, mask=[0, 0, 1, 0, 0, 0])
UNMASKED_X = np.ma.masked_array(X)
TOLD = (
    "got a masked array, whose masked entries are missing; leave their rows out (X[~X.mask.any(axis=1)].data), or fill "
    "them in (X.filled(value))"
)


@pytest.mark.parametrize(
    ("pair", "name"),
    [
        ((MASKED_X, Y), "X"),
        ((UNMASKED_X, Y), "X"),  # nothing is masked yet, but what is computed from it may be
        ((np.ma.masked_invalid(X), Y), "X"),
        ((MASKED_X.astype(np.float32), Y), "X"),
        (([np.ma.masked_array(row) for row in X], Y), "X"),
        ((X, MASKED_Y), "y"),
        ((X, np.ma.masked_equal(Y, 0)), "y"),
        ((X, np.ma.masked_array(["a", "b"] * 3, mask=[0, 1] * 3)), "y"),
        ((X, [0, 1, np.ma.masked, 1, 0, 1]), "y"),
        ((torch.from_numpy(X), MASKED_Y), "y"),
    ],
)
def test_masked_arrays_are_refused_in_every_pair(certified, pair, name):
    takes = (given_data, lambda p: grid(data=p), lambda p: confirm(certified("muh", "l2"), data=p))
    for take in takes:
        with pytest.raises(DataError) as raised:
            take(pair)
        assert str(raised.value) == f"data: {name}: {TOLD}"


@pytest.mark.filterwarnings("ignore:The PyTorch API of MaskedTensors:UserWarning")
def test_masked_tensors_are_refused():
    tensor = torch.masked.masked_tensor(torch.from_numpy(X), torch.from_numpy(X) < 5)
    with pytest.raises(DataError) as raised:
        given_data((tensor, Y))
    assert str(raised.value) == f"data: X: {TOLD}"


@pytest.mark.parametrize(("features", "labels", "name"), [(MASKED_X, Y, "features"), (X, MASKED_Y, "labels")])
def test_masked_arrays_are_refused_in_data_sets_and_experiments(certified, features, labels, name):
    with pytest.raises(DataError) as raised:
        Dataset("made", features, labels, 2, "", "")
    assert str(raised.value) == f"made: {name}: {TOLD}"
    claim = predicted_numbers(certified("muh", "l2"), 2, "made")
    with pytest.raises(DataError) as raised:
        Experiment.of(claim, "made", features, labels, 0.1)
    assert str(raised.value) == f"{name}: {TOLD}"


def test_masked_arrays_are_refused_for_networks_noise_and_noisy_labels():
    for attempt, error, name in (
        (lambda: trained("cross_entropy", "l2", (MASKED_X, Y), alphas=[0.1]), DataError, "data: X"),
        (lambda: given_data((X, Y), noisy=MASKED_Y), DataError, "noisy"),
        (lambda: human_labels(MASKED_Y, Y), DataError, "clean"),
        (lambda: human_labels(Y, MASKED_Y), DataError, "noisy"),
    ):
        with pytest.raises(error) as raised:
            attempt()
        assert str(raised.value) == f"{name}: {TOLD}"
    for attempt in (
        lambda: ClassConditional.of(np.ma.masked_array(np.eye(2))),
        lambda: grid(data="iris", transition=np.ma.masked_array(np.eye(3))),
    ):
        # a class is left out with its row and column
        with pytest.raises(NoiseError, match=r"^T: got a masked array, .* leave their rows and columns out$"):
            attempt()


def test_what_was_masked_can_be_left_out_or_filled_in():
    keep = ~MASKED_X.mask.any(axis=1)
    assert len(given_data((MASKED_X[keep].data, Y[keep])).labels) == 5
    assert given_data((MASKED_X.filled(0.0), Y)).features[2, 1] == 0


FRAME = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "label": Y})


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (
            {"a": pd.Series([1, 2, None, 1, 0, 4], dtype="Int64")},
            "data: X has missing entries in 1 row, first in row 2; leave such rows out (dropna) or fill them in "
            "(fillna)",
        ),
        (
            {"a": pd.Series([1, None, None, 1, 0, 4], dtype="Float64")},
            "data: X has missing entries in 2 rows, first in row 1; leave such rows out (dropna) or fill them in "
            "(fillna)",
        ),
        (
            {"a": [1.0, 2, np.nan, 1, 0, 4]},
            "data: X is not finite in 1 row, first in row 2; leave such rows out or fill them in",
        ),
        (
            {"label": pd.Series(["a", "b", pd.NA, "a", "b", "a"], dtype="string")},
            "label: the label in row 2 is missing; leave such rows out",
        ),
        (
            {"label": ["a", "b", None, "a", "b", "a"]},
            "label: the label in row 2 is missing; leave such rows out",
        ),
    ],
)
def test_missing_entries_of_frames(column, message):
    with pytest.raises(DataError) as raised:
        given_frame(FRAME.assign(**column), "label")
    assert str(raised.value) == message


@pytest.mark.parametrize("label", [pd.Series([0, 1, None, 1, 0, 1], dtype="Int64"), [0, 1, np.nan, 1, 0, 1]])
def test_missing_labels_that_are_numbers(label):
    with pytest.raises(DataError, match="row 2"):
        given_frame(FRAME.assign(label=label), "label")
