"""The built site, as tests with the marker ``site`` read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.site.html_page import HtmlPage, html_page


@pytest.fixture(scope="session")
def site(checkout: Path) -> Path:
    """The folder of the built site."""
    folder = checkout / "build" / "site"
    assert (folder / "index.html").exists(), "there is no built site: make site builds it and runs these tests"
    return folder


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, HtmlPage]:
    """Every page of the built site, by its path."""
    return {
        p.relative_to(site).as_posix(): html_page(p) for p in sorted(site.rglob("*.html")) if "_static" not in p.parts
    }
