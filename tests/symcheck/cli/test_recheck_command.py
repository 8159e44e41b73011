"""symcheck recheck."""

from __future__ import annotations

import io
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from symcheck.certificates.certify import certify
from symcheck.cli import main
from symcheck.language.functions import softmax, total

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
        "loss: (1 - softmax(z)[y]**q)/q\n"
        "regularizer: total(z**2)/2\n"
        "scope: every C >= 2, every q in (0, 1]\n"
        "verdict: PROVED\n"
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


def test_the_formulas_are_shown_whatever_the_pair_is_called(tmp_path: Path, capsys: Output) -> None:
    def robust(z: Any, y: Any) -> Any:
        return -(softmax(z)[y] ** 3)

    path = tmp_path / "cert.json"
    path.write_text(certify(robust, lambda z: 7 * total(z**2), classes=(2, 9)).to_json(), encoding="utf-8")
    assert main(["recheck", str(path)]) == 0
    assert capsys.readouterr().out.startswith(
        "holds: PROVED for every C from 2 to 9: robust + formula on R^C\n"
        "loss: -softmax(z)[y]**3\n"
        "regularizer: 7*total(z**2)\n"
        "scope: every C from 2 to 9\n"
        "verdict: PROVED\n"
    )


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
    module = import_module("symcheck.certificates.recheck")
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


def test_a_file_without_an_end(capsys: Output) -> None:
    assert main(["recheck", "/dev/zero"]) == 64
    assert "/dev/zero has more than 8000000 bytes; accepted is JSON" in capsys.readouterr().err


def test_no_text(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "cert.json"
    path.write_bytes(b"\xff\xfe\x00")
    assert main(["recheck", str(path)]) == 64
    assert capsys.readouterr().err.startswith(f"symcheck: FILE: {path} is not UTF-8 text; accepted is JSON")
