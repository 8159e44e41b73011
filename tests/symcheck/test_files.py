"""Files are whole or not there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from symcheck.files import written


def test_a_new_file_and_one_that_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "cert.json"
    assert written(path, "one é") == path
    assert path.read_bytes() == "one é".encode()
    written(str(path), "two")
    assert path.read_text("utf-8") == "two"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_has_the_rights_that_any_new_file_has(tmp_path: Path) -> None:
    path, plain = tmp_path / "cert.json", tmp_path / "plain"
    written(path, "x")
    plain.write_text("x")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


class Stopped(BaseException):
    """As KeyboardInterrupt is: no Exception."""


def test_whoever_interrupts_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cert.json"
    path.write_text("old")

    def stop(_: int) -> None:
        raise Stopped

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(Stopped):
        written(path, "new" * 10_000)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    written(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    written(os.devnull, "x")
    assert not Path(os.devnull).is_file()


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        written(tmp_path / "none" / "cert.json", "x")


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        written(tmp_path, "x")
