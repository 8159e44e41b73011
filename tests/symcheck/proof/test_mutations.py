"""Ten thousand mutants of true statements and their proofs: none that is false is accepted, none ends in an error."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from benchmarks.mutations.campaign import Counts, run, shown
from benchmarks.mutations.claimed import Claimed
from benchmarks.mutations.material import claims
from benchmarks.mutations.mutator import MUTATIONS, mutant
from benchmarks.mutations.truth import why_false
from symcheck.proof.check import Refused
from tests.sampled import one_in
from tests.symcheck.proof.claims import MUH, QUOTIENT, UNIT, loss, regularizer, statement

COUNT, SEEDS = 1_000, range(10)


@pytest.fixture(scope="module")
def true() -> list[Claimed]:
    """Statements of certificates, with their proofs."""
    return claims(step=4)


@pytest.fixture(scope="module")
def judged() -> dict[str, str]:
    """Statements that were looked at, with what is wrong with them: many mutants of different seeds are the same."""
    return {}


def test_they_are_true(true: list[Claimed]) -> None:
    assert len(true) > 40
    for claimed in true:
        shown(claimed.statement, claimed.proof)
        assert why_false(claimed.statement, random.Random(claimed.name), points=3) == "", claimed.name


@pytest.mark.parametrize("seed", one_in(4, SEEDS))
def test_no_mutant_that_is_false_is_accepted(seed: int, true: list[Claimed], judged: dict[str, str]) -> None:
    counts = run(true, COUNT, seed, Counts(judged=judged))
    assert [str(fault) for fault in counts.faults] == []
    # Mutants that are true show that the checker is asked something: they are about one in ten.
    assert sum(counts.changed.values()) > COUNT / 20


def test_every_kind_of_mutation_finds_something_to_change(true: list[Claimed]) -> None:
    rng = random.Random(0)
    made = (mutant(rng, rng.choice(true), rng.choice(true)) for _ in range(4_000))
    assert {found[0] for found in made if found is not None} == {*MUTATIONS}


def test_a_mutant_is_another_one_and_leaves_the_first_as_it_was(true: list[Claimed]) -> None:
    rng, before = random.Random(1), repr(true)
    for _ in range(300):
        first = rng.choice(true)
        made = mutant(rng, first, rng.choice(true))
        assert made is None or (made[1].statement, made[1].proof) != (first.statement, first.proof)
    assert repr(true) == before


def false() -> Iterator[tuple[str, object]]:
    """Statements that are false, each by a little: what the judge of the campaign has to see."""
    ce = "logsumexp(z) - z[y]"
    yield "kappa is 1", statement(MUH, kappa="1 + 1/10**30")
    yield "kappa is 0", statement("0*z[y]")
    yield "kappa is negative", statement(f"-{MUH}")
    yield "kappa is 0 at C = 2", statement(f"(C - 2)*{MUH}")
    yield "kappa is 0 at the closed end", statement(f"q*{MUH}", q=UNIT)
    yield "no multiple of MUH's gradient", statement(f"{MUH} + z[y]/10**30")
    yield "a kink", statement(f"{MUH} + relu(z[y]) - z[y]/2 - abs(z[y])/10**6")
    yield "a kink beside a detached part", statement(f"{MUH} + abs(z[y]) + detach(z[y])*z[y]")
    yield "no second derivative", statement(f"{MUH} + abs(z[y])**(3/2)")
    yield "another one on each side", statement(f"{MUH} + relu(z[y])**2")
    yield "no value", statement(f"{MUH} + 0/(C - 2)")
    yield "not invariant", statement(f"{ce} + mean(z)**3", space=QUOTIENT)
    yield "a gradient", statement("total(z**2) + total(z)/10**30", about="regularizer")
    yield "semidefinite", statement("total((z - mean(z))**2)", about="regularizer")
    yield "indefinite", statement("total(z**2) - total(z)**2*6/10", about="regularizer")
    yield "not invariant either", statement("total(z**2)", about="regularizer", space=QUOTIENT)
    yield "the label", statement("total(z**2) + z[y]**2", about="regularizer")
    refuted = {"about": "refuted", "which": "loss-gradient", "point": {"C": 3}, "arrays": []}
    yield "it holds", {**statement(MUH), **refuted}
    yield "it fails elsewhere", {**statement(f"(C - 4)*{MUH}", classes=(4, None)), **refuted}


@pytest.mark.parametrize("said", [pytest.param(said, id=name) for name, said in false()])
def test_the_judge_sees_what_is_false(said: dict[str, object]) -> None:
    assert why_false(said, random.Random(0), points=3)


def test_the_campaign_sees_what_is_wrong(monkeypatch: pytest.MonkeyPatch, true: list[Claimed]) -> None:
    # A checker that believes everything, and one that ends in an error.
    monkeypatch.setattr("benchmarks.mutations.campaign.shown", lambda *_: None)
    assert len(run(true[:5], 200, 0).faults) > 20

    def fails(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("benchmarks.mutations.campaign.shown", fails)
    assert len(run(true[:5], 20, 0).faults) == 20

    def refuses(*_: object) -> None:
        raise Refused("no field")

    monkeypatch.setattr("benchmarks.mutations.campaign.shown", refuses)
    assert len(run(true[:5], 20, 0).faults) == 20


def test_the_neighbours_of_what_is_false_are_true() -> None:
    for said, proof in (
        (statement(MUH, kappa="1"), loss(statement(MUH, kappa="1"))),
        (statement("total(z**2)/2", about="regularizer"), regularizer(statement("total(z**2)/2", about="regularizer"))),
    ):
        shown(said, proof)
        assert why_false(said, random.Random(0), points=3) == ""
