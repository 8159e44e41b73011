"""Notebooks for the page: prose with formulas in MathML, cells as typed, outputs as stored, links that lead on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from docs.browser.notebooks import _prose, notebooks
from tests.notebooks.running import NAMES, source


@pytest.fixture(scope="module")
def found(checkout: Path) -> dict[str, dict[str, Any]]:
    return notebooks(checkout)


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_there(name: str, found: dict[str, dict[str, Any]]) -> None:
    cells = source(name).cells
    shown = found[name]["cells"]
    assert [cell["source"] for cell in shown] == [cell.source for cell in cells]
    assert [cell["kind"] == "code" for cell in shown] == [cell.cell_type == "code" for cell in cells]
    assert sum(cell.get("is_solution", False) for cell in shown) >= 2
    assert f"# {found[name]['title']}\n" in cells[0].source


@pytest.mark.parametrize("name", NAMES)
def test_prose_is_html_without_latex(name: str, found: dict[str, dict[str, Any]]) -> None:
    for cell in found[name]["cells"]:
        if cell["kind"] == "prose":
            visible = re.sub(r"<(math|code|pre)\b.*?</\1>", "", cell["html"], flags=re.DOTALL)
            assert not re.search(r"\$|\\[a-z]+", visible), cell["html"]


def test_links_lead_to_pages_beside_the_folder() -> None:
    assert 'href="notebook.html#02_refused"' in _prose("[next](02_refused.ipynb)")
    assert 'href="../try.html"' in _prose("[here](../docs/try.md)")
    assert 'href="../paper/index.html#e10"' in _prose("[here](../docs/PAPER.md#e10)")
    assert 'href="https://arxiv.org/abs/2104.12477"' in _prose("[paper](https://arxiv.org/abs/2104.12477)")


def test_text_of_outputs_is_no_html(found: dict[str, dict[str, Any]]) -> None:
    stored = "".join(cell.get("stored", "") for notebook in found.values() for cell in notebook["cells"])
    assert "<script" not in stored
    assert "&lt;Certificate" in stored or "&lt;Repairs" in stored or "&#x27;" in stored
