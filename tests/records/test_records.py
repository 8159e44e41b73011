"""What certificates say is what they said at the start of the work on one engine: verdicts, cases, witnesses, orders.

The records were made with the code of 30 November 2026, before the readings and the conditions were joined.  They hold
values and no sentences, which may change for the better.  ``python -m tests.records`` compares all of them in two
processes and takes a part by name; ``--write`` makes them again, which is for a change of what is true alone: a change
that is wanted stands in ``wanted.jsonl`` with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.records import book
from tests.records.compared import differences, told
from tests.records.questions import OfEntries, Question, of_entries
from tests.records.said import Said

PARTS = 24
STEP = 97
"""Of the catalogue every so many are compared in the fast tests, and every ``STEP_OF_GENERATED``-th generated one."""
STEP_OF_GENERATED = 9


@pytest.fixture(autouse=True)
def _proofs_are_verified() -> None:
    """What the small checker makes of the proofs is recorded, the refusals of true statements among it."""


def compare(questions: Sequence[OfEntries]) -> None:
    records: dict[Question, Said] = {**book.read_catalogue(questions)}
    found = list(differences(records))
    assert not found, told(found)


def test_a_sample_of_the_catalogue_is_as_recorded() -> None:
    compare(list(of_entries())[::STEP])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_catalogue_is_as_recorded(part: int) -> None:
    questions = list(of_entries())
    size = -(-len(questions) // PARTS)
    compare(questions[part * size :][:size])


def generated(part: int) -> None:
    records: dict[Question, Said] = dict(list(book.read_generated().items())[part::STEP_OF_GENERATED])
    found = list(differences(records))
    assert not found, told(found)


def test_a_sample_of_generated_pairs_is_as_recorded() -> None:
    generated(0)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(1, STEP_OF_GENERATED))
def test_generated_pairs_are_as_recorded(part: int) -> None:
    generated(part)
