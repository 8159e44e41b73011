"""The algebra of sums of products: each is kept in a form in which

    x^a x^b = x^(a + b),   x + x = 2 x,   onehot(y) v = v[y] onehot(y),   total(s v) = s total(v) for a scalar s.

Each of these holds wherever the side with more operators has a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

from symcheck.budget import look
from symcheck.differentiation.signs import Signs
from symcheck.differentiation.sums import (
    ONE,
    ZERO,
    Atom,
    Monomial,
    Sum,
    added,
    content_of,
    is_constant,
    less,
    negative,
    number,
    ordered,
    scaled,
    single,
)
from symcheck.language.interval import Interval
from symcheck.reason import Code, Undecided

_LARGEST = 1000
"""Numbers are raised to powers up to this one."""

_MOST_SPREAD = 24
"""A sum of more products than this is not written out where it is multiplied: each step would double it."""

_KEPT = frozenset({"onehot", "others", "onehot_argmax", "argmax_others"})
"""Class-vectors of zeros and ones: each is its own square."""

_ADDING_UP = frozenset({"onehot", "softmax", "entmax", "softmax_others", "onehot_argmax", "argmax_others"})
"""Class-vectors whose entries have the sum 1."""


class Algebra(Signs):
    """Makes atoms, each once, and computes with sums of them; ``intervals`` are those of the parameters."""

    def __init__(self, intervals: Mapping[str, Interval] | None = None) -> None:
        self._atoms: dict[tuple[object, ...], Atom] = {}
        super().__init__(intervals or {})

    def atom(self, op: str, *args: Sum, data: object = None, rank: int = 0) -> Sum:
        """The atom ``op(args)`` as a sum."""
        look()
        if op == "exp" and args[0].is_zero:
            return ONE
        key = (op, args, data)
        found = self._atoms.get(key)
        if found is None:
            found = self._atoms[key] = Atom(op, args, data, rank, len(self._atoms))
        return Sum({((found, ONE),): Fraction(1)})

    @cached_property
    def C(self) -> Sum:
        """The number of classes."""
        return self.atom("classes")

    @cached_property
    def onehot(self) -> Sum:
        """1 at the label, 0 elsewhere."""
        return self.atom("onehot", rank=1)

    @cached_property
    def others(self) -> Sum:
        """0 at the label, 1 elsewhere."""
        return self.atom("others", rank=1)

    # products and powers

    def times(self, *factors: Sum) -> Sum:
        """The product of ``factors``."""
        product = ONE
        for factor in factors:
            product = self._times(product, factor)
        return product

    def _times(self, a: Sum, b: Sum) -> Sum:
        if a.number is not None:
            return scaled(b, a.number)
        if b.number is not None:
            return scaled(a, b.number)
        # A scalar sum stays in brackets, one of class-vectors is written out: what they have in common is found at the
        # end, and onehot(y) meets what it is multiplied by.
        if len(a.terms) > 1 and (a.rank == 0 or len(b.terms) > 1 or len(a.terms) > _MOST_SPREAD):
            a = self.in_brackets(a)
        if len(b.terms) > 1 and (b.rank == 0 or len(b.terms) > _MOST_SPREAD):
            b = self.in_brackets(b)
        if a.number is not None or b.number is not None:
            return self._times(a, b)
        parts = [scaled(self._merged(m, n), c * d) for m, c in a.terms.items() for n, d in b.terms.items()]
        return parts[0] if len(parts) == 1 else added(*parts)

    def in_brackets(self, s: Sum) -> Sum:
        """A sum as one factor, its number outside; of constants what divides them as well: 1 + 1/b is (b + 1)/b."""
        outside = {}
        for atom in () if not self.is_constant(s) else dict.fromkeys(s.atoms()):
            exponents = [dict(m).get(atom, ZERO).number for m in s.terms]
            if all(e is not None for e in exponents) and (lowest := min(e for e in exponents if e is not None)) < 0:
                outside[atom] = number(lowest)
        if outside:
            inverse = Sum({ordered({a: negative(e) for a, e in outside.items()}): Fraction(1)})
            inside = added(*(scaled(self._merged(m, next(iter(inverse.terms))), c) for m, c in s.terms.items()))
            return self.times(Sum({ordered(outside): Fraction(1)}), inside)
        c = content_of(s)
        return scaled(self.atom("sum", scaled(s, 1 / c), rank=s.rank), c)

    def is_constant(self, s: Sum) -> bool:
        """Whether it is made of numbers, parameters and C by arithmetic."""
        return all(map(is_constant, s.atoms()))

    def _merged(self, m: Monomial, n: Monomial) -> Sum:
        look()
        powers = dict(m)
        for atom, e in n:
            powers[atom] = added(powers[atom], e) if atom in powers else e
        return self._product({a: e for a, e in powers.items() if not e.is_zero})

    def _product(self, powers: dict[Atom, Sum]) -> Sum:
        """The product of ``powers`` by the laws of zeros and ones, and with sums of class-vectors written out."""
        for atom in list(powers):
            if atom not in powers:
                continue
            if self._is_kept(atom) and _is_whole(powers[atom]):
                powers[atom] = ONE
            if atom.op == "relu" and self.is_positive(powers[atom]):
                step = self._found("branch", atom.args[0], ONE, ZERO)
                powers = {a: e for a, e in powers.items() if a is not step}  # relu(x) is 0 where the step is
            if atom.op == "branch" and self._turned(atom) in powers and atom in powers:
                return ZERO
            if atom.op == "same":
                turned = [a for a in powers if a.op == "second"]
                for a in turned:  # second(v) is first(v) where the two classes are the same
                    rest = {b: e for b, e in powers.items() if b is not a}
                    first = self.power(self.first(a.args[0]), powers[a])
                    return self.times(Sum({ordered(rest): Fraction(1)}), first)
        for atom in [a for a in powers if a.op == "branch" and a.args[2].is_zero and powers[a] == ONE]:
            inside = {b: e for b, e in powers.items() if b is not atom and self._belongs_inside(b, e, atom.args[0])}
            if inside:  # all of it is 0 where u is not positive
                outside = {b: e for b, e in powers.items() if b is not atom and b not in inside}
                factors = [b.args[1] if b.op == "branch" else self._atom_power(b, e) for b, e in inside.items()]
                both = self.times(atom.args[1], *factors)
                made = self.atom("branch", atom.args[0], both, ZERO, rank=atom.rank)
                return self._times(Sum({ordered(outside): Fraction(1)}), made)
        for atom in [a for a in powers if a.op in ("maximum", "minimum")]:
            side = self._side_of(atom, powers)
            if side is not None:
                e = powers.pop(atom)
                return self._times(Sum({ordered(powers): Fraction(1)}), self.power(side, e))
        for peak in [a for a in powers if a.op == "onehot_argmax"]:
            for ranked in [a for a in powers if _ranks_as(a, peak)]:  # it is the largest entry where peak is not 0
                largest = self.power(self.atom("amax", single(ranked)), powers.pop(ranked))
                return self._times(Sum({ordered(powers): Fraction(1)}), largest)
        label = next((a for a in powers if a.op == "onehot"), None)
        if label is not None and any(a.rank == 1 and a is not label for a in powers):
            factors = [self.power(self.take(single(a)), e) for a, e in powers.items() if a is not label]
            return self.times(self.onehot, *factors)
        for atom, e in powers.items():
            is_short = atom.op == "sum" and len(atom.args[0].terms) <= _MOST_SPREAD
            if is_short and atom.rank and e == ONE and len(powers) > 1:
                rest = {a: f for a, f in powers.items() if a is not atom}
                return self._times(Sum({ordered(rest): Fraction(1)}), atom.args[0])
        return Sum({ordered(powers): Fraction(1)})

    def _belongs_inside(self, atom: Atom, e: Sum, u: Sum) -> bool:
        """Whether a factor beside branch(u, a, 0) is one of its kind, or a power of u that only u > 0 need have."""
        if atom.op == "branch":
            return e == ONE and atom.args[0] == u and atom.args[2].is_zero
        return (single(atom) == u or (atom.op == "sum" and atom.args[0] == u)) and not _is_whole(e)

    def _is_kept(self, atom: Atom) -> bool:
        if atom.op == "branch":
            return {atom.args[1].number, atom.args[2].number} == {Fraction(0), Fraction(1)}
        return atom.op in _KEPT or atom.op == "same"

    def _found(self, op: str, *args: Sum) -> Atom | None:
        """The atom ``op(args)`` if it was made before."""
        return self._atoms.get((op, args, None))

    def _side_of(self, atom: Atom, powers: Mapping[Atom, Sum]) -> Sum | None:
        """Which of its arguments a largest or least value is, where one of ``powers`` is 0 unless it is that one."""
        a, b = atom.args
        gap = less(a, b) if atom.op == "maximum" else less(b, a)
        for above, below, side in ((ONE, ZERO, a), (ZERO, ONE, b)):
            if self._found("branch", gap, above, below) in powers:
                return side
        return None

    def _turned(self, atom: Atom) -> Atom | None:
        """The step that is 0 where this one is 1."""
        u, a, b = atom.args
        return self._found("branch", u, b, a) if (a, b) == (ONE, ZERO) else None

    def over(self, a: Sum, b: Sum) -> Sum:
        """a / b."""
        return self.times(a, self.power(b, number(-1)))

    def power(self, base: Sum, exponent: Sum) -> Sum:
        """base^exponent for a constant exponent: a power of a product is one of its factors where these allow it."""
        e = exponent.number
        if e == 1:
            return base
        if e == 0:
            return ONE
        if base.is_zero:
            if self.is_positive(exponent):
                return ZERO
            raise Undecided.of(Code.SIGN_UNKNOWN, "a power of 0 with no value", "narrow the parameters")
        is_whole = e is not None and e.denominator == 1
        if base.only is None and is_whole and self.is_constant(base):
            base = self.in_brackets(base)
        only = base.only
        if only is None:
            return self._raised(base, exponent)
        monomial, c = only
        if not monomial or is_whole:
            value = self._number_power(c, exponent)
            return self.times(value, *(self._atom_power(a, self.times(f, exponent)) for a, f in monomial))
        if c == 1 and len(monomial) == 1 and monomial[0][1] == ONE:
            return self._atom_power(monomial[0][0], exponent)
        outside: list[tuple[Atom, Sum]] = []
        inside: list[tuple[Atom, Sum]] = []
        for a, f in monomial:
            (outside if self.is_positive_atom(a) else inside).append((a, f))
        found = [self._atom_power(a, self.times(f, exponent)) for a, f in outside]
        if c > 0 and c != 1 and (outside or inside):
            found.append(self._raised(number(c), exponent))
            c = Fraction(1)
        if inside or c != 1:
            rest = Sum({tuple(inside): c})
            is_one = c == 1 and len(inside) == 1 and inside[0][1] == ONE
            found.append(self._atom_power(inside[0][0], exponent) if is_one else self._raised(rest, exponent))
        return self.times(*found)

    def _number_power(self, c: Fraction, exponent: Sum) -> Sum:
        e = exponent.number
        if c == 1:
            return ONE
        if e is None or e.denominator > 1 or abs(e) > _LARGEST:
            return self._raised(number(c), exponent)
        return number(c ** int(e))

    def _atom_power(self, atom: Atom, exponent: Sum) -> Sum:
        if exponent.is_zero:
            return ONE
        if atom.op == "abs" and exponent.number is not None and exponent.number % 2 == 0:
            return self.power(atom.args[0], exponent)
        return self._product({atom: exponent})

    def _raised(self, base: Sum, exponent: Sum) -> Sum:
        return Sum({((self._alone(self.atom("sum", base, rank=base.rank)), exponent),): Fraction(1)})

    def _alone(self, s: Sum) -> Atom:
        ((monomial, _),) = s.terms.items()
        return monomial[0][0]

    # the label and sums over the classes

    def take(self, v: Sum) -> Sum:
        """The entry of ``v`` at the label."""
        if v.rank == 0:
            return v
        return added(*(
            self.times(number(c), *(self.power(self._taken(a), e) for a, e in m)) for m, c in v.terms.items()
        ))  # fmt: skip

    def _taken(self, atom: Atom) -> Sum:
        if atom.rank == 0:
            return single(atom)
        if atom.op == "onehot":
            return ONE
        if atom.op in ("others", "softmax_others", "argmax_others"):
            return ZERO
        if atom.op == "sum":
            return self.take(atom.args[0])
        if atom.op in MIXING or not atom.args:
            return self.atom("take", single(atom))
        return self.atom(atom.op, *map(self.take, atom.args), data=atom.data)

    def total(self, v: Sum) -> Sum:
        """The sum of the entries of ``v`` over the classes."""
        return added(*(scaled(self._total(m), c) for m, c in v.terms.items()))

    def _total(self, monomial: Monomial) -> Sum:
        scalars = {a: e for a, e in monomial if a.rank == 0}
        vectors = {a: e for a, e in monomial if a.rank == 1}
        outside = Sum({ordered(scalars): Fraction(1)})
        if not vectors:
            return self.times(self.C, outside)
        if len(vectors) == 1:
            ((atom, e),) = vectors.items()
            if e == ONE and atom.op in _ADDING_UP:
                return outside
            if e == ONE and atom.op == "others":
                return self.times(less(self.C, ONE), outside)
            if e == ONE and atom.op == "sum":
                return self.times(outside, self.total(atom.args[0]))
        return self.times(outside, self.atom("total", Sum({ordered(vectors): Fraction(1)})))

    # quantities of two classes

    @cached_property
    def same(self) -> Sum:
        """1 where the two classes are the same one."""
        return self.atom("same", rank=2)

    def first(self, v: Sum) -> Sum:
        """The entry of ``v`` at the first of two classes."""
        return self._at("first", v)

    def second(self, v: Sum) -> Sum:
        """The entry of ``v`` at the second of two classes."""
        return self._at("second", v)

    def _at(self, op: str, v: Sum) -> Sum:
        if v.rank == 0:
            return v
        return added(*(
            self.times(
                number(c), *(self._product({self._pair_atom(op, a): e}) if a.rank else Sum({((a, e),): Fraction(1)})
                             for a, e in m)
            )
            for m, c in v.terms.items()
        ))  # fmt: skip

    def _pair_atom(self, op: str, atom: Atom) -> Atom:
        return self._alone(self.atom(op, single(atom), rank=2))


MIXING = frozenset({
    "softmax", "log_softmax", "onehot_argmax", "entmax", "softmax_others", "argmax_others", "apply", "apply_transposed",
    "row_total",
})  # fmt: skip
"""Class-vectors whose entries depend on all the entries of another one."""


def _ranks_as(atom: Atom, peak: Atom) -> bool:
    """Whether the entries of ``atom`` rise with those of which ``peak`` marks the largest."""
    if atom.op in ("softmax", "log_softmax"):
        return atom.args[0] == peak.args[0]
    return atom.rank == 1 and single(atom) == peak.args[0]


def _is_whole(e: Sum) -> bool:
    return e.number is not None and e.number.denominator == 1 and e.number > 0
