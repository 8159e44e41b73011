"""The paper, claim by claim: a table of all claims, and a page a section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from docs.site.entries.markdown import table
from docs.site.page import SitePage, Source

LEDGER = "docs/PAPER.md"
"""The ledger on one page, which a test keeps in step with what is computed."""

_ROW = re.compile(r"^\| `([^`]+)` \| (.*?) \| (.*?) \| (.*) \|$", flags=re.MULTILINE)
_ENTRY = re.compile(r"^### (\S+): (.*)$", flags=re.MULTILINE)
_LAST = 7
"""The section under which claims about the paper as a whole stand."""


@dataclass(frozen=True)
class LedgerEntry:
    """A claim of the ledger: its row in the table, and its ``text`` below the heading."""

    id: str
    place: str
    verdict: str
    title: str
    text: str
    section: int

    @property
    def page(self) -> str:
        """The page of its section, beside the table."""
        return f"section-{self.section}.md"


def sources(checkout: Path, _workers: int) -> Iterator[Source]:
    """``paper/index.md`` and ``paper/section-N.md``."""
    ledger = (checkout / LEDGER).read_text("utf-8")
    entries = ledger_entries(ledger)
    yield _index(ledger, entries)
    for section, those in groupby(entries, lambda e: e.section):
        yield _section(section, list(those), {e.id: e.page for e in entries})


def ledger_entries(ledger: str) -> list[LedgerEntry]:
    """The claims of the ledger, in its order, with the section of the paper that each is read in.

    Raises ``ValueError`` for a ledger whose table and entries do not have the same claims.
    """
    rows = {m[1]: m for m in _ROW.finditer(ledger)}
    heads = list(_ENTRY.finditer(ledger))
    if [m[1] for m in heads] != list(rows):
        raise ValueError(f"{LEDGER}: its table and its entries do not have the same claims; make docs writes it again")
    ends = [m.start() for m in heads[1:]] + [len(ledger)]
    found, section = [], 0
    for head, end in zip(heads, ends, strict=True):
        row = rows[head[1]]
        section = _section_of(row[2], section)
        found.append(LedgerEntry(head[1], row[2], row[3], head[2], ledger[head.end() : end].strip(), section))
    return sorted(found, key=lambda e: e.section)


def _section_of(place: str, before: int) -> int:
    """The section of a claim; one of the appendix stands with the claims that it follows."""
    named = re.match(r"section (\d)", place)
    if named is not None:
        return int(named[1])
    return before if place.startswith(("appendix", "proofs")) else _LAST


def _index(ledger: str, entries: Sequence[LedgerEntry]) -> SitePage:
    head = ledger.partition("\n| id |")[0].strip()
    rows = [[f"[`{e.id}`]({e.page}#{anchor(e.id)})", e.place, e.verdict, e.title] for e in entries]
    pages = "\n".join(dict.fromkeys(e.page.removesuffix(".md") for e in entries))
    text = [head, table(["id", "place", "verdict", "statement"], rows), f"```{{toctree}}\n:hidden:\n\n{pages}\n```"]
    return SitePage("paper/index.md", "\n\n".join(text) + "\n")


def _section(section: int, entries: Sequence[LedgerEntry], pages: Mapping[str, str]) -> SitePage:
    title = f"Section {section}" if section < _LAST else f"Section {section}, and the paper as a whole"
    parts = [
        f"# {title} of the paper",
        "What is printed, what is proved, and what was computed to say so; [all claims](index.md).",
        *(_claim(e, pages) for e in entries),
    ]
    return SitePage(f"paper/section-{section}.md", "\n\n".join(parts) + "\n")


def _claim(e: LedgerEntry, pages: Mapping[str, str]) -> str:
    """The claim with its headings in bold, and with a link wherever another claim is named."""
    below = re.sub(r"^#### (.*)$", r"**\1**", e.text, flags=re.MULTILINE)
    below = re.sub(r"`([\w-]+)`", lambda m: f"[{m[0]}]({pages[m[1]]}#{anchor(m[1])})" if m[1] in pages else m[0], below)
    # The same id in capital letters, as it is written everywhere: HTML tells them apart.
    typed = f'```{{raw}} html\n<span id="{e.id}"></span>\n```\n\n' if e.id != anchor(e.id) else ""
    return f"{typed}({anchor(e.id)})=\n## {e.id}: {e.title}\n\n{below}"


def anchor(claim: str) -> str:
    """The anchor of a claim as Sphinx keeps it."""
    return claim.lower()
