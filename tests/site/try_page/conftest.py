"""The page that certifies, served on this machine and opened in a real browser."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.site.try_page.tab import Tab

SECONDS = 60
"""How long an answer may take on a machine that does something else as well."""

expect.set_options(timeout=SECONDS * 1000)


@pytest.fixture(scope="session")
def folder(checkout: Path) -> Path:
    """The folder of static files."""
    found = checkout / "build" / "site" / "try"
    assert (found / "manifest.json").exists(), "there is no page for browsers: make site builds it and runs these tests"
    return found


@pytest.fixture(scope="session")
def home(folder: Path) -> Iterator[str]:
    """Where the folder is served: below another one, as sites are."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Nothing."""

    handler = functools.partial(Quiet, directory=str(folder.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/try/"
        server.shutdown()


@pytest.fixture
def new_tab(window: Browser, home: str) -> Iterator[Callable[..., Tab]]:
    """Makes tabs that share nothing with others, for somebody who was never here; options are those of playwright."""
    made: list[BrowserContext] = []

    def tab(**options: Any) -> Tab:
        context = window.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
        made.append(context)
        return Tab(context.new_page(), home)

    yield tab
    for context in made:
        context.close()


@pytest.fixture(scope="session")
def tab(window: Browser, home: str) -> Iterator[Tab]:
    """One tab with Python in it, which takes seconds to start: tests ask one after the other."""
    context = window.new_context(viewport={"width": 1200, "height": 900})
    found = Tab(context.new_page(), home)
    found.open()
    expect(found.page.locator("#loading")).to_be_hidden()
    yield found
    context.close()
