"""--out of the commands of numerics: a file with the page, or a folder that keeps the run that it holds."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from numerics.commands.confirm import confirm
from numerics.commands.human_labels import human_labels
from numerics.commands.noise_rate import noise_rate
from numerics.commands.output import without_output
from numerics.runs.agreement import Outcome

Output = pytest.CaptureFixture[str]
RUN = ["muh", "l2", "--data", "iris"]
FLIP = ["--flip", "0.2", "--classes", "3"]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("ending", ["txt", "md", "html", "tex", "json"])
def test_a_file_gets_the_page(ending: str, folder: Path, capsys: Output) -> None:
    assert noise_rate([*FLIP, "--out", f"rate.{ending}"]) == 0
    assert capsys.readouterr().out.endswith(f"\nwritten to rate.{ending}\n")
    text = (folder / f"rate.{ending}").read_text("utf-8")
    assert "Uniform noise on 3 classes" in text or json.loads(text)["flip"] == "1/5"


def test_a_file_that_exists_is_kept_unless_it_is_to_be_replaced(folder: Path, capsys: Output) -> None:
    (folder / "rate.md").write_text("mine")
    assert noise_rate([*FLIP, "--out", "rate.md"]) == 64
    assert capsys.readouterr() == (
        "",
        "symcheck: --out: rate.md exists already, and nothing was written; add --force to replace it, or name another "
        "file\n",
    )
    assert (folder / "rate.md").read_text() == "mine"
    assert noise_rate([*FLIP, "--out", "rate.md", "--force"]) == 0
    assert "Uniform noise" in (folder / "rate.md").read_text()


def test_an_ending_that_is_unknown_is_refused(capsys: Output) -> None:
    assert noise_rate([*FLIP, "--out", "rate.docx"]) == 64
    assert "--out: got 'rate.docx', whose ending is .docx; accepted are .txt, .md" in capsys.readouterr().err
    assert confirm([*RUN, "--out", "r.docx"]) == 64
    assert capsys.readouterr().err == (
        "symcheck: --out: got 'r.docx', whose ending is .docx; accepted are .txt, .md, .html, .tex, .pdf, .json for a "
        "file, and a folder, which may be written as r.docx/\n"
    )


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is trained: a confirmation says its rate."""

    def stands_for(*_: object, **given: object) -> SimpleNamespace:
        files = {"report.md": f"rho = {given['rho']}"}
        return SimpleNamespace(outcome=Outcome.AGREES, to_json=dict, files=lambda: files, to_text=lambda **_: "")

    monkeypatch.setattr("numerics.confirmations.confirmation.confirm", stands_for)


@pytest.mark.usefixtures("told")
def test_a_folder_keeps_the_run_that_it_holds(folder: Path, capsys: Output) -> None:
    assert confirm([*RUN, "--out", "r"]) == 0
    assert (folder / "r" / "command.txt").read_text() == "symcheck confirm muh l2 --data iris\n"
    before = (folder / "r" / "report.md").read_text()
    capsys.readouterr()
    assert confirm([*RUN, "--rho", "0.3", "--out", "r"]) == 64
    assert capsys.readouterr().err == (
        "symcheck: --out: the folder r holds the report of another run, of the command symcheck confirm muh l2 --data "
        "iris; nothing was written; add --force to replace it, or name another folder\n"
    )
    assert (folder / "r" / "report.md").read_text() == before
    assert confirm([*RUN, "--out=r"]) == 0
    assert confirm([*RUN, "--rho", "0.3", "--out", "r", "--force"]) == 0
    assert (folder / "r" / "report.md").read_text() != before


def test_a_report_of_somebody_else_is_kept_too(folder: Path, capsys: Output) -> None:
    (folder / "r").mkdir()
    (folder / "r" / "report.md").write_text("mine")
    assert confirm([*RUN, "--out", "r"]) == 64
    assert "holds the report of another run, of something else; nothing was written" in capsys.readouterr().err


def test_force_without_a_place(capsys: Output) -> None:
    assert noise_rate([*FLIP, "--force"]) == 64
    assert capsys.readouterr().err == "symcheck: --force: got it without --out; it replaces what --out names\n"


def test_what_is_left_of_a_command() -> None:
    assert without_output(["gce", "--out", "r", "l2", "--out=s", "--force"]) == ["gce", "l2"]


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert confirm(RUN) == 0
    assert noise_rate(FLIP) == 0
    assert noise_rate(["--flip", "2", "--classes", "3"]) == 64
    human_labels(["--counts", "70 30; 25 75"])
    out, err = capsys.readouterr()
    wide = [line for line in (out + err).splitlines() if len(line) > columns]
    assert wide == []
