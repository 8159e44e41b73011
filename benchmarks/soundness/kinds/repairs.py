"""Repairs of pairs of the other kinds: those about losses, about penalties, and about what decides by cases."""

from __future__ import annotations

import random

from benchmarks.soundness.kinds import FILES
from benchmarks.soundness.pair import Pair
from benchmarks.soundness.repaired import Repaired
from benchmarks.soundness.trial import Skipped

FROM = (
    "catalogue", "classwise", "drifts", "integer_parameters", "kinks_that_vanish", "random_formulas", "regularizers",
    "signs_of_kappa", "thresholds_in_c", "thresholds_in_parameters", "ties", "two_kinks",
)  # fmt: skip
"""The kinds whose pairs are mended."""

TRIES = 20
"""A kind may draw something else than a pair so many times."""


def trial(rng: random.Random, index: int) -> Repaired:
    """The repairs of one pair, from each kind in turn."""
    kind = FILES.module(FROM[index % len(FROM)]).trial
    drawn = (kind(rng, index // len(FROM) + k) for k in range(TRIES))
    found = next((t for t in drawn if isinstance(t, Pair)), None)
    if found is None:
        raise Skipped("no pair was drawn")
    return Repaired(found)
