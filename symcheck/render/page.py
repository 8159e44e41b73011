"""Pages: what can be shown says its blocks once, and has them in every format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from symcheck.render.block import Block
from symcheck.render.latex import latex_page
from symcheck.render.markdown import markdown_page
from symcheck.render.text import text_page


class Page(ABC):
    """Something that is read as a page: ``print`` writes plain text, a notebook shows Markdown by itself."""

    @abstractmethod
    def blocks(self) -> Iterable[Block]:
        """What the page says, in its order."""

    def to_text(self) -> str:
        """The page as plain text for a terminal."""
        return text_page(self.blocks())

    def to_markdown(self) -> str:
        """The page as Markdown."""
        return markdown_page(self.blocks())

    def to_latex(self) -> str:
        """The page as a fragment of LaTeX, for an article that loads amsmath and amssymb."""
        return latex_page(self.blocks())

    def __str__(self) -> str:
        return self.to_text()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()
