"""The tree of contents beside a page that stands in none: made once a folder, as it is the same for all pages there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

_BEFORE_THE_THEME = 100


def setup(app: Sphinx) -> ExtensionMetadata:
    """Keep the trees that are made."""
    kept: dict[tuple[str, str], str] = {}

    def with_kept_tree(app: Sphinx, page: str, _template: str, context: dict[str, Any], _document: object) -> None:
        tree = context.get("toctree")
        if tree is not None and "orphan" in app.env.metadata.get(page, {}):
            context["toctree"] = _kept(tree, page.rpartition("/")[0], kept)

    app.connect("html-page-context", with_kept_tree, priority=_BEFORE_THE_THEME)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _kept(tree: Callable[..., str], folder: str, kept: dict[tuple[str, str], str]) -> Callable[..., str]:
    """``tree`` with what it has made for this folder before: links are relative to the folder, and none is current."""

    def made(**options: object) -> str:
        key = (folder, repr(sorted(options.items())))
        if key not in kept:
            kept[key] = tree(**options)
        return kept[key]

    return made
