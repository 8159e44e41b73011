"""The page that certifies, served on this machine and open in one Chromium."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, expect

from tests.site.certify_page import SECONDS, CertifyPage, certify_page


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, without a line for each."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def app(checkout: Path) -> Path:
    """The folder of the page."""
    folder = checkout / "build" / "site" / "try"
    assert (folder / "manifest.json").exists(), "there is no page for browsers: python -m docs.browser builds it"
    return folder


@pytest.fixture(scope="session")
def home(app: Path) -> Iterator[str]:
    """The address of the page."""
    handler = functools.partial(Quiet, directory=str(app.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/try/"
        server.shutdown()


Contexts = Callable[..., BrowserContext]


@pytest.fixture
def contexts(chromium: Browser) -> Iterator[Contexts]:
    """Makes windows that know nothing of each other."""
    made: list[BrowserContext] = []

    def context(**options: Any) -> BrowserContext:
        made.append(chromium.new_context(**options))
        made[-1].set_default_timeout(1000 * SECONDS)
        return made[-1]

    yield context
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def shared(chromium: Browser, home: str) -> Iterator[CertifyPage]:
    """One page with Python ready, for all tests that leave it as usable as it was."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    context.set_default_timeout(1000 * SECONDS)
    found = certify_page(context)
    dialogs: list[Dialog] = []
    found.page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
    found.page.goto(home)
    expect(found["loading"]).to_be_hidden(timeout=1000 * SECONDS)
    yield found
    context.close()
    assert dialogs == []


@pytest.fixture
def ready(shared: CertifyPage) -> Iterator[CertifyPage]:
    """The shared page; the test fails if something complained meanwhile."""
    shared.complaints.clear()
    yield shared
    assert shared.complaints == []
