"""Pages as plain text for a terminal: ASCII, within its columns where words allow it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import TextWrapper

from symcheck.errors import ParameterError, shown
from symcheck.render.block import (
    Block,
    Code,
    Function,
    Inline,
    Items,
    Line,
    Link,
    Math,
    Paragraph,
    Part,
    Picture,
    Section,
    Strong,
    Table,
    Tex,
    Title,
)
from symcheck.render.expression import expression_text

COLUMNS = 100
"""The width of a page where nobody says another."""

NARROWEST, LONGEST_LINE = 40, 120
"""No page is narrower; prose is never wider, as long lines are hard to read, and tables may be."""

_INDENT, _GAP = "  ", "  "
# It stands for a blank at which a line must not be broken, until the lines are broken.
_TIED = "\x00"
_LONGEST_TIED, _LONGEST_PIECE = 30, 60

_SIGN = re.compile(r"(?<=[\w)\]])(?=[*/])")
"""Before ``*``, ``**`` and ``/`` in a formula, which stays the same with a blank there."""

_VERDICT = re.compile(r"\b(?:PROVED|REFUTED|UNDECIDED)\b")
_COLOURS = {"PROVED": "32", "REFUTED": "31", "UNDECIDED": "33"}


def text_page(blocks: Iterable[Block], columns: int | None = None, *, colour: bool = False) -> str:
    """``blocks`` as plain text within ``columns``, without a newline at its end; with ``colour``, as ANSI escapes.

    A table that is wider has its cells wrapped; where that leaves no room for words, a row is a list of its cells.
    Without ``columns``, as for a file or a pipe, prose has ``COLUMNS``, and each row of a table one line.  Raises
    ``ParameterError`` for ``columns`` that are no whole number.
    """
    if columns is not None and (not isinstance(columns, int) or isinstance(columns, bool)):
        raise ParameterError(f"columns: got {shown(columns, 80)}; accepted is a whole number, such as 80, or None")
    lines: list[str] = []
    before: Block | None = None
    width = None if columns is None else max(columns, NARROWEST)
    for block in _flat(blocks):
        same_kind = isinstance(block, Paragraph) and isinstance(before, Title | Paragraph)
        follows_on = (isinstance(before, Section) and not isinstance(block, Title)) or same_kind
        if before is not None and not follows_on:
            lines.append("")
        written = _written(block, width)
        lines += (_coloured(line, is_heading=isinstance(block, Section)) for line in written) if colour else written
        before = block
    return "\n".join(lines)


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """``blocks`` with those of each part in its place: plain text has one kind of title."""
    for block in blocks:
        if isinstance(block, Part):
            yield from _flat(block.blocks)
        else:
            yield block


def text_line(line: Line) -> str:
    """``line`` as plain text."""
    return "".join(map(_plain, line)).replace(_TIED, " ")


def coloured(text: str) -> str:
    """``text`` with the verdicts in it in colours, which the words tell as well.

    >>> coloured("PROVED")
    '\\x1b[1;32mPROVED\\x1b[0m'
    """
    return _VERDICT.sub(lambda m: f"\x1b[1;{_COLOURS[m[0]]}m{m[0]}\x1b[0m", text)


def _coloured(line: str, *, is_heading: bool) -> str:
    return f"\x1b[1m{line}\x1b[0m" if is_heading else coloured(line)


def _written(block: Block, columns: int | None) -> Iterator[str]:
    prose = COLUMNS if columns is None else min(columns, LONGEST_LINE)
    if isinstance(block, Title | Paragraph):
        yield from _wrapped(block.line, "", _INDENT, prose)
    elif isinstance(block, Section):
        yield from _wrapped((block.text,), "", _INDENT, prose)
    elif isinstance(block, Picture):
        yield from _wrapped((f"[{block.text}]",), "", _INDENT, prose)
    elif isinstance(block, Items) and block.short:
        yield from _wrapped(block.short, _INDENT, _INDENT, prose)
    elif isinstance(block, Items):
        yield from _items(block, prose)
    elif isinstance(block, Table):
        yield from _table(block, columns)


def _items(block: Items, columns: int) -> Iterator[str]:
    width = max((len(e.label) for e in block.entries), default=0)
    for entry in block.entries:
        label = f"{entry.label:<{width}}{_GAP}" if width else "- "
        start = _INDENT + label
        yield from _wrapped(entry.line, start, " " * len(start), columns)
        for line in entry.below:
            indent = " " * len(start) + _INDENT
            yield from _wrapped(line, indent, indent + _INDENT, columns)


def _table(table: Table, columns: int | None) -> Iterator[str]:
    marked = [i for i, side in enumerate(table.align) if side == "c"]
    if not marked:
        yield from _aligned(table, columns)
        return
    # Names above marks are longer than the marks: they have numbers, which are told below.
    names = [table.head[i] for i in marked]
    numbers = {place: str(n) for n, place in enumerate(marked, 1)}
    head = tuple(numbers.get(i, name) for i, name in enumerate(table.head))
    lines = list(_aligned(Table(head, table.rows, table.align), columns))
    if columns is not None and any(len(line) > columns for line in lines):
        yield from _by_mark(table, columns)
        return
    yield from lines
    yield ""
    yield from (f"{_INDENT}{n:>3}  {name}" for n, name in enumerate(names, 1))


def _by_mark(table: Table, columns: int) -> Iterator[str]:
    """The rows of a ``table`` of marks with no room for its columns: for each mark the columns that have it."""
    plain = [i for i in range(len(table.head)) if table.align[i] != "c"]
    for row in table.rows:
        yield from _wrapped(row[0], _INDENT, _INDENT * 2, columns)
        lines = [(table.head[i], text_line(row[i])) for i in plain[1:]]
        marked: dict[str, list[str]] = {}
        for name, side, cell in zip(table.head, table.align, row, strict=True):
            if side == "c" and text_line(cell):
                marked.setdefault(text_line(cell), []).append(name)
        for name, told in (*lines, *((mark, ", ".join(names)) for mark, names in marked.items())):
            if told:
                yield from _wrapped((f"{name}: {told}",), _INDENT * 2, _INDENT * 3, min(columns, LONGEST_LINE))


def _aligned(table: Table, columns: int | None) -> Iterator[str]:
    rows = [[(name,) for name in table.head], *table.rows]
    sides = table.align or "l" * len(table.head)
    widths = [max(len(text_line(row[i])) for row in rows) for i in range(len(table.head))]
    room = sum(widths) if columns is None else columns - len(_INDENT) - len(_GAP) * (len(widths) - 1)
    if sum(widths) > room:
        narrowest = [max(max(map(len, _words(row[i])), default=0) for row in rows) for i in range(len(table.head))]
        if sum(narrowest) > room and "c" not in sides:
            yield from _records(table, min(room + len(_GAP) * len(widths), LONGEST_LINE))
            return
        widths = _narrowed(widths, narrowest, max(room, sum(narrowest)))
    for row in rows:
        cells = [_wrapped(cell, "", "", max(1, width)) for cell, width in zip(row, widths, strict=True)]
        for i in range(max(1, *map(len, cells))):
            parts = (cell[i] if i < len(cell) else "" for cell in cells)
            placed = (
                p.rjust(w) if side == "r" else p.ljust(w) for p, w, side in zip(parts, widths, sides, strict=True)
            )
            yield (_INDENT + _GAP.join(placed)).rstrip()


def _narrowed(widths: list[int], narrowest: list[int], room: int) -> list[int]:
    """``widths`` that fit into ``room``: the widest columns give, down to the longest word in them."""
    found = list(widths)
    while sum(found) > room:
        giving = [i for i, width in enumerate(found) if width > narrowest[i]]
        widest = max(giving, key=lambda i: found[i])
        found[widest] -= 1
    return found


def _records(table: Table, columns: int) -> Iterator[str]:
    """The rows of a ``table`` with no room for its columns: the first cell, and a line for each other one."""
    for row in table.rows:
        yield from _wrapped(row[0], _INDENT, _INDENT * 2, columns)
        for name, cell in zip(table.head[1:], row[1:], strict=True):
            if text_line(cell):
                yield from _wrapped((f"{name}: ", *cell), _INDENT * 2, _INDENT * 3, columns)


def _words(line: Line) -> list[str]:
    return "".join(map(_plain, line)).split(" ")


def _wrapped(line: Line, first: str, rest: str, columns: int) -> list[str]:
    wrapper = TextWrapper(
        columns, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    text = "".join(map(_plain, line))
    # What is tied may be longer than a narrow line: then the ties give.
    if any(len(rest) + len(word) > columns for word in text.split(" ")):
        text = " ".join(_parts(word, columns - len(rest)) for word in text.replace(_TIED, " ").split(" "))
    return [part.replace(_TIED, " ") for part in wrapper.wrap(text)]


def _parts(word: str, room: int) -> str:
    """``word``, and a formula that is longer than the ``room`` with a blank before signs at which its lines end."""
    lines = [""]
    for part in _SIGN.split(word) if "(" in word and len(word) > room else [word]:
        if lines[-1] and len(lines[-1] + part) > room:
            lines.append("")
        lines[-1] += part
    return " ".join(lines)


def _plain(piece: Inline) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Strong | Code):
        return piece.text
    if isinstance(piece, Link):
        return _plain(piece.shown)
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
