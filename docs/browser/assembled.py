"""The folder of static files: the app, Pyodide, the packages, and a list of them all."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from docs.browser.archives import archive
from docs.browser.names import typed_names
from docs.browser.notebooks import notebooks
from docs.browser.registries import own_wheel, pyodide, wheels

APP = Path(__file__).with_name("app")
ENGINE = Path(__file__).with_name("engine.py")
MANIFEST, PYTHON = "manifest.json", "python"
NOT_COUNTED = frozenset({f"{PYTHON}/pyodide.mjs", f"{PYTHON}/pyodide.asm.mjs"})
"""Modules: a browser imports them, and nobody sees how far it is."""


def assembled(checkout: Path, out: Path, cache: Path) -> dict[str, int]:
    """Write everything into the empty folder ``out``, and return the size of each file in bytes.

    ``cache`` keeps what came from registries.  Raises ``RegistryError`` if one of them does not answer.
    """
    cache.mkdir(parents=True, exist_ok=True)
    core = pyodide(cache)
    folder = next(iter(core.values())).parent
    libraries = archive(wheels(cache, checkout / "constraints.txt"), "libraries", folder, cache, has_sources=False)
    own = archive([own_wheel(checkout, cache)], "symcheck", folder, cache, has_sources=True)
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(APP, out)
    (out / PYTHON).mkdir()
    for name, path in core.items():
        shutil.copyfile(path, out / PYTHON / name)
    shutil.copyfile(libraries, out / PYTHON / "libraries.zip")
    shutil.copyfile(own, out / PYTHON / "symcheck.zip")
    shutil.copyfile(ENGINE, out / PYTHON / ENGINE.name)
    _write(out / "names.json", typed_names())
    found = notebooks(checkout)
    (out / "notebooks").mkdir()
    for name, notebook in found.items():
        _write(out / "notebooks" / f"{name}.json", notebook)
    _write(out / "notebooks.json", {name: notebook["title"] for name, notebook in found.items()})
    return _listed(out)


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _listed(out: Path) -> dict[str, int]:
    """Write the manifest: the size of each file, of what the start fetches, and a version that any change changes.

    It says too whether the pages of the site are there, to which links lead.
    """
    found = {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
    digest = hashlib.sha256()
    for name, content in found.items():
        digest.update(name.encode() + hashlib.sha256(content).digest())
    sizes = {name: len(content) for name, content in found.items()}
    start = sum(size for name, size in sizes.items() if name.startswith(f"{PYTHON}/") and name not in NOT_COUNTED)
    is_beside_site = (out.parent / "index.html").exists()
    manifest = {"version": digest.hexdigest()[:16], "start": start, "isBesideSite": is_beside_site, "files": sizes}
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return sizes
