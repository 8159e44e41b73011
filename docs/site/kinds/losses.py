"""A page for each loss, and the table of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docs.site.entries.derived import entry_pages
from docs.site.entries.index_page import Column, index_page, pages_of
from docs.site.page import Source

_COLUMNS = (
    Column("tier", lambda e: e.tier),
    Column("with l2", lambda e: e.verdict),
    Column("kappa", lambda e: e.kappa),
)


def sources(checkout: Path, workers: int) -> Iterator[Source]:
    """``losses/index.md`` and ``losses/NAME.md``."""
    entries = entry_pages(checkout, "loss", workers)
    yield index_page(
        "loss", entries, "Losses",
        "Every loss of the catalogue, with what is derived of it for every number of classes that it exists for and "
        "every value of its parameters: tier and kappa are the worst in that scope.",
        _COLUMNS,
    )  # fmt: skip
    yield from pages_of("loss", entries)
