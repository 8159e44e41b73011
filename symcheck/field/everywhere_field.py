"""The field of statements at all z: exact functions of z, C and the parameters, in a canonical form.

The entries z_k at named classes and the sums over all classes of what depends on a class are generators:

    log softmax(z)_y = z[0] - log(sum_i exp(z[i])),  softmax(z)_y = exp(z[0]) / sum_i exp(z[i]).

A function whose argument is not shown to have the sign that its rules need (the logarithm of a difference, |x|, a
real power of what may be 0, the largest of all entries) is opaque: a generator that stands for it, found again by
the canonical form of its argument.  As in every field zero is zero, and not zero proves nothing.  Equalities hold
wherever both sides have a value: a quotient is formed without showing that its divisor vanishes nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from symcheck.budget import Budget
from symcheck.field.element import Element, places_in
from symcheck.field.exponent import divided
from symcheck.field.growing import Substitution
from symcheck.field.indexed_field import ArrayEntry, Sum
from symcheck.field.opaque_field import Opaque, OpaqueField
from symcheck.field.signs.sign import Kind
from symcheck.language.interval import Interval
from symcheck.language.scope import Scope
from symcheck.language.vector_array import VectorArray
from symcheck.reason import Code, Undecided

LOGITS: Final = VectorArray("z", Interval(None, None, low_open=True, high_open=True))
"""The logits as an array of numbers of any sign."""

MOST_CASES: Final = 8
"""A zero is looked for by cases over at most so many signs of arguments of |x|."""

TURNED: Final = (8, 9)
"""Names of two classes that no formula uses, while the order of two sums is looked at."""


class EverywhereField(OpaqueField):
    """Functions of z for C a symbol or a number, of the parameters and arrays of ``scope``."""

    def __init__(self, scope: Scope, budget: Budget) -> None:
        self._moving: dict[str, bool] = {}
        self._cases: dict[str, list[str]] = {}
        self._is_turning = False
        super().__init__(scope, budget)

    def logit(self, place: int) -> Element:
        """The entry of z at a named class."""
        return self.entry(LOGITS, place)

    def mentions_logits(self, c: Element) -> bool:
        """Whether an entry of z occurs in ``c``, inside sums and opaque functions too."""
        return any(self._mentions(name) for name in self.depends(c))

    def _mentions(self, name: str) -> bool:
        known = self._moving.get(name)
        if known is None:
            function, atom = self._functions.get(name), self.atom_called(name)
            if function is not None:
                known = any(map(self.mentions_logits, function.args))
            elif isinstance(atom, Sum):
                known = self.mentions_logits(atom.summand)
            else:
                known = isinstance(atom, ArrayEntry) and atom.array is LOGITS
            if self._is_atom(name):
                self._moving[name] = known
        return known

    # zero

    def is_zero(self, c: Element) -> bool:
        """Whether ``c`` is shown to be 0 for all z: by its canonical form, or that in each case of the signs in it."""
        return self._is_zero(c, {}, ())

    def _is_zero(self, c: Element, known: Mapping[str, Element], conditions: tuple[Element, ...]) -> bool:
        """The same where the ``conditions`` are >= 0, with what is ``known`` of |x| and steps there."""
        # What is put in may bring in another |x|, or have it in its argument.
        while known.keys() & self._cases_in(c):
            c = self.replaced(c, known)
        if c.is_zero or self._contradict(conditions):
            return True
        names = self._cases_in(c)
        # Each case asks two more: their number doubles.
        if not names or len(conditions) == MOST_CASES:
            return False
        name, function = names[0], self._functions[names[0]]
        u = function.args[0]
        cases = {"abs": ((u, u), (-u, -u)), "step": ((u, self.one), (-u, self.zero))}[function.op]
        return all(self._is_zero(c, {**known, name: value}, (*conditions, at)) for at, value in cases)

    def _contradict(self, conditions: tuple[Element, ...]) -> bool:
        """Whether the last condition, or its sum with one of the others, is negative everywhere."""
        *others, last = conditions or (self.one,)
        return any(self.sign(c).kind is Kind.NEGATIVE for c in (last, *(last + o for o in others)))

    def _cases_in(self, c: Element) -> list[str]:
        """The |x| and steps in ``c``, those first in which there are no others."""
        kept = self._cases.get(c.key)
        if kept is not None:
            return kept
        self.budget.check()
        found: dict[str, None] = {}
        for name in sorted(self.depends(c)):
            function = self._functions.get(name)
            if function is not None and function.bound is None:
                found |= dict.fromkeys(n for a in function.args for n in self._cases_in(a))
                if function.op in ("abs", "step"):
                    found[name] = None
        self._cases[c.key] = list(found)
        return self._cases[c.key]

    def replaced(self, c: Element, images: Mapping[str, Element]) -> Element:
        """``c`` with ``images`` in the place of the atoms of these names, inside opaque functions too."""
        return self._replaced(c, images, {})

    def _replaced(self, c: Element, images: Mapping[str, Element], done: dict[str, Element]) -> Element:
        """The same, with what was replaced in parts that are ``done``."""
        if c.key in done:
            return done[c.key]
        self.budget.check()
        found = dict(images)
        for name in sorted(self.depends(c) - images.keys()):
            function = self._functions.get(name)
            if function is not None and function.bound is None:
                args = tuple(self._replaced(a, images, done) for a in function.args)
                if args != function.args:
                    found[name] = self._again(Opaque(function.op, args))
        done[c.key] = Substitution(self, found).of(c)
        return done[c.key]

    # sums over the classes

    def units(self, c: Element, place: int) -> list[tuple[Element, Element]]:
        """As in every field of indices, after division with remainder by the factors of the denominator."""
        for f, _ in self.factors(c.denominator)[1]:
            if place not in self.classes_in(f) or len(f.parts) == 1:
                continue
            self.budget.check()
            # sum_i (a[i] + b)/(a[i] + c) is C + (b - c) sum_i 1/(a[i] + c): one sum with less inside.
            quotient, rest = self._divided(c.numerator, f)
            if not quotient.is_zero:
                below = c.denominator.reciprocal()
                found: dict[str, tuple[Element, Element]] = {}
                for part in (quotient * f * below, rest * below):
                    for unit, weight in self.units(part, place):
                        known = found.get(unit.key)
                        found[unit.key] = (unit, weight if known is None else known[1] + weight)
                return list(found.values())
        return super().units(c, place)

    def _divided(self, n: Element, f: Element) -> tuple[Element, Element]:
        """Quotient and remainder of polynomials by the leading term of ``f`` in the lexicographic order."""
        found = divided(n.lift().n, f.lift().n)
        quotient, rest = (
            self.sum(self.monomial(tuple((i, e) for i, e in enumerate(powers) if e)) * k for powers, k in t.items())
            for t in found
        )
        return quotient, rest

    def _sum_of_unit(self, unit: Element, place: int) -> Element:
        """A sum of sums over two classes is written in one of two orders, and both halves put together if that helps.

        sum_j sum_i h(i, j) = sum_j sum_i h(j, i) = sum_j sum_i (h(i, j) + h(j, i))/2.
        """
        inner = self._inner_sum(unit, place)
        # While an order is tried the other one would be tried again, without end.
        if inner is None or self._is_turning:
            return super()._sum_of_unit(unit, place)
        self._is_turning = True
        try:
            one, two = TURNED
            rest = self.renamed(unit / self.variable(inner), {place: one})
            atom = self.atom_called(inner)
            assert isinstance(atom, Sum)
            h = rest * self.renamed(atom.summand, {place: one, atom.bound: two})
            turned = self.renamed(h, {one: two, two: one})
            mean = (h + turned) * Fraction(1, 2)
            if not self._is_joint(mean, one, two):
                return self.summed(self.summed(mean, two), one)
            # Neither order is better: the one with the lesser name, so that both ways to write it meet.
            if turned.key < h.key:
                return self.summed(self.summed(turned, two), one)
        finally:
            self._is_turning = False
        return super()._sum_of_unit(unit, place)

    def _inner_sum(self, unit: Element, place: int) -> str | None:
        """The one sum in a product in which ``place`` occurs, if it is a factor of it and no class but this occurs."""
        if self.classes_in(unit) != {place}:
            return None
        sums = [n for n in self.depends(unit) if isinstance(self.atom_called(n), Sum) and self._classes_of(n)]
        if len(sums) != 1 or len(unit.parts) != 1:
            return None
        at = self.variable(sums[0]).parts[0][1][0][0]
        is_factor = (at, 1) in unit.parts[0][1] and sums[0] not in self.depends(unit / self.variable(sums[0]))
        return sums[0] if is_factor else None

    def _is_joint(self, c: Element, one: int, two: int) -> bool:
        """Whether a generator or a factor of the denominator depends on both classes."""
        parts = [self.generator(p) for p in places_in(c.n)] + [f for f, _ in self.factors(c.denominator)[1]]
        return any({one, two} <= self.classes_in(p) for p in parts)

    # what a field asks

    def require_nonzero(self, c: Element) -> None:
        """Nothing, unless ``c`` is 0: what is shown holds wherever both sides have a value."""
        if c.is_zero:
            raise Undecided.of(
                Code.SIGN_UNKNOWN, "the division by 0 has no value", "divide by what is not 0 for every z"
            )
