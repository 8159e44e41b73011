"""The built site: a page for everything that there is, each with what a reader and a search engine look for."""

from __future__ import annotations

import re

import pytest

import numerics
import symcheck
from docs.site.commands.found import all_commands
from docs.site.entries.entry_page import FOLDERS
from symcheck.intake.catalogue import names
from symcheck.paper import claims
from tests.site.html_page import HtmlPage

pytestmark = pytest.mark.site

Pages = dict[str, HtmlPage]

MADE_BY_SPHINX = {"genindex.html", "search.html"}


@pytest.mark.parametrize("kind", sorted(FOLDERS))
def test_every_entry_has_a_page_and_a_row(kind: str, pages: Pages) -> None:
    index = pages[f"{FOLDERS[kind]}/index.html"]
    for name in names(kind):
        assert f"{FOLDERS[kind]}/{name}.html" in pages
        assert f"{name}.html" in index.links


def test_every_command_and_every_public_name_is_explained(pages: Pages) -> None:
    assert [c.name for c in all_commands() if f"cli/{c.name}.html" not in pages] == []
    explained = {i for path, page in pages.items() if path.startswith("api/") for i in page.ids if i.startswith("api-")}
    for package in (symcheck, numerics):
        for name in package.__all__:
            if not name.startswith("_"):
                written = f"{package.__name__}-{name}".lower().replace("_", "-")
                assert {f"api-{written}", f"api-class-{written}"} & explained, name


def test_every_claim_of_the_paper_has_its_anchor(pages: Pages) -> None:
    anchors = [i for path, page in pages.items() if path.startswith("paper/section") for i in page.ids]
    assert [c.id for c in claims() if c.id not in anchors] == []


def test_every_page_says_what_it_is(pages: Pages) -> None:
    for path, page in pages.items():
        assert page.language == "en", path
        assert page.title.strip(), path
        # A notebook shows certificates, each with a heading of its own; the page that runs it has those too.
        assert page.headings == 1 or path in MADE_BY_SPHINX or path.startswith(("notebooks/", "try/notebook")), path
        assert path in MADE_BY_SPHINX or 20 <= len(page.description) <= 260, (path, page.description)


def test_no_page_shows_latex_or_markdown_as_text(pages: Pages) -> None:
    """Outside of code, where formulas would stand that nobody has set."""
    raw = re.compile(
        r"\$[^\s$](?:[^$]*[^\s$])?\$(?!\w)|\\[a-zA-Z]{2,}|\]\((?:http|#|[\w./]+\.(?:md|html))|\*\*[A-Z]|:::|\{[a-z]+\}`"
        r"| at 0x[0-9a-f]{6}"
    )
    found = {path: raw.findall(page.text)[:3] for path, page in pages.items() if raw.search(page.text)}
    assert found == {}


def test_the_survey_has_a_cell_for_each_pair(pages: Pages) -> None:
    links = [link for link in pages["survey.html"].links if "#with-" in link]
    assert len(links) == len(set(links)) > 2500
    lost = [link for link in links if link.split("#")[1] not in pages[link.split("#")[0]].ids]
    assert lost == []
