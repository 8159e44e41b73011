"""Pages as LaTeX: a fragment for an article that loads amsmath and amssymb, and a whole document."""

from __future__ import annotations

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
from symcheck.render.tex import tex_prose
from symcheck.render.text import text_line

_LONG = 30
"""A table with more rows may have to go on on the next page."""
_WIDE, _PAGE = 30, 130
"""Characters: of a column that has to be broken, and of a line in small print."""
_HEADINGS = ("subsection", "subsubsection", "paragraph", "subparagraph")
"""The heading of a page, of its sections and parts, and of those inside a part."""
_HEAD = "% Written by symcheck. Needs the packages amsmath and amssymb."
_HEAD_LONG = "% Written by symcheck. Needs the packages amsmath, amssymb and longtable."
_DOCUMENT = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath,amssymb,longtable}
\sloppy
\begin{document}
"""


def latex_page(blocks: Iterable[Block]) -> str:
    """``blocks`` as LaTeX, to be put into a document, that ends with a newline."""
    lines = [line for block in blocks for line in _written(block)]
    head = _HEAD_LONG if any("longtable" in line for line in lines) else _HEAD
    return "\n".join([head, *lines]) + "\n"


def latex_document(blocks: Iterable[Block]) -> str:
    """``blocks`` as a whole document, which LaTeX sets as it is."""
    return f"{_DOCUMENT}{latex_page(blocks)}\\end{{document}}\n"


def latex_line(line: Line) -> str:
    """``line`` as LaTeX."""
    return "".join(map(_marked, line))


def _written(block: Block, depth: int = 0) -> Iterator[str]:
    if isinstance(block, Title):
        yield rf"\{_HEADINGS[depth]}*{{{latex_line(block.line)}}}"
    elif isinstance(block, Section):
        yield rf"\{_HEADINGS[depth + 1]}*{{{latex_line(line_of(block.text))}}}"
    elif isinstance(block, Part):
        below = min(depth + 1, len(_HEADINGS) - 2)
        yield from (line for inner in block.blocks for line in _written(inner, below))
    elif isinstance(block, Paragraph):
        yield rf"\par\noindent {latex_line(block.line)}"
    elif isinstance(block, Items):
        yield from _list("description" if any(e.label for e in block.entries) else "itemize", block.entries)
    elif isinstance(block, Picture):
        yield rf"\par\noindent\textit{{{tex_prose(block.text)}}}"
    else:
        yield from _table(block)


def _list(kind: str, entries: tuple[Item, ...]) -> Iterator[str]:
    yield rf"\begin{{{kind}}}"
    for entry in entries:
        label = rf"[{tex_prose(entry.label)}]" if entry.label else ""
        yield rf"\item{label} {_started(latex_line(entry.line))}"
        lines = (*entry.below, *entry.aside)
        if lines:
            yield from _list("itemize", tuple(Item("", line) for line in lines))
    yield rf"\end{{{kind}}}"


def _table(table: Table) -> Iterator[str]:
    sides = table.align or "l" * len(table.head)
    marked = [i for i, side in enumerate(sides) if side == "c"]
    head = [latex_line(line_of(name)) for name in table.head]
    for n, place in enumerate(marked, 1):  # as in plain text: names above marks are longer than the marks
        head[place] = str(n)
    is_long = len(table.rows) > _LONG
    kind = "longtable" if is_long else "tabular"
    if is_long:
        yield r"{\scriptsize\setlength{\tabcolsep}{2pt}"
    yield rf"\par\noindent\begin{{{kind}}}{{{_columns(table) if is_long else sides}}}"
    yield " & ".join(head) + r" \\ \hline" + (r" \endhead" if is_long else "")
    for row in table.rows:
        yield _started(" & ".join(map(latex_line, row))) + r" \\"
    yield rf"\end{{{kind}}}" + ("}" if is_long else "")
    if marked:
        named = (f"{n} {tex_prose(table.head[place])}" for n, place in enumerate(marked, 1))
        yield rf"\par\noindent {', '.join(named)}"


def _columns(table: Table) -> str:
    """The columns of a long ``table``: those of long prose share what the others leave of the page."""
    sides = table.align or "l" * len(table.head)
    widths = [max((len(text_line(row[i])) for row in table.rows), default=0) for i in range(len(table.head))]
    wide = {i for i, side in enumerate(sides) if side == "l" and widths[i] > _WIDE}
    room = max(_PAGE - sum(w for i, w in enumerate(widths) if i not in wide), len(wide) * _WIDE // 2)
    total = sum(widths[i] for i in wide)
    share = (
        f"p{{{0.92 * room / _PAGE * widths[i] / total:.2f}\\textwidth}}" if i in wide else side
        for i, side in enumerate(sides)
    )
    return "".join(share)


def _started(text: str) -> str:
    r"""``text`` such that a bracket at its start is not read as the argument of ``\item`` or ``\\``."""
    return "{}" + text if text.startswith("[") else text


def _marked(piece: Inline) -> str:
    if isinstance(piece, str):
        return tex_prose(piece)
    if isinstance(piece, Strong):
        return rf"\textbf{{{tex_prose(piece.text)}}}"
    if isinstance(piece, Code):
        return rf"\texttt{{{tex_prose(piece.text)}}}"
    if isinstance(piece, Link):
        return _marked(piece.shown)
    return f"${tex_of_piece(piece)}$"
