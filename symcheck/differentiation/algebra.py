"""Sums of products of operators: the form in which derivatives are taken, so that they come out short.

A ``Sum`` is a linear combination of products of ``Atom``s with constant exponents.  It is kept in a form in which

    x^a x^b = x^(a + b),   x + x = 2 x,   onehot(y) v = v[y] onehot(y),   total(s v) = s total(v) for a scalar s.

Each of these holds wherever the side with more operators has a value.  What has one value is of rank 0, a class-vector
of rank 1, a quantity of two classes of rank 2; a scalar beside a class-vector stands for all its entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm

from symcheck.budget import look
from symcheck.language.interval import Interval
from symcheck.reason import Code, Reason, Undecided


class Atom:
    """An operator that is no sum, product or power, applied to sums; ``serial`` orders them: arguments come first."""

    __slots__ = ("args", "data", "op", "rank", "serial")

    def __init__(self, op: str, args: tuple[Sum, ...], data: object, rank: int, serial: int) -> None:
        self.op, self.args, self.data, self.rank, self.serial = op, args, data, rank, serial

    def __repr__(self) -> str:
        return f"{self.op}{self.args or ''}"


Monomial = tuple[tuple[Atom, "Sum"], ...]
"""A product of powers, in the order of the atoms; the exponents are constants."""


@dataclass(frozen=True, eq=False)
class Sum:
    """The sum of numbers times products; that of nothing is 0."""

    terms: Mapping[Monomial, Fraction]

    @cached_property
    def _hash(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and (self is other or self.terms == other.terms)

    @cached_property
    def rank(self) -> int:
        """0 for one number, 1 for a class-vector, 2 for a quantity of two classes."""
        return max((rank_of(m) for m in self.terms), default=0)

    @cached_property
    def number(self) -> Fraction | None:
        """The number that it is, if it is one."""
        if not self.terms:
            return Fraction(0)
        return self.terms.get(()) if len(self.terms) == 1 else None

    @property
    def is_zero(self) -> bool:
        """Whether nothing is left of it."""
        return not self.terms

    @property
    def only(self) -> tuple[Monomial, Fraction] | None:
        """Its product and the number before it, if it has one product only."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    def atoms(self) -> Iterator[Atom]:
        """The atoms in it, those inside others and in exponents left out."""
        return (atom for m in self.terms for atom, _ in m)

    def __repr__(self) -> str:
        return " + ".join(f"{c}*{m}" for m, c in self.terms.items()) or "0"


def rank_of(monomial: Monomial) -> int:
    """The rank of a product."""
    return max((atom.rank for atom, _ in monomial), default=0)


ZERO, ONE = Sum({}), Sum({(): Fraction(1)})


def number(value: Fraction | int) -> Sum:
    """A number as a sum."""
    return Sum({(): Fraction(value)}) if value else ZERO


def added(*sums: Sum) -> Sum:
    """The sum of ``sums``; a sum in brackets with a number before it is written out."""
    terms: dict[Monomial, Fraction] = {}
    for s in sums:
        for monomial, c in s.terms.items():
            inside = bracketed(monomial)
            for m, d in ((monomial, c),) if inside is None else scaled(inside, c).terms.items():
                terms[m] = terms[m] + d if m in terms else d
    return Sum({m: c for m, c in terms.items() if c})


def bracketed(monomial: Monomial) -> Sum | None:
    """The sum that the product is, if it is a sum in brackets."""
    if len(monomial) == 1 and monomial[0][0].op == "sum" and monomial[0][1] == ONE:
        return monomial[0][0].args[0]
    return None


def scaled(s: Sum, factor: Fraction | int) -> Sum:
    """A number times ``s``."""
    if factor == 1:
        return s
    return Sum({m: c * factor for m, c in s.terms.items()}) if factor else ZERO


def negative(s: Sum) -> Sum:
    """-s."""
    return scaled(s, -1)


def less(a: Sum, b: Sum) -> Sum:
    """a - b."""
    return added(a, negative(b))


def content_of(s: Sum) -> Fraction:
    """The number c for which s/c has whole coefficients without a common divisor, and its first one is positive."""
    numbers = s.terms.values()
    c = Fraction(gcd(*(n.numerator for n in numbers)), lcm(*(n.denominator for n in numbers)))

    # 1 - p, a - p and C - 1: constants with a plus, and C before numbers.
    def place(m: Monomial) -> tuple[bool, bool, int, list[int]]:
        return (
            not all(is_constant(a) for a, _ in m),
            not any(a.op == "classes" for a, _ in m),
            len(m),
            [a.serial for a, _ in m],
        )

    lead = min(s.terms, key=place)
    return c if s.terms[lead] > 0 else -c


def is_constant(atom: Atom) -> bool:
    """Whether it is made of parameters and C by arithmetic."""
    return atom.op in ("parameter", "classes") or (atom.op == "sum" and all(map(is_constant, atom.args[0].atoms())))


_LARGEST = 1000
"""Numbers are raised to powers up to this one."""

