"""A page of the catalogue, and its rows in the tables of all of them."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.language.recording import Kind

FOLDERS: dict[Kind, str] = {"loss": "losses", "regularizer": "penalties", "preference": "preference-losses"}
"""Where in the site the pages of a kind are."""


@dataclass(frozen=True)
class PairCell:
    """A loss with a penalty, as the survey shows it."""

    regularizer: str
    mark: str
    verdict: str
    headline: str
    quotient: bool
    still: str


@dataclass(frozen=True)
class EntryPage:
    """``text`` in MyST of the entry ``name``; ``what`` it is in words, ``tier`` and ``kappa`` for the tables.

    ``formula`` and ``kappa`` are MyST, ``search`` is plain text to look for; ``pairs`` are those of a loss.
    """

    name: str
    what: str
    text: str
    formula: str
    tier: str
    kappa: str
    verdict: str
    search: str
    pairs: tuple[PairCell, ...] = ()

    @classmethod
    def of(cls, record: dict[str, object]) -> EntryPage:
        """The page that ``dataclasses.asdict`` has written."""
        pairs: object = record.pop("pairs")
        assert isinstance(pairs, list | tuple)
        return cls(**record, pairs=tuple(PairCell(**pair) for pair in pairs))  # type: ignore[arg-type]
