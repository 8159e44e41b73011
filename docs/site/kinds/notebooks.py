"""Notebooks as they are stored, and a page that lists them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from docs.site.page import SitePage, Source


def sources(checkout: Path, _workers: int) -> Iterator[Source]:
    """Every notebook, and ``notebooks/index.md`` with their titles."""
    found = sorted((checkout / "notebooks").glob("*.ipynb"))
    entries = [
        f"- [{_title(path)}](../../notebooks/{path.name}), {_in_browser(path, 'in the browser')}" for path in found
    ]
    names = "\n".join(path.stem for path in found)
    yield SitePage(
        "notebooks/index.md",
        "# Notebooks\n\nThey are shown as they were run; `make notebooks` runs them again. What they prove runs in a "
        "browser as well, with nothing to install; the cells that train are left out there.\n\n"
        + "\n".join(entries)
        + f"\n\n```{{toctree}}\n:hidden:\n\n{names}\n```\n",
    )
    for path in found:
        yield SitePage(f"notebooks/{path.name}", _with_way_to_browser(path), f"notebooks/{path.name}")


def _with_way_to_browser(path: Path) -> str:
    """The stored notebook with a cell after the first one that leads to where its cells run."""
    content = json.loads(path.read_text("utf-8"))
    way = {
        "cell_type": "markdown",
        "id": "in-the-browser",
        "metadata": {},
        "source": [_in_browser(path, "Run it in the browser")],
    }
    content["cells"].insert(1, way)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _in_browser(path: Path, words: str) -> str:
    return f'<a class="try" href="../try/notebook.html#{path.stem}">{words}</a>'


def _title(path: Path) -> str:
    """The first heading of a notebook."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        for line in "".join(cell["source"]).splitlines():
            if line.startswith("# "):
                return line[2:].strip()
    raise ValueError(f"{path.name}: no cell has a heading; begin the notebook with a line '# ...'")
