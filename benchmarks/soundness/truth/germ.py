"""Germs: whether a formula has a value, a gradient and a Hessian at z = 0, and which, from its rays.

A formula no operator of which is taken where it is not smooth is analytic at 0, and a few rays give its derivatives.
Else its derivatives along rays are compared: a gradient makes them linear in the direction, and two continuous
derivatives make the second ones a quadratic form.  What these do not exclude is looked at next to 0, where the sign
of what decides a branch changes (``seams``).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.layout import Layout
from benchmarks.soundness.truth.numbers import ZERO, NoOpinion, Number, Undefined
from benchmarks.soundness.truth.rays import MOST_KNOWN, Ray
from benchmarks.soundness.truth.seams import is_seamless
from benchmarks.soundness.truth.series import Series
from symcheck.language.formula import Formula

Direction = tuple[Fraction, ...]

PAIRS = 2
"""So many pairs of random directions are compared."""


@dataclass(frozen=True)
class Germ:
    """The ``formula`` at z = 0 in the ``layout``, with these parameter ``values``."""

    formula: Formula
    layout: Layout
    values: Mapping[str, Number]

    @cached_property
    def value(self) -> Number | None:
        """f(0), None if the formula has no value there."""
        try:
            return self._ray(self._unit(), start_only=True).germ().coefficient(0)
        except Undefined:
            return None

    @cached_property
    def is_regular(self) -> bool:
        """Whether every operator is taken where it is analytic: then the formula is analytic at 0."""
        ray = self._generic[0]
        return not ray.touched and self._series(ray) is not None

    @cached_property
    def is_differentiable(self) -> bool:
        """Whether the derivatives along rays exist and are linear in the direction."""
        if self.value is None:
            return False
        if self.is_regular:
            return True
        slopes: dict[Direction, Number] = {}
        for d in self._directions:
            a = self._along(d)
            if a is None or any(e < 1 and e != 0 for e, _ in a.terms) or not numbers.same(a.coefficient(0), self.value):
                return False
            slopes[d] = a.coefficient(1)
            back = slopes.get(_negated(d))
            if back is not None and not numbers.is_zero(numbers.add(slopes[d], back)):
                return False
        return self._is_linear(slopes)

    @cached_property
    def gradient(self) -> list[Number] | None:
        """d f/d z of each group (of one class in it), None if there is no gradient."""
        if not self.is_differentiable:
            return None
        found: list[Number] = []
        for g, n in enumerate(self.layout.counts):
            twin = self._twin(g)
            slope = found[twin] if twin is not None else self._known_along(self._unit(g)).coefficient(1)
            found.append(slope if twin is not None else numbers.divide(slope, Fraction(n)))
        return found

    @cached_property
    def is_smooth(self) -> bool | None:
        """Whether the formula is C^2 near 0, None where this was not found."""
        if self.is_regular:
            return True
        if not self.is_differentiable or not self.is_quadratic:
            return False
        return is_seamless(self.formula, self.layout, self.values, self._touched)

    @cached_property
    def is_quadratic(self) -> bool:
        """Whether the second derivatives along rays are a quadratic form; for a differentiable formula."""
        if self.is_regular:
            return True
        bends: dict[Direction, Number] = {}
        for d in self._directions:
            a = self._known_along(d, order=2)
            if any(1 < e < 2 for e, _ in a.terms):
                return False
            bends[d] = a.coefficient(2)
            back = bends.get(_negated(d))
            if back is not None and not numbers.same(bends[d], back):
                return False
        return all(self._obeys_the_law(bends, u, v) for u, v in self._pairs)

    def hessian_entry(self, g: int, h: int) -> Number:
        """d^2 f/d z_k d z_l for a class k of the group g and another one l of the group h, of one class each."""
        if g == h:
            return numbers.multiply(Fraction(2), self._known_along(self._unit(g), order=2).coefficient(2))
        both = tuple(a + b for a, b in zip(self._unit(g), self._unit(h), strict=True))
        found = self._known_along(both, order=2).coefficient(2)
        for d in (g, h):
            found = numbers.subtract(found, self._known_along(self._unit(d), order=2).coefficient(2))
        return found

    def moves(self, start: Sequence[Fraction], shift: Fraction) -> bool:
        """Whether the value at ``start`` differs from that at ``start`` + ``shift`` (1, ..., 1)."""
        here, there = (self._value_at([x + s for x in start]) for s in (ZERO, shift))
        return not numbers.same(here, there)

    @property
    def generic_start(self) -> Direction:
        """A point with different entries."""
        return self._pairs[0][0]

    # rays

    @cached_property
    def _pairs(self) -> list[tuple[Direction, Direction]]:
        rng = random.Random(f"directions {self.layout.counts}")
        size = len(self.layout.counts)

        def drawn() -> Direction:
            return tuple(
                Fraction(rng.choice((-1, 1)) * rng.randint(3, 40), rng.choice((7, 11, 13))) for _ in range(size)
            )

        return [(drawn(), drawn()) for _ in range(PAIRS)]

    @cached_property
    def _generic(self) -> tuple[Ray, ...]:
        """The ray along a random direction, with as many terms as the signs on it need."""
        return (self._evaluated(self._pairs[0][0], 1),)

    @cached_property
    def _directions(self) -> list[Direction]:
        """Random directions, their sums and differences, unit vectors, (1, ..., 1), and all of these turned."""
        size = len(self.layout.counts)
        found = [self._unit(g) for g in range(size) if self._twin(g) is None]
        found += [(Fraction(1),) * size, _sum(self._unit(0), _negated(self._unit(1)))]
        for u, v in self._pairs:
            found += [u, v, _sum(u, v), _sum(u, _negated(v))]
        return list(dict.fromkeys(x for d in found for x in (d, _negated(d))))

    @cached_property
    def _touched(self) -> frozenset[tuple[int, tuple[int, ...]]]:
        found = [self._evaluated(d, 2).touched for u, v in self._pairs for d in (u, v)]
        return frozenset().union(*found)

    def _twin(self, g: int) -> int | None:
        """An earlier group whose classes the formula treats like those of g."""
        if self.formula.is_classwise:
            return None
        first = next(h for h in self.layout.groups if not self.formula.uses_label or h != self.layout.label)
        return first if g > first and not (self.formula.uses_label and g == self.layout.label) else None

    def _unit(self, g: int = 0) -> Direction:
        return tuple(Fraction(int(h == g)) for h in self.layout.groups)

    def _known_along(self, direction: Direction, order: int = 1) -> Series:
        found = self._along(direction, order)
        if found is None:
            raise NoOpinion("no value along a ray")
        return found

    def _along(self, direction: Direction, order: int = 1) -> Series | None:
        """The series along ``direction`` up to this order, None if the formula has no value there."""
        return self._series(self._evaluated(direction, order))

    @cached_property
    def _cache(self) -> dict[tuple[Direction, int], Ray]:
        return {}

    @cached_property
    def _germs(self) -> dict[int, Series | None]:
        return {}

    def _evaluated(self, direction: Direction, order: int) -> Ray:
        if (direction, order) not in self._cache:
            self._cache[direction, order] = self._fresh(direction, order)
        return self._cache[direction, order]

    def _fresh(self, direction: Direction, order: int) -> Ray:
        for known in (order + 1, MOST_KNOWN):
            ray = self._ray(direction, known=known)
            try:
                found: Series | None = ray.germ()
            except Undefined:
                found = None
            except NoOpinion:
                if known == MOST_KNOWN:
                    raise
                continue
            if found is None or found.known > order or found.exact:
                self._germs[id(ray)] = found
                return ray
        raise NoOpinion("too few terms of a series are known")

    def _series(self, ray: Ray) -> Series | None:
        return self._germs[id(ray)]

    def _ray(self, direction: Direction, *, known: int = 1, start_only: bool = False) -> Ray:
        zero = [ZERO] * len(self.layout.counts)
        along: Sequence[Number] = zero if start_only else direction
        return Ray(self.formula, self.layout, self.values, along, zero, known if not start_only else MOST_KNOWN)

    def _value_at(self, z: list[Fraction]) -> Number:
        zero = [ZERO] * len(z)
        return Ray(self.formula, self.layout, self.values, zero, z, MOST_KNOWN).germ().coefficient(0)

    # laws

    def _is_linear(self, slopes: Mapping[Direction, Number]) -> bool:
        units: list[Number] = []
        for g, n in enumerate(self.layout.counts):
            twin = self._twin(g)
            slope = slopes[self._unit(g)] if twin is None else units[twin]
            units.append(slope if twin is not None else numbers.divide(slope, Fraction(n)))
        for d, slope in slopes.items():
            made: Number = ZERO
            for x, n, unit in zip(d, self.layout.counts, units, strict=True):
                made = numbers.add(made, numbers.multiply(x * n, unit))
            if not numbers.same(made, slope):
                return False
        return True

    def _obeys_the_law(self, bends: Mapping[Direction, Number], u: Direction, v: Direction) -> bool:
        """Q(u + v) + Q(u - v) = 2 Q(u) + 2 Q(v)."""
        left = numbers.add(bends[_sum(u, v)], bends[_sum(u, _negated(v))])
        right = numbers.multiply(Fraction(2), numbers.add(bends[u], bends[v]))
        return numbers.same(left, right)


def _sum(a: Direction, b: Direction) -> Direction:
    return tuple(x + y for x, y in zip(a, b, strict=True))


def _negated(a: Direction) -> Direction:
    return tuple(-x for x in a)
