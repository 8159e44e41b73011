"""Coincidence patterns: which of finitely many class indices are equal.

What a formula that treats all classes alike says at indices (y, i, k, l) depends only on which of them
coincide, that is on a set partition of the index positions.  A pattern is its restricted growth string:
``(0, 0, 1)`` for (y, k, l) is k = y and l different.  A derivative is symmetric in the indices it was
taken in, so patterns that differ by their order are one.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import combinations, permutations, zip_longest

Pattern = tuple[int, ...]

Indices = tuple[bool, ...]
"""Of a value: whether it depends on the label y, on an entry index i, and on a second one; a last False is left out."""


@cache
def patterns(fixed: int, order: int, most: int) -> tuple[Pattern, ...]:
    """The patterns of ``fixed`` indices followed by ``order`` derivative indices, on at most ``most`` classes."""
    found: list[Pattern] = [()]
    for _ in range(fixed + order):
        found = [(*p, b) for p in found for b in range(blocks(p) + 1) if b < most]
    return tuple(sorted({canonical(p, fixed) for p in found}))


def blocks(pattern: Pattern) -> int:
    """The number of different classes in ``pattern``."""
    return max(pattern, default=-1) + 1


@cache
def canonical(pattern: Pattern, fixed: int) -> Pattern:
    """``pattern`` renumbered in order of appearance, the indices after the first ``fixed`` in the least order."""
    head, tail = pattern[:fixed], pattern[fixed:]
    # Derivatives do not depend on the order in which they are taken: of all orders one stands for all.
    return min(_renumbered(head + p) for p in set(permutations(tail)))


def _renumbered(pattern: Pattern) -> Pattern:
    names: dict[int, int] = {}
    return tuple(names.setdefault(b, len(names)) for b in pattern)


def joined(left: Indices, right: Indices) -> Indices:
    """What a value depends on that is made of two others."""
    return tuple(a or b for a, b in zip_longest(left, right, fillvalue=False))


@cache
def product_table(
    left: Indices, right: Indices, order: int, most: int
) -> tuple[tuple[Pattern, tuple[tuple[Pattern, Pattern, int], ...]], ...]:
    """Leibniz' rule: for each pattern of a product, the pairs of factors' patterns and how often they occur.

    ``left`` and ``right`` say of each factor which indices it depends on.
    """
    union = joined(left, right)
    fixed = sum(union)
    table = []
    for n in range(order + 1):
        for p in patterns(fixed, n, most):
            # Each derivative index goes to one of the two factors.
            pairs = Counter(
                (_part(p, union, left, chosen), _part(p, union, right, tuple(j for j in range(n) if j not in chosen)))
                for size in range(n + 1)
                for chosen in combinations(range(n), size)
            )
            table.append((p, tuple((a, b, count) for (a, b), count in pairs.items())))
    return tuple(table)


def _part(pattern: Pattern, union: Indices, indices: Indices, chosen: tuple[int, ...]) -> Pattern:
    """``pattern`` seen by a factor with the indices ``indices`` and the derivative indices ``chosen``."""
    fixed = sum(union)
    names = [n for n, present in enumerate(union) if present]
    head = tuple(pattern[j] for j, n in enumerate(names) if n < len(indices) and indices[n])
    return canonical(head + tuple(pattern[fixed + j] for j in chosen), sum(indices))


@cache
def widened(pattern: Pattern, indices: Indices, union: Indices, most: int) -> tuple[Pattern, ...]:
    """The patterns with the indices ``union`` that a value with the indices ``indices`` at ``pattern`` stands for."""
    order = len(pattern) - sum(indices)
    every = tuple(range(order))
    return tuple(p for p in patterns(sum(union), order, most) if _part(p, union, indices, every) == pattern)


@cache
def sum_table(at: int, order: int, most: int) -> tuple[tuple[Pattern, tuple[Pattern, ...], Pattern | None, int], ...]:
    """How to sum over the index i that comes after ``at`` others: for each pattern without i, the patterns where i
    meets a class that is named, the pattern where it meets none (None on too few classes), and the number of classes
    named.

    The sum is that over the first ones, plus (C - number) times the last.
    """
    table = []
    for n in range(order + 1):
        for p in patterns(at, n, most):
            named = blocks(p)
            meet = tuple(canonical((*p[:at], b, *p[at:]), at + 1) for b in range(named))
            # On too few classes every class is named.
            other = canonical((*p[:at], named, *p[at:]), at + 1) if named < most else None
            table.append((p, meet, other, named))
    return tuple(table)


@cache
def at_other_table(label: bool, order: int) -> tuple[tuple[Pattern, Pattern], ...]:
    """The patterns of v_k for the one class k other than y, with two classes, each with the pattern of v there."""
    return tuple(
        (p, canonical((0, 1, *p[1:]), 2) if label else canonical((1, *p[1:]), 1))
        for n in range(order + 1)
        for p in patterns(1, n, 2)
    )


@cache
def at_label_table(label: bool, order: int, most: int) -> tuple[tuple[Pattern, Pattern], ...]:
    """The patterns of v[y], each with the pattern of v where the entry index i is y."""
    return tuple(
        (p, canonical((p[:1] + p) if label else p, 2 if label else 1))
        for n in range(order + 1)
        for p in patterns(1, n, most)
    )
