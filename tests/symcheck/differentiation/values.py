"""Values of derivatives at points, and of what they are compared with: the definitions of the catalogue in mpmath."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

from flint import ctx
from mpmath import mp, mpf

from symcheck.conditions.agreement.points import array_points
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.differentiation.readings import EntriesSeries
from symcheck.entry import Entry
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.explicit.series import BITS
from tests.definitions import HELD, TABLES, written

EVERY = [(kind, name) for kind in ("loss", "regularizer") for name in names(kind)]  # type: ignore[arg-type]

DIGITS = 90
STEP = Fraction(1, 10**20)


@dataclass(frozen=True)
class At:
    """Scores, the label from 0, and values of parameters and arrays."""

    z: tuple[Fraction, ...]
    y: int
    values: dict[str, Fraction]
    arrays: dict[str, Array]

    def moved(self, *places: tuple[int, int]) -> list[Fraction]:
        """The scores, of which those at ``places`` are moved by so many steps."""
        return [x + STEP * sum(n for k, n in places if k == i) for i, x in enumerate(self.z)]


def entry(kind: str, name: str) -> Entry:
    return loss_named(name) if kind == "loss" else regularizer_named(name)


def scores(classes: int, start: int) -> tuple[Fraction, ...]:
    """Scores of both signs, of which no two have one absolute value; small ones, and larger ones; exact in balls."""
    return tuple(Fraction((-1) ** (k + start) * (6 * k + 5 + 2 * start) * (1 + 2 * start), 32) for k in range(classes))


def points(of: Entry, classes: int, count: int = 2) -> Iterator[At]:
    formula = of.recorded
    if classes not in of.classes or formula.fixed_classes not in (None, classes):
        return
    for place, here in enumerate(islice(array_points(formula, scope_with(Scope(), formula), classes), count)):
        for y in range(classes):
            yield At(scores(classes, place), y, dict(here.values), dict(here.arrays))


def entries(formula: Formula, at: At, count: int) -> list[Any]:
    """The entries of a class-vector or of a quantity of two classes, as numbers of mpmath."""
    needed = {p.name for p in formula.parameters}
    values = {n: v for n, v in at.values.items() if n in needed}
    with ctx.workprec(BITS):
        zero = [Fraction(0)] * len(at.z)
        reading = EntriesSeries(at.z, zero, values, y=at.y, order=1, one_sided=False)
        balls = reading.entries(formula.with_arrays(at.arrays), count)
        return [mpf(b.mid().str(60, radius=False)) for b in balls]


def definition(kind: str, name: str, of: Entry, at: At) -> Callable[[Sequence[Fraction]], Any]:
    """The definition as a function of the scores alone; what is detached stays at the scores of ``at``."""
    given = {n: exact(v) for n, v in {**of.values, **at.values}.items()} | written(at.arrays)
    given |= written({a.name: a for a in of.recorded.arrays if a.values})
    given = {n: v for n, v in given.items() if n in {**of.declared, **of.declared_arrays}}
    label = [at.y] if kind == "loss" else []
    if name in HELD:
        held = [exact(x) for x in at.z]
        return lambda z: HELD[name]([exact(x) for x in z], at.y, held, **given)
    return lambda z: TABLES[kind][name]([exact(x) for x in z], *label, **given)


def exact(x: Fraction) -> Any:
    return mpf(x.numerator) / x.denominator


def differences(function: Callable[[Sequence[Fraction]], Any], at: At) -> list[Any]:
    """Central differences along each axis."""
    width = 2 * exact(STEP)
    return [(function(at.moved((j, 1))) - function(at.moved((j, -1)))) / width for j in range(len(at.z))]


def second_differences(function: Callable[[Sequence[Fraction]], Any], at: At, j: int, k: int) -> Any:
    """The central difference of second order along two axes, which may be one."""
    corners = ((1, 1), (1, -1), (-1, 1), (-1, -1))
    total = sum(a * b * function(at.moved((j, a), (k, b))) for a, b in corners)
    return total / (4 * exact(STEP) ** 2)


def close(a: Any, b: Any, digits: int) -> bool:
    return bool(abs(a - b) <= mpf(10) ** -digits * (1 + abs(a) + abs(b)))


def precise() -> Any:
    return mp.workdps(DIGITS)
