"""Agreements: predicted beside measured, with a tolerance and its reason in every row, and a verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from symcheck.render.block import Block, Item, Items, Paragraph, Strong, Table, Title
from symcheck.render.page import Page

BESIDE = "beside the verdict, of which no theorem speaks:"


class Outcome(Enum):
    """What training says about a claim; the value is the exit code of the command line."""

    AGREES = 0
    CONTRADICTS = 1
    INCONCLUSIVE = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One number: ``predicted``, ``measured`` (None if it could not be), and what they may differ by and why.

    The ``tolerance`` follows from the prediction and from what was asked of the solver, never from ``measured``.
    A row that is not decisive contradicts nothing: outside its tolerance it is inconclusive.  A tolerance above
    ``most`` is too wide to agree within.
    """

    name: str
    predicted: float
    measured: float | None
    tolerance: float
    reason: str
    is_decisive: bool = True
    most: float = math.inf

    @property
    def shown(self) -> tuple[str, str, str]:
        """Predicted, measured and tolerance as a table shows them."""
        return (
            shown_number(self.predicted, self.tolerance),
            shown_number(self.measured, self.tolerance),
            f"{self.tolerance:.2g}",
        )

    @property
    def outcome(self) -> Outcome:
        """Whether the two numbers agree; inconclusive without a measurement or a finite tolerance."""
        # A nan would compare as unequal, and be called a contradiction.
        if self.measured is None or not math.isfinite(self.measured) or not math.isfinite(self.tolerance):
            return Outcome.INCONCLUSIVE
        if abs(self.measured - self.predicted) <= self.tolerance:
            return Outcome.AGREES if self.tolerance <= self.most else Outcome.INCONCLUSIVE
        return Outcome.CONTRADICTS if self.is_decisive else Outcome.INCONCLUSIVE


