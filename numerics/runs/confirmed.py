"""What every confirmation is: an agreement, its outcome, and the files that a folder of results gets."""

from __future__ import annotations

from abc import ABC, abstractmethod

from numerics.runs.agreement import Agreement, Outcome


class Confirmed(ABC):
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

    def __str__(self) -> str:
        return self.agreement.to_text()

    def _repr_markdown_(self) -> str:
        return self.agreement.to_markdown()
