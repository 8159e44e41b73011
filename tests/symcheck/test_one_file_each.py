"""Packages with one thing a file: which files count, and when each is imported."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from symcheck.errors import UnknownNameError
from symcheck.one_file_each import LONGEST, OneFileEach


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with two files that count and a file, a folder and a private file that do not."""
    folder = tmp_path / "shapes_of_the_test"
    (folder / "deep").mkdir(parents=True)
    for name in ("__init__", "square", "circle", "base", "_private", "deep/__init__"):
        (folder / f"{name}.py").write_text(f"NAME = {name!r}\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == folder.name]:
        del sys.modules[name]


@pytest.fixture
def shapes(package: Path) -> OneFileEach:
    return OneFileEach(package.name, besides=("base",))


def test_the_names_are_those_of_the_files_in_order(shapes: OneFileEach) -> None:
    assert shapes.names == ("circle", "square")
    assert [file.NAME for file in shapes] == ["circle", "square"]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("circle", True), ("base", False), ("_private", False), ("deep", False), ("__init__", False), ("", False),
        ("Circle", False), ("circle.py", False), ("../circle", False), ("x" * (LONGEST + 1), False), ("x" * 999, False),
    ],
)  # fmt: skip
def test_a_name_is_in_it_if_it_is_listed(shapes: OneFileEach, name: str, counts: bool) -> None:
    assert (name in shapes) == (name in shapes.names) == counts


def test_a_file_is_imported_when_it_is_asked_for(shapes: OneFileEach, package: Path) -> None:
    (package / "broken.py").write_text("raise ZeroDivisionError")
    assert "broken" in shapes
    assert shapes.module("circle").NAME == "circle"
    assert f"{package.name}.square" not in sys.modules
    with pytest.raises(ZeroDivisionError):
        shapes.module("broken")


def test_a_folder_on_the_path_of_the_package_is_looked_into(
    shapes: OneFileEach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "triangle.py").write_text("NAME = 'triangle'\n")
    module = import_module(shapes.package)
    monkeypatch.setattr(module, "__path__", [*module.__path__, str(tmp_path)])
    assert "triangle" in shapes
    assert shapes.names == ("circle", "square", "triangle")
    assert shapes.module("triangle").NAME == "triangle"


@pytest.mark.parametrize("name", ["circles", "base", "_private", "deep"])
def test_a_name_that_is_none_is_refused(shapes: OneFileEach, name: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        shapes.module(name)
    near = "; did you mean circle?" if name == "circles" else ""
    assert str(caught.value) == f"shapes_of_the_test has no file {name}.py{near}"
