"""The pages of the ledger: the table of all entries, one entry whole, as text, Markdown and plain values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from symcheck.paper.base import Checked, Ruling, printed_line
from symcheck.render.block import Block, Code, Line, Link, Math, Paragraph, Part, Strong, Table, Title
from symcheck.render.page import Page
from symcheck.render.text import text_page

Record = dict[str, object]

_WHAT: Line = (
    (
        "Every statement of the paper that can be true or false, with what is printed, what is proved, and what was "
        "computed to say so.  "
    ),
    Strong("as printed"),
    ": the statement holds as it stands.  ",
    Strong("with a repair"),
    ": the words have to change: a symbol has no meaning, or a hypothesis is missing or not needed.  ",
    Strong("refuted as printed"),
    (
        ": what is printed is false, and a witness shows it.  The verdicts are derived from the facts listed under "
        '"What was computed" of each entry, by '
    ),
    Code("symcheck paper"),
    (
        ".  What is printed is quoted: dots leave words out, and words between brackets are not the paper's.  The "
        "paper writes "
    ),
    Math("alpha l + g"),
    " where the rest of these pages writes ",
    Math("l + lambda g"),
    ": ",
    Math("alpha = 1/lambda"),
    ".",
)


@dataclass(frozen=True)
class Ledger(Page):
    """Every entry as it was ``found``, each of them whole; in a terminal a table of them."""

    found: tuple[Checked, ...]

    def blocks(self) -> Iterator[Block]:
        """What the ledger is, a row for each entry, and every entry whole."""
        yield Title(("The paper, claim by claim",))
        yield Paragraph(_WHAT)
        yield Paragraph(counted(self.found))
        yield self._table
        for c in self.found:
            yield Part(c.claim.id, tuple(c.blocks()))

    def to_text(self, *, columns: int | None = None, colour: bool = False) -> str:
        """A row for each entry, how many there are of each verdict, and what is not as the ledger says."""
        failures = (Paragraph((f"{c.claim.id}: ", *printed_line(c.failure))) for c in self.found if not c.holds)
        return text_page([self._table, Paragraph(counted(self.found)), *failures], columns, colour=colour)

    def to_json(self) -> str:
        """The entries as JSON."""
        return records_json(self.found)

    @property
    def _table(self) -> Table:
        rows = tuple(
            ((Link(Code(c.claim.id), f"#{c.claim.id}"),), (c.claim.place,), _verdict(c), printed_line(c.claim.title))
            for c in self.found
        )
        return Table(("id", "place", "verdict", "statement"), rows)


@dataclass(frozen=True)
class Entries(Page):
    """Some entries, each whole, one after the other."""

    found: tuple[Checked, ...]

    def blocks(self) -> Iterator[Block]:
        """The pages of the entries."""
        for c in self.found:
            yield from c.blocks()

    def to_json(self) -> str:
        """The entries as JSON."""
        return records_json(self.found)


def counted(found: Sequence[Checked]) -> Line:
    """How many entries there are of each verdict, and how many are not as the ledger says."""
    parts = [f"{sum(c.found is r for c in found)} {r}" for r in Ruling]
    wrong = sum(not c.holds for c in found)
    tail = f"; {wrong} not as the ledger says" if wrong else ""
    return (f"{len(found)} entries: {', '.join(parts)}{tail}.",)


def records(found: Iterable[Checked]) -> list[Record]:
    """The entries as plain values, for JSON."""
    return [_record(c) for c in found]


def records_json(found: Iterable[Checked]) -> str:
    """The entries as JSON, with sorted keys."""
    return json.dumps({"claims": records(found)}, ensure_ascii=False, indent=2, sort_keys=True)


def _verdict(checked: Checked) -> Line:
    return (str(checked.claim.verdict),) if checked.holds else (Strong("NOT AS THE LEDGER SAYS"),)


def _record(checked: Checked) -> Record:
    claim = checked.claim
    return {
        "id": claim.id,
        "place": claim.place,
        "title": claim.title,
        "printed": claim.printed,
        "proved": claim.proved,
        "verdict": str(claim.verdict),
        "found": None if checked.found is None else str(checked.found),
        "holds": checked.holds,
        "derivation": list(claim.derivation),
        "witness": None if claim.witness is None else _witness(checked),
        "rests_on": list(claim.rests_on),
        "other_names": list(claim.other_names),
        "facts": [
            {"role": f.role.value, "said": f.said, "holds": f.holds, "found": f.found, "how": f.how}
            for f in checked.facts
        ],
    }


def _witness(checked: Checked) -> Record:
    point = checked.claim.witness
    assert point is not None
    return {"shown": str(point), "values": {name: str(value) for name, value in point.values.items()}}
