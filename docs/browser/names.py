"""What can be typed into the page: entries of the catalogue and functions of formulas, each with a line about it."""

from __future__ import annotations

import json
from typing import Any

from symcheck.commands.list import listing
from symcheck.entry import class_in_file
from symcheck.intake.catalogue import files_of
from symcheck.language.recording import Kind
from symcheck.render.html import STYLE
from symcheck.version import VERSION


def typed_names() -> dict[str, Any]:
    """Losses, penalties and functions, and the style of certificates: what the page shows before Python has started."""
    functions = json.loads(listing("functions").to_json())
    return {
        "losses": _entries("loss"),
        "penalties": _entries("regularizer"),
        "functions": [{"name": row["name"], "form": row["form"], "what": row["what"]} for row in functions],
        "style": STYLE,
        "version": VERSION,
    }


def _entries(kind: Kind) -> list[dict[str, str]]:
    files = files_of(kind)
    found = {name: class_in_file(files.module(name)) for name in files.names}
    return [
        {"name": name, "what": (entry.__doc__ or "").strip().splitlines()[0], "also": ", ".join(entry.also)}
        for name, entry in found.items()
    ]
