"""Polynomials written so that their sign can be seen: C**2 - 3*C + 3 as (C - 2)**2 + (C - 2) + 1 for C >= 2.

The small checker does interval arithmetic on a text as it is written.  A variable is written by its distance from an
end, or from both ends (Bernstein's form), until all terms have one sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from itertools import product as all_of

from symcheck.proof.check import INFINITE, Interval

Monomial = tuple[tuple[str, int], ...]
"""Texts with their powers, sorted."""

Terms = Mapping[Monomial, Fraction]
"""A polynomial: coefficients by monomials."""

MOST_WAYS = 60
"""So many ways to write all variables are tried."""

MOST_TERMS = 16
"""A sum of more terms is not written in other ways."""

MOST_VARIABLES = 4
"""Of more variables only the first few are written by their ends in different ways."""

MARGINS = (0, Fraction(1), Fraction(1, 4), Fraction(1, 16), Fraction(1, 256))
"""What is tried to be left of a sum whose terms may all be 0 somewhere, though not at once."""

HIGHEST_DEGREE = 12
"""Variables of higher degree are not written by their ends."""


@dataclass(frozen=True)
class Piece:
    """Something >= 0, > 0 if it is ``strict``, by its text."""

    text: str
    strict: bool


def visible(terms: Terms, ranges: Mapping[str, Interval]) -> str | None:
    """A text of the polynomial that shows its strict sign in the ``ranges`` of its letters, None if none is found.

    The letters that come first in the ranges are written by their ends first."""
    found = {name for monomial in terms for name, _ in monomial}
    names = [name for name in ranges if name in found]
    if len(terms) > MOST_TERMS:
        return None
    ways = [_ways(name, ranges[name], _degree(terms, name)) for name in names]
    if not all(ways):
        return None
    several = [i for i, way in enumerate(ways) if len(way) > 1][:MOST_VARIABLES]
    tried = [way if i in several else way[:1] for i, way in enumerate(ways)]
    for margin in MARGINS:
        for chosen in islice(all_of(*tried), MOST_WAYS):
            shown = _by(terms, dict(zip(names, chosen, strict=True)), margin)
            if shown is not None:
                return shown
    return None


def written(terms: Terms) -> str:
    """The polynomial as a text, as it is."""
    return _sum((c, [name + (f"**{k}" if k > 1 else "") for name, k in monomial]) for monomial, c in terms.items())


@dataclass(frozen=True)
class Way:
    """A variable as (low t + high s)/width for pieces s and t with s + t = width; without t it is low + sign s."""

    low: Fraction
    high: Fraction
    s: Piece
    t: Piece | None = None

    def power(self, k: int, degree: int) -> dict[Monomial, Fraction]:
        """The k-th power, times (s + t)**(degree - k) if there is a t."""
        found: dict[Monomial, Fraction] = {(): Fraction(1)}
        if self.t is None:
            single: dict[Monomial, Fraction] = {(): self.low, ((self.s.text, 1),): self.high}
            factors = [single] * k
        else:
            width = self.high - self.low
            near_low, near_high = ((self.t.text, 1),), ((self.s.text, 1),)
            x: dict[Monomial, Fraction] = {near_low: self.low / width, near_high: self.high / width}
            one: dict[Monomial, Fraction] = {near_low: 1 / width, near_high: 1 / width}
            factors = [x] * k + [one] * (degree - k)
        for factor in factors:
            found = times(found, factor)
        return found


def _ways(name: str, interval: Interval, degree: int) -> list[Way]:
    """How a variable can be written by pieces >= 0: as it is, from the low end, from the high end, from both."""
    low, high, low_open, high_open = interval
    found: list[Way] = []
    if low >= 0:
        found.append(Way(Fraction(0), Fraction(1), Piece(name, low > 0 or low_open)))
    if high <= 0:
        found.append(Way(Fraction(0), Fraction(-1), Piece(f"(-{name})", high < 0 or high_open)))
    if degree > HIGHEST_DEGREE:
        return found
    above = None if low == -INFINITE else Piece(_distance(name, low), low_open)
    below = None if high == INFINITE else Piece(_distance(high, name), high_open)
    if above is not None and low:
        found.append(Way(Fraction(low), Fraction(1), above))
    if below is not None and high:
        found.append(Way(Fraction(high), Fraction(-1), below))
    if above is not None and below is not None and low < high:
        found.append(Way(Fraction(low), Fraction(high), above, below))
    return found


def _distance(a: object, b: object) -> str:
    if b == 0:
        return str(a)
    return f"({a} + {str(b)[1:]})" if str(b).startswith("-") else f"({a} - {b})"


def _by(terms: Terms, ways: Mapping[str, Way], margin: Fraction | int) -> str | None:
    """The text in which the variables are written in these ways, if all its terms have one sign and one is strict."""
    degrees = {name: _degree(terms, name) for name in ways}
    total: dict[Monomial, Fraction] = {}
    sign = 0
    for monomial, c in terms.items():
        powers = dict(monomial)
        part: dict[Monomial, Fraction] = {(): Fraction(c)}
        for name, way in ways.items():
            part = times(part, way.power(powers.get(name, 0), degrees[name]))
        total = plus(total, part)
    if margin:
        sign = 1 if sum(total.values()) > 0 else -1
        part = {(): -sign * Fraction(margin)}
        for name, way in ways.items():
            part = times(part, way.power(0, degrees[name]))
        total = plus(total, part)
    signs = {c > 0 for c in total.values()} | ({sign > 0} if margin else set())
    strict = {way.s.text for way in ways.values() if way.s.strict} | {
        way.t.text for way in ways.values() if way.t is not None and way.t.strict
    }
    shown = margin or any(all(text in strict for text, _ in monomial) for monomial in total)
    if len(signs) != 1 or not shown:
        return None
    rest = written(total) if total else ""
    if not margin:
        return rest
    return f"{sign * Fraction(margin)}" + (rest if rest.startswith("-") or not rest else f"+{rest}")


def _degree(terms: Terms, name: str) -> int:
    return max((k for monomial in terms for n, k in monomial if n == name), default=0)


def times(a: Terms, b: Terms) -> dict[Monomial, Fraction]:
    """The product of two polynomials."""
    found: dict[Monomial, Fraction] = {}
    for m, c in a.items():
        for n, d in b.items():
            powers = dict(m)
            for text, k in n:
                powers[text] = powers.get(text, 0) + k
            key = tuple(sorted(powers.items()))
            found[key] = found.get(key, Fraction(0)) + c * d
    return {m: c for m, c in found.items() if c}


def plus(a: Terms, b: Terms) -> dict[Monomial, Fraction]:
    """The sum of two polynomials."""
    found = {m: a.get(m, Fraction(0)) + b.get(m, Fraction(0)) for m in {**a, **b}}
    return {m: c for m, c in found.items() if c}


def _sum(terms: Iterable[tuple[Fraction | int, list[str]]]) -> str:
    return "".join(_signed(terms)).removeprefix("+") or "0"


def _signed(terms: Iterable[tuple[Fraction | int, list[str]]]) -> Iterator[str]:
    for c, factors in terms:
        number = [str(abs(c))] if abs(c) != 1 or not factors else []
        yield ("-" if c < 0 else "+") + "*".join([*number, *factors])
