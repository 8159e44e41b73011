"""Pages as plain text for a terminal: ASCII, at most 100 columns where words allow it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import TextWrapper

from symcheck.render.block import (
    Block,
    Code,
    Function,
    Inline,
    Items,
    Line,
    Math,
    Paragraph,
    Section,
    Strong,
    Table,
    Tex,
    Title,
)
from symcheck.render.expression import expression_text

COLUMNS = 100
"""The width of a page."""

_INDENT, _GAP = "  ", "  "
# It stands for a blank at which a line must not be broken, until the lines are broken.
_TIED = "\x00"
_LONGEST_TIED, _LONGEST_PIECE = 30, 60


def text_page(blocks: Iterable[Block]) -> str:
    """``blocks`` as plain text, without a newline at its end."""
    lines: list[str] = []
    before: Block | None = None
    for block in blocks:
        same_kind = isinstance(block, Paragraph) and isinstance(before, Title | Paragraph)
        follows_on = isinstance(before, Section) or same_kind
        if before is not None and not follows_on:
            lines.append("")
        lines += _written(block)
        before = block
    return "\n".join(lines)


def text_line(line: Line) -> str:
    """``line`` as plain text."""
    return "".join(map(_plain, line)).replace(_TIED, " ")


def _written(block: Block) -> Iterator[str]:
    if isinstance(block, Title | Paragraph):
        yield from _wrapped(block.line, "", _INDENT)
    elif isinstance(block, Section):
        yield block.text
    elif isinstance(block, Items) and block.short:
        yield from _wrapped(block.short, _INDENT, _INDENT)
    elif isinstance(block, Items):
        width = max(len(e.label) for e in block.entries)
        for entry in block.entries:
            label = f"{entry.label:<{width}}{_GAP}" if width else "- "
            start = _INDENT + label
            yield from _wrapped(entry.line, start, " " * len(start))
            for line in entry.below:
                indent = " " * len(start) + _INDENT
                yield from _wrapped(line, indent, indent + _INDENT)
    else:
        yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    rows = [list(table.head), *([text_line(cell) for cell in row] for row in table.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.head))]
    for row in rows:
        yield (_INDENT + _GAP.join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))).rstrip()


def _wrapped(line: Line, first: str, rest: str) -> list[str]:
    wrapper = TextWrapper(
        COLUMNS, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return [part.replace(_TIED, " ") for part in wrapper.wrap("".join(map(_plain, line)))]


def _plain(piece: Inline) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Strong | Code):
        return piece.text
    if isinstance(piece, Function):
        return str(piece.formula)
    if isinstance(piece, Math):
        plain = piece.text
    elif isinstance(piece, Tex):
        plain = piece.plain
    else:
        plain = expression_text(piece.expression)
        plain = f"{piece.name} = {plain}" if piece.name else plain
    return _tied(plain)


def _tied(formula: str) -> str:
    """``formula`` such that a short one is not broken, and a long one only before a sign outside its brackets."""
    if len(formula) <= _LONGEST_TIED:
        return formula.replace(" ", _TIED)
    out, depth = "", 0
    for before, character in zip(" " + formula, formula, strict=False):
        depth += (character in "([") - (character in ")]")
        # A line may end before a sign and never after it.
        out += _TIED if character == " " and (depth > 0 or before in "+-=<>") else character
    return out if max(map(len, out.split(" "))) <= _LONGEST_PIECE else formula
