"""All correct samples."""

from __future__ import annotations

from tests.numerics.audits.implementations.correct import cross_entropies, of_all_classes, of_the_label, of_the_logits
from tests.numerics.audits.implementations.near_misses import (
    around_the_code,
    constants,
    of_the_batch,
    own_backwards,
    right_all_the_same,
)
from tests.numerics.audits.implementations.sample import Correct

CORRECT: tuple[Correct, ...] = (
    *cross_entropies.CORRECT,
    *of_the_label.CORRECT,
    *of_all_classes.CORRECT,
    *of_the_logits.CORRECT,
)

NEAR_MISSES: tuple[Correct, ...] = (
    *right_all_the_same.CORRECT,
    *constants.CORRECT,
    *around_the_code.CORRECT,
    *own_backwards.CORRECT,
    *of_the_batch.CORRECT,
)
"""Correct, and hard to run or with the looks of a defect."""
