"""A certificate on another page: its first lines, and all of it, folded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docs.site.entries.markdown import folded
from symcheck.render.block import Paragraph, Title
from symcheck.render.markdown import markdown_line
from symcheck.render.page import Page


def opening(page: Page) -> Iterator[str]:
    """The headline of ``page``, and the paragraph below it if there is one."""
    for place, block in enumerate(page.blocks()):
        if not isinstance(block, Title if place == 0 else Paragraph) or place > 1:
            return
        yield markdown_line(block.line)


def certificate_folded(title: str, page: Page) -> str:
    """The whole ``page``; its headings become lines in bold, as it stands inside a section."""
    return folded(title, re.sub(r"^#+ (.*)$", _bold, page.to_markdown(), flags=re.MULTILINE))


def _bold(heading: re.Match[str]) -> str:
    return f"**{heading[1].replace('**', '')}**"
