"""Docstrings as MyST: prose with its formulas, lists of fields, examples."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

from docs.site.entries.markdown import fenced, prose

Link = Callable[[str], str | None]
"""Where a name between double backquotes is explained, None for a name that is explained nowhere."""

_FIELD = re.compile(r"^``[\w.]+``(?:, ``[\w.]+``)*: ")
_HEAD = re.compile(r"^(Parameters|Returns|Raises|Source|Reference|Yields)\b:?")


def docstring_page(doc: str, link: Link) -> str:
    """The docstring ``doc`` in MyST; names that ``link`` knows lead to where they are explained."""
    return "\n\n".join(part for block in _blocks(inspect.cleandoc(doc)) if (part := _written(block, link)))


def _blocks(doc: str) -> Iterator[str]:
    """Paragraphs, lines about a field each, and examples, which go on up to an empty line."""
    for paragraph in re.split(r"\n\s*\n", doc):
        if paragraph.lstrip().startswith(">>>"):
            yield inspect.cleandoc(paragraph)
            continue
        lines: list[str] = []
        for line in paragraph.splitlines():
            if lines and (_FIELD.match(line) or _HEAD.match(line) or line.startswith("- ")):
                yield "\n".join(lines)
                lines = []
            lines.append(line)
        yield "\n".join(lines)


def _written(block: str, link: Link) -> str:
    if block.startswith(">>>"):
        return fenced("pycon", block.replace("<BLANKLINE>", ""))
    text = " ".join(block.split())
    if _FIELD.match(text):
        return f"- {_line(text, link)}"
    if text.startswith("- "):
        return f"- {_line(text[2:], link)}"
    head = _HEAD.match(text)
    if head is None:
        return _line(text, link)
    # Words before a noun, "Returns a certificate", begin the sentence; with a colon they are a heading.
    word = head[1]
    return f"**{word}** {_line(text[head.end() :].strip(), link)}"


def _line(text: str, link: Link) -> str:
    return "".join(_pieces(text, link))


def _pieces(text: str, link: Link) -> Iterator[str]:
    for n, piece in enumerate(re.split(r"``(.+?)``", text)):
        if n % 2 == 0:
            yield _files(prose(piece)) if piece else ""
        else:
            target = link(piece)
            yield f"`{piece}`" if target is None else f"[`{piece}`]({target})"


def _files(text: str) -> str:
    """Paths of the documentation as links."""
    return re.sub(r"(?<![\w(/])docs/(\w+\.md)", r"[docs/\1](../../docs/\1)", text)
