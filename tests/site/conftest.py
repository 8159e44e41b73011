"""The built site, as tests with the marker ``site`` read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from symcheck.render.browser import browser
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


@pytest.fixture(scope="session")
def window() -> Iterator[Browser]:
    """The browser, without a window."""
    path = browser()
    if path is None:
        pytest.skip("no browser: install Chromium, or name one in SYMCHECK_BROWSER")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()
