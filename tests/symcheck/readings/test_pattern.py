"""Coincidence patterns: counts from combinatorics, and tables checked by brute force over small C."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from symcheck.readings.pattern import (
    Seen,
    at_label_table,
    blocks,
    canonical,
    patterns,
    product_table,
    seen,
    sum_table,
    wide_table,
)

MANY = 99


def test_patterns_of_indices_in_order_are_counted_by_bell_numbers() -> None:
    # Bell numbers B_1 ... B_4: the set partitions of that many indices; with no derivative index none are merged
    assert [len(patterns(n, 0, MANY)) for n in (1, 2, 3, 4)] == [1, 2, 5, 15]


def test_patterns_merge_what_differs_by_the_order_of_differentiation_only() -> None:
    # (y, k, l): yyy, yyk = yky, ykk, ykl: four of the five partitions
    assert patterns(1, 2, MANY) == ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 2))
    # third derivatives of a label-free scalar: kkk, kkl, klm
    assert patterns(0, 3, MANY) == ((0, 0, 0), (0, 0, 1), (0, 1, 2))


def test_two_classes_have_no_third_index() -> None:
    assert patterns(1, 2, 2) == ((0, 0, 0), (0, 0, 1), (0, 1, 1))
    assert all(blocks(p) <= 2 for p in patterns(2, 3, 2))


def pattern_of(indices: tuple[int, ...], fixed: int) -> tuple[int, ...]:
    return canonical(indices, fixed)


def seen_by(who: tuple[bool, bool], at: dict[int, int], chosen: tuple[int, ...]) -> tuple[int, ...]:
    """The pattern of the label and entry indices ``at`` that a factor has, and of the ``chosen`` derivatives."""
    return canonical(tuple(at[i] for i in (0, 1) if who[i]) + chosen, sum(who))


@pytest.mark.parametrize("left", [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.parametrize("right", [(False, False), (True, False), (False, True), (True, True)])
def test_product_table_is_leibniz_rule_at_every_choice_of_classes(
    left: tuple[bool, bool], right: tuple[bool, bool]
) -> None:
    """For numbers f, g attached to patterns, the table's product equals the sum over subsets of derivatives."""
    order, classes = 2, 4
    names = [n for n in (0, 1) if left[n] or right[n]]
    table = dict(product_table(left, right, order, MANY, named=False))

    def value(seed: int, p: tuple[int, ...]) -> int:
        return hash((seed, p)) % 1009

    for n in range(order + 1):
        for indices in product(range(classes), repeat=len(names) + n):
            head, ks = indices[: len(names)], indices[len(names) :]
            at = dict(zip(names, head, strict=True))
            expected = sum(
                value(1, seen_by(left, at, tuple(ks[j] for j in chosen)))
                * value(2, seen_by(right, at, tuple(ks[j] for j in range(n) if j not in chosen)))
                for size in range(n + 1)
                for chosen in combinations(range(n), size)
            )
            pairs = table[pattern_of(indices, len(names))]
            assert expected == sum(value(1, a) * value(2, b) * count for a, _, b, _, count in pairs)


@pytest.mark.parametrize("label", [False, True])
@pytest.mark.parametrize("classes", [2, 3, 4, 6])
def test_sum_table_is_the_sum_over_all_classes(label: bool, classes: int) -> None:
    at = int(label)
    table = dict(sum_table(at, 2, min(classes, MANY)))
    for n in (0, 1, 2):
        for indices in product(range(classes), repeat=at + n):
            value = {q: hash(q) % 997 for q in patterns(at + 1, n, classes)}
            expected = sum(value[canonical((*indices[:at], i, *indices[at:]), at + 1)] for i in range(classes))
            *meet, other = table[canonical(indices, at)]
            rest = 0 if other is None else (classes - len(meet)) * value[other.pattern]
            assert expected == sum(value[q.pattern] for q in meet if q is not None) + rest


def test_patterns_with_one_more_index_are_those_without_it_at_each_of_their_classes() -> None:
    found = dict(wide_table((True, False), (True, True), 2, MANY))
    assert tuple(sorted(found)) == tuple(sorted(p for n in range(3) for p in patterns(2, n, MANY)))
    # of (y, i, k, l) the index i is left out
    assert all(canonical((p[0], *p[2:]), 1) == q.pattern for p, q in found.items())


@pytest.mark.parametrize("classes", [3, 4])
def test_names_say_which_class_of_a_part_is_which(classes: int) -> None:
    """With values f(y, i; k, l) that depend on the classes, and not only on which of them coincide."""

    def f(y: int, i: int, k: int, l: int) -> int:  # noqa: E741
        return hash((y, i, *sorted((k, l)))) % 1009  # symmetric in the logits that it is a derivative by

    at_label, sums = dict(at_label_table(True, 2, MANY)), dict(sum_table(1, 2, MANY))
    for y, k, m in product(range(classes), repeat=3):
        whole = seen((y, k, m), 1)
        called = whole.names or tuple(range(blocks(whole.pattern)))

        def value(q: Seen, names: tuple[int, ...] = called) -> int:
            return f(*(names[q.names[b] if q.names else b] for b in q.pattern))

        assert value(at_label[whole.pattern]) == f(y, y, k, m)
        *meet, other = sums[whole.pattern]
        assert other is not None
        total = sum(value(q) for q in meet if q is not None)
        total += sum(value(other, (*called, i)) for i in range(classes) if i not in called)
        assert total == sum(f(y, i, k, m) for i in range(classes))


def test_the_entry_at_the_label_is_where_both_indices_coincide() -> None:
    assert patterns_at_label(label=True) == {(0,): (0, 0), (0, 0): (0, 0, 0), (0, 1): (0, 0, 1)}
    assert patterns_at_label(label=False) == {(0,): (0,), (0, 0): (0, 0), (0, 1): (0, 1)}


def patterns_at_label(*, label: bool) -> dict[tuple[int, ...], tuple[int, ...]]:
    return {p: q.pattern for p, q in at_label_table(label, 1, MANY)}
