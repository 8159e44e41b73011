"""Records of benchmarks: numbers with the machine, the versions and the commit that they were measured with."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import torch

from symcheck.files import written

SCHEMA = "symcheck-benchmark/1"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Place:
    """Where something was measured: ``device`` by name, versions of ``driver``, ``cuda``, ``torch`` and ``python``.

    And the ``commit`` and ``day``.  A commit ends in "+" where files differ from it.
    """

    device: str
    driver: str
    cuda: str
    torch: str
    python: str
    commit: str
    day: str

    @classmethod
    def here(cls, device: torch.device) -> Place:
        """This machine and this checkout."""
        is_cuda = device.type == "cuda"
        return cls(
            device=torch.cuda.get_device_name(device) if is_cuda else platform.processor() or platform.machine(),
            driver=_said("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader") if is_cuda else "none",
            cuda=str(torch.version.cuda) if is_cuda else "none",
            torch=torch.__version__,
            python=platform.python_version(),
            commit=_commit(),
            day=date.today().isoformat(),
        )


@dataclass(frozen=True)
class Record:
    """``numbers`` by name, each in the unit that its name ends in, measured at ``place``."""

    place: Place
    numbers: Mapping[str, Any]

    def write(self, path: Path) -> None:
        """Put it into a file of JSON, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"schema": SCHEMA, "place": asdict(self.place), "numbers": dict(self.numbers)}
        written(path, json.dumps(content, indent=1, sort_keys=True) + "\n")

    @classmethod
    def read(cls, path: Path) -> Record:
        """From such a file; raises ``ValueError`` for another one."""
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            schema = fields["schema"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"record: {path} is no record of a benchmark ({error}); make one with --record") from error
        if schema != SCHEMA:
            raise ValueError(f"record: {path} has the schema {schema!r}; accepted is {SCHEMA!r}: make it again")
        return cls(Place(**fields["place"]), fields["numbers"])


def _commit() -> str:
    found = _said("git", "rev-parse", "--short=12", "HEAD")
    return found + ("+" if found != UNKNOWN and _said("git", "status", "--porcelain") not in ("", UNKNOWN) else "")


def _said(*command: str) -> str:
    """What a program prints, "unknown" where it cannot be run."""
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return UNKNOWN
    return found.stdout.strip().splitlines()[0] if found.stdout.strip() else ""
