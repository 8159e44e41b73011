"""The samples themselves: correct ones are their formula, planted ones are not, and not by a little."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.numerics.audits.implementations import planted, right
from tests.numerics.audits.implementations.planted import DEFECTS
from tests.numerics.audits.implementations.right import CORRECT
from tests.numerics.audits.implementations.sample import Correct, Defect
from tests.numerics.audits.implementations.truth import distances
from tests.sampled import one_in

ROUNDING = 1e-6  # a float32 buffer holds 0.7 to 2e-8; what is planted is larger


@pytest.mark.parametrize("sample", one_in(5, [*CORRECT, *right.NEAR_MISSES], ids=str))
def test_correct_code_is_the_formula(sample: Correct) -> None:
    assert max(distances(sample)) < ROUNDING


@pytest.mark.parametrize("sample", one_in(4, [*DEFECTS, *planted.NEAR_MISSES], ids=str))
def test_planted_code_is_not_the_formula(sample: Defect) -> None:
    value, gradient = distances(sample, (0.0, 1e-7, 0.1, 1.0, 5.0, 20.0))
    assert max(value, gradient) > 3 * ROUNDING
    kinds = set(sample.kinds)
    if kinds <= {"DETACHED", "WRONG_BACKWARD"} or kinds == {"CONSTANT"}:
        # One of the two is right: of a function whose gradient is N times too large, either, by the reduction.
        assert min(value, gradient) < ROUNDING


@pytest.mark.parametrize("sample", planted.HIDDEN, ids=str)
def test_hidden_faults_are_not_seen_at_usual_points(sample: Defect) -> None:
    assert max(distances(sample)) < ROUNDING


def test_there_are_enough_of_each_kind() -> None:
    counted = Counter(sample.kinds[0] for sample in DEFECTS)
    assert len(counted) == 9
    assert min(counted.values()) >= 6
    assert counted.total() >= 100
    assert len(CORRECT) >= 90
    assert len({sample.formula for sample in CORRECT}) >= 60
    assert len({sample.name for sample in (*DEFECTS, *CORRECT)}) == len(DEFECTS) + len(CORRECT)
