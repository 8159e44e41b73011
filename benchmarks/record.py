"""A record of measured numbers: where, with what and when they were measured, as one JSON file."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from symcheck.files import written as written_whole

SCHEMA = "symcheck benchmark 1"
ROOT = Path(__file__).resolve().parents[1]


class RecordError(ValueError):
    """A file that is no record of this schema."""


@dataclass(frozen=True)
class Number:
    """A measured quantity: the least and the most of its ``repeats``, in ``unit``."""

    name: str
    unit: str
    least: float
    most: float
    repeats: int = 1


@dataclass(frozen=True)
class Record:
    """The ``command`` that measured, the machine, the versions, the commit, the date in UTC and the ``numbers``."""

    command: str
    device: str
    capability: str
    driver: str
    cuda: str
    torch: str
    commit: str
    date: str
    numbers: tuple[Number, ...]

    @classmethod
    def here(cls, command: str, device: torch.device, numbers: tuple[Number, ...]) -> Record:
        """The ``numbers`` with what they were measured on."""
        return cls(
            command,
            *_described(device),
            torch.__version__,
            _commit(),
            datetime.now(UTC).isoformat(timespec="seconds"),
            numbers,
        )


def written(record: Record, path: Path) -> Path:
    """Write ``record`` whole or not at all, in a folder that is made if it is missing; raises ``OSError``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"schema": SCHEMA, **asdict(record)}
    return written_whole(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def kept(record: Record, path: Path | None) -> int:
    """Write ``record`` if a ``path`` is given; the exit code: 2 if it could not be written."""
    if path is None:
        return 0
    try:
        print(f"written to {written(record, path)}")
    except OSError as error:
        print(f"--record: {error}; accepted is a file in a folder that can be written to; choose another, and copy the "
              "numbers above meanwhile", file=sys.stderr)  # fmt: skip
        return 2
    return 0


def read(path: Path) -> Record:
    """The record in the file; raises ``RecordError`` for any other content, and ``OSError``."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise RecordError(
            f"path: {path.name} is no JSON; accepted is a file that --record has written; measure again"
        ) from None
    schema = content.pop("schema", None) if isinstance(content, dict) else None
    if schema != SCHEMA:
        raise RecordError(
            f"path: {path.name} has the schema {json.dumps(schema)}; accepted is {json.dumps(SCHEMA)}; measure again "
            "with this version"
        )
    wanted = {field.name for field in fields(Record)}
    if set(content) != wanted:
        raise RecordError(
            f"path: {path.name} has the fields {', '.join(sorted(content))}; accepted are "
            f"{', '.join(sorted(wanted))}; measure again"
        )
    return Record(**{**content, "numbers": _numbers(content["numbers"], path)})


def _numbers(found: Any, path: Path) -> tuple[Number, ...]:
    try:
        return tuple(Number(**each) for each in found)
    except TypeError:
        raise RecordError(
            f"path: numbers of {path.name} are not whole; accepted are objects with name, unit, least, most and "
            "repeats; measure again"
        ) from None


def _described(device: torch.device) -> tuple[str, str, str, str]:
    if device.type != "cuda":
        return platform.processor() or platform.machine(), "", "", ""
    capability = ".".join(map(str, torch.cuda.get_device_capability(device)))
    return torch.cuda.get_device_name(device), capability, _driver(), torch.version.cuda or ""


def _driver() -> str:
    found = _said(["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"])
    return found.splitlines()[0] if found else "unknown"


def _commit() -> str:
    commit = _said(["git", "rev-parse", "HEAD"])
    if not commit:
        return "unknown"
    return commit + ("-dirty" if _said(["git", "status", "--porcelain"]) else "")


def _said(command: list[str]) -> str:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
