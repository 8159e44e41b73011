"""Agreements: predicted beside measured, with a tolerance and its reason in every row, and a verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from symcheck.render.block import Block, Item, Items, Line, Strong, Table, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of

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
        """The title with the verdict, and below it what was compared."""
        yield Title((f"{self.title}: ", Strong(str(self.outcome))))
        yield from self.compared()

    def compared(self) -> Iterator[Block]:
        """The rows as a table, the reasons of the tolerances, to which its last column leads, and the notes."""
        rows = [self._cells(row) for row in self.rows]
        if self.beside:
            rows += [((BESIDE,), (), (), (), (), ()), *map(self._cells, self.beside)]
        yield Table(("", "predicted", "measured", "tolerance", "", ""), tuple(rows), "lrrrll")
        yield Items(tuple(Item(f"[{i}]", line_of(reason)) for i, reason in enumerate(self.reasons, 1)))
        if self.notes:
            yield Items(tuple(Item("note", line_of(note)) for note in self.notes))

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

    def _cells(self, row: Row) -> tuple[Line, ...]:
        said, place = str(row.outcome), self.reasons.index(row.reason) + 1
        outcome: Line = (said if row.outcome is Outcome.AGREES else Strong(said),)
        return line_of(row.name), *((number,) for number in row.shown), outcome, (f"[{place}]",)


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


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of several confirmations together: contradicts before inconclusive before agrees."""
    found = set(outcomes)
    # Not by the exit codes, in which inconclusive is 2.
    for outcome in (Outcome.CONTRADICTS, Outcome.INCONCLUSIVE):
        if outcome in found:
            return outcome
    return Outcome.AGREES
