"""CONTRIBUTING.md, CHANGELOG.md, CITATION.cff, SECURITY.md and the forms for issues: commands, files, names are so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from symcheck.version import SCHEMA, VERSION


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
    for target in re.findall(r"\bmake ([a-z][a-z-]*)", "\n".join(_code(page))):
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
    named = re.findall(r"\bmake ([a-z][a-z-]*)", contributing)
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


CFF_WORK = {
    "abstract", "authors", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license",
    "license-url", "message", "cff-version", "preferred-citation", "references", "repository", "repository-artifact",
    "repository-code", "title", "type", "url", "version",
}  # fmt: skip
"""The keys that the schema of CFF 1.2.0 allows at the top; it allows no other."""


def test_the_citation_has_the_keys_and_types_of_its_schema(citation: str) -> None:
    """What of the schema this file uses; its values are strings where YAML would read a number."""
    found = yaml.safe_load(citation)
    assert set(found) <= CFF_WORK
    assert all(isinstance(found[key], str) for key in ("cff-version", "message", "title", "abstract", "version"))
    assert found["type"] in ("software", "dataset")
    (paper,) = found["references"]
    assert {"authors", "title", "type"} <= set(paper)
    assert {"year": 2021, "month": 4}.items() <= paper.items()
    assert {one["type"] for one in paper["identifiers"]} <= {"doi", "url", "swh", "other"}
    (doi,) = (one["value"] for one in paper["identifiers"] if one["type"] == "doi")
    assert re.fullmatch(r"10\.\d{4,9}/.+", doi)
    assert doi.rpartition("arXiv.")[2] == paper["url"].rpartition("/")[2]


@pytest.fixture(scope="module")
def forms(checkout: Path) -> dict[str, dict[str, Any]]:
    folder = checkout / ".github" / "ISSUE_TEMPLATE"
    return {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in sorted(folder.glob("*.yml"))}


def test_the_forms_ask_for_what_a_report_needs(forms: dict[str, dict[str, Any]]) -> None:
    """A command that can be run and the version in each; what the schema of such forms requires is there."""
    del forms["config"]
    assert set(forms) == {"refused_loss", "doubted_verdict", "bug"}
    for name, form in forms.items():
        assert {"name", "description", "body"} <= set(form), name
        fields = [field for field in form["body"] if field["type"] != "markdown"]
        assert all(field["type"] in ("textarea", "input", "dropdown", "checkboxes") for field in fields)
        assert all(field["attributes"]["label"] for field in fields)
        ids = [field["id"] for field in fields]
        assert len(set(ids)) == len(ids), name
        needed = {field["id"] for field in fields if field.get("validations", {}).get("required")}
        assert {"asked", "version"} <= needed
    assert "point" in {field.get("id") for field in forms["doubted_verdict"]["body"]}


def test_the_pages_for_contributors_name_what_exists(checkout: Path) -> None:
    names = ("SECURITY.md", "CODE_OF_CONDUCT.md", ".github/pull_request_template.md")
    makefile = (checkout / "Makefile").read_text("utf-8")
    for name in names:
        page = (checkout / name).read_text("utf-8")
        assert list(unknown_targets(page, makefile)) == []
        assert list(lost(page, checkout)) == []
    contributing = (checkout / "CONTRIBUTING.md").read_text("utf-8")
    assert all(name in contributing for name in ("SECURITY.md", "CODE_OF_CONDUCT.md", ".github/ISSUE_TEMPLATE"))
