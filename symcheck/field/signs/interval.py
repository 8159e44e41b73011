"""Arithmetic of intervals with exact rational ends, each open or closed or unbounded.

Every result contains all values; an open end is one that no value reaches.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from symcheck.field.ball import ball_of, working
from symcheck.language.interval import Interval

End = tuple[Fraction | None, bool]
"""A lower or upper end (None: unbounded), and whether it is open."""

BITS = 24
"""Ends of logarithms and exponentials are rounded outward to about so many bits."""

LARGEST = 4000
"""exp(x) is taken as unbounded above, or as exp(LARGEST) at least, where x is larger."""

MOST_BITS = 10**6
"""Ends of powers with more bits than this are left open."""

ALL = Interval(None, None, low_open=True, high_open=True)


def point(value: int | Fraction) -> Interval:
    """The interval of one number."""
    return Interval(Fraction(value), Fraction(value), low_open=False, high_open=False)


def _of(low: End, high: End) -> Interval:
    return Interval(low[0], high[0], low_open=low[1], high_open=high[1])


def total(a: Interval, b: Interval) -> Interval:
    """{x + y}."""
    low = None if a.low is None or b.low is None else a.low + b.low
    high = None if a.high is None or b.high is None else a.high + b.high
    return Interval(low, high, low_open=a.low_open or b.low_open, high_open=a.high_open or b.high_open)


def scaled(a: Interval, factor: Fraction | int) -> Interval:
    """{factor x}."""
    if factor == 0:
        return point(0)
    low: End = (None if a.low is None else a.low * factor, a.low_open)
    high: End = (None if a.high is None else a.high * factor, a.high_open)
    return _of(low, high) if factor > 0 else _of(high, low)


def product(a: Interval, b: Interval) -> Interval:
    """{x y}."""
    if a.low == a.high == 0 or b.low == b.high == 0:
        return point(0)
    if a.low is not None and b.low is not None and a.low >= 0 and b.low >= 0:
        high: End = (None, True)
        if a.high is not None and b.high is not None:
            high = _corner(a.high, a.high_open, b.high, b.high_open)
        return _of(_corner(a.low, a.low_open, b.low, b.low_open), high)
    if a.high is not None and a.high <= 0:
        return scaled(product(scaled(a, -1), b), -1)
    if b.high is not None and b.high <= 0:
        return scaled(product(a, scaled(b, -1)), -1)
    corners: list[tuple[Fraction, bool]] = []
    infinite_below = infinite_above = False
    for x, x_open, x_up in ((a.low, a.low_open, False), (a.high, a.high_open, True)):
        for y, y_open, y_up in ((b.low, b.low_open, False), (b.high, b.high_open, True)):
            if x is not None and y is not None:
                corners.append(_corner(x, x_open, y, y_open))
            # An unbounded end is no value: near it all products with 0 are 0.
            elif x == 0 or y == 0:
                corners.append((Fraction(0), x_open if x == 0 else y_open))
            else:
                up = (x_up if x is None else x > 0) == (y_up if y is None else y > 0)
                infinite_above, infinite_below = infinite_above or up, infinite_below or not up
    least = (None, True) if infinite_below else min(corners)
    most = (None, True) if infinite_above else max(corners, key=lambda e: (e[0], not e[1]))
    return _of(least, most)


def _corner(x: Fraction, x_open: bool, y: Fraction, y_open: bool) -> tuple[Fraction, bool]:
    if x == 0 or y == 0:
        # 0 is reached as soon as one factor reaches it.
        return Fraction(0), not ((x == 0 and not x_open) or (y == 0 and not y_open))
    return x * y, x_open or y_open


def power(a: Interval, exponent: int) -> Interval:
    """{x**exponent} for a positive whole exponent; a wider interval where the ends would be numbers of many digits."""
    if exponent == 1:
        return a
    if exponent * max((_bits(end) for end in (a.low, a.high) if end is not None), default=0) > MOST_BITS:
        if exponent % 2 == 0 or (a.low is not None and a.low >= 0):
            return Interval(Fraction(0), None, low_open=a.low is not None and a.low > 0, high_open=True)
        return ALL
    if a.low is not None and a.low >= 0:
        high = None if a.high is None else a.high**exponent
        return Interval(a.low**exponent, high, low_open=a.low_open, high_open=a.high_open)
    if a.high is not None and a.high <= 0:
        up = power(scaled(a, -1), exponent)
        return up if exponent % 2 == 0 else scaled(up, -1)
    if exponent % 2:
        low = None if a.low is None else a.low**exponent
        high = None if a.high is None else a.high**exponent
        return Interval(low, high, low_open=a.low_open, high_open=a.high_open)
    if a.low is None or a.high is None:
        return Interval(Fraction(0), None, low_open=False, high_open=True)
    far = max(-a.low, a.high)
    reached = (far == a.high and not a.high_open) or (far == -a.low and not a.low_open)
    return Interval(Fraction(0), far**exponent, low_open=False, high_open=not reached)


def _bits(x: Fraction) -> int:
    return max(x.numerator.bit_length(), x.denominator.bit_length())


def reciprocal(a: Interval) -> Interval:
    """{1/x} for an interval in which 0 is no interior point; x = 0 itself is left out."""
    if a.low is not None and a.low >= 0 and a.high != 0:
        low: End = (Fraction(0), True) if a.high is None else (1 / a.high, a.high_open)
        high: End = (None, True) if a.low == 0 else (1 / a.low, a.low_open)
        return _of(low, high)
    if a.high is not None and a.high <= 0 and a.low != 0:
        return scaled(reciprocal(scaled(a, -1)), -1)
    return ALL


def log(a: Interval) -> Interval:
    """{log x} for the positive x."""
    low: End = (None, True) if a.low is None or a.low <= 0 else _rounded(a.low, a.low_open, "log", up=False)
    high: End = (None, True) if a.high is None or a.high <= 0 else _rounded(a.high, a.high_open, "log", up=True)
    return _of(low, high)


def exp(a: Interval) -> Interval:
    """{exp x}."""
    low: End = (Fraction(0), True)
    if a.low is not None and a.low >= -LARGEST:
        low = _rounded(min(a.low, Fraction(LARGEST)), a.low_open, "exp", up=False)
    high: End = (None, True)
    if a.high is not None and a.high <= LARGEST:
        high = _rounded(max(a.high, Fraction(-LARGEST)), a.high_open, "exp", up=True)
    return _of(low, high)


def arccos(a: Interval) -> Interval:
    """{arccos x} for the x in [-1, 1)."""
    low: End = (Fraction(0), True)
    if a.high is not None and a.high < 1:
        low = _rounded(a.high, a.high_open, "acos", up=False)
    inside = a.low is not None and a.low > -1
    high = _rounded(a.low if a.low is not None and inside else Fraction(-1), a.low_open or not inside, "acos", up=True)
    return _of(low, high)


def arctan(a: Interval) -> Interval:
    """{arctan x}."""
    return _rising(a, "atan", Fraction(2))


def erf(a: Interval) -> Interval:
    """{erf x}."""
    return _rising(a, "erf", Fraction(1))


def _rising(a: Interval, function: str, most: Fraction) -> Interval:
    """{f(x)} for an f that rises, with f(0) = 0 and values between -``most`` and ``most``."""
    low: End = (-most, True) if a.low is None else _rounded(a.low, a.low_open, function, up=False)
    high: End = (most, True) if a.high is None else _rounded(a.high, a.high_open, function, up=True)
    return _of(low, high)


def cos(a: Interval) -> Interval:
    """{cos x}, or a wider interval, in which 1 is not reached where all the x are between 0 and 2 pi."""
    found = _wave(a, "cos")
    inside = a.low is not None and a.high is not None and a.high <= 6 and (a.low > 0 or (a.low == 0 and a.low_open))
    return Interval(found.low, found.high, low_open=False, high_open=inside and found.high == 1)


def sin(a: Interval) -> Interval:
    """{sin x}, or a wider interval, which ends at 0 where all the x are between 0 and pi."""
    found = _wave(a, "sin")
    if a.low is None or a.high is None or a.low < 0 or not 0 < a.high <= 3:
        return found
    positive = a.low > 0 or a.low_open
    low = found.low if found.low is not None and found.low > 0 else Fraction(0)
    return Interval(low, found.high, low_open=positive and low == 0, high_open=found.high_open)


def _wave(a: Interval, function: str) -> Interval:
    low, high = Fraction(-1), Fraction(1)
    if a.low is not None and a.high is not None and a.high - a.low < 7:
        with working(2 * BITS):
            ball = getattr(ball_of(a.low).union(ball_of(a.high)), function)()
            if ball.is_finite():
                low, high = max(low, _outward(ball, up=False)), min(high, _outward(ball, up=True))
    return Interval(low, high, low_open=False, high_open=False)


def _rounded(x: Fraction, is_open: bool, function: str, *, up: bool) -> End:
    """The end f(x): exact where it is rational (log 1, exp 0, erf 0), else rounded outward, so never reached."""
    if function == "log" and x == 1:
        return Fraction(0), is_open
    if function == "exp" and x == 0:
        return Fraction(1), is_open
    if function in ("atan", "erf") and x == 0:
        return Fraction(0), is_open
    with working(2 * BITS):
        ball = getattr(ball_of(x), function)()
        return _outward(ball, up=up), True


def _outward(ball: arb, *, up: bool) -> Fraction:
    """A rational number of few bits beyond the ball on the side asked for."""
    mantissa, exponent = (ball.upper() if up else ball.lower()).man_exp()
    m, e = int(mantissa), int(exponent)
    spare = m.bit_length() - BITS
    if spare > 0:
        m, e = (-((-m) >> spare) if up else m >> spare), e + spare
    return Fraction(m) * Fraction(2) ** e
