"""Small pieces of MyST."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from symcheck.render.block import Function, Math, Tex, Value
from symcheck.render.inline import tex_of_piece
from symcheck.render.markdown import markdown_line
from symcheck.render.prose import line_of
from symcheck.render.tex import tex_of


def prose(text: str, names: Collection[str] = ()) -> str:
    """A sentence whose formulas are set as such."""
    return markdown_line(line_of(text, names))


def display(name: str, piece: Math | Function | Value | Tex) -> str:
    """``name = formula`` on a line of its own."""
    return f"$$\n{tex_of(name)} = {tex_of_piece(piece)}\n$$"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of MyST under a head."""
    lines = ["| " + " | ".join(head) + " |", "|" + " :-- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def fenced(language: str, text: str) -> str:
    """A block of code."""
    return f"```{language}\n{text.strip(chr(10))}\n```"


def raw(html: str) -> str:
    """HTML as it stands."""
    return "```{raw} html\n" + "\n".join(line for line in html.splitlines() if line.strip()) + "\n```"
