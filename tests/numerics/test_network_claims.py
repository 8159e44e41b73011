"""The campaign of true and planted claims against networks: a part of it, its record and its page."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.network_claims import __main__ as command
from benchmarks.network_claims.page import page
from benchmarks.network_claims.pairs import REFUTED, made_up_claim, off_by, true_claim
from benchmarks.network_claims.plants import PLANTS
from benchmarks.network_claims.record import recorded, written
from benchmarks.network_claims.steps import Followed, followed
from benchmarks.network_claims.trial import FALSE, Outcome, outcome_of

SOME = 40
"""Runs of the slow test; ``python -m benchmarks.network_claims`` makes 200."""


def run(*, plant: str = "nothing", off: float = 0.0, verdict: str = "agrees", index: int = 0) -> Outcome:
    """What came of a run that was not made."""
    rows = (("kappa", 1.0, 1.01, 0.02), ("limit", 0.0, None, 0.1))
    return Outcome(0, index, "gce + l2", plant, "iris", "mlp", "rho .4", off, verdict, rows, 1.5)


def test_what_is_false() -> None:
    assert not run().is_false
    assert run(verdict="contradicts").is_false
    assert not run(verdict="inconclusive").is_false
    assert run(plant="-kappa", off=1.0).is_false
    assert not run(plant="-kappa", off=1.0, verdict="contradicts").is_false
    assert not run(plant="-kappa", off=1.0, verdict="inconclusive").is_false
    assert not run(plant="a claim of a refuted pair", off=FALSE / 2).is_false
    assert not run(verdict="ModelError: model: got 0; accepted is 1").is_false
    assert run(verdict="crash: ValueError: math domain error").is_false


@pytest.mark.parametrize("name", PLANTS)
@pytest.mark.parametrize("pair", [("gce", "l2"), ("cross_entropy", "entropy"), ("cross_entropy", "quartic")])
def test_a_planted_claim_is_off(name: str, pair: tuple[str, str]) -> None:
    claim = true_claim(pair, 3)
    planted = PLANTS[name](claim, random.Random(0))
    assert off_by(claim, claim.objective) < 1e-11
    assert off_by(planted, planted.objective) > FALSE
    assert planted.name == claim.name


def test_a_claim_of_a_refuted_pair_may_be_true_with_two_classes() -> None:
    pair = ("one_vs_rest_logistic", "l2")
    assert pair in REFUTED
    off = [off_by(claim, claim.objective) for claim in (made_up_claim(pair, classes) for classes in (2, 3, 10))]
    # b_y = 1/2 - e_y: all the scores drift by 1/2 - 1/C, beside kappa (1 - 1/C) with kappa = 1
    assert off == pytest.approx([0, 1 / 4, 4 / 9], abs=1e-5)


def test_an_interrupted_campaign_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record, made = tmp_path / "folder" / "record.jsonl", []

    def outcome(seed: int, index: int) -> Outcome:
        if index == 3 and len(made) < 4:
            made.append(-1)
            raise KeyboardInterrupt
        made.append(index)
        return replace(run(index=index), seed=seed)

    def follow(pair: tuple[str, str], place: str) -> Followed:
        return Followed(" + ".join(pair), place, (1, 10), ("inconclusive", "agrees"), 2.0)

    monkeypatch.setattr(command, "outcome_of", outcome)
    monkeypatch.setattr(command, "followed", follow)
    arguments = ["--runs", "5", "--followed", "1", "--record", str(record), "--page", str(tmp_path / "page.md")]
    assert command.main(arguments) == 130
    assert not (tmp_path / "page.md").exists()
    with record.open("a") as file:
        file.write('{"seed": 0, "ind')
    assert command.main(arguments) == 0
    assert made == [0, 1, 2, -1, 3, 4]
    assert "5 runs, 0 false answers" in capsys.readouterr().out
    text = (tmp_path / "page.md").read_text()
    assert "**5 runs, 0 false answers.**" in text
    assert "| iris, mlp | cross_entropy + l2 | . | A | 2.0 |" in text
    monkeypatch.setattr(command, "followed", None)  # it is in its record
    assert command.main(arguments) == 0


def test_a_record_gives_what_was_written(tmp_path: Path) -> None:
    path, outcomes = tmp_path / "record.jsonl", [run(), run(plant="-kappa", off=1.0, verdict="contradicts", index=1)]
    for one in outcomes:
        written(one, path)
    written(replace(run(index=2), seed=1), path)
    assert recorded(path, 0) == dict(enumerate(outcomes))


def test_the_page_counts_by_what_was_planted() -> None:
    made_up = run(plant="a claim of a refuted pair", verdict="agrees", index=2)
    text = page([run(), run(plant="-kappa", off=1.0, verdict="agrees", index=1), made_up], 0)
    assert "**3 runs, 1 false answers.**" in text
    assert "| nothing | 2 | 2 | 0 | 0 | 0 |" in text, "what was made up and is true counts as true"
    assert "| -kappa | 1 | 1 | 0 | 0 | 0 |" in text
    assert "| 1 | gce + l2 | -kappa | 1 | iris | mlp | rho .4 | **agrees** | 1.5 |" in text


def test_a_verdict_that_goes_back_is_not_steady() -> None:
    def steady(*verdicts: str) -> bool:
        return Followed("gce + l2", "iris, mlp", (1, 10, 100), verdicts, 1.0).is_steady

    assert steady("inconclusive", "agrees", "agrees")
    assert steady("inconclusive", "inconclusive", "inconclusive")
    assert not steady("inconclusive", "agrees", "inconclusive")
    assert not steady("inconclusive", "contradicts", "agrees")
    assert not steady("agrees", "agrees", "contradicts")


def test_the_first_runs_say_nothing_false() -> None:
    for index in QUICK:
        assert not outcome_of(0, index).is_false, index


QUICK = (0, 1, 2)
"""Runs that take less than a second each."""


@pytest.mark.slow
def test_nothing_false_is_said() -> None:
    outcomes = [outcome_of(1, index) for index in range(SOME)]
    assert not [one for one in outcomes if one.is_false]
    assert {one.verdict for one in outcomes if one.is_true} >= {"agrees"}
    told = [one.verdict for one in outcomes if one.off >= FALSE]
    assert told.count("contradicts") > len(told) / 2


@pytest.mark.slow
@pytest.mark.parametrize("pair", [("cross_entropy", "l2"), ("mae", "entropy"), ("gce", "cubic")], ids=" + ".join)
@pytest.mark.parametrize("place", ["iris, mlp", "digits, mlp"])
def test_a_verdict_follows_training(pair: tuple[str, str], place: str) -> None:
    found = followed(pair, place)
    assert found.is_steady, found.verdicts
    assert found.verdicts[-1] == "agrees"
