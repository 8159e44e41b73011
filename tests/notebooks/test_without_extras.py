"""Without the extras a notebook says which one a cell needs, and everything else in it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from symcheck.notebook.left_out import missing_extra
from tests.notebooks.running import FOLDER, NAMES, executed, source

pytestmark = pytest.mark.notebook

BLOCKED = ("torch", "numpy", "scipy", "sklearn", "matplotlib", "tqdm", "pandas", "ipywidgets")

FINDER = f"""
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
"""

RUN = (
    FINDER
    + """
import json
sys.modules["IPython"] = None  # as in a browser
from docs.browser.engine import run
print(json.dumps([run(source) for source in json.load(sys.stdin)]))
"""
)

QUICK = ("01_certify", "05_train", "06_how_much_noise")

SYMBOLIC = {
    "01_certify": 18, "02_refused": 20, "03_your_own": 10, "04_the_paper": 20, "05_train": 3, "06_how_much_noise": 4,
    "07_preferences": 10, "08_add_a_theorem": 14,
}  # fmt: skip
"""How many cells run at least: what is proved needs no extra."""


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.slow] * (n not in QUICK)) for n in NAMES])
def test_what_needs_no_extra_runs_without_any(name: str, tmp_path: Path, checkout: Path) -> None:
    cells = [cell.source for cell in source(name).cells if cell.cell_type == "code"]
    done = subprocess.run(
        [sys.executable, "-c", RUN], input=json.dumps(cells), capture_output=True, text=True, cwd=tmp_path,
        env={"PYTHONPATH": str(checkout), "HOME": str(tmp_path), "PATH": ""}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    raised = [(cell, answer["raised"]) for cell, answer in zip(cells, answers, strict=True) if answer["raised"]]
    assert raised == []
    left_out = [cell for cell, answer in zip(cells, answers, strict=True) if answer["is_left_out"]]
    assert left_out == [cell for cell in cells if cell.startswith("# needs symcheck[")]
    assert len(cells) - len(left_out) >= SYMBOLIC[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["01_certify", "06_how_much_noise"])
def test_in_jupyter_too(name: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(FINDER)
    fresh = executed(source(name), tmp_path, str(tmp_path))
    shown = [
        "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
        for cell in fresh.cells
        if cell.cell_type == "code" and cell.source.startswith("# needs symcheck[")
    ]
    assert shown
    assert all(text.startswith("LeftOut(") for text in shown)


def test_every_notebook_is_counted() -> None:
    assert set(SYMBOLIC) == set(NAMES)
    assert (FOLDER / "01_certify.py").exists()
    assert missing_extra("# needs symcheck[numerics]\n1") is None, "the tests run with every extra"
