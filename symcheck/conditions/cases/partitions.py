"""Cases: partitions of a scope's classes, and their common refinement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from symcheck.language.scope import Classes

T = TypeVar("T")
Partition = Sequence[tuple[Classes, T]]
"""Disjoint runs of classes in increasing order, each with what holds on it."""


def refined(*partitions: Partition[T]) -> tuple[tuple[Classes, tuple[T, ...]], ...]:
    """The coarsest partition on which each of ``partitions`` (of the same classes) is constant."""
    # Runs have no gaps, so that each is known by where it begins.
    starts = sorted({classes.low for p in partitions for classes, _ in p})
    last = partitions[0][-1][0].high
    ends = [start - 1 for start in starts[1:]] + [last]
    return tuple(
        (Classes(low, high), tuple(_value_at(p, low) for p in partitions))
        for low, high in zip(starts, ends, strict=True)
    )


def merged(cases: Iterable[tuple[Classes, T]]) -> tuple[tuple[Classes, T], ...]:
    """``cases`` with neighbours joined where the same holds on them."""
    joined: list[tuple[Classes, T]] = []
    for classes, value in cases:
        if joined and joined[-1][1] == value:
            joined[-1] = (Classes(joined[-1][0].low, classes.high), value)
        else:
            joined.append((classes, value))
    return tuple(joined)


def _value_at(partition: Partition[T], classes: int) -> T:
    return next(value for run, value in partition if classes in run)
