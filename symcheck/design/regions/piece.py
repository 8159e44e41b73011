"""Pieces of a region: some numbers of classes, a range for each parameter that decides, and what else holds there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import sympy
from sympy import Expr

from symcheck.conditions.cases.parts import Constraint
from symcheck.design.regions.root import End, Root
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
        own = self.interval
        low = ("-oo" if own.low is None else str(own.low)) if self.low is None else end_text(self.low)
        high = ("oo" if own.high is None else str(own.high)) if self.high is None else end_text(self.high)
        left = "(" if (own.low_open if self.low is None else self.low_open) else "["
        right = ")" if (own.high_open if self.high is None else self.high_open) else "]"
        whole = " of integers" if own.integer else ""
        without = f" without {', '.join(map(end_text, self.without))}" if self.without else ""
        return f"{self.parameter} in {left}{low}, {high}{right}{whole}{without}"

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

    def joined(self, other: Range, is_below: Callable[[Expr, Expr], bool]) -> Range | None:
        """The two ranges as one, if ``other`` begins where this one ends; a point that both leave out stays out."""
        meet = self.high
        if meet is None or other.low is None or not self._touches(other):
            return None
        # (a, b) with b [b, c) is (a, c) if a < b and b < c; where a >= b, it is more than that.
        if not (_in_order(self, is_below) and _in_order(other, is_below)):
            return None
        left_out = (meet,) if self.high_open and other.low_open else ()  # for whole numbers both are closed
        return replace(
            self, high=other.high, high_open=other.high_open, without=(*self.without, *left_out, *other.without)
        )


def _in_order(part: Range, is_below: Callable[[Expr, Expr], bool]) -> bool:
    low, high = part.low, part.high
    if low is None or high is None or part.is_point:
        return True
    if isinstance(low, Root) or isinstance(high, Root):
        ends = [(end.low, end.high) if isinstance(end, Root) else (end, end) for end in (low, high)]
        return bool(sympy.Le(ends[0][1], ends[1][0]) == sympy.true)
    return is_below(low, high)


@dataclass(frozen=True)
class Inequality:
    """``function`` > 0 or, if ``is_reversed``, ``function`` <= 0: what no range says."""

    function: Expr
    is_reversed: bool = False

    @property
    def where(self) -> str:
        """The inequality in the formula grammar."""
        return f"{expression_text(self.function)} {'<=' if self.is_reversed else '>'} 0"


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
    """The ranges that the constraints leave, in the order of the parameters' names.

    Where two ends of one side are not the same one, there is a range for each.
    """
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
    crossed: list[Range] = []
    for made in found:
        for place, known in enumerate(crossed):
            both = _common(known, made)
            if both is not None:
                crossed[place] = both
                break
        else:
            crossed.append(made)
    return tuple(sorted(crossed, key=lambda r: r.parameter))


def _common(a: Range, b: Range) -> Range | None:
    """The values in both ranges as one range, if each end is told by one of them alone."""
    if a.parameter != b.parameter or a.is_point or b.is_point:
        return None
    if a.low is not None and b.low is not None and (a.low, a.low_open) != (b.low, b.low_open):
        return None
    if a.high is not None and b.high is not None and (a.high, a.high_open) != (b.high, b.high_open):
        return None
    low, high = (a if a.low is not None else b), (a if a.high is not None else b)
    return replace(a, low=low.low, low_open=low.low_open, high=high.high, high_open=high.high_open)


def put_together(pieces: Iterable[Piece], is_below: Callable[[Classes], Callable[[Expr, Expr], bool]]) -> list[Piece]:
    """The same points in as few pieces as are found: neighbours in C and in one parameter are joined.

    ``is_below`` gives for numbers of classes what proves that one end is below another one there.
    """
    found = list(dict.fromkeys(pieces))
    while True:
        pair = next(
            ((a, b, both) for a in found for b in found if (both := _joined(a, b, is_below(a.classes))) is not None),
            None,
        )
        if pair is None:
            return sorted(found, key=lambda p: (p.classes.low, p.where))
        a, b, both = pair
        found = [both, *(p for p in found if p not in (a, b))]


def _joined(a: Piece, b: Piece, is_below: Callable[[Expr, Expr], bool]) -> Piece | None:
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
    both = ones[0].joined(others[0], is_below)
    if both is None:
        return None
    kept = [both if r == ones[0] else r for r in a.ranges]
    return replace(a, ranges=tuple(r for r in kept if not r.is_all))


def end_text(end: End) -> str:
    """The end in the formula grammar; a root by its function and the interval around it."""
    if isinstance(end, Root):
        return end.text
    return expression_text(end)
