"""What a command writes of its results: pages, records, figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from symcheck.render.block import Block

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure

REPORT, RECORD = "report.md", "record.json"


class HasRecord(Protocol):
    """What has numbers for JSON."""

    def to_record(self) -> dict[str, object]:
        """The numbers."""
        ...


class Result(HasRecord, Protocol):
    """A page with numbers and a figure."""

    @property
    def figure(self) -> Figure:
        """The figure."""
        ...

    def blocks(self) -> Iterable[Block]:
        """What the page says."""
        ...

    def to_text(self, *, columns: int | None = None, colour: bool = False) -> str:
        """The page as plain text."""
        ...

    def to_markdown(self) -> str:
        """The page in Markdown."""
        ...


def record_text(result: HasRecord, more: Mapping[str, HasRecord] = {}) -> str:
    """The numbers of ``result`` as JSON, with those of ``more`` by their names."""
    record = result.to_record() | {name: one.to_record() for name, one in more.items()}
    return json.dumps(record, indent=2, sort_keys=True, allow_nan=False)


def folder_files(name: str, result: Result, more: Mapping[str, Result] = {}) -> dict[str, str | bytes]:
    """A report, a record and a figure of each, by the names of their files; ``name`` is that of the first figure."""
    from numerics.figure_style import as_bytes

    results = {name: result, **more}
    pages = [f"{one.to_markdown().rstrip()}\n\n![{key}]({key}.png)\n" for key, one in results.items()]
    figures = {f"{key}.png": as_bytes(one.figure) for key, one in results.items()}
    return {REPORT: "\n".join(pages), RECORD: record_text(result, more) + "\n", **figures}
