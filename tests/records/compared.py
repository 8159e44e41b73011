"""Certificates against the records: every field that says something else, in a line that a reader can judge."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.records.questions import Question
from tests.records.said import Said

WANTED = Path(__file__).parent / "wanted.jsonl"
"""Changes since the records were made that are wanted, one a line: ``why``, ``of`` (questions as they are told in
differences), the ``field``, and what it says ``now``; null is a field that is not there."""


@dataclass(frozen=True)
class Difference:
    """A ``field`` of what is said of ``question``, ``before`` and ``now``."""

    question: Question
    field: str
    before: Any
    now: Any

    def __str__(self) -> str:
        return (
            f"{self.question}\n    {self.field}\n      before: {_shown(self.before)}\n      now:    {_shown(self.now)}"
        )


def differences(records: Mapping[Question, Said]) -> Iterator[Difference]:
    """What the certificates of today say otherwise than the ``records``, less what is wanted."""
    for question, before in records.items():
        yield from differing(question, expected(question, before), question.answer())


def differing(question: Question, before: Said, now: Said) -> Iterator[Difference]:
    """The fields that are not the same in both."""
    for field in dict.fromkeys([*before, *now]):
        if before.get(field) != now.get(field):
            yield Difference(question, field, before.get(field), now.get(field))


def expected(question: Question, before: Said) -> Said:
    """What is recorded of ``question``, with the changes that are wanted."""
    changed = {change["field"]: change["now"] for change in wanted() if str(question) in change["of"]}
    return {field: value for field, value in {**before, **changed}.items() if value is not None}


def wanted() -> list[dict[str, Any]]:
    """The changes that are wanted."""
    with WANTED.open(encoding="utf-8") as file:
        return list(map(json.loads, file))


def _shown(value: Any) -> str:
    if value is None:
        return "not there"
    return " | ".join(value) if isinstance(value, list) else str(value)


def told(found: Iterable[Difference]) -> str:
    """The differences as a text, with their number first."""
    lines = list(map(str, found))
    return "\n".join([f"{len(lines)} differences", *lines])
