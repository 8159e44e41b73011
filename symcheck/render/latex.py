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
    Paragraph,
    Picture,
    Section,
    Strong,
    Table,
    Title,
)
from symcheck.render.inline import tex_of_piece
from symcheck.render.prose import line_of
from symcheck.render.tex import tex_prose

_HEAD = "% Written by symcheck. Needs the packages amsmath and amssymb."
_DOCUMENT = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath,amssymb}
\sloppy
\begin{document}
"""


def latex_page(blocks: Iterable[Block]) -> str:
    """``blocks`` as LaTeX, to be put into a document, that ends with a newline."""
    return "\n".join([_HEAD, *(line for block in blocks for line in _written(block))]) + "\n"


def latex_document(blocks: Iterable[Block]) -> str:
    """``blocks`` as a whole document, which LaTeX sets as it is."""
    return f"{_DOCUMENT}{latex_page(blocks)}\\end{{document}}\n"


def latex_line(line: Line) -> str:
    """``line`` as LaTeX."""
    return "".join(map(_marked, line))


def _written(block: Block) -> Iterator[str]:
    if isinstance(block, Title):
        yield rf"\subsection*{{{latex_line(block.line)}}}"
    elif isinstance(block, Section):
        yield rf"\subsubsection*{{{latex_line(line_of(block.text))}}}"
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
    yield rf"\par\noindent\begin{{tabular}}{{{'l' * len(table.head)}}}"
    yield " & ".join(latex_line(line_of(name)) for name in table.head) + r" \\ \hline"
    for row in table.rows:
        yield _started(" & ".join(map(latex_line, row))) + r" \\"
    yield r"\end{tabular}"


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
    return f"${tex_of_piece(piece)}$"
