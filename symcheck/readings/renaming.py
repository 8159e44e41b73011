"""Coincidence patterns with names: which class of a pattern is which class of the pattern that it is a part of.

What a formula says at a pattern may depend on the classes themselves, not only on which of them coincide.  The
coefficient at a pattern is then a function of its classes 0, 1, ..., and whoever uses it at a part of another
pattern has to say what these are called there.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import combinations, permutations

from symcheck.readings.pattern import Indices, Pattern, blocks, patterns

Named = tuple[Pattern, tuple[int, ...]]
"""A pattern in canonical form, and what its classes 0, 1, ... were called before."""


@cache
def named_canonical(pattern: Pattern, fixed: int) -> Named:
    """``pattern`` renumbered as by ``canonical``, with the old names of its classes."""
    head, tail = pattern[:fixed], pattern[fixed:]
    # Sorted: of two orders with one pattern the names may differ, and every process has to choose the same.
    return min(_renumbered(head + p) for p in sorted(set(permutations(tail))))


def _renumbered(pattern: Pattern) -> Named:
    names: dict[int, int] = {}
    renumbered = tuple(names.setdefault(b, len(names)) for b in pattern)
    return renumbered, tuple(names)


@cache
def named_products(
    left: Indices, right: Indices, order: int, most: int
) -> tuple[tuple[Pattern, tuple[tuple[Named, Named, int], ...]], ...]:
    """Leibniz' rule: for each pattern of a product, the pairs of factors' patterns and how often they occur."""
    union = (left[0] or right[0], left[1] or right[1])
    table = []
    for n in range(order + 1):
        for p in patterns(sum(union), n, most):
            pairs = Counter(
                (
                    named_part(p, union, left, chosen),
                    named_part(p, union, right, tuple(j for j in range(n) if j not in chosen)),
                )
                for size in range(n + 1)
                for chosen in combinations(range(n), size)
            )
            table.append((p, tuple((a, b, count) for (a, b), count in pairs.items())))
    return tuple(table)


@cache
def named_part(pattern: Pattern, union: Indices, indices: Indices, chosen: tuple[int, ...]) -> Named:
    """``pattern`` seen by a quantity with the indices ``indices`` and the derivative indices ``chosen``."""
    fixed = sum(union)
    names = [n for n in (0, 1) if union[n]]
    head = tuple(pattern[j] for j, n in enumerate(names) if indices[n])
    return named_canonical(head + tuple(pattern[fixed + j] for j in chosen), sum(indices))


@cache
def named_wide(indices: Indices, union: Indices, order: int, most: int) -> tuple[tuple[Pattern, Named], ...]:
    """For each pattern with the indices ``union``, the one that a value with the indices ``indices`` has there."""
    return tuple(
        (p, named_part(p, union, indices, tuple(range(n))))
        for n in range(order + 1)
        for p in patterns(sum(union), n, most)
    )


@cache
def named_entries(indices: Indices, order: int, most: int) -> tuple[tuple[Pattern, tuple[Named, ...]], ...]:
    """For each pattern of a vector v with ``indices``, the patterns of v where its entry index is each of the
    pattern's classes, and last where it is another class, which is called by the next number.

    The first pattern keeps the entry index; without it (``indices[1]`` False) it is that of a sum over v.
    """
    label, entry = indices
    at = int(label)
    table = []
    for n in range(order + 1):
        for p in patterns(at + entry, n, most):
            rest = p[:at] + p[at + entry :]
            found = tuple(named_canonical((*rest[:at], b, *rest[at:]), at + 1) for b in range(blocks(p) + 1))
            table.append((p, found))
    return tuple(table)


@cache
def named_at_label(label: bool, order: int, most: int) -> tuple[tuple[Pattern, Named], ...]:
    """The patterns of v[y], each with the pattern of v where the entry index is y."""
    return tuple(
        (p, named_canonical((p[:1] + p) if label else p, 2 if label else 1))
        for n in range(order + 1)
        for p in patterns(1, n, most)
    )