_MOST_SPREAD = 24
"""A sum of more products than this is not written out where it is multiplied: each step would double it."""

_KEPT = frozenset({"onehot", "others", "onehot_argmax", "argmax_others"})
"""Class-vectors of zeros and ones: each is its own square."""

_ADDING_UP = frozenset({"onehot", "softmax", "entmax", "softmax_others", "onehot_argmax", "argmax_others"})
"""Class-vectors whose entries have the sum 1."""


class Algebra:
    """Makes atoms, each once, and computes with sums of them; ``intervals`` are those of the parameters."""

    def __init__(self, intervals: Mapping[str, Interval] | None = None) -> None:
        self._atoms: dict[tuple[object, ...], Atom] = {}
        self._intervals = intervals or {}

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
            inverse = Sum({_ordered({a: negative(e) for a, e in outside.items()}): Fraction(1)})
            inside = added(*(scaled(self._merged(m, next(iter(inverse.terms))), c) for m, c in s.terms.items()))
            return self.times(Sum({_ordered(outside): Fraction(1)}), inside)
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
                    return self.times(Sum({_ordered(rest): Fraction(1)}), first)
        for atom in [a for a in powers if a.op == "branch" and a.args[2].is_zero and powers[a] == ONE]:
            inside = {b: e for b, e in powers.items() if b is not atom and self._belongs_inside(b, e, atom.args[0])}
            if inside:  # all of it is 0 where u is not positive
                outside = {b: e for b, e in powers.items() if b is not atom and b not in inside}
                factors = [b.args[1] if b.op == "branch" else self._atom_power(b, e) for b, e in inside.items()]
                both = self.times(atom.args[1], *factors)
                made = self.atom("branch", atom.args[0], both, ZERO, rank=atom.rank)
                return self._times(Sum({_ordered(outside): Fraction(1)}), made)
        for atom in [a for a in powers if a.op in ("maximum", "minimum")]:
            side = self._side_of(atom, powers)
            if side is not None:
                e = powers.pop(atom)
                return self._times(Sum({_ordered(powers): Fraction(1)}), self.power(side, e))
        for peak in [a for a in powers if a.op == "onehot_argmax"]:
            for ranked in [a for a in powers if _ranks_as(a, peak)]:  # it is the largest entry where peak is not 0
                largest = self.power(self.atom("amax", single(ranked)), powers.pop(ranked))
                return self._times(Sum({_ordered(powers): Fraction(1)}), largest)
        label = next((a for a in powers if a.op == "onehot"), None)
        if label is not None and any(a.rank == 1 and a is not label for a in powers):
            factors = [self.power(self.take(single(a)), e) for a, e in powers.items() if a is not label]
            return self.times(self.onehot, *factors)
        for atom, e in powers.items():
            is_short = atom.op == "sum" and len(atom.args[0].terms) <= _MOST_SPREAD
            if is_short and atom.rank and e == ONE and len(powers) > 1:
                rest = {a: f for a, f in powers.items() if a is not atom}
                return self._times(Sum({_ordered(rest): Fraction(1)}), atom.args[0])
        return Sum({_ordered(powers): Fraction(1)})

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
            raise Undecided(Reason(Code.SIGN_UNKNOWN, "a power of 0 with no value", "narrow the parameters"))
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
        outside = Sum({_ordered(scalars): Fraction(1)})
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
        return self.times(outside, self.atom("total", Sum({_ordered(vectors): Fraction(1)})))

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

    def turned(self, q: Sum) -> Sum:
        """``q`` with the two classes changed for each other."""
        return self._pairs_mapped(q, {"first": self.second, "second": self.first})

    def diagonal(self, q: Sum) -> Sum:
        """``q`` at one class twice, a class-vector."""
        return self._pairs_mapped(q, {"first": lambda v: v, "second": lambda v: v}, same=ONE)

    def _pairs_mapped(self, q: Sum, at: Mapping[str, object], same: Sum | None = None) -> Sum:
        def of(atom: Atom) -> Sum:
            if atom.rank < 2:
                return single(atom)
            if atom.op in at:
                return at[atom.op](atom.args[0])  # type: ignore[operator, no-any-return]
            if atom.op == "same":
                return single(atom) if same is None else same
            if atom.op in ("entries", "entries_turned"):
                if same is not None:
                    return self.atom("diagonal", data=atom.data, rank=1)
                return self.atom("entries" if atom.op == "entries_turned" else "entries_turned", data=atom.data, rank=2)
            args = [self._pairs_mapped(a, at, same) for a in atom.args]
            if atom.op == "sum":
                return args[0]
            return self.atom(atom.op, *args, data=atom.data, rank=max(a.rank for a in args))

        return added(*(
            self.times(number(c), *(self.power(of(a), e) for a, e in m)) for m, c in q.terms.items()
        ))  # fmt: skip

    def row_total(self, q: Sum) -> Sum:
        """The class-vector with the sums of ``q`` over the second class."""
        return added(*(scaled(self._row_total(m), c) for m, c in q.terms.items()))

    def _row_total(self, monomial: Monomial) -> Sum:
        outside: list[tuple[Atom, Sum]] = []
        inside: list[tuple[Atom, Sum]] = []
        is_same = any(a.op == "same" for a, _ in monomial)
        for a, e in monomial:
            if a.op == "same":
                continue
            is_out = a.rank == 0 or a.op == "first"
            (outside if is_out else inside).append((a, e))
        factors = [self.power(a.args[0] if a.op == "first" else single(a), e) for a, e in outside]
        if is_same:
            factors += [self.power(self.diagonal(single(a)), e) for a, e in inside]
            return self.times(*factors)
        if all(a.op == "second" for a, _ in inside):
            return self.times(*factors, self.total(self.times(*(self.power(a.args[0], e) for a, e in inside))))
        return self.times(*factors, self.atom("row_total", Sum({tuple(inside): Fraction(1)}), rank=1))

    # what is plainly positive

    def is_positive(self, s: Sum) -> bool:
        """Whether ``s`` is plainly > 0 wherever it has a value."""
        signs = [self._sign_of_product(m) if c > 0 else None for m, c in s.terms.items()]
        if any(signs) and None not in signs:
            return True
        low = self._lower(s)
        return low is not None and (low[0] > 0 or (low[0] == 0 and low[1]))

    def is_below(self, s: Sum, bound: int, *, strictly: bool = True) -> bool:
        """Whether ``s`` is plainly below ``bound``, or at most that."""
        low = self._lower(less(number(bound), s))
        return low is not None and (low[0] > 0 or (low[0] == 0 and (low[1] or not strictly)))

    def _sign_of_product(self, monomial: Monomial) -> bool | None:
        """True for a product that is > 0, False for one that is >= 0, None for any other."""
        if all(self.is_positive_atom(a) for a, _ in monomial):
            return True
        is_even = all(self.is_positive_atom(a) or (e.number is not None and e.number % 2 == 0) for a, e in monomial)
        return False if is_even else None

    def _lower(self, s: Sum) -> tuple[Fraction, bool] | None:
        """A number below a sum of multiples of parameters, of C and of shares, and whether it is not taken."""
        low, is_open = Fraction(0), False
        for m, c in s.terms.items():
            if not m:
                low += c
                continue
            interval = self._interval_of(m[0][0]) if len(m) == 1 and m[0][1] == ONE else None
            end = None if interval is None else interval.low if c > 0 else interval.high
            if interval is None or not isinstance(end, Fraction):
                return None
            low += c * end
            is_open = is_open or (interval.low_open if c > 0 else interval.high_open)
        return low, is_open

    def _interval_of(self, atom: Atom) -> Interval | None:
        if atom.op == "parameter":
            return self._intervals[str(atom.data)]
        if atom.op == "classes":
            return _FROM_TWO
        is_share = atom.op in ("softmax", "sigmoid") or (atom.op == "take" and _op_inside(atom) == "softmax")
        return _SHARE if is_share else None

    def is_positive_atom(self, atom: Atom) -> bool:
        """Whether an atom is plainly > 0."""
        if atom.op in ("softmax", "exp", "sigmoid", "softplus", "cosh", "classes"):
            return True
        if atom.op == "parameter":
            low = self._lower(single(atom))
            return low is not None and (low[0] > 0 or (low[0] == 0 and low[1]))
        if atom.op == "entmax":
            return self.is_below(atom.args[1], 1, strictly=False)
        if atom.op == "maximum":
            return any(map(self.is_positive, atom.args))
        return atom.op in ("take", "total", "sum", "first", "second") and self.is_positive(atom.args[0])


