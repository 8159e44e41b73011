"""The records say what was written into them, and a difference is told with all that a reader needs."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.records import book, compared
from tests.records.compared import differing, expected, told
from tests.records.questions import ALONE, Made, OfEntries, of_entries
from tests.records.said import Said

QUESTIONS = [q for q in of_entries() if q.loss in ("gce", "forward", "muh", "square", "class_weighted_ce")]


def drawn(seed: int, variety: int) -> Mapping[OfEntries, Said]:
    """Answers in which some fields are the loss's, some the regularizer's, some the pair's; None of these is there."""
    rng = random.Random(seed)

    def value(*of: str) -> Any:
        made = random.Random(f"{seed} {of}").randrange(variety)
        return (None, "PROVED; exact", ["C = 2", "C >= 3"], "REFUTED; at C = 2: 1", [])[made % 5]

    answers = {}
    for q in QUESTIONS:
        said = {
            "tier": value("tier", q.loss, q.classes),
            "finding g": value("g", q.regularizer),
            "cases": value("cases", q.loss, q.regularizer, q.given),
            "full l": value("full", q.loss) if q.is_full else None,
            "checked": value("checked", q.loss, str(q.regularizer == ALONE)) if q.is_checked else None,
            "any": rng.choice([None, "a", "b"]) if rng.random() < 0.2 else "a",
        }
        answers[q] = {field: v for field, v in said.items() if v is not None}
    return answers


@pytest.mark.parametrize("variety", [1, 2, 5, 50])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_written_is_read_again(
    seed: int, variety: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "CATALOGUE", tmp_path / "catalogue.jsonl")
    answers = drawn(seed, variety)
    book.write_catalogue(answers)
    assert book.read_catalogue(answers) == answers


def test_generated_questions_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there, text = book.read_generated(), book.GENERATED.read_text("utf-8")
    monkeypatch.setattr(book, "GENERATED", tmp_path / "generated.jsonl")
    book.write_generated(there)
    assert book.read_generated() == there
    assert book.GENERATED.read_text("utf-8") == text
    assert len({q.kind for q in there}) >= 20
    assert all(isinstance(q, Made) for q in there)


def test_there_is_a_record_of_every_entry() -> None:
    assert all(book.read_catalogue(QUESTIONS).values())


QUESTION = OfEntries("gce", "l2", "C = 2")


def test_a_difference_names_the_question_and_the_field_before_and_now() -> None:
    found = list(
        differing(QUESTION, {"tier": "EXACT", "gone": "a", "same": []}, {"tier": "FAIL", "same": [], "new": "b"})
    )
    assert told(found).splitlines() == [
        "3 differences",
        "gce + l2, C = 2", "    tier", "      before: EXACT", "      now:    FAIL",
        "gce + l2, C = 2", "    gone", "      before: a", "      now:    not there",
        "gce + l2, C = 2", "    new", "      before: not there", "      now:    b",
    ]  # fmt: skip


def test_what_is_wanted_takes_the_place_of_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "wanted.jsonl"
    file.write_text('{"why": "it was wrong", "of": ["gce + l2, C = 2"], "field": "tier", "now": null}\n', "utf-8")
    monkeypatch.setattr(compared, "WANTED", file)
    assert expected(QUESTION, {"tier": "EXACT", "kappa": "1"}) == {"kappa": "1"}
    assert expected(OfEntries("gce", "l2"), {"tier": "EXACT"}) == {"tier": "EXACT"}


def test_every_wanted_change_is_about_a_record_and_changes_it() -> None:
    names = {str(q): said for q, said in {**book.read_catalogue(of_entries()), **book.read_generated()}.items()}
    for change in compared.wanted():
        assert change["why"]
        for of in change["of"]:
            assert names[of].get(change["field"]) != change["now"], of
