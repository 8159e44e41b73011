"""First derivatives at z = 0 of a formula with kinks, for every number of classes at once.

Each kink u(z) that is met at z = 0 is a new unknown: |x|, relu(x), the largest of equal entries, a norm, a branch whose
two sides meet.  Its value at 0 is known, and |u(z) - u(0)| <= K ||z|| near 0.  What the formula makes of z and of these
unknowns, F(z) = G(z, u(z)), is differentiable in both, as every other operator is analytic where it is taken.  Hence

    grad F(0) = dG/dz  if  dG/du = 0 at (0, u(0)) for every unknown u;

a part u = o(||z||), as |x|^(3/2) or relu(x) of an x with derivative 0, is no unknown, and its derivative is 0.
Otherwise nothing is said.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from symcheck.field.branching import branching
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.node import Node
from symcheck.language.nonnegative import Nonnegative
from symcheck.language.operators import JOINED
from symcheck.language.reading import Reading
from symcheck.language.term import Term
from symcheck.language.terms_of import terms_of
from symcheck.readings.expansion import Gradient
from symcheck.readings.jet import JetReading
from symcheck.readings.jet_arithmetic import Jet, jet_of
from symcheck.readings.parts import Parts, Z, value_of
from symcheck.readings.pattern import Indices, Pattern, blocks, joined, patterns
from symcheck.readings.stops import Kink, kink

HALF: Final = Fraction(1, 2)


class FirstOrderReading(Reading[Parts]):
    """Quantities by their first derivatives over the field of a scope."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self._jets = JetReading(field, 1)
        self._most = self._jets.most
        self._unknowns = 0
        self._sizes: dict[frozenset[int], int] = {}
        self._nodes: tuple[Node, ...] = ()
        self._places: tuple[int, ...] = ()
        self._terms: list[Term] = []
        self._nonnegative = Nonnegative(field.scope.classes.fixed)

    def gradient(self, formula: Formula) -> Gradient[Element]:
        """The value and the gradient of a number at z = 0; raises ``Kink`` where it depends on an unknown."""
        found = self.read(formula)
        for variable, jet in found.by.items():
            if variable != Z and any(
                self.field.sign(c).kind is not Kind.ZERO for q, c in jet.at.items() if len(q) > jet.fixed
            ):
                why = "a kink at z = 0 that is not shown to cancel"
                raise kink(why, "a formula that is differentiable at z = 0 is needed")
        return self._jets.gradient_of(found.base)

    def read_all(self, formula: Formula) -> list[Parts]:
        self._nodes, self._sizes, self._terms = formula.nodes, {}, terms_of(formula)
        return super().read_all(formula)

    def _value_at(self, formula: Formula, place: int, args: list[Parts]) -> Parts:
        self._places = self._nodes[place].args
        return super()._value_at(formula, place, args)

    def _value(self, node: Node, args: list[Parts]) -> Parts:
        if not args:
            return Parts({Z: self._jets._value(node, [])})
        if node.op in _OWN:
            found: Parts = getattr(self, node.op)(*args)
            return replace(found, smooth=False) if node.op in JOINED else found
        return self._lifted(node, args)

    def _lifted(self, node: Node, args: list[Parts]) -> Parts:
        """An operator that is analytic where it is taken: its derivative by each variable, the others held."""
        base = self._jets._value(node, [a.base for a in args])
        by = {Z: base}
        for variable in sorted({v for a in args for v in a.by if v != Z}):
            jet = self._jets._value(node, [a.jet(variable) for a in args])
            if any(len(q) > jet.fixed for q in jet.at):
                by[variable] = jet
        return Parts(by, all(a.smooth for a in args), any(a.detached for a in args))

    def _op(self, op: str, *args: Parts) -> Parts:
        return self._lifted(Node(op, tuple(range(len(args)))), list(args))

    # what the definitions of other operators are written with

    def number(self, value: Fraction) -> Parts:
        return Parts({Z: self._jets.number(value)})

    def parameter(self, name: str) -> Parts:
        return Parts({Z: self._jets.parameter(name)})

    def classes(self) -> Parts:
        return Parts({Z: self._jets.classes()})

    def logits(self) -> Parts:
        return Parts({Z: self._jets.logits()})

    def onehot(self) -> Parts:
        return Parts({Z: self._jets.onehot()})

    def add(self, a: Parts, b: Parts) -> Parts:
        return self._op("add", a, b)

    def neg(self, a: Parts) -> Parts:
        return self._op("neg", a)

    def mul(self, a: Parts, b: Parts) -> Parts:
        return self._op("mul", a, b)

    def div(self, a: Parts, b: Parts) -> Parts:
        return self._op("div", a, b)

    def total(self, v: Parts) -> Parts:
        return self._op("total", v)

    def take(self, v: Parts) -> Parts:
        return self._op("take", v)

    def detach(self, a: Parts) -> Parts:
        """The value; a kink in it stays one, as the field that autograd returns need not be smooth."""
        moves = a.base.varies
        return Parts({Z: value_of(a.base)}, smooth=a.smooth and not moves, detached=a.detached or moves)

    # kinks

    def abs(self, a: Parts) -> Parts:
        return self._size(a, self._difference(self._places[0]))

    def relu(self, a: Parts) -> Parts:
        return self._half(self.add(a, self.abs(a)))

    def maximum(self, a: Parts, b: Parts) -> Parts:
        return self._half(self.add(self.add(a, b), self._size(self.sub(a, b), self._difference(*self._places))))

    def minimum(self, a: Parts, b: Parts) -> Parts:
        return self._half(self.sub(self.add(a, b), self._size(self.sub(a, b), self._difference(*self._places))))

    def _half(self, a: Parts) -> Parts:
        return self.mul(self.number(HALF), a)

    def _size(self, a: Parts, difference: frozenset[int]) -> Parts:
        """|a|: ``a`` or -``a`` where it is not 0 at 0, else an unknown, which is one for all of one ``difference``."""
        kinds = self._kinds(a.base, "abs")
        slopes = {Kind.POSITIVE: self.field.number(1), Kind.NEGATIVE: self.field.number(-1)}
        taken = self._times(a, {p: slopes[kind] for p, kind in kinds.items() if kind in slopes})
        # |x| of x = o(||z||) is o(||z||) as well.
        places = self._open(a, kinds)
        rough = [p for p in places if not a.is_flat_at(p)]
        return self._with_kink(taken, a.base.indices, places, rough, difference)

    def _difference(self, *places: int) -> frozenset[int]:
        """The parts whose difference is met, up to its sign: |a - b|, |b - a| and maximum(a, b) have one kink."""
        nodes = self._nodes
        if len(places) == 1:
            (place,) = places
            while nodes[place].op == "neg":
                (place,) = nodes[place].args
            places = nodes[place].args if nodes[place].op == "sub" else (place,)
        return frozenset(p for p in places if nodes[p].number != 0)

    def branch(self, u: Parts, positive: Parts, otherwise: Parts) -> Parts:
        """One side where u is not 0 at 0; where it is, and the sides meet, ``otherwise`` plus an unknown of value 0."""
        union = joined(joined(u.base.indices, positive.base.indices), otherwise.base.indices)
        u, positive, otherwise = (self._wide(x, union) for x in (u, positive, otherwise))
        kinds = self._kinds(u.base, "branch")
        one = self.field.number(1)
        above = {p: one for p, kind in kinds.items() if kind is Kind.POSITIVE}
        # (positive - otherwise) where u > 0, and 0 elsewhere, is what comes on top of ``otherwise``.
        apart = self.sub(positive, otherwise)
        at_zero = self._open(u, kinds)
        for p in at_zero:
            gap = apart.base.at.get(p)
            if gap is not None and self.field.sign(gap).kind is not Kind.ZERO:
                why = "branch of a value that is 0 at z = 0 and depends on z, between sides that differ there"
                raise kink(why, "a formula that is continuous at z = 0 is needed")
        found = self.add(otherwise, self._times(apart, above))
        return self._with_kink(found, union, at_zero, [p for p in at_zero if not apart.is_flat_at(p)])

    def amax(self, v: Parts) -> Parts:
        return self._of_largest("amax", v)

    def amax_others(self, v: Parts) -> Parts:
        return self._of_largest("amax_others", v)

    def _of_largest(self, op: str, v: Parts) -> Parts:
        """The largest entry where it is one at z = 0; an unknown where entries tie."""
        if not v.base.entry:
            return v
        try:
            return self._op(op, v)
        except Kink:
            if v.base.second:
                raise
        indices: Indices = (v.base.label, False)
        # Entries that tie have one value; of the classes but the label each is like the other.
        at_value, at_other = ((0,), (0, 1)) if v.base.label else ((), (0,))
        # There is no tie where the label alone is on top: here it is level with the others, or below them.
        value = v.base.at.get(at_other)
        found = Parts({Z: jet_of(indices, {} if value is None else {at_value: value}, True)}, detached=v.detached)
        is_flat = all(map(v.is_flat_at, patterns(v.base.fixed, 0, self._most)))
        return self._with_kink(found, indices, [at_value], [] if is_flat else [at_value])

    def pow(self, a: Parts, b: Parts) -> Parts:
        return self._root("pow", a, b)

    def abs_power(self, a: Parts, b: Parts) -> Parts:
        return self._root("abs_power", a, b)

    def nonnegative_power(self, a: Parts, b: Parts) -> Parts:
        return self._root("nonnegative_power", a, b)

    def sqrt(self, a: Parts) -> Parts:
        return self._root("sqrt", a)

    def _root(self, op: str, a: Parts, *exponent: Parts) -> Parts:
        """a^k of an a that may be 0 at 0.

        For k > 1 and |a| <= K ||z|| it is o(||z||).  For an analytic a >= 0 that is 0 at 0 there is a K with
        a <= K ||z||^2, so that a^k is o(||z||) for k > 1/2, and a norm for k = 1/2.
        """
        try:
            return self._op(op, a, *exponent)
        except Kink:
            k = exponent[0].base.at[()].rational if exponent and () in exponent[0].base.at else HALF
            is_known = not exponent or (() in exponent[0].base.at and not exponent[0].base.varies)
            # Of an |a| nothing has to be shown; any other base has to have a power near 0.
            is_real = op == "abs_power" or self._nonnegative.holds(self._terms[self._places[0]])
            squared = a.smooth and op != "abs_power"
            if not is_known or k is None or not is_real or k < (HALF if squared else 1) or a.base.second:
                raise
        kinds = self._kinds(a.base, op)
        places = self._open(a, kinds)
        rough = places if k == (HALF if squared else 1) else []
        # At the other patterns the power exists: 1 is put where the value is 0, and what comes out there is left out.
        zeros = {p: self.field.number(1) for p in places}
        mask = Parts({Z: replace(a.base, at=zeros, varies=False)})
        one = self.number(Fraction(1))
        apart = self.add(self.mul(self.sub(one, mask), a), mask)
        power = self.mul(self.sub(one, mask), self._op(op, apart, *exponent))
        return self._with_kink(power, a.base.indices, places, rough)

    # unknowns

    def _with_kink(
        self,
        taken: Parts,
        indices: Indices,
        places: list[Pattern],
        rough: list[Pattern],
        difference: frozenset[int] | None = None,
    ) -> Parts:
        """``taken`` plus an unknown of value 0 at the patterns ``rough``, and o(||z||) at the other ``places``.

        Both are patterns of ``indices``, at which there is a kink; a size of one ``difference`` is one unknown.
        """
        if not places:
            return taken
        wide = self._wide(taken, joined(taken.base.indices, indices))
        by = {v: replace(jet, varies=True) for v, jet in wide.by.items()}
        if rough:
            if len(indices) > 2 and indices[2]:
                raise kink("a kink in a quantity of two classes")
            known = None if difference is None else self._sizes.get(difference)
            if known is None:
                known = self._unknowns = self._unknowns + 1
            if difference is not None:
                self._sizes[difference] = known
            by[known] = self._jets.add(by.get(known, value_of(by[Z])), self._unknown(indices, rough))
        return Parts(by, smooth=False, detached=taken.detached)

    def _unknown(self, indices: Indices, rough: list[Pattern]) -> Jet:
        """The jet of a new variable by itself: of a class-vector each entry is one, and with no entry all move it."""
        label, entry = indices[0], indices[1]
        one, at = self.field.number(1), dict[Pattern, Element]()
        for p in rough:
            classes = [p[-1]] if entry else [b for b in range(blocks(p) + 1) if b < self._most]
            at |= {(*p, b): one for b in classes}
        return Jet(label, entry, at, True)

    def _times(self, a: Parts, factors: dict[Pattern, Element]) -> Parts:
        """``a`` times a constant at each pattern, 0 where there is none."""
        at = {p: c for p, c in factors.items() if not c.is_zero}
        return self.mul(Parts({Z: replace(a.base, at=at, varies=False)}), a)

    def _wide(self, a: Parts, union: Indices) -> Parts:
        if a.base.indices == union:
            return a
        by = {v: jet_of(union, self._jets._wide(jet, union), jet.varies) for v, jet in a.by.items()}
        return replace(a, by=by)

    def _kinds(self, a: Jet, name: str) -> dict[Pattern, Kind]:
        """The sign of each value at 0; raises ``Branching`` where the scope decides."""
        kinds = {p: self._jets._kind_at(a, p) for p in patterns(a.fixed, 0, self._most)}
        for p, kind in kinds.items():
            if kind in (Kind.MIXED, Kind.UNKNOWN):
                raise branching(name, a.at[p])
        return kinds

    def _open(self, a: Parts, kinds: dict[Pattern, Kind]) -> list[Pattern]:
        """The patterns at which a value is 0 at z = 0 and depends on z."""
        return [p for p, kind in kinds.items() if kind is Kind.ZERO] if a.base.varies else []


_OWN = frozenset({
    "abs", "relu", "maximum", "minimum", "branch", "amax", "amin", "amax_others", "amin_others", "pow", "sqrt",
    "detach", *JOINED,
})  # fmt: skip
"""Operators that are not analytic everywhere, or whose derivatives are not those of their values."""
