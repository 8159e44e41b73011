"""Functions of one variable: convexity and monotony on an interval, piece by piece, by signs of derivatives.

A function is a rule that turns a constant t into a constant.  Where it branches (abs, relu, maximum) on a
quantity that is affine in t, the interval is cut there; on each piece h'' >= 0 is proved by the sign of a
constant of the field, and at each cut h is continuous and h' does not fall.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from symcheck.conditions.convexity.bounds import Bounds
from symcheck.conditions.convexity.proved_signs import is_nonnegative, is_positive, proof_of_sign
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.findings.step import Derivation, Step
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.reason import Undecided

WHOLE_LINE = "t'"
"""The variable of a piece without ends."""

MOST_PIECES = 8
"""A function with more pieces than this is left open."""


class Cut(Exception):
    """The sign of ``switch`` changes on the piece."""

    def __init__(self, switch: Element) -> None:
        super().__init__(switch)
        self.switch = switch


Function = Callable[[Element], Element]

_ENDS = {(False, False): "s'", (False, True): "s''", (True, False): "s'''", (True, True): "s''''"}
"""The variable of a piece with two ends, by which of them are open; no parameter has a name with a stroke."""


@cache
def line_parameters() -> tuple[Parameter, ...]:
    """The variables of pieces: t' on the whole line, r' >= 0 and r'' > 0 on rays, s' and others from 0 to 1."""
    zero, one = Fraction(0), Fraction(1)
    found = [
        Parameter.of(WHOLE_LINE, Interval(None, None, low_open=True, high_open=True)),
        Parameter.of("r'", Interval(zero, None, low_open=False, high_open=True)),
        Parameter.of("r''", Interval(zero, None, low_open=True, high_open=True)),
    ]
    for (low, high), name in _ENDS.items():
        found.append(Parameter.of(name, Interval(zero, one, low_open=low, high_open=high)))
    return tuple(found)


@dataclass(frozen=True)
class Piece:
    """An interval of t, and t as a constant in its own variable."""

    of: Bounds
    field: Field

    @property
    def variable(self) -> str:
        """The name of the free parameter that stands for t here, by which ends the piece has."""
        b = self.of
        if b.low is None and b.high is None:
            return WHOLE_LINE
        if b.low is not None and b.high is not None:
            return _ENDS[b.low_open, b.high_open]
        return "r''" if (b.low_open if b.low is not None else b.high_open) else "r'"

    @property
    def t(self) -> Element:
        """t by the variable: low + r', high - r', low + (high - low) s', or t' itself."""
        parameter, b = self.field.parameter(self.variable), self.of
        if b.low is not None:
            return b.low + (parameter if b.high is None else (b.high - b.low) * parameter)
        return parameter if b.high is None else b.high - parameter

    @property
    def range(self) -> str:
        """Where the variable runs."""
        name = self.variable
        if name == WHOLE_LINE:
            return "every real t'"
        if name.startswith("r"):
            return f"{name} > 0" if name == "r''" else f"{name} >= 0"
        left, right = ("<" if end else "<=" for end in (self.of.low_open, self.of.high_open))
        return f"0 {left} {name} {right} 1"

    @property
    def speed(self) -> Element:
        """dt by the variable."""
        return self.field.derivative(self.t, self.variable)

    def at(self, c: Element, *, high: bool) -> Element | None:
        """``c`` at an end of the piece, in the field without the variables of pieces; None where there is no end."""
        if (self.of.high if high else self.of.low) is None:
            return None
        values = dict.fromkeys(_names(), Fraction(0))
        values[self.variable] = Fraction(1) if high and self.of.low is not None else Fraction(0)
        return self.field.restricted(c, _ground(self.field), values)


def _ground(field: Field) -> Field:
    """The field without the variables of pieces."""
    return field.narrowed(dict.fromkeys(_names(), Fraction(1, 2)))


def _names() -> list[str]:
    return [p.name for p in line_parameters()]


def convex_on(field: Field, h: Function, where: Bounds, *, increasing: bool) -> Derivation | None:
    """The steps that show t -> h(t) convex on the interval, and with ``increasing`` nowhere falling, or None."""
    try:
        pieces = _pieces(field, h, where)
        return None if pieces is None else _shown(field, pieces, increasing=increasing)
    except Undecided:
        return None


def _pieces(field: Field, h: Function, where: Bounds) -> list[tuple[Piece, Element]] | None:
    """The pieces from left to right with h on each."""
    waiting, done = [where], []
    while waiting:
        piece = Piece(waiting.pop(), field)
        try:
            done.append((piece, h(piece.t)))
        except Cut as cut:
            if len(waiting) + len(done) >= MOST_PIECES:
                return None
            place = _zero_on(piece, cut.switch)
            if place is None:
                return None
            b = piece.of
            # The right part first, as the left one is taken out next: pieces come from left to right.
            waiting += [Bounds(place, b.high, True, b.high_open), Bounds(b.low, place, b.low_open, True)]
    return done


def _zero_on(piece: Piece, switch: Element) -> Element | None:
    """The t at which ``switch``, affine in the variable of the piece, is 0, if it is shown to lie inside."""
    field, name = piece.field, piece.variable
    slope = field.derivative(switch, name)
    if name in field.depends(slope) or not (is_positive(field, slope) or is_positive(field, -slope)):
        return None
    rest = switch - slope * field.parameter(name)
    if name in field.depends(rest):
        return None
    zero = -rest / slope
    if name != WHOLE_LINE and not is_positive(field, zero):
        return None
    if name.startswith("s") and not is_positive(field, 1 - zero):
        return None
    start = piece.t - piece.speed * field.parameter(name)
    return start + piece.speed * zero


def _shown(field: Field, pieces: list[tuple[Piece, Element]], *, increasing: bool) -> Derivation | None:
    lines: list[Step] = []
    slopes = []
    for piece, h in pieces:
        first = field.derivative(h, piece.variable)
        second = proof_of_sign(field, field.derivative(first, piece.variable))
        if second is None or not second.proved.at_least_zero:
            return None
        lines.append(Step(f"h'' at t = {piece.t.text()}", second.steps()[-1], piece.range))
        slopes.append(first / piece.speed)
    # Convex pieces may still meet in a corner that points up: at a cut h' must not fall.
    for (left, h), (right, k), a, b in zip(pieces, pieces[1:], slopes, slopes[1:], strict=False):
        for before, after, is_value in ((h, k, True), (a, b, False)):
            one, other = left.at(before, high=True), right.at(after, high=False)
            if one is None or other is None:
                return None
            step = other - one
            if not (step.is_zero if is_value else is_nonnegative(_ground(field), step)):
                return None
    # h' rises, so that h falls nowhere if h' >= 0 on the first piece.
    if increasing:
        sign = proof_of_sign(field, slopes[0])
        if sign is None or not sign.proved.at_least_zero:
            return None
        lines.append(Step(f"h' at t = {pieces[0][0].t.text()}", sign.steps()[-1], pieces[0][0].range))
    return tuple(dict.fromkeys(lines))
