"""The interpreters that are at hand, beside those that the metadata promises."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

MINORS = range(11, 30)


def at_hand() -> dict[str, str]:
    """The path of an interpreter for each version such as 3.12, from PATH and from pyenv."""
    found = {}
    for minor in MINORS:
        for path in _candidates(f"python3.{minor}"):
            if _version(path) == f"3.{minor}":
                found[f"3.{minor}"] = path
                break
    return found


def promised(project: str) -> list[str]:
    """The versions that the classifiers in ``project``, the text of pyproject.toml, name."""
    return re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)


def _candidates(name: str) -> Iterator[str]:
    on_path = shutil.which(name)
    if on_path is not None:
        yield on_path
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from (str(path) for path in sorted(root.glob(f"versions/*/bin/{name}")))


def _version(path: str) -> str | None:
    """What the interpreter says of itself; None if it does not start, as a shim without a version, or has no venv."""
    code = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([path, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
