"""What a rule asks of the prover that tries it: proofs of simpler signs, and where the generators lie on a box."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from fractions import Fraction

from symcheck.field.ball import PRECISIONS, Point
from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Parts
from symcheck.field.generator import Role
from symcheck.field.signs import interval
from symcheck.field.signs.box import Box
from symcheck.field.signs.points import Points
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.sign import ProvedSign
from symcheck.language.interval import Interval
from symcheck.language.scope import Classes


class Prover(ABC):
    """Proofs of signs for the elements of ``field``: a rule proves one sign from others that it asks for here."""

    def __init__(self, field: AbstractField) -> None:
        self.field = field
        self._numbers = Point(field, {})
        self._points: dict[Box, Points] = {}
        self._ranges: dict[Box, dict[int, Interval]] = {}
        self._rounded: dict[Box, set[int]] = {}
        self._smooth: dict[tuple[int, Box], bool] = {}

    # proofs

    @abstractmethod
    def prove(self, c: Element, box: Box) -> Proof | None:
        """A proof of a sign of ``c`` on ``box``, or None."""

    @abstractmethod
    def quick(self, c: Element, box: Box) -> Proof | None:
        """The same by the rules that only look at the terms."""

    @abstractmethod
    def narrowed(self, values: Mapping[str, Fraction], classes: Classes | None) -> Prover:
        """The prover where variables have ``values``, for all real C between the ends of ``classes``."""

    # what balls show, and where generators lie

    def points(self, box: Box) -> Points:
        """Points of ``box``, made as they are asked for."""
        known = self._points.get(box)
        if known is None:
            known = self._points[box] = Points(self.field, box)
        return known

    def number_sign(self, parts: Parts) -> int | None:
        """The sign of a polynomial in generators that are numbers, from balls; None if they do not tell."""
        return self._numbers.sum_sign(parts, PRECISIONS[:2])

    def signs_at(self, c: Element, points: Iterable[Point]) -> set[int]:
        """The signs that balls of ``c`` show at ``points``, until two are seen."""
        seen: set[int] = set()
        for p in points:
            sign = p.sign(c, PRECISIONS[:2])
            if sign is not None:
                seen.add(sign)
                if len(seen) == 2:
                    break
        return seen

    def range(self, place: int, box: Box) -> Interval:
        """An interval that contains every value on ``box`` of the generator at ``place``."""
        ranges = self._ranges.setdefault(box, {})
        known = ranges.get(place)
        if known is not None:
            return known
        g = self.field.generators[place]
        if g.role is Role.PARITY:
            found = _UNIT
        elif g.role in (Role.COS, Role.SIN):
            found = (interval.cos if g.role is Role.COS else interval.sin)(self.enclosure(g.argument, box))
            self._rounded.setdefault(box, set()).add(place)
        elif g.of is None:
            found = box.side(g.name)
        else:
            is_log = g.role is Role.LOG
            inner = self.enclosure(g.of, box)
            found = _IMAGES[g.role](inner)
            # log u is 0 where u is 1, exp u is 1 where u is 0, and arctan u and erf u are 0 there: a sign of u - 1,
            # or of u, cuts the range there.
            at, rounded = (1 if g.role is Role.EXP else 0), self._rounded.setdefault(box, set())
            if _has_ends_but(found, at) or not self.has_exact_sign(place, box):
                rounded.add(place)
            if _straddles(found, at):
                ranges[place] = found  # in case the question comes back to this generator
                proof = self.prove(g.of - 1 if is_log else g.of, box)
                found = _cut(found, proof, at=at)
                if proof is not None and not proof.exact:
                    rounded.add(place)
        ranges[place] = found
        return found

    def has_exact_range(self, place: int, box: Box) -> bool:
        """Whether no ball was used for the range of this generator."""
        self.range(place, box)
        return place not in self._rounded.get(box, ())

    def has_exact_sign(self, place: int, box: Box) -> bool:
        """Whether no ball was used for the sign of this generator: exp and arccos are positive, log x where x > 1."""
        g = self.field.generators[place]
        if g.role in (Role.COS, Role.SIN):
            return False
        if g.of is None or g.role in (Role.EXP, Role.ARCCOS, Role.PARITY):
            return True
        return all(self.has_exact_range(p, box) for p in g.of.places)

    def enclosure(self, c: Element, box: Box) -> Interval:
        """An interval that contains every value of ``c`` on ``box``, from the ranges of the generators alone."""
        n = self._enclosed(c.parts, box)
        if c.d.is_one():
            return n
        return interval.product(n, interval.reciprocal(self._enclosed(c.denominator_parts, box)))

    def _enclosed(self, parts: Parts, box: Box) -> Interval:
        value = interval.point(0)
        for coefficient, powers in parts:
            term = interval.point(1)
            for place, exponent in powers:
                term = interval.product(term, interval.power(self.range(place, box), exponent))
            value = interval.total(value, interval.scaled(term, coefficient))
        return value

    def is_smooth(self, c: Element, box: Box) -> bool:
        """Whether all generators of ``c`` exist, and are smooth, at every real point of ``box``."""
        return all(self._is_smooth(place, box) for place in c.places)

    def _is_smooth(self, place: int, box: Box) -> bool:
        g = self.field.generators[place]
        if g.of is None or not g.depends:
            return True
        if g.role is Role.PARITY:
            return False
        key = place, box
        known = self._smooth.get(key)
        if known is None:
            known = self.is_smooth(g.of, box)
            if known and not g.of.d.is_one():
                known = self._is_proved(g.of.denominator, box, (ProvedSign.POSITIVE, ProvedSign.NEGATIVE))
            if known and g.role is Role.LOG:
                known = self._is_proved(g.of, box, (ProvedSign.POSITIVE,))
            if known and g.role is Role.ARCCOS:
                known = self._is_proved(1 - g.of * g.of, box, (ProvedSign.POSITIVE,))
            self._smooth[key] = known
        return known

    def _is_proved(self, c: Element, box: Box, signs: tuple[ProvedSign, ...]) -> bool:
        proof = self.prove(c, box)
        return proof is not None and proof.proved in signs


_UNIT = Interval(Fraction(-1), Fraction(1), low_open=False, high_open=False)
_IMAGES = {Role.LOG: interval.log, Role.EXP: interval.exp, Role.ARCCOS: interval.arccos,
           Role.ARCTAN: interval.arctan, Role.ERF: interval.erf}  # fmt: skip


def _straddles(a: Interval, at: int) -> bool:
    return (a.low is None or a.low < at) and (a.high is None or a.high > at)


def _has_ends_but(a: Interval, at: int) -> bool:
    """Whether an end is a rounded number: neither unbounded nor 0 nor ``at``, the ends that are exact."""
    return any(end is not None and end not in (0, at) for end in (a.low, a.high))


def _cut(a: Interval, proof: Proof | None, *, at: int) -> Interval:
    """``a`` without what lies on the wrong side of ``at``, according to the sign proved of the difference."""
    if proof is None:
        return a
    proved = proof.proved
    end = interval.point(at).low
    if proved.at_least_zero and (a.low is None or a.low < at):
        return Interval(end, a.high, low_open=proved is ProvedSign.POSITIVE, high_open=a.high_open)
    if proved.at_most_zero and (a.high is None or a.high > at):
        return Interval(a.low, end, low_open=a.low_open, high_open=proved is ProvedSign.NEGATIVE)
    return a
