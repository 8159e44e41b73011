"""The notebooks: the .py that is edited, executed, is the .ipynb that is read; make notebooks writes it again.

An executed notebook holds nothing that differs between machines or runs, but for the outputs of cells with the tag
``measured``: figures, and numbers near rounding error.
"""

from __future__ import annotations

import copy
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from tests.notebooks.running import FOLDER, MEASURED, NAMES, Notebook, executed, notebook_in, source, stored

pytestmark = pytest.mark.notebook

LONG = ("02_refused", "05_train", "06_how_much_noise", "07_preferences")
"""Those that train, or take long: a slow test runs them."""


def outputs(notebook: Notebook) -> list[Any]:
    """The outputs of the cells of ``notebook``, None in the place of those that depend on the machine."""
    return [
        None if MEASURED in cell.metadata.get("tags", ()) else cell.outputs
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the user's own Jupyter is read or written."""
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in LONG)) for name in NAMES])
def test_a_notebook_runs_and_is_what_is_stored(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    fresh = executed(source(name), tmp_path)
    if request.config.getoption("--regenerate"):
        nbformat.write(fresh, FOLDER / f"{name}.ipynb")
    code = [cell for cell in fresh.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    kept = stored(name)
    assert len(fresh.cells) == len(kept.cells)
    assert outputs(fresh) == outputs(kept), f"{name}.ipynb shows something else: make notebooks writes it again"


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_notebook_has_the_cells_of_its_source(name: str) -> None:
    mine, kept = source(name), stored(name)
    assert [(c.cell_type, c.source) for c in mine.cells] == [(c.cell_type, c.source) for c in kept.cells]
    assert [c.metadata for c in mine.cells] == [c.metadata for c in kept.cells]
    nbformat.validate(kept)


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_notebook_shows_results_and_no_errors(name: str) -> None:
    kept = stored(name)
    found = [output for cell in kept.cells if cell.cell_type == "code" for output in cell.outputs]
    assert len(found) >= 10
    assert {output.output_type for output in found} <= {"stream", "display_data", "execute_result"}
    assert [o for o in found if o.output_type == "stream" and o.name != "stdout"] == []
    shown = [output.data["text/plain"] for output in found if output.output_type == "execute_result"]
    # A figure has in words what is to be seen; anything else has a name that fits into a line.
    lines = [line for text in shown if not text.startswith("<Shown: ") for line in text.splitlines()]
    assert max(map(len, lines)) < 100
    assert str(FOLDER.parent) not in nbformat.writes(kept)
    assert str(Path(sys.prefix)) not in nbformat.writes(kept)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_stored_notebook_shows_needs_no_network(name: str) -> None:
    """Converted to HTML an output shows the first of these forms that it has, and formulas in MathML, not in LaTeX."""
    forms = ("text/html", "image/svg+xml", "image/png", "text/latex", "text/markdown", "text/plain")
    for cell in stored(name).cells:
        for output in cell.get("outputs", ()):
            shown = next((form for form in forms if form in output.get("data", {})), "text/plain")
            assert shown not in ("text/latex", "text/markdown"), f"{cell.source}\nhas no form in HTML"
            if shown == "text/html":
                assert raw_tex(output.data["text/html"]) == []
                assert not re.search(r"<script|<link|src=[\"']http", output.data["text/html"])


def raw_tex(html: str) -> list[str]:
    """What a reader of ``html`` would see of LaTeX: commands and dollar signs outside of MathML and code."""
    visible = re.sub(r"<(math|style|code|pre|svg)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.findall(r"\\[A-Za-z]+|\$", visible)


def test_raw_tex_is_seen() -> None:
    assert raw_tex("<p>$\\frac{1}{C}$ and \\kappa</p>") == ["$", "\\frac", "$", "\\kappa"]
    assert raw_tex("<p><math><mi>C</mi></math> <code>$x</code> is all</p>") == []


def test_there_are_notebooks() -> None:
    assert "01_certify" in NAMES
    assert sorted(file.stem for file in FOLDER.glob("*.ipynb")) == NAMES


HEADER = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

"""


def test_a_cell_that_raises_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        executed(notebook_in(f"{HEADER}# %%\n1 / 0\n"), tmp_path)


def test_outputs_are_compared_but_for_measured_cells(tmp_path: Path) -> None:
    text = f'{HEADER}# %%\nprint(1)\n\n# %% tags=["measured"]\nprint(2)\n'
    fresh = executed(notebook_in(text), tmp_path)
    assert [[o.text for o in cell.outputs] for cell in fresh.cells] == [["1\n"], ["2\n"]]
    doctored = copy.deepcopy(fresh)
    doctored.cells[1].outputs[0].text = "3\n"
    assert outputs(doctored) == outputs(fresh)
    doctored.cells[0].outputs[0].text = "2\n"
    assert outputs(doctored) != outputs(fresh)


def test_a_notebook_is_the_same_file_each_time(tmp_path: Path) -> None:
    slow = "import time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(i / 4)\n"
    text = f"{HEADER}# %% [markdown]\n# words\n\n# %%\n{slow}\n# %%\n1 + 1\n"
    first, second = (executed(notebook_in(text), tmp_path) for _ in range(2))
    assert nbformat.writes(first) == nbformat.writes(second)
    assert [output.text for output in first.cells[1].outputs] == ["0\n1\n2\n"]
