"""The record of a campaign: a file with one line of JSON for each run, so that an interrupted one goes on."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.network_claims.steps import Followed
from benchmarks.network_claims.trial import Outcome


def followed_so_far(path: Path) -> dict[tuple[str, str], Followed]:
    """What the file has of the verdicts after more and more steps, by pair and place."""
    lines = [Followed(**fields) for fields in _lines(path)]
    return {(one.pair, one.place): one for one in lines}


def recorded(path: Path, seed: int) -> dict[int, Outcome]:
    """What the file has of the campaign with ``seed``, by the number of the run, less a line that was cut off."""
    found: dict[int, Outcome] = {}
    for fields in _lines(path):
        if fields["seed"] == seed:
            found[fields["index"]] = Outcome(**fields)
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The fields of each whole line, lists as tuples."""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        # the last line may have been cut off
        with contextlib.suppress(json.JSONDecodeError):
            yield {name: _frozen(value) for name, value in json.loads(line).items()}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value


def written(outcome: Outcome | Followed, path: Path) -> None:
    """Put ``outcome`` at the end of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(outcome.to_record(), ensure_ascii=False) + "\n")
