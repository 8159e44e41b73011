"""The record of a campaign: a file with one line of JSON for each run, so that an interrupted one goes on."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.network_claims.trial import Outcome


def recorded(path: Path, seed: int) -> dict[int, Outcome]:
    """What the file has of the campaign with ``seed``, by the number of the run, less a line that was cut off."""
    found: dict[int, Outcome] = {}
    if not path.exists():
        return found
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            fields = json.loads(line)
        except json.JSONDecodeError:
            continue
        if fields["seed"] == seed:
            fields["rows"] = tuple(tuple(row) for row in fields["rows"])
            found[fields["index"]] = Outcome(**fields)
    return found


def written(outcome: Outcome, path: Path) -> None:
    """Put ``outcome`` at the end of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(outcome.to_record(), ensure_ascii=False) + "\n")
