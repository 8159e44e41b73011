"""Taylor coefficients of a function of the gap on an interval, in balls: what bounds it and its derivatives there.

The coefficients over a whole interval are wide.  In Taylor form those at the middle m are used, and the wide one in the
last term alone:

    phi''(m + e) is in 2 a_2 + 6 a_3 e + 12 a_4 e^2 + 20 b_5 e^3 for |e| <= w,

a_n the coefficients at m and b_5 that over [m - w, m + w].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import arb, arb_series

from symcheck.field.ball import ball_of
from symcheck.language.formula import Formula
from symcheck.readings.explicit.series import (
    Entries,
    Entry,
    SeriesReading,
    coefficients,
    finite,
    series_of_length,
)

ORDER: Final = 6
"""So many coefficients: the third derivative in Taylor form needs the fifth power."""


@dataclass(frozen=True)
class Slopes:
    """phi, phi', phi'' and phi''' on an interval, as balls; at kinks, of which ``switches`` tell, of both pieces.

    ``switches`` has, of each quantity at whose sign phi may change its form there, its derivative.
    """

    value: arb
    first: arb
    second: arb
    third: arb
    switches: tuple[arb, ...] = ()
    jumps: bool = False


class GapSeries(SeriesReading):
    """The series of a function of the gap at the ``gap`` + t, where the gap is a ball; the formula writes it z[y].

    Where a ball does not tell which form it has, the coefficients are those of both forms, and the quantity that
    decides is among ``switches``; ``jumps`` says that the value may jump there, as that of a branch does.
    """

    def __init__(self, gap: arb, order: int) -> None:
        super().__init__([Fraction(0)], [Fraction(1)], {}, y=0, order=order, one_sided=True)
        self._logits = (arb_series([gap, arb(1)][:order]),)
        self.switches: dict[int, Entry] = {}
        self.jumps = False

    def sigmoid(self, a: Entries) -> Entries:
        return self.each(self._sigmoid, a)

    def softplus(self, a: Entries) -> Entries:
        return self.each(self._softplus, a)

    def log_sigmoid(self, a: Entries) -> Entries:
        return self.neg(self.softplus(self.neg(a)))

    def branch(self, u: Entries, positive: Entries, otherwise: Entries) -> Entries:
        before = len(self.switches)
        found = super().branch(u, positive, otherwise)
        # The larger of two quantities, |u| and relu(u) are continuous; a function that is given by cases need not be.
        self.jumps = self.jumps or len(self.switches) > before
        return found

    def _sigmoid(self, x: Entry) -> Entry:
        if isinstance(x, arb):
            return _sigmoid_of(x)
        # s' = s (1 - s) x', one coefficient at a time: no quotient of wide balls, and s stays between its values.
        start = _sigmoid_of(x[0])
        found, slope = arb_series([start]), x.derivative()
        for _ in range(1, self._order):
            found = arb_series([start]) + ((found - found * found) * slope).integral()
        return found

    def _softplus(self, x: Entry) -> Entry:
        """log(1 + e^x), whose derivative is sigmoid(x) x'."""
        if isinstance(x, arb):
            return _between(_softplus_of, x)
        found = self._sigmoid(x) * x.derivative()
        return arb_series([_between(_softplus_of, x[0])]) + found.integral()

    def _sided(self, x: Entry, below: int) -> Entry:
        return self._side(self._lead(x), x, below * x)

    def _lead(self, x: Entry) -> int | None:
        found = super()._lead(x)
        if found is None:
            self.switches[id(x)] = x
        return found


def slopes_on(phi: Formula, low: Fraction, high: Fraction) -> tuple[Slopes, Slopes | None]:
    """The derivatives of ``phi`` on [low, high], and at its middle where no switch is inside.

    Raises ``Undecided`` where the balls leave a value open; a ball that is not finite is never returned.

    >>> from symcheck.language.term import Label, Vec
    >>> phi = Formula.of(Vec("logits")[Label()] ** 3)
    >>> over, middle = slopes_on(phi, Fraction(1), Fraction(2))
    >>> over.second.contains(9), middle.third.contains(6)
    (True, True)
    """
    with series_of_length(ORDER):
        reading = GapSeries(ball_of(low).union(ball_of(high)), ORDER)
        b = reading.coefficients(phi)
        if reading.switches:
            rates = tuple(coefficients(u, 2)[1] for u in reading.switches.values())
            return Slopes(b[0], b[1], 2 * b[2], 6 * b[3], rates, reading.jumps), None
        a = GapSeries(ball_of((low + high) / 2), ORDER).coefficients(phi)
        e = ball_of((high - low) / 2) * arb(0, 1)
        over = Slopes(
            b[0],
            _sum(e, a[1], 2 * a[2], 3 * a[3], 4 * a[4], 5 * b[5]),
            _sum(e, 2 * a[2], 6 * a[3], 12 * a[4], 20 * b[5]),
            _sum(e, 6 * a[3], 24 * a[4], 60 * b[5]),
        )
        return over, Slopes(a[0], a[1], 2 * a[2], 6 * a[3])


def _sum(e: arb, *coefficients: arb) -> arb:
    found = arb(0)
    for c in reversed(coefficients):
        found = c + e * found
    return finite(found)


def _between(function: Callable[[arb], arb], x: arb) -> arb:
    """The values of a function that rises, on a ball."""
    return function(arb(x.lower())).union(function(arb(x.upper())))


def _sigmoid_of(x: arb) -> arb:
    return _between(_sigmoid_at, x)


def _sigmoid_at(x: arb) -> arb:
    # Of two forms the one whose exponential is small: the other one is a quotient of large numbers.
    if x > 0:
        return 1 / (1 + (-x).exp())
    raised = x.exp()
    return raised / (1 + raised)


def _softplus_of(x: arb) -> arb:
    return x + (-x).exp().log1p() if x > 0 else x.exp().log1p()
