"""What a command prints and writes of its results: pages, records, figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REPORT, RECORD = "report.md", "record.json"


class Result(Protocol):
    """A page with numbers and a figure."""

    @property
    def figure(self) -> Figure:
        """The figure."""
        ...

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        ...

    def to_markdown(self) -> str:
        """The page in Markdown."""
        ...


def shown(result: Result, more: Mapping[str, Result], *, as_json: bool) -> str:
    """The pages as text for a terminal, or the numbers of ``result`` as JSON, with those of ``more`` by their names."""
    return record_text(result, more) if as_json else "\n\n".join(str(one).rstrip() for one in (result, *more.values()))


def record_text(result: Result, more: Mapping[str, Result]) -> str:
    """The numbers as JSON."""
    record = result.to_record() | {name: one.to_record() for name, one in more.items()}
    return json.dumps(record, indent=2, sort_keys=True, allow_nan=False)


def store(name: str, result: Result, more: Mapping[str, Result], out: str) -> None:
    """Writes a report, a record and a figure of each into the folder ``out``; ``name`` is that of the first figure.

    Raises ``ConfirmationError`` for a folder that cannot be made or written.
    """
    from numerics.figure_style import as_bytes
    from numerics.folders import made_folder, written_files

    folder = made_folder(out)
    results = {name: result, **more}
    pages = [f"{one.to_markdown().rstrip()}\n\n![{key}]({key}.png)\n" for key, one in results.items()]
    figures = {f"{key}.png": as_bytes(one.figure) for key, one in results.items()}
    written_files({REPORT: "\n".join(pages), RECORD: record_text(result, more) + "\n", **figures}, folder)
