"""Links of the checkout as links of the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from os.path import normpath, relpath
from pathlib import Path, PurePosixPath

from docs.site.page import SitePage

_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,}).*?^\1?\s*\2`*[ \t]*$", flags=re.MULTILINE | re.DOTALL)
_PIECE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<maths>\$\$.+?\$\$|\$[^$\n]+\$)"
    r"|(?P<before>\]\()(?P<target>[^()\s]+)(?P<after>\))",
    flags=re.DOTALL,
)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#")

MOVED = {
    "README.md": "index.md",
    "docs/README.md": "index.md",
    "docs/PAPER.md": "paper/index.md",
    "docs/SURVEY.md": "survey.md",
}
"""Files of the checkout in whose place the site has a page of another name."""


class LinkError(ValueError):
    """A link of a page leads nowhere."""


def rewritten(page: SitePage, known: Callable[[str], str | None]) -> str:
    """The text of ``page`` with each link to a file of the checkout leading to where that is in the site.

    ``known``: the path in the site of a file of the checkout, None where there is none.  Code and formulas stay.
    Raises ``LinkError`` for a link that leads nowhere, with the page and the link.
    """

    def mapped(match: re.Match[str]) -> str:
        target = match["target"]
        if target is None or _ELSEWHERE.match(target) or target.startswith("\\"):
            return match[0]
        return f"{match['before']}{_mapped(page, target, known)}{match['after']}"

    return "".join(part if is_code else _PIECE.sub(mapped, part) for is_code, part in _parts(page.text))


def _mapped(page: SitePage, target: str, known: Callable[[str], str | None]) -> str:
    file, sign, anchor = target.partition("#")
    start = PurePosixPath(page.start).parent
    place = normpath((start / file).as_posix()).replace("\\", "/")
    found = known(place)
    if found is None:
        raise LinkError(
            f"{page.start}: the link {target} leads nowhere: {place} is neither a file of the checkout nor a "
            "generated page; write links as files relative to the page"
        )
    if found == page.path and sign:
        return f"#{anchor}"
    return relpath(found, PurePosixPath(page.path).parent.as_posix()).replace("\\", "/") + sign + anchor


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """The text in parts, each with whether it is a block of code."""
    end = 0
    for fence in _FENCE.finditer(text):
        yield False, text[end : fence.start()]
        yield not fence[0].lstrip().startswith(("```{", ":::")), fence[0]
        end = fence.end()
    yield False, text[end:]


def source_page_of(place: str) -> str:
    """The page of the site that shows the file or folder ``place`` of the checkout."""
    return f"source/{place}.md"


def place_in_site(place: str, checkout: Path, pages: frozenset[str]) -> str | None:
    """Where the site has ``place``, a path of the checkout; None where neither has it."""
    if place in MOVED:
        return MOVED[place]
    in_docs = place.removeprefix("docs/")
    for candidate in (in_docs.lower(), in_docs, f"{in_docs}.md"):
        if place.startswith(("docs/", "notebooks/")) and candidate in pages:
            return candidate
    if "/" not in place and place.lower() in pages:
        return place.lower()
    return source_page_of(place) if (checkout / place).exists() else None
