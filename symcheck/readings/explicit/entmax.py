"""alpha-entmax in balls: its values at a point, and their power series where the support does not change.

With q the largest of the s_k and m the largest of the v_k, for alpha != 1,

    s_k = [q^(alpha - 1) + (alpha - 1) (v_k - m)]_+^(1/(alpha - 1)),   1/C <= q <= 1,

and each s_k rises with q, so that q is enclosed by two numbers at which the sum is below 1 and above 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flint import arb, arb_series

from symcheck.readings.explicit.float_shares import shares as float_shares

FIRST_WIDTH: Final = 180
"""The enclosure of q is tried with 2^-180, 2^-160, ... to either side."""


def bases_of(v: Sequence[arb], alpha: arb) -> tuple[arb, list[arb]]:
    """q, and the q^(alpha - 1) + (alpha - 1) (v_k - m) whose positive parts are the s_k^(alpha - 1)."""
    most = v[0]
    for x in v[1:]:
        most = most.max(x)
    rate = alpha - 1
    gaps = [rate * (x - most) for x in v]
    q = _enclosed(gaps, rate)
    return q, [q**rate + gap for gap in gaps]


def shares(q: arb, bases: Sequence[arb], alpha: arb) -> list[arb]:
    """The s_k; where a ball does not tell whether a class is in the support, from 0 on."""
    return [_share(base, alpha - 1, q) for base in bases]


def series_of(v: Sequence[Sequence[arb]], bases: Sequence[arb], alpha: arb) -> list[arb_series]:
    """The series of the s_k from the coefficients of the v_k and the ``bases`` at t = 0, none of which contains 0."""
    rate = alpha - 1
    changes = [arb_series([arb(0), *(rate * c for c in row[1:])]) for row in v]
    inside = [k for k, base in enumerate(bases) if base > 0]
    slope = sum((_root(bases[k], rate) / bases[k] for k in inside), arb(0)) / rate
    level = arb_series([])
    entries: list[arb_series] = []
    # Each round the coefficient of one more power of t is found from sum_k s_k = 1.
    for n in range(1, len(v[0]) + 1):
        entries = [_series_root(arb_series([bases[k]]) + changes[k] - level, rate) for k in inside]
        if n < len(v[0]):
            missing = sum(entries, arb_series([]))[n] / slope
            level = level + arb_series([*[arb(0)] * n, missing])
    found = [arb_series([])] * len(bases)
    for k, entry in zip(inside, entries, strict=True):
        found[k] = entry
    return found


def _enclosed(gaps: Sequence[arb], rate: arb) -> arb:
    """q, between two numbers at which the sum of the s_k is shown to be on different sides of 1."""
    # A guess in floats costs the width of a ball where it is wrong, and nothing else.
    in_floats = float_shares([float((g / rate).mid()) for g in gaps], 1 + float(rate.mid()))
    guess = _refined(max(in_floats), gaps, rate)
    for bits in range(FIRST_WIDTH, 0, -20):
        width = arb(2) ** -bits
        low, high = guess - width, guess + width
        if low > 0 and _excess(low, gaps, rate) < 0 and _excess(high, gaps, rate) > 0:
            return low.union(high)
    return (1 / arb(len(gaps))).union(arb(1))


def _excess(q: arb, gaps: Sequence[arb], rate: arb) -> arb:
    """sum_k s_k - 1 for this q."""
    power = q**rate
    return sum((_share(power + gap, rate, arb(1)) for gap in gaps), arb(-1))


def _share(base: arb, rate: arb, most: arb) -> arb:
    """[base]_+^(1/rate)."""
    if base > 0:
        return _root(base, rate)
    if base <= 0 and rate > 0:
        return arb(0)
    if rate > 0 and base.upper() > 0:
        return arb(0).union(_root(arb(base.upper()), rate))
    return arb(0).union(most)


def _root(base: arb, rate: arb) -> arb:
    return base ** (1 / rate)


def _series_root(base: arb_series, rate: arb) -> arb_series:
    return (base.log() * arb_series([1 / rate])).exp()


def _refined(q: float, gaps: Sequence[arb], rate: arb) -> arb:
    """Newton's steps from ``q`` at the middles of the balls."""
    middles, middle = [arb(g.mid()) for g in gaps], arb(rate.mid())
    found = arb(q)
    for _ in range(3):
        bases = [base for gap in middles if (base := found**middle + gap) > 0]
        # d s_k / d q = (s_k / q)^(2 - alpha)
        rise = sum((_root(base, middle) / base for base in bases), arb(0)) * found ** (middle - 1)
        step = _excess(found, middles, middle) / rise if rise > 0 else arb(0)
        if not step.is_finite() or not found - step > 0:
            break
        found = arb((found - step).mid())
    return found
