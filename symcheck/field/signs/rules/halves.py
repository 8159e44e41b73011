"""Signs from both halves of a box, and on a small box from the slopes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symcheck.field.ball import Point, ball_of, working
from symcheck.field.element import Element
from symcheck.field.signs import interval
from symcheck.field.signs.box import Box
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.sign import ProvedSign, joined
from symcheck.language.parameter import Interval
from symcheck.reason import Undecided


def by_halves(prover: Prover, f: Element, box: Box, level: int) -> Proof | None:
    """One sign on both parts of a parameter's interval; ``level`` says whose turn it is."""
    names = [n for n in box.names if n != "C"]
    if not names:
        return None
    name = names[level % len(names)]
    premises = []
    for half in _halves(box.side(name)):
        proof = prover.prove(f, box.with_side(name, half))
        if proof is None:
            return None
        premises.append(proof)
    proved = joined([p.proved for p in premises])
    if proved is None:
        return None
    return Proof(proved, f, box, f"so it is on both parts of the interval of {name}", tuple(premises))


def by_mean_value(prover: Prover, f: Element, box: Box) -> Proof | None:
    """|f - f(middle)| is at most the sum of the greatest |derivatives| times half the widths, on a bounded box."""
    reach, middle = interval.point(0), {}
    if any(side.low is None or side.high is None for side in box.sides) or not prover.is_smooth(f, box):
        return None
    for name, side in zip(box.names, box.sides, strict=True):
        assert side.low is not None
        assert side.high is not None
        half = (side.high - side.low) / 2
        middle[name] = side.low + half
        try:
            slope = prover.enclosure(prover.field.derivative(f, name), box)
        except Undecided:
            return None
        around = Interval(-half, half, low_open=False, high_open=False)
        reach = interval.total(reach, interval.product(slope, around))
    if reach.low is None or reach.high is None:
        return None
    value = Point(prover.field, middle).ball(f)
    with working(64):
        positive, negative = value + ball_of(reach.low) > 0, value + ball_of(reach.high) < 0
    if not positive and not negative:
        return None
    proved = ProvedSign.POSITIVE if positive else ProvedSign.NEGATIVE
    return Proof(proved, f, box, "the value in the middle, and the slopes, leave no other sign", exact=False)


def _halves(side: Interval) -> Iterator[Interval]:
    """The two parts, the cut in both of them."""
    low, high = side.low, side.high
    if low is not None and high is not None:
        cut = (low + high) / 2
    elif low is not None:
        cut = 2 * low + 1 if low >= 0 else Fraction(0)
    else:
        cut = Fraction(0) if high is None or high > 0 else 2 * high - 1
    yield Interval(low, cut, low_open=side.low_open, high_open=False)
    yield Interval(cut, high, low_open=False, high_open=side.high_open)
