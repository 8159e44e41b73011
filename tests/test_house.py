"""House rules that a machine can look at: what lies loose, what a folder says of itself, how things are called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGES = ("symcheck", "numerics", "benchmarks")

PRONOUNS = {"its", "it", "mine", "own", "ours", "theirs", "they", "them", "this", "that", "these", "those"}
"""What they stand for is a better name."""


def test_at_most_twelve_modules_lie_loose_and_each_folder_says_what_belongs_there(checkout: Path) -> None:
    assert len(list((checkout / "symcheck").glob("*.py"))) <= 12
    for package in ("symcheck", "numerics"):
        for folder in (p for p in (checkout / package).rglob("*") if p.is_dir() and any(p.glob("*.py"))):
            doc = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
            assert doc, folder
            assert doc.splitlines()[0].endswith((".", ":", ",")), folder


def named(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The names that the code gives, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield (node.id if isinstance(node, ast.Name) else node.attr), node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_called_by_a_pronoun(checkout: Path, package: str) -> None:
    found = [
        f"{path.relative_to(checkout)}:{line}: {name}"
        for path in sorted((checkout / package).rglob("*.py"))
        for name, line in named(ast.parse(path.read_text("utf-8")))
        if name.strip("_") in PRONOUNS
    ]
    assert found == []


def test_a_pronoun_is_seen() -> None:
    code = "its = 1\ndef f(mine):\n    self.own = mine\nfor that, x in ():\n    pass\n"
    assert {name for name, _ in named(ast.parse(code))} & PRONOUNS == {"its", "mine", "own", "that"}


@pytest.mark.parametrize("package", ["symcheck", "numerics"])
def test_nothing_is_called_utils(checkout: Path, package: str) -> None:
    vague = {"utils", "util", "helpers", "misc", "common", "tools"}
    assert [p for p in (checkout / package).rglob("*.py") if p.stem in vague] == []
