"""Runs of classes on which a constant has one sign, found between integer zeros, one by one, and on a tail."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from math import isqrt

from symcheck.constants.box import Box
from symcheck.constants.constant import Constant
from symcheck.constants.ladder import Exhausted
from symcheck.constants.roots import HIGHEST_DEGREE, last_integer_below, only_variable, real_roots, univariate
from symcheck.constants.samples import is_decisive, joined, proved, sampled, two_signs
from symcheck.constants.sign import Sign
from symcheck.language.parameter import Interval
from symcheck.language.scope import Classes
from symcheck.reason import Undecided

Runs = list[tuple[Classes, Sign]]

MOST_LOOKS = 80
"""A finite part is cut into at most about so many pieces."""

_STEPS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 10**3, 10**4, 10**6, 10**9, 10**12, 10**18)
"""A tail on which one rule holds is looked for after so many numbers of classes."""

_FEW = 4


def runs_of(c: Constant) -> Runs:
    """The runs, found on each part between the integer zeros and sign changes of the factors in C alone."""
    field = c.field
    known = field.runs.get(c.key)
    if known is not None:
        return known
    found: Runs = []
    for part in _parts(c):
        found += _runs_on(c, part)
    field.runs[c.key] = merged = list(_merged(found))
    return merged


def _parts(c: Constant) -> Iterator[Classes]:
    """The classes cut where a factor of the numerator in C alone is 0 or changes sign."""
    field = c.field
    starts = {field.scope.classes.low}
    for f, _ in field.factors(c)[1]:
        if only_variable(field.ladder, f) != "C":
            continue
        polynomial = univariate(f)
        if polynomial.degree() == 1:
            root = Fraction(-int(polynomial[0]), int(polynomial[1]))
            starts.add(root.numerator // root.denominator + 1)
            if root.denominator == 1:
                starts.add(int(root))
        elif polynomial.degree() <= HIGHEST_DEGREE:
            below = [last_integer_below(root) for root in real_roots(polynomial)]
            starts |= {k + 1 for k in below if k is not None}
    classes = field.scope.classes
    inside = sorted(s for s in starts if s in classes)
    for low, following in zip(inside, [*inside[1:], None], strict=True):
        yield Classes(low, classes.high if following is None else following - 1)


def _runs_on(c: Constant, classes: Classes) -> Runs:
    if classes.fixed is not None:
        return [(classes, _single(c, classes.fixed))]
    if classes.high is not None:
        return _refined(c, classes)
    ahead, sign = _tail(c, classes.low)
    tail = Classes(classes.low + ahead)
    before = _refined(c, Classes(classes.low, tail.low - 1)) if ahead else []
    return [*before, (tail, sign or _looked_at(c, tail))]


def _tail(c: Constant, low: int) -> tuple[int, Sign | None]:
    """How many numbers of classes come before a tail with one sign, and this sign."""
    effort = c.field.effort
    try:
        with effort.climb():
            for step in (0, 1):
                sign = _whole(c, Classes(low + step))
                if sign is not None:
                    return step, sign
            with effort.whole_boxes():
                for step in _STEPS:
                    sign = _whole(c, Classes(low + step))
                    if sign is not None:
                        return step, sign
    except Exhausted:
        if effort.is_running:
            raise
    return _FEW, None


def _refined(c: Constant, classes: Classes) -> Runs:
    """The runs of a finite part: cut in two until the ladder proves a sign, or each C stands alone."""
    found: Runs = []
    todo = [classes]
    looks = MOST_LOOKS
    while todo:
        part = todo.pop()
        high = part.high
        assert high is not None
        if part.fixed is not None:
            found.append((part, _single(c, part.low)))
            looks -= 1
            continue
        sign = _whole(c, part) if looks > 0 else _looked_at(c, part)
        if sign is not None:
            found.append((part, sign))
            looks -= 1
            continue
        # Cut in the geometric middle: signs change more often among small C.
        middle = min(max(isqrt(part.low * high), part.low), high - 1)
        todo += [Classes(middle + 1, high), Classes(part.low, middle)]
    return found


def _whole(c: Constant, classes: Classes) -> Sign | None:
    """The sign on all of ``classes`` if the ladder proves one."""
    try:
        with c.field.effort.climb():
            proof = c.field.ladder.prove(c, _box(c, classes))
    except Exhausted:
        if c.field.effort.is_running:
            raise
        return None
    return proved(proof) if proof is not None and is_decisive(proof) else None


def _looked_at(c: Constant, classes: Classes) -> Sign:
    return sampled(two_signs(c.field, c, _box(c, classes)), None)


def _box(c: Constant, classes: Classes) -> Box:
    high = None if classes.high is None else Fraction(classes.high)
    side = Interval(Fraction(classes.low), high, low_open=False, high_open=False, integer=True)
    return c.field.box.with_side("C", side)


def _single(c: Constant, classes: int) -> Sign:
    field = c.field.narrowed({"C": classes})
    try:
        return field.sign(c.field.restricted(c, field))
    except Undecided:
        return sampled((), None)


def _merged(runs: Runs) -> Iterator[tuple[Classes, Sign]]:
    """Neighbours of one kind as one run."""
    for _, group in groupby(runs, key=lambda run: run[1].kind):
        same = list(group)
        classes = Classes(same[0][0].low, same[-1][0].high)
        yield classes, same[0][1] if len(same) == 1 else joined([sign for _, sign in same])
