"""The release check: what it reads from files and archives, and that it notices what is wrong there."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from symcheck.version import VERSION
from tests.release.archives import checked_wheel, imported_test_tool, unwanted
from tests.release.environments import Use, checked_use
from tests.release.failed import Failed, said
from tests.release.interpreters import at_hand, promised
from tests.release.one_version import PLACES, checked_version, the_version


def test_the_version_of_this_checkout_is_one(checkout: Path) -> None:
    assert the_version(checkout) == VERSION


@pytest.fixture
def project(tmp_path: Path, checkout: Path) -> Path:
    """A folder with the files that name the version, as they are in this checkout."""
    for name, _ in PLACES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((checkout / name).read_text("utf-8"), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("name", "_"), PLACES, ids=[name for name, _ in PLACES])
def test_another_version_in_one_place_is_noticed(name: str, _: str, project: Path) -> None:
    file = project / name
    file.write_text(file.read_text("utf-8").replace(VERSION, "9.9.9"), encoding="utf-8")
    with pytest.raises(Failed, match=r"the version is not one: .*9\.9\.9.*; write the same into each of these files"):
        the_version(project)


def test_what_is_left_to_do_in_the_changelog_is_told(project: Path) -> None:
    changelog = project / "CHANGELOG.md"
    changelog.write_text(f"# Changelog\n\n## [Unreleased]\n\nThis will be {VERSION}, the first.\n", encoding="utf-8")
    said_of = [*checked_version(project, (Path(f"symcheck-{VERSION}.tar.gz"),))]
    assert said_of[1].startswith("STILL TO DO: CHANGELOG.md says [Unreleased]")
    changelog.write_text(f"# Changelog\n\n## [{VERSION}] - 2026-12-01\n", encoding="utf-8")
    assert len([*checked_version(project, ())]) == 1
    with pytest.raises(Failed, match=r"symcheck-0\.0\.9\.tar\.gz is built"):
        list(checked_version(project, (Path("symcheck-0.0.9.tar.gz"),)))


def test_files_that_a_wheel_should_not_have_are_noticed() -> None:
    good = ["symcheck/cli.py", "numerics/py.typed", "symcheck-0.1.0.dist-info/METADATA", "symcheck/proof/check.py"]
    bad = [
        "tests/each.py",
        "benchmarks/clock.py",
        "symcheck/test_cli.py",
        "numerics/tests/x.py",
        "symcheck/conftest.py",
    ]
    assert list(unwanted([*good, *bad])) == bad


@pytest.mark.parametrize(
    ("code", "tool"),
    [
        ("import pytest\n", "pytest"),
        ("def f():\n    from hypothesis import given\n", "hypothesis"),
        ('"""import pytest"""\nimport pytester\n', None),
    ],
)
def test_tools_for_tests_in_a_wheel_are_noticed(code: str, tool: str | None) -> None:
    assert imported_test_tool(code) == tool


def test_a_wheel_that_lacks_a_file_is_noticed(tmp_path: Path) -> None:
    package = tmp_path / "symcheck"
    package.mkdir()
    for name in ("one.py", "two.py"):
        (package / name).write_text("", encoding="utf-8")
    wheel = tmp_path / "symcheck-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("symcheck/one.py", "")
    with pytest.raises(Failed, match=r"the wheel lacks symcheck/two\.py"):
        list(checked_wheel(tmp_path, wheel))


def test_the_interpreters_are_those_that_start(checkout: Path) -> None:
    found = at_hand()
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert set(found) <= {f"3.{minor}" for minor in range(11, 30)}
    for name, path in found.items():
        assert said([path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], cwd=checkout).strip() == name
    assert found.get(here, sys.executable)
    assert promised('"Programming Language :: Python :: 3 :: Only",\n"Programming Language :: Python :: 3.11"') == [
        "3.11"
    ]


def test_a_use_that_shows_something_else_ends_with_another_code_or_writes_nothing_is_noticed(tmp_path: Path) -> None:
    code = "import pathlib, sys; pathlib.Path('x').write_text('all'); print('shown'); sys.exit(3)"
    python = Path(sys.executable)

    def use(*, shows: str, code_wanted: int, has: str) -> None:
        checked_use(Use((python.name, "-c", code), shows, code_wanted, "x", has), python.parent, tmp_path, {})

    use(shows="shown", code_wanted=3, has="all")
    with pytest.raises(Failed, match="ended with 3, and 0 is wanted:\nshown"):
        use(shows="shown", code_wanted=0, has="all")
    with pytest.raises(Failed, match="should show 'hidden', and shows\nshown"):
        use(shows="hidden", code_wanted=3, has="all")
    with pytest.raises(Failed, match="writes x, in which 'most' is missing"):
        use(shows="shown", code_wanted=3, has="most")
