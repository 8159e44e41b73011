"""How large D^3 l[v, v, .] can be for a function of the gap, from phi', phi'' and phi'''.

With pi the softmax over the classes but the label, d = grad g = pi - e_y, and for a unit vector v: x = d.v, V the
variance and k the third central moment of its entries under pi,

    D^3 l[v, v, v] = phi''' x^3 + 3 phi'' x V + phi' k,

and by Banach's theorem on symmetric forms the largest ||D^3 l[v, v, .]|| over unit vectors v is the largest of these.
Two facts bound them.

(1) x^2/2 + 2 V <= 1.  Let a be the entry of v at the label, m and q the means of the others and of their squares, lo
and hi the least and the largest of them.  x = m - a, so x^2/2 + 2 V <= a^2 + m^2 + 2 (q - m^2) = a^2 + 2 q - m^2.
Since q <= (lo + hi) m - lo hi, 2 q - m^2 <= lo^2 + hi^2 - (m - lo - hi)^2, and lo^2 + hi^2 <= 1 - a^2 where the two
stand at different classes; where all others are equal, 2 q - m^2 = m^2 <= 1 - a^2.

(2) |k| <= V sqrt(2 - 4 V).  For b the distance from m to hi, (t - b)(t + V/b)^2 <= 0 for t = v_k - m has the mean
k - V (b - V/b) <= 0.  V <= (m - lo) b (Bhatia, Davis) gives b + V/b <= hi - lo, so b - V/b <= sqrt((hi - lo)^2 - 4 V),
and (hi - lo)^2 <= 2 (lo^2 + hi^2) <= 2.  The same for -v.

At C = 2 there is one other class, V = k = 0 and x^2 <= 2.  For the cross entropy every z has the third cumulants of
softmax(z), and (2) alone gives sqrt(6)/9, the largest of V sqrt(2 - 4 V), at V = 1/3.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import inf, sqrt
from typing import Final

from symcheck.conditions.constants.rounded import above, below
from symcheck.readings.gap.series import Slopes

OF_SOFTMAX: Final = 0.2721655269759087
"""sqrt(6)/9, rounded up."""

SLACK: Final = 1 + 1e-12
"""More than what the roundings of a few products and sums of floats can amount to."""

LONGEST: Final = 1.4142135623730954
"""sqrt(2), rounded up: the largest x."""


def third_bound(slopes: Slopes, classes: int) -> float:
    """A number that ||D^3 l[v, v, .]|| does not exceed for ||v|| = 1 and phi', phi'', phi''' in these balls."""
    first, second, third = (max(above(x), -below(x)) for x in (slopes.first, slopes.second, slopes.third))
    # Otherwise inf - inf is met below, which is larger than nothing.
    if inf in (first, second, third):
        return inf
    if classes == 2:
        return LONGEST**3 * third * SLACK
    mid2, mid3 = float(slopes.second.mid()), float(slopes.third.mid())
    # What the balls add to their middles, and a sum of numbers of both signs loses.
    wide2 = max(above(slopes.second) - mid2, mid2 - below(slopes.second)) + second * 1e-14
    wide3 = max(above(slopes.third) - mid3, mid3 - below(slopes.third)) + third * 1e-14
    return SLACK * max(abs(mid3 * a + mid2 * b) + wide3 * a + wide2 * b + first * c for a, b, c in _corners())


@lru_cache(maxsize=1)
def _corners() -> tuple[tuple[float, float, float], ...]:
    """Points whose hull has every (x^3, 3 x V, k) with x >= 0, k >= 0 that (1) and (2) allow, rounded outwards."""
    found = []
    edges = [0.0, *(LONGEST * 0.97 ** (60 - n) for n in range(60)), LONGEST]
    for low, high in pairwise(edges):
        most = max((1 - low**2 / 2) / 2 * SLACK, 0.0)
        steps = [most * n / 3 for n in range(4)]
        for least, largest in pairwise(steps):
            k = _moment(least, largest)
            xs = (low**3 / SLACK, high**3 * SLACK)
            ys = (3 * low * least / SLACK, 3 * high * largest * SLACK)
            found += [(x, y, k) for x in xs for y in ys]
    return tuple(found)


def _moment(low: float, high: float) -> float:
    """The largest V sqrt(2 - 4 V) for V from ``low`` to ``high``, rounded up; it rises to V = 1/3 and falls then."""
    if low <= 1 / 3 <= high:
        return OF_SOFTMAX
    v = high if high < 1 / 3 else low
    return min(v * sqrt(max(2 - 4 * v, 0.0) + 1e-15) * SLACK, OF_SOFTMAX)
