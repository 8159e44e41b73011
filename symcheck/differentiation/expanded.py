"""A formula as a sum of products of operators."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Never

from symcheck.differentiation.algebra import Algebra
from symcheck.differentiation.pairs import row_total
from symcheck.differentiation.sums import ONE, Sum, added, less, negative, number, single
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray
from symcheck.reason import Code, Undecided


class ExpandedReading(Reading[Sum]):
    """Gives every operator its sum in ``algebra``; what is the same at every class is one number here."""

    takes_rounded: ClassVar[bool] = True

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra

    # leaves

    def number(self, value: Fraction) -> Sum:
        return number(value)

    def parameter(self, name: str) -> Sum:
        return self.algebra.atom("parameter", data=name)

    def classes(self) -> Sum:
        return self.algebra.C

    def logits(self) -> Sum:
        return self.algebra.atom("logits", rank=1)

    def onehot(self) -> Sum:
        return self.algebra.onehot

    def class_parameter(self, array: VectorArray) -> Sum:
        return self.algebra.atom("class_parameter", data=array, rank=1)

    def apply(self, array: MatrixArray, v: Sum, *, transposed: bool) -> Sum:
        return applied(self.algebra, "apply_transposed" if transposed else "apply", array, v)

    def filled(self, a: Sum) -> Sum:
        return a

    # entrywise

    def entrywise(self, op: str, *args: Sum) -> Sum:
        return self.algebra.atom(op, *args, rank=max(a.rank for a in args))

    def add(self, a: Sum, b: Sum) -> Sum:
        return added(a, b)

    def sub(self, a: Sum, b: Sum) -> Sum:
        only = b.only
        if a == ONE and only is not None and only[1] == 1 and len(only[0]) == 1 and only[0][0][1] == ONE:
            atom = only[0][0][0]
            if atom.op == "sigmoid":  # 1 - sigmoid(x) = sigmoid(-x)
                return self.sigmoid(negative(atom.args[0]))
        return less(a, b)

    def neg(self, a: Sum) -> Sum:
        return negative(a)

    def mul(self, a: Sum, b: Sum) -> Sum:
        return self.algebra.times(a, b)

    def div(self, a: Sum, b: Sum) -> Sum:
        if b.is_zero:
            raise _without_value("the division by 0")
        return self.algebra.over(a, b)

    def pow(self, a: Sum, b: Sum) -> Sum:
        if _moves(b):  # by its definition, for a > 0
            return self.exp(self.algebra.times(b, self.log(a)))
        whole = b.number is not None and b.number.denominator == 1
        if a.number is not None and (a.number < 0 or (a.is_zero and not self.algebra.is_positive(b))) and not whole:
            raise _without_value(f"a power of {a.number} that is not whole")
        if a.is_zero and b.number is not None and b.number < 0:
            raise _without_value("the division by 0")
        if a.is_zero:
            return ONE if b.is_zero else a
        return self.algebra.power(a, b)

    def sqrt(self, a: Sum) -> Sum:
        return self.pow(a, number(Fraction(1, 2)))

    def exp(self, a: Sum) -> Sum:
        share = self._share(a)
        return self.entrywise("exp", a) if share is None else share

    def _share(self, a: Sum) -> Sum | None:
        """exp(``a``) if it is a share: the exponential of its logarithm, or of v[y] - logsumexp(v)."""
        for monomial, c in a.terms.items():
            if len(monomial) != 1 or monomial[0][1] != ONE:
                continue
            atom = monomial[0][0]
            inside = atom
            if atom.op == "take" and (only := atom.args[0].only) is not None and len(only[0]) == 1:
                inside = only[0][0][0]
            if inside.op == "log_softmax" and len(a.terms) == 1 and c == 1:
                shares = self.softmax(inside.args[0])
                return shares if atom is inside else self.algebra.take(shares)
            if atom.op == "logsumexp" and c == -1:
                v, rest = atom.args[0], added(a, single(atom))
                if rest == v:
                    return self.softmax(v)
                if rest == self.algebra.take(v):
                    return self.algebra.take(self.softmax(v))
        return None

    def log(self, a: Sum) -> Sum:
        if a == ONE:
            return number(0)
        if a.number is not None and a.number <= 0:
            raise _without_value(f"the logarithm of {a.number}")
        only = a.only
        if only is not None and only[1] == 1 and len(only[0]) == 1 and only[0][0][1] == ONE:
            atom = only[0][0][0]
            if atom.op == "softmax":
                return self.log_softmax(atom.args[0])
            if atom.op == "take":
                inside = atom.args[0].only
                assert inside is not None
                ((within, e),) = inside[0]
                if within.op == "softmax" and e == ONE:
                    return self.algebra.take(self.log_softmax(within.args[0]))
        return self.entrywise("log", a)

    def abs(self, a: Sum) -> Sum:
        return a if self.algebra.is_positive(a) else self.entrywise("abs", a)

    def relu(self, a: Sum) -> Sum:
        return a if self.algebra.is_positive(a) else self.entrywise("relu", a)

    def softplus(self, a: Sum) -> Sum:
        return self.entrywise("softplus", a)

    def sigmoid(self, a: Sum) -> Sum:
        return self.entrywise("sigmoid", a)

    def tanh(self, a: Sum) -> Sum:
        return self.entrywise("tanh", a)

    def cosh(self, a: Sum) -> Sum:
        return self.entrywise("cosh", a)

    def detach(self, a: Sum) -> Sum:
        return self.entrywise("detach", a) if _moves(a) else a

    def maximum(self, a: Sum, b: Sum) -> Sum:
        return self.entrywise("maximum", a, b)

    def minimum(self, a: Sum, b: Sum) -> Sum:
        return self.entrywise("minimum", a, b)

    def branch(self, u: Sum, positive: Sum, otherwise: Sum) -> Sum:
        return positive if self.algebra.is_positive(u) else self.entrywise("branch", u, positive, otherwise)

    # over the classes

    def total(self, v: Sum) -> Sum:
        return self.algebra.total(v)

    def mean(self, v: Sum) -> Sum:
        return self.algebra.over(self.algebra.total(v), self.algebra.C)

    def take(self, v: Sum) -> Sum:
        return self.algebra.take(v)

    def total_others(self, v: Sum) -> Sum:
        return self.algebra.total(self.algebra.times(self.algebra.others, v))

    def mean_others(self, v: Sum) -> Sum:
        return self.algebra.over(self.total_others(v), less(self.algebra.C, ONE))

    def logsumexp(self, v: Sum) -> Sum:
        if v.rank == 0:
            return added(v, self.log(self.algebra.C))
        return self.algebra.atom("logsumexp", v)

    def logsumexp_others(self, v: Sum) -> Sum:
        if v.rank == 0:
            return added(v, self.log(less(self.algebra.C, ONE)))
        return self.algebra.atom("logsumexp_others", v)

    def amax(self, v: Sum) -> Sum:
        return v if v.rank == 0 else self.algebra.atom("amax", v)

    def amax_others(self, v: Sum) -> Sum:
        return v if v.rank == 0 else self.algebra.atom("amax_others", v)

    def product(self, v: Sum) -> Sum:
        return self.pow(v, self.algebra.C) if v.rank == 0 else self.algebra.atom("product", v)

    def product_others(self, v: Sum) -> Sum:
        if v.rank == 0:
            return self.pow(v, less(self.algebra.C, ONE))
        return self.algebra.atom("product_others", v)

    def softmax(self, v: Sum) -> Sum:
        return self._shares("softmax", v)

    def log_softmax(self, v: Sum) -> Sum:
        return negative(self.log(self.algebra.C)) if v.rank == 0 else self.algebra.atom("log_softmax", v, rank=1)

    def entmax(self, v: Sum, alpha: Sum) -> Sum:
        return self.softmax(v) if alpha == ONE else self._shares("entmax", v, alpha)

    def onehot_argmax(self, v: Sum) -> Sum:
        if v.rank == 0:
            raise Undecided.of(Code.KINK, "onehot_argmax of entries that are all equal is a jump", "leave it out")
        return largest(self.algebra, v)

    def _shares(self, op: str, v: Sum, *constants: Sum) -> Sum:
        if v.rank == 0:
            return self.algebra.power(self.algebra.C, number(-1))
        return self.algebra.atom(op, v, *constants, rank=1)

    # two classes

    def first(self, v: Sum) -> Sum:
        return self.algebra.first(v)

    def second(self, v: Sum) -> Sum:
        return self.algebra.second(v)

    def pair_total(self, pairs: Sum) -> Sum:
        return self.algebra.total(row_total(self.algebra, pairs))


def largest(algebra: Algebra, v: Sum) -> Sum:
    """1 at the largest entry of ``v``: softmax and its logarithm rise with what they are of."""
    only = v.only
    if only is not None and only[1] > 0 and len(only[0]) == 1 and only[0][0][1] == ONE:
        atom = only[0][0][0]
        if atom.op in ("softmax", "log_softmax"):
            return largest(algebra, atom.args[0])
    return algebra.atom("onehot_argmax", v, rank=1)


def applied(algebra: Algebra, op: str, array: Array, v: Sum) -> Sum:
    """A v, or A'v, for a matrix, with scalar factors and sums outside."""
    parts = []
    for monomial, c in v.terms.items():
        scalars = Sum({tuple(p for p in monomial if p[0].rank == 0): c})
        vectors = Sum({tuple(p for p in monomial if p[0].rank): Fraction(1)})
        parts.append(algebra.times(scalars, algebra.atom(op, vectors, data=array, rank=1)))
    return added(*parts)


def _moves(s: Sum) -> bool:
    return any(atom.rank or atom.op not in ("parameter", "classes", "sum") or any(map(_moves, atom.args))
               for atom in s.atoms())  # fmt: skip


def expanded(formula: Formula) -> tuple[Sum, Algebra]:
    """``formula`` as a sum, and the algebra in which it is one; raises ``Undecided`` where an operator has no sum."""
    algebra = Algebra({p.name: p.interval for p in formula.parameters})
    return ExpandedReading(algebra).read(formula), algebra


def _without_value(what: str) -> Undecided:
    return Undecided.of(Code.SIGN_UNKNOWN, f"{what} has no value", "write a formula that has one")


def unknown(what: str) -> Never:
    """Stop at an operator without a derivative here."""
    raise Undecided.of(Code.UNMAPPED_OP, f"the derivative of {what} has no form here", f"write it without {what}")
