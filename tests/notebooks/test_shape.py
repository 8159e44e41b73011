"""What every notebook has: a promise, exercises with hidden solutions, a slider, slides, figures that can be read."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import jupytext
import nbconvert
import pytest

from tests.notebooks.running import FOLDER, NAMES, Notebook, source, stored

pytestmark = pytest.mark.notebook

SLIDES = {"slide", "subslide", "fragment", "skip", "notes"}
WITH_FIGURES = set(NAMES) - {"08_add_a_theorem"}
"""What a theorem says is no figure."""

NEEDS = re.compile(r"# needs symcheck\[(numerics|notebooks|numerics, notebooks)\]\n")


def code(notebook: Notebook) -> list[Notebook]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def html(cell: Notebook) -> str:
    return "".join(output.data["text/html"] for output in cell.outputs if "text/html" in output.get("data", {}))


@pytest.mark.parametrize("name", NAMES)
def test_it_begins_with_what_it_will_show(name: str) -> None:
    first, second = source(name).cells[:2]
    assert first.source.startswith("# ")
    assert re.search(r"At the end\s+you", first.source), "say what a reader has at the end"
    assert re.search(r"\bminutes?\b|\bquarter of an hour\b", first.source), "say how long it takes to read"
    assert "seconds" in first.source or "minute" in first.source
    others = set(re.findall(r"\]\((\w+)\.ipynb\)", first.source))
    assert others
    assert others <= set(NAMES) - {name}
    assert second.cell_type == "code"
    assert "notebook.begin()" in second.source


@pytest.mark.parametrize("name", NAMES)
def test_it_has_exercises_whose_solutions_are_hidden_and_assert(name: str) -> None:
    cells = source(name).cells
    asked = [place for place, cell in enumerate(cells) if cell.source.count("**Exercise.**")]
    solutions = [place for place, cell in enumerate(cells) if "solution" in cell.metadata.get("tags", ())]
    assert len(asked) >= 2
    assert [place + 1 for place in asked] == solutions
    for place in solutions:
        cell = cells[place]
        assert cell.metadata["jupyter"] == {"source_hidden": True}
        assert "hide-cell" in cell.metadata["tags"]
        assert "# Solution\n" in NEEDS.sub("", cell.source)[: len("# Solution\n")]
        assert any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source))), cell.source


@pytest.mark.parametrize("name", NAMES)
def test_every_claim_is_asserted(name: str) -> None:
    asserts = sum(
        isinstance(node, ast.Assert) for cell in code(source(name)) for node in ast.walk(ast.parse(cell.source))
    )
    assert asserts >= 10


@pytest.mark.parametrize("name", NAMES)
def test_it_has_one_slider_beside_what_it_shows(name: str) -> None:
    cells = code(stored(name))
    places = [place for place, cell in enumerate(cells) if re.search(r"\bslider\(", cell.source)]
    assert len(places) == 1
    (place,) = places
    assert "notebooks" in NEEDS.match(cells[place].source)[1]
    assert cells[place].outputs == []
    assert cells[place - 1].outputs, "show what the slider shows at one value in the cell before it"


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_has_its_place_on_the_slides(name: str) -> None:
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in source(name).cells]
    assert set(kinds) <= SLIDES
    assert kinds[0] == "slide"
    assert 5 <= kinds.count("slide") <= 40


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.slow] * (n != NAMES[0])) for n in NAMES])
def test_it_becomes_slides(name: str) -> None:
    exporter = nbconvert.SlidesExporter(exclude_input_prompt=True)
    body, _ = exporter.from_notebook_node(stored(name))
    assert body.count("<section") > 8


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_described_and_go_with_light_and_dark(name: str) -> None:
    figures = [figure for cell in code(stored(name)) for figure in re.findall(r"<svg.*?</svg>", html(cell), re.DOTALL)]
    assert figures or name not in WITH_FIGURES
    for figure in figures:
        label = re.search(r'aria-label="([^"]+)"', figure)
        assert label is not None
        assert len(label[1]) > 40, "say in words what is to be seen"
        assert 'fill="currentColor"' in figure
        assert not re.search(r"(fill|stroke): ?(#000000|#ffffff|#22272e|black|white)", figure)


@pytest.mark.parametrize("name", NAMES)
def test_axes_have_names(name: str) -> None:
    for cell in code(source(name)):
        if re.search(r"\bshown\(\s*figure\b", cell.source):
            assert re.search(r"set_xlabel|supxlabel|xlabel=", cell.source), cell.source
            assert re.search(r"set_ylabel|supylabel|ylabel=", cell.source), cell.source


def test_the_sources_are_what_is_edited() -> None:
    assert len(NAMES) == 8
    for name in NAMES:
        assert jupytext.read(FOLDER / f"{name}.py", fmt="py:percent").cells
        assert Path(FOLDER / f"{name}.ipynb").stat().st_size < 1.5e6
