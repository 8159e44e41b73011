"""Points that tell two formulas apart, even up to a factor and a part without the label.

With a = f b + h(z) a change of the label changes a by f times what it changes b by, at every z.  So two places at
which the balls of

    [a(z, y) - a(z, y')] [b(w, k) - b(w, k')] - [a(w, k) - a(w, k')] [b(z, y) - b(z, y')]

exclude 0 leave no factor f at this C and these values of the parameters.  Without labels z takes the place of the
label: a(z) - a(z') is f times b(z) - b(z').
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.everywhere.everywhere import ball_at, classes_tried, logits_tried, points_of, shown_logits
from symcheck.field.ball import working
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope

DIGITS = 12
"""What balls are shown in, unless it takes more to tell two changes apart."""

MOST_DIGITS = 60
"""No more digits than about these are known."""

MOST_SHOWN = 8
"""Of a z with more entries than this the first ones are shown."""

LARGEST = 1000
"""Points have up to so many classes."""

BITS = 256
"""Differences of values are formed with so many bits."""

MOST_LABELS = 4
"""Up to so many labels are looked at in one z."""


@dataclass(frozen=True)
class Change:
    """What a and b change by, as decimals that are certain, from the label ``other`` to y at z.

    Of formulas without labels: from ``origin`` to z.
    """

    z: tuple[Fraction, ...]
    first: str
    second: str
    y: int | None = None
    other: int | None = None
    origin: tuple[Fraction, ...] = ()

    def told(self, a: str, b: str) -> str:
        """The change in words, of formulas called ``a`` and ``b``."""
        z = _short(self.z)
        way = f"z = {_short(self.origin)} to {z}" if self.y is None else f"y = {self.other} to {self.y} at z = {z}"
        return f"from {way} {a} changes by {_number(self.first)} and {b} by {_number(self.second)}"


@dataclass(frozen=True)
class Apart:
    """A point of the scope at which two formulas are not one: no factor fits the ``changes``.

    It lies at ``classes`` = C and at these values of the ``parameters``.
    """

    classes: int
    changes: tuple[Change, ...]
    parameters: Mapping[str, Fraction] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.classes, self.changes))  # a mapping of parameters has no hash

    @property
    def place(self) -> str:
        """C and the values of the parameters."""
        return ", ".join([f"C = {self.classes}", *(f"{n} = {v}" for n, v in sorted(self.parameters.items()))])

    def __str__(self) -> str:
        return self.told("a", "b")

    def told(self, a: str, b: str) -> str:
        """Where and how the two differ, called ``a`` and ``b``."""
        told = ", and ".join(change.told(a, b) for change in self.changes)
        which = "the other one never does" if len(self.changes) == 1 else "no one factor does that"
        return f"at {self.place} {told}; {which}"


@dataclass(frozen=True)
class _Seen:
    """A change with its balls."""

    z: tuple[Fraction, ...]
    first: arb
    second: arb
    y: int | None = None
    other: int | None = None
    origin: tuple[Fraction, ...] = ()

    def told(self, digits: int) -> Change:
        """The change in so many digits."""
        first, second = (_decimal(ball, digits) for ball in (self.first, self.second))
        return Change(self.z, first, second, self.y, self.other, self.origin)

    def rounded(self, digits: int) -> _Seen:
        """The change with balls that hold all that is shown in so many digits."""
        first, second = (arb(_decimal(ball, digits)) for ball in (self.first, self.second))
        return replace(self, first=first, second=second)


def point_apart(pair: tuple[Formula, Formula], difference: Formula, scope: Scope, budget: Budget) -> Apart | None:
    """A point of ``scope`` that tells ``pair`` apart; None if none is found."""
    for classes in numbers_of_classes(scope):
        for point in points_of(difference, scope, classes):
            found = apart_at(pair, point, budget)
            if found is not None:
                return found
    return None


def numbers_of_classes(scope: Scope) -> tuple[int, ...]:
    """Small numbers of classes of ``scope``, or the smallest one if it is not too large."""
    found = tuple(classes_tried(scope))
    return found or ((scope.classes.low,) if scope.classes.low <= LARGEST else ())


def apart_at(pair: tuple[Formula, Formula], point: ArrayPoint, budget: Budget) -> Apart | None:
    """Two changes at ``point`` that no factor fits; None if none are found."""
    seen: list[_Seen] = []
    for change in _changes(pair, point, budget):
        for before in seen:
            if not _determinant(before, change).contains(0):
                digits = _digits(before, change)
                return Apart(point.classes, (before.told(digits), change.told(digits)), dict(point.named))
        # One with a change that is not 0 is enough to compare the others with.
        if not seen and not (change.first.contains(0) and change.second.contains(0)):
            seen.append(change)
    return None


def change_at(pair: tuple[Formula, Formula], point: ArrayPoint, budget: Budget, *, of: int) -> Change | None:
    """A change at ``point`` by which ``pair[of]`` is shown not to stay the same."""
    for change in _changes(pair, point, budget):
        if not (change.first, change.second)[of].contains(0):
            return change.told(DIGITS)
    return None


def _digits(one: _Seen, two: _Seen) -> int:
    """So many digits that what is shown tells the two apart as well."""
    digits = DIGITS
    while digits < MOST_DIGITS and _determinant(one.rounded(digits), two.rounded(digits)).contains(0):
        digits *= 2
    return digits


def _determinant(one: _Seen, two: _Seen) -> arb:
    with working(BITS):
        return one.first * two.second - two.first * one.second


def _changes(pair: tuple[Formula, Formula], point: ArrayPoint, budget: Budget) -> Iterator[_Seen]:
    labelled = any(f.uses_label for f in pair)
    # Once for all the balls: a formula with arrays is written anew when they get their entries.
    pair = pair[0].with_arrays(point.arrays), pair[1].with_arrays(point.arrays)
    point = replace(point, arrays={})
    origin: tuple[tuple[Fraction, ...], arb, arb] | None = None
    for z in places(point.classes):
        budget.check()
        labels = range(1, min(point.classes, MOST_LABELS) + 1) if labelled else (1,)
        known = []
        for y in labels:
            a, b = (ball_at(f, point, z, y) for f in pair)
            if a is not None and b is not None:
                known.append((y, a, b))
        with working(BITS):
            for (other, a, b), (y, c, d) in pairwise(known):
                yield _Seen(z, c - a, d - b, y, other)
            if not labelled and known:
                _, a, b = known[0]
                if origin is not None:
                    yield _Seen(z, a - origin[1], b - origin[2], origin=origin[0])
                else:
                    origin = z, a, b


def places(classes: int) -> Iterator[tuple[Fraction, ...]]:
    """Rational points z, those first that a reader has in his head."""
    yield tuple(Fraction(int(k == 0)) for k in range(classes))
    yield tuple(Fraction(k % 3) for k in range(classes))
    yield from logits_tried(classes)


def _short(z: tuple[Fraction, ...]) -> str:
    """z as a reader sees it, of a long one the first entries."""
    if len(z) <= MOST_SHOWN:
        return shown_logits(z)
    return f"({', '.join(map(str, z[:MOST_SHOWN]))}, ..., {z[-1]})"


def _number(ball: str) -> str:
    """The number in the middle of a ball that is written as text."""
    if "+/-" not in ball:  # exact, and then its zeros say nothing
        digits, e, exponent = ball.partition("e")
        return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + e + exponent
    middle, _, radius = ball.strip("[]").rpartition("+/- ")
    return middle.strip() or f"at most {radius}"


def _decimal(ball: arb, digits: int) -> str:
    """``ball`` as text that is certain to hold it."""
    with working(BITS):
        return str(ball.str(digits))


def agree_at(
    pair: tuple[Formula, Formula],
    point: ArrayPoint,
    zs: Sequence[tuple[Fraction, ...]],
    factor: arb,
    rest: arb | None,
    *,
    is_constant: bool,
) -> bool | None:
    """Whether balls allow a = ``factor`` b + h at ``point``: h the same at all ``zs`` if it ``is_constant``.

    h is ``rest`` if that is given.  None where the two have no value.
    """
    gaps: list[arb] = [] if rest is None else [rest]
    met = False
    for z in zs:
        gaps = gaps if is_constant else []
        for y in range(1, min(point.classes, MOST_LABELS) + 1):
            a, b = (ball_at(f, point, z, y) for f in pair)
            if a is not None and b is not None:
                met = True
                with working(BITS):
                    gaps.append(a - factor * b)
        if any(not one.overlaps(two) for one, two in pairwise(gaps)):
            return False
    return True if met else None
