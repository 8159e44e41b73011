"""Points of a scope to look at: its ends, thresholds and what lies just beside them, whole numbers, some far out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from benchmarks.soundness.truth.expressions import ends
from benchmarks.soundness.truth.point import Point
from symcheck.findings.case import Case
from symcheck.language.array import Array
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope
from symcheck.language.vector_array import VectorArray

Place = Fraction | int | Callable[[int], Fraction | int]
"""A value of a parameter, or one for each C."""

MOST = 20
"""At most so many points of a scope are looked at."""

FEW_CLASSES = 5
"""With arrays that are free, up to so many classes."""

NICE = (
    Fraction(1, 2), *map(Fraction, (1, 2, 3, 4, 5, 7, 10, 100, 1000, 0, -1, -2, -3, -10)), Fraction(3, 2),
    Fraction(1, 3), Fraction(5, 2), Fraction(1, 4), Fraction(3, 4), Fraction(1, 10), Fraction(9, 10),
    Fraction(-1, 2), Fraction(1, 100),
)  # fmt: skip
BESIDE = Fraction(1, 1000)


@dataclass(frozen=True)
class Marks:
    """Where something may change: numbers of ``classes``, and ``values`` of parameters by name."""

    classes: tuple[int, ...] = ()
    values: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)


def is_whole(scope: Scope, points: Sequence[Point]) -> bool:
    """Whether ``points`` are all the points of ``scope``."""
    if scope.parameters or scope.arrays or scope.classes.high is None:
        return False
    return {p.classes for p in points} == set(range(scope.classes.low, scope.classes.high + 1))


def points_of(scope: Scope, marks: Marks, rows: Sequence[Case], rng: random.Random, most: int = MOST) -> list[Point]:
    """Points of ``scope`` with its ``marks``, and with the ends of the ``rows``."""
    numbers = _classes(scope, marks, rows, rng)
    each = max(2, most // len(numbers)) if scope.parameters or scope.arrays else 1
    found: dict[object, Point] = {}
    for n in numbers:
        for point in _with(scope, marks, rows, n, each, rng):
            found.setdefault(point.key, point)
    return list(found.values())[:most]


def _classes(scope: Scope, marks: Marks, rows: Sequence[Case], rng: random.Random) -> list[int]:
    low = scope.classes.low
    high = scope.classes.high
    wanted = [low, low + 1]
    wanted += [n + k for n in marks.classes for k in (-1, 0, 1)]
    for row in rows:
        wanted += [row.classes.low - 1, row.classes.low]
        wanted += [] if row.classes.high is None else [row.classes.high, row.classes.high + 1]
    wanted += [] if high is None else [high, high - 1]
    far = [10**7, 1000, 100] if not scope.arrays else []
    wanted += [low + 2, *far, low + 3, rng.randint(low, low + 12), rng.randint(low, low + 200)]
    inside = [n for n in dict.fromkeys(wanted) if n in scope.classes]
    if scope.arrays:
        inside = [n for n in inside if n <= FEW_CLASSES] or inside[:1]
    return inside[:7] if scope.parameters or scope.arrays else inside[:14]


def _with(scope: Scope, marks: Marks, rows: Sequence[Case], n: int, most: int, rng: random.Random) -> Iterator[Point]:
    """Points with C = n."""
    if not scope.parameters and not scope.arrays:
        yield Point(n)
        return
    hints = {p.name: _hints(p, marks, rows, n) for p in scope.parameters}
    others = {p.name: _others(p, rng) for p in scope.parameters}
    names = list(hints)
    short = [(hints[name] + others[name])[:4] for name in names]
    chosen = list(product(*short))
    rng.shuffle(chosen)
    if len(names) == 1:
        one = hints[names[0]]
        chosen = [(v,) for v in [*rng.sample(one, min(len(one), most - 1)), *others[names[0]]]]
    else:
        drawn = [tuple(rng.choice(hints[m] + others[m]) for m in names) for _ in range(most)]
        chosen = [x for pair in zip(drawn, [*chosen, *drawn], strict=False) for x in pair]
    for values in chosen[:most]:
        arrays = {a.name: _entries(a, n, rng) for a in scope.arrays}
        if None not in arrays.values():
            yield Point(n, dict(zip(names, values, strict=True)), {k: a for k, a in arrays.items() if a is not None})


def _hints(p: Parameter, marks: Marks, rows: Sequence[Case], n: int) -> list[Fraction]:
    """Closed ends, marks, the ends that rows name, and what lies beside all of these."""
    interval = p.interval
    wanted = [e for e in (interval.low, interval.high) if e is not None]
    wanted += [Fraction(place(n) if callable(place) else place) for place in marks.values.get(p.name, ())]
    names = {"C": Fraction(n)}
    for row in rows:
        wanted += [v for name, v in ends(row.where, names) if name == p.name and isinstance(v, Fraction)]
    return _inside(interval, [x + d for x in wanted for d in _beside(interval)])


def _beside(interval: Interval) -> tuple[Fraction, ...]:
    step = Fraction(1) if interval.integer else BESIDE
    return Fraction(0), step, -step


def _others(p: Parameter, rng: random.Random) -> list[Fraction]:
    """Ordinary numbers inside."""
    low, high = p.interval.low, p.interval.high
    wanted = rng.sample(NICE, len(NICE))
    if low is not None and high is not None:
        wanted = [low + (high - low) * Fraction(rng.randint(1, 19), 20) for _ in range(4)] + wanted
    elif low is not None or high is not None:
        start = low if low is not None else high
        assert start is not None
        wanted += [start + (1 if low is not None else -1) * x for x in NICE if x > 0]
    if p.interval.integer:
        wanted = [Fraction(rng.randint(-6, 12)) for _ in range(6)] + [Fraction(int(x)) for x in wanted]
    return _inside(p.interval, wanted)


def _inside(interval: Interval, wanted: Iterable[Fraction]) -> list[Fraction]:
    return [x for x in dict.fromkeys(wanted) if x in interval]


def _entries(array: Array, n: int, rng: random.Random) -> Array | None:
    """Entries for n classes: sometimes regular ones, sometimes drawn."""
    if isinstance(array, VectorArray) and rng.random() < 0.5:
        drawn = [Fraction(rng.randint(1, 9), rng.choice((1, 2, 5))) for _ in range(n)]
        if array.total is not None:
            drawn = [x * array.total / sum(drawn) for x in drawn]
        if not array.objection((tuple(drawn),)):
            return array.given(drawn)
    samples = list(array.samples(n))
    return rng.choice(samples) if samples else None
