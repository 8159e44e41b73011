"""The table of all entries of a kind, which a reader filters by what he types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from docs.site.entries.entry_page import FOLDERS, EntryPage
from docs.site.entries.markdown import raw, table
from docs.site.page import SitePage
from symcheck.language.recording import Kind


@dataclass(frozen=True)
class Column:
    """A column of the table: its head, and the cell of an entry in MyST."""

    head: str
    cell: Callable[[EntryPage], str]


def index_page(kind: Kind, entries: Sequence[EntryPage], title: str, said: str, columns: Sequence[Column]) -> SitePage:
    """``index.md`` of the folder of ``kind``: a row for each entry, and a field to filter them by."""
    rows = [
        [
            f'<span data-search="{escape(_search(e, columns), quote=True)}"></span>{_link(e)}',
            e.what,
            *(column.cell(e) for column in columns),
        ]
        for e in entries
    ]
    field = (
        '<p class="filter"><label>Filter: <input type="search" data-filter="rows" placeholder="name, tier, author ...">'
        f'</label> <output data-count="rows">{len(entries)} of {len(entries)}</output></p>\n'
        "<noscript><p>The filter needs JavaScript; the table is whole without it.</p></noscript>"
    )
    text = "\n\n".join(
        [
            f"# {title}",
            said.replace("(PREFERENCES.md)", "(../PREFERENCES.md)"),
            f"{len(entries)} of them.",
            raw(field),
            "::::{div} filtered-rows",
            table(["name", "what it is", *(c.head for c in columns)], rows),
            "::::",
        ]
    )
    return SitePage(f"{FOLDERS[kind]}/index.md", text + "\n")


def pages_of(kind: Kind, entries: Sequence[EntryPage]) -> Iterator[SitePage]:
    """The page of each entry, with links to the table, to the one before and to the next."""
    # In the tree of contents they would make every page of the site longer by as many lines.
    head = "---\norphan: true\n---\n\n"
    for place, e in enumerate(entries):
        before = _link(entries[place - 1]) if place else "-"
        after = _link(entries[place + 1]) if place + 1 < len(entries) else "-"
        ways = f"[All {len(entries)}](index.md) · previous: {before} · next: {after}"
        title, _, rest = e.text.partition("\n\n")
        yield SitePage(f"{FOLDERS[kind]}/{e.name}.md", f"{head}{title}\n\n{ways}\n\n{rest}\n{ways}\n")


def _link(e: EntryPage) -> str:
    return f"[`{e.name}`]({e.name}.md)"


def _search(e: EntryPage, columns: Sequence[Column]) -> str:
    return " ".join([e.search, *(c.cell(e) for c in columns)]).lower().replace("|", " ").replace("\n", " ")
