"""A cell that needs what is not installed says so; the others run."""

from __future__ import annotations

from pathlib import Path

import nbclient
import nbformat
import pytest

from symcheck.arguments import packages
from symcheck.errors import ArgumentError
from symcheck.notebook import begin, left_out
from symcheck.notebook.left_out import lines_that_run, missing_extra


@pytest.fixture
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_is_installed", lambda _module: False)


@pytest.mark.parametrize(
    ("source", "extra"),
    [
        ("# needs symcheck[numerics]\nimport torch\n", "numerics"),
        ("\n\n#needs symcheck[notebooks]\n1", "notebooks"),
        ("  # needs symcheck[numerics,notebooks]  \n1", "numerics"),
        ("import torch\n# needs symcheck[numerics]\n", None),
        ("# needs symcheck\n1", None),
        ("# what needs symcheck[numerics]\n1", None),
        ("print('# needs symcheck[numerics]')", None),
        ("", None),
    ],
)
@pytest.mark.usefixtures("_nothing_installed")
def test_a_cell_says_what_it_needs_in_its_first_line(source: str, extra: str | None) -> None:
    assert missing_extra(source) == extra


def test_nothing_is_left_out_where_everything_is_installed() -> None:
    lines = ["# needs symcheck[numerics, notebooks]\n", "1 + 1\n"]
    assert lines_that_run(lines) is lines


@pytest.mark.usefixtures("_nothing_installed")
def test_what_stands_in_its_place() -> None:
    (line,) = lines_that_run(["# needs symcheck[numerics]\n", "import torch\n"])
    assert line == "__import__('symcheck.notebook').notebook.left_out('numerics')\n"
    assert str(left_out("notebooks")) == (
        'Left out, because it needs ipywidgets: pip install "symcheck[notebooks]", then run it again.'
    )
    assert left_out("numerics").missing[:2] == ("PyTorch", "NumPy")
    assert "needs PyTorch, NumPy, SciPy, scikit-learn, Matplotlib and tqdm: " in str(left_out("numerics"))


@pytest.mark.usefixtures("_nothing_installed")
def test_one_package_that_is_missing_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_is_installed", lambda module: module != "tqdm")
    assert left_out("numerics").missing == ("tqdm",)


def test_an_extra_that_is_none() -> None:
    message = "extra: 'numeric' is not one that a cell can need; these are numerics, notebooks; did you mean numerics?"
    with pytest.raises(ArgumentError) as raised:
        left_out("numeric")
    assert str(raised.value) == message


def test_begin_does_nothing_outside_of_a_notebook() -> None:
    assert begin() is None


def test_a_notebook_goes_on(tmp_path: Path) -> None:
    cells = [
        "import sys; sys.modules['torch'] = None\nfrom symcheck.notebook import begin\nbegin(); begin()",
        "# needs symcheck[numerics]\nraise ValueError('this cell is to be left out')",
        "1 + 1",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [cell.outputs[0].data["text/plain"] for cell in notebook.cells[1:]]
    assert shown == [repr(left_out("numerics")).replace("()", "('PyTorch',)"), "2"]
