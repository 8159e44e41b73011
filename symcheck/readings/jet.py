"""The judge: the jet of a formula at z = 0, for every number of classes at once.

To the arithmetic of jets it adds the functions that take another form where a value has another sign: |x|, relu,
branches, the largest entry, real powers.  Which form it is has to be the same in the whole scope.  In formulas with
arrays, whose entries tell the classes apart, what has to be known of entries that are alike is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final

from symcheck.field.branching import branching
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.node import Node
from symcheck.readings.derivatives import power_derivatives
from symcheck.readings.expansion import Expansion, Gradient
from symcheck.readings.jet_arithmetic import Jet, JetArithmetic, jet_of
from symcheck.readings.pattern import Pattern, at_other_table, joined, patterns
from symcheck.readings.stops import kink
from symcheck.reason import Code, Undecided

ALIKE: Final = frozenset({
    "amax", "amin", "amax_others", "amin_others", "onehot_argmax", "product", "product_others", "first", "second",
    "pair_total", "unread",
})  # fmt: skip
"""Operators that have no meaning yet where the entries of arrays tell the classes apart."""


class JetReading(JetArithmetic):
    """Jets up to ``order`` over the field of a scope.

    Over an ``IndexedField`` C is a symbol and arrays are free: what comes out holds for every C >= 2.
    """

    takes_rounded = True  # entries that are known up to rounding are free parameters, wherever they lie

    def _value(self, node: Node, args: list[Jet]) -> Jet:
        if node.op in ALIKE and self.field.names_classes:
            raise Undecided.of(
                Code.UNMAPPED_OP,
                f"{node.op} has no meaning yet in a formula with free arrays and every C",
                "give the arrays entries, or C a value with classes=",
            )
        return super()._value(node, args)

    def gradient_of(self, jet: Jet) -> Gradient[Element]:
        """Value and gradient of a scalar."""
        at, zero = self._wide(jet, (True, False)), self.field.zero
        return Gradient(at.get((0,), zero), at.get((0, 0), zero), at.get((0, 1), zero))

    def expansion_of(self, jet: Jet) -> Expansion[Element]:
        """Value, gradient and Hessian of a scalar."""
        at, zero = self._wide(jet, (True, False)), self.field.zero
        return Expansion(
            value=at.get((0,), zero),
            g_y=at.get((0, 0), zero),
            g_k=at.get((0, 1), zero),
            h_yy=at.get((0, 0, 0), zero),
            h_yk=at.get((0, 0, 1), zero),
            h_kk=at.get((0, 1, 1), zero),
            # With two classes y, k, l cannot be three.
            h_kl=at.get((0, 1, 2), zero) if self.most > 2 else None,
        )

    def pow(self, a: Jet, b: Jet) -> Jet:
        if b.varies or b.entry or b.label:
            return self.exp(self.mul(b, self.log(a))) if a.varies or b.varies else self._power_of_numbers(a, b)
        exponent = b.at.get((), self.field.number(0))
        whole = exponent.rational
        if whole is not None and whole.denominator == 1:
            return self._integer_power(a, int(whole))
        return self._real_power(a, exponent)

    def _power_of_numbers(self, a: Jet, b: Jet) -> Jet:
        """a^b pattern by pattern, where neither depends on z."""
        # exp(b log a) would ask for a > 0, and 0**2 is a number.
        union, zero = joined(a.indices, b.indices), self.field.number(0)
        left, right = self._wide(a, union), self._wide(b, union)
        places = patterns(sum(union), 0, self.most)
        at = {p: self.field.power(left.get(p, zero), right.get(p, zero)) for p in places}
        return jet_of(union, {p: c for p, c in at.items() if not c.is_zero}, False)

    def _real_power(self, a: Jet, exponent: Element) -> Jet:
        if a.varies:
            # sqrt(x) has no derivative at 0; as a number it is 0.
            self._refuse_zero(a, "a power that is not a whole number")
        return self._composed(a, lambda x: power_derivatives(x, exponent))

    def abs(self, a: Jet) -> Jet:
        return self._by_sign(a, "abs", below=-1)

    def relu(self, a: Jet) -> Jet:
        return self._by_sign(a, "relu", below=0)

    def _by_sign(self, a: Jet, name: str, *, below: int) -> Jet:
        """``a`` where its value at 0 is positive, ``below`` times it where negative."""
        factors = {Kind.POSITIVE: self.field.number(1), Kind.NEGATIVE: self.field.number(below)}
        kinds = self._kinds(a, name).items()
        # A value that is 0 and does not vary stays 0: its pattern is missing here.
        at = {p: factors[kind] for p, kind in kinds if kind in factors and not factors[kind].is_zero}
        return self.mul(replace(a, at=at, varies=False), a)

    def abs_power(self, a: Jet, b: Jet) -> Jet:
        """|a|^k: where a is 0 and varies, it is n times continuously differentiable for a real k > n."""
        exponent = b.at[()].rational if () in b.at else None
        one = self.field.number(1)
        zeros = {p: one for p in patterns(a.fixed, 0, self.most) if self._kind_at(a, p) is Kind.ZERO}
        if not a.varies or not zeros or exponent is None:
            return self.pow(self.abs(a), b)
        # |a|^2 is a^2, which is smooth.
        if exponent.denominator == 1 and exponent % 2 == 0:
            return self._integer_power(a, int(exponent))
        # A loss with arrays is read to first order only, and has to have second derivatives all the same.
        if exponent <= (max(self.order, 2) if self.field.names_classes else self.order):
            self._kinds(a, f"a power {exponent} of abs")
        return self._flat(a, zeros, lambda apart: self.pow(self.abs(apart), b))

    def nonnegative_power(self, a: Jet, b: Jet) -> Jet:
        """x^k for x >= 0: where x is 0 it is n times continuously differentiable for a real k > n/2, if x is.

        The derivatives of order n are sums of x^(k - i - j) times i first derivatives of x and j higher ones with
        i + 2 j <= n, and |grad x|^2 <= K x for a twice continuously differentiable x >= 0, so they tend to 0.
        """
        exponent = b.at[()].rational if () in b.at else None
        one = self.field.number(1)
        zeros = {p: one for p in patterns(a.fixed, 0, self.most) if self._kind_at(a, p) is Kind.ZERO}
        if not a.varies or not zeros or exponent is None or 2 * exponent <= max(self.order, 2):
            return self.pow(a, b)
        return self._flat(a, zeros, lambda apart: self.pow(apart, b))

    def _flat(self, a: Jet, zeros: dict[Pattern, Element], function: Callable[[Jet], Jet]) -> Jet:
        """``function`` of ``a``, with the value and derivatives 0 at the patterns ``zeros``, where a is 0."""
        # ``function`` need not exist at 0, so it is taken at 1 there, and what comes out is left out.
        mask = replace(a, at=zeros, varies=False)
        apart = self.add(a, self.mul(mask, self.sub(self.number(Fraction(1)), a)))  # 1 where a is 0
        power = self.mul(self.sub(self.number(Fraction(1)), mask), function(apart))
        return replace(power, varies=True)

    def branch(self, u: Jet, positive: Jet, otherwise: Jet) -> Jet:
        return self._of_sides(u, "branch", positive, otherwise)

    def maximum(self, a: Jet, b: Jet) -> Jet:
        return self._of_sides(self.sub(a, b), "maximum", a, b)

    def minimum(self, a: Jet, b: Jet) -> Jet:
        return self._of_sides(self.sub(a, b), "minimum", b, a)

    def amax(self, v: Jet) -> Jet:
        if not v.entry:
            return v
        return self.take(v) if self._label_is_largest(v, "amax") else self.amax_others(v)

    def amax_others(self, v: Jet) -> Jet:
        if not v.entry:
            return v
        if self._has_one_other(v, "amax"):
            return self._at_other(v)
        at_value, at_other = ((0,), (0, 1)) if v.label else ((), (0,))
        return Jet(v.label, False, {at_value: v.at[at_other]} if at_other in v.at else {}, False)

    def onehot_argmax(self, v: Jet) -> Jet:
        v = replace(v, varies=True)  # where entries tie it is a rule outside the language that decides
        if self._label_is_largest(v, "onehot_argmax"):
            return self.onehot()
        self._has_one_other(v, "onehot_argmax")
        return self.sub(self.number(Fraction(1)), self.onehot())

    def product(self, v: Jet) -> Jet:
        v = self._as_vector(v)
        # exp of a sum of logarithms costs the same for every C; factors that may be 0 or negative have no
        # logarithm.
        if not v.label and self._kind_at(v, (0,)) is Kind.POSITIVE:
            return self.exp(self.total(self.log(v)))
        return super().product(v)

    def product_others(self, v: Jet) -> Jet:
        v = self._as_vector(v)
        if self._kind_at(v, (0, 1) if v.label else (0,)) is not Kind.POSITIVE:
            raise Undecided.of(
                Code.SIGN_UNKNOWN,
                "a product over the classes of entries that are not shown to be positive at z = 0",
                "give C a value and write the product out, or make the entries positive",
            )
        return super().product_others(v)

    def _label_is_largest(self, v: Jet, name: str) -> bool:
        """Whether v_y is larger at 0 than all the others; False if it is smaller, or if nothing varies and all tie."""
        zero = self.field.number(0)
        lead = v.at.get((0, 0), zero) - v.at.get((0, 1), zero) if v.label and v.entry else zero
        kind = self.field.sign(lead).kind
        if kind is Kind.ZERO:
            self._refuse_tie(v, name)
        elif kind in (Kind.MIXED, Kind.UNKNOWN):
            raise branching(name, lead)
        return kind is Kind.POSITIVE

    def _has_one_other(self, v: Jet, name: str) -> bool:
        """Whether there is one class but the label; False if there are more and they do not vary."""
        classes = self.field.scope.classes
        if classes.fixed == 2:
            return True
        # At C = 2 there is one other entry; from C = 3 on the others tie at z = 0, as they are treated alike.
        if v.varies and 2 in classes:
            raise branching(name, self.field.C - self.field.number(2))
        self._refuse_tie(v, name)
        return False

    def _refuse_tie(self, v: Jet, name: str) -> None:
        if v.varies:
            raise kink(f"{name} of entries that are equal at z = 0 for several classes")

    def _at_other(self, v: Jet) -> Jet:
        """The entry at the one class but the label, with two classes."""
        table = at_other_table(v.label, self.order)
        return Jet(True, False, {p: v.at[q] for p, q in table if q in v.at}, v.varies)

    def _of_sides(self, u: Jet, name: str, positive: Jet, otherwise: Jet) -> Jet:
        """``positive`` where u is positive at 0, ``otherwise`` elsewhere."""
        kinds, one = self._kinds(u, name), self.field.number(1)
        above = {p: one for p, kind in kinds.items() if kind is Kind.POSITIVE}
        below = {p: one for p in kinds if p not in above}
        parts = [
            self.mul(replace(u, at=mask, varies=False), side)
            for mask, side in ((above, positive), (below, otherwise))
            if mask
        ]
        return parts[0] if len(parts) == 1 else self.add(*parts)

    def _kinds(self, a: Jet, name: str) -> dict[Pattern, Kind]:
        """The sign of each value at 0; raises ``Kink`` at a 0 that varies, ``Branching`` where the scope decides."""
        kinds: dict[Pattern, Kind] = {}
        for p in patterns(a.fixed, 0, self.most):
            kinds[p] = self._kind_at(a, p)
            if kinds[p] is Kind.ZERO and a.varies:
                raise kink(f"{name} of a value that is 0 at z = 0 and depends on z")
            if kinds[p] in (Kind.MIXED, Kind.UNKNOWN):
                raise branching(name, a.at[p])
        return kinds

    def _kind_at(self, a: Jet, p: Pattern) -> Kind:
        value = a.at.get(p)
        return Kind.ZERO if value is None else self.field.sign(value).kind

    def _refuse_zero(self, a: Jet, what: str) -> None:
        for p in patterns(a.fixed, 0, self.most):
            if self._kind_at(a, p) is Kind.ZERO:
                raise kink(f"{what} of a value that is 0 at z = 0")


def gradient_at_zero(formula: Formula, field: Field) -> Gradient[Element]:
    """Value and gradient of ``formula`` at z = 0 over the scope of ``field``, as ``expansion_at_zero``.

    >>> from symcheck.budget import Budget
    >>> from symcheck.field.indexed_field import IndexedField
    >>> from symcheck.language.classwise import ClassParameter
    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> from symcheck.language.scope import Scope
    >>> z, y = symbols()
    >>> weighted = Formula.of(ClassParameter("w", above=0)[y] * (logsumexp(z) - z[y]))
    >>> gradient_at_zero(weighted, IndexedField(Scope(), Budget())).g_k
    <w[0]/C>
    """
    reading = JetReading(field, 1)
    return reading.gradient_of(reading.read(formula))


def expansion_at_zero(formula: Formula, field: Field) -> Expansion[Element]:
    """The second-order expansion of ``formula`` at z = 0 over the scope of ``field``.

    Raises ``Undecided`` (``Kink`` where the form is not smooth) with the innermost offending subexpression.
    """
    reading = JetReading(field)
    return reading.expansion_of(reading.read(formula))
