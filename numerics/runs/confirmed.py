"""What every confirmation is: an agreement, its outcome, and the files that a folder of results gets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from numerics.runs.agreement import Agreement, Outcome
from symcheck.render.block import Block
from symcheck.render.page import Page


class Confirmed(Page):
    """A certificate beside training; ``agreement`` is its table.

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

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.outcome}: {self.agreement.title}>"

    def blocks(self) -> Iterator[Block]:
        """The agreement."""
        yield from self.agreement.blocks()

    def to_text(self, *, columns: int | None = None, colour: bool = False) -> str:
        """The agreement as plain text, for so many ``columns``, None for a file, in ``colour`` or not."""
        return self.agreement.to_text(columns=columns, colour=colour)

    def to_markdown(self) -> str:
        """The agreement in Markdown."""
        return self.agreement.to_markdown()
