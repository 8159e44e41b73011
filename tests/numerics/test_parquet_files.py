"""Parquet files: as the frame that was written, with the checks of a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from numerics.commands.audit_model import audit_model
from numerics.commands.confirm import confirm
from numerics.commands.sweep import sweep
from numerics.data.given import dataset_of
from numerics.data.given_frame import given_frame
from numerics.errors import DataError
from numerics.sweeps.grid import grid

pytest.importorskip("pyarrow")


def flowers() -> pd.DataFrame:
    kinds = ["rose", "lily", "rose", "iris", "lily", "rose"]
    return pd.DataFrame({"length": [1.5, 2.25, 4, 8, 0.5, 3], "count": [3, 1, 4, 1, 5, 9], "kind": kinds})


def saved(folder: Path, frame: pd.DataFrame, name: str = "flowers.parquet") -> Path:
    path = folder / name
    frame.to_parquet(path)
    return path


@pytest.mark.parametrize("kind", ["str", "category"])
@pytest.mark.parametrize("name", ["flowers.parquet", "flowers.PQ"])
def test_a_frame_and_its_file_are_one(tmp_path, kind, name):
    frame = flowers().astype({"kind": kind})
    path = saved(tmp_path, frame.set_index(frame.index + 7), name)
    expected = given_frame(frame)
    for given in (path, str(path)):
        found = dataset_of(given)
        assert (found.name, found.fingerprint) == (name, expected.fingerprint)
        assert found.written == expected.written
    assert dataset_of(path, "kind", ["count"]).features.shape == (6, 1)
    (plan,) = grid(data=str(path), lambdas=[1.0])
    assert plan.dataset.fingerprint == expected.fingerprint


WRONG = {
    "another name": (
        {},
        {"label": "sort"},
        "data: flowers.parquet has no column 'sort'; there are: length, count, kind",
    ),
    "without what is not there": (
        {},
        {"without": ["id"]},
        "data: flowers.parquet has no column 'id'; there are: length, count, kind",
    ),
    "without the label": (
        {},
        {"label": "kind", "without": ["kind"]},
        "without: 'kind' is the label, and without it there is none; leave out other columns, or name another label",
    ),
    "names as features": (
        {"colour": list("aabbcc"), "code": list("abcdef")},
        {"label": "kind"},
        "data: flowers.parquet has columns of names beside the label 'kind': colour, code; leave them out, "
        "without=['colour'] in Python or --without colour on the command line, or turn each into columns of 0 and 1 "
        "(pandas.get_dummies does so)",
    ),
    "two that may be labels": (
        {"colour": list("aabbcc")},
        {},
        "label: flowers.parquet has 2 columns that may hold the labels (kind, colour); say which column holds the "
        "labels, label='colour' in Python or --label on the command line; there are: length, count, kind, colour",
    ),
    "rows that are counted": (
        {"nr": range(6)},
        {},
        "nr: this column of flowers.parquet counts the rows, and says nothing about a sample; leave it out, "
        "without=['nr'] in Python or --without nr on the command line, or name the features=[...] in Python",
    ),
    "a missing entry": (
        {"count": [3, np.nan, 1, 5, 2, 4]},
        {},
        "data: X is not finite in 1 row, first in row 1; leave such rows out or fill them in",
    ),
    "a missing label": (
        {"kind": ["rose", "lily", None, "lily", "rose", "rose"]},
        {},
        "kind: the label in row 2 is missing; leave such rows out",
    ),
}  # fmt: skip


def refused(path: Path, **options: object) -> str:
    with pytest.raises(DataError) as raised:
        dataset_of(path, **options)
    return str(raised.value).replace(f"{path.parent}/", "")


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_said(tmp_path, kind):
    columns, options, message = WRONG[kind]
    assert refused(saved(tmp_path, flowers().assign(**columns)), **options) == message


def test_files_that_are_none(tmp_path):
    path = tmp_path / "flowers.parquet"
    assert refused(path) == "path: cannot read flowers.parquet: No such file or directory; name a parquet file"
    path.write_text("a,b\n1,2\n")
    assert refused(path).startswith("path: cannot read flowers.parquet as parquet: ")
    (tmp_path / "folder.parquet").mkdir()
    assert refused(tmp_path / "folder.parquet") == (
        "data: folder.parquet has 0 columns and 0 rows; there is nothing in it"
    )
    flowers()[:0].to_parquet(path)
    assert refused(path) == "data: flowers.parquet has 3 columns and 0 rows; there is nothing in it"


def test_labels_are_those_of_a_csv_file_and_of_the_frame(tmp_path):
    for labels in ([1, -1, 1, -1, 1, 1], [0, 1, 5, 0, 1, 5], [1, 2, 1, 2, 1, 2], [0, 1, 1, 0, 0, 1]):
        frame = flowers().assign(kind=labels)
        frame.to_csv(tmp_path / "flowers.csv", index=False)
        found = [dataset_of(x, "kind") for x in (frame, saved(tmp_path, frame), tmp_path / "flowers.csv")]
        assert len({(tuple(d.labels), d.label_names, d.written) for d in found}) == 1


@pytest.mark.parametrize("package", ["pandas", "pyarrow"])
def test_without_a_package_the_extra_is_named(tmp_path, monkeypatch, package):
    path = saved(tmp_path, flowers())
    monkeypatch.setitem(sys.modules, package, None)
    assert refused(path) == (
        f"path: flowers.parquet is read by pandas and pyarrow, and {package} is missing: pip install "
        '"symcheck[parquet]"'
    )


def test_commands_take_them(tmp_path, capsys):
    path = saved(tmp_path, flowers().assign(site=list("aabbcc")))
    arrays = tmp_path / "flowers.npz"
    np.savez(arrays, data=flowers()[["length", "count"]], kinds=flowers()["kind"].to_numpy("U"), other=[1])
    options = [
        ["--data", str(path), "--label", "kind", "--without", "site"],
        ["--data", str(arrays), "--label", "kinds", "--without", "other"],
    ]
    results = []
    for given in options:
        out = tmp_path / f"{len(results)}.jsonl"
        assert sweep(["--lambda", "10", "--out", str(out), *given]) == 0
        assert audit_model(["cross_entropy", "l2", "--model", "linear", *given]) in (0, 1, 2)
        results.append(json.loads(out.read_text().splitlines()[0])["spec"]["fingerprint"])
    assert len(set(results)) == 1
    capsys.readouterr()
    for command, arguments in ((audit_model, ["cross_entropy", "l2"]), (confirm, ["cross_entropy", "l2"]), (sweep, [])):
        assert command([*arguments, "--data", str(path), "--label", "sort"]) == 64
        assert "has no column 'sort'" in capsys.readouterr().err
