"""symcheck paper."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import symcheck.paper
from symcheck.cli import main
from symcheck.commands import paper as command
from symcheck.paper import Claim, Ruling, claim, claims, claims_named
from symcheck.paper.page import Ledger


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper"]) == 0
    out, err = capsys.readouterr()
    assert err == ""  # nobody looks at it, so no progress
    lines = out.splitlines()
    assert lines[0].split() == ["id", "place", "verdict", "statement"]
    assert [line.split()[0] for line in lines[1 : len(claims()) + 1]] == [c.id for c in claims()]
    row = next(line for line in lines if line.split()[0] == "E10")
    assert " ".join(row.split()) == (
        "E10 appendix, Lemma 4; Theorem 3 refuted as printed "
        "A unique minimum does not make grad^2 g(0) positive definite"
    )
    counts = [sum(c.verdict is r for c in claims()) for r in Ruling]
    assert lines[-1] == (
        f"{len(claims())} entries: {counts[0]} as printed, {counts[1]} with a repair, {counts[2]} refuted as printed."
    )


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["claims"]
    assert [c["id"] for c in found] == [c.id for c in claims()]
    for row in found:
        assert set(row) == {
            "id", "place", "title", "printed", "proved", "verdict", "found", "holds", "derivation", "witness",
            "rests_on", "other_names", "facts",
        }  # fmt: skip
        assert row["holds"] is True
        assert row["found"] == row["verdict"]
    by_id = {c["id"]: c for c in found}
    assert by_id["E1"]["witness"] == {"shown": "$p_y = 1/5$ and $p_y = 3/5$", "values": {"p": "1/5", "r": "3/5"}}
    assert by_id["ce-gradient"]["witness"] is None
    assert by_id["E6"]["verdict"] == "with a repair"
    assert by_id["E6"]["other_names"] == ["corollary-1"]
    assert {fact["role"] for fact in by_id["E6"]["facts"]} == {"proves", "repairs"}
    assert by_id["E8"]["verdict"] == "refuted as printed"
    assert {fact["role"] for fact in by_id["E8"]["facts"]} == {"proves", "refutes"}


def test_one_entry(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "E10"]) == 0
    out = capsys.readouterr().out
    assert out == f"{claim('E10')}\n"
    for part in ("printed", "proved", "witness", "Line by line", "What was computed", "g = t^4, l = -t^2"):
        assert part in out
    assert main(["paper", "e10", "--markdown"]) == 0
    assert capsys.readouterr().out == claim("E10").to_markdown()
    assert main(["paper", "lemma-4"]) == 0  # another name of the same entry
    assert capsys.readouterr().out == out
    assert main(["paper", "E10", "--json"]) == 0
    assert [c["id"] for c in json.loads(capsys.readouterr().out)["claims"]] == ["E10"]


def test_a_place_of_the_paper_shows_all_that_are_about_it(capsys: pytest.CaptureFixture[str]) -> None:
    ids = ["E13", "E10", "E14", "E12", "E29"]
    for typed in ("Theorem 3", "theorem 3", "THEOREM_3", "3", "thm. 3"):
        assert [c.id for c in claims_named(typed)] == ids
    assert main(["paper", "Theorem 3"]) == 0
    assert re.findall(r"^(E\d+): ", capsys.readouterr().out, re.MULTILINE) == ids
    assert main(["paper", "Lemma 1"]) == 0
    assert capsys.readouterr().out.startswith("E5: ")
    assert main(["paper", "theorem-3"]) == 0  # another name of one entry, as it is written there
    assert re.findall(r"^(E\d+): ", capsys.readouterr().out, re.MULTILINE) == ["E13"]


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_every_entry_is_found_by_its_id_and_by_its_place(claim: Claim) -> None:
    assert claims_named(claim.id) == claims_named(claim.id.upper()) == (claim,)
    for other in claim.other_names:
        assert claims_named(other) == (claim,)
    section = re.search(r"sections? \d", claim.place)
    if section:
        assert claim in claims_named(section[0].replace("sections", "section"))


def test_the_ledger_in_a_file_has_every_entry_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _with(monkeypatch)
    assert main(["paper", "--out", str(tmp_path / "paper.html")]) == 0
    text = (tmp_path / "paper.html").read_text("utf-8")
    assert text.count(">What was computed</h") == 3


def test_an_unknown_entry(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "NOPE"]) == 64
    err = capsys.readouterr().err
    assert err.startswith("symcheck: id: the paper has no entry 'NOPE'; nearest: ")
    assert err.endswith("; symcheck paper shows all of them\n")
    assert main(["paper", "E31"]) == 64
    assert "nearest: E29, E28, E27;" in capsys.readouterr().err


def _with(monkeypatch: pytest.MonkeyPatch, *changed: Claim) -> None:
    """The ledger with these entries in the place of those with their ids."""
    ids = {c.id: c for c in changed}
    rows = tuple(ids.get(c.id, c) for c in (claim("E1"), claim("E4"), claim("ce-gradient")))
    monkeypatch.setattr(symcheck.paper, "claims", lambda: rows)
    monkeypatch.setattr(symcheck.paper, "claim", lambda name: next(c for c in rows if c.id == name))


def test_a_verdict_that_does_not_come_out(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _with(monkeypatch, replace(claim("E4"), verdict=Ruling.AS_PRINTED))
    assert main(["paper"]) == 1
    out = capsys.readouterr().out
    row = next(line for line in out.splitlines() if line.split()[:1] == ["E4"])
    assert "NOT AS THE LEDGER SAYS" in row
    assert "3 entries: 1 as printed, 1 with a repair, 1 refuted as printed; 1 not as the ledger says." in out
    assert out.endswith("E4: the ledger says as printed, and the facts computed say with a repair\n")
    assert main(["paper", "E4"]) == 1
    assert "Not as the ledger says: the ledger says as printed" in capsys.readouterr().out
    assert main(["paper", "E1"]) == 0  # the others are as they were
    capsys.readouterr()
    assert main(["paper", "--json"]) == 1
    assert [c["holds"] for c in json.loads(capsys.readouterr().out)["claims"]] == [True, False, True]


def test_a_witness_that_violates_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    entry = claim("E1")
    assert entry.witness is not None
    _with(monkeypatch, replace(entry, witness=entry.witness.at(r=entry.witness.values["p"])))
    assert main(["paper"]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "E1: does not come out: were l_1 = c * 2(1 - p_y) with one c" in out
    assert "$" not in out


def test_progress_is_shown_to_a_terminal_and_wiped_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _with(monkeypatch)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["paper"]) == 0
    err = capsys.readouterr().err
    assert "check 2/3 E4" in err
    assert err.endswith("\r\x1b[K")


def test_the_summary_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert command.HELP.summary in " ".join(capsys.readouterr().out.split())


@pytest.mark.generated
def test_the_page_of_the_ledger(generated) -> None:
    generated("docs/PAPER.md", Ledger(tuple(c.checked for c in claims())).to_markdown())
