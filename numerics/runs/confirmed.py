"""What every confirmation is: an agreement, its outcome, a report, and the files that a folder of results gets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

from numerics.runs.agreement import Agreement, Outcome
from symcheck.render.block import Block
from symcheck.render.html import html_fragment
from symcheck.render.markdown import markdown_page
from symcheck.render.page import Page
from symcheck.render.text import text_page


class Confirmed(Page):
    """A certificate beside training; ``agreement`` is its table, and all that a terminal or a notebook shows.

    The page itself, which ``save`` writes, is the report: what was run, the table, the figure.

    >>> from numerics import Confirmation
    >>> from numerics.runs.confirmed import Confirmed
    >>> issubclass(Confirmation, Confirmed)
    True
    """

    agreement: Agreement

    @property
    def outcome(self) -> Outcome:
        """agrees, contradicts or inconclusive."""
        return self.agreement.outcome

    @abstractmethod
    def to_json(self) -> str:
        """The record of what was run, measured and compared."""

    @abstractmethod
    def files(self) -> dict[str, str | bytes]:
        """The files of a report by their names."""

    def summary(self) -> Iterable[Block]:
        """What a terminal and a notebook show."""
        return self.agreement.blocks()

    def to_text(self, *, columns: int | None = None, colour: bool = False) -> str:
        """The table as plain text for so many ``columns`` of a terminal, None for a file, in ``colour`` or not."""
        return text_page(self.summary(), columns, colour=colour)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.outcome}: {self.agreement.title}>"

    def _repr_markdown_(self) -> str:
        return markdown_page(self.summary())

    def _repr_html_(self) -> str:
        return html_fragment(self.summary())