@dataclass(frozen=True)
class Agreement(Page):
    """The ``rows`` of one confirmation, named by ``title``, and ``notes`` on what was assumed.

    Contradicts if one row does, else inconclusive if one row is, else agrees.  Rows ``beside`` these are about what no
    theorem covers, and have no say in that.
    """

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    beside: tuple[Row, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The verdict on all the rows together."""
        found = {row.outcome for row in self.rows}
        if Outcome.CONTRADICTS in found:
            return Outcome.CONTRADICTS
        # Without any row nothing was compared, which is no agreement.
        return Outcome.INCONCLUSIVE if Outcome.INCONCLUSIVE in found or not found else Outcome.AGREES

    @property
    def reasons(self) -> list[str]:
        """The reasons of the tolerances, each once."""
        return list(dict.fromkeys(row.reason for row in (*self.rows, *self.beside)))

    def only(self, outcome: Outcome) -> Agreement:
        """The rows of one ``outcome`` alone, without the notes."""
        return Agreement(self.title, tuple(row for row in self.rows if row.outcome is outcome))

    def blocks(self) -> Iterator[Block]:
        """The table, the rows beside it, the reasons of the tolerances and the notes."""
        yield Title((f"{self.title}: ", Strong(str(self.outcome))))
        yield self._table(self.rows)
        if self.beside:
            yield Paragraph((BESIDE,))
            yield self._table(self.beside)
        yield Paragraph(("Reasons of the tolerances:",))
        yield Items(tuple(Item(f"[{i}]", (reason,)) for i, reason in enumerate(self.reasons, 1)))
        for note in self.notes:
            yield Paragraph((f"note: {note}",))

    def _table(self, rows: Iterable[Row]) -> Table:
        body = ((r.name, *r.shown, str(r.outcome), f"[{self.reasons.index(r.reason) + 1}]") for r in rows)
        head = ("what", "predicted", "measured", "tolerance", "outcome", "reason")
        return Table(head, tuple(tuple((cell,) for cell in row) for row in body), "lrrrlr")

    def to_text(self, *, columns: int | None = None, colour: bool = False) -> str:
        """The table as plain text, with the reasons of the tolerances numbered below it, for so many ``columns``.

        None is a file: a row is one line there.
        """
        if columns is not None or colour:
            return super().to_text(columns=columns, colour=colour)
        head = ("", "predicted", "measured", "tolerance", "", "")
        body = [
            (r.name, *r.shown, str(r.outcome), f"[{self.reasons.index(r.reason) + 1}]")
            for r in (*self.rows, *self.beside)
        ]
        width = [max(len(row[i]) for row in [head, *body]) for i in range(len(head))]
        lines = [f"{self.title}: {self.outcome}", ""]
        table = [
            head,
            *body[: len(self.rows)],
            *([(BESIDE, *[""] * 5)] if self.beside else []),
            *body[len(self.rows) :],
        ]
        for row in table:
            cells = (
                t.ljust(w) if i in (0, 4, 5) else t.rjust(w) for i, (t, w) in enumerate(zip(row, width, strict=True))
            )
            lines.append("  ".join(cells).rstrip())
        lines += ["", *(f"[{i}] {reason}" for i, reason in enumerate(self.reasons, 1))]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def to_markdown(self) -> str:
        """The table in Markdown, with the reasons of the tolerances as a numbered list below it."""
        rows, beside = (
            [f"| {r.name} | {' | '.join(r.shown)} | {_marked(r)} | {self.reasons.index(r.reason) + 1} |" for r in part]
            for part in (self.rows, self.beside)
        )
        if beside:
            rows += [f"| *{BESIDE}* | | | | | |", *beside]
        head = ["| | predicted | measured | tolerance | | reason |", "| :-- | --: | --: | --: | :-- | --: |"]
        reasons = [f"{i}. {reason}" for i, reason in enumerate(self.reasons, 1)]
        notes = [f"- {note}" for note in self.notes]
        return "\n".join(
            [f"**{self.title}: {self.outcome}**", "", *head, *rows, "", "Reasons of the tolerances:", ""]
            + reasons
            + (["", *notes] if notes else [])
        )

    def to_rows(self) -> list[dict[str, object]]:
        """One dictionary for each row, as ``pandas.DataFrame`` takes them."""
        return _plain(self.rows)

    def to_record(self) -> dict[str, object]:
        """The agreement as plain values for JSON."""
        record: dict[str, object] = {
            "title": self.title,
            "outcome": str(self.outcome),
            "rows": self.to_rows(),
            "notes": list(self.notes),
        }
        return record | ({"beside": _plain(self.beside)} if self.beside else {})


def _plain(rows: Iterable[Row]) -> list[dict[str, object]]:
    return [
        {
            "name": r.name,
            "predicted": r.predicted,
            "measured": finite(r.measured),
            "tolerance": finite(r.tolerance),
            "reason": r.reason,
            "outcome": str(r.outcome),
        }
        for r in rows
    ]


def finite(value: float | None) -> float | None:
    """``value``, or None where JSON has no number for it."""
    return value if value is not None and math.isfinite(value) else None


def shown_number(value: float | None, tolerance: float) -> str:
    """``value`` to two digits of its tolerance; whole numbers as they are, small ones with an exponent."""
    if value is None:
        return "not measured"
    if not math.isfinite(value) or value == int(value):
        return f"{value:g}"
    places = 1 - math.floor(math.log10(tolerance)) if 0 < tolerance < math.inf else 4
    if abs(value) < 1e-4:
        return f"{value:.2e}"
    return f"{value:.{min(max(places, 1), 12)}f}"


def _marked(row: Row) -> str:
    return f"**{row.outcome}**" if row.outcome is not Outcome.AGREES else str(row.outcome)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of several confirmations together: contradicts before inconclusive before agrees."""
    found = set(outcomes)
    # Not by the exit codes, in which inconclusive is 2.
    for outcome in (Outcome.CONTRADICTS, Outcome.INCONCLUSIVE):
        if outcome in found:
            return outcome
    return Outcome.AGREES
