"""The page that certifies, open in Chromium: ask it, and wait for what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, expect

SECONDS = 40.0
"""How long Python may take to start, and an answer to come."""


@dataclass(frozen=True)
class CertifyPage:
    """A page in a window of its own; ``complaints`` are what its console, its scripts and the network said."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> Locator:
        """The element with the id ``name``."""
        return self.page.locator(f"#{name}")

    def fill(self, loss: str, penalty: str = "", parameters: str = "", classes: str = "") -> None:
        """Type into every field."""
        given = {"loss": loss, "penalty": penalty, "parameters": parameters, "classes": classes}
        for name, text in given.items():
            self[name].fill(text)

    def ask(self, loss: str, penalty: str = "", parameters: str = "", classes: str = "") -> None:
        """Fill the fields, certify, and wait for the verdict or the error."""
        self.fill(loss, penalty, parameters, classes)
        with self.answering():
            self["certify"].click()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Wait, at the end, for the answer to what is asked within."""
        # The title is set with each answer; a page that forbids eval has nothing else to wait for.
        self.page.evaluate("document.title = ''")
        yield
        expect(self.page).to_have_title(re.compile("symcheck$"), timeout=1000 * SECONDS)

    def saved(self, button: str) -> str:
        """The text of the file that a click on ``button`` saves."""
        with self.page.expect_download() as download:
            self[button].click()
        return Path(download.value.path()).read_text("utf-8")

    @property
    def width(self) -> int:
        """How wide what is on the page is, in pixels."""
        return int(self.page.evaluate("document.documentElement.scrollWidth"))


def certify_page(context: BrowserContext) -> CertifyPage:
    """A new page of ``context`` on which nothing is opened yet."""
    found = CertifyPage(context.new_page())
    page = found.page

    def console(kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            found.complaints.append(text)

    def requested(address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            found.complaints.append(f"asks for {address}")

    page.on("console", lambda message: console(message.type, message.text))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("request", lambda request: requested(request.url))
    return found
