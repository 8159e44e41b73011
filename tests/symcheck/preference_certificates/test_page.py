"""The page of a preference certificate, and its command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symcheck.certificates.preferences.certify_preference import certify_preference
from symcheck.certificates.preferences.left import PENALTIES
from symcheck.cli import main
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names

Output = pytest.CaptureFixture[str]

OF_CLASSIFIERS = ("shared features", "reference class", "MUH", "for every C", "C = 2", "R^C", "classes", "z_C")
"""Words about classifiers, which say nothing of reward models."""


@pytest.mark.parametrize("name", names("preference"))
def test_nothing_of_classifiers_is_said(name: str) -> None:
    page = certify_preference(name, None if name < "h" else "l2").to_text()
    assert [word for word in OF_CLASSIFIERS if word in page] == []


def test_every_page_says_what_nobody_promises() -> None:
    page = certify_preference("ipo").to_text()
    for word in ("finite weight", "sampled flips", "depends on the pair", "reference that moves", "Adam"):
        assert word in page
    assert "log-linear policies" in page


def test_forms() -> None:
    found = certify_preference("discopop", "h**2/2")
    assert found.to_markdown().startswith("# **REFUTED**") or "**REFUTED**" in found.to_markdown().splitlines()[0]
    assert r"\tau" in found.to_latex()
    assert found._repr_markdown_() == found.to_markdown()
    assert str(found) == found.to_text()
    assert repr(found) == "<PreferenceCertificate REFUTED FAIL: discopop + h**2/2>"


def test_the_command(capsys: Output) -> None:
    assert main(["certify-preference", "ipo"]) == 0
    assert capsys.readouterr().out.startswith("PROVED: ipo alone keeps its minimisers under flips up to a factor")
    assert main(["certify_preference", "dpo"]) == 1
    assert "With the penalty h**2/2" in capsys.readouterr().out
    assert main(["certify-preference", "--formula", "-log_sigmoid(b*h)", "h**2/2", "--param", "b in (0, oo)"]) == 0
    assert "every b in (0, oo)" in capsys.readouterr().out
    assert main(["certify-preference", "--formula", "softplus(-h)", "--penalty-formula", "cosh(h) - 1"]) == 0


def test_values_on_the_command_line(capsys: Output) -> None:
    given = ["certify-preference", "discopop", "h**2/2", "--param", "tau=1/20", "--param", "beta=1", "--json"]
    assert main(given) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["preference"]["name"] == "discopop"
    assert record["kappa"] == "10*log(2) - 17/2" or "log(2)" in record["kappa"]


def test_written_and_rechecked(tmp_path: Path, capsys: Output) -> None:
    path = str(tmp_path / "preference.json")
    assert main(["certify-preference", "ipo", "l2", "--out", path]) == 0
    capsys.readouterr()
    assert main(["recheck", path]) == 0
    out = capsys.readouterr().out
    assert out.startswith("holds: PROVED: ipo + l2")
    assert "preference: (h - 1/(2*beta))**2" in out
    assert main(["verify", path]) == 0
    assert main(["recheck", path]) == 0
    changed = {**json.loads(Path(path).read_text("utf-8")), "kappa": "3"}
    Path(path).write_text(json.dumps(changed), "utf-8")
    capsys.readouterr()
    assert main(["recheck", path]) == 1
    assert "does not hold: kappa" in capsys.readouterr().out


@pytest.mark.parametrize(("given", "told"), [
    (["certify-preference"], "accepted: NAME"),
    (["certify-preference", "dpo", "l2", "l2"], "accepted: NAME"),
    (["certify-preference", "dpo", "--param", "q=1"], "neither the loss nor the penalty has a parameter q"),
    (["certify-preference", "simpo", "--reference"], "has no reference"),
    (["certify-preference", "h**2"], "no preference at all"),
    (["certify-preference", "loss.py:Loss"], "code in a file"),
    (["certify-preference", "dpo", "--budget", "0"], "--budget"),
    (["certify-preferences", "dpo"], "did you mean certify-preference"),
])  # fmt: skip
def test_wrong_usage(given: list[str], told: str, capsys: Output) -> None:
    assert main(given) == 64
    assert told in capsys.readouterr().err


def test_no_reference(capsys: Output) -> None:
    assert main(["certify-preference", "ipo", "--no-reference"]) == 0
    assert "first-step" not in capsys.readouterr().out
    assert main(["--help"]) == 0
    assert "certify-preference" in capsys.readouterr().out


@pytest.mark.parametrize(("pair", "headline"), [
    (("dpo",), "REFUTED: dpo alone is neither symmetric nor exact, asked for every beta in (0, oo): nothing promises "
               "that it survives flips; PROVED with the penalty h**2/2 in the limit"),
    (("dpo(beta=1/10)", "h**2/2"), "PROVED: dpo(beta=1/10) + h**2/2 has one limit direction for clean and flipped "
                                   "pairs, as lambda -> oo"),
    (("ipo(beta=1)",), "PROVED: ipo(beta=1) alone keeps its minimisers under flips up to a factor, for linear rewards"),
    (("apo_down(beta=1)", "l2"), "REFUTED: apo_down(beta=1) + l2 is neither symmetric nor exact, and fails the "
                                 "condition for one limit direction: nothing promises that it survives flips"),
    (("-detach(h)*h",), "UNDECIDED: formula alone leaves open whether it is symmetric or is exact"),
])  # fmt: skip
def test_the_headline_says_what_was_asked(pair: tuple[str, ...], headline: str) -> None:
    assert certify_preference(*pair).headline == headline


@pytest.mark.parametrize("name", names("preference"))
def test_a_headline_names_a_penalty_where_one_is_shown_to_help(name: str) -> None:
    alone = certify_preference(name)
    told = next((p for p in PENALTIES if f"PROVED with the penalty {p}" in alone.headline), None)
    assert (told is not None) is (alone.verdict is Verdict.REFUTED and any(": PROVED." in text for text in alone.left))
    assert told is None or certify_preference(name, told).answer("limit").verdict is Verdict.PROVED


def test_assumptions_are_those_of_what_is_proved() -> None:
    found = certify_preference("dpo", "h**2/2")
    assert found.assumptions == found.answer("limit").assumptions != ()
    assert certify_preference("dpop", "l2").assumptions == ()


@pytest.mark.parametrize("name", ["bco", "apo_down"])
def test_a_rate_from_which_on_a_pair_is_turned_has_the_values_that_it_is_for(name: str) -> None:
    found = certify_preference(name, "l2")
    limit = found.answer("limit")
    assert limit.witness is not None
    where = ", ".join(f"{n} = {v}" for n, v in sorted(limit.witness.parameters.items()))
    assert f"at {where}, one pair with the scores" in limit.detail
    there = found.at(**limit.witness.parameters)
    assert "; one pair with the scores" in there.answer("limit").detail
