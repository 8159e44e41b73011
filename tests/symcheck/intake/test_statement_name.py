"""Names of statements: spellings that mean one thing, and some that do not."""

from __future__ import annotations

import pytest

from symcheck.intake.statement_name import statement_key
from symcheck.theorems import theorem_named, theorems
from symcheck.theorems.base import Theorem

ONE = [
    ("Theorem 3", "theorem 3", "THEOREM  3", "theorem-3", "theorem_3", "theorem3", "3", " 3 ", "Thm 3", "thm. 3", "T3"),
    ("Theorem 2'", "2'", "theorem 2 prime", "theorem-2-prime", "Theorem 2\u2019", "Theorem 2\u2032", "thm 2'"),
    ("Lemma 1", "lemma-1", "lem. 1", "LEMMA_1", "L1"),
    ("Corollary 1", "cor 1", "corollary-1", "Cor. 1"),
    ("Definition 2", "def 2", "Def. 2", "definition_2"),
    ("(2)", "eq. 2", "Equation 2", "eq-2"),
    ("section 5", "Sec. 5", "SECTION-5"),
]


@pytest.mark.parametrize("spellings", ONE, ids=[names[0] for names in ONE])
def test_spellings_of_one_name(spellings: tuple[str, ...]) -> None:
    assert len(set(map(statement_key, spellings))) == 1


def test_other_names_stay_apart() -> None:
    keys = [statement_key(names[0]) for names in ONE]
    others = ("Theorem 2", "Theorem 33", "E10", "E1", "Ghosh", "def-noise", "Theorem on shared features")
    keys += map(statement_key, others)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("theorem", theorems(), ids=lambda theorem: theorem.name)
def test_every_theorem_is_found_by_its_name_with_dashes(theorem: Theorem) -> None:
    name = theorem.name
    for spelled in (name, name.lower().replace(" ", "-"), name.upper().replace(" ", "_"), name.replace("'", " prime")):
        assert theorem_named(spelled) is theorem
