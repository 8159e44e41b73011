"""The pages of the ledger: the table of all entries, one entry whole, as text, Markdown and plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from symcheck.paper.base import Checked, Fact, Role, Ruling, is_id
from symcheck.render.block import Block, Code, Item, Items, Line, Paragraph, Section, Strong, Table, Title
from symcheck.render.markdown import markdown_page
from symcheck.render.plain import tex_line
from symcheck.render.prose import line_of
from symcheck.render.text import text_line, text_page

_ROLES = {Role.PROVES: "proved", Role.REPAIRS: "the gap", Role.REFUTES: "refuted"}

Record = dict[str, object]


def claim_markdown(checked: Checked) -> str:
    """The whole entry as Markdown."""
    return markdown_page(_entry(checked))


def claim_text(checked: Checked) -> str:
    """The whole entry as plain text."""
    return text_page(_entry(checked))


def table_text(found: Sequence[Checked]) -> str:
    """A row for each entry, and how many there are of each verdict."""
    rows = tuple(((c.claim.id,), (c.claim.place,), _verdict(c), _line(c.claim.title)) for c in found)
    blocks = (Table(("id", "place", "verdict", "statement"), rows), Paragraph(counted(found)))
    return text_page(blocks)


def failure_text(checked: Checked) -> str:
    """On one line what is not as the ledger says."""
    return f"{checked.claim.id}: {text_line(_line(checked.failure))}"


def ledger_markdown(found: Sequence[Checked]) -> str:
    """The ledger as a page: what it is, the table, and every entry whole."""
    head: list[Block] = [
        Paragraph(
            (
                (
                    "Every statement of the paper that can be true or false, with what is printed, what is proved, and "
                    "what "
                ),
                "was computed to say so.  ",
                Strong("as printed"),
                ": the statement holds as it stands.  ",
                Strong("with a repair"),
                ": the words have to change: a symbol has no meaning, or a hypothesis is missing or not needed.  ",
                Strong("refuted as printed"),
                (
                    ": what is printed is false, and a witness shows it.  The verdicts are derived from the facts "
                    "listed under "
                ),
                '"What was computed" of each entry, by ',
                Code("symcheck paper"),
                ".  What is printed is quoted: dots leave words out, and words between brackets are not the paper's.",
            )
        ),
        Paragraph(counted(found)),
        Table(
            ("id", "place", "verdict", "statement"),
            tuple(((Code(c.claim.id),), (c.claim.place,), _verdict(c), _line(c.claim.title)) for c in found),
        ),
    ]
    pages = "\n".join(claim_markdown(c) for c in found)
    return f"# The paper, claim by claim\n\n{markdown_page(head)}\n{pages}"


def counted(found: Sequence[Checked]) -> Line:
    """How many entries there are of each verdict, and how many are not as the ledger says."""
    parts = [f"{sum(c.found is r for c in found)} {r}" for r in Ruling]
    wrong = sum(not c.holds for c in found)
    tail = f"; {wrong} not as the ledger says" if wrong else ""
    return (f"{len(found)} entries: {', '.join(parts)}{tail}.",)


def records(found: Iterable[Checked]) -> list[Record]:
    """The entries as plain values, for JSON."""
    return [_record(c) for c in found]


def _verdict(checked: Checked) -> Line:
    return (str(checked.claim.verdict),) if checked.holds else (Strong("NOT AS THE LEDGER SAYS"),)


def _entry(checked: Checked) -> Iterator[Block]:
    claim = checked.claim
    yield Title((claim.id, ": ", *_line(claim.title)))
    also = (", also under ", *_joined([(Code(name),) for name in claim.other_names])) if claim.other_names else ()
    yield Paragraph((Strong(str(claim.verdict)), f" ({claim.place})", *also))
    if not checked.holds:
        yield Paragraph((Strong("Not as the ledger says"), ": ", *_line(checked.failure)))
    statements = [Item("printed", _line(claim.printed)), Item("proved", _line(claim.proved))]
    if claim.witness is not None:
        statements.append(Item("witness", _line(str(claim.witness))))
    yield Items(tuple(statements))
    yield Section("Line by line")
    yield Items(tuple(Item(f"{n}.", _line(step)) for n, step in enumerate(claim.derivation, 1)))
    yield Section("What was computed")
    yield Items(tuple(map(_fact, checked.facts)))
    if claim.rests_on:
        yield Section("Rests on")
        yield Paragraph(_joined([(Code(on),) if is_id(on) else _line(on) for on in claim.rests_on]))


def _fact(fact: Fact) -> Item:
    label = _ROLES[fact.role] if fact.holds else f"NOT {_ROLES[fact.role]}"
    found = (": ", *line_of(fact.found)) if fact.found else ()
    return Item(label, (*_line(fact.said), *found), (("by ", *line_of(fact.how)),))


def _line(text: str) -> Line:
    """A sentence with LaTeX between dollar signs; formulas in plain text between them are found as well."""
    return tuple(part for piece in tex_line(text) for part in (line_of(piece) if isinstance(piece, str) else (piece,)))


def _joined(lines: list[Line]) -> Line:
    """The lines as one, with commas between them."""
    first, *rest = lines
    return (*first, *(piece for line in rest for piece in (", ", *line)))


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
