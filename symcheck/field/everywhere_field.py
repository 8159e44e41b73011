"""The field of statements at all z: exact functions of z, C and the parameters, in a canonical form.

The entries z_k at named classes and the sums over all classes of what depends on a class are generators:

    log softmax(z)_y = z[0] - log(sum_i exp(z[i])),  softmax(z)_y = exp(z[0]) / sum_i exp(z[i]).

A function whose argument is not shown to have the sign that its rules need (the logarithm of a difference, |x|, a
real power of what may be 0, the largest of all entries) is opaque: a generator that stands for it, found again by
the canonical form of its argument.  As in every field zero is zero, and not zero proves nothing.  Equalities hold
wherever both sides have a value: a quotient is formed without showing that its divisor vanishes nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from symcheck.budget import Budget
from symcheck.field.element import Element
from symcheck.field.exponent import divided, terms_of
from symcheck.field.growing import Substitution
from symcheck.field.indexed_field import Entry, IndexedField, Renaming, Sum, index_name
from symcheck.field.signs.effort import Exhausted
from symcheck.field.signs.samples import is_decisive, sampled, sign_of_proof
from symcheck.field.signs.sign import Kind, Sign
from symcheck.language.array import VectorArray
from symcheck.language.parameter import Interval
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason, Undecided

LOGITS: Final = VectorArray("z", Interval(None, None, low_open=True, high_open=True))
"""The logits as an array of numbers of any sign."""

MOST_CASES: Final = 8
"""A zero is looked for by cases over at most so many signs of arguments of |x|."""

TURNED: Final = (8, 9)
"""Names of two classes that no formula uses, while the order of two sums is looked at."""

_ANY: Final = Interval(None, None, low_open=True, high_open=True)
_AT_LEAST_0: Final = Interval(Fraction(0), None, low_open=False, high_open=True)
_ABOVE_0: Final = Interval(Fraction(0), None, low_open=True, high_open=True)
_UP_TO_1: Final = Interval(Fraction(0), Fraction(1), low_open=False, high_open=False)
_ANGLES: Final = Interval(Fraction(0), Fraction(4), low_open=False, high_open=True)


@dataclass(frozen=True, slots=True)
class Opaque:
    """``op`` of ``args``; over all classes in the place of ``bound`` but ``named`` ones for ``amax``.

    ``argmax`` is 1 where the class ``named`` has the largest of the ``args``, and 0 elsewhere; ``step`` is 1 where its
    argument is positive, and 0 elsewhere.
    """

    op: str
    args: tuple[Element, ...]
    bound: int | None = None
    named: tuple[int, ...] = ()


class EverywhereField(IndexedField):
    """Functions of z for C a symbol or a number, of the parameters and arrays of ``scope``."""

    def __init__(self, scope: Scope, budget: Budget) -> None:
        self._functions: dict[str, Opaque] = {}
        self._names: dict[object, str] = {}
        self._moving: dict[str, bool] = {}
        self._depths: dict[str, int] = {}
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
                known = isinstance(atom, Entry) and atom.array is LOGITS
            if self._is_atom(name):
                self._moving[name] = known
        return known

    # functions

    def sign(self, c: Element) -> Sign:
        """The sign of ``c`` for all z, by the rules that only look at its terms; that of a constant by every rule."""
        known = self._signs.get(c.key)
        if known is None:
            if not self._has_atoms(c):
                return super().sign(c)
            proof = None
            with suppress(Exhausted), self.effort.climb():
                proof = self.ladder.quick(c, self.box)
                if proof is None or not is_decisive(proof):
                    proof = self.ladder.quick(self._with_rests(c), self.box) or proof
            decided = proof is not None and is_decisive(proof)
            known = sign_of_proof(self.ladder, proof) if proof is not None and decided else sampled((), proof)
            self._signs[c.key] = known
        return known

    def log(self, c: Element) -> Element:
        if not self._has_atoms(c):
            return super().log(c)
        if self.sign(c).kind is Kind.POSITIVE:
            try:
                return super().log(c)
            except Undecided:
                self.budget.check()
        return self.function("log", _ANY, c)

    def power(self, base: Element, exponent: Element) -> Element:
        whole = exponent.rational
        if (whole is not None and whole.denominator == 1) or not self._has_atoms(base):
            return super().power(base, exponent)
        if self.sign(base).kind is Kind.POSITIVE:
            try:
                return super().power(base, exponent)
            except Undecided:
                self.budget.check()
        positive, rest = self._split(base)
        if len(rest) == 1 and rest[0][1] % 2 == 0:
            outer = self.power(self.absolute(rest[0][0]), exponent * rest[0][1])
        else:
            outer = self.function("power", _AT_LEAST_0, base * positive.reciprocal(), exponent)
        return outer if positive.rational == 1 else super().power(positive, exponent) * outer

    def arccos(self, c: Element) -> Element:
        return self.function("arccos", _ANGLES, c) if self._has_atoms(c) else super().arccos(c)

    def absolute(self, c: Element) -> Element:
        """|c|, as the product over the factors of c."""
        value, rest = self._split(c)
        for f, k in rest:
            value = value * (f**k if k % 2 == 0 else self._absolute_factor(f) ** k)
        return value

    def step(self, u: Element) -> Element:
        """1 where u > 0, and 0 elsewhere."""
        sign = self.sign(u)
        if sign.kind is Kind.POSITIVE:
            return self.one
        if sign.nonpositive or sign.kind in (Kind.NEGATIVE, Kind.ZERO):
            return self.zero
        return self.function("step", _UP_TO_1, u * self._split(u)[0].reciprocal())

    def largest(self, c: Element, place: int, *, but: tuple[int, ...] = ()) -> Element:
        """The largest of the values of ``c`` over all the classes that ``place`` may be, ``but`` those left out."""
        apart, scale, unit, bound = self._unit(c, place)
        interval = _ABOVE_0 if self.sign(unit).kind is Kind.POSITIVE else _ANY
        return apart + scale * self._made(Opaque("amax", (unit,), bound, but), interval)

    def is_largest(self, c: Element, place: int) -> Element:
        """1 where the class ``place`` has the largest of the values of ``c``, and 0 elsewhere."""
        _, _, unit, bound = self._unit(c, place)
        return self._made(Opaque("argmax", (unit,), bound, (place,)), _UP_TO_1)

    def function(self, op: str, interval: Interval, *args: Element) -> Element:
        """The generator that stands for ``op`` of ``args``, whose values lie in ``interval``."""
        return self._made(Opaque(op, args), interval)

    # zero

    def is_zero(self, c: Element) -> bool:
        """Whether ``c`` is shown to be 0 for all z: by its canonical form, or that in each case of the signs in it."""
        return self._is_zero(c, {}, ())

    def _is_zero(self, c: Element, known: Mapping[str, Element], conditions: tuple[Element, ...]) -> bool:
        """The same where the ``conditions`` are >= 0, with what is ``known`` of |x| and steps there."""
        while known.keys() & self._cases_in(c):
            c = self.replaced(c, known)
        if c.is_zero or self._contradict(conditions):
            return True
        names = self._cases_in(c)
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
        found = divided(terms_of(n), terms_of(f))
        quotient, rest = (
            self._sum(self.monomial(tuple((i, e) for i, e in enumerate(powers) if e)) * k for powers, k in t.items())
            for t in found
        )
        return quotient, rest

    def _sum(self, constants: Iterable[Element]) -> Element:
        total = self.number(0)
        for c in constants:
            total = total + c
        return total

    def _sum_of_unit(self, unit: Element, place: int) -> Element:
        """A sum of sums over two classes is written in one of two orders, and both halves put together if that helps.

        sum_j sum_i h(i, j) = sum_j sum_i h(j, i) = sum_j sum_i (h(i, j) + h(j, i))/2.
        """
        inner = self._inner_sum(unit, place)
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
            both = (h + turned) * Fraction(1, 2)
            if not self._is_joint(both, one, two):
                return self.summed(self.summed(both, two), one)
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
        places = {place for _, powers in c.parts for place, _ in powers}
        parts = [self.generator(p) for p in places] + [f for f, _ in self.factors(c.denominator)[1]]
        return any({one, two} <= self.classes_in(p) for p in parts)

    # what a field asks

    def require_nonzero(self, c: Element) -> None:
        """Nothing, unless ``c`` is 0: what is shown holds wherever both sides have a value."""
        if c.is_zero:
            raise Undecided(
                Reason(Code.SIGN_UNKNOWN, "the division by 0 has no value", "divide by what is not 0 for every z")
            )

    def _again(self, function: Opaque) -> Element:
        """The value of a function whose arguments have changed: it may not be opaque any more."""
        args = function.args
        match function.op:
            case "log":
                return self.log(args[0])
            case "power":
                return self.power(*args)
            case "arccos":
                return self.arccos(args[0])
            case "abs":
                return self.absolute(args[0])
            case "step":
                return self.step(args[0])
            case "amax":
                assert function.bound is not None
                return self.largest(args[0], function.bound, but=function.named)
        return self._made(function, _UP_TO_1)

    def _made(self, function: Opaque, interval: Interval) -> Element:
        key = function.op, tuple(a.key for a in function.args), function.named
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"{function.op}<{len(self._names)}>"
            self._functions[name] = function
        return self.atom(name, interval)

    def _absolute_factor(self, f: Element) -> Element:
        sign = self.sign(f)
        if sign.nonnegative or sign.nonpositive:
            return f if sign.nonnegative else -f
        return self.function("abs", _AT_LEAST_0, f)

    def _split(self, c: Element) -> tuple[Element, list[tuple[Element, int]]]:
        """A positive constant and the other factors with their powers: c is their product, or minus it."""
        positive, rest = self.one, []
        for side, up in ((c.numerator, 1), (c.denominator, -1)):
            content, found = self.factors(side)
            positive = positive * self.number(abs(content)) ** up
            for f, k in found:
                kind = self.sign(f).kind
                if kind in (Kind.POSITIVE, Kind.NEGATIVE):
                    positive = positive * (f if kind is Kind.POSITIVE else -f) ** (up * k)
                else:
                    rest.append((f, up * k))
        return positive, rest

    def _unit(self, c: Element, place: int) -> tuple[Element, Element, Element, int]:
        """``c`` = a + s u with the s > 0 and u that is left when all that does not depend on ``place`` is taken out.

        u is written with a bound index, which comes last.
        """
        apart, inside = self.number(0), []
        for unit, weight in self.units(c, place):
            if place in self.classes_in(unit):
                inside.append((unit, weight))
            else:
                apart = apart + unit * weight
        scale, unit = self.one, self.number(0)
        for u, weight in inside:
            if len(inside) == 1 and self.sign(weight).kind is Kind.POSITIVE:
                scale, unit = weight, u
            else:
                unit = unit + u * weight
        bound = -1 - max((self._depth(n) for n in self.depends(unit)), default=0)
        return apart, scale, self.renamed(unit, {place: bound}), bound

    def _with_rests(self, c: Element) -> Element:
        """``c``, in which one class occurs, with sums of positive terms as the term there plus a positive rest."""
        classes = self.classes_in(c)
        if len(classes) != 1:
            return c
        images: dict[str, Element] = {}
        for name in sorted(self.depends(c)):
            atom = self.atom_called(name)
            if isinstance(atom, Sum) and self.sign(atom.summand).kind is Kind.POSITIVE:
                (place,) = classes
                own = self.renamed(atom.summand, {atom.bound: place})
                images[name] = own + self.atom(f"{name} but {place}", _ABOVE_0)
        return Substitution(self, images).of(c)

    # atoms

    def _has_atoms(self, c: Element) -> bool:
        return any(n in self._functions or self.atom_called(n) is not None for n in self.depends(c))

    def _is_atom(self, name: str) -> bool:
        return name in self._functions or super()._is_atom(name)

    def _found_classes(self, name: str) -> frozenset[int]:
        function = self._functions.get(name)
        if function is None:
            return super()._found_classes(name)
        inside = frozenset().union(*map(self.classes_in, function.args))
        return (inside - {function.bound}) | frozenset(function.named)

    def _depth(self, name: str) -> int:
        function = self._functions.get(name)
        if function is None:
            return super()._depth(name)
        known = self._depths.get(name)
        if known is None:
            inside = (self._depth(n) for a in function.args for n in self.depends(a))
            known = self._depths[name] = max(-(function.bound or 0), *inside, 0)
        return known

    def _renamed_atom(self, name: str, renaming: Renaming) -> Element:
        function = self._functions.get(name)
        if function is None:
            return super()._renamed_atom(name, renaming)
        args = tuple(self.renamed(a, renaming) for a in function.args)
        named = tuple(renaming.get(p, p) for p in function.named)
        return self._again(Opaque(function.op, args, function.bound, named))

    def _known_sum(self, unit: Element, place: int) -> Fraction | None:
        name = next(iter(self.depends(unit)))
        function = self._functions.get(name)
        if function is None:
            return super()._known_sum(unit, place)
        is_alone = unit.key == self.variable(name).key
        return Fraction(1) if function.op == "argmax" and function.named == (place,) and is_alone else None

    def named(self, text: str, names: Mapping[int, str]) -> str:
        known = sorted((*self._atoms, *self._functions), key=len, reverse=True)
        pattern = "|".join(re.escape(n) for n in known if n in text)
        # All at once: what z[0] is called may be the name z[1] of another entry.
        return re.sub(rf"(?<!\w)(?:{pattern})", lambda m: self._named_atom(m[0], names), text) if pattern else text

    def _named_atom(self, name: str, names: Mapping[int, str]) -> str:
        function, atom = self._functions.get(name), self.atom_called(name)
        if function is not None:
            shown = names if function.bound is None else {**names, function.bound: index_name(function.bound)}
            inside = ", ".join(self.text(a, shown) for a in function.args)
            but = "".join(f", {names.get(p, str(p))}" for p in function.named)
            return f"{function.op}({inside}{but})"
        if isinstance(atom, Sum):
            index = index_name(atom.bound)
            return f"sum_{index}({self.text(atom.summand, {**names, atom.bound: index})})"
        assert isinstance(atom, Entry)
        return f"{atom.array.name}[{','.join(names.get(p, str(p)) for p in atom.places)}]"
