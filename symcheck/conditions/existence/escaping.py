"""Rays along which minimisers of l + lambda g escape: points z = t u and a label y that refute (B') of THEORY 11.

(a) l(tu, y) -> -oo and g(tu) = o(|l(tu, y)|): on one point with label y and outputs that contain the ray, l + lambda
    g is unbounded below for every lambda > 0, so there is no minimiser.
(b) g(tu) -> g(0), or g(tu) <= g(0) at some t > 0, and l(tu, y) stays below l(0, y): for every lambda a point far out is
    better than 0 by a constant, and points near 0 are by a multiple of 1/lambda only: minimisers do not tend to 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from fractions import Fraction
from itertools import chain, product
from typing import Final

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.everywhere.bounded import BITS, growth_at
from symcheck.conditions.everywhere.everywhere import (
    LARGEST_TRIED,
    MOST_WRITTEN,
    ball_at,
    classes_tried,
    counts_for,
    difference_of,
    entries_for,
    points_of,
    shown_direction,
    shown_logits,
    spread,
)
from symcheck.conditions.existence.rational import rational_value
from symcheck.field.ball import working
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.language.terms_of import term_of_formula
from symcheck.readings.explicit.growth import Growth, Line

LABELS: Final = 3
"""So many labels are tried of a loss that treats classes differently."""

SIZES: Final = (Fraction(1), Fraction(3), Fraction(10), Fraction(1, 2), Fraction(30))
"""The t at which g(tu) <= g(0) is looked for."""

DIGITS: Final = 6

BETTER: Final = "below its values near 0 for large lambda"

WANTED: Final = "minimisers of l + lambda g that tend to 0 as lambda -> oo"


@dataclass(frozen=True)
class Escape:
    """The ``witness``; ``is_unbounded``: no lambda > 0 has a minimiser on that point, (a), else it is (b)."""

    witness: Witness
    is_unbounded: bool


def escape(loss: Formula, penalty: Formula, scope: Scope, budget: Budget) -> Escape | None:
    """A ray along which minimisers escape somewhere in ``scope``, None if none of those that were tried does it.

    0 is taken to be a minimum of g that is strict near 0.
    """
    pair = difference_of(loss, penalty)
    for classes in chain(classes_tried(scope), _many(scope)):
        for point in points_of(pair, scope, classes):
            # A loss that treats all classes alike has the same rays for every label, up to names.
            # Cancelled exactly: g - g(0) in balls would leave an interval about 0 that does not shrink with t.
            above_zero = _above_zero(penalty, point) if classes <= LARGEST_TRIED else None
            for y in range(min(classes, LABELS) if loss.is_classwise else 1):
                for direction in _directions(classes, y):
                    budget.check()
                    found = _along(loss, penalty, above_zero, point, direction, y)
                    if found is not None:
                        return found
    return None


def _many(scope: Scope) -> Iterator[int]:
    """The least number of classes, if it is so large that none is tried elsewhere."""
    if scope.classes.low > LARGEST_TRIED:
        yield scope.classes.low


def not_positive(penalty: Formula, scope: Scope, budget: Budget, *, quotient: bool) -> Witness | None:
    """A point z != 0 with g(z) <= 0, where it is no multiple of (1, ..., 1) if norms are those of the ``quotient``."""
    for classes in chain(classes_tried(scope), (n for n in _many(scope) if n <= MOST_WRITTEN)):
        for point in points_of(penalty, scope, classes):
            for direction in _directions(classes, 0):
                budget.check()
                # Multiples of (1, ..., 1) are 0 on the quotient.
                if quotient and len(set(direction)) == 1:
                    continue
                z = spread(direction, classes)
                exact = rational_value(penalty.with_arrays(point.arrays), z, point.values)
                ball = ball_at(penalty, point, z, 1) if exact is None else None
                # A ball that is <= 0 and not < 0 is the number 0.
                if (exact is not None and exact <= 0) or (ball is not None and ball <= 0):
                    shown = str(exact) if ball is None else above(ball)
                    return point.witness(f"g at z = {shown_direction(direction, classes)}", shown, "a value > 0")
    return None


def _directions(classes: int, y: int) -> Iterator[tuple[Fraction, ...]]:
    """The label's score alone, another one alone, one against the other, and all together, either way.

    Of more classes than ``LARGEST_TRIED`` those that are neither are one entry.
    """
    classes = entries_for(classes)
    other = (y + 1) % classes
    label = tuple(Fraction(int(k == y)) for k in range(classes))
    rival = tuple(Fraction(int(k == other)) for k in range(classes))
    pair = tuple(a - b for a, b in zip(label, rival, strict=True))
    for direction in (label, rival, pair, (Fraction(1),) * classes):
        yield direction
        yield tuple(-d for d in direction)


def _along(
    loss: Formula,
    penalty: Formula,
    above_zero: Formula | None,
    point: ArrayPoint,
    direction: Sequence[Fraction],
    y: int,
) -> Escape | None:
    is_many, ray = len(direction) < point.classes, shown_direction(direction, point.classes)
    of_loss = _bounds(loss, point, direction, y)
    with working(BITS):
        falls = [(one, fall) for one in of_loss if (fall := _fall(one)) is not None]
        low = [] if above_zero is None else [low for one in of_loss if (low := _low(loss, one, point, y)) is not None]
        # What g does is asked where l falls, or stays low: on most rays it does neither.
        tops = _bounds(above_zero or penalty, point, direction, y) if falls or low else []
        for (one, fall), two in product(falls, tops):
            why = _falls_faster(one, fall, two)
            if why is not None:
                where = f"the infimum over t > 0 of l + lambda g at z = t {ray}, y = {y + 1},"
                value = f"-oo for every lambda > 0, as {why} for large t"
                return Escape(point.witness(where, value, WANTED), True)
        for shown, two in product(low, tops):
            why = _stays_below(shown, two)
            if why is not None:
                where = f"the t > 0 at which l + lambda g is least, z = t {ray}, y = {y + 1},"
                return Escape(point.witness(where, why, WANTED), False)
    return None if is_many else _at_a_point(loss, penalty, point, direction, y)


@dataclass(frozen=True)
class Along:
    """Bounds on a formula at z = t u: lines in t for t >= START, or, if ``steep``, in log t for log t >= START."""

    growth: Growth
    steep: bool

    def line(self, line: Line) -> str:
        """A function of t that is at least the line."""
        if line.slope.is_zero():
            return above(line.level)
        slope, t = above(line.slope), "log(t)" if self.steep else "t"
        shown = slope.removesuffix("1") + t if slope in ("1", "-1") else f"{slope}*{t}"
        rest = above(line.level)
        return shown if rest == "0" else f"{shown} {'-' if rest.startswith('-') else '+'} {rest.lstrip('-')}"

    def size(self, line: Line, rounded: Callable[[arb], str]) -> str:
        """The exponential of a line as a function of t, ``rounded`` to either side."""
        if line.slope.is_zero():
            return rounded(line.level.exp())
        factor, slope = rounded(line.level.exp()), rounded(line.slope)
        power = f"exp({slope}*t)" if not self.steep else "t" if slope == "1" else f"t^{slope}"
        return power if factor == "1" else f"{factor}*{power}"


def _bounds(formula: Formula, point: ArrayPoint, direction: Sequence[Fraction], y: int) -> list[Along]:
    counts = counts_for(point.classes, len(direction))
    growths = [(growth_at(formula, point, direction, y, steep=steep, counts=counts), steep) for steep in (False, True)]
    return [Along(growth, steep) for growth, steep in growths if growth is not None]


def _above_zero(penalty: Formula, point: ArrayPoint) -> Formula | None:
    """g - g(0) at ``point``, None if g(0) is not seen to be a rational number."""
    here = penalty.with_arrays(point.arrays)
    at_zero = rational_value(here, (Fraction(0),) * point.classes, point.values)
    if at_zero is None:
        return None
    return Formula.of(term_of_formula(penalty) - at_zero) if at_zero else penalty


@dataclass(frozen=True)
class Fall:
    """l -> -oo along a ray, ``shown`` as a bound; ``size`` is the logarithm of one of |l| if |l| is exponential."""

    shown: str
    size: Line | None


def _fall(loss: Along) -> Fall | None:
    """How l -> -oo along the ray, None if it is not seen to."""
    of_loss = loss.growth
    if of_loss.sign < 0 and of_loss.size_low is not None and of_loss.size_low.slope > 0:
        return Fall(f"l <= -{loss.size(of_loss.size_low, below)}", of_loss.size_low)
    if of_loss.high is not None and of_loss.high.slope < 0:
        return Fall(f"l <= {loss.line(of_loss.high)}", None)
    return None


def _falls_faster(loss: Along, fall: Fall, penalty: Along) -> str | None:
    """Why g = o(|l|) along a ray on which l -> -oo."""
    of_penalty, shown, size = penalty.growth, fall.shown, fall.size
    if of_penalty.high is not None and of_penalty.high.slope <= 0:
        return f"{shown} and g <= {penalty.line(of_penalty.high)}"
    # A slope in t and one in log t cannot be compared.
    if size is None or loss.steep is not penalty.steep:
        return None
    if of_penalty.high is not None:  # a line against an exponential
        return f"{shown} and g <= {penalty.line(of_penalty.high)}"
    if of_penalty.size_high is not None and of_penalty.size_high.slope < size.slope:
        return f"{shown} and g <= {penalty.size(of_penalty.size_high, above)}"
    return None


def _low(loss: Formula, along: Along, point: ArrayPoint, y: int) -> str | None:
    """How l stays below l(0, y) along the ray, None if it is not seen to."""
    top = along.growth.high
    if top is None or not top.slope <= 0:
        return None
    start = ball_at(loss, point, (Fraction(0),) * point.classes, y + 1)
    if start is None or not top.at_start() < start:
        return None
    return f"l <= {above(top.at_start())} < {below(start)} <= l(0, {y + 1})"


def _stays_below(low: str, penalty: Along) -> str | None:
    """Why l stays below l(0, y) while g tends to g(0)."""
    size = penalty.growth.size_high
    if size is None or not size.slope < 0:
        return None
    return f"far from 0 for every lambda > 0, as {low} and |g - g(0)| <= {penalty.size(size, above)} for large t"


def _at_a_point(
    loss: Formula, penalty: Formula, point: ArrayPoint, direction: Sequence[Fraction], y: int
) -> Escape | None:
    """A point z = t u with g(z) < g(0), or g(z) = g(0) and l(z, y) < l(0, y)."""
    zero = (Fraction(0),) * point.classes
    origin = ball_at(penalty, point, zero, y + 1)
    for size in SIZES:
        z = tuple(d * size for d in direction)
        value = ball_at(penalty, point, z, y + 1)
        if value is None or origin is None or value > origin:
            continue
        before, after = ball_at(loss, point, zero, y + 1), ball_at(loss, point, z, y + 1)
        if before is None or after is None:
            continue
        where = f"l + lambda g at z = {shown_logits(z)}, y = {y + 1}"
        if value < origin:
            why = f"{BETTER}, as g(z) <= {above(value)} < {below(origin)} <= g(0)"
            return Escape(point.witness(where, why, WANTED), False)
        # Two balls that overlap do not show that g(z) = g(0): rational values do.
        if after < before and _is_equal(penalty, point, z, zero):
            apart = f"l(z, {y + 1}) <= {above(after)} < {below(before)} <= l(0, {y + 1})"
            why = f"{BETTER}, as g(z) = g(0) and {apart}"
            return Escape(point.witness(where, why, WANTED), False)
    return None


def _is_equal(penalty: Formula, point: ArrayPoint, z: Sequence[Fraction], zero: Sequence[Fraction]) -> bool:
    here = penalty.with_arrays(point.arrays)
    one, two = (rational_value(here, x, point.values) for x in (z, zero))
    return one is not None and one == two


def above(ball: arb) -> str:
    """A short decimal number that is at least what lies in ``ball``."""
    return _decimal(ball.upper(), ROUND_CEILING)


def below(ball: arb) -> str:
    """A short decimal number that is at most what lies in ``ball``."""
    return _decimal(ball.lower(), ROUND_FLOOR)


def _decimal(end: arb, rounding: str) -> str:
    mantissa, exponent = (int(x) for x in end.man_exp())
    exact = Fraction(mantissa) * Fraction(2) ** exponent
    with localcontext(Context(prec=DIGITS, rounding=rounding)):
        found = Decimal(exact.numerator) / Decimal(exact.denominator)
    plain = f"{found:f}" if abs(found.adjusted()) <= DIGITS else f"{found:e}"
    return plain.rstrip("0").rstrip(".") if "." in plain and "e" not in plain else plain
