"""symcheck verify."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from symcheck.certificates.certify import certify
from symcheck.cli import main

Output = pytest.CaptureFixture[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "cert.json"
    path.write_text(certify("gce", "l2").to_json(), encoding="utf-8")
    return path


def test_a_verdict_that_is_verified(path: Path, capsys: Output) -> None:
    assert main(["verify", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("VERIFIED: PROVED for every C >= 2, every q in (0, 1]\n")
    assert "(1 - softmax(z)[y]**q)/q" in out
    assert err == ""


def test_what_certify_writes_is_what_it_reads(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "cert.json"
    assert main(["certify", "focal", "entropy", "--out", str(path)]) == 0
    assert main(["verify", str(path)]) == 0
    capsys.readouterr()


def test_a_verdict_that_is_not(path: Path, capsys: Output) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "kappa": "1/C"}), encoding="utf-8")
    assert main(["verify", str(path)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("NOT VERIFIED: PROVED for every C >= 2")
    assert "loss-gradient" in out


@pytest.mark.parametrize("content", ["", "{}", "PROVED", '{"schema": "symcheck/1"}', "[" * 100_000])
def test_no_certificate(content: str, tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "cert.json"
    path.write_text(content, encoding="utf-8")
    assert main(["verify", str(path)]) == 2
    assert capsys.readouterr().out.startswith("no certificate: ")


def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path, capsys: Output) -> None:
    assert main(["verify", str(tmp_path / "missing.json")]) == 64
    assert capsys.readouterr().err.startswith("symcheck: FILE: cannot read ")


def test_standard_input_and_other_forms(path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    assert main(["verify", "-", "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("### **VERIFIED**: PROVED")
    assert main(["verify", str(path), "--latex"]) == 0
    assert "\\textbf{VERIFIED}" in capsys.readouterr().out
