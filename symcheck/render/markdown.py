"""Pages as Markdown, as notebooks and code hosts show it: tables, and formulas between dollar signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symcheck.render.block import (
    Block,
    Code,
    Inline,
    Item,
    Items,
    Line,
    Link,
    Paragraph,
    Part,
    Picture,
    Section,
    Strong,
    Table,
    Title,
)
from symcheck.render.inline import tex_of_piece
from symcheck.render.prose import line_of

_LEVEL = 3
"""The level of a title, unless the page has parts."""
_SIDES = {" ": "---", "l": ":--", "r": "--:", "c": ":-:"}
_SPECIAL = re.compile(r"[\\`*_<>|$~]|(?<=\])\(")
# Markdown reads the text before anybody sets its mathematics: it takes the backslash from \, and \{, and * | < for
# signs of its grammar.
_SAFE = {
    r"\,": r"\thinspace ", r"\;": r"\thickspace ", r"\!": r"\negthinspace ", r"\{": r"\lbrace ", r"\}": r"\rbrace ",
    r"\|": r"\Vert ", "|": r"\vert ", "<": r"\lt ", ">": r"\gt ", "*": r"\ast ", r"\operatorname": r"\mathrm",
}  # fmt: skip
_UNSAFE = re.compile("|".join(map(re.escape, sorted(_SAFE, key=len, reverse=True))))


def markdown_page(blocks: Iterable[Block]) -> str:
    """``blocks`` as Markdown that ends with a newline."""
    found = list(blocks)
    # A page with parts is a document; any other one may stand in a notebook, among headings of somebody else.
    level = 1 if any(isinstance(block, Part) for block in found) else _LEVEL
    return "\n\n".join("\n".join(_written(block, level)) for block in found) + "\n"


def markdown_line(line: Line) -> str:
    """``line`` as Markdown."""
    return "".join(map(_marked, line))


def _written(block: Block, level: int) -> Iterator[str]:
    if isinstance(block, Title):
        yield f"{'#' * level} {markdown_line(block.line)}"
    elif isinstance(block, Section):
        yield f"{'#' * (level + 1)} {markdown_line(line_of(block.text))}"
    elif isinstance(block, Part):
        below = max(level + 1, _LEVEL)
        yield "\n\n".join("\n".join(_written(inner, below)) for inner in block.blocks)
    elif isinstance(block, Paragraph):
        yield markdown_line(block.line)
    elif isinstance(block, Items):
        for entry in block.entries:
            yield from _entry(entry)
    elif isinstance(block, Picture):
        yield f"![{_escaped(block.text)}]({block.file})" if block.file else f"*{_escaped(block.text)}*"
    else:
        yield from _table(block)


def _entry(entry: Item) -> Iterator[str]:
    label = f"**{_escaped(entry.label)}** " if entry.label else ""
    yield f"- {label}{markdown_line(entry.line)}"
    for line in (*entry.below, *entry.aside):
        yield f"  - {markdown_line(line)}"


def _table(table: Table) -> Iterator[str]:
    sides = table.align or " " * len(table.head)
    heads = (
        _escaped(name) if side == "c" else markdown_line(line_of(name))
        for name, side in zip(table.head, sides, strict=True)
    )
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "".join(f" {_SIDES[side]} |" for side in sides)
    for row in table.rows:
        yield "| " + " | ".join(map(markdown_line, row)) + " |"


def _marked(piece: Inline) -> str:
    if isinstance(piece, str):
        return _escaped(piece)
    if isinstance(piece, Strong):
        return f"**{_escaped(piece.text)}**"
    if isinstance(piece, Code):
        return _code(piece.text)
    if isinstance(piece, Link):
        # How a heading is called as the end of a link depends on who shows the page.
        shown = _marked(piece.shown)
        return shown if piece.target.startswith("#") else f"[{shown}]({piece.target})"
    return f"${_safe(tex_of_piece(piece))}$"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda m: "\\" + m[0], text)


def _code(text: str) -> str:
    """A code span; its fence is longer than any run of backticks inside."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    # In a table a bar ends the cell, even inside of code.
    inside = text.replace("|", r"\|")
    return f"{fence} {inside} {fence}" if "`" in text else f"{fence}{inside}{fence}"


def _safe(tex: str) -> str:
    """``tex`` without the characters that Markdown or HTML would take for itself."""
    return re.sub(" +", " ", _UNSAFE.sub(lambda m: _SAFE[m[0]], tex)).strip()
