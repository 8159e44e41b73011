"""Functions of what depends on the classes: evaluated where the signs that they need are shown, opaque elsewhere.

A function whose argument is not shown to have the sign that its rules need (the logarithm of a difference, |x|, a
real power of what may be 0, the largest of all entries) is opaque: a generator that stands for it, found again by
the canonical form of its argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from symcheck.budget import Budget
from symcheck.field.element import Element
from symcheck.field.generator import Role
from symcheck.field.growing import Substitution
from symcheck.field.indexed_field import IndexedField, Sum, index_name
from symcheck.field.signs.effort import Exhausted
from symcheck.field.signs.samples import is_decisive, sampled, sign_of_proof
from symcheck.field.signs.sign import Kind, Sign
from symcheck.language.interval import Interval
from symcheck.language.scope import Scope
from symcheck.reason import Undecided

_ANY: Final = Interval(None, None, low_open=True, high_open=True)
_AT_LEAST_0: Final = Interval(Fraction(0), None, low_open=False, high_open=True)
_ABOVE_0: Final = Interval(Fraction(0), None, low_open=True, high_open=True)
_UP_TO_1: Final = Interval(Fraction(0), Fraction(1), low_open=False, high_open=False)
_BETWEEN_0_AND_1: Final = Interval(Fraction(0), Fraction(1), low_open=True, high_open=True)
_ANGLES: Final = Interval(Fraction(0), Fraction(4), low_open=False, high_open=True)


@dataclass(frozen=True, slots=True)
class Opaque:
    """``op`` of ``args``; over all classes in the place of ``bound`` but ``named`` ones for ``amax``.

    ``argmax`` is 1 where the class ``named`` has the largest of the ``args``, and 0 elsewhere; ``entmax`` is the share
    of that class, the last of the ``args`` being alpha; ``step`` is 1 where its argument is positive, and 0 elsewhere.
    """

    op: str
    args: tuple[Element, ...]
    bound: int | None = None
    named: tuple[int, ...] = ()


class OpaqueField(IndexedField):
    """A field of indices in which every function of a sum or an entry has a value, if only an opaque one."""

    def __init__(self, scope: Scope, budget: Budget) -> None:
        self._functions: dict[str, Opaque] = {}
        self._names: dict[object, str] = {}
        self._depths: dict[str, int] = {}
        super().__init__(scope, budget)

    # functions

    def sign(self, c: Element) -> Sign:
        """The sign of ``c`` for all z, by the rules that only look at its terms; that of a constant by every rule."""
        known = self._signs.get(c.key)
        if known is None:
            if not self._has_atoms(c):
                return super().sign(c)
            proof = None
            with suppress(Exhausted), self.effort.climb():
                # The whole ladder would climb over generators that stand for sums and functions of z, mostly in
                # vain.
                proof = self.ladder.quick(c, self.box)
                if proof is None or not is_decisive(proof):
                    # sum_i exp(z[i]) - exp(z[0]) > 0 is seen once the sum is the term at 0 plus a positive rest.
                    proof = self.ladder.quick(self._with_rests(c), self.box) or proof
            decided = proof is not None and is_decisive(proof)
            known = sign_of_proof(self.ladder, proof) if proof is not None and decided else sampled((), proof)
            self._signs[c.key] = known
        return known

    def log(self, c: Element) -> Element:
        """log c, opaque unless c is shown positive for all z."""
        if not self._has_atoms(c):
            return super().log(c)
        if self.sign(c).kind is Kind.POSITIVE:
            try:
                return super().log(c)
            except Undecided:
                self.budget.check()
        return self.function("log", _ANY, c)

    def power(self, base: Element, exponent: Element) -> Element:
        """base**exponent, of the positive factors of the base; opaque of the others, |f|**e for an even power of f."""
        whole = exponent.rational
        if (whole is not None and whole.denominator == 1) or not self._has_atoms(base):
            return super().power(base, exponent)
        if self.sign(base).kind is Kind.POSITIVE:
            try:
                return super().power(base, exponent)
            except Undecided:
                self.budget.check()
        # (f**2)**e is |f|**(2 e), and positive factors come out of the power: then equal functions have equal
        # names.
        positive, rest = self._split(base)
        if len(rest) == 1 and rest[0][1] % 2 == 0:
            outer = self.power(self.absolute(rest[0][0]), exponent * rest[0][1])
        else:
            outer = self.function("power", _AT_LEAST_0, base * positive.reciprocal(), exponent)
        return outer if positive.rational == 1 else super().power(positive, exponent) * outer

    def arccos(self, c: Element) -> Element:
        """arccos c, opaque unless c is a constant."""
        return self.function("arccos", _ANGLES, c) if self._has_atoms(c) else super().arccos(c)

    def inverse_of(self, place: int) -> tuple[Role, Element] | None:
        """The same, of an arc cosine that is opaque too."""
        function = self._functions.get(self.generators[place].name)
        if function is not None and function.op == "arccos":
            return Role.ARCCOS, function.args[0]
        return super().inverse_of(place)

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

    def entmax(self, c: Element, place: int, alpha: Element) -> Element:
        """The share of the class ``place`` in the alpha-entmax of the values of ``c``, which do not all move alike."""
        # What all entries gain alike changes no share, and equal entries have equal shares.
        inside = [unit * weight for unit, weight in self.units(c, place) if place in self.classes_in(unit)]
        if not inside:
            return self.C.reciprocal()
        entries, bound = self._with_bound(self.sum(inside), place)
        return self._made(Opaque("entmax", (entries, alpha), bound, (place,)), self._shares(alpha))

    def entmax_of(self, v: Sequence[Element], alpha: Element) -> tuple[Element, ...]:
        """The same for entries that are written out, one for each class."""
        gaps = [x - v[0] for x in v[1:]]
        if all(x.is_zero for x in gaps):
            return (self.number(len(v)).reciprocal(),) * len(v)
        args = (*gaps, alpha)
        found = [self.function("entmax", self._shares(alpha), *args, self.number(k)) for k in range(len(v) - 1)]
        return (*found, self.one - self.sum(found))

    def _shares(self, alpha: Element) -> Interval:
        """Where the shares lie: no class has the share 0 for alpha <= 1."""
        return _BETWEEN_0_AND_1 if self.sign(self.one - alpha).nonnegative else _UP_TO_1

    def function(self, op: str, interval: Interval, *args: Element) -> Element:
        """The generator that stands for ``op`` of ``args``, whose values lie in ``interval``."""
        return self._made(Opaque(op, args), interval)

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
            case "entmax" if function.bound is not None:
                return self._made(function, self._shares(args[1]))
        return self._made(function, _UP_TO_1)

    def _made(self, function: Opaque, interval: Interval) -> Element:
        # Found again by the canonical form of its arguments: two opaque functions of equal arguments are one.
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
        """A positive element and the other factors with their powers: c is their product, or minus it."""
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
            # The largest of s u_i is s times the largest of u_i for s > 0 only.
            if len(inside) == 1 and self.sign(weight).kind is Kind.POSITIVE:
                scale, unit = weight, u
            else:
                unit = unit + u * weight
        return apart, scale, *self._with_bound(unit, place)

    def _with_bound(self, c: Element, place: int) -> tuple[Element, int]:
        """``c`` with a bound index in the place of ``place``, and that index."""
        bound = -1 - max((self._depth(n) for n in self.depends(c)), default=0)
        return self.renamed(c, {place: bound}), bound

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
                term = self.renamed(atom.summand, {atom.bound: place})
                images[name] = term + self.atom(f"{name} but {place}", _ABOVE_0)
        return Substitution(self, images).of(c)

    # atoms

    def function_called(self, name: str) -> Opaque | None:
        """The opaque function that the generator of this name stands for."""
        return self._functions.get(name)

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

    def _renamed_atom(self, name: str, renaming: Mapping[int, int]) -> Element:
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
        # The entries may depend on the class too, as those of z z_y on y: then they are others for each class.
        is_fixed = not any(place in self.classes_in(a) for a in function.args)
        is_share = function.op in ("argmax", "entmax") and function.named == (place,)
        return Fraction(1) if is_share and is_fixed and is_alone else None

    def _all_atoms(self) -> tuple[str, ...]:
        return (*super()._all_atoms(), *self._functions)

    def _named_atom(self, name: str, names: Mapping[int, str]) -> str:
        function = self._functions.get(name)
        if function is None:
            return super()._named_atom(name, names)
        shown = names if function.bound is None else {**names, function.bound: index_name(function.bound)}
        inside = ", ".join(self.text(a, shown) for a in function.args)
        but = "".join(f", {names.get(p, str(p))}" for p in function.named)
        return f"{function.op}({inside}{but})"
