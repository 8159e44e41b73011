"""Where the parts come from: Pyodide from npm, wheels from the package index, with versions that are pinned."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

PYODIDE = "314.0.7"
"""The version of the npm package ``pyodide``: Python 3.14 for WebAssembly."""

PLATFORM, PYTHON = "pyemscripten_2026_0_wasm32", "314"
"""What wheels for this Pyodide are called."""

CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
"""The files of the package that a browser loads."""

PACKAGES = ("sympy", "mpmath", "python-flint", "latex2mathml", "shtab")
"""What symcheck imports, all of it: nothing is resolved in the browser."""


class RegistryError(RuntimeError):
    """A registry, or the client that asks it, is not at hand."""


def pyodide(cache: Path) -> dict[str, Path]:
    """The files of ``CORE``, from the npm registry or from ``cache``; raises ``RegistryError`` without npm."""
    folder = cache / f"pyodide-{PYODIDE}"
    if not all((folder / name).exists() for name in CORE):
        npm = shutil.which("npm")
        if npm is None:
            raise RegistryError("npm: not found, and it fetches Pyodide; install Node.js, whose package has it")
        folder.mkdir(parents=True, exist_ok=True)
        _run([npm, "pack", "--silent", "--pack-destination", str(folder), f"pyodide@{PYODIDE}"], "npm")
        with tarfile.open(folder / f"pyodide-{PYODIDE}.tgz") as archive:
            for name in CORE:
                member = archive.extractfile(f"package/{name}")
                assert member is not None, f"{name}: not in pyodide@{PYODIDE}"
                (folder / name).write_bytes(member.read())
    return {name: folder / name for name in CORE}


def wheels(cache: Path, constraints: Path) -> list[Path]:
    """A wheel of each of ``PACKAGES`` in the version that ``constraints`` pins, from the index or from ``cache``."""
    wanted = [f"{name}=={_pinned(name, constraints)}" for name in PACKAGES]
    for requirement in wanted:
        if _wheel_of(requirement, cache) is None:
            _run(
                [
                    sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input",
                    "--no-deps", "--only-binary", ":all:", "--platform", PLATFORM, "--python-version", PYTHON,
                    "--implementation", "cp", "--abi", f"cp{PYTHON}", "--dest", str(cache), requirement,
                ],
                "pip",
            )  # fmt: skip
    found = [(requirement, _wheel_of(requirement, cache)) for requirement in wanted]
    missing = [requirement for requirement, wheel in found if wheel is None]
    assert not missing, f"{', '.join(missing)}: pip downloaded no wheel of it"
    return [wheel for _, wheel in found if wheel is not None]


def own_wheel(checkout: Path, cache: Path) -> Path:
    """The wheel of this checkout, built now; raises ``RegistryError`` if it cannot be built."""
    target = cache / "own"
    shutil.rmtree(target, ignore_errors=True)
    _run(
        [
            sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
            "--no-build-isolation", "--wheel-dir", str(target), str(checkout),
        ],
        "pip",
    )  # fmt: skip
    (wheel,) = target.glob("*.whl")
    return wheel


def _pinned(name: str, constraints: Path) -> str:
    found = re.search(rf"^{re.escape(name)}==(\S+)$", constraints.read_text("utf-8"), flags=re.MULTILINE)
    assert found is not None, f"{constraints.name} pins no version of {name}"
    return found[1]


def _wheel_of(requirement: str, cache: Path) -> Path | None:
    name, _, version = requirement.partition("==")
    return next(iter(sorted(cache.glob(f"{name.replace('-', '_')}-{version}-*.whl"))), None)


def _run(command: Sequence[str], client: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()][-3:]
        raise RegistryError(f"{client}: {' '.join(last) or f'exit code {done.returncode}'}")
