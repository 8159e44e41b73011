"""Formulas as a person writes them, after something in them has become a number that all classes share."""

from __future__ import annotations

from fractions import Fraction

from symcheck.language.classwise import ClassParameter
from symcheck.language.formula import Formula
from symcheck.language.functions import log
from symcheck.language.label_terms import entrywise_of, filled, is_number, mean_of, negative, plus
from symcheck.language.operators import ENTRYWISE
from symcheck.language.term import Scalar, Term, Vec, lift
from symcheck.language.vector_array import VectorArray

_C = Scalar("classes")


def plain(formula: Formula) -> Formula:
    """The same function, without what is plainly 0 or 1, and without class-vectors of one number in every entry."""
    return formula.replaced(lambda place, args: _plain(formula.nodes[place].op, args))


def at(formula: Formula, point: Term) -> Formula:
    """``formula`` with ``point`` in the place of z."""
    return plain(formula.replaced(lambda place, _: point if formula.nodes[place].op == "logits" else None))


def _plain(op: str, args: list[Term]) -> Term | None:
    """What is written in the place of an operator, None for the operator itself."""
    found = _arithmetic(op, args)
    if found is None:
        found = _known_sum(op, args)
    if found is not None or not any(a.op == "filled" for a in args):
        return found
    if op in ENTRYWISE:
        return entrywise_of(op, args)
    inside = args[0].args[0]
    if op == "total":
        return _C * inside
    if op == "logsumexp":
        return plus(inside, log(_C))
    if op == "softmax":
        return filled(1 / _C)
    if op == "log_softmax":
        return filled(-log(_C))
    return inside if op in ("take", "mean") else None


def _arithmetic(op: str, args: list[Term]) -> Term | None:
    """Sums with 0, products with 0 and 1, powers of 1, exp(0), and sums over the classes that are divided by C."""
    of = [a.args[0] if a.op == "filled" else a for a in args]
    is_vector = any(isinstance(a, Vec) for a in args)

    def shaped(value: object) -> Term:
        return filled(lift(value)) if is_vector else lift(value)

    if op == "mul":
        if any(is_number(x, 0) for x in of):
            return shaped(0)
        for one, other in ((of[0], args[1]), (of[1], args[0])):
            if is_number(one, 1):
                return filled(other) if is_vector else other
            if one.op == "div" and is_number(one.args[0], 1):
                quotient = _arithmetic("div", [other, one.args[1]])
                return entrywise_of("div", [other, one.args[1]]) if quotient is None else quotient
    if op == "div":
        if is_number(of[0], 0):
            return shaped(0)
        if is_number(of[1], 1):
            return filled(args[0]) if is_vector else args[0]
        if args[0].op == "total" and args[1].op == "classes":
            return mean_of(args[0].args[0])
    if op in ("add", "sub") and any(is_number(x, 0) for x in of):
        return plus(args[0], args[1] if op == "add" else negative(args[1]))
    if op == "exp" and is_number(of[0], 0):
        return shaped(1)
    return None


def _known_sum(op: str, args: list[Term]) -> Term | None:
    """Sums over the classes that are declared, as of a law pi, what they are divided by outside; softmax(log(pi))."""
    if op == "total":
        v = args[0]
        if v.op == "div" and not isinstance(v.args[1], Vec):
            inside = _known_sum("total", [v.args[0]])
            return None if inside is None else inside / v.args[1]
        declared = _declared(v)
        return None if declared is None else lift(declared)
    if op == "softmax" and args[0].op == "log" and _declared(args[0].args[0]) == 1:
        return args[0].args[0]
    return None


def _declared(v: Term) -> Fraction | None:
    """The sum that the entries of a class parameter are declared to have."""
    return v.array.total if isinstance(v, ClassParameter) and isinstance(v.array, VectorArray) else None
