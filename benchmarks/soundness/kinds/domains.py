"""Formulas at the edge of where they have a value: roots of 0, whole powers of -1, 0 to a power, arccos(-1)."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import CE, L2, SMOOTH, C, Term, Y, Z, drawn, free, number, pair, some_classes
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import abs, arccos, branch, log, onehot, relu, sqrt, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import lift

N = Parameter("n", at_least=0, integer=True)
Q = Parameter("q", above=0)

LISTED = (
    lambda: pair((sqrt(C - 2) + 1) * CE, at=(2,)),
    lambda: pair(((-1) ** N + 2) * CE, n=(0, 1, 2)),
    lambda: pair(arccos(lift(-1)) * CE),
    lambda: pair(sqrt((Z[Y] ** 3 + (C - 3)) ** 2) + CE, at=(3,)),
    lambda: pair(total(onehot(Y) ** Fraction(3, 2)) + CE),
    lambda: pair(sqrt(C - 3) * CE, at=(3,), classes=(3, 10)),
    lambda: pair((1 + (C - 2) ** Q) * CE, at=(2,)),
    lambda: pair(((-2) ** N + 2**N + 1) * CE, n=(0, 1)),
    lambda: pair(CE, sqrt(total(Z**2)) ** 2),
    lambda: pair(log(C - 1) * CE + CE, at=(2,)),
    lambda: pair(log(C - 2) * CE, at=(2,)),
    lambda: pair(CE / (C - 2), at=(2,)),
    lambda: pair((1 + lift(0) ** Q) * CE),
    lambda: pair(CE * (1 + sqrt(relu(3 - C))), at=(3,)),
    lambda: pair(CE * (arccos(1 - 2 / C) + 1), at=(2,)),
    lambda: pair(CE + abs(Z[Y] - C + 3) ** Fraction(5, 2), at=(3,)),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    c, base = rng.choice((2, 2, 3, 4, 5)), rng.choice(SMOOTH)
    q, a = Fraction(rng.choice((1, 3, 5, 7)), rng.choice((2, 3, 4))), free("a", rng)
    edge: Term = rng.choice((C - c, (C - c) ** 2, (C - c) * (C - c - 1), 1 - Fraction(c) / C, a - 1, relu(C - c), a))
    root = rng.choice((sqrt(edge), edge**q, abs(edge) ** q, sqrt(edge**2), edge ** Parameter("b", above=0)))
    loss = rng.choice((
        lambda: (root + 1) * base,
        lambda: root * base,
        lambda: base + root * total(onehot(Y) ** q),
        lambda: ((-1) ** N * number(rng, 1, 2) + 2) * base,
        lambda: ((-1) ** (N + 1) + Fraction(5, 4)) * base,
        lambda: base + sqrt((Z[Y] ** rng.choice((1, 2, 3)) + edge) ** 2),
        lambda: base * (1 + arccos(Fraction(rng.choice((-1, 0, 1))) + 0 * C)),
        lambda: base * (2 + branch(edge, sqrt(abs(edge)), 0)),
        lambda: base + log(1 + root) * base,
    ))()  # fmt: skip
    classes = rng.choice((some_classes(rng), (c, c + 5), None))
    g = rng.choice((L2, L2, L2, sqrt(total(Z**2)) ** rng.choice((1, 2, 3, 4)), L2 + total(abs(Z) ** q)))
    return pair(loss, g, classes=classes, at=(c, c + 1), a=(1, 0), n=(0, 1, 2, 3))
