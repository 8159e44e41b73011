"""Elements as a reader writes them: SymPy expressions, and text in the grammar of formulas.

An element is shown as a product of powers, its irreducible factors; powers of one base are put together
again, C**2 / C**q as C**(2 - q), and a factor that is plainly negative is turned round, r - 1 to 1 - r.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Generic, TypeVar

import sympy
from sympy import Expr

from symcheck.field.base import AbstractField
from symcheck.field.element import LONG, Element, Powers
from symcheck.field.generator import Generator, Role
from symcheck.field.symbols import C_SYMBOL, SYMPY_FUNCTIONS, symbol_of
from symcheck.field.whole_powers import whole_power
from symcheck.language import functions
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.language.term import Scalar, Term, lift

T = TypeVar("T")

_ONE = Fraction(1)


def expression(c: Element) -> Expr:
    """``c`` in SymPy."""
    return _SymPyWriter(c.field).whole(c)


def text(c: Element) -> str:
    """``c`` in the grammar of formulas."""
    return str(Formula.of(term(c)))


def term(c: Element) -> Term:
    """``c`` as a term of the language."""
    return _TermWriter(c.field).whole(c)


@dataclass
class _Product:
    """``coefficient`` times powers of bases, times the exponential of ``exponent``."""

    coefficient: Fraction
    bases: dict[str, tuple[Element, Element]]
    exponent: Element

    def multiply(self, base: Element, exponent: Element) -> None:
        """Put in one more power; those of one base are put together."""
        _, known = self.bases.get(base.key, (base, exponent.field.zero))
        self.bases[base.key] = base, known + exponent


def _numbers_together(bases: Iterable[tuple[Element, Element]]) -> list[tuple[Element, Element]]:
    """Bases with exponents: numbers first, those of one exponent as their product (2**q 5**q as 10**q), sums last."""
    numbers: dict[str, tuple[Element, Element]] = {}
    others = []
    for base, exponent in bases:
        if base.rational is None:
            others.append((base, exponent))
        else:
            known = numbers.get(exponent.key)
            numbers[exponent.key] = (base if known is None else known[0] * base), exponent
    return [*numbers.values(), *sorted(others, key=lambda item: len(item[0].parts) > 1)]


class _Writer(ABC, Generic[T]):
    """One way of writing; the methods below the line are what differs."""

    def __init__(self, field: AbstractField) -> None:
        self._field = field
        self._scope: Scope = field.scope

    def whole(self, c: Element) -> T:
        """The element ``c``."""
        value = c.rational
        if value is not None:
            return self.number(value)
        found = _Product(Fraction(1), {}, self._field.zero)
        for side, sign in ((c.numerator, 1), (c.denominator, -1)):
            content, factors = self._field.factors(side)
            found.coefficient = found.coefficient * content if sign > 0 else found.coefficient / content
            for f, k in factors:
                self._multiply_factor(found, f, sign * k)
        if len(found.bases) == 1 and found.exponent.is_zero:
            ((base, exponent),) = found.bases.values()
            if len(base.parts) > 1 and base.d.is_one() and exponent.rational == 1:
                return self._sum(base, found.coefficient)
        return self._product(found)

    def _multiply_factor(self, found: _Product, f: Element, k: int) -> None:
        if len(f.parts) == 1:
            self._multiply_powers(found, tuple((place, e * k) for place, e in f.parts[0][1]))
            return
        sign = self._field.quick_sign(f)
        # 1 - r rather than -(r - 1), also where the sign is open.
        unsigned = sign is None and found.coefficient < 0
        if k % 2 and (unsigned or (sign is not None and sign.at_most_zero)):
            f = -f
            found.coefficient = -found.coefficient
        found.multiply(f, self._field.number(k))

    def _multiply_powers(self, found: _Product, powers: Powers) -> None:
        for place, k in powers:
            g = self._field.generators[place]
            if g.role is Role.PARITY:
                found.multiply(self._field.number(-1), g.argument * k)
                continue
            if g.role is not Role.EXP:
                found.multiply(self._field.generator(place), self._field.number(k))
                continue
            log = self._log_in(g)
            if log is None:
                found.exponent = found.exponent + g.argument * k
            else:
                # exp(e log f) is shown as f**e: e is the argument without its log f.
                of = g.argument.lift()
                exponent = Element(self._field, of.n / self._field.context.gen(log.place), of.d)
                found.multiply(log.argument, exponent * k)

    def _log_in(self, g: Generator) -> Generator | None:
        """The logarithm log f by which the exponential is a power of f."""
        for place, k in g.argument.parts[0][1]:
            inner = self._field.generators[place]
            if inner.role is Role.LOG and k == 1:
                return inner
        return None

    def _product(self, found: _Product) -> T:
        top: list[T] = []
        bottom: list[T] = []
        coefficient = found.coefficient
        for base, exponent in _numbers_together(found.bases.values()):
            value, number = exponent.rational, base.rational
            if value is not None and number is not None:  # 10**(13/10) is shown as 10*10**(3/10)
                whole = floor(value)
                # A power that has too many digits stays a power.
                if abs(whole) * max(abs(number.numerator), number.denominator).bit_length() > LONG:
                    top.append(self.power(self.number(number), self.whole(exponent)))
                    continue
                coefficient *= whole_power(number, whole)
                value, exponent = value - whole, exponent - whole  # noqa: PLW2901
            if value == 0:
                continue
            if value is None or value.denominator != 1:
                top.append(self.power(self._base(base), self.whole(exponent)))
            else:
                written = self._base(base)
                side = top if value > 0 else bottom
                side.append(written if abs(value) == 1 else self.power(written, self.number(abs(value))))
        if not found.exponent.is_zero:
            top.append(self.function(Role.EXP, self.whole(found.exponent)))
        return self.quotient(coefficient, top, bottom)

    def _base(self, base: Element) -> T:
        value = base.rational
        if value is not None:
            return self.number(value)
        if len(base.parts) > 1 or not base.d.is_one():
            return self._sum(base) if base.d.is_one() else self.whole(base)
        ((_, ((place, _),)),) = base.parts
        g = self._field.generators[place]
        if g.of is not None:
            return self.function(g.role, self.whole(g.of))
        return self.variable(g.name)

    def _sum(self, f: Element, scale: Fraction = _ONE) -> T:
        """The terms of a polynomial, a positive one first if there is one."""
        parts = [(c * scale, powers) for c, powers in f.parts]
        if parts[0][0] < 0:
            # 1 - C rather than -C + 1.
            parts.reverse()
        first = next((i for i, (c, _) in enumerate(parts) if c > 0), 0)
        parts.insert(0, parts.pop(first))
        return self.sum([(c > 0, self._term(abs(c), powers)) for c, powers in parts])

    def _term(self, coefficient: Fraction, powers: Powers) -> T:
        found = _Product(coefficient, {}, self._field.zero)
        self._multiply_powers(found, powers)
        return self._product(found)

    # what differs

    @abstractmethod
    def number(self, value: Fraction) -> T:
        """A rational number."""

    @abstractmethod
    def variable(self, name: str) -> T:
        """C or a parameter."""

    @abstractmethod
    def sum(self, terms: list[tuple[bool, T]]) -> T:
        """The sum of terms, each with whether it is added or subtracted."""

    @abstractmethod
    def quotient(self, coefficient: Fraction, top: Iterable[T], bottom: Iterable[T]) -> T:
        """``coefficient`` times the product of ``top`` over that of ``bottom``."""

    @abstractmethod
    def power(self, base: T, exponent: T) -> T:
        """base**exponent."""

    @abstractmethod
    def function(self, role: Role, x: T) -> T:
        """log x, exp x, arccos x, cos x, sin x, arctan x or erf x."""


class _SymPyWriter(_Writer["Expr"]):
    def number(self, value: Fraction) -> Expr:
        return sympy.Rational(value.numerator, value.denominator)

    def variable(self, name: str) -> Expr:
        return C_SYMBOL if name == "C" else symbol_of(self._scope.parameter(name))

    def sum(self, terms: list[tuple[bool, Expr]]) -> Expr:
        return sympy.Add(*(t if added else -t for added, t in terms))

    def quotient(self, coefficient: Fraction, top: Iterable[Expr], bottom: Iterable[Expr]) -> Expr:
        return sympy.Mul(self.number(coefficient), *top, *(sympy.Pow(b, -1) for b in bottom))

    def power(self, base: Expr, exponent: Expr) -> Expr:
        return sympy.Pow(base, exponent)

    def function(self, role: Role, x: Expr) -> Expr:
        # acos(1/2) would be a multiple of pi if SymPy evaluated it
        is_pi = role is Role.ARCCOS and x == -1
        return sympy.pi if is_pi else SYMPY_FUNCTIONS[role](x, evaluate=role in (Role.LOG, Role.EXP))


class _TermWriter(_Writer[Term]):
    def number(self, value: Fraction) -> Term:
        return lift(value)

    def variable(self, name: str) -> Term:
        return Scalar("classes") if name == "C" else self._scope.parameter(name)

    def sum(self, terms: list[tuple[bool, Term]]) -> Term:
        added, value = terms[0]
        value = value if added else -value
        for plus, t in terms[1:]:
            value = value + t if plus else value - t
        return value

    def quotient(self, coefficient: Fraction, top: Iterable[Term], bottom: Iterable[Term]) -> Term:
        above, below = self._times(coefficient.numerator, top), list(bottom)
        if not below and coefficient.denominator == 1:
            return above
        return above / self._times(coefficient.denominator, below)

    def _times(self, coefficient: int, factors: Iterable[Term]) -> Term:
        terms = list(factors)
        if abs(coefficient) != 1 or not terms:
            terms.insert(0, lift(coefficient))
        elif coefficient < 0:
            terms[0] = -terms[0]
        value = terms.pop(0)
        for t in terms:
            value = value * t
        return value

    def power(self, base: Term, exponent: Term) -> Term:
        return base**exponent

    def function(self, role: Role, x: Term) -> Term:
        term: Term = getattr(functions, role.name.lower())(x)
        return term
