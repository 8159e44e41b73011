"""Small algebra of terms: sums, products and means that leave out what is plainly 0, 1 or of opposite sign."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from symcheck.language.functions import exp, mean, total
from symcheck.language.term import Scalar, Term, Vec, entrywise


def filled(value: object) -> Term:
    """The class-vector with ``value`` in every entry, or ``value`` if it is one."""
    if isinstance(value, Vec):
        return value
    return Vec("filled", value if isinstance(value, Term) else Scalar("number", data=Fraction(cast(int, value))))


def is_number(t: Term, n: int) -> bool:
    """Whether ``t`` is the number ``n``."""
    return t.op == "number" and t.data == n


def scaled(x: Term, factor: Term | Fraction) -> Term:
    """``factor`` times ``x``, a sign in front."""
    t = factor if isinstance(factor, Term) else Scalar("number", data=factor)
    if is_number(t, 1):
        return x
    if is_number(t, -1):
        return negative(x)
    if is_number(x, 1):
        return t
    if x.op == "neg":
        return negative(scaled(x.args[0], t))
    if x.op == "filled":
        return Vec("filled", entrywise("mul", t, x.args[0]))
    return entrywise("mul", t, x)


def negative(x: Term) -> Term:
    """-x, without a sign in front where it can be written so."""
    if x.op == "neg":
        return x.args[0]
    if x.op == "filled":
        return Vec("filled", negative(x.args[0]))
    if x.op == "sub":
        return entrywise("sub", x.args[1], x.args[0])
    return entrywise("neg", x)


def entrywise_of(op: str, args: list[Term]) -> Term:
    """``op`` of class-vectors, in which those with one number in every entry are scalars."""
    plain = [a.args[0] if a.op == "filled" else a for a in args]
    value = arithmetic(op, plain)
    return value if isinstance(value, Vec) else Vec("filled", value)


def arithmetic(op: str, args: list[Term]) -> Term:
    """``op`` of ``args``, without what is plainly 0 or 1 in it."""
    if op == "neg":
        return negative(args[0])
    if op in ("add", "sub"):
        return sum_of([args[0], args[1] if op == "add" else negative(args[1])])
    if op == "mul" and any(a.op in ("neg", "number") for a in args):
        return scaled(args[0], args[1]) if args[1].op == "number" else scaled(args[1], args[0])
    if (op == "pow" and is_number(args[1], 1)) or (op == "div" and is_number(args[0], 0)):
        return args[0]
    return entrywise(op, *args)


def plus(x: Term | None, y: Term | None) -> Term | None:
    """x + y, where None stands for 0."""
    if x is None or y is None:
        return x if y is None else y
    for one, other in ((x, y), (y, x)):
        zero = one.args[0] if one.op == "filled" else one
        if is_number(zero, 0):
            return filled(other) if isinstance(one, Vec) else other
        if one.op == "filled" and isinstance(other, Vec) and other.op != "filled":
            return plus(one.args[0], other) if one is x else plus(other, one.args[0])
    # x - x = 0.  Terms refuse ==, so texts are compared; two spellings of one value just stay a sum.
    if repr(x) == repr(negative(y)):
        return Vec("filled", Scalar("number", data=Fraction(0))) if isinstance(x, Vec) else filled(0).args[0]
    if x.op == "filled" and y.op == "filled":
        return Vec("filled", entrywise("add", x.args[0], y.args[0]))
    if y.op == "neg":
        return entrywise("sub", x, y.args[0])
    return entrywise("sub", y, x.args[0]) if x.op == "neg" else entrywise("add", x, y)


def sum_of(parts: list[Term]) -> Term:
    """The sum of ``parts``."""
    value: Term | None = None
    for part in parts:
        value = plus(value, part)
    return Scalar("number", data=Fraction(0)) if value is None else value


def difference(x: Term, y: Term) -> Term:
    """x - y, where y is left out of a sum in which it occurs."""
    if x.op == "add":
        for i in (0, 1):
            if repr(x.args[i]) == repr(y):
                return filled(x.args[1 - i])
    if x.op == "sub" and repr(x.args[1]) == repr(negative(y)):
        return filled(x.args[0])
    return sum_of([x, negative(y)])


def product_of(a: Term | None, b: Term | None) -> Term | None:
    """a b, where None stands for 1."""
    if a is None or b is None:
        return a if b is None else b
    for x, y in ((a, b), (b, a)):
        if x.op == "filled":
            return scaled(y, x.args[0]) if y.op != "filled" else Vec("filled", entrywise("mul", x.args[0], y.args[0]))
    if a.op == b.op == "exp":
        exponent = sum_of([a.args[0], b.args[0]])
        return filled(1) if exponent.op == "filled" and is_number(exponent.args[0], 0) else exp(exponent)
    return entrywise("mul", a, b)


def inverse(a: Term | None) -> Term | None:
    """1/a, where None stands for 1."""
    return None if a is None else entrywise("div", 1, a)


def over_classes(x: Term) -> Term:
    """x/C."""
    return entrywise("div", x, Scalar("classes"))


def over_others(x: Term) -> Term:
    """x/(C - 1)."""
    return entrywise("div", x, entrywise("sub", Scalar("classes"), 1))


def total_of(v: Term) -> Term:
    """The sum of the entries of ``v``."""
    return entrywise("mul", Scalar("classes"), v.args[0]) if v.op == "filled" else total(v)


def mean_of(v: Term) -> Term | None:
    """mean(v) with the factors that all entries share outside; None for 0."""
    if v.op == "filled":
        return None if is_number(v.args[0], 0) else v.args[0]
    if v.op == "neg":
        inside = mean_of(v.args[0])
        return None if inside is None else negative(inside)
    if v.op in ("add", "sub"):
        parts = [mean_of(filled(a)) for a in v.args]
        if v.op == "sub" and parts[1] is not None:
            parts[1] = negative(parts[1])
        return plus(parts[0], parts[1])
    if v.op == "mul":
        for x, other in ((v.args[0], v.args[1]), (v.args[1], v.args[0])):
            if not isinstance(x, Vec) and isinstance(other, Vec):
                inside = mean_of(other)
                return None if inside is None else scaled(inside, x)
    if v.op == "div" and not isinstance(v.args[1], Vec):
        inside = mean_of(filled(v.args[0]))
        return None if inside is None else quotient(inside, v.args[1])
    # The entries add up to 1.
    if v.op in ("softmax", "entmax"):
        return entrywise("div", 1, Scalar("classes"))
    return mean(v)


def quotient(x: Term, y: Term) -> Term:
    """x / y with the sign of x in front."""
    return entrywise("neg", entrywise("div", x.args[0], y)) if x.op == "neg" else entrywise("div", x, y)
