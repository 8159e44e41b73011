"""CONTRIBUTING.md, CHANGELOG.md and CITATION.cff say what is so: commands, files, the version, names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from symcheck.certificates.record import SCHEMA
from symcheck.version import VERSION


@pytest.fixture(scope="module")
def contributing(checkout: Path) -> str:
    return (checkout / "CONTRIBUTING.md").read_text("utf-8")


@pytest.fixture(scope="module")
def changelog(checkout: Path) -> str:
    return (checkout / "CHANGELOG.md").read_text("utf-8")


@pytest.fixture(scope="module")
def citation(checkout: Path) -> str:
    return (checkout / "CITATION.cff").read_text("utf-8")


def unknown_targets(page: str, makefile: str) -> Iterator[str]:
    """Targets of make that ``page`` names in code and ``makefile`` does not have."""
    for target in re.findall(r"\bmake ([a-z]+)", "\n".join(_code(page))):
        if not re.search(rf"^{target}:", makefile, re.MULTILINE):
            yield target


def _code(page: str) -> list[str]:
    return [a or b for a, b in re.findall(r"^```sh\n(.*?)^```$|`([^`\n]+)`", page, re.DOTALL | re.MULTILINE)]


def lost(page: str, folder: Path) -> Iterator[str]:
    """Links of ``page`` and paths in its code that lead nowhere from ``folder``."""
    links = [t for t in re.findall(r"\]\(([^)#]+)\)", page) if "://" not in t]
    words = (word for code in _code(page) for word in code.split())
    paths = [word for word in words if re.fullmatch(r"(?:docs|tests)/[\w./]*|\w+\.(?:txt|toml|md)", word)]
    yield from (path for path in (*links, *paths) if not (folder / path).exists())


def test_the_commands_that_are_named_exist(contributing: str, changelog: str, checkout: Path) -> None:
    makefile = (checkout / "Makefile").read_text("utf-8")
    named = re.findall(r"\bmake ([a-z]+)", contributing)
    assert {"demo", "test", "lint", "docs", "notebooks", "soundness", "bench", "slow", "proofs"} <= set(named)
    assert list(unknown_targets(contributing + changelog, makefile)) == []
    assert list(unknown_targets("`make tee`", makefile)) == ["tee"]


def test_the_files_that_are_named_exist(contributing: str, changelog: str, checkout: Path) -> None:
    for page in (contributing, changelog):
        assert list(lost(page, checkout)) == []
    assert list(lost("[a](docs/no.md) and `tests/no.py`", checkout)) == ["docs/no.md", "tests/no.py"]


def test_the_changelog_keeps_its_form(changelog: str) -> None:
    kinds = re.findall(r"^### (.*)$", changelog, re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert re.findall(r"^## (.*)$", changelog, re.MULTILINE)[0] in ("[Unreleased]", f"[{VERSION}]")
    assert re.findall(r"^### .*\n\n(?!- )", changelog, re.MULTILINE) == []  # a section has entries
    assert f"`{SCHEMA}`" in changelog
    assert f"This will be {VERSION}" in changelog


def test_the_citation_names_this_version_and_the_paper(citation: str, checkout: Path) -> None:
    """The fields that CFF 1.2.0 requires are there; names, version and licence are those of the package."""
    fields = dict(re.findall(r"^([a-z-]+): *(.*)$", citation, re.MULTILINE))
    assert fields["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(fields)
    assert fields["version"].strip('"') == VERSION
    project = (checkout / "pyproject.toml").read_text("utf-8")
    assert f'license = "{fields["license"]}"' in project
    (author,) = re.findall(r"^  - name: (.*)$", citation, re.MULTILINE)
    assert f'authors = [{{ name = "{author}" }}]' in project
    for word in re.findall(r"^  - ([a-z ]+)$", citation, re.MULTILINE):
        assert f'"{word}"' in project
    readme = (checkout / "README.md").read_text("utf-8")
    (title,) = re.findall(r"^    title: (.*)$", citation, re.MULTILINE)
    assert f"*{title}*" in readme
    given = re.findall(r"given-names: (.*)$", citation, re.MULTILINE)
    family = re.findall(r"family-names: (.*)$", citation, re.MULTILINE)
    assert ", ".join(f"{a} {b}" for a, b in zip(given, family, strict=True)) in readme
    assert f"({re.findall(r'url: (.*)$', citation, re.MULTILINE)[0]})" in readme
