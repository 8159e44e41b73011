"""A browser of the user's, which prints pages: what sets HTML well is on most machines already."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from symcheck.errors import OutputError

VARIABLE = "SYMCHECK_BROWSER"
"""The environment variable that names a browser."""

_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
    "brave-browser",
)  # fmt: skip
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_SECONDS = 120


def browser() -> str | None:
    """The path of Chromium or of a browser made from it; that in SYMCHECK_BROWSER first; None if there is none."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    found = (shutil.which(name) for name in _NAMES)
    return next((path for path in (*found, *(a for a in _APPLICATIONS if Path(a).is_file())) if path), None)


def checked_browser() -> str:
    """The browser; raises ``OutputError`` that says what to do where there is none."""
    found = browser()
    if found is None:
        named = os.environ.get(VARIABLE)
        told = f"{VARIABLE}: got {named!r}, which is no program; " if named else ""
        raise OutputError(
            f"{told}a PDF is printed by Chromium, Chrome, Edge or Brave, and none was found; install one, name it in "
            f"{VARIABLE}, or write .html and print that"
        )
    return found


def pdf(html: str) -> bytes:
    """The document ``html`` as PDF; raises ``OutputError`` without a browser, or if it fails."""
    program = checked_browser()
    with TemporaryDirectory(prefix="symcheck") as folder:
        page, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, "utf-8")
        # Chromium has no sandbox for root, and refuses to start; the page is ours, and has no script.
        as_root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        command = [
            program, "--headless", "--disable-gpu", *as_root, f"--user-data-dir={folder}/profile", "--no-first-run",
            "--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
            told = done.stderr.strip()[-300:]
            failure = f"it exited with {done.returncode}{told and f': {told}'}"
        except (OSError, subprocess.TimeoutExpired) as error:
            failure = str(error)
        if not printed.is_file():
            raise OutputError(
                f"{program} printed no PDF; {failure}; write .html and print that, or name another in {VARIABLE}"
            )
        return printed.read_bytes()
