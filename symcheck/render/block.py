"""Blocks: what a page says, before it is known whether it is written as text, Markdown or LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcheck.language.formula import Formula

if TYPE_CHECKING:
    from sympy import Expr  # reading a page takes no SymPy


@dataclass(frozen=True)
class Strong:
    """A word or two that the eye should find."""

    text: str


@dataclass(frozen=True)
class Code:
    """A name as it is typed: ``gce(q=7/10)``."""

    text: str


@dataclass(frozen=True)
class Math:
    """Mathematics in the formula grammar, or close to it: ``C**(-q)``, ``d l/d z_y``."""

    text: str


@dataclass(frozen=True)
class Function:
    """A function of z and y as its formula."""

    formula: Formula


@dataclass(frozen=True)
class Value:
    """A SymPy expression in C and the parameters, as ``name = expression`` if it has a name."""

    expression: Expr
    name: str = ""


@dataclass(frozen=True)
class Tex:
    """Mathematics that is given in LaTeX, and in ``plain`` text ("" for none)."""

    source: str
    plain: str = ""


@dataclass(frozen=True)
class Link:
    """Words that lead to ``target``: "#E10" is the part of this page called E10, else a file beside it, an address."""

    shown: str | Strong | Code
    target: str


Inline = str | Strong | Code | Math | Function | Value | Tex | Link
"""A piece of a line; a plain string is prose."""

Line = tuple[Inline, ...]
"""A sentence or a cell: its pieces stand side by side."""


@dataclass(frozen=True)
class Title:
    """The first ``line`` of a page."""

    line: Line


@dataclass(frozen=True)
class Section:
    """The heading ``text`` above the blocks that follow."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A ``line`` that stands alone."""

    line: Line


@dataclass(frozen=True)
class Item:
    """A line under its ``label`` ("" for none), the steps ``below`` it, and what only a wide page has room for."""

    label: str
    line: Line
    below: tuple[Line, ...] = ()
    aside: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Items:
    """A list of ``entries`` whose labels stand in one column; a narrow page says it as ``short``, if that is given."""

    entries: tuple[Item, ...]
    short: Line = ()


@dataclass(frozen=True)
class Table:
    """``rows`` of cells under a ``head``; columns that are empty in every row have been left out.

    ``align`` has a letter for each column, "" for l everywhere: l, r for numbers, c for marks, a letter or two under a
    name that may be long.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    align: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture as an ``svg`` element, and what it shows as ``text``, which is all that other formats have.

    Markdown shows the picture in ``file``, which lies beside the page, if there is one.
    """

    svg: str
    text: str
    file: str = ""


@dataclass(frozen=True)
class Part:
    """A page inside a page: ``blocks`` that begin with their title, headings a level lower; links call it ``name``."""

    name: str
    blocks: tuple[Block, ...]


Block = Title | Section | Paragraph | Items | Table | Picture | Part
"""A part of a page that stands by itself."""