_SHARE = Interval(Fraction(0), Fraction(1), low_open=True, high_open=True)
_FROM_TWO = Interval(Fraction(2), None, low_open=False, high_open=True)

MIXING = frozenset({
    "softmax", "log_softmax", "onehot_argmax", "entmax", "softmax_others", "argmax_others", "apply", "apply_transposed",
    "row_total",
})  # fmt: skip
"""Class-vectors whose entries depend on all the entries of another one."""


def single(atom: Atom) -> Sum:
    """An atom as a sum."""
    return Sum({((atom, ONE),): Fraction(1)})


def _ranks_as(atom: Atom, peak: Atom) -> bool:
    """Whether the entries of ``atom`` rise with those of which ``peak`` marks the largest."""
    if atom.op in ("softmax", "log_softmax"):
        return atom.args[0] == peak.args[0]
    return atom.rank == 1 and single(atom) == peak.args[0]


def _op_inside(atom: Atom) -> str:
    ((monomial, _),) = atom.args[0].terms.items()
    return monomial[0][0].op


def _ordered(powers: Mapping[Atom, Sum]) -> Monomial:
    return tuple(sorted(powers.items(), key=lambda pair: pair[0].serial))


def _is_whole(e: Sum) -> bool:
    return e.number is not None and e.number.denominator == 1 and e.number > 0
