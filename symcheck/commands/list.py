"""``symcheck list``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from inspect import Parameter, signature
from typing import TYPE_CHECKING, cast

from symcheck.arguments.packages import missing_package
from symcheck.findings.verdict import Verdict
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.options import answered, form_arguments, out_path
from symcheck.intake.progress_line import progress
from symcheck.language.recording import Kind
from symcheck.render.block import Block, Code, Line, Math, Paragraph, Section, Table
from symcheck.render.page import Page
from symcheck.render.text import text_page

if TYPE_CHECKING:
    from symcheck.certificates.catalogue_rows import Listed, Row

GROUP = "symcheck.lists"
"""The entry point group of lists from other packages: callables without arguments that return rows.

A row is a mapping from heads of columns, the same in each, to plain values of JSON.
"""

KINDS: dict[str, tuple[Kind, ...]] = {
    "losses": ("loss",), "regularizers": ("regularizer",), "preferences": ("preference",),
}  # fmt: skip
_ALL: tuple[Kind, ...] = ("loss", "regularizer", "preference")

HELP = Help(
    summary="list the losses, regularizers and preferences, with what is derived for them",
    group=Group.LOOK_UP,
    takes="[KIND]",
    text="""
    What certify, train and the other commands know by name.  KIND is losses, regularizers, preferences, functions
    (the language of formulas), theorems, datasets or models; without it the first three are listed.

    --json writes of each loss, regularizer and preference: name, kind, parameters with their ranges, formula (of a
    preference in h = chosen - rejected, or in both scores), and as derived with the entry called with: tier, kappa,
    verdict, headline; of the other lists their columns.

    Tier, kappa and verdict are derived, once: later calls
    read them from the user's cache folder, or the folder in SYMCHECK_CACHE, for as long as the code is the same.
    """,
    examples=(
        Example("symcheck list regularizers", "every regularizer, with cross entropy"),
        Example("symcheck list functions", "what a formula is written with"),
        Example("symcheck list theorems", "what certify --theorem takes"),
        Example("symcheck list preferences --json", "for programs"),
    ),
    exit_codes={0: "the list was written"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of list."""
    parser.add_argument(
        "which", nargs="?", metavar="KIND", choices=[*KINDS, *_OTHERS, *_added()],
        help="losses, regularizers, preferences, functions, theorems, datasets or models (default: the first three)",
    )  # fmt: skip
    form_arguments(parser, json=True)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """A row for each entry, and 0."""
    out = out_path(options, has_json=True)
    return 0, answered(listing(options.which), options, out)


TableFor = Callable[[int | None], Table]
"""The table for a terminal of so many columns; None for a file."""


@dataclass(frozen=True)
class Listing(Page):
    """``rows`` as plain values, and the ``tables`` with a heading each in which a page shows them, with a ``note``."""

    rows: Sequence[object]
    tables: tuple[tuple[str, TableFor], ...]
    note: str = ""

    def blocks(self) -> Iterator[Block]:
        """A heading and a table for each kind, then the note."""
        return self._blocks(None)

    def to_text(self, *, columns: int | None = None, colour: bool = False) -> str:
        """The same as text; on a terminal without what leaves no room for columns."""
        return text_page(self._blocks(columns), columns, colour=colour)

    def to_json(self) -> str:
        """The rows as JSON."""
        return json.dumps(self.rows, ensure_ascii=False, indent=2, sort_keys=True)

    def _blocks(self, columns: int | None) -> Iterator[Block]:
        tables = [(heading, table(columns)) for heading, table in self.tables]
        for heading, table in tables:
            yield Section(heading)
            yield table
        if self.note:
            yield Paragraph((self.note,))
        if any((_LEFT_OUT,) in row for _, table in tables for row in table.rows):
            yield Paragraph(
                (f"{_LEFT_OUT} is too long for a column here; symcheck certify shows it, and so does --json",)
            )


def listing(which: str | None = None) -> Listing:
    """The list called ``which``, of the catalogue for None.

    Raises ``MissingPackageError`` if what another package's list needs is not installed.
    """
    if which in _OTHERS:
        return _OTHERS[which]()
    if which is not None and which not in KINDS:
        return _added_listing(which, _added()[which])
    # Here and not above: every command file is imported for a help text.
    from symcheck.certificates.catalogue_rows import catalogue_rows

    kinds = _ALL if which is None else KINDS[which]
    found = catalogue_rows(kinds, _progress)
    progress("")
    names = {kind: name for name, (kind,) in KINDS.items()}
    tables = tuple((names[kind], partial(_table, [e for e in found if e.row["kind"] == kind])) for kind in kinds)
    note = "tier, kappa and verdict are derived: losses and preferences with l2, regularizers with cross_entropy"
    return Listing([entry.row for entry in found], tables, note)


def listed_names(which: str) -> list[str]:
    """The names in the list called ``which``, a kind of the catalogue or another package's; nothing is derived.

    No name if what the list needs is not installed.
    """
    if which in KINDS:
        from symcheck.intake.catalogue import names

        return [name for kind in KINDS[which] for name in names(kind)]
    try:
        return [str(row["name"]) for row in _added()[which].load()()] if which in _added() else []
    except ModuleNotFoundError:
        return []


