"""symcheck list datasets and symcheck list models: what the files say is what is there, and no package is needed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from numerics import datasets
from numerics.commands import lists
from numerics.models import FILES
from tests.conftest import Fresh


def test_every_data_set_is_listed_with_its_sizes() -> None:
    rows = {row["name"]: row for row in lists.datasets()}
    assert list(rows) == sorted([*datasets.names(), *datasets.fetched_names()])
    for row in rows.values():
        assert all(row.values()), row


@pytest.mark.parametrize("name", ["breast_cancer", "digits", "iris", "segment", "vehicle", "wine"])
def test_the_sizes_are_those_of_the_data(name: str) -> None:
    found = datasets.load(name)
    (row,) = (row for row in lists.datasets() if row["name"] == name)
    assert (row["samples"], row["features"], row["classes"]) == (*found.features.shape, found.classes)


def test_every_model_is_listed() -> None:
    rows = lists.models()
    assert [row["name"] for row in rows] == list(FILES.names)
    assert all(row["what"] and row["scores"] for row in rows)


def test_a_list_needs_no_package(fresh: Fresh) -> None:
    code = (
        "import sys; from numerics.commands.lists import datasets, models; datasets(); models(); "
        "print(sorted({'torch', 'numpy', 'sklearn'} & set(sys.modules)))"
    )
    assert fresh("-c", code).stdout == "[]\n"


def test_they_are_entry_points(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["symcheck.lists"] == {
        "datasets": "numerics.commands.lists:datasets", "models": "numerics.commands.lists:models",
    }  # fmt: skip
