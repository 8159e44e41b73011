"""symcheck list."""

from __future__ import annotations

import json
import os
import sys
import types
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from symcheck.certificates import catalogue_rows
from symcheck.cli import main
from symcheck.commands import list as command
from symcheck.intake.catalogue import names
from symcheck.language.functions import FUNCTIONS
from symcheck.language.recording import Kind
from symcheck.theorems import theorems


def test_every_entry_has_a_row_with_what_is_derived(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""  # nobody looks at it, so no progress
    rows = {(r["kind"], r["name"]): r for r in json.loads(out)}
    assert list(rows) == [(kind, n) for kind in ("loss", "regularizer", "preference") for n in names(kind)]
    gce = rows["loss", "gce"]
    assert gce == {
        "name": "gce", "kind": "loss", "parameters": ["q in (0, 1]"], "tier": "SCALED", "kappa": "C**(-q)",
        "verdict": "PROVED", "headline": "PROVED for every C >= 2, every q in (0, 1]: gce + l2 on R^C",
        "with": "l2", "formula": "(1 - softmax(z)[y]**q)/q",
    }  # fmt: skip
    assert rows["loss", "mae"]["kappa"] == "2/C"
    assert rows["loss", "one_vs_rest_logistic"]["tier"] == "QUOTIENT"
    quartic = rows["regularizer", "quartic"]
    assert (quartic["tier"], quartic["kappa"], quartic["verdict"]) == (None, None, "REFUTED")
    assert rows["preference", "dpo"] == {
        "name": "dpo", "kind": "preference", "parameters": ["beta in (0, oo)"], "tier": "SCALED", "kappa": "beta",
        "verdict": "PROVED",
        "headline": "PROVED: dpo + l2 has one limit direction for clean and flipped pairs, as lambda -> oo, asked for "
        "every beta in (0, oo)",
        "with": "l2", "formula": "-log_sigmoid(beta*h)",
    }  # fmt: skip
    hinges = [rows[kind, "hinge"]["formula"] for kind in ("loss", "preference")]
    assert hinges == ["relu(1 - (z[y] - total(z, but=y)))", "relu(1 - beta*h)"]


@pytest.mark.parametrize(("which", "kind"), [("regularizers", "regularizer"), ("preferences", "preference")])
def test_one_kind_alone_as_a_table(which: str, kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", which]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == which
    assert lines[1].split()[0] == "name"
    assert set(names(kind)) <= {line.split()[0] for line in lines if line}
    assert not any(line != line.rstrip() for line in lines)


def test_progress_is_shown_to_a_terminal_and_wiped_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    row = {"name": "gce", "kind": "loss", "parameters": [], "tier": "", "kappa": "", "verdict": "", "formula": ""}
    monkeypatch.setattr(catalogue_rows, "_listed", lambda kind, name: (catalogue_rows.Listed(row, False), False))
    monkeypatch.setenv("SYMCHECK_CACHE", os.devnull)
    assert len(command.listing("losses").rows) == len(names("loss"))
    err = capsys.readouterr().err
    assert f"certify 1/{len(names('loss'))} {names('loss')[0]}" in err
    assert err.endswith("\r\x1b[K")


def test_an_unknown_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "everything"]) == 64
    assert "invalid choice: 'everything'" in capsys.readouterr().err


def test_the_functions_of_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "functions", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == set(FUNCTIONS)
    assert rows["total"] == {"name": "total", "form": "total(v, but=...)", "what": "sum_i v_i, over the classes."}
    assert rows["clamp"]["form"] == "clamp(x, low, high)"


def test_the_theorems(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "theorems", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == [t.name for t in theorems()]
    assert set(rows[0]) == {"name", "place", "concludes"}


def _listed(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Adds the list ``datasets`` with this code as the module that it is in."""
    module = types.ModuleType("symcheck_test_list")
    exec(code, module.__dict__)  # noqa: S102 - the code stands in the test
    monkeypatch.setitem(sys.modules, module.__name__, module)
    point = EntryPoint("datasets", f"{module.__name__}:rows", command.GROUP)
    monkeypatch.setattr(command, "entry_points", lambda group: (point,))


def test_a_list_of_another_package(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _listed(
        monkeypatch,
        "def rows():\n    return [{'name': 'iris', 'samples': 150, 'classes': ['a', 'b'], 'note': None}]",
    )
    assert main(["list", "datasets"]) == 0
    assert capsys.readouterr().out == "datasets\n  name  samples  classes\n  iris  150      a, b\n"
    assert main(["list", "datasets", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"name": "iris", "samples": 150, "classes": ["a", "b"], "note": None}
    ]
    assert command.listed_names("datasets") == ["iris"]
    assert command.listed_names("models") == []


def test_a_list_whose_package_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _listed(monkeypatch, "def rows():\n    raise ModuleNotFoundError('No module', name='sklearn.datasets')")
    assert main(["list", "datasets"]) == 64
    assert capsys.readouterr().err == (
        'symcheck: symcheck list datasets needs scikit-learn: pip install "symcheck[numerics]"\n'
    )
    assert command.listed_names("datasets") == []


def test_a_page_of_the_catalogue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "preferences", "--out", str(tmp_path / "list.html")]) == 0
    assert capsys.readouterr().out == f"preferences\nwritten to {tmp_path / 'list.html'}\n"
    assert "<math" in (tmp_path / "list.html").read_text("utf-8")
