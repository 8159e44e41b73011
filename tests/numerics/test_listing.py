"""Lists of data sets and models, which are read from their files, beside what is loaded."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from numerics import datasets as by_name
from numerics import models as models_by_name
from numerics.commands.listing import datasets, models
from tests.conftest import Fresh


def test_every_data_set_is_listed() -> None:
    assert [row["name"] for row in datasets()] == sorted([*by_name.names(), *by_name.fetched_names()])


@pytest.mark.parametrize("name", ["breast_cancer", "digits", "iris", "wine"])
def test_sizes_are_those_of_the_data(name: str) -> None:
    (row,) = (row for row in datasets() if row["name"] == name)
    found = by_name.load(name)
    assert (row["samples"], row["features"], row["classes"]) == (*found.features.shape, found.classes)
    assert row["from"] == "scikit-learn"


def test_every_model_is_listed() -> None:
    assert [row["name"] for row in models()] == models_by_name.names()
    assert all(row["what"] for row in models())


def test_the_command_line_finds_the_lists(checkout: Path) -> None:
    points = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["symcheck.lists"]
    assert sorted(points) == ["datasets", "models"]
    for point in points.values():
        module, function = point.split(":")
        assert getattr(import_module(module), function)()


def test_nothing_is_loaded(fresh: Fresh) -> None:
    code = "import sys; from numerics.commands.listing import datasets, models; datasets(); models()"
    done = fresh("-c", f"{code}; print(sorted({{'torch', 'numpy', 'sklearn', 'sympy'}} & set(sys.modules)))")
    assert done.stdout == "[]\n", done.stderr
