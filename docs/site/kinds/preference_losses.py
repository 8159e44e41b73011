"""A page for each preference loss, and the table of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docs.site.entries.derived import entry_pages
from docs.site.entries.index_page import Column, index_page, pages_of
from docs.site.page import Source

_COLUMNS = (
    Column("tier", lambda e: e.tier), Column("kappa", lambda e: e.kappa), Column("with a penalty", lambda e: e.verdict),
)  # fmt: skip


def sources(checkout: Path, workers: int) -> Iterator[Source]:
    """``preference-losses/index.md`` and ``preference-losses/NAME.md``."""
    entries = entry_pages(checkout, "preference", workers)
    yield index_page(
        "preference", entries, "Preference losses",
        "Every preference loss of the catalogue, of h = chosen - rejected or of both scores.  What flips do to all of "
        "them, side by side: [preference losses](PREFERENCES.md).",
        _COLUMNS,
    )  # fmt: skip
    yield from pages_of("preference", entries)
