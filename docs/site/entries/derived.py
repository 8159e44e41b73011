"""The pages of the catalogue, derived by several processes, and kept until code changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from docs.site.entries.entry_page import EntryPage
from docs.site.entries.loss_page import loss_page
from docs.site.entries.penalty_page import penalty_page
from docs.site.entries.preference_page import preference_page
from symcheck.intake.catalogue import names
from symcheck.language.recording import Kind

_MAKERS: dict[Kind, Callable[[str], EntryPage]] = {
    "loss": loss_page, "regularizer": penalty_page, "preference": preference_page,
}  # fmt: skip

_PACKAGES = ("sympy", "python-flint", "mpmath", "torch")
"""Other packages that what is derived is calculated with."""


def entry_pages(checkout: Path, kind: Kind, workers: int) -> tuple[EntryPage, ...]:
    """The page of every entry of this kind, in the order of their names; kept in build/site-cache while code stays."""
    return _pages(checkout, workers)[kind]


@cache
def _pages(checkout: Path, workers: int) -> dict[Kind, tuple[EntryPage, ...]]:
    kept = checkout / "build" / "site-cache" / f"entries-{code_key(checkout)}.json"
    if kept.exists():
        stored = json.loads(kept.read_text("utf-8"))
        return {kind: tuple(EntryPage.of(record) for record in stored[kind]) for kind in _MAKERS}
    asked = [(kind, name) for kind in _MAKERS for name in names(kind)]
    # Not forked: a process that has started threads of torch must not be.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        found = list(zip(asked, pool.map(_page, asked), strict=True))
    pages = {kind: tuple(page for (of_kind, _), page in found if of_kind == kind) for kind in _MAKERS}
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob("entries-*.json"):
        old.unlink()
    records = {kind: [asdict(page) for page in those] for kind, those in pages.items()}
    kept.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return pages


def _page(asked: tuple[Kind, str]) -> EntryPage:
    kind, name = asked
    return _MAKERS[kind](name)


@cache
def code_key(checkout: Path) -> str:
    """A digest of the code that pages are derived by: of this checkout, and the versions of other packages."""
    digest = hashlib.sha256()
    for folder in ("symcheck", "numerics", "docs/site/entries"):
        for path in sorted((checkout / folder).rglob("*.py")):
            digest.update(path.relative_to(checkout).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    return digest.hexdigest()[:20]
