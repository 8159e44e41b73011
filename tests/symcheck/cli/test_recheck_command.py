"""symcheck recheck."""

from __future__ import annotations

import io
import json
from importlib import import_module
from pathlib import Path

import pytest

from symcheck.certification import certify
from symcheck.cli import main

Output = pytest.CaptureFixture[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "cert.json"
    path.write_text(certify("gce", "l2").to_json(), encoding="utf-8")
    return path


def test_what_holds(path: Path, capsys: Output) -> None:
    assert main(["recheck", str(path)]) == 0
    assert capsys.readouterr().out == (
        "holds: PROVED for every C >= 2, every q in (0, 1]: gce + l2 on R^C\n"
        "derivatives at 0 confirmed in two canonical forms, FLINT's and SymPy's\n"
    )


def test_what_does_not(path: Path, capsys: Output) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "kappa": "1/C"}), encoding="utf-8")
    assert main(["recheck", str(path)]) == 1
    out, err = capsys.readouterr()
    assert out == "does not hold: kappa: the certificate says 1/C, derived is C**(-q)\n"
    assert err == ""


def test_a_refutation_that_holds_is_exit_code_0(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "cert.json"
    assert main(["certify", "cross_entropy", "quartic", "--out", str(path)]) == 1
    capsys.readouterr()
    assert main(["recheck", str(path)]) == 0
    assert capsys.readouterr().out.startswith("holds: REFUTED: cross_entropy + quartic")


def test_standard_input(path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    assert main(["recheck", "-"]) == 0
    assert capsys.readouterr().out.startswith("holds: PROVED")


def test_other_versions_are_reported_and_are_no_error(path: Path, capsys: Output) -> None:
    fields = json.loads(path.read_text("utf-8"))
    fields["versions"] = {**fields["versions"], "sympy": "1.0"}
    path.write_text(json.dumps(fields), encoding="utf-8")
    assert main(["recheck", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("version: sympy 1.0 then, ")


def test_an_entry_that_only_one_form_confirms_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    found = {0: (), 1: ("h_kl",)}  # the loss has a free parameter, the regularizer none
    module = import_module("symcheck.rechecking")
    monkeypatch.setattr(module, "unconfirmed", lambda agreed: found[len(agreed.field.scope.parameters)])
    assert main(["recheck", str(path)]) == 0
    assert "derived in one canonical form only (FLINT's, not SymPy's): loss h_kl\n" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "{}", "no json", "[]", '{"schema": "symcheck/2"}'])
def test_what_is_no_certificate_does_not_hold(content: str, tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "cert.json"
    path.write_text(content, encoding="utf-8")
    assert main(["recheck", str(path)]) == 1
    assert capsys.readouterr().out.startswith("does not hold: ")


def test_no_file(capsys: Output, tmp_path: Path) -> None:
    missing = tmp_path / "none.json"
    assert main(["recheck", str(missing)]) == 64
    assert capsys.readouterr().err == f"symcheck: FILE: cannot read {missing}: No such file or directory\n"


def test_no_text(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "cert.json"
    path.write_bytes(b"\xff\xfe\x00")
    assert main(["recheck", str(path)]) == 64
    assert capsys.readouterr().err.startswith(f"symcheck: FILE: {path} is not UTF-8 text; accepted is JSON")
