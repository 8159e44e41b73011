"""Notebooks as the page shows them: prose as HTML with formulas in MathML, code as it is typed, outputs as stored."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from docs.site.links import MOVED
from symcheck.render.mathml import mathml

Json = dict[str, Any]


def notebooks(checkout: Path) -> dict[str, Json]:
    """Every stored notebook by its name: the ``title`` and the ``cells``."""
    return {path.stem: _notebook(path) for path in sorted((checkout / "notebooks").glob("*.ipynb"))}


def _notebook(path: Path) -> Json:
    cells = [_cell(cell) for cell in json.loads(path.read_text("utf-8"))["cells"]]
    title = next(re.search(r"^# (.+)$", cell["source"], flags=re.MULTILINE) for cell in cells)
    assert title is not None, f"{path.name}: the first cell has no heading"
    return {"title": title[1], "cells": cells}


def _cell(cell: Json) -> Json:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return {"kind": "prose", "source": source, "html": _prose(source)}
    return {
        "kind": "code",
        "source": source,
        "is_solution": "solution" in cell["metadata"].get("tags", ()),
        "stored": "".join(_output(output) for output in cell["outputs"]),
    }


def _output(output: Json) -> str:
    """A stored output as HTML."""
    if output["output_type"] == "stream":
        return f"<pre>{escape(''.join(output['text']))}</pre>"
    data = output["data"]
    if "text/html" in data:
        return "".join(data["text/html"])
    return f"<pre>{escape(''.join(data['text/plain']))}</pre>"


def _prose(source: str) -> str:
    rendered = _MARKDOWN.render(source)
    # Pages of the site and files of the checkout lie beside the folder of this page.
    rendered = re.sub(r'href="(\w+)\.ipynb(#[^"]*)?"', r'href="notebook.html#\1"', rendered)
    return re.sub(r'href="\.\./(?:docs/)?([\w/-]+?)\.md(#[^"]*)?"', _page, rendered)


def _page(link: re.Match[str]) -> str:
    page = MOVED.get(f"docs/{link[1]}.md", f"{link[1].lower()}.md").removesuffix(".md")
    return f'href="../{page}.html{link[2] or ""}"'


def _formula(tex: str, options: Json) -> str:
    return mathml(tex, display=bool(options["display_mode"]))


_MARKDOWN = (
    MarkdownIt("commonmark", {"html": True})
    .enable("table")
    .use(dollarmath_plugin, renderer=_formula, double_inline=True)
)
