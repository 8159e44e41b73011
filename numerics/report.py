"""The report: the paper claim by claim, every loss with every penalty, and a confirmation, as one page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from numerics.confirmations.confirmation import Confirmation
from numerics.confirmations.controls import turned_order
from numerics.runs.agreement import Agreement, Outcome, worst
from symcheck.certificates.survey import Survey
from symcheck.findings.verdict import Verdict
from symcheck.paper.page import Ledger, counted, records
from symcheck.render.block import Block, Item, Items, Line, Link, Paragraph, Part, Strong, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of

TITLE = "symcheck: the paper, the catalogue, and training"
TOLD = (
    "All of this was computed when the page was written.  Only what the paper prints, and what is said to be proved of "
    "it, is typed in by hand; what was computed to check that stands below each claim."
)
SURVEY = "Every loss with every penalty"
FALSE_ORDER = 1
"""The order of the distance to the limit that the false claim has; cross-entropy + l2 has another one."""


@dataclass(frozen=True)
class Report(Page):
    """The ``ledger`` of the paper, the ``survey`` of the catalogue and a ``confirmation``; None for what is left out.

    >>> import symcheck as sc
    >>> made = Report(survey=sc.survey(["cross_entropy"], ["l2"]))
    >>> made.exit_code, made.to_html().count("<table")
    (0, 1)
    """

    ledger: Ledger | None = None
    survey: Survey | None = None
    confirmation: Confirmation | None = None

    @cached_property
    def control(self) -> Agreement | None:
        """The same training, judged against a false claim, which it has to contradict."""
        return None if self.confirmation is None else turned_order(self.confirmation, FALSE_ORDER)

    @property
    def exit_code(self) -> int:
        """0 if the ledger holds and training agrees, 1 if one of them does not, 2 if training is inconclusive."""
        if self.ledger is not None and not all(entry.holds for entry in self.ledger.found):
            return Outcome.CONTRADICTS.value
        return worst([] if self.confirmation is None else [self.confirmation.outcome]).value

    def blocks(self) -> Iterator[Block]:
        """What the report has, with links, and then each part."""
        yield Title((TITLE,))
        yield Paragraph((TOLD,))
        yield from self.summary()
        for _, _, part in self._parts:
            yield part

    def summary(self) -> Iterator[Block]:
        """Each part in a line, with a link."""
        yield Items(tuple(Item("", (Link(name, f"#{part.name}"), ": ", *said)) for name, said, part in self._parts))

    @cached_property
    def _parts(self) -> tuple[tuple[str, Line, Part], ...]:
        """Each part with its name and its result in a few words."""
        found: list[tuple[str, Line, Part]] = []
        if self.ledger is not None:
            part = Part("paper", tuple(self.ledger.blocks()))
            found.append(("The paper, claim by claim", counted(self.ledger.found), part))
        if self.survey is not None:
            found.append((SURVEY, (_verdicts(self.survey),), Part("survey", _survey_blocks(self.survey))))
        if self.confirmation is not None:
            part = Part("confirmation", tuple(self.confirmation.blocks()))
            found.append(("Training beside what is predicted", _outcome(self.confirmation.agreement), part))
        if self.control is not None:
            part = Part("control", _control_blocks(self.control))
            found.append(("A false claim, which training has to contradict", _outcome(self.control), part))
        return tuple(found)

    def to_json(self) -> str:
        """What the report has, as JSON."""
        found = {
            "schema": "symcheck.report/1",
            "claims": None if self.ledger is None else records(self.ledger.found),
            "survey": None if self.survey is None else self.survey.rows(),
            "confirmation": None if self.confirmation is None else json.loads(self.confirmation.to_json()),
            "control": None if self.control is None else self.control.to_record(),
        }
        return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _outcome(agreement: Agreement) -> Line:
    return f"{agreement.title}: ", Strong(str(agreement.outcome))


def _survey_blocks(survey: Survey) -> tuple[Block, ...]:
    told = line_of(
        "Each cell is a certificate of l + lambda g for every number of classes C >= 2 that the pair admits and for "
        "all values of the free parameters."
    )
    return Title((SURVEY,)), Paragraph(told), Paragraph((f"{_verdicts(survey)}.",)), *survey.blocks()


def _control_blocks(control: Agreement) -> tuple[Block, ...]:
    told = (
        "A comparison that cannot fail shows nothing.  So the same measurements are judged once more, against the "
        f"claim that the distance to the limit has order {FALSE_ORDER}; the rows that contradict it:"
    )
    title, *rest = control.only(Outcome.CONTRADICTS).blocks()
    return title, Paragraph((told,)), *rest


def _verdicts(survey: Survey) -> str:
    """How many pairs there are of each verdict."""
    counts = ", ".join(f"{sum(p.verdict is v for p in survey.pairs)} {v.name}" for v in reversed(Verdict))
    return f"{len(survey.losses)} losses with {len(survey.regularizers)} penalties, {len(survey.pairs)} pairs: {counts}"
