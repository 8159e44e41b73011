"""Notebooks in the browser: their cells run, those that need what no browser has are left out and said to be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.site.try_page.tab import Tab

pytestmark = pytest.mark.site

NAMES = sorted(path.stem for path in (Path(__file__).resolve().parents[3] / "notebooks").glob("*.py"))


@pytest.fixture(scope="module")
def tab(window: Browser, home: str) -> Iterator[Tab]:
    """A tab with the page of notebooks."""
    context = window.new_context(viewport={"width": 1200, "height": 900})
    found = Tab(context.new_page(), home)
    found.open("notebook.html")
    yield found
    context.close()


def turn_to(name: str, tab: Tab) -> None:
    """Show the notebook of this name, as a link does."""
    page = tab.page
    page.wait_for_selector("#run-all:enabled")
    page.locator("#cells").evaluate("cells => cells.firstElementChild.setAttribute('data-old', '')")
    is_another = not page.url.endswith(f"#{name}")
    page.click(f"#notebooks a[href='#{name}']")
    if is_another:
        expect(page.locator("[data-old]")).to_have_count(0)
    expect(page.locator(f"#notebooks a[href='#{name}']")).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("name", NAMES)
def test_the_symbolic_part_runs(name: str, tab: Tab, folder: Path) -> None:
    cells = [
        c
        for c in json.loads((folder / "notebooks" / f"{name}.json").read_text("utf-8"))["cells"]
        if c["kind"] == "code"
    ]
    left_out = sum(cell["source"].startswith("# needs symcheck[") for cell in cells)
    turn_to(name, tab)
    tab.page.click("#run-all")
    told = tab.page.locator("#working")
    expect(told).to_have_text(re.compile("cells ran|raised"))
    assert tab.page.locator(".output .error").all_inner_texts() == []
    expect(told).to_have_text(f"{len(cells) - left_out} cells ran, {left_out} were left out")


def test_a_cell_that_is_changed_runs_as_it_stands(tab: Tab) -> None:
    page = tab.page
    turn_to("04_the_paper", tab)
    turn_to("01_certify", tab)
    source = page.get_by_role("textbox", name="Cell 1", exact=True)
    source.fill("import symcheck as sc\nprint('here', 3)\nsc.certify('gce', 'l2', classes=4)")
    source.press("Shift+Enter")
    output = page.locator(".output").first
    expect(output.locator("pre").first).to_have_text("here 3\n")
    expect(output.locator("h1")).to_contain_text("PROVED")
    source.fill("1/0")
    page.get_by_role("button", name="Run cell 1", exact=True).click()
    expect(output.locator(".error")).to_contain_text("ZeroDivisionError: division by zero")
    source.fill("while True: pass")
    source.press("Shift+Enter")
    page.click("#stop")
    expect(page.locator("#working")).to_contain_text("stopped; Python starts again")
    source.fill("'x' * 3")
    source.press("Shift+Enter")
    expect(output).to_contain_text("'xxx'")
    page.click("#restart")
    expect(source).to_have_value(re.compile("^import|^from|^#"))
