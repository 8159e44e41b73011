"""Runs of classes on which an element has one sign, found between integer zeros, one by one, and on a tail."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby, islice
from math import isqrt

from symcheck.field.ball import PRECISIONS, Point
from symcheck.field.element import Element
from symcheck.field.signs.box import Box
from symcheck.field.signs.effort import Exhausted
from symcheck.field.signs.points import FAR, FIRST_LOOK
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.rules.roots import HIGHEST_DEGREE, last_integer_below, only_variable, real_roots, univariate
from symcheck.field.signs.samples import is_decisive, joined, sampled, sign_of_proof, two_signs
from symcheck.field.signs.sign import Kind, Sign
from symcheck.language.interval import Interval
from symcheck.language.scope import Classes
from symcheck.reason import Undecided

Runs = list[tuple[Classes, Sign]]

MOST_RUNGS = 500
"""The effort for all runs of one element."""

MOST_LOOKS = 80
"""A finite part is cut into at most about so many pieces."""

_STEPS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 10**3, 10**4, 10**6, 10**9, 10**12, 10**18)
"""A tail on which one rule holds is looked for after so many numbers of classes."""

_FEW = 4


def runs_of(prover: Prover, c: Element) -> Runs:
    """The runs, found on each part between the integer zeros and sign changes of the factors in C alone."""
    return _Partition(prover, c).runs()


class _Partition:
    """The search for the runs of one element: it goes on without cutting when its effort is spent."""

    def __init__(self, prover: Prover, c: Element) -> None:
        self._prover, self._field, self._c = prover, prover.field, c
        self._effort = prover.field.effort
        self._inside = self._effort.is_running
        self._looks = MOST_LOOKS

    def runs(self) -> Runs:
        """The runs, neighbours of one kind put together."""
        found: Runs = []
        with self._effort.climb(MOST_RUNGS):
            for part in _parts(self._c):
                found += self._runs_on(part)
        return list(_merged(found))

    def _runs_on(self, classes: Classes) -> Runs:
        if classes.high is not None:
            return self._refined(classes)
        ahead, sign = self._tail(classes.low)
        tail = Classes(classes.low + ahead)
        before = self._refined(Classes(classes.low, tail.low - 1)) if ahead else []
        return [*before, (tail, sign or self._looked_at(tail))]

    def _tail(self, low: int) -> tuple[int, Sign | None]:
        """How many numbers of classes come before a tail with one sign, and this sign."""
        # The whole part, or all of it but the first C: most of the time one of them has one sign.
        for step in (0, 1):
            sign = self._whole(Classes(low + step))
            if sign is not None:
                return step, sign
        # Where parameters change the sign at a far C, a tail with one sign is not looked for at every step.
        beyond = Classes(low + FAR[-1], low + FAR[-1])
        if self._is_mixed_at_one_far() or self._looked_at(beyond).kind is Kind.MIXED:
            return _FEW, None
        # Halves of parameter intervals are too costly to be tried at every step.
        with self._effort.whole_boxes():
            for step in _STEPS:
                sign = self._whole(Classes(low + step))
                if sign is not None:
                    return step, sign
        return _FEW, None

    def _is_mixed_at_one_far(self) -> bool:
        """Whether parameters alone change the sign at a far C: then a tail with one sign is not to be hoped for."""
        field = self._field
        points = self._prover.points(field.box.only(field.depends(self._c)))
        return (
            len(points.first.values) > 1
            and len(self._prover.signs_at(self._c, (p for p in points if p.values["C"] == FAR[0]))) > 1
        )

    def _refined(self, classes: Classes) -> Runs:
        """The runs of a finite part: cut in two until the ladder proves a sign, or each C stands alone."""
        found: Runs = []
        todo = [classes]
        while todo:
            part = todo.pop()
            self._looks -= 1
            # At one C the element is derived again in a field in which C is a number: log(C - 1) is 0 at C = 2.
            if part.fixed is not None:
                found.append((part, self._single(part.low)))
                continue
            sign = self._whole(part) if self._looks > 0 else self._looked_at(part)
            if sign is not None:
                found.append((part, sign))
                continue
            assert part.high is not None
            last = self._last_before_change(part.low, part.high)
            todo += [Classes(last + 1, part.high), Classes(part.low, last)]
        return found

    def _last_before_change(self, low: int, high: int) -> int:
        """Where to cut: before a change of sign that balls show, else in the geometric middle."""
        field = self._field
        values = self._prover.points(field.box.only(field.depends(self._c))).first.values

        def sign(classes: int) -> int | None:
            return Point(field, {**values, "C": classes}).sign(self._c, PRECISIONS[:2])

        first, last = sign(low), sign(high)
        if first is None:
            return low
        if last is None:
            return high - 1
        if first == last:
            return min(max(isqrt(low * high), low), high - 1)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if sign(middle) == first else (low, middle)
        return low

    def _whole(self, classes: Classes) -> Sign | None:
        """The sign on all of ``classes`` if the ladder proves one."""
        box = _box(self._c, classes).only(self._field.depends(self._c))
        # Two signs at points: there is no proof to be found.
        if len(self._prover.signs_at(self._c, islice(self._prover.points(box), FIRST_LOOK))) > 1:
            return None
        try:
            proof = self._prover.prove(self._c, box)
        except Exhausted:
            if self._inside:
                raise
            self._looks = min(self._looks, _FEW)
            return None
        return sign_of_proof(self._prover, proof) if proof is not None and is_decisive(proof) else None

    def _single(self, classes: int) -> Sign:
        if len(self._field.depends(self._c)) > 1:
            seen = self._looked_at(Classes(classes, classes))
            if seen.kind is Kind.MIXED:
                return seen
        field = self._field.narrowed({"C": classes})
        try:
            return field.sign(self._field.restricted(self._c, field))
        except Undecided:
            return sampled((), None)
        except Exhausted:
            if self._inside:
                raise
            return self._looked_at(Classes(classes, classes))

    def _looked_at(self, classes: Classes) -> Sign:
        """The sign as far as points show it."""
        return sampled(two_signs(self._prover, self._c, _box(self._c, classes)), None)


def _parts(c: Element) -> Iterator[Classes]:
    """The classes cut where a factor of the numerator in C alone is 0 or changes sign."""
    field = c.field
    starts = {field.scope.classes.low}
    for f, _ in field.factors(c)[1]:
        if only_variable(f) != "C":
            continue
        polynomial = univariate(f)
        if polynomial.degree() == 1:
            root = Fraction(-int(polynomial[0]), int(polynomial[1]))
            starts.add(root.numerator // root.denominator + 1)
            # A whole zero is a run of its own.
            if root.denominator == 1:
                starts.add(int(root))
        elif polynomial.degree() <= HIGHEST_DEGREE:
            below = [last_integer_below(root) for root in real_roots(polynomial)]
            starts |= {k + 1 for k in below if k is not None}
    classes = field.scope.classes
    inside = sorted(s for s in starts if s in classes)
    for low, following in zip(inside, [*inside[1:], None], strict=True):
        yield Classes(low, classes.high if following is None else following - 1)


def _box(c: Element, classes: Classes) -> Box:
    high = None if classes.high is None else Fraction(classes.high)
    side = Interval(Fraction(classes.low), high, low_open=False, high_open=False, integer=True)
    return c.field.box.with_side("C", side)


def _merged(runs: Runs) -> Iterator[tuple[Classes, Sign]]:
    """Neighbours of one kind as one run."""
    for _, group in groupby(runs, key=lambda run: run[1].kind):
        same = list(group)
        classes = Classes(same[0][0].low, same[-1][0].high)
        yield classes, same[0][1] if len(same) == 1 else joined([sign for _, sign in same])
