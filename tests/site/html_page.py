"""A page of the built site, read with the standard library: what it shows, where it leads, what it loads."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {("img", "src"), ("script", "src"), ("link", "href"), ("source", "src"), ("iframe", "src"), ("use", "href")}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_CODE = {"code", "pre", "script", "style", "kbd", "samp", "svg", "annotation"}


@dataclass
class HtmlPage:
    """What one file says: its ``ids``, its ``links`` to read, what it ``loads``, its ``text`` outside of code."""

    path: Path
    language: str = ""
    title: str = ""
    description: str = ""
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    text: str = ""
    headings: int = 0

    def target(self, link: str) -> tuple[Path, str]:
        """The file and the anchor that a link of this page leads to."""
        parts = urlsplit(link)
        file = self.path if not parts.path else (self.path.parent / unquote(parts.path)).resolve()
        return file, unquote(parts.fragment)


@cache
def html_page(path: Path) -> HtmlPage:
    """The page in the file ``path``."""
    reader = _Reader(HtmlPage(path))
    reader.feed(path.read_text("utf-8"))
    reader.page.text = " ".join("".join(reader.said).split())
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, page: HtmlPage) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.said = page, []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        if given.get("id"):
            self.page.ids.add(given["id"])
        if tag == "html":
            self.page.language = given.get("lang", "")
        if tag == "meta" and given.get("name") == "description":
            self.page.description = given.get("content", "")
        if tag == "a" and "href" in given:
            self.page.links.append(given["href"])
        if tag == "h1" and "svg" not in self._open:
            self.page.headings += 1
        is_next = tag == "link" and not {"stylesheet", "icon", "preload"} & set(given.get("rel", "").split())
        for name, value in given.items():
            if (tag, name) in _LOADED:
                (self.page.links if is_next else self.page.loads).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open and "svg" not in self._open:
            self.page.title += data
        elif not _CODE & set(self._open) and "head" not in self._open:
            self.said.append(data)
