"""The wheel and the source distribution: built, with the files that they should have and no others, and metadata."""

from __future__ import annotations

import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from packaging.metadata import Metadata

from tests.release.failed import Failed, said

PACKAGES = ("symcheck", "numerics")
TEST_TOOLS = ("pytest", "hypothesis", "_pytest")
FILES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "LICENSE", "Makefile", "constraints.txt")
FOLDERS = ("tests", "docs", "notebooks", "benchmarks")
"""What the source distribution has besides the packages, and the wheel has not."""


def built(checkout: Path, folder: Path) -> tuple[Path, Path]:
    """The wheel, made from the source distribution, and that, in ``folder``."""
    said([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(checkout)], cwd=folder)
    (wheel,), (source,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, source


def checked_wheel(checkout: Path, wheel: Path) -> Iterator[str]:
    """Says what the wheel has; raises ``Failed`` for a file that is missing or should not be there."""
    with zipfile.ZipFile(wheel) as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    wanted = {
        file.relative_to(checkout).as_posix()
        for package in PACKAGES
        for file in (checkout / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    }
    if lacking := sorted(wanted - set(texts)):
        raise Failed(f"the wheel lacks {', '.join(lacking[:5])}")
    if strange := sorted(unwanted(texts)):
        raise Failed(f"the wheel has what only the source distribution should: {', '.join(strange[:5])}")
    for name, text in texts.items():
        if name.endswith(".py") and (tool := imported_test_tool(text.decode())):
            raise Failed(f"{name} in the wheel imports {tool}: code for tests belongs into tests/")
    (metadata,) = (text for name, text in texts.items() if name.endswith(".dist-info/METADATA"))
    size = wheel.stat().st_size / 1e6
    yield f"wheel: {len(texts)} files, {size:.1f} MB, every file of both packages and nothing of tests"
    found = Metadata.from_email(metadata, validate=True)  # raises an ExceptionGroup that names each field
    yield f"metadata: valid by packaging; Python {found.requires_python}, licence {found.license_expression}"


def unwanted(names: Iterable[str]) -> Iterator[str]:
    """The files in a wheel that belong to no package and no metadata, or by their name to tests."""
    for name in names:
        path = PurePosixPath(name)
        top = path.parts[0]
        is_ours = top in PACKAGES or top.endswith(".dist-info")
        if not is_ours or path.name.startswith(("test_", "conftest")) or "tests" in path.parts:
            yield name


def imported_test_tool(code: str) -> str | None:
    """A package for tests that ``code`` imports at the beginning of a line, indented or not; None if none."""
    found = re.search(rf"^\s*(?:import|from) ({'|'.join(TEST_TOOLS)})\b", code, re.MULTILINE)
    return None if found is None else found[1]


def checked_source(source: Path) -> Iterator[str]:
    """Says what the source distribution has; raises ``Failed`` for a file or a folder that is missing."""
    with tarfile.open(source) as archive:
        names = {PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in archive.getnames()}
    lacking = [name for name in FILES if name not in names]
    lacking += [name for name in (*PACKAGES, *FOLDERS) if not any(n.startswith(f"{name}/") for n in names)]
    if lacking:
        raise Failed(f"the source distribution lacks {', '.join(lacking)}")
    yield f"source distribution: {len(names)} entries, with tests, pages, notebooks and benchmarks"
