"""Properties of l and g for all z: convexity, bounds and symmetry of formulas that are drawn."""

from __future__ import annotations

import random

from benchmarks.soundness.far import Far
from benchmarks.soundness.kinds import minimisers, random_formulas
from symcheck.findings.condition import Condition

CONDITIONS = (
    Condition.LOSS_CONVEX,
    Condition.REGULARIZER_CONVEX,
    Condition.LOSS_BOUNDED,
    Condition.LOSS_BOUNDED_BELOW,
    Condition.LOSS_SYMMETRIC,
)


def trial(rng: random.Random, index: int) -> Far:
    """A pair of random formulas, or one of those whose minimisers are looked at."""
    drawn = (random_formulas if index % 2 else minimisers).trial(rng, index)
    return Far(drawn.loss, drawn.regularizer, CONDITIONS, drawn.classes, f"properties {index}")
