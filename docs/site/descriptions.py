"""A description of each page for those who look for it: its first paragraph."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

LONGEST = 200
"""Characters of a description."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Give every page a description."""
    app.connect("html-page-context", _described)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _described(
    _app: Sphinx, page: str, _template: str, context: dict[str, str], document: nodes.document | None
) -> None:
    said = _first_paragraph(document) if document is not None else ""
    text = said or f"{page.rpartition('/')[2]}: a page of symcheck"
    tag = f'<meta name="description" content="{_attribute(shortened(text))}">'
    if 'name="description"' not in context.get("metatags", ""):
        context["metatags"] = context.get("metatags", "") + tag


def shortened(text: str) -> str:
    """The first sentences of ``text`` that fit, or its first words."""
    one = " ".join(text.split())
    if len(one) <= LONGEST:
        return one
    kept = one[:LONGEST]
    sentence = kept.rfind(". ")
    return kept[: sentence + 1] if sentence > LONGEST // 3 else kept[: kept.rfind(" ")] + " ..."


def _first_paragraph(document: nodes.document) -> str:
    for paragraph in document.findall(nodes.paragraph):
        text = str(paragraph.astext()).strip()
        if len(text) > 20 and not text.startswith("All "):
            return text
    return ""


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