def _progress(done: int, number: int, name: str) -> None:
    progress(f"certify {done + 1}/{number} {name}")


def _table(found: Sequence[Listed], columns: int | None) -> Table:
    from symcheck.certificates.catalogue_rows import kappa_piece

    def fits(text: str, share: int) -> bool:
        # In a narrow terminal a row is a list of its cells, which may be long.
        return columns is None or columns < _WITH_COLUMNS or max(map(len, text.split(" "))) <= columns // share

    def kappa(entry: Listed) -> Line:
        text = _text(entry.row, "kappa")
        return (kappa_piece(text) if columns is None else text if fits(text, _KAPPA) else _LEFT_OUT,)

    def formula(entry: Listed) -> Line:
        text = _text(entry.row, "formula")
        return (Code(text) if fits(text, _FORMULA) else _LEFT_OUT,)

    def parameters(entry: Listed) -> Line:
        # A range is not broken where there is room for it.
        wide = columns is None or columns >= _WITH_FORMULA
        ranges = cast("list[str]", entry.row["parameters"])
        pieces = [piece for text in ranges for piece in (", ", Math(text) if wide else text)]
        return tuple(pieces[1:]) or ("",)

    cells: dict[str, Callable[[Listed], Line]] = {
        "name": lambda e: (Code(_text(e.row, "name")),),
        "parameters": parameters,
        "tier": lambda e: (_text(e.row, "tier"),),
        "kappa": kappa,
        "verdict": lambda e: (_verdict(e),),
        "formula": formula,
    }
    if columns is not None and _WITH_COLUMNS <= columns < _WITH_FORMULA:
        del cells["formula"]
    shown = [name for name in cells if any(any(map(_has_text, cells[name](entry))) for entry in found)]
    return Table(tuple(shown), tuple(tuple(cells[name](entry) for name in shown) for entry in found))


_LEFT_OUT = "..."
_WITH_COLUMNS, _WITH_FORMULA = 80, 140
"""How wide a terminal is for columns beside each other, and for formulas and ranges in one piece."""

_KAPPA, _FORMULA = 5, 4
"""On a terminal the longest word of a kappa has a fifth of the columns, and that of a formula a quarter."""


def _has_text(piece: object) -> bool:
    return bool(piece if isinstance(piece, str) else getattr(piece, "text", ""))


def _text(row: Row, column: str) -> str:
    value = row[column]
    return ", ".join(value) if isinstance(value, list) else value or ""


def _verdict(entry: Listed) -> str:
    """The verdict in the whole scope, and whether it is PROVED in a part of it."""
    verdict = entry.row["verdict"]
    is_part = entry.is_proved_somewhere and verdict != Verdict.PROVED.name
    return f"{verdict}, PROVED in some cases" if is_part else f"{verdict}"


def _theorems() -> Listing:
    from symcheck.theorems import theorems

    rows: list[dict[str, object]] = [{"name": t.name, "place": t.place, "concludes": t.concludes} for t in theorems()]
    return _of_rows("theorems", rows, "symcheck certify LOSS REG --theorem NAME says whether one applies")


def _functions() -> Listing:
    from symcheck.language.functions import FUNCTIONS

    rows: list[dict[str, object]] = [
        {
            "name": name,
            "form": f"{name}({', '.join(map(_argument, signature(f).parameters.values()))})",
            "what": _first(f),
        }
        for name, f in sorted(FUNCTIONS.items())
    ]
    return _of_rows(
        "functions", rows, "z are the scores, y is the label and C the number of classes; + - * / ** as usual"
    )


def _argument(parameter: Parameter) -> str:
    return f"{parameter.name}=..." if parameter.kind is Parameter.KEYWORD_ONLY else parameter.name


def _first(function: Callable[..., object]) -> str:
    """The first line of the docstring."""
    return (function.__doc__ or "").partition("\n")[0].replace("`", "")


_OTHERS: dict[str, Callable[[], Listing]] = {"functions": _functions, "theorems": _theorems}
"""The lists that are no part of the catalogue."""


def _added() -> dict[str, EntryPoint]:
    return {point.name: point for point in sorted(entry_points(group=GROUP))}


def _added_listing(which: str, point: EntryPoint) -> Listing:
    try:
        return _of_rows(which, point.load()())
    except ModuleNotFoundError as error:
        needed = missing_package(f"symcheck list {which}", error)
        if needed is None:
            raise
        raise needed from error


def _of_rows(heading: str, rows: Sequence[dict[str, object]], note: str = "") -> Listing:
    """Rows whose keys are the heads of the columns; columns that are empty in every row are left out."""
    head = [name for name in (rows[0] if rows else ()) if any(_cell(row[name]) for row in rows)]
    table = Table(tuple(head), tuple(tuple((_cell(row[name]),) for name in head) for row in rows))
    return Listing(rows, ((heading, lambda _: table),), note)


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)
