"""A certificate on another page: its first lines, and all of it, folded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from docs.site.entries.markdown import raw
from symcheck.render.block import Paragraph, Title
from symcheck.render.html import html_fragment
from symcheck.render.markdown import markdown_line
from symcheck.render.page import Page


def opening(page: Page) -> Iterator[str]:
    """The headline of ``page``, and the paragraph below it if there is one."""
    for place, block in enumerate(page.blocks()):
        if not isinstance(block, Title if place == 0 else Paragraph) or place > 1:
            return
        yield markdown_line(block.line)


def certificate_folded(title: str, page: Page) -> str:
    """The whole ``page`` as a notebook shows it; its headings stand below those of the section."""
    html = html_fragment(page.blocks())
    lowered = re.sub(r"<(/?)h2>", r"<\1h4>", re.sub(r"<(/?)h1>", r"<\1h3>", html))
    return raw(f'<details class="folded"><summary>{escape(title)}</summary>\n{lowered}</details>')
