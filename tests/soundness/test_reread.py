"""The campaign about recheck: what it says is compared with what is so, and planted lies are found."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.soundness import reread
from benchmarks.soundness.campaign import Record, outcome_of, run
from benchmarks.soundness.kinds import json_mutations
from benchmarks.soundness.report import lines
from benchmarks.soundness.reread import Reread
from symcheck.certificates.certify import certify
from symcheck.errors import CertificateError

GCE = certify("gce", "l2")
TEXT = GCE.to_json()


def _changed(change: Callable[[dict[str, Any]], object]) -> str:
    fields = json.loads(TEXT)
    change(fields)
    return json.dumps(fields)


def _wrong(text: str, *, holds: bool = False) -> list[str]:
    return [w.statement for w in outcome_of(Reread("gce + l2", "changed", text, holds=holds)).wrong]


@pytest.fixture
def believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recheck that believes whatever it reads."""
    monkeypatch.setattr(reread, "recheck", lambda text, *, budget: GCE)


LIES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda f: f.update(verdict="REFUTED"), "a field that differs holds"),
    (lambda f: f.update(kappa="2*C**(-q)"), "a field that differs holds"),
    (lambda f: f.update(kappa="C**(-q) + 10**(-40)"), "a field that differs holds"),
    (lambda f: f.update(kappa=None), "a field that differs holds"),
    (lambda f: f.update(more=1), "a field that differs holds"),
    (lambda f: f.pop("headline"), "a field that differs holds"),
    (lambda f: f["assumptions"].pop(), "a field that differs holds"),
    (lambda f: f["prediction"].update(quotient=0), "a field that differs holds"),
    (lambda f: f["loss"].update(name="mine", values={"q": "1/2"}), "values without an entry"),
    (lambda f: f["loss"].update(name="mae"), "the name of another formula"),
    (lambda f: f["loss"].update(name="g\u0441e"), "a name that is not plain"),
    (lambda f: f["loss"].update(name="g" * 65), "a name that is not plain"),
    (lambda f: f["loss"].update(name="GCE"), "a name that is taken for an entry"),
    (lambda f: f["loss"]["parameters"][0].update(default="1/2"), "another default than that of the entry"),
    (lambda f: f["versions"].update(sympy="1.14 <b>"), "a field that differs holds"),
]


@pytest.mark.usefixtures("believed")
@pytest.mark.parametrize("place", range(len(LIES)))
def test_lies_are_found(place: int) -> None:
    change, statement = LIES[place]
    assert statement in _wrong(_changed(change))


@pytest.mark.usefixtures("believed")
def test_what_is_true_is_no_lie() -> None:
    assert _wrong(TEXT) == []
    assert _wrong(_changed(lambda f: f.update(kappa="exp(-q*log(C))"))) == []
    assert _wrong(_changed(lambda f: f["versions"].update(sympy="1.0"))) == []


@pytest.mark.parametrize(
    ("said", "statement"),
    [
        ("x" * 3000, "message: its length"),
        ("kappa: é", "message: its characters"),
        ("kappa: \x1b[2J", "message: its characters"),
        ("something is wrong", "message: the field"),
        ("kappa: it differs", ""),
    ],
)
def test_messages(said: str, statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(text: str, *, budget: float) -> None:
        error = CertificateError("")
        error.args = (said,)  # as it is, however errors are made
        raise error

    monkeypatch.setattr(reread, "recheck", refuses)
    found = _wrong(TEXT)
    assert statement in found if statement else found == []
    assert "what certify wrote does not hold" in _wrong(TEXT, holds=True)


def test_an_exception_that_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(text: str, *, budget: float) -> None:
        raise RecursionError

    monkeypatch.setattr(reread, "recheck", breaks)
    assert _wrong(TEXT) == ["crash"]


@pytest.mark.slow
def test_every_change_is_drawn_and_most_do_not_hold() -> None:
    """The first trials try every way to change a certificate."""
    ways = {"missing", "swapped", "one more", "there twice", "every", "from", "brackets", "="}
    told = [trial.text for trial in map(_trial, range(300))]
    assert all(any(way in text for text in told) for way in ways)


def _trial(index: int) -> Reread:
    return json_mutations.trial(random.Random(f"test {index}"), index)


@pytest.mark.parametrize("most", [40, pytest.param(120, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["json_mutations", "hostile_strings"])
def test_nothing_false_is_found(kind: str, most: int) -> None:
    record = Record()
    for found in run(1, 600.0, [kind], most=most):
        record = found
    assert record.trials == most
    assert sum(record.answers[kind].values()) == most
    assert len(record.answers[kind]) == 2  # some hold and some do not
    assert not record.faults, "\n".join(lines(record, 1, minimise=False))
