"""A page for each penalty, and the table of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docs.site.entries.derived import entry_pages
from docs.site.entries.index_page import Column, index_page, pages_of
from docs.site.page import Source

_COLUMNS = (Column("conditions are stated", lambda e: e.tier), Column("with cross_entropy", lambda e: e.verdict))


def sources(checkout: Path, workers: int) -> Iterator[Source]:
    """``penalties/index.md`` and ``penalties/NAME.md``."""
    entries = entry_pages(checkout, "regularizer", workers)
    yield index_page(
        "regularizer", entries, "Penalties",
        "Every penalty of the catalogue: a function g of the scores alone, that is added to a loss.",
        _COLUMNS,
    )  # fmt: skip
    yield from pages_of("regularizer", entries)
