"""Points without labels: what says nothing of their labels does not ask for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from numerics import datasets, forecast, guarantee, noise_margin, trusted
from numerics.errors import DataError
from symcheck import certify

IRIS = datasets.load("iris")
ODD = np.arange(len(IRIS.labels)) % 2 == 1
TRAIN, NEW = (IRIS.features[~ODD], IRIS.labels[~ODD]), IRIS.features[ODD]
COLUMNS = ["a", "b", "c", "d"]
FRAME = pd.DataFrame(TRAIN[0], columns=COLUMNS).assign(kind=TRAIN[1])
NEW_FRAME = pd.DataFrame(NEW, columns=COLUMNS)
CERT = certify("cross_entropy", "l2")


@pytest.mark.parametrize(
    ("data", "points"),
    [
        (TRAIN, NEW),
        (TRAIN, torch.tensor(NEW)),
        (TRAIN, NEW_FRAME),
        (FRAME, NEW),
        (FRAME, NEW_FRAME),
        (FRAME, NEW_FRAME[["d", "b", "a", "c"]].assign(row=0)),
    ],
    ids=["arrays", "tensor", "frame beside arrays", "array beside a frame", "frames", "columns in another order"],
)
def test_what_is_said_of_them_is_what_is_said_with_labels(data: object, points: object) -> None:
    label = "kind" if data is FRAME else None
    with_labels = (NEW, IRIS.labels[ODD])
    for ask in (
        lambda d, **more: trusted(d, rho=0.2, **more).by_bound,
        lambda d, **more: noise_margin(d, a=(0.6, 0.9), **more).kept,
        lambda d, **more: guarantee(CERT, d, rho=0.2, **more).at(1).test_predicted,
    ):
        found = ask(data, test=points, label=label)
        assert len(found) == len(NEW)
        assert (found == ask(TRAIN, test=with_labels)).all()


def test_a_forecast_asks_for_their_labels() -> None:
    """Its accuracy is by the clean labels of the points."""
    with pytest.raises(DataError, match=r"test: got a ndarray; accepted is a share of the samples"):
        forecast(TRAIN, rho=0.2, test=NEW)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (NEW[:, :3], r"test: got features of shape \(75, 3\) beside 4 columns of the data"),
        (np.full((2, 4), np.nan), r"test: X is not finite in 2 rows, first in row 0"),
        (NEW[:0], r"test: got X of shape \(0, 4\); accepted is \(n, d\)"),
        (NEW[0], r"test: got a ndarray; accepted is a share of the samples"),
    ],
)
def test_points_that_are_none(points: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        trusted(TRAIN, rho=0.2, test=points)
