"""What was derived before and need not be again: values of JSON in the user's cache folder."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from symcheck.files import written

KEPT = 4
"""So many files of one name stay, the newest: those of other versions may still be asked for."""

_PACKAGES = ("sympy", "mpmath", "python-flint")


def cache_folder() -> Path | None:
    """The folder: SYMCHECK_CACHE, or ``symcheck`` in the user's cache folder; None where the user has no home."""
    if named := os.environ.get("SYMCHECK_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        # A relative path there is to be ignored: https://specifications.freedesktop.org/basedir-spec
        base = base if Path(base).is_absolute() else "~/.cache"
    if not base:
        return None
    try:
        return Path(base).expanduser() / "symcheck"
    except RuntimeError:  # no home
        return None


def kept(name: str, depends_on: str, derive: Callable[[], tuple[Any, bool]]) -> Any:
    """The value of JSON that was kept under ``name`` for just this ``depends_on``; else that of ``derive``.

    ``derive`` returns the value and whether it may be kept.  A file that is broken, of another version or cannot be
    read is as none, and a folder that cannot be written keeps nothing.
    """
    folder = cache_folder()
    if folder is None:
        return derive()[0]
    digest = hashlib.sha256(depends_on.encode()).hexdigest()
    path = folder / f"{name}-{digest[:32]}.json"
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        found = json.loads(path.read_bytes().decode("utf-8"))
        if found["depends_on"] == digest and found["sha256"] == _sum(found["value"]):
            return found["value"]
    value, may_be_kept = derive()
    if may_be_kept:
        content = {"depends_on": digest, "sha256": _sum(value), "value": value}
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            written(path, json.dumps(content, ensure_ascii=False))
            _forget_old(folder, name)
    return value


def sources_and_versions(folders: Iterable[Path]) -> str:
    """What an answer of this package depends on: the files of code in ``folders``, and what runs them.

    Of each file its path, size and time; the versions of Python, of SymPy and of FLINT.
    """
    parts = [sys.version, sys.implementation.name, platform.machine(), *map(_version, _PACKAGES)]
    for folder in sorted(set(folders)):
        for path in sorted(folder.rglob("*.py")):
            state = path.stat()
            parts.append(f"{path} {state.st_size} {state.st_mtime_ns}")
    return "\n".join(parts)


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} unknown"


def _sum(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _forget_old(folder: Path, name: str) -> None:
    files = sorted(folder.glob(f"{name}-*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in files[KEPT:]:
        path.unlink()
