"""Pieces of a region: some numbers of classes, a range for each parameter that decides, and what else holds there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TypeAlias

import sympy
from sympy import Expr

from symcheck.conditions.cases.parts import Constraint
from symcheck.design.regions.root import End, Order, Root
from symcheck.language.interval import Interval
from symcheck.language.scope import Classes
from symcheck.render.expression import expression_text


@dataclass(frozen=True)
class Range:
    """The ``parameter`` lies between ``low`` and ``high``, within its own ``interval``; None is the end of that.

    ``without`` are the points between them that are left out.
    """

    parameter: str
    interval: Interval
    low: End | None = None
    high: End | None = None
    low_open: bool = True
    high_open: bool = True
    without: tuple[End, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether it is the whole interval."""
        return self.low is None and self.high is None and not self.without

    @property
    def is_point(self) -> bool:
        """Whether it is one value."""
        return self.low is not None and self.low == self.high

    @property
    def ends(self) -> tuple[End, ...]:
        """The ends that are not those of the interval, and the points that are left out."""
        found = [end for end in (self.low, *self.without, self.high) if end is not None]
        return tuple(dict.fromkeys(found))

    @property
    def text(self) -> str:
        """The range as an interval: ``tau in (1, C)``."""
        if self.low is not None and self.is_point:
            return f"{self.parameter} = {end_text(self.low)}"
        whole = self.interval
        low = ("-oo" if whole.low is None else str(whole.low)) if self.low is None else end_text(self.low)
        high = ("oo" if whole.high is None else str(whole.high)) if self.high is None else end_text(self.high)
        left = "(" if (whole.low_open if self.low is None else self.low_open) else "["
        right = ")" if (whole.high_open if self.high is None else self.high_open) else "]"
        kind = " of integers" if whole.integer else ""
        without = f" without {', '.join(map(end_text, self.without))}" if self.without else ""
        return f"{self.parameter} in {left}{low}, {high}{right}{kind}{without}"

    @property
    def where(self) -> str:
        """The range as conditions, without the ends of the interval: ``tau < C``."""
        name = self.parameter
        if self.low is not None and self.is_point:
            return f"{name} = {end_text(self.low)}"
        found = [] if self.low is None else [f"{name} {'>' if self.low_open else '>='} {end_text(self.low)}"]
        found += [] if self.high is None else [f"{name} {'<' if self.high_open else '<='} {end_text(self.high)}"]
        return " and ".join([*found, *(f"{name} != {end_text(end)}" for end in self.without)])

    def _touches(self, other: Range) -> bool:
        """Whether nothing but one point lies between the two."""
        meet, following = self.high, other.low
        if self.interval.integer and isinstance(meet, sympy.Integer) and isinstance(following, sympy.Integer):
            return bool(meet + 1 == following) and not (self.high_open or other.low_open)
        return meet == following

    def joined(self, other: Range, order: Order) -> Range | None:
        """The two ranges as one, if ``other`` begins where this one ends; a point that both leave out stays out."""
        meet = self.high
        if meet is None or other.low is None or not self._touches(other):
            return None
        # (a, b) with b [b, c) is (a, c) if a < b and b < c; where a >= b, it is more than that.
        if not (_in_order(self, order) and _in_order(other, order)):
            return None
        left_out = (meet,) if self.high_open and other.low_open else ()  # for whole numbers both are closed
        return replace(
            self, high=other.high, high_open=other.high_open, without=(*self.without, *left_out, *other.without)
        )


def _in_order(part: Range, order: Order) -> bool:
    return part.low is None or part.high is None or part.is_point or order.below(part.low, part.high)


@dataclass(frozen=True)
class Inequality:
    """``function`` stands in this ``relation`` to 0, one of > <= < =: what no range says."""

    function: Expr
    relation: str

    @property
    def where(self) -> str:
        """The inequality in the formula grammar."""
        return f"{expression_text(self.function)} {self.relation} 0"


@dataclass(frozen=True)
class Words:
    """A condition that has words alone: ``w_1 = ... = w_C``."""

    where: str


Besides = Inequality | Words
"""A condition beside the ranges."""


@dataclass(frozen=True)
class Piece:
    """The numbers of ``classes``, and the values of the parameters in all the ``ranges``, where ``besides`` hold.

    ``note`` says why a piece is open.
    """

    classes: Classes
    ranges: tuple[Range, ...] = ()
    besides: tuple[Besides, ...] = ()
    note: str = ""

    @property
    def where(self) -> str:
        """The conditions on the parameters, "" if there are none."""
        return " and ".join(found for found in (c.where for c in (*self.ranges, *self.besides)) if found)

    @property
    def ends(self) -> tuple[End, ...]:
        """The ends of its ranges."""
        return tuple(dict.fromkeys(end for part in self.ranges for end in part.ends))


