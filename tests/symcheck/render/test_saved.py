"""Pages as files: the ending says how, and nothing is lost."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.errors import OutputError, SymcheckError
from symcheck.render.browser import VARIABLE, browser

STARTS = {".txt": "PROVED", ".md": "### **PROVED**", ".html": "<!doctype html>", ".tex": "\\documentclass{article}"}


@pytest.fixture(scope="module")
def pair() -> Certificate:
    return certify("gce", "l2")


@pytest.mark.parametrize(("ending", "start"), STARTS.items())
@pytest.mark.parametrize("upper", [False, True])
def test_the_ending_says_how(pair: Certificate, tmp_path: Path, ending: str, start: str, *, upper: bool) -> None:
    path = tmp_path / f"page{ending.upper() if upper else ending}"
    assert pair.save(path) == path
    text = path.read_text("utf-8")
    assert text.startswith(start)
    assert text.endswith("\n")
    assert list(tmp_path.iterdir()) == [path]


def test_a_certificate_has_json(pair: Certificate, tmp_path: Path) -> None:
    assert pair.save(tmp_path / "c.json").read_text("utf-8") == pair.to_json()
    assert json.loads(pair.save(tmp_path / "full.json", full=True).read_text("utf-8"))["full"]


def test_other_pages_have_none(pair: Certificate, tmp_path: Path) -> None:
    with pytest.raises(OutputError) as error:
        pair.theorem("Theorem 3").save(tmp_path / "t.json")
    assert str(error.value).endswith("ending is .json; accepted are .txt, .md, .html, .tex, .pdf, as in t.html")


@pytest.mark.parametrize("name", ["page.xml", "page", ".html", "page.html.gz", "page.docx"])
def test_an_unknown_ending_is_refused(pair: Certificate, tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match=r"^path: got '.*', whose ending is .*; accepted are \.txt, \.md, \.html"):
        pair.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_example_of_an_ending_is_a_name_that_can_be_used(pair: Certificate) -> None:
    # Of hidden names the stem is the whole name, as in .html.
    for name, example in ((".html", "html.html"), ("page.html.", "page.html.html"), ("", "page.html")):
        with pytest.raises(OutputError, match=rf"as in {re.escape(example)}$"):
            pair.save(name)
    for name in ("x" * 5000, f"x.{'y' * 5000}"):
        with pytest.raises(OutputError, match=r"characters left out .* as in (page|x)\.html$") as error:
            pair.save(name)
        assert len(str(error.value)) < 500


def test_a_file_that_exists_stays(pair: Certificate, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("mine")
    with pytest.raises(OutputError) as error:
        pair.save(path)
    assert str(error.value) == (
        f"path: {path} exists already, and nothing was written; pass overwrite=True to replace it, or name another file"
    )
    assert path.read_text() == "mine"
    pair.save(path, overwrite=True)
    assert path.read_text("utf-8").startswith("### ")


def test_a_folder_and_a_missing_folder(pair: Certificate, tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(OutputError, match=r"folder\.html is a folder; name a file in it"):
        pair.save(tmp_path / "folder.html")
    with pytest.raises(OutputError, match="is not there; make it, or name another"):
        pair.save(tmp_path / "none" / "page.html")


def test_a_file_in_the_place_of_a_folder(pair: Certificate, tmp_path: Path) -> None:
    (tmp_path / "file.html").touch()
    with pytest.raises(OutputError, match=r"file\.html is no folder; name a folder for page\.html"):
        pair.save(tmp_path / "file.html" / "page.html")


@pytest.mark.parametrize("name", ["loop.html", f"{'a' * 300}.html", "loop.html/page.txt", "a\0b.html", "loop.json"])
def test_a_name_that_can_be_no_file(pair: Certificate, tmp_path: Path, name: str) -> None:
    for loop in ("loop.html", "loop.json"):
        (tmp_path / loop).symlink_to(loop)
    for overwrite in (False, True):
        with pytest.raises(OutputError, match=r"^path: cannot write '.*': .*; name another file$"):
            pair.save(tmp_path / name, overwrite=overwrite)


def test_what_is_no_name(pair: Certificate) -> None:
    with pytest.raises(OutputError, match=r"^path: got None; accepted is the name of a file"):
        pair.save(None)  # type: ignore[arg-type]


def test_overwrite_is_true_or_false(pair: Certificate, tmp_path: Path) -> None:
    path = pair.save(tmp_path / "page.md")
    with pytest.raises(SymcheckError, match=r"^overwrite: got 'no'; accepted is True or False"):
        pair.save(path, overwrite="no")  # type: ignore[arg-type]


def test_without_a_browser_a_pdf_is_refused(pair: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("symcheck.render.browser._APPLICATIONS", ())
    with pytest.raises(SymcheckError, match="a PDF is printed by Chromium, Chrome, Edge or Brave, and none was found"):
        pair.save(tmp_path / "page.pdf")
    monkeypatch.setenv(VARIABLE, "no-such-browser")
    with pytest.raises(OutputError, match="SYMCHECK_BROWSER: got 'no-such-browser', which is no program"):
        pair.save(tmp_path / "page.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_browser_that_fails(pair: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "broken"
    program.write_text("#!/bin/sh\necho no display >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(program))
    with pytest.raises(OutputError, match=r"broken printed no PDF; it exited with 3: no display; write \.html"):
        pair.save(tmp_path / "page.pdf")
    program.write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(OutputError, match=r"broken printed no PDF; it exited with 0; write \.html"):
        pair.save(tmp_path / "page.pdf")
    assert not (tmp_path / "page.pdf").exists()


@pytest.mark.skipif(browser() is None, reason="no Chromium, Chrome, Edge or Brave is installed")
def test_a_browser_prints_a_pdf(pair: Certificate, tmp_path: Path) -> None:
    found = pair.save(tmp_path / "page.pdf").read_bytes()
    assert found.startswith(b"%PDF-")
    assert len(found) > 5000
