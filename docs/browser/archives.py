"""Wheels as archives that a browser unpacks at once: without tests, and as bytecode of the Python that reads them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from docs.browser.registries import PYODIDE, RegistryError

LEFT_OUT = frozenset({"tests", "benchmarks", "numerics"})
"""Folders that nothing imports here: ``numerics`` needs torch, which no browser has."""

SCRIPT = Path(__file__).with_name("compiled.mjs")


def archive(wheels: Iterable[Path], name: str, core: Path, cache: Path, *, has_sources: bool) -> Path:
    """One archive of the ``wheels``, called ``name``, as bytecode; made once for the same wheels.

    ``core`` is the folder of Pyodide; ``has_sources``: with the sources too, which tracebacks show.

    Raises ``RegistryError`` without Node.js.
    """
    found = sorted(wheels)
    digest = hashlib.sha256(f"{PYODIDE} {has_sources}".encode() + SCRIPT.read_bytes())
    for wheel in found:
        digest.update(wheel.read_bytes())
    target = cache / f"{name}-{digest.hexdigest()[:16]}.zip"
    if not target.exists():
        node = shutil.which("node")
        if node is None:
            raise RegistryError("node: not found, and it compiles the packages; install Node.js")
        merged, made = cache / f"{name}-merged.zip", cache / f"{name}-made.zip"
        _merge(found, merged)
        sources = "with" if has_sources else "without"
        done = subprocess.run([node, SCRIPT, core, merged, made, sources], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RegistryError(f"node: {done.stderr.strip()[-500:]}")
        merged.unlink()
        made.replace(target)
    return target


def _merge(wheels: Iterable[Path], target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as write:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as read:
                for name in read.namelist():
                    if not name.endswith("/") and _is_wanted(name):
                        write.writestr(zipfile.ZipInfo(name), read.read(name))


def _is_wanted(name: str) -> bool:
    folders = PurePosixPath(name).parts[:-1]
    return not LEFT_OUT.intersection(folders) and not name.endswith((".pyi", ".pxd", ".h"))
