"""What commands print in terminals of several widths, with and without colours."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from symcheck.certificates.certify import certify
from symcheck.cli import main

Output = pytest.CaptureFixture[str]

COMMANDS = [
    "certify gce l2 --full", "certify one_vs_rest_logistic l2", "certify square l2 --suggest",
    "certify gce l2 --theorem 3", "certify-preference dpo l2", "list preferences", "list theorems", "list functions",
    "survey --losses gce,mae,anl_ce --regularizers l2,entropy,quartic", "paper E10", 'paper "Theorem 2"',
    "advise -C 10 --losses gce,mae", "same mae gce", "match gce mae --parameter q", "match mae gce -C 10",
    "region bce_pos_weight l2", "derivatives gce", "recheck cert.json", "verify cert.json", "recheck none.json",
    "certify gcee l2", "certify gce l2 --out x.doc", 'certify "1 - softmax(z)[y" l2', "certify gce l2 --theorem x",
    "paper Theorem-9", "list nothing",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _a_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cert.json").write_text(certify("gce", "l2").to_json(), encoding="utf-8")


def printed(command: str, capsys: Output) -> str:
    assert main(shlex.split(command)) in (0, 1, 2, 64)
    out, err = capsys.readouterr()
    return out + err


@pytest.mark.parametrize("columns", [60, *(pytest.param(n, marks=pytest.mark.slow) for n in (80, 200))])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_wider_than_the_terminal(
    command: str, columns: int, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    # Code to be copied has the lines that it has.
    page = printed(command, capsys).partition("\n# ")[0]
    assert [line for line in page.splitlines() if len(line) > columns and not _has_a_long_word(line, columns)] == []


def _has_a_long_word(line: str, columns: int) -> bool:
    """Whether a word, of a formula above all, leaves no room in the line: a break would change it."""
    return len(line) - len(line.lstrip()) + max(map(len, line.split())) > columns


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_at_40_columns_nothing_is_lost(command: str, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    wide = printed(command, capsys)
    monkeypatch.setenv("COLUMNS", "40")
    assert set(re.findall("PROVED|REFUTED|UNDECIDED", wide)) == set(
        re.findall("PROVED|REFUTED|UNDECIDED", printed(command, capsys))
    )


@pytest.mark.parametrize("command", ["certify gce l2", "same mae gce", "list theorems", "certify gcee l2"])
def test_colours_say_nothing_that_words_do_not(command: str, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    plain = printed(command, capsys)
    assert "\x1b" not in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = printed(command, capsys)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert printed(command, capsys) == plain


def test_verdicts_headings_and_errors_have_a_colour(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;32mPROVED\x1b[0m for every C >= 2" in printed("certify gce l2", capsys)
    assert "\x1b[1;31mREFUTED\x1b[0m" in printed("certify square l2", capsys)
    assert printed("list theorems", capsys).startswith("\x1b[1mtheorems\x1b[0m\n")
    assert printed("certify gcee l2", capsys).startswith("\x1b[1;31msymcheck:\x1b[0m loss: there is no loss")


def test_files_and_other_forms_have_no_colours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    for form in ("--json", "--markdown", "--latex"):
        assert "\x1b" not in printed(f"certify gce l2 {form}", capsys)
    for ending in ("txt", "md", "html", "tex", "json"):
        printed(f"certify gce l2 --out page.{ending}", capsys)
        assert "\x1b" not in (tmp_path / f"page.{ending}").read_text("utf-8")


def test_an_error_in_a_pipe_stays_on_its_lines(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed("certify gcee l2 --budget 5", capsys)
    assert len(text.splitlines()) == 1
    monkeypatch.setenv("COLUMNS", "60")
    narrow = printed("certify gcee l2 --budget 5", capsys)
    assert len(narrow.splitlines()) > 1
    assert " ".join(narrow.split()) == " ".join(text.split())
