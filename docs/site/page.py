"""What the site is put together from: pages in MyST, and files that are copied as they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SitePage:
    """One source of the site.

    ``path``: where it stands in the site, as ``losses/gce.md``.
    ``text``: MyST, whose links are relative files of the checkout.
    ``origin``: the file of the checkout that its links start from, "" for the one at the same place in docs.
    """

    path: str
    text: str
    origin: str = ""

    @property
    def start(self) -> str:
        """The file of the checkout that links start from."""
        return self.origin or f"docs/{self.path}"


@dataclass(frozen=True)
class SiteFile:
    """A file at ``path`` in the site that is a copy of ``source``."""

    path: str
    source: Path


Source = SitePage | SiteFile
