"""The sources of the site in one folder: pages of every kind, links mapped, what is no longer made removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from docs.site import kinds
from docs.site.contents import with_contents
from docs.site.floors import with_pictures
from docs.site.links import place_in_site, rewritten, source_page_of
from docs.site.notebook_links import rewritten_notebook
from docs.site.page import SiteFile, SitePage, Source
from docs.site.source_pages import source_page
from symcheck.one_file_each import OneFileEach


@dataclass(frozen=True)
class Assembled:
    """How many sources there are, and how many of them were ``written`` because they had changed."""

    sources: int
    written: int


def all_sources(checkout: Path, workers: int) -> list[Source]:
    """The sources of every kind, found by its file."""
    return [source for module in OneFileEach(kinds.__name__) for source in module.sources(checkout, workers)]


def assembled(checkout: Path, out: Path, workers: int) -> Assembled:
    """Write every source into ``out``; a file that is as it was stays untouched, so that Sphinx reads it once.

    Raises ``LinkError`` for a link that leads nowhere, ``ValueError`` for two sources at one place.
    """
    found = mapped(all_sources(checkout, workers), checkout)
    paths = [source.path for source in found]
    twice = sorted({path for path in paths if paths.count(path) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)}: two sources have this place in the site; give one another name")
    written = sum(_is_written(source, out) for source in found)
    for file in [p for p in out.rglob("*") if p.is_file() and p.relative_to(out).as_posix() not in set(paths)]:
        file.unlink()
    return Assembled(len(found), written)


def mapped(found: Iterable[Source], checkout: Path) -> list[Source]:
    """``found`` with the links of pages mapped, and with pages for the files of the checkout that they lead to."""
    found = list(found)
    pages = frozenset(source.path for source in found)
    shown: dict[str, None] = {}

    def known(place: str) -> str | None:
        target = place_in_site(place, checkout, pages)
        if target == source_page_of(place):
            shown[place] = None
        return target

    result = [_mapped(source, pages, known) for source in found]
    return [*result, *(source_page(place, checkout) for place in sorted(shown))]


def _mapped(source: Source, pages: frozenset[str], known: Callable[[str], str | None]) -> Source:
    if not isinstance(source, SitePage):
        return source
    if source.path.endswith(".ipynb"):
        return replace(source, text=rewritten_notebook(source, known))
    text = with_pictures(rewritten(source, known))
    page = replace(source, text=text)
    return with_contents(page, pages) if source.path == "index.md" else page


def _is_written(source: Source, out: Path) -> bool:
    path = out / source.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(source, SiteFile):
        if path.exists() and path.read_bytes() == source.source.read_bytes():
            return False
        shutil.copyfile(source.source, path)
        return True
    if path.exists() and path.read_text("utf-8") == source.text:
        return False
    path.write_text(source.text, encoding="utf-8")
    return True
