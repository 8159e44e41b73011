"""Data are taken by one convention: whatever they are handed over as, what is said of them is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import symcheck as sc
from numerics.errors import DataError
from numerics.finite.forecast.forecast import forecast
from numerics.finite.guarantee.guarantee import guarantee
from numerics.finite.margin.noise_margin import noise_margin
from numerics.finite.trusted.trusting import trusted

CHANCE = np.random.default_rng(0)
COUNT = 45
NUMBERS = np.arange(COUNT) % 3
X = CHANCE.standard_normal((COUNT, 3)) + 2 * NUMBERS[:, None] * [1, 0, 0]
NAMES = np.array(["ant", "bee", "cat"])[NUMBERS]
FRAME = pd.DataFrame({"a": X[:, 0], "kind": NAMES, "b": X[:, 1], "c": X[:, 2], "when": CHANCE.random(COUNT)})
NAMED: dict[str, Any] = {"without": ["when"]}

ASKED: dict[str, Callable[..., object]] = {
    "forecast": lambda data, **more: forecast(data, rho=0.2, draws=5, **more).per_sample.tolist(),
    "guarantee": lambda data, **more: guarantee(CERTIFICATE, data, rho=0.2, **more).at(0.5).certified.tolist(),
    "noise margin": lambda data, **more: noise_margin(data, a=(0.5, 0.9), **more).kept.tolist(),
    "trusted": lambda data, **more: trusted(data, rho=0.1, delta=0.3, **more).by_bound.tolist(),
}
CERTIFICATE = sc.certify("cross_entropy", "l2")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    FRAME.to_csv(folder / "data.csv", index=False)
    FRAME.to_csv(folder / "data.tsv", index=False, sep="\t")
    FRAME[["when", "c", "b", "kind", "a"]].to_csv(folder / "turned.csv", index=False)
    pytest.importorskip("pyarrow")
    FRAME.to_parquet(folder / "data.parquet")
    np.savez(folder / "data.npz", X=X, y=NAMES)
    return folder


@pytest.mark.parametrize("asked", ASKED)
def test_every_kind_of_data_says_the_same(asked: str, files: Path) -> None:
    ask = ASKED[asked]
    expected = ask((X, NAMES))
    for data, more in {
        "frame": (FRAME, NAMED),
        "categories": (FRAME.assign(kind=FRAME["kind"].astype("category")), NAMED),
        "csv": (files / "data.csv", NAMED),
        "text": (str(files / "data.tsv"), {"label": "kind", **NAMED}),
        "parquet": (files / "data.parquet", NAMED),
        "npz": (files / "data.npz", {}),
        "numbers": ((X, NUMBERS), {}),
        "from 1": ((X, NUMBERS + 1.0), {}),
        "tensors": ((torch.from_numpy(X), torch.from_numpy(NUMBERS)), {}),
        "lists": ([X.tolist(), NAMES.tolist()], {}),
    }.values():
        assert ask(data, **more) == expected


@pytest.mark.parametrize("asked", ASKED)
def test_every_kind_of_test_part_says_the_same(asked: str, files: Path) -> None:
    ask = ASKED[asked]
    few = slice(0, 9)
    expected = ask((X, NAMES), test=(X[few], NAMES[few]))
    turned = FRAME[["c", "kind", "a", "b"]][few]
    assert ask(FRAME, test=turned, **NAMED) == expected
    assert ask(files / "data.csv", test=turned, **NAMED) == expected
    assert ask(files / "data.parquet", test=(turned[["c", "b", "a"]], turned["kind"]), **NAMED) == expected
    assert ask(FRAME, test=files / "turned.csv", **NAMED) == ask((X, NAMES), test=(X, NAMES))


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(
    ("data", "more", "message"),
    [
        ((X, NUMBERS[1:]), {}, "data: got X of shape"),
        ((np.where(X > 3, np.nan, X), NUMBERS), {}, "data: X is not finite"),
        ((X, NUMBERS.astype(float) + 0.5), {}, "data: y has the label 0.5"),
        ((X, np.eye(3)[NUMBERS]), {}, r"y of shape \(45, 3\)"),
        ((X * 0, NUMBERS), {}, "no feature of X varies"),
        (FRAME, {"label": "nosuch"}, "no column 'nosuch'"),
        (FRAME.drop(columns="kind"), {}, "label: the frame has no column of names"),
        ((X, NAMES), {"test": (X[:2], ["ant", "dog"])}, "test: y: got the label 'dog'"),
        ((X, NAMES), {"test": (X[:2, :2], ["ant", "bee"])}, r"test: got features of shape \(2, 2\)"),
        ((X, NAMES), {"test": 0}, "test: got 0"),
        ((X, NAMES), {"test": 0.2, "split": -1}, "split: got -1"),
    ],
)
def test_bad_data_are_refused_in_the_same_words(
    asked: str, data: object, more: dict[str, object], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        ASKED[asked](data, **more)
