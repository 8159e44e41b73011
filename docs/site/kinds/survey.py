"""The survey: every loss with every penalty, as one table that a reader filters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from docs.site.entries.derived import entry_pages
from docs.site.entries.entry_page import EntryPage, PairCell
from docs.site.entries.markdown import prose, raw
from docs.site.page import SitePage, Source
from symcheck.certificates.survey import LEGEND, MARKS
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict

_SPACES = {"whole": "R^C", "quotient": "the quotient by (1, ..., 1)"}


def sources(checkout: Path, workers: int) -> Iterator[Source]:
    """``survey.md``."""
    losses = entry_pages(checkout, "loss", workers)
    penalties = entry_pages(checkout, "regularizer", workers)
    number = sum(len(e.pairs) for e in losses)
    marks = "\n".join(f"- **{mark}** {prose(said)}" for mark, said in legend())
    yield SitePage(
        "survey.md",
        "\n\n".join(
            [
                "# Survey",
                (
                    f"Every loss with every penalty: {number} certificates, each for every number of classes that the "
                    "loss exists for and every value of its free parameters.  A cell leads to the pair on the page of "
                    "the loss.  The tier is the worst in that scope."
                ),
                raw(_filters(losses, penalties)),
                marks,
                raw(_table(losses, penalties, number)),
            ]
        )
        + "\n",
    )


def legend() -> list[tuple[str, str]]:
    """Each mark with what it says, in the words of the survey of the command line."""
    starts = sorted((LEGEND.index(f"{mark} {verdict}"), mark) for mark in MARKS.values() for verdict in
                    Verdict.__members__ if f"{mark} {verdict}" in LEGEND)  # fmt: skip
    ends = [start for start, _ in starts[1:]] + [len(LEGEND) + 2]
    return [(mark, LEGEND[start + 2 : end - 2]) for (start, mark), end in zip(starts, ends, strict=True)]


def _filters(losses: Sequence[EntryPage], penalties: Sequence[EntryPage]) -> str:
    tiers = [t.name for t in Tier if any(e.tier == t.name for e in losses)]
    fields = [
        _field("text", '<input type="search" data-survey="text" placeholder="name, author, formula ...">'),
        _field("loss", _choice("loss", [(e.name, e.name) for e in losses])),
        _field("penalty", _choice("penalty", [(e.name, e.name) for e in penalties])),
        _field("verdict", _choice("verdict", [(v.name, v.name) for v in reversed(Verdict)])),
        _field("tier", _choice("tier", [(t, t) for t in tiers])),
        _field("space", _choice("space", list(_SPACES.items()))),
    ]
    return "\n".join(
        [
            '<form class="filter survey-filter" aria-label="Filter the survey">',
            *fields,
            '<button type="reset">all</button> <output data-survey="count"></output>',
            "</form>",
            "<noscript><p>The filter needs JavaScript; the table is whole without it.</p></noscript>",
        ]
    )


def _field(name: str, control: str) -> str:
    return f"<label><span>{name}</span>{control}</label>"


def _choice(name: str, options: Sequence[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options)
    return f'<select data-survey="{name}"><option value="">any</option>{listed}</select>'


def _table(losses: Sequence[EntryPage], penalties: Sequence[EntryPage], number: int) -> str:
    heads = "".join(
        f'<th scope="col" data-penalty="{p.name}"><a href="penalties/{p.name}.html"><span>{p.name}</span></a></th>'
        for p in penalties
    )
    rows = "\n".join(_row(e, penalties) for e in losses)
    return (
        f'<div class="survey" tabindex="0" role="region" aria-label="{number} pairs">\n<table>\n<thead><tr>'
        f'<th scope="col">loss</th><th scope="col">tier</th>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n'
        "</table>\n</div>"
    )


def _row(e: EntryPage, penalties: Sequence[EntryPage]) -> str:
    pairs = {pair.regularizer: pair for pair in e.pairs}
    cells = "".join(_cell(e, p.name, pairs.get(p.name)) for p in penalties)
    return (
        f'<tr data-loss="{e.name}" data-tier="{e.tier}" data-search="{escape(e.search.lower(), quote=True)}">'
        f'<th scope="row"><a href="losses/{e.name}.html">{e.name}</a></th><td>{e.tier}</td>{cells}</tr>'
    )


def _cell(e: EntryPage, penalty: str, pair: PairCell | None) -> str:
    if pair is None:
        return f'<td data-penalty="{penalty}"></td>'
    space, headline = "quotient" if pair.quotient else "whole", escape(pair.headline, quote=True)
    return (
        f'<td data-penalty="{penalty}" data-verdict="{pair.verdict}" data-space="{space}">'
        f'<a href="losses/{e.name}.html#with-{penalty}" title="{headline}">{pair.mark}</a></td>'
    )
