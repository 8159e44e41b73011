"""docs/architecture.md: its picture is the contract, its files and names exist, its path is the one a call takes."""

from __future__ import annotations

import importlib
import json
import re
import tomllib
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest

from tests.conftest import Fresh

LINK = re.compile(r"\[([^\[\]]*)\]\(([^)\s]+)\)")
STEP = re.compile(r"^\| (\d+) \| \[[^\]]*\]\(\.\./([\w/]+)\.py\) `([\w.]+)` \|", re.MULTILINE)
NAMED = re.compile(r"\]\(\.\./((?:symcheck|numerics)/[\w/]+)\.py\) `([\w.]+)`")

TRACE = """
import json, os, sys
import symcheck as sc

sc.certify  # so that its modules are imported before the trace begins
root, seen = os.path.dirname(os.path.dirname(sc.__file__)), {}

def note(frame, event, argument):
    if event == "call":
        path = frame.f_code.co_filename
        if path.startswith(root):
            name = frame.f_code.co_qualname
            seen.setdefault((os.path.relpath(path, root).removesuffix(".py").replace(os.sep, "/"), name))

sys.setprofile(note)
str(sc.certify("gce", "l2"))
sys.setprofile(None)
print(json.dumps(list(seen)))
"""
"""Prints the functions of the package in the order in which the call of the page first reaches each of them."""


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / "docs" / "architecture.md").read_text("utf-8")


def steps(page: str) -> list[tuple[str, str]]:
    """The path of the page: module path and name of each step."""
    found = STEP.findall(page)
    assert [int(n) for n, _, _ in found] == list(range(1, len(found) + 1))
    return [(module, name) for _, module, name in found]


def missing(page: str, checkout: Path) -> Iterator[str]:
    """Links of ``page`` that lead nowhere, and names that the linked module does not have."""
    for _, target in LINK.findall(page):
        if "://" not in target and not (checkout / "docs" / target.partition("#")[0]).exists():
            yield target
    for module, name in NAMED.findall(page):
        try:
            reduce(getattr, name.split("."), importlib.import_module(module.replace("/", ".")))
        except (AttributeError, ImportError):
            yield f"{module}: {name}"


def test_links_and_names_exist(page: str, checkout: Path) -> None:
    assert len(NAMED.findall(page)) > 45
    assert list(missing(page, checkout)) == []


def test_a_link_that_says_a_path_says_the_one_it_leads_to(page: str) -> None:
    for text, target in LINK.findall(page):
        if "/" in text and not target.startswith("#"):
            assert target.endswith(text.replace("\\", "")), target


def test_the_examples_are_not_in_the_package_yet(page: str, checkout: Path) -> None:
    """And the folders that they go into are there."""
    new = re.findall(r"^`((?:symcheck|numerics)/[\w/]+\.py)`:\n\n```python", page, re.MULTILINE)
    assert len(new) > 5
    for path in new:
        assert not (checkout / path).exists()
        assert (checkout / path).parent.is_dir()


def test_the_path_is_the_one_that_the_call_takes(page: str, fresh: Fresh) -> None:
    done = fresh("-c", TRACE)
    assert done.returncode == 0, done.stderr
    reached = [tuple(pair) for pair in json.loads(done.stdout)]
    wanted = steps(page)
    assert len(wanted) > 20
    assert [step for step in wanted if step not in reached] == []
    assert sorted(wanted, key=reached.index) == wanted


def test_the_picture_is_the_contract(page: str, checkout: Path) -> None:
    """Every folder stands on its floor; single files, which the contract has in brackets, are not in the picture."""
    assert floors(page) == contract("layers", checkout)
    assert all((checkout / "symcheck" / name).is_dir() for floor in floors(page) for name in floor)
    chain = " --> ".join(f"floor{i}" for i in range(1, len(floors(page)) + 1))
    assert f"    {chain}\n" in page


@pytest.mark.parametrize("name", ["conditions", "numerics"])
def test_the_floors_of_a_folder_are_the_contract(name: str, page: str, checkout: Path) -> None:
    (told,) = re.findall(rf"^`{name}` has floors of its own, from above: ([^.]*)\.", page, re.MULTILINE)
    assert [re.findall(r"`(\w+)`", floor) for floor in told.split(";")] == contract(name, checkout)


def test_the_files_beside_the_folders_have_a_line_each(page: str, checkout: Path) -> None:
    told = re.findall(r"^\| \[[^\]]*\]\(\.\./symcheck/(\w+)\.py\) \| [a-z]", page, re.MULTILINE)
    there = [file.stem for file in (checkout / "symcheck").glob("*.py")]
    assert sorted(told) == sorted(name for name in there if not name.startswith("__"))


def contract(name: str, checkout: Path) -> list[list[str]]:
    """The folders of the contract ``name`` of pyproject.toml, floor by floor from above."""
    settings = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in settings if c["id"] == name)
    folders = [[n for n in layer.split(" | ") if not n.startswith("(")] for layer in layers]
    return [floor for floor in folders if floor]


def floors(page: str) -> list[list[str]]:
    """The folders of the picture, floor by floor from above."""
    (picture,) = re.findall(r"^```mermaid\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    found = re.findall(r"^    subgraph (floor\d+) .*?^    end$", picture, re.DOTALL | re.MULTILINE)
    assert found == [f"floor{i}" for i in range(1, len(found) + 1)]
    parts = re.findall(r"^    subgraph .*?^    end$", picture, re.DOTALL | re.MULTILINE)
    return [re.findall(r'^        (\w+)\["<b>\1</b><br/>[^"]+"\]$', part, re.MULTILINE) for part in parts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](../README.md) [b](theory.md#1-setting) [c](https://example.org)", []),
        ("[a](../READMEE.md)", ["../READMEE.md"]),
        ("[x](../symcheck/cli.py) `main`", []),
        ("[x](../symcheck/cli.py) `nain`", ["symcheck/cli: nain"]),
        ("[x](../symcheck/theorems/base.py) `Theorem.applied`", ["symcheck/theorems/base: Theorem.applied"]),
        ("[x](../symcheck/gone.py) `main`", ["../symcheck/gone.py", "symcheck/gone: main"]),
    ],
)
def test_what_is_missing_is_noticed(text: str, found: list[str], checkout: Path) -> None:
    assert list(missing(text, checkout)) == found
