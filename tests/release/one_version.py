"""The version is one: in the package, the citation, the changelog, and the names of the archives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.release.failed import Failed

PLACES = (
    ("symcheck/version.py", r'^VERSION = "([^"]+)"$'),
    ("CITATION.cff", r'^version: "([^"]+)"$'),
    ("CHANGELOG.md", r"^(?:## \[|This will be )(\d[^\],]*)[\],]"),
)
"""A file, and the pattern whose first match in it holds the version."""


def version_in(text: str, pattern: str) -> str | None:
    """What the first match of ``pattern`` holds; None without a match."""
    found = re.search(pattern, text, re.MULTILINE)
    return None if found is None else found[1]


def the_version(checkout: Path) -> str:
    """The version that all of ``PLACES`` name; raises ``Failed`` where they differ."""
    found = {name: version_in((checkout / name).read_text("utf-8"), pattern) for name, pattern in PLACES}
    first = found[PLACES[0][0]]
    if first is None or set(found.values()) != {first}:
        raise Failed(f"the version is not one: {found}; write the same into each of these files")
    return first


def checked_version(checkout: Path, archives: tuple[Path, ...]) -> Iterator[str]:
    """Says where the version stands; raises ``Failed`` where two differ."""
    version = the_version(checkout)
    for archive in archives:
        if not archive.name.startswith(f"symcheck-{version}"):
            raise Failed(f"{archive.name} is built, and its version should be {version}")
    yield f"version {version} in {', '.join(name for name, _ in PLACES)} and the names of both archives"
    if "\n## [Unreleased]\n" in (checkout / "CHANGELOG.md").read_text("utf-8"):
        yield "STILL TO DO: CHANGELOG.md says [Unreleased]: give it version and date, and CITATION.cff date-released"
