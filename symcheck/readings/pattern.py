"""Coincidence patterns of class indices: which of them name the same class, and what classes are called in a part.

A derivative of a quantity has indices: the label y, an entry i, the logits k, l, ... it was taken by.  A pattern is a
set partition of the index positions, written as its restricted growth string: ``(0, 0, 1)`` for (y, k, l) is k = y and
l different.  A derivative is symmetric in the indices it was taken in, so patterns that differ by their order are one.

What a formula says at a pattern may depend on the classes themselves, not only on which of them coincide: the
coefficient is then a function of the pattern's classes 0, 1, ..., and whoever uses it at a part of another pattern has
to say what these are called there.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import combinations, permutations, zip_longest
from typing import NamedTuple

Pattern = tuple[int, ...]

Indices = tuple[bool, ...]
"""Of a value: whether it depends on the label y, on an entry index i, and on a second one; a last False is left out."""


class Seen(NamedTuple):
    """A ``pattern`` as a part of another one, where its classes 0, 1, ... are called ``names``, () if just that."""

    pattern: Pattern
    names: tuple[int, ...] = ()


@cache
def patterns(fixed: int, order: int, most: int) -> tuple[Pattern, ...]:
    """The patterns of ``fixed`` indices followed by ``order`` derivative indices, on at most ``most`` classes."""
    found: list[Pattern] = [()]
    for _ in range(fixed + order):
        found = [(*p, b) for p in found for b in range(blocks(p) + 1) if b < most]
    return tuple(sorted({canonical(p, fixed) for p in found}))


@cache
def all_patterns(fixed: int, order: int, most: int) -> tuple[Pattern, ...]:
    """The patterns of ``fixed`` indices and of up to ``order`` derivative indices."""
    return tuple(p for n in range(order + 1) for p in patterns(fixed, n, most))


def blocks(pattern: Pattern) -> int:
    """The number of different classes in ``pattern``."""
    return max(pattern, default=-1) + 1


def canonical(pattern: Pattern, fixed: int) -> Pattern:
    """``pattern`` renumbered in order of appearance, the indices after the first ``fixed`` in the least order."""
    return seen(pattern, fixed).pattern


@cache
def seen(pattern: Pattern, fixed: int) -> Seen:
    """``pattern`` in its canonical form, with the names that its classes had."""
    head, tail = pattern[:fixed], pattern[fixed:]
    # Derivatives do not depend on the order in which they are taken: of all orders one stands for all.  Of two with one
    # pattern the names may differ, and every process has to choose the same.
    found, names = min(_renumbered(head + p) for p in set(permutations(tail)))
    return Seen(found, () if names == tuple(range(len(names))) else names)


def _renumbered(pattern: Pattern) -> tuple[Pattern, tuple[int, ...]]:
    names: dict[int, int] = {}
    renumbered = tuple(names.setdefault(b, len(names)) for b in pattern)
    return renumbered, tuple(names)


def joined(left: Indices, right: Indices) -> Indices:
    """What a value depends on that is made of two others."""
    return tuple(a or b for a, b in zip_longest(left, right, fillvalue=False))


Factors = tuple[Pattern, tuple[int, ...], Pattern, tuple[int, ...], int]
"""The patterns of two factors, each with the names of its classes, and how often the two occur."""


@cache
def product_table(
    left: Indices, right: Indices, order: int, most: int, *, named: bool
) -> tuple[tuple[Pattern, tuple[Factors, ...]], ...]:
    """Leibniz' rule: what each pattern of a product is the sum of.

    ``left`` and ``right`` say of each factor which indices it depends on.  Unless classes are ``named``, factors that
    differ by the names of their classes are the same.
    """
    union = joined(left, right)
    fixed = sum(union)
    table = []
    for p in all_patterns(fixed, order, most):
        n = len(p) - fixed
        # Each derivative index goes to one of the two factors.
        pairs = (
            (_part(p, union, left, chosen), _part(p, union, right, tuple(j for j in range(n) if j not in chosen)))
            for size in range(n + 1)
            for chosen in combinations(range(n), size)
        )
        counted = Counter((*a, *b) if named else (a.pattern, (), b.pattern, ()) for a, b in pairs)
        table.append((p, tuple((*factors, count) for factors, count in counted.items())))
    return tuple(table)


def _part(pattern: Pattern, union: Indices, indices: Indices, chosen: tuple[int, ...]) -> Seen:
    """``pattern`` seen by a factor with the indices ``indices`` and the derivative indices ``chosen``."""
    fixed = sum(union)
    places = [n for n, present in enumerate(union) if present]
    head = tuple(pattern[j] for j, n in enumerate(places) if n < len(indices) and indices[n])
    return seen(head + tuple(pattern[fixed + j] for j in chosen), sum(indices))


@cache
def wide_table(indices: Indices, union: Indices, order: int, most: int) -> tuple[tuple[Pattern, Seen], ...]:
    """For each pattern with the indices ``union``, the one that a value with the indices ``indices`` has there."""
    fixed = sum(union)
    return tuple((p, _part(p, union, indices, tuple(range(len(p) - fixed)))) for p in all_patterns(fixed, order, most))


@cache
def sum_table(
    at: int, order: int, most: int, *, kept: bool = False
) -> tuple[tuple[Pattern, tuple[Seen | None, ...]], ...]:
    """How to sum over the index that comes after ``at`` others: for each pattern without it, the patterns where it is
    each of the classes of that pattern, and last where it is another one, called by the next number (None on too few
    classes).

    With ``kept`` there is one more index after the ``at``, on which the summand does not depend: i in sum_j A_ij v_j.
    """
    table: list[tuple[Pattern, tuple[Seen | None, ...]]] = []
    for p in all_patterns(at + kept, order, most):
        rest = p[at + kept :]
        meet = (seen((*p[:at], b, *rest), at + 1) for b in range(blocks(p)))
        # On too few classes every class is named.
        other = seen((*p[:at], blocks(p), *rest), at + 1) if blocks(p) < most else None
        table.append((p, (*meet, other)))
    return tuple(table)


@cache
def at_label_table(label: bool, order: int, most: int) -> tuple[tuple[Pattern, Seen], ...]:
    """The patterns of v[y], each with the pattern of v where the entry index i is y."""
    return tuple((p, seen((p[:1] + p) if label else p, 2 if label else 1)) for p in all_patterns(1, order, most))


@cache
def at_other_table(label: bool, order: int) -> tuple[tuple[Pattern, Pattern], ...]:
    """The patterns of v_k for the one class k other than y, with two classes, each with the pattern of v there."""
    return tuple(
        (p, canonical((0, 1, *p[1:]), 2) if label else canonical((1, *p[1:]), 1)) for p in all_patterns(1, order, 2)
    )
