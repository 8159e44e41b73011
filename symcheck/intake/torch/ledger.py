"""The ledger: every number that a run of torch code computes with, once, exact or rounded.

Numbers are rationals, constants of a field (with logarithms, roots and exponentials in canonical form, so that
equal numbers have one place), and rounded floats, which enter a computation as free parameters of the field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import frexp

from flint import arb

from symcheck.budget import Budget, look
from symcheck.field.ball import working
from symcheck.field.constant_reading import ConstantReading
from symcheck.field.element import Element
from symcheck.field.growing import GrowingField
from symcheck.field.text import term as term_of_constant
from symcheck.intake.torch.floats import DOUBLE, Known, error, known_number, known_numbers
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Scalar
from symcheck.reason import Undecided

LONGEST = 10**60
"""Rationals with larger numbers above or below their fraction bar are not followed."""

BITS = 256
"""The bits of the balls around numbers that are no rationals."""

SECONDS = 5.0
"""The time for exact arithmetic with the constants of the code."""

CANCELLED = -40
"""Below 2^-40 of the largest constant a float of 64 bits may be left by cancellation: 2^13 units in its last place."""

CANCELLED_NARROW = 6
"""In narrower types it may below 2^6 units in the last place."""

MOST_READ = 10_000
"""Tensors with more different numbers are data: none of them is read as a number that somebody wrote."""

LARGEST = 2.0**20
"""A larger constant is taken for a bound or a mask, and not for a term of the sum that left a small number."""


class Untraceable(Exception):
    """A number has no exact value here."""


@dataclass(frozen=True, slots=True)
class Rounded:
    """A float that is known to lie in ``interval``."""

    value: Fraction
    interval: Interval


LedgerEntry = Fraction | Element | Rounded


class Ledger:
    """The numbers of one run; ``prefix`` begins the names of rounded ones, ``largest`` is the largest constant known.

    The place 0 is that of the number 0.
    """

    def __init__(self, prefix: str = "r", largest: float = 1.0) -> None:
        self.largest, self._given_largest = largest, largest
        self._prefix = prefix
        self._field = GrowingField(Scope(Classes(2, 2)), Budget(SECONDS))
        self._entries: list[LedgerEntry] = []
        self._places: dict[object, int] = {}
        self._parameters: dict[Rounded, Parameter] = {}
        self._smallest = 1.0
        self._results: dict[tuple[object, ...], int] = {}
        self.place(Fraction(0))

    # numbers

    def __getitem__(self, place: int) -> LedgerEntry:
        return self._entries[place]

    def place(self, entry: LedgerEntry) -> int:
        """Where ``entry`` stands."""
        # log 8/log 2 is 3, and equal numbers have one place.
        if isinstance(entry, Element) and entry.rational is not None:
            entry = entry.rational
        key = entry.key if isinstance(entry, Element) else entry
        found = self._places.setdefault(key, len(self._entries))
        if found == len(self._entries):
            self._entries.append(entry)
        return found

    def read(self, value: float, bits: int = DOUBLE) -> Known | Rounded:
        """A float on its own."""
        return self._judged(value, known_number(value, bits), bits)

    def places_of(self, values: Iterable[float], bits: int = DOUBLE, *, stored: int | None = None) -> dict[float, int]:
        """The places of the floats of one tensor, accurate to ``bits`` and ``stored`` in as many or more."""
        different = tuple(sorted(set(values)))
        known = known_numbers(different, stored or bits) if len(different) <= MOST_READ else dict.fromkeys(different)
        found = {v: self._judged(v, k, bits) for v, k in known.items()}
        return {v: self.place(f if isinstance(f, Rounded) else self.constant_of(f.term)) for v, f in found.items()}

    def _judged(self, value: float, known: Known | None, bits: int) -> Known | Rounded:
        look()
        size = abs(value)
        if size <= LARGEST:
            self.largest = max(self.largest, size)
        if known is not None and (known.is_decimal or not self._may_be_cancelled(value, bits)):
            return known
        exact, far = Fraction(value), error(value, bits)
        if self._may_be_cancelled(value, bits):
            far = abs(exact) if bits == DOUBLE else max(far, abs(exact))
            return Rounded(exact, Interval(-far, far, low_open=False, high_open=False, rounded=True))
        return Rounded(exact, Interval.around(exact, far))

    def _may_be_cancelled(self, value: float, bits: int) -> bool:
        """Whether a computed float may be what is left of a sum of larger ones."""
        size = abs(value)
        self._smallest = min(self._smallest, size or 1.0)
        below = CANCELLED if bits == DOUBLE else CANCELLED_NARROW - bits
        return size < 2.0**below * self._given_largest

    @property
    def overlooked(self) -> bool:
        """Whether a number was met that is small beside a constant that was not known yet."""
        return self.largest > self._given_largest and frexp(self._smallest)[1] <= frexp(self.largest)[1] + CANCELLED + 1

    def constant_of(self, term: Scalar) -> Fraction | Element:
        """The number that ``term``, which has no free parameter, stands for."""
        if isinstance(term.data, Fraction):
            return term.data
        return ConstantReading(self._field).read(Formula.of(term))

    def parameter(self, entry: Rounded) -> Parameter:
        """The parameter that stands for a rounded number: one for equal floats."""
        known = self._parameters.get(entry)
        if known is None:
            name = f"{self._prefix}_{len(self._parameters) + 1}"
            known = self._parameters[entry] = Parameter.of(name, entry.interval, entry.value)
            self._field.atom(name, entry.interval, entry.value)
        return known

    def term(self, place: int) -> Scalar:
        """The number at ``place`` in the language."""
        entry = self._entries[place]
        if isinstance(entry, Fraction):
            return Scalar("number", data=entry)
        if isinstance(entry, Rounded):
            return self.parameter(entry)
        found = term_of_constant(entry)
        assert isinstance(found, Scalar)
        return found

    def middle(self, place: int) -> Fraction:
        """The number at ``place``, up to about 2^-200, with the floats themselves in the place of rounded numbers."""
        entry = self._entries[place]
        if isinstance(entry, Fraction):
            return entry
        if isinstance(entry, Rounded):
            return entry.value
        with working(BITS):
            ball = entry.ball({p.name: p.default for p in self._parameters.values() if p.default is not None}, BITS)
        return _exact(ball.mid())

    def interval(self, place: int) -> Interval | None:
        """Where the number at ``place`` lies, None if it is a known rational."""
        entry = self._entries[place]
        if isinstance(entry, Fraction):
            return None
        return entry.interval if isinstance(entry, Rounded) else self._inside(entry)

    def _inside(self, c: Element) -> Interval:
        with working(BITS):
            ball = c.ball({}, BITS)
            if not ball.is_finite():
                raise Untraceable
            low, high = _exact(ball.lower()), _exact(ball.upper())
        return Interval(low, high, low_open=False, high_open=False, rounded=True)

    def is_rounded(self, place: int) -> bool:
        """Whether it is a float of which only an interval is known."""
        return isinstance(self._entries[place], Rounded)

    # arithmetic: of places, and each result found once

    def _once(self, key: tuple[object, ...], work: Callable[[], LedgerEntry]) -> int:
        known = self._results.get(key)
        if known is None:
            try:
                entry = work()
                if isinstance(entry, Fraction) and max(abs(entry.numerator), entry.denominator) > LONGEST:
                    raise Untraceable
                known = self._results[key] = self.place(entry)
            except (Undecided, ZeroDivisionError, OverflowError) as stop:
                raise Untraceable from stop
        return known

    def _constant(self, place: int) -> Element:
        entry = self._entries[place]
        if isinstance(entry, Rounded):
            return self._field.variable(self.parameter(entry).name)
        return self._field.number(entry) if isinstance(entry, Fraction) else entry

    def _rational(self, place: int) -> Fraction | None:
        entry = self._entries[place]
        return entry if isinstance(entry, Fraction) else None

    def added(self, a: int, b: int) -> int:
        """a + b."""
        return self.summed([a, b])

    def summed(self, places: Iterable[int]) -> int:
        """The sum of the numbers at ``places``."""
        counts = Counter(places)

        def work() -> LedgerEntry:
            known = Fraction(0)
            rest = self._field.number(0)
            for place, count in counts.items():
                number = self._rational(place)
                if number is None:
                    rest = rest + self._constant(place) * count
                else:
                    known += number * count
            return known if rest.is_zero else rest + known

        return self._once(("sum", frozenset(counts.items())), work)

    def times(self, a: int, b: int) -> int:
        """a b."""

        def work() -> LedgerEntry:
            x, y = self._rational(a), self._rational(b)
            return x * y if x is not None and y is not None else self._constant(a) * self._constant(b)

        return self._once(("times", *sorted((a, b))), work)

    def over(self, a: int, b: int) -> int:
        """a / b, for a b that is shown not to be 0."""

        def work() -> LedgerEntry:
            x, y = self._rational(a), self._rational(b)
            return x / y if x is not None and y is not None else self._constant(a) / self._constant(b)

        return self._once(("over", a, b), work)

    def raised(self, a: int, b: int) -> int:
        """a to the power b."""

        def work() -> LedgerEntry:
            x, y = self._rational(a), self._rational(b)
            if x is not None and y is not None and y.denominator == 1 and abs(y) <= 64:
                return x ** int(y)
            return self._field.power(self._constant(a), self._constant(b))

        return self._once(("power", a, b), work)

    def exp(self, a: int) -> int:
        """e^a."""
        return self._once(("exp", a), lambda: self._field.exp(self._constant(a)))

    def log(self, a: int) -> int:
        """log a, for an a that is shown to be positive."""
        return self._once(("log", a), lambda: self._field.log(self._constant(a)))

    def size(self, a: int) -> int:
        """abs(a), for an a whose sign is shown."""
        return self._once(("abs", a), lambda: ConstantReading(self._field).abs(self._constant(a)))


def _exact(x: arb) -> Fraction:
    """The number that a ball of radius 0 is."""
    mantissa, exponent = x.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
