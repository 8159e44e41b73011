"""The built site: every link leads somewhere, and nothing from elsewhere is needed to show a page."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.site.html_page import HtmlPage, html_page

pytestmark = pytest.mark.site

Pages = dict[str, HtmlPage]


def is_external(link: str) -> bool:
    return bool(urlsplit(link).scheme) or link.startswith("//")


def broken(page: HtmlPage, site: Path) -> list[str]:
    """The links and resources of a page, within the site, that lead nowhere."""
    found = []
    for link in [*page.links, *page.loads]:
        if is_external(link) or link.startswith("data:"):
            continue
        file, anchor = page.target(link)
        file = file / "index.html" if file.is_dir() else file
        is_there = file.is_relative_to(site.resolve()) and file.exists()
        # What a script reads is a state, and no place on the page.
        is_state = "=" in anchor or file.parent == site.resolve() / "try"
        is_place = bool(anchor) and not is_state and file.suffix == ".html"
        if not is_there or (is_place and anchor not in html_page(file).ids):
            found.append(link)
    return found


def test_every_link_within_the_site_leads_somewhere(pages: Pages, site: Path) -> None:
    assert {path: lost for path, page in pages.items() if (lost := broken(page, site))} == {}


def test_links_to_elsewhere_are_well_formed(pages: Pages) -> None:
    external = {link for page in pages.values() for link in page.links if is_external(link)}
    assert external
    odd = [
        link for link in external if not re.fullmatch(r"(https?://[\w.-]+\.[a-z]+(:\d+)?(/\S*)?|mailto:\S+@\S+)", link)
    ]
    assert odd == []


def test_no_page_loads_anything_from_elsewhere(pages: Pages, site: Path) -> None:
    loaded = {
        load for page in pages.values() for load in page.loads if is_external(load) and not load.startswith("data:")
    }
    assert loaded == set()
    fetched = re.compile(r"@import|url\(\s*['\"]?(?:https?:)?//|@font-face[^}]*url\(\s*['\"]?(?!data:)")
    styles = [path for path in site.rglob("*.css") if fetched.search(path.read_text("utf-8"))]
    assert styles == []


def test_what_is_broken_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="#here">x</a><a href="b.html#there">x</a><a href="a.html#gone">x</a>'
        '<a href="c.html">x</a><img src="d.png"><a href="b.html#loss=gce">x</a><a href="https://e.org/x">x</a>',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text('<p id="there">', encoding="utf-8")
    assert broken(html_page(tmp_path / "a.html"), tmp_path) == ["a.html#gone", "c.html", "d.png"]
