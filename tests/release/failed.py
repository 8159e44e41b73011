"""What ends a release check."""

from __future__ import annotations

import subprocess
from pathlib import Path


class Failed(Exception):
    """Something that a release has to be and this one is not; the message says what was found and what is wanted."""


def said(command: list[str], *, cwd: Path, environment: dict[str, str] | None = None, code: int = 0) -> str:
    """What ``command`` writes, both streams together; raises ``Failed`` if it does not end with ``code``."""
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1800,
        check=False,
    )  # fmt: skip
    if done.returncode != code:
        raise Failed(f"{' '.join(command)}\nended with {done.returncode}, and {code} is wanted:\n{done.stdout}")
    return done.stdout