def ranges_of(constraints: Sequence[Constraint]) -> tuple[Range, ...]:
    """The constraints, each as a range."""
    found: list[Range] = []
    for c in constraints:
        # As a reader would write it; equal ends are to be one.
        end = sympy.together(c.threshold)
        made = Range(c.parameter.name, c.parameter.interval)
        if c.relation in (">", ">=", "="):
            made = replace(made, low=end, low_open=c.relation == ">")
        if c.relation in ("<", "<=", "="):
            made = replace(made, high=end, high_open=c.relation == "<")
        found.append(made)
    return tuple(found)


def tidied(piece: Piece, order: Order) -> Piece | None:
    """The same points with one range for a parameter, as far as the order of the ends is known; None if it is empty."""
    found: list[Range] = []
    for new in piece.ranges:
        for place, known in enumerate(found):
            both = _common(known, new, order) if known.parameter == new.parameter else None
            if both is not None:
                found[place] = both
                break
        else:
            found.append(new)
    if any(_is_empty(one, order) for one in found):
        return None
    return replace(piece, ranges=tuple(sorted((r for r in found if not r.is_all), key=lambda r: r.parameter)))


def _is_empty(one: Range, order: Order) -> bool:
    if one.low is None or one.high is None:
        return False
    return (one.low == one.high and (one.low_open or one.high_open)) or order.below(one.high, one.low)


def _common(a: Range, b: Range, order: Order) -> Range | None:
    """The values that are in both ranges, None if it is not known which ends are the narrower ones."""
    low = _narrower((a.low, a.low_open), (b.low, b.low_open), lambda x, y: order.below(y, x))
    high = _narrower((a.high, a.high_open), (b.high, b.high_open), order.below)
    if low is None or high is None:
        return None
    without = tuple(dict.fromkeys((*a.without, *b.without)))
    return replace(a, low=low[0], low_open=low[1], high=high[0], high_open=high[1], without=without)


Side: TypeAlias = "tuple[End | None, bool]"
"""An end of a range, and whether it is open."""


def _narrower(a: Side, b: Side, is_narrower: Callable[[End, End], bool]) -> Side | None:
    if a[0] is None or b[0] is None:
        return b if a[0] is None else a
    if a[0] == b[0]:
        return a[0], a[1] or b[1]
    return a if is_narrower(a[0], b[0]) else b if is_narrower(b[0], a[0]) else None


def put_together(pieces: Iterable[Piece], order: Callable[[Classes], Order]) -> tuple[Piece, ...]:
    """The same points in as few pieces as are found: neighbours in C and in one parameter are joined.

    ``order`` gives the order of the ends for some numbers of classes.
    """
    tidy = [tidied(piece, order(piece.classes)) for piece in pieces]
    found = list(dict.fromkeys(piece for piece in tidy if piece is not None))
    while (pair := _first_joined(found, order)) is not None:
        a, b, both = pair
        found = [both, *(p for p in found if p not in (a, b))]
    return tuple(sorted(found, key=lambda p: (p.classes.low, _place(p), p.where)))


def _place(piece: Piece) -> float:
    """Where the first range of a piece begins, by which a reader wants pieces to be sorted, if it is a number."""
    low = piece.ranges[0].low if piece.ranges else None
    if low is None:
        return -math.inf
    if isinstance(low, Root):
        return float(low.low)
    return float(low) if low.is_number else math.inf


def _first_joined(found: Sequence[Piece], order: Callable[[Classes], Order]) -> tuple[Piece, Piece, Piece] | None:
    for a, b in permutations(found, 2):
        both = _joined(a, b, order(a.classes))
        if both is not None:
            return a, b, both
    return None


def _joined(a: Piece, b: Piece, order: Order) -> Piece | None:
    if (a.besides, a.note) != (b.besides, b.note) or a == b:
        return None
    if a.ranges == b.ranges:
        next_ = a.classes.high is not None and b.classes.low == a.classes.high + 1
        return replace(a, classes=Classes(a.classes.low, b.classes.high)) if next_ else None
    if a.classes != b.classes:
        return None
    ones = [r for r in a.ranges if r not in b.ranges]
    others = [r for r in b.ranges if r not in a.ranges]
    if len(ones) != 1 or len(others) != 1 or ones[0].parameter != others[0].parameter:
        return None
    both = ones[0].joined(others[0], order)
    if both is None:
        return None
    kept = [both if r == ones[0] else r for r in a.ranges]
    return replace(a, ranges=tuple(r for r in kept if not r.is_all))


def end_text(end: End) -> str:
    """The end in the formula grammar; a root by its function and the interval around it."""
    if isinstance(end, Root):
        return end.text
    return expression_text(end)
