"""Losses and regularizers as numbers at the paper's parameters, by the definitions of tests/definitions.py."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from mpmath import mp, mpf

from symcheck.intake.catalogue import loss_named, regularizer_named
from symcheck.language.recording import Kind
from tests.definitions import TABLES, written

DIGITS = 60

ROUNDING = mpf(10) ** -40
"""Numbers below 10^6 computed with 60 digits in less than 10^6 operations are right to 10^-40."""

Value = Callable[..., Any]


def classes_of(kind: Kind, name: str) -> int:
    """Three classes, or the only number of classes that the formula has."""
    entry = loss_named(name) if kind == "loss" else regularizer_named(name)
    return entry.classes.fixed or 3


@cache
def valued(kind: Kind, name: str, classes: int) -> Value:
    """l(z, y) or g(z) at the default values of the parameters, labels from 0."""
    entry = loss_named(name) if kind == "loss" else regularizer_named(name)
    numbers = {n: mpf(p.default.numerator) / p.default.denominator for n, p in entry.declared.items() if p.default}
    numbers |= {n: mpf(0) for n, p in entry.declared.items() if p.default == 0}
    arrays = written({name: a.at_default(classes) for name, a in entry.arrays.items()})

    def value(z: Sequence[Fraction], *label: int) -> Any:
        with mp.workdps(DIGITS):
            at = [mpf(x.numerator) / x.denominator for x in z]
            return +TABLES[kind][name](at, *label, **numbers, **arrays)

    return value


def loss_values(name: str, classes: int) -> Value:
    """l(z, y)."""
    return valued("loss", name, classes)


def regularizer_values(name: str, classes: int) -> Value:
    """g(z)."""
    return valued("regularizer", name, classes)


def random_points(classes: int, count: int, seed: int = 7) -> Iterator[list[Fraction]]:
    """Points z with small rational entries, no two of them equal, the same ones every time."""
    rng = random.Random(seed)
    for _ in range(count):
        entries = rng.sample(range(-60, 61), classes)
        yield [Fraction(e, 23) for e in entries]
