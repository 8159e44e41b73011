"""A tab with the page in it, as a reader drives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, expect


@dataclass
class Tab:
    """A tab with the page in it, where it came from, and what it complained of and asked for."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))

    def open(self, path: str = "", **fields: str) -> None:
        """Go to a page of the folder, with fields in its address."""
        self.page.goto(f"{self.home}{path}" + (f"#{urlencode(fields)}" if fields else ""))

    def certify(self, loss: str, penalty: str = "l2", parameters: str = "", classes: str = "") -> None:
        """Fill the fields and press Enter; the answer is awaited by whoever looks at it."""
        for name, text in (("parameters", parameters), ("classes", classes), ("penalty", penalty), ("loss", loss)):
            self.page.fill(f"#{name}", text)
            self.page.press(f"#{name}", "Escape")
        self.page.press("#loss", "Enter")

    def verdict(self, headline: str) -> None:
        """Wait until this headline is shown."""
        expect(self.page.locator("#verdict")).to_have_text(headline)

    def saved(self, button: str) -> str:
        """The file that a button offers."""
        with self.page.expect_download() as download:
            self.page.click(button)
        return Path(download.value.path()).read_text("utf-8")
