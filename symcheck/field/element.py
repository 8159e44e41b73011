"""Elements of a field: canonical fractions of polynomials in the generators of the field.

An element is a function of C and the parameters.  In an ``EverywhereField`` it may depend on z too; where it does
not, and in every other field, it is also called a constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

from flint import arb, fmpz_mpoly
from flint.utils.flint_exceptions import IncompatibleContextError
from sympy import Expr

if TYPE_CHECKING:
    from symcheck.field.base import AbstractField

Powers = tuple[tuple[int, int], ...]
"""A monomial: places of generators with their exponents, none of them 0."""

Parts = tuple[tuple[int, Powers], ...]
"""A polynomial: coefficients with their monomials."""

Factors = tuple[int, tuple[tuple["Element", int], ...]]
"""An integer and elements with their multiplicities."""

LARGEST = 10**9
"""Sizes beyond this are not told apart."""

SMALL = 100
"""Products and gcds whose estimated size is below this are begun without asking the budget."""

MONOMIAL = 20
"""A product of powers may have exponents longer by so many bits than a sum, which may have to be written out."""

LONG = 4096
"""Numbers of up to so many bits are made without asking the budget."""

WORD = 1024
"""Coefficients of so many bits count as one more term in the size of a step."""


_FIELDS_MEET = "two constants of different fields meet: take one of them over with restricted(...)"


class Element:
    """``n/d`` in lowest terms, d with positive leading coefficient; nowhere in the field's scope is d zero.

    Frozen and hashable: equal canonical forms are equal elements.  ``is_zero`` is a proof where it is True
    and says nothing where it is False, and ``(a - b).is_zero`` sees more than ``a == b``.
    """

    __slots__ = ("_denominator_parts", "_key", "_parts", "d", "field", "n", "variables")

    field: AbstractField
    n: fmpz_mpoly
    d: fmpz_mpoly

    def __init__(self, field: AbstractField, n: fmpz_mpoly, d: fmpz_mpoly) -> None:
        self.field, self.n, self.d = field, n, d
        self._key: str | None = None
        self._parts: Parts | None = None
        self._denominator_parts: Parts | None = None
        self.variables: frozenset[str] | None = None

    # what it is

    @property
    def is_zero(self) -> bool:
        """Whether the canonical form is 0: True is a proof, False proves nothing."""
        return self.n.is_zero()

    @property
    def is_turned(self) -> bool:
        """Whether the leading coefficient is negative: it is so of one of ``c`` and ``-c``."""
        return not self.n.is_zero() and bool(self.n.leading_coefficient() < 0)

    @property
    def rational(self) -> Fraction | None:
        """Its value if the canonical form is a number."""
        if len(self.n) > 1 or len(self.d) > 1 or not self.n.is_constant() or not self.d.is_constant():
            return None
        if self.n.is_zero():
            return Fraction(0)
        return Fraction(int(self.n.leading_coefficient()), int(self.d.leading_coefficient()))

    @property
    def key(self) -> str:
        """The canonical form as text: equal for equal elements of one field, and for no others."""
        if self._key is None:
            self._key = str(self.n) if self.d.is_one() else f"{self.n} / {self.d}"
        return self._key

    @property
    def parts(self) -> Parts:
        """The terms of the numerator."""
        if self._parts is None:
            self._parts = parts_of(self.n)
        return self._parts

    @property
    def denominator_parts(self) -> Parts:
        """The terms of the denominator."""
        if self._denominator_parts is None:
            self._denominator_parts = parts_of(self.d)
        return self._denominator_parts

    @property
    def places(self) -> set[int]:
        """The places of the generators that occur."""
        found = places_in(self.n)
        return found if self.d.is_one() else found | places_in(self.d)

    @property
    def numerator(self) -> Element:
        """n as an element of its own."""
        return self if self.d.is_one() else Element(self.field, self.n, self.field.one_polynomial)

    @property
    def denominator(self) -> Element:
        """d as an element of its own."""
        return Element(self.field, self.d, self.field.one_polynomial)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Element):
            return NotImplemented
        if self.field is not other.field:
            return False
        self.lift()
        other.lift()
        return bool(self.n == other.n and self.d == other.d)

    # arithmetic

    def __add__(self, other: Element | int | Fraction) -> Element:
        if other.__class__ is not Element:
            return self + self._lifted(other)
        field, a, b, c, d = self.field, self.n, self.d, other.n, other.d
        if field is not other.field:
            raise ValueError(_FIELDS_MEET)
        if a.is_zero() or c.is_zero():
            return other if a.is_zero() else self
        try:
            # Both fractions are in lowest terms. What the denominators share is all that can cancel in the sum, so
            # gcds of small parts stand in the place of one gcd of the whole (Henrici 1956).
            if b == d:
                n = a + c
                if not b.is_one():
                    g = field.gcd(n, b)
                    if not g.is_one():
                        n, b = n / g, b / g
            elif b.is_one():
                n, b = field.product(a, d) + c, d
            elif d.is_one():
                n = a + field.product(c, b)
            else:
                g = field.gcd(b, d)
                if g.is_one():
                    n, b = field.product(a, d) + field.product(c, b), field.product(b, d)
                else:
                    rest = b / g
                    n = field.product(a, d / g) + field.product(c, rest)
                    # A common factor of n and the denominator can only be one of g: rest and d/g have none with n.
                    h = field.gcd(n, g)
                    n, b = (n, field.product(rest, d)) if h.is_one() else (n / h, field.product(rest, d / h))
        except IncompatibleContextError:
            # The field has got generators since one of them was written.
            return self.lift() + other.lift()
        if n.is_zero():
            return field.zero
        return field.related(n, b) if field.relations else Element(field, n, b)

    def __mul__(self, other: Element | int | Fraction) -> Element:
        if other.__class__ is not Element:
            return self * self._lifted(other)
        field, a, b, c, d = self.field, self.n, self.d, other.n, other.d
        if field is not other.field:
            raise ValueError(_FIELDS_MEET)
        # A third of all factors are 1 or 0.
        if (c.is_one() and d.is_one()) or a.is_zero():
            return self
        if (a.is_one() and b.is_one()) or c.is_zero():
            return other
        try:
            if not d.is_one():
                # Across only: a and b share nothing, nor do c and d.
                g = field.gcd(a, d)
                if not g.is_one():
                    a, d = a / g, d / g
            if not b.is_one():
                g = field.gcd(c, b)
                if not g.is_one():
                    c, b = c / g, b / g
            n = field.product(a, c)
            b = d if b.is_one() else b if d.is_one() else field.product(b, d)
        except IncompatibleContextError:
            return self.lift() * other.lift()
        if n.is_zero():
            return field.zero
        return field.related(n, b) if field.relations else Element(field, n, b)

    def __truediv__(self, other: Element | int | Fraction) -> Element:
        """The quotient; raises ``Undecided`` unless the divisor is shown to vanish nowhere in the scope."""
        if other.__class__ is not Element:
            return self / self._lifted(other)
        if self.field is not other.field:
            raise ValueError(_FIELDS_MEET)
        self.field.require_nonzero(other)
        return self * other.reciprocal()

    def reciprocal(self) -> Element:
        """1/c for an element that is known to vanish nowhere (nothing is checked here)."""
        # The sign of a fraction is kept in its numerator, so that equal fractions are written alike.
        flip = self.n.leading_coefficient() < 0
        n, d = (-self.d, -self.n) if flip else (self.d, self.n)
        return self.field.related(n, d) if self.field.relations else Element(self.field, n, d)

    def __neg__(self) -> Element:
        return Element(self.field, -self.n, self.d)

    def __sub__(self, other: Element | int | Fraction) -> Element:
        return self + (-other)

    def __pow__(self, exponent: int) -> Element:
        """A whole power; a negative one is the reciprocal of an element shown to vanish nowhere."""
        if exponent == 1:
            return self
        if exponent < 0:
            return (self.field.one / self) ** -exponent
        if exponent == 0:
            return self.field.one
        self._allow_power(exponent)
        n, d = self.n**exponent, self.d**exponent
        return self.field.related(n, d) if self.field.relations else Element(self.field, n, d)

    def __radd__(self, other: int | Fraction) -> Element:
        return self._lifted(other) + self

    def __rsub__(self, other: int | Fraction) -> Element:
        return self._lifted(other) + (-self)

    def __rmul__(self, other: int | Fraction) -> Element:
        return self._lifted(other) * self

    def __rtruediv__(self, other: int | Fraction) -> Element:
        return self._lifted(other) / self

    def _allow_power(self, exponent: int) -> None:
        """Ask the budget for the size of a power: its terms, the bits of its coefficients, and its degrees."""
        for p in (self.n, self.d):
            bits = max((int(c).bit_length() for c in p.coeffs()), default=0)
            # 1 and -1 stay what they are in every power.
            bits = exponent * (bits - 1 if len(p) == 1 and bits == 1 else bits)
            degree = exponent * max(map(int, p.degrees()), default=0)
            self.field.budget.check(bits=bits, degree=degree if len(p) > 1 else degree >> MONOMIAL)
            if len(p) > 1:
                size = LARGEST if exponent > LARGEST else comb(exponent + len(p) - 1, len(p) - 1)
                self.field.budget.check(min(size * (1 + bits // WORD), LARGEST))

    def _lifted(self, other: object) -> Element:
        if isinstance(other, (int, Fraction)):
            return self.field.number(other)
        raise TypeError(f"a constant is combined with constants of its field, ints and Fractions, not with {other!r}")

    def lift(self) -> Element:
        """The same element, written in the polynomial ring that its field has grown to."""
        self.n, self.d = self.field.lifted(self.n), self.field.lifted(self.d)
        return self

    # calculus and values

    def derivative(self, variable: str) -> Element:
        """The partial derivative with respect to C or a parameter, all of them taken as real numbers."""
        return self.field.derivative(self, variable)

    def ball(self, point: Mapping[str, int | Fraction], precision: int = 64) -> arb:
        """The rigorous value at ``point``: C and every parameter by name, working with ``precision`` bits."""
        return self.field.ball(self, point, precision)

    def at(self, point: Mapping[str, int | Fraction]) -> Element:
        """The element at ``point``, exactly: an element of the field in which the variables named are fixed."""
        fixed = self.field.narrowed(point)
        return self.field.restricted(self, fixed, {n: Fraction(v) for n, v in point.items() if n != "C"})

    # display

    def sympy(self) -> Expr:
        """The element as SymPy writes it, in the symbols of ``symcheck.field.symbols``."""
        return self.field.sympy_of(self)

    def text(self) -> str:
        """The element in the grammar of formulas, such as ``C**(-q)``."""
        return self.field.text_of(self)

    __str__ = text

    def __repr__(self) -> str:
        return f"<{self.text()}>"


def end_bits(polynomial: fmpz_mpoly) -> int:
    """The bits of the first and last coefficient: those between are longer by the number of terms, as a rule."""
    terms = len(polynomial)
    if not terms:
        return 0
    first = int(polynomial.coefficient(0).bit_length())
    return first if terms == 1 else max(first, int(polynomial.coefficient(terms - 1).bit_length()))


def places_in(polynomial: fmpz_mpoly) -> set[int]:
    """The places of the generators that occur in a polynomial."""
    return {place for place, degree in enumerate(polynomial.degrees()) if degree > 0}  # those of 0 are -1


def parts_of(polynomial: fmpz_mpoly) -> Parts:
    """The terms of a polynomial, without the generators that do not occur in them."""
    return tuple(
        (int(c), tuple((i, int(e)) for i, e in enumerate(exponents) if e))
        for exponents, c in zip(polynomial.monoms(), polynomial.coeffs(), strict=True)
    )
