"""Every loss and regularizer of the catalogue: with free parameters, with given ones, at one C."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.judge.points import Marks
from benchmarks.soundness.kinds._material import CE, L2
from benchmarks.soundness.pair import Pair
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes

NUMBERS = (
    Fraction(1, 2), *map(Fraction, (1, 2, 3, 10, 0, -4, 4, 20, 5)), Fraction(5, 2), Fraction(7, 10), Fraction(21, 2),
    Fraction(3, 2), Fraction(1, 10), Fraction(9, 10),
)  # fmt: skip


def trial(rng: random.Random, index: int) -> Pair:  # noqa: ARG001 - all are drawn
    """A loss with l2, or a regularizer with cross-entropy, some parameters of which are given."""
    of_loss = rng.random() < 0.75
    entry = (loss_named if of_loss else regularizer_named)(rng.choice(names("loss" if of_loss else "regularizer")))
    formula = entry.recorded
    values = {}
    for p in formula.parameters:
        inside = [x for x in NUMBERS if x in p.interval]
        if inside and rng.random() < 0.5:
            values[p.name] = rng.choice(inside)
    formula = formula.with_values(values)
    classes = entry.classes
    if rng.random() < 0.3:
        n = rng.choice((2, 3, 4, 10, 11, 100))
        classes = Classes.of(n) if n in classes else classes
    marks = Marks(
        tuple(int(v) for v in values.values() if 2 <= v < 100), {p.name: (lambda n: n, 1) for p in formula.parameters}
    )
    plain = Formula.of(L2 if of_loss else CE)
    return Pair(formula if of_loss else plain, plain if of_loss else formula, classes, marks)
