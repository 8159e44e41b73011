"""Notebooks as they are run: the .py that is edited becomes the .ipynb that is read."""

from __future__ import annotations

import copy
import hashlib
import os
from pathlib import Path
from typing import Any

import jupytext
import nbclient
import nbformat

Notebook = Any

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = sorted(file.stem for file in FOLDER.glob("*.py"))
SECONDS = 300
MEASURED = "measured"
"""The tag of cells whose outputs differ between machines."""

WIDGET = "application/vnd.jupyter.widget-view+json"
"""A slider: it lives as long as its kernel, and is not stored."""


def notebook_in(text: str) -> Notebook:
    """The notebook that ``text`` in the percent format stands for, with nothing in it that is drawn at random."""
    notebook = jupytext.reads(text, fmt="py:percent")
    notebook.metadata = nbformat.from_dict({"kernelspec": notebook.metadata["kernelspec"]})
    for i, cell in enumerate(notebook.cells):
        cell.id = f"{i:02d}-{hashlib.sha256(cell.source.encode()).hexdigest()[:8]}"
    return notebook


def executed(notebook: Notebook, folder: Path, *before: str) -> Notebook:
    """``notebook`` with the outputs that its cells have when they run in the empty ``folder``.

    ``before`` are folders in which Python looks for modules first.
    Raises ``CellExecutionError`` for a cell that raises.
    """
    fresh = copy.deepcopy(notebook)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([*before, str(FOLDER.parent)]),
        "IPYTHONDIR": str(folder / ".ipython"),
    }
    client = nbclient.NotebookClient(
        fresh, timeout=SECONDS, record_timing=False, resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=environment)
    fresh.metadata.pop("language_info", None)  # names the version of Python
    fresh.metadata.pop("widgets", None)  # the state of sliders, which have no kernel any more
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs = _joined([output for output in cell.outputs if WIDGET not in output.get("data", {})])
    return fresh


def _joined(found: list[Any]) -> list[Any]:
    """``found`` with neighbouring streams as one: where a kernel cuts them depends on the clock."""
    joined: list[Any] = []
    for output in found:
        last = joined[-1] if joined else None
        if last is not None and last.output_type == output.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def stored(name: str) -> Notebook:
    file = FOLDER / f"{name}.ipynb"
    assert file.exists(), f"{file.name} is missing: make notebooks writes it"
    return nbformat.read(file, as_version=4)


def source(name: str) -> Notebook:
    return notebook_in((FOLDER / f"{name}.py").read_text("utf-8"))
