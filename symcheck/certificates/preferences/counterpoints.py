"""Points that speak against a statement about a preference loss, in balls.

On the ray t (chosen, rejected), t >= 0, with E = f + f swapped - 2 f(0, 0), O = f - f swapped and G = g - g(0):

    symmetric              E(1) = 0
    odd part of degree 1   O(2) = 2 O(1)
    even part of degree k  E(1) E(4) = E(2)^2 and |E(2)| > 2 |E(1)| where E(1) != 0, E(2)/E(1) the same on two rays
    the penalty as well    the same of G, and E(2) G(1) = E(1) G(2)
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import arb, ctx

from symcheck.certificates.preferences.asked import Asked
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.everywhere.everywhere import witness_of
from symcheck.errors import FormulaError
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Undecided

BITS = 128

_RAYS = ((1, 0), (0, 1), (1, -1), (1, 1), (2, 1), (-1, -2), (3, -2))
_SCALES = (Fraction(1), Fraction(1, 16), Fraction(16), Fraction(1, 256))

Found = Witness | None


def not_symmetric(asked: Asked) -> Found:
    """A pair at which f + f swapped is not what it is at 0."""
    with ctx.workprec(BITS):
        for point in asked.points():
            for ray in _rays(asked, point):
                quantity = f"{asked.f} + {asked.swapped} at {ray.shown} less that at 0"
                found = _objection(point, quantity, ray.even(1), "0")
                if found is not None:
                    return found
    return None


def not_exact(asked: Asked) -> Found:
    """What speaks against an odd part of degree 1 and an even part, and a penalty, of one degree k > 1."""
    with ctx.workprec(BITS):
        for point in asked.points():
            found = next((w for w in _objections(asked, point) if w is not None), None)
            if found is not None:
                return found
    return None


def no_power_of_the_scores(asked: Asked) -> Found:
    """What speaks against a penalty that is positive where scores count, and of one degree k > 1."""
    with ctx.workprec(BITS):
        for point in asked.points():
            for ray in _rays(asked, point):
                found = next((w for w in _of_the_penalty(point, ray) if w is not None), None)
                if found is not None:
                    return found
    return None


def is_positive_in_h(asked: Asked) -> bool:
    """Whether a penalty of one degree in h is positive where h = 1, and so where h is not 0; False leaves it open."""
    if asked.penalty is None or asked.penalty.formula.parameters:
        return False
    with ctx.workprec(BITS):
        there = (_Ray(asked, point, (Fraction(1), Fraction(0))).penalty(1) for point in asked.points())
        return bool(next(there) > 0)


def _of_the_penalty(point: ArrayPoint, ray: _Ray) -> Iterator[Found]:
    values = ray.penalty(1), ray.penalty(2), ray.penalty(4)
    yield from _no_power(point, "G", f"G(t) = g at t times {ray.shown} less that at 0", values)
    if values[0].is_finite() and values[0] <= 0:
        yield witness_of(point, f"g at {ray.shown} less that at 0", values[0], "a value > 0")


def _objections(asked: Asked, point: ArrayPoint) -> Iterator[Found]:
    first: _Ray | None = None
    for ray in _rays(asked, point):
        quantity = f"O(2) - 2 O(1), with O(t) = {asked.f} - {asked.swapped} at t times {ray.shown}"
        yield _objection(point, quantity, ray.odd(2) - 2 * ray.odd(1), "0")
        one, two = ray.even(1), ray.even(2)
        name = f"E(t) = {asked.f} + {asked.swapped} at t times {ray.shown} less that at 0"
        yield from _no_power(point, "E", name, (one, two, ray.even(4)))
        if asked.penalty is not None:
            g = ray.penalty(1), ray.penalty(2), ray.penalty(4)
            told = f"G(t) = g at t times {ray.shown} less that at 0"
            yield from _no_power(point, "G", told, g)
            both = f"E(2) G(1) - E(1) G(2), with {name}, {told}"
            yield _objection(point, both, two * g[0] - one * g[1], _ONE_DEGREE)
        if not _is_not_0(one):
            continue
        first = first or ray
        both = f"E(2) F(1) - E(1) F(2), with {name}, and F(t) the same at t times {first.shown}"
        yield _objection(point, both, two * first.even(1) - one * first.even(2), _ONE_DEGREE)


_ONE_DEGREE = "0, as for one degree k,"


def _no_power(point: ArrayPoint, letter: str, name: str, values: tuple[arb, arb, arb]) -> Iterator[Found]:
    """What speaks against ``values``, at 1, 2 and 4, that grow like t^k with k > 1."""
    one, two, four = values
    yield _objection(point, f"{letter}(1) {letter}(4) - {letter}(2)^2, with {name}", one * four - two * two, "0")
    if _is_not_0(one) and two / one <= 2:
        quantity = f"{letter}(2)/{letter}(1), with {name}"
        yield witness_of(point, quantity, two / one, "2^k with k > 1, which is more than 2,")


def _objection(point: ArrayPoint, quantity: str, ball: arb, expected: str) -> Found:
    return witness_of(point, quantity, ball, expected) if _is_not_0(ball) else None


class _Ray:
    """The loss and the penalty at multiples of the scores of one pair, each not a number where it is not known."""

    def __init__(self, asked: Asked, point: ArrayPoint, scores: tuple[Fraction, Fraction]) -> None:
        self.scores, self.shown = scores, asked.shown(*scores)
        self._loss = point.formula(asked.loss.formula)
        self._penalty = None if asked.penalty is None else point.formula(asked.penalty.formula)
        self._known: dict[tuple[int, int], arb] = {}

    def even(self, t: int) -> arb:
        """f + f swapped less what it is at 0."""
        return self._f(t, 1) + self._f(t, 2) - 2 * self._f(0, 1)

    def odd(self, t: int) -> arb:
        """f - f swapped."""
        return self._f(t, 1) - self._f(t, 2)

    def penalty(self, t: int) -> arb:
        """g less what it is at 0."""
        assert self._penalty is not None
        return self._at(self._penalty, t, 1) - self._at(self._penalty, 0, 1)

    def _f(self, t: int, y: int) -> arb:
        # The label 1 has chosen = z[1], and 2 the flipped pair.
        if (t, y) not in self._known:
            self._known[t, y] = self._at(self._loss, t, y)
        return self._known[t, y]

    def _at(self, formula: Formula, t: int, y: int) -> arb:
        try:
            return value_at(formula, [t * x for x in self.scores], {}, y=y)
        except (Undecided, FormulaError):
            return arb("nan")


def _rays(asked: Asked, point: ArrayPoint) -> Iterator[_Ray]:
    """Scores of a pair: of h alone where nothing else counts."""
    for scale in _SCALES:
        for chosen, rejected in _RAYS[:1] if asked.is_in_margin else _RAYS:
            yield _Ray(asked, point, (chosen * scale, rejected * scale))


def _is_not_0(ball: arb) -> bool:
    return bool(ball.is_finite()) and not ball.contains(0)
