"""The cache: what was derived before is read, and whatever is wrong with it is as if it were not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symcheck.certificates import cache
from symcheck.certificates.cache import KEPT, cache_folder, kept, sources_and_versions
from symcheck.certificates.catalogue_rows import catalogue_rows
from tests.conftest import Fresh

VALUE = {"rows": [1, "two", None]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "of" / "mine"
    monkeypatch.setenv("SYMCHECK_CACHE", str(found))
    return found


def asked(depends_on: str = "a", value: object = VALUE, *, may_be_kept: bool = True) -> tuple[object, bool]:
    """What ``kept`` answers, and whether it was derived for that."""
    calls = []

    def derive() -> tuple[object, bool]:
        calls.append(1)
        return value, may_be_kept

    return kept("rows", depends_on, derive), bool(calls)


def test_the_second_time_it_is_read(folder: Path) -> None:
    assert asked() == (VALUE, True)
    assert asked(value="another") == (VALUE, False)
    assert asked("b", "another") == ("another", True)
    assert asked("b", "more") == ("another", False)
    assert len(list(folder.iterdir())) == 2


def test_what_may_not_be_kept_is_not(folder: Path) -> None:
    assert asked(may_be_kept=False) == (VALUE, True)
    assert asked() == (VALUE, True)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"null", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"value": 1}', b"\x00" * 100,
        b'{"depends_on": "x", "sha256": "x", "value": 1}', b'{"depends_on": [], "sha256": {}, "value": {"rows": []}}',
    ],
    ids=range(10),
)  # fmt: skip
def test_a_broken_file_is_derived_again_and_mended(folder: Path, content: bytes) -> None:
    asked()
    (path,) = folder.iterdir()
    path.write_bytes(content)
    assert asked() == (VALUE, True)
    assert asked() == (VALUE, False)


def test_a_value_that_somebody_changed_is_derived_again(folder: Path) -> None:
    asked()
    (path,) = folder.iterdir()
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "value": {"rows": [2]}}), encoding="utf-8")
    assert asked() == (VALUE, True)


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for named in (tmp_path / "file", tmp_path / "file" / "below", "/proc/none", os.devnull):
        monkeypatch.setenv("SYMCHECK_CACHE", str(named))
        assert asked() == (VALUE, True)
        assert asked() == (VALUE, True)
    (tmp_path / "read-only").mkdir()
    monkeypatch.setenv("SYMCHECK_CACHE", str(tmp_path / "read-only"))
    monkeypatch.setattr(cache, "written", _refused)
    assert asked() == (VALUE, True)


def _refused(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_folder_in_the_place_of_a_file(folder: Path) -> None:
    asked()
    (path,) = folder.iterdir()
    path.unlink()
    path.mkdir()
    assert asked() == (VALUE, True)


def test_only_the_newest_files_stay(folder: Path) -> None:
    for number in range(KEPT + 3):
        asked(str(number), number)
        newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, ns=(number, number))
    assert len(list(folder.iterdir())) == KEPT
    assert asked(str(KEPT + 2), "another") == (KEPT + 2, False)


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SYMCHECK_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("SYMCHECK_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(cache.sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "symcheck"
    for not_absolute in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", not_absolute)
        assert cache_folder() == tmp_path / ".cache" / "symcheck"
    monkeypatch.setattr(cache.sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "symcheck"
    monkeypatch.setattr(cache.sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder() == tmp_path / "local" / "symcheck"
    monkeypatch.delenv("LOCALAPPDATA")
    assert cache_folder() is None
    assert asked() == (VALUE, True)


def test_an_answer_depends_on_every_source_and_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "below").mkdir()
    path = tmp_path / "below" / "a.py"
    path.write_text("1", encoding="utf-8")
    seen = {sources_and_versions([tmp_path])}
    assert sources_and_versions([tmp_path]) in seen
    path.write_text("12", encoding="utf-8")
    seen.add(sources_and_versions([tmp_path]))
    os.utime(path, ns=(1, 1))
    seen.add(sources_and_versions([tmp_path]))
    (tmp_path / "b.py").write_text("", encoding="utf-8")
    seen.add(sources_and_versions([tmp_path]))
    monkeypatch.setattr(cache.sys, "version", "4.0")
    seen.add(sources_and_versions([tmp_path]))
    for package in ("sympy", "mpmath", "python-flint"):
        monkeypatch.setattr(cache, "version", lambda name, package=package: "0" if name == package else "1")
        seen.add(sources_and_versions([tmp_path]))
    assert len(seen) == 8


LISTED = """
import sys
from symcheck.cli import main
code = main(["list", "preferences", "--json"])
print("sympy" in sys.modules, file=sys.stderr)
sys.exit(code)
"""


def test_the_list_is_the_same_from_the_cache_and_then_needs_no_sympy(
    fresh: Fresh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYMCHECK_CACHE", str(tmp_path))
    derived = [entry.row for entry in catalogue_rows(["preference"])]
    found = fresh("-c", LISTED)
    assert found.stderr == "False\n"
    assert json.loads(found.stdout) == derived


@pytest.mark.slow
def test_two_processes_at_once(tmp_path: Path, checkout: Path) -> None:
    environment = {**os.environ, "SYMCHECK_CACHE": str(tmp_path), "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-m", "symcheck", "list", "--json"]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    outputs = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(outputs) == 1
    start = time.perf_counter()
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert {again.stdout} == outputs
    assert time.perf_counter() - start < 2  # about 0.3 s on a machine that does nothing else
    assert len(list(tmp_path.iterdir())) == 3
