"""Pages that are written by hand: those of docs, and the Markdown at the root of the checkout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docs.site.page import SiteFile, SitePage, Source

_GENERATED_ELSEWHERE = ("docs/PAPER.md", "docs/SURVEY.md")
"""Long pages for a code host, in whose place the site has pages of its own."""

_FRONT = "README.md"
"""The front page of the checkout; the site has docs/index.md."""


def sources(checkout: Path, _workers: int) -> Iterator[Source]:
    """Every Markdown page of docs and of the root, and the pictures of docs."""
    for path in sorted((checkout / "docs").rglob("*.md")):
        name = path.relative_to(checkout).as_posix()
        if name not in _GENERATED_ELSEWHERE:
            yield SitePage(path.relative_to(checkout / "docs").as_posix().lower(), path.read_text("utf-8"), name)
    for path in sorted(checkout.glob("*.md")):
        if path.name != _FRONT:
            yield SitePage(path.name.lower(), path.read_text("utf-8"), path.name)
    for path in sorted((checkout / "docs").rglob("*.png")) + sorted((checkout / "docs").rglob("*.svg")):
        place = path.relative_to(checkout / "docs")
        if not place.parts[0].startswith("_"):
            yield SiteFile(place.as_posix(), path)
