"""Pages: what can be shown says its blocks once, and has them in every format."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path

from symcheck.render.block import Block
from symcheck.render.html import html_fragment, html_page
from symcheck.render.latex import latex_page
from symcheck.render.markdown import markdown_page
from symcheck.render.saved import checked_path, saved
from symcheck.render.text import text_page


class Page(ABC):
    """Something that is read as a page: ``print`` writes plain text, a notebook shows HTML by itself."""

    @abstractmethod
    def blocks(self) -> Iterable[Block]:
        """What the page says, in its order."""

    def to_text(self, *, columns: int | None = None, colour: bool = False) -> str:
        """The page as plain text for a terminal of so many ``columns``, None for a file, in ``colour`` or not."""
        return text_page(self.blocks(), columns, colour=colour)

    def to_markdown(self) -> str:
        """The page as Markdown."""
        return markdown_page(self.blocks())

    def to_latex(self) -> str:
        """The page as a fragment of LaTeX, for an article that loads amsmath and amssymb."""
        return latex_page(self.blocks())

    def to_html(self) -> str:
        """The page as a whole HTML document that needs no network: formulas are MathML."""
        return html_page(self.blocks())

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the page to ``path``, whose ending says how, and return the path.

        ``.txt``, ``.md``, ``.html``, ``.tex`` a whole document, ``.pdf`` printed by a browser of yours, ``.json`` for
        what has ``to_json``.  Raises ``OutputError`` for another ending, a file that exists already unless
        ``overwrite``, and where no browser is found.
        """
        json = getattr(self, "to_json", None)
        target = checked_path(path, overwrite=overwrite, has_json=json is not None)
        return saved(target, self.blocks, json)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        return html_fragment(self.blocks())
