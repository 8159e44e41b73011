"""The parts of a scope as a tree of cuts, each at one number of classes or at one value of a parameter.

A report in several parts lists them in the order in which they were cut out; a proof splits the scope step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Generic, TypeVar

from symcheck.conditions.cases.parts import Part, Rewriting
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes

R = TypeVar("R")
Pair = tuple[Part, R]


@dataclass(frozen=True)
class Leaf(Generic[R]):
    """One part, for some of its numbers of classes and parameter values."""

    part: Part
    report: R


@dataclass(frozen=True)
class Cut(Generic[R]):
    """Where C or a parameter is ``below``, ``equal`` to and ``above`` the value ``at``."""

    name: str
    at: Formula | Fraction
    below: Tree[R]
    equal: Tree[R]
    above: Tree[R]


Tree = Leaf[R] | Cut[R]


def tree_of(pairs: Sequence[Pair[R]], classes: Classes, depth: int = 0) -> Tree[R]:
    """The parts of ``classes`` after so many of their rewritings."""
    pairs = _common(pairs, classes)
    ends = [p.scope.classes.high for p, _ in pairs]
    inside = [end for end in ends if end is not None and (classes.high is None or end < classes.high)]
    if inside:
        at = min(inside)
        low, high = Classes(classes.low, at), Classes(at + 1, classes.high)
        below, above = tree_of(pairs, low, depth), tree_of(pairs, high, depth)
        return Cut("C", Fraction(at), below, below, above)
    if len(pairs[0][0].rewritings) == depth:
        return Leaf(*pairs[0])
    cells = [list(cell) for _, cell in groupby(pairs, key=lambda pair: id(pair[0].rewritings[depth]))]
    return _along(cells, classes, depth)


def _common(pairs: Sequence[Pair[R]], classes: Classes) -> list[Pair[R]]:
    return [(p, r) for p, r in pairs if p.scope.classes.common(classes) is not None]


def _along(cells: list[list[Pair[R]]], classes: Classes, depth: int) -> Tree[R]:
    """The cells of one parameter, in rising order: intervals, and the values between them."""
    first, here = cells[0], cells[0][0][0].rewritings[depth]
    tree = tree_of(first, classes, depth + 1)
    if len(cells) == 1:
        return tree
    before = first[0][0].rewritings[:depth]
    name = _origin(here, before)[0].parameter.name
    rest = _along(cells[1:], classes, depth)
    if here.fresh is None:
        # It is the closed end of the interval, so what is not above it is equal to it.
        return Cut(name, _value(here, before), tree, tree, rest)
    following = cells[1][0][0].rewritings[depth]
    if following.fresh is None:
        at = tree_of(cells[1], classes, depth + 1)
        return Cut(name, _value(following, before), tree, at, _along(cells[2:], classes, depth) if cells[2:] else at)
    # Between two intervals of whole numbers there is no value: the last number of the first one is where they are cut.
    high = here.fresh.interval.whole_ends[1]
    assert high is not None
    return Cut(name, high, tree, tree, rest)


def _value(rewriting: Rewriting, before: Sequence[Rewriting]) -> Formula | Fraction:
    """Where it cuts the parameter of the whole scope that its own was made of by the rewritings before it."""
    # Every rewriting rises with its fresh parameter, so that below stays below.
    first, *others = _origin(rewriting, before)
    value, fresh = Formula.of(first.value), first.fresh
    for r in others:
        assert fresh is not None
        value, fresh = value.with_terms({fresh.name: r.value}), r.fresh
    number = value.nodes[-1].number
    return value if number is None else number


def _origin(rewriting: Rewriting, before: Sequence[Rewriting]) -> list[Rewriting]:
    """The rewritings by which its parameter was made of one of the whole scope, and it."""
    found = [rewriting]
    for r in reversed(before):
        name = found[0].parameter.name
        if r.fresh is not None and r.fresh.name == name and r.parameter.name != name:
            found.insert(0, r)
    return found
