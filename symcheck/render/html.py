"""Pages as HTML: a fragment for notebooks, and whole documents that need no script and no network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

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
from symcheck.render.mathml import mathml
from symcheck.render.prose import line_of
from symcheck.render.text import text_line
from symcheck.version import VERSION

_WIDE = 48
"""A formula with more characters of plain text has a place of its own to scroll in."""

_LOWEST = 5
"""The lowest level of a title: h6 is for the sections below it."""

_KINDS = {"l": "", "r": ' class="number"', "c": ' class="mark"'}
"""How the cells of a column are marked, by the letter of its side."""

_VERDICT = re.compile(r"\b(PROVED|REFUTED|UNDECIDED)\b")

STYLE = """\
.symcheck{line-height:1.5}
.symcheck h1{font-size:1.35rem;line-height:1.35}.symcheck h2{font-size:1.05rem;margin:1.6rem 0 .4rem}
.symcheck section h2{font-size:1.25rem;margin-top:2.6rem}.symcheck section h3{font-size:1.05rem;margin:1.8rem 0 .4rem}
.symcheck section h4,.symcheck section h5{font-size:1rem;margin:1rem 0 .2rem}
.symcheck ul{padding-left:1.2rem;margin:.3rem 0}.symcheck li{margin:.2rem 0}.symcheck li li{font-size:.93em}
.symcheck table{border-collapse:collapse;margin:.6rem 0;display:block;overflow-x:auto}
.symcheck td,.symcheck th{padding:.25rem .7rem;border-bottom:1px solid #8886;text-align:left;vertical-align:top}
.symcheck .number{text-align:right;font-variant-numeric:tabular-nums}
.symcheck .mark{text-align:center;padding:.1rem .25rem}.symcheck th.mark{vertical-align:bottom;font-weight:normal}
.symcheck th.mark span{writing-mode:vertical-rl;transform:rotate(180deg);font-size:.85em}
.symcheck table.marks{font-size:.85em}.symcheck table.marks code{white-space:nowrap}
.symcheck .marks .wide{max-width:9rem}
.symcheck .marks th{vertical-align:bottom}.symcheck .marks td:not(.mark){padding:.1rem .4rem}
.symcheck code{background:#8882;padding:0 .25em;border-radius:3px;overflow-wrap:anywhere}
.symcheck .wide{display:inline-block;max-width:100%;overflow-x:auto;overflow-y:hidden;vertical-align:middle}
.symcheck math{font-family:"Latin Modern Math","STIX Two Math","Cambria Math",math}
.symcheck figure{margin:1rem 0}.symcheck figcaption{font-size:.9em}.symcheck svg{max-width:100%;height:auto}
.symcheck .proved{color:#157a3c}.symcheck .refuted{color:#b3261e}.symcheck .undecided{color:#8a5a00}
"""
"""The style of a fragment: it takes colours and fonts from where it stands, those of verdicts apart."""

_DARK = """\
.symcheck .proved{color:#5fd38d}.symcheck .refuted{color:#ff8a80}.symcheck .undecided{color:#ffb74d}"""

_DOCUMENT = f"""\
:root{{color-scheme:light dark}}
body{{font:16px/1.5 system-ui,"Liberation Sans",sans-serif;max-width:54rem;margin:2rem auto;padding:0 1rem}}
.symcheck table.marks{{width:max-content;max-width:96vw;position:relative;left:50%;transform:translateX(-50%)}}
footer{{margin-top:2.5rem;border-top:1px solid #8886;font-size:.85em}}
@media (prefers-color-scheme:dark){{{_DARK}}}
@media print{{body{{max-width:none;margin:0;font-size:10.5pt}}h1,h2{{break-after:avoid}}
.symcheck li,.symcheck tr,.symcheck figure{{break-inside:avoid}}.symcheck .wide,.symcheck table{{overflow:visible}}
.symcheck table{{display:table}}.symcheck a{{color:inherit;text-decoration:none}}
.symcheck table.marks{{page:wide;font-size:6pt;position:static;transform:none}}.symcheck .marks .wide{{max-width:none}}
.symcheck .marks td{{padding:1px 3px}}
@page wide{{size:A4 landscape;margin:10mm}}}}
"""


def html_page(blocks: Iterable[Block]) -> str:
    """``blocks`` as a whole document in UTF-8: its style inside, formulas in MathML, no script."""
    found = list(blocks)
    title = next((text_line(b.line) for b in found if isinstance(b, Title)), "symcheck")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}{_DOCUMENT}</style>\n</head>\n<body>\n"
        f'<main class="symcheck">\n{_body(found)}</main>\n'
        f"<footer><p>Written by symcheck {escape(VERSION)}.</p></footer>\n</body>\n</html>\n"
    )


def html_fragment(blocks: Iterable[Block]) -> str:
    """``blocks`` as one element with its style, to stand in a page of somebody else: a notebook, a site."""
    return f'<div class="symcheck">\n<style>\n{STYLE}</style>\n{_body(blocks)}</div>\n'


def html_line(line: Line) -> str:
    """``line`` as HTML."""
    return "".join(map(_marked, line))


def _body(blocks: Iterable[Block], level: int = 1) -> str:
    return "".join(f"{written}\n" for block in blocks for written in _written(block, level))


def _written(block: Block, level: int) -> Iterator[str]:
    if isinstance(block, Title):
        yield f"<h{level}>{html_line(block.line)}</h{level}>"
    elif isinstance(block, Section):
        yield f"<h{level + 1}>{html_line(line_of(block.text))}</h{level + 1}>"
    elif isinstance(block, Part):
        yield f'<section id="{escape(block.name)}">\n{_body(block.blocks, min(level + 1, _LOWEST))}</section>'
    elif isinstance(block, Paragraph):
        yield f"<p>{html_line(block.line)}</p>"
    elif isinstance(block, Items):
        yield _list(block.entries)
    elif isinstance(block, Picture):
        yield f"<figure>\n{block.svg}\n<figcaption>{escape(block.text)}</figcaption>\n</figure>"
    else:
        yield from _table(block)


def _list(entries: Iterable[Item]) -> str:
    return f"<ul>\n{''.join(f'<li>{_entry(entry)}</li>{chr(10)}' for entry in entries)}</ul>"


def _entry(entry: Item) -> str:
    label = f"<b>{_verdicts(escape(entry.label))}</b> " if entry.label else ""
    lines = (*entry.below, *entry.aside)
    below = f"\n{_list(Item('', line) for line in lines)}" if lines else ""
    return f"{label}{html_line(entry.line)}{below}"


def _table(table: Table) -> Iterator[str]:
    kinds = [_KINDS[side] for side in table.align or "l" * len(table.head)]
    yield '<table class="marks">' if "c" in table.align else "<table>"
    heads = (f"<th{kind}>{_head(name, kind)}</th>" for kind, name in zip(kinds, table.head, strict=True))
    yield f"<thead><tr>{''.join(heads)}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        cells = (f"<td{kind}>{html_line(cell)}</td>" for kind, cell in zip(kinds, row, strict=True))
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody>\n</table>"


def _head(name: str, kind: str) -> str:
    """The head of a column; above marks it is a name, which stands upright in a box of its own."""
    return f"<span>{escape(name)}</span>" if kind == _KINDS["c"] else html_line(line_of(name))


def _marked(piece: Inline) -> str:
    if isinstance(piece, str):
        return _verdicts(escape(piece, quote=False))
    if isinstance(piece, Strong):
        return f"<strong>{_verdicts(escape(piece.text))}</strong>"
    if isinstance(piece, Code):
        return f"<code>{escape(piece.text)}</code>"
    if isinstance(piece, Link):
        return f'<a href="{escape(piece.target)}">{_marked(piece.shown)}</a>'
    formula = mathml(tex_of_piece(piece))
    return f'<span class="wide">{formula}</span>' if len(text_line((piece,))) > _WIDE else formula


def _verdicts(escaped: str) -> str:
    """``escaped`` with the verdicts in it in colours, which the words tell as well."""
    return _VERDICT.sub(lambda m: f'<span class="{m[0].lower()}">{m[0]}</span>', escaped)
