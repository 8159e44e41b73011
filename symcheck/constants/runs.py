"""Runs of classes on which a constant has one sign, found between integer zeros, one by one, and on a tail."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

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

LONGEST_START = 64
"""So many numbers of classes are looked at one by one before a tail on which one rule holds."""

_STEPS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, LONGEST_START)
_FEW = 6


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
    low, high = classes.low, classes.high
    sign: Sign | None
    try:
        with c.field.effort.climb():
            ahead, sign = _tail(c, classes)
    except Exhausted:
        if c.field.effort.is_running:
            raise
        ahead, sign = _FEW, None
    if ahead and high is not None and high - low < LONGEST_START:
        return _singles(c, low, high)
    tail = Classes(low + ahead, high)
    return [*_singles(c, low, tail.low - 1), (tail, sign or sampled(two_signs(c.field, c, _box(c, tail)), None))]


def _tail(c: Constant, classes: Classes) -> tuple[int, Sign | None]:
    """How many numbers of classes come before a tail with one sign, and this sign."""
    is_long = classes.high is None or classes.high - classes.low >= LONGEST_START
    for step in (0, 1) if is_long else (0,):
        sign = _whole(c, Classes(classes.low + step, classes.high))
        if sign is not None:
            return step, sign
    if is_long:
        with c.field.effort.whole_boxes():
            for step in _STEPS:
                sign = _whole(c, Classes(classes.low + step, classes.high))
                if sign is not None:
                    return step, sign
    return _FEW, None


def _singles(c: Constant, low: int, high: int) -> Runs:
    return [(Classes(k, k), _single(c, k)) for k in range(low, high + 1)]


def _whole(c: Constant, classes: Classes) -> Sign | None:
    """The sign on all of ``classes`` if the ladder proves one."""
    proof = c.field.ladder.prove(c, _box(c, classes))
    if proof is None or not is_decisive(proof):
        return None
    return proved(proof)


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
